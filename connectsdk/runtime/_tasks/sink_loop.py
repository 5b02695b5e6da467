"""How do a topic's records get into a sink task, and its offsets into the group?

One loop, one event at a time: assigned, fetched, revoked, lost. What may be committed is decided by
`connectsdk._core.sink_offsets`, what a record is by `connectsdk._core.sink_pipeline`.
"""

import logging
from collections.abc import Mapping, Sequence, Set as AbstractSet
from contextlib import suppress
from typing import Any

import anyio
import attrs

from connectsdk._core.beat import until_beat
from connectsdk._core.commit_schedule import CommitSchedule
from connectsdk._core.counters import Counters
from connectsdk._core.sink_offsets import SinkOffsets
from connectsdk._core.sink_pipeline import SinkPipeline, SinkRun
from connectsdk.record import ConsumerRecord, TopicPartition
from connectsdk.runtime._calls.detached import last_commit_timeout
from connectsdk.runtime._calls.inherited import inherited
from connectsdk.runtime._calls.interruptible import Interruptible, Stopped
from connectsdk.runtime._calls.room import Room
from connectsdk.runtime._crash_points import reach
from connectsdk.runtime._settings import TaskSettings
from connectsdk.runtime._tasks.batches import through_pipeline
from connectsdk.runtime._tasks.dead_letters import DeadLetters
from connectsdk.runtime._tasks.errant_records import ErrantRecords
from connectsdk.runtime._tasks.failures import fatal_error, log_failures
from connectsdk.runtime._tasks.gate import Gate
from connectsdk.runtime._tasks.load import Load, sink_load
from connectsdk.runtime._tasks.meter import Meter
from connectsdk.runtime._tasks.sink_commits import SinkCommits
from connectsdk.runtime._tasks.sink_puts import Batch, SinkPuts
from connectsdk.runtime._tracing.steps import UNTRACED, NextEvent, Through, Trace
from connectsdk.sink import SinkTask
from connectsdk.transport import Assigned, Consumer, ConsumerEvent, Fetched, Lost, Revoked

__all__ = ("SinkLoop",)

log = logging.getLogger("connectsdk.task")


@attrs.define(eq=False)
class SinkLoop:
    """One incarnation of a sink task, between its `start` and its `stop`.

    Attributes:
        owner: Connector and task, for messages.
        task: The author's task, started.
        pipeline: What its records go through.
        consumer: Where they come from.
        counters: What became of them.
        settings: How long things take.
        room: Where plugin code runs.
        letters: Where dead letters go; None when there is no dead-letter topic.
        errant: What the task reports; None when it cannot.
        gate: While it is closed nothing is read: the connector is paused.
        trace: What traces its steps.
    """

    owner: str
    task: SinkTask[Any]
    pipeline: SinkPipeline
    consumer: Consumer
    counters: Counters
    settings: TaskSettings
    room: Room
    letters: DeadLetters | None = None
    errant: ErrantRecords | None = None
    gate: Gate = attrs.field(factory=Gate)
    trace: Trace = UNTRACED
    caught_up: bool = False
    _held: bool = False
    _offsets: SinkOffsets = attrs.field(factory=SinkOffsets)
    _waits: Interruptible = attrs.field(factory=Interruptible)
    _pending: Batch | None = None
    _paused_by_task: set[TopicPartition] = attrs.field(factory=set)
    _seeks: dict[TopicPartition, int] = attrs.field(factory=dict)
    _schedule: CommitSchedule = attrs.field(init=False)
    _commits: SinkCommits = attrs.field(init=False)
    _puts: SinkPuts = attrs.field(init=False)
    _meter: Meter = attrs.field(init=False)
    _next_event: NextEvent = attrs.field(init=False)
    _through: Through = attrs.field(init=False)
    _busy_since: float | None = None

    def __attrs_post_init__(self) -> None:
        self._meter = Meter(self.counters)
        self._next_event = self.trace.receiving(self.consumer.next_event)
        self._through = self.trace.transforming(through_pipeline)
        self._schedule = CommitSchedule.starting(self.settings.commit_interval, anyio.current_time())
        owner, task, room, offsets, settings = self.owner, self.task, self.room, self._offsets, self.settings
        commits = (owner, task, room, self.consumer, offsets, self.counters, settings.commit_timeout)
        self._commits = SinkCommits(*commits, self.errant, trace=self.trace)
        puts = (owner, task, room, offsets, self.counters, settings, self.pipeline.tolerance)
        self._puts = SinkPuts(*puts, self.letters, self.errant, trace=self.trace)

    @property
    def settled(self) -> bool:
        """Whether everything read so far is in the sink and committed."""
        return self.caught_up and self._pending is None and self._commits.settled

    @property
    def assignment(self) -> AbstractSet[TopicPartition]:
        """The partitions this task owns now."""
        return self._offsets.partitions

    @property
    def load(self) -> Load:
        """What is under way, and how far it is."""
        busy = self._busy_since if self.counters.in_flight else None
        return sink_load(self.consumer, self._offsets.positions(), busy)

    def stop(self) -> None:
        """Read no more; commit what was delivered, then end."""
        self._waits.stop()
        if self.letters is not None:
            self.letters.stop()

    def request_commit(self) -> None:
        """Commit at the next opportunity instead of at the next interval."""
        self._schedule.request(anyio.current_time())
        if (
            self.caught_up
        ):  # only then are waits long; one that never ended would never tell that there is no more
            self._waits.wake()

    async def run(self) -> None:
        """Read until the loop is stopped, or something fails.

        Raises:
            ConnectError: What failed; what was delivered before is committed.
        """
        self.gate.follow(self._waits.wake)
        try:
            with suppress(Stopped):
                while True:
                    await self._step()
        finally:
            self.gate.unfollow(self._waits.wake)
            try:
                with anyio.move_on_after(last_commit_timeout(self.settings.commit_timeout), shield=True):
                    await self._hand_over(self._offsets.partitions)
            finally:
                self.counters.give_back()

    async def _step(self) -> None:
        self._waits.woken = False
        self._follow_gate()
        if self._schedule.due(anyio.current_time()):
            self._schedule.ended(anyio.current_time())  # first: a request that comes meanwhile still counts
            if not await self._commits.commit(None):
                self._rewind()
        self._apply_seeks()
        if self._pending is None:
            self._meter.at("fetch")
        event = await self._waits.listen(lambda: self._next_event(self._timeout()))
        if event is not None or not self._waits.woken:
            await self._handle(event)
        if event is not None or self._waits.woken:
            self._puts.stir()
        if self._pending is not None and anyio.current_time() >= self._pending.due:
            await self._put(self._pending)

    def _timeout(self) -> float:
        if self._waits.woken:
            return 0.0
        now = anyio.current_time()
        waits = [until_beat(now, self._puts.patience), self._schedule.wait(now)]
        if self._pending is not None:
            waits.append(max(0.0, self._pending.due - now))
        return min(waits)

    async def _handle(self, event: ConsumerEvent | None) -> None:
        match event:
            case Fetched(records):
                self.caught_up = False
                await self._take(records)
            case Assigned(positions):
                self._meter.rebalanced()
                self.caught_up = False
                await self._open(positions)
            case Revoked(partitions, done):
                self._meter.rebalanced()
                try:
                    await self._hand_over(partitions)
                    reach("in_rebalance_after_commit_before_done")
                finally:
                    done()
            case Lost(partitions):
                log.warning("%s: lost %s; another member may own them", self.owner, _names(partitions))
                await self._close(partitions)
            case None:
                self.caught_up = self._pending is None
                if self._pending is None and self._offsets.partitions:
                    await self._put(self._puts.silence())

    # -- records ---------------------------------------------------------------------------------------------

    async def _take(self, records: Sequence[ConsumerRecord]) -> None:
        self._meter.take(len(records))
        self._busy_since = self._meter.at("transform")
        run = SinkRun(records)
        await self._through(self.owner, self.room, self.pipeline, run, self._waits, self.settings)
        fatal = run.fatal
        taken = records[: run.next if fatal is None else fatal.index]
        await self._puts.bury(run)
        run.tell(self.counters)
        log_failures(self.owner, run, self.settings)
        positions = _positions(taken)
        self.counters.topics.update(partition.topic for partition in positions)
        await self._put(self._puts.batch(run.out, records, positions))
        while fatal is not None and self._pending is not None:  # what came before the bad record goes first
            await self._step()
        if fatal is not None:
            raise fatal_error(self.owner, run)
        if run.stopped is not None:
            raise Stopped

    async def _put(self, batch: Batch) -> None:
        """Put the next part of a batch; while it is not settled keep it, and fetch nothing."""
        if await self._puts.put(batch):
            if self._pending is not None:
                self._pending = None
                self._go_on()
        elif self._pending is None and batch.positions:
            self._pending = batch
            self.consumer.pause(self.consumer.assignment)

    def _go_on(self) -> None:
        """Fetch again, unless a batch still waits to be put: there is more to read."""
        self.caught_up = False
        self._puts.stir()
        if self._pending is None and not self._held:
            self.consumer.resume(self.consumer.assignment - self._paused_by_task)

    def _follow_gate(self) -> None:
        """Hold or release all partitions when the connector was paused or resumed; membership lives on."""
        if self._held is self.gate.closed:
            return
        self._held = self.gate.closed
        self._meter.held(paused=self._held)
        if self._held:
            self.consumer.pause(self.consumer.assignment)
            self.request_commit()
        else:
            self._go_on()

    # -- partitions ------------------------------------------------------------------------------------------

    async def _open(self, positions: Mapping[TopicPartition, int]) -> None:
        self._offsets.assigned(positions)
        if self._pending is not None or self._held:
            self.consumer.pause(frozenset(positions))
        if positions and not inherited(self.task.open):
            name = f"{self.owner}: {type(self.task).__name__}.open"
            await self.room.call(name, self.task.open, frozenset(positions))

    async def _hand_over(self, partitions: AbstractSet[TopicPartition]) -> None:
        """Commit what was delivered of these partitions, then let go of them."""
        try:
            await self._commits.commit(partitions)
        finally:
            await self._close(partitions)

    async def _close(self, partitions: AbstractSet[TopicPartition]) -> None:
        self._drop_pending(partitions := partitions & self._offsets.partitions)
        self._offsets.forget(partitions)
        self._paused_by_task -= partitions
        for partition in partitions:
            self._seeks.pop(partition, None)
        if partitions and not inherited(self.task.close):
            name = f"{self.owner}: {type(self.task).__name__}.close"
            await self.room.call(name, self.task.close, partitions)

    def _drop_pending(self, partitions: AbstractSet[TopicPartition]) -> None:
        """Take records of partitions that are gone out of the batch that is put again."""
        if self._pending is None:
            return
        self.counters.give_back(self._pending.run.drop(partitions))
        for partition in partitions:
            self._pending.positions.pop(partition, None)
        if self._pending.run.finished:
            self._offsets.delivered(self._pending.positions)
            self._pending = None
            if not self._held:
                self.consumer.resume((self.consumer.assignment - self._paused_by_task) - partitions)

    def _rewind(self) -> None:
        """Read again from the last commit: what was delivered since is not durable."""
        moved = self._offsets.rewind()
        self._drop_pending(frozenset(moved))
        owned = {p: offset for p, offset in moved.items() if p in self.consumer.assignment}
        if owned:
            self.consumer.seek(owned)
            self._go_on()

    # -- what the task asks for through its context ----------------------------------------------------------

    def seek(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Continue from these offsets, from the next read on."""
        self._seeks.update(offsets)
        self._waits.wake()

    def pause(self, partitions: AbstractSet[TopicPartition]) -> None:
        """Read no more of these partitions until `resume`."""
        self._paused_by_task |= partitions
        self.consumer.pause(partitions)

    def resume(self, partitions: AbstractSet[TopicPartition]) -> None:
        """Read these partitions again."""
        self._paused_by_task -= partitions
        if self._pending is None and not self._held:
            self.consumer.resume(partitions)

    def _apply_seeks(self) -> None:
        seeks = {p: offset for p, offset in self._seeks.items() if p in self._offsets.partitions}
        self._seeks.clear()
        if seeks:
            self._drop_pending(frozenset(seeks))
            self._offsets.sought(seeks)
            self.consumer.seek(seeks)
            self._go_on()


def _positions(records: Sequence[ConsumerRecord]) -> dict[TopicPartition, int]:
    """Return, per partition, the offset after its last record. Records come in runs of one partition."""
    positions: dict[TopicPartition, int] = {}
    last_topic, last_partition = None, -1
    for record in reversed(records):
        topic, partition = record[0], record[1]
        if partition != last_partition or topic != last_topic:
            last_topic, last_partition = topic, partition
            positions.setdefault(TopicPartition(topic, partition), record[2] + 1)
    return positions


def _names(partitions: AbstractSet[TopicPartition]) -> str:
    return ", ".join(sorted(map(str, partitions))) or "nothing"
