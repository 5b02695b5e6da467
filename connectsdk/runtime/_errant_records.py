"""What becomes of single records that a sink task reports?

They are dead-lettered, skipped or refused by declared tolerance. A report counts once the `put` in which it was
made has succeeded; nothing is committed before all reports are safe. Driven by `_sink_loop`.
"""

from collections.abc import Generator, Sequence
from typing import Any

import anyio
import attrs

from connectsdk._core.counters import Counters
from connectsdk._core.poison import origin
from connectsdk._core.sink_pipeline import SinkPipeline
from connectsdk._core.tolerance import Tolerance
from connectsdk._core.verdict import Failure, Stage
from connectsdk.errors import DataError
from connectsdk.record import ConsumerRecord, ProducerRecord, SinkRecord
from connectsdk.runtime._dead_letters import DeadLetters
from connectsdk.runtime._failures import log_report
from connectsdk.runtime._plugin_calls import describe
from connectsdk.runtime._settings import TaskSettings

__all__ = ("ErrantRecords", "Report", "consumed_record")

Place = tuple[str, int, int]


@attrs.frozen(eq=False)
class Report:
    """A record that was reported; await it to know that the report is safe."""

    _records: "ErrantRecords"

    def __await__(self) -> Generator[Any, Any, None]:
        return self._records.write().__await__()


@attrs.define(eq=False)
class ErrantRecords:
    """The records that one incarnation of a sink task reports.

    Attributes:
        owner: Connector and task, for messages.
        plugin: The task's class.
        pipeline: Its tolerance decides; its converters write records that are not as they were consumed.
        counters: What became of the task's records.
        settings: Whether reports are logged.
        letters: Where dead letters go; None when there is no dead-letter topic.
    """

    owner: str
    plugin: str
    pipeline: SinkPipeline
    counters: Counters
    settings: TaskSettings
    letters: DeadLetters | None
    _consumed: Sequence[ConsumerRecord] = ()
    _put: Sequence[SinkRecord] = ()
    _reported: set[Place] = attrs.field(factory=set)
    _unwritten: dict[Place, ProducerRecord] = attrs.field(factory=dict)
    _written: set[Place] = attrs.field(factory=set)
    _originals: dict[int, ConsumerRecord] | None = None
    _intolerable: DataError | None = None
    _writing: anyio.Lock = attrs.field(factory=anyio.Lock)

    # -- for the task ----------------------------------------------------------------------------------------

    def report(self, record: SinkRecord, error: Exception) -> Report:
        """Settle this record by the connector's declared tolerance.

        Raises:
            DataError: If errors are not tolerated; let it pass.
        """
        failure = Failure(0, Stage.TASK_PUT, self.plugin, error)
        place = _place(record)
        log_report(self.owner, failure, place, self.settings)
        if self.pipeline.tolerance is Tolerance.NONE:
            message = (
                f"{self.owner}: {self.plugin} reported the record at topic {place[0]}, partition {place[1]}, "
                f"offset {place[2]}: {describe(error)}. Mend the record or the configuration, or set "
                "errors.tolerance=all"
            )
            self._intolerable = DataError(message)
            raise self._intolerable from error
        known = place in self._reported or place in self._written
        if self.letters is not None and not known:
            self._unwritten[place] = self.letters.box.of_consumed(self._original(record), failure)
        self._reported.add(place)
        return Report(self)

    # -- for the loop ----------------------------------------------------------------------------------------

    def begin(self, consumed: Sequence[ConsumerRecord], put: Sequence[SinkRecord]) -> None:
        """Know which records were consumed, and what they became, before they are put."""
        self._consumed, self._put, self._originals = consumed, put, None
        if self._written:
            self._written = set()

    def discard(self, part: Sequence[SinkRecord]) -> None:
        """Forget what was reported of records that are put again."""
        for place in map(_place, part) if self._reported else ():
            self._reported.discard(place)
            self._unwritten.pop(place, None)

    async def settle(self) -> None:
        """Write what was reported, and count it.

        Raises:
            DataError: If a record was reported that is not tolerated.
            TransportError: If dead letters cannot be written.
        """
        if self._intolerable is not None:
            raise self._intolerable
        if not self._reported:
            return
        await self.write()
        settled = self._reported.difference(self._unwritten)
        self._reported -= settled
        self.counters.recall(len(settled))
        self.counters.blame(Stage.TASK_PUT, self.pipeline.tolerance.verdict, len(settled))

    async def write(self) -> None:
        """Write the dead letters of all reports so far.

        Raises:
            TransportError: If they cannot be written; they stay to be written.
        """
        if self.letters is None:
            return
        async with self._writing:
            under_way = dict(self._unwritten)
            await self.letters.write(list(under_way.values()))
            self._written.update(under_way)
            for place in under_way:
                self._unwritten.pop(place, None)

    # -- what was consumed -----------------------------------------------------------------------------------

    def _original(self, record: SinkRecord) -> ConsumerRecord:
        """Return the bytes that a record was made of, or new ones for a record that the task made."""
        if self._originals is None:
            places = {consumed[:3]: consumed for consumed in self._consumed}
            self._originals = {id(put): places[_place(put)] for put in self._put if _place(put) in places}
        original = self._originals.get(id(record))
        return consumed_record(record, self.pipeline) if original is None else original


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
        *_place(record),
        -1 if record.timestamp is None else record.timestamp,
        int(record.timestamp_type),
        pipeline.key.from_connect_data(topic, headers, record.key_schema, record.key),
        pipeline.value.from_connect_data(topic, headers, record.value_schema, record.value),
        headers,
    )


def _place(record: SinkRecord) -> Place:
    return (*origin(record), record.offset)
