"""What becomes of single records that a sink task reports?

They are dead-lettered, skipped or refused by declared tolerance. A report counts once the `put` in which it was
made has succeeded; nothing is committed before all reports are safe. The task reports from its room, which may be
another thread; everything else happens on the worker's loop. Driven by `sink_puts`.
"""

import logging
from collections import deque
from collections.abc import Generator, Sequence
from typing import Any

import anyio
import attrs

from connectsdk._core.counters import Counters
from connectsdk._core.poison import place
from connectsdk._core.sink_pipeline import SinkPipeline
from connectsdk._core.tolerance import Tolerance
from connectsdk._core.verdict import Failure, Stage
from connectsdk.errors import DataError
from connectsdk.record import ConsumerRecord, ProducerRecord, SinkRecord
from connectsdk.runtime._calls.room import Room
from connectsdk.runtime._settings import TaskSettings
from connectsdk.runtime._tasks.dead_letters import DeadLetters
from connectsdk.runtime._tasks.failures import FATES, intolerable, log_report

__all__ = ("ErrantRecords", "Report", "consumed_record")

log = logging.getLogger("connectsdk.task")

Place = tuple[str, int, int]


@attrs.frozen(eq=False)
class Report:
    """A record that was reported; await it to know that the report is safe."""

    _records: "ErrantRecords"

    def __await__(self) -> Generator[Any, Any, None]:
        return self._records.safe().__await__()


@attrs.define(eq=False)
class _Batch:
    """What was consumed, and what of it is being put."""

    consumed: Sequence[ConsumerRecord] = ()
    put: Sequence[SinkRecord] = ()
    originals: dict[int, ConsumerRecord] | None = None

    def original(self, record: SinkRecord) -> ConsumerRecord | None:
        """Return what a record was made of; None for one that is not of this batch, or not as it was put."""
        if self.originals is None:
            places = {consumed[:3]: consumed for consumed in self.consumed}
            self.originals = {id(put): places[place(put)] for put in self.put}
        return self.originals.get(id(record))


@attrs.define(eq=False)
class ErrantRecords:
    """The records that one incarnation of a sink task reports.

    Attributes:
        owner: Connector and task, for messages.
        plugin: The task's class.
        pipeline: Its tolerance decides; its converters write records that are not as they were consumed.
        counters: What became of the task's records.
        settings: Whether reports are logged.
        room: Where the task runs.
        letters: Where dead letters go; None when there is no dead-letter topic.
    """

    owner: str
    plugin: str
    pipeline: SinkPipeline
    counters: Counters
    settings: TaskSettings
    room: Room
    letters: DeadLetters | None
    _batch: _Batch = attrs.field(factory=_Batch)
    _arrived: deque[tuple[Place, ProducerRecord | None]] = attrs.field(factory=deque)
    _refused: DataError | None = None
    _reported: set[Place] = attrs.field(factory=set)
    _unwritten: dict[Place, ProducerRecord] = attrs.field(factory=dict)
    _written: set[Place] = attrs.field(factory=set)
    _writing: anyio.Lock = attrs.field(factory=anyio.Lock)

    # -- for the task, in its room ---------------------------------------------------------------------------

    def report(self, record: SinkRecord, error: Exception) -> Report:
        """Settle this record by the connector's declared tolerance.

        Raises:
            DataError: If errors are not tolerated; let it pass.
        """
        failure, found = Failure(0, Stage.TASK_PUT, self.plugin, error), place(record)
        log_report(self.owner, failure, found, self.settings)
        if self.pipeline.tolerance is Tolerance.NONE:
            self._refused = intolerable(self.owner, failure, found)
            raise self._refused
        letter = None
        if self.letters is not None:
            consumed = self._batch.original(record) or consumed_record(record, self.pipeline)
            letter = self.letters.box.of_consumed(consumed, failure)
        self._arrived.append((found, letter))
        return Report(self)

    async def safe(self) -> None:
        """Wait until the dead letters of all reports so far are written.

        Raises:
            TransportError: If they cannot be written.
        """
        await self.room.ask(self._write)

    # -- for the loop ----------------------------------------------------------------------------------------

    def begin(self, consumed: Sequence[ConsumerRecord], put: Sequence[SinkRecord]) -> None:
        """Know which records were consumed, and what they became, before they are put."""
        self._batch = _Batch(consumed, put)
        self._written.clear()

    def discard(self, part: Sequence[SinkRecord]) -> None:
        """Forget what was reported of records that are put again.

        Raises:
            DataError: If one was reported that is not tolerated.
        """
        self._take_in()
        for again in map(place, part) if self._reported else ():
            self._reported.discard(again)
            self._unwritten.pop(again, None)

    async def settle(self) -> None:
        """Write what was reported, and count it.

        Raises:
            DataError: If a record was reported that is not tolerated.
            TransportError: If dead letters cannot be written.
        """
        self._take_in()
        if not self._reported:
            return
        await self._write()
        settled = self._reported.difference(self._unwritten)
        self._reported -= settled
        self.counters.recall(len(settled))
        verdict = self.pipeline.tolerance.verdict
        self.counters.blame(Stage.TASK_PUT, verdict, len(settled))
        log.warning("%s: %s %d records that the task reported", self.owner, FATES[verdict], len(settled))

    def give_back(self) -> None:
        """Count what was reported and did not get safe as returned: nothing of it is committed."""
        unsafe = len(self._reported)
        self._reported.clear()
        self.counters.recall(unsafe)
        self.counters.give_back(unsafe)

    def _take_in(self) -> None:
        if self._refused is not None:
            raise self._refused
        while self._arrived:
            found, letter = self._arrived.popleft()
            if letter is not None and found not in self._reported and found not in self._written:
                self._unwritten[found] = letter
            self._reported.add(found)

    async def _write(self) -> None:
        if self.letters is None:
            return
        async with self._writing:
            self._take_in()
            under_way = dict(self._unwritten)
            await self.letters.write(list(under_way.values()))
            self._written.update(under_way)
            for written in under_way:
                self._unwritten.pop(written, None)


def consumed_record(record: SinkRecord, pipeline: SinkPipeline) -> ConsumerRecord:
    """Return a sink record as bytes, made by the connector's converters.

    Raises:
        Exception: If they cannot.
    """
    topic = record.topic
    headers = tuple(
        (key, pipeline.header.from_connect_header(topic, key, schema, value))
        for key, value, schema in record.headers
    )
    return ConsumerRecord(
        *place(record),
        -1 if record.timestamp is None else record.timestamp,
        int(record.timestamp_type),
        pipeline.key.from_connect_data(topic, headers, record.key_schema, record.key),
        pipeline.value.from_connect_data(topic, headers, record.value_schema, record.value),
        headers,
    )
