"""How does a batch get into a sink task?

As a whole; in parts once the task has refused it and says that this may be done, so that the records to blame are
found. A record to blame is settled by declared tolerance before anything after it. Which part comes next is
decided by `connectsdk._core.poison`. Driven by `sink_loop`.
"""

import logging
import random
from collections.abc import Sequence
from typing import Any

import anyio
import attrs

from connectsdk._core.batch_run import plugin_name
from connectsdk._core.counters import Counters
from connectsdk._core.poison import PutRun, place, positions_after
from connectsdk._core.retry import Retry
from connectsdk._core.sink_offsets import SinkOffsets
from connectsdk._core.sink_pipeline import SinkRun
from connectsdk._core.tolerance import Tolerance
from connectsdk._core.verdict import Failure, Stage
from connectsdk.errors import DataError, RetriableError
from connectsdk.record import ConsumerRecord, SinkRecord, TopicPartition
from connectsdk.runtime._calls.plugin_calls import describe
from connectsdk.runtime._calls.room import Room
from connectsdk.runtime._crash_points import reach
from connectsdk.runtime._settings import TaskSettings
from connectsdk.runtime._tasks.dead_letters import DeadLetters
from connectsdk.runtime._tasks.errant_records import ErrantRecords
from connectsdk.runtime._tasks.failures import FATES, intolerable, log_report
from connectsdk.runtime._tasks.meter import Meter
from connectsdk.runtime._tracing.steps import UNTRACED, Call, Trace
from connectsdk.sink import SinkTask

__all__ = ("Batch", "SinkPuts")

log = logging.getLogger("connectsdk.task")

MANY = 10
"""So many empty `put`s come one after the other before they become seldom."""
LONGEST_WAIT, SELDOM = 1.0, 15.0
"""Seconds after which the task hears from us even if nothing happens: an empty `put`; the second, after many."""


@attrs.define(eq=False)
class Batch:
    """Records on their way into the task, kept while it asks for them again.

    Attributes:
        run: What is still to be put.
        consumed: What was read.
        positions: Per partition, the offset after the last record of the batch, filtered ones included.
        retry: How often the task asked for it again.
        due: When to put the next part.
        blamed: Where the records were read that the task refused.
    """

    run: PutRun
    consumed: Sequence[ConsumerRecord]
    positions: dict[TopicPartition, int]
    retry: Retry
    due: float = 0.0
    blamed: list[tuple[str, int, int]] = attrs.field(factory=list)

    def consumed_as(self, record: SinkRecord) -> ConsumerRecord:
        """Return what a record of this batch was made of."""
        wanted = place(record)
        return next(consumed for consumed in self.consumed if consumed[:3] == wanted)


@attrs.define(eq=False)
class SinkPuts:
    """The way into one incarnation of a sink task.

    Attributes:
        owner: Connector and task, for messages.
        task: The author's task, started.
        room: Where it runs.
        offsets: What was delivered.
        counters: What became of its records.
        settings: How long things take.
        tolerance: What becomes of a record that the task refuses.
        letters: Where dead letters go; None when there is no dead-letter topic.
        errant: What the task reports; None when it cannot.
        trace: What traces its steps.
    """

    owner: str
    task: SinkTask[Any]
    room: Room
    offsets: SinkOffsets
    counters: Counters
    settings: TaskSettings
    tolerance: Tolerance
    letters: DeadLetters | None
    errant: ErrantRecords | None
    trace: Trace = UNTRACED
    _meter: Meter = attrs.field(init=False)
    _call: Call = attrs.field(init=False)
    _silences: int = 0

    def __attrs_post_init__(self) -> None:
        self._meter = Meter(self.counters)
        self._call = self.trace.putting(self.room.call)

    @property
    def patience(self) -> float:
        """Seconds to wait for something to happen."""
        return LONGEST_WAIT if self._silences < MANY else SELDOM

    def stir(self) -> None:
        """Take note that something happens: if nothing follows, that is to be noticed soon."""
        self._silences = 0

    def silence(self) -> Batch:
        """Return the empty batch by which the task hears of it that there was nothing again."""
        self._silences += 1
        return self.batch((), (), {})

    def batch(
        self,
        records: Sequence[SinkRecord],
        consumed: Sequence[ConsumerRecord],
        positions: dict[TopicPartition, int],
    ) -> Batch:
        """Return a batch that is to be put."""
        if self.errant is not None and consumed:
            self.errant.begin(consumed, records)
        return Batch(PutRun.of(records), consumed, positions, Retry(self.settings.ask_again))

    async def bury(self, run: SinkRun) -> None:
        """Write the dead letters of records that failed before they could be put.

        Raises:
            ConnectError: If they cannot be written.
        """
        if self.letters is not None and run.failures:
            fatal = run.fatal
            await self.letters.bury_consumed(
                [(run.records[failure.index], failure) for failure in run.failures if failure is not fatal]
            )

    async def put(self, batch: Batch) -> bool:
        """Put the next part; return whether the whole batch is settled, or else to be put again when due.

        Raises:
            ConnectError: If the task fails, a record is refused that is not tolerated, or a dead letter cannot be
                written; `offsets` holds what came before.
        """
        run = batch.run
        if not run.finished:
            began = self._meter.at("put_again" if batch.retry.attempts else "put")
            try:
                await self._call(
                    f"{self.owner}: {type(self.task).__name__}.put", self.task.put, list(run.part)
                )
            except RetriableError as error:
                self._put_again_later(batch, error)
                return False
            except DataError as error:
                await self._isolate(batch, error)
            else:
                if run.part:
                    self._meter.spent(began)
                await self._taken(batch)
        if run.finished:
            self.offsets.delivered(batch.positions)
            self._tell(batch)
        return run.finished

    async def _taken(self, batch: Batch) -> None:
        reach("after_put_before_commit")
        part = batch.run.part
        self.counters.deliver(len(part))
        if part:
            self._meter.delivered(len(part))
        batch.run.taken()
        if self.errant is not None:
            await self.errant.settle()
        if not batch.run.finished:
            self.offsets.delivered(positions_after(part))

    def _put_again_later(self, batch: Batch, error: RetriableError) -> None:
        if self.errant is not None:
            self.errant.discard(batch.run.part)
        self.counters.retry(Stage.TASK_PUT)
        self._meter.at("put_again", describe(error))
        now, first = anyio.current_time(), not batch.retry.attempts
        delay = batch.retry.failed(now, random.random(), error.after) or 0.0  # noqa: S311 - spreads load
        batch.due = now + delay
        if first and batch.positions:
            log.warning("%s: put asks to be called again in %.1f s: %s", self.owner, delay, describe(error))

    async def _isolate(self, batch: Batch, error: DataError) -> None:
        """Divide the part that was refused, or settle the one record that it is."""
        part = batch.run.part
        if self.errant is not None:
            self.errant.discard(part)
        if not part or not self.task.supports_isolation:
            raise error
        batch.due = 0.0
        record = batch.run.refused()
        if record is not None:
            await self._settle(batch, record, error)

    async def _settle(self, batch: Batch, record: SinkRecord, error: DataError) -> None:
        failure = Failure(0, Stage.TASK_PUT, plugin_name(self.task), error)
        found = place(record)
        log_report(self.owner, failure, found, self.settings)
        if self.tolerance is Tolerance.NONE:
            self.counters.blame(Stage.TASK_PUT, self.tolerance.verdict)
            raise intolerable(self.owner, failure, found)
        if self.letters is not None:
            await self.letters.bury_consumed([(batch.consumed_as(record), failure)])
        self.counters.blame(Stage.TASK_PUT, self.tolerance.verdict)
        self.offsets.delivered(positions_after([record]))
        batch.blamed.append(found)

    def _tell(self, batch: Batch) -> None:
        """Write one line about the records to blame, if there were any."""
        if batch.blamed and not self.settings.log_failures:
            log.warning(
                "%s: put refused %d records, which were found and %s (errors.tolerance=all); the first: topic %s, "
                "partition %d, offset %d",
                self.owner,
                len(batch.blamed),
                FATES[self.tolerance.verdict],
                *batch.blamed[0],
            )
