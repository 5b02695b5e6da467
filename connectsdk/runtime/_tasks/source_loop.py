"""How do a source task's records get into their topics, and its offsets into the store?

Reads top to bottom in the order of a record's way: poll, pipeline, submit, send, settle, commit. What may be
stored is decided by `connectsdk._core.submitted_records`, what a record becomes by
`connectsdk._core.source_pipeline`.
"""

import logging
import random
from collections import deque
from collections.abc import Sequence
from functools import partial
from operator import itemgetter
from time import monotonic
from typing import Any

import anyio
import attrs

from connectsdk._core.commit_schedule import CommitSchedule
from connectsdk._core.counters import Counters
from connectsdk._core.retry import Retry
from connectsdk._core.source_pipeline import SourcePipeline, SourceRun
from connectsdk._core.submitted_records import Flight, SubmittedRecords
from connectsdk._core.verdict import Stage, Verdict
from connectsdk.errors import ConnectError, RetriableError
from connectsdk.record import SourceRecord
from connectsdk.runtime._calls.detached import last_commit_timeout
from connectsdk.runtime._calls.interruptible import Interruptible, Stopped
from connectsdk.runtime._calls.plugin_calls import describe
from connectsdk.runtime._calls.room import Room
from connectsdk.runtime._calls.stream_pump import StreamPump
from connectsdk.runtime._crash_points import reach
from connectsdk.runtime._settings import TaskSettings
from connectsdk.runtime._tasks.batches import through_pipeline
from connectsdk.runtime._tasks.dead_letters import DeadLetters
from connectsdk.runtime._tasks.failures import fatal_error, log_failures
from connectsdk.runtime._tasks.gate import Gate
from connectsdk.runtime._tasks.load import Load, source_load
from connectsdk.runtime._tasks.meter import Meter
from connectsdk.runtime._tasks.polls import Polls
from connectsdk.runtime._tasks.rejections import Rejections
from connectsdk.runtime._tasks.source_offsets import ConnectorOffsets
from connectsdk.runtime._tasks.topic_creator import TopicCreator
from connectsdk.runtime._tracing.steps import UNTRACED, Commit, Send, Through, Trace
from connectsdk.source import EndOfStream, SourceOffset, SourceTask
from connectsdk.transport import Delivery, DeliveryReport, Producer

__all__ = ("SourceLoop",)

log = logging.getLogger("connectsdk.task")

_TOPIC = itemgetter(0)


@attrs.define(eq=False)
class _UnderWay:
    """What one `send` took: its receipt in the ledger, the transport's delivery, for whom to tell, since when."""

    flight: Flight
    delivery: Delivery
    run: SourceRun | None
    since: float


@attrs.define(eq=False)
class SourceLoop:
    """One incarnation of a source task, between its `start` and its `stop`.

    Attributes:
        owner: Connector and task, for messages.
        task: The author's task, started.
        pipeline: What its records go through.
        producer: Where they go.
        offsets: Where its offsets are kept.
        counters: What became of its records.
        settings: How long things take.
        room: Where plugin code runs.
        pump: Makes batches of what a `StreamSourceTask` yields; None for other tasks.
        topics: Creates missing topics; None leaves that to the transport.
        letters: Where dead letters go; None when there is no dead-letter topic.
        gate: Where it waits while the connector is paused.
        trace: What traces its steps.
        finished: Whether the source said that there will be no more records.
    """

    owner: str
    task: SourceTask[Any]
    pipeline: SourcePipeline
    producer: Producer
    offsets: ConnectorOffsets
    counters: Counters
    settings: TaskSettings
    room: Room
    pump: StreamPump | None = None
    topics: TopicCreator | None = None
    letters: DeadLetters | None = None
    gate: Gate = attrs.field(factory=Gate)
    trace: Trace = UNTRACED
    finished: bool = False
    _ledger: SubmittedRecords = attrs.field(factory=SubmittedRecords)
    _under_way: deque[_UnderWay] = attrs.field(factory=deque)
    _waits: Interruptible = attrs.field(factory=Interruptible)
    _changed: anyio.Event = attrs.field(factory=anyio.Event)
    _commit_now: anyio.Event = attrs.field(factory=anyio.Event)
    _failure: BaseException | None = None
    _tells: bool = attrs.field(init=False)
    _meter: Meter = attrs.Factory(lambda self: Meter(self.counters), takes_self=True)
    _rejections: Rejections = attrs.field(init=False)
    _through: Through = attrs.field(init=False)
    _hand_over: Send = attrs.field(init=False)
    _store: Commit = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._tells = type(self.task).commit_record is not SourceTask.commit_record
        tolerance = self.pipeline.tolerance
        self._rejections = Rejections(self.owner, self.producer, tolerance, self.counters, self.letters)
        self._through = self.trace.transforming(through_pipeline)
        self._hand_over = self.trace.sending(self.producer.send)
        self._store = self.trace.committing(self.offsets.write)

    @property
    def settled(self) -> bool:
        """Whether everything read so far is delivered and its offsets are stored."""
        return self._ledger.clean and not self._under_way

    @property
    def load(self) -> Load:
        """What is under way."""
        return source_load(self.producer, self._under_way)

    def stop(self) -> None:
        """Read no more; deliver and commit what is in flight, then end."""
        self._waits.stop()
        if self.letters is not None:
            self.letters.stop()

    def request_commit(self) -> None:
        """Store offsets now instead of at the next interval."""
        self._commit_now.set()

    async def run(self) -> None:
        """Read until the source ends, the loop is stopped, or something fails.

        Raises:
            ConnectError: What failed; what was delivered before is committed.
        """
        try:
            async with anyio.create_task_group() as group:
                group.start_soon(self._guard, group.cancel_scope, self._settle_deliveries)
                group.start_soon(self._guard, group.cancel_scope, self._commit_regularly)
                if self.pump is not None:
                    pump = partial(self.room.call, self._name("stream"), self.pump.run)
                    group.start_soon(self._guard, group.cancel_scope, pump)
                await self._guard(group.cancel_scope, self._read_and_drain)
                group.cancel_scope.cancel()
        finally:
            try:
                with anyio.move_on_after(last_commit_timeout(self.settings.commit_timeout), shield=True):
                    await self._commit()
            finally:
                self.counters.give_back()
        if self._failure is not None:
            raise self._failure

    async def _guard(self, scope: anyio.CancelScope, part: Any) -> None:
        """Run a part of the loop; the first one to fail ends all of them."""
        try:
            await part()
        except Exception as error:  # noqa: BLE001 - kept, and raised by run
            self._failure = self._failure or error
            self._announce()
            scope.cancel()

    # -- poll -> pipeline -> submit -> send ------------------------------------------------------------------

    async def _read_and_drain(self) -> None:
        failure: Exception | None = None
        try:
            await self._read()
        except (Stopped, EndOfStream) as end:
            self.finished = isinstance(end, EndOfStream)
        except Exception as error:  # noqa: BLE001 - raised below, after what was sent before it is settled
            failure = error
        with anyio.move_on_after(self.settings.graceful):
            await self._drain()
        if failure is not None:
            raise failure

    async def _read(self) -> None:
        retry = Retry(self.settings.ask_again)
        poll = self.pump.poll if self.pump else self.task.poll
        polls = Polls(poll, self.settings.idle_wait, self.gate, self._meter)
        asked = partial(self.room.call, self._name("poll"), polls.until_records)
        ask = self.trace.polling(asked, lambda: polls.answered)
        while True:
            if self.gate.closed:
                with self._meter.pausing():
                    await self._waits.run(self.gate.wait)
            polls.step = "poll_again" if retry.attempts else "poll"
            try:
                records = await self._waits.run(ask)
            except RetriableError as error:
                if polls.answered:
                    retry.succeeded()
                self.counters.retry(Stage.TASK_POLL)
                reason = describe(error)
                self._meter.at("poll_again", reason)
                log.warning("%s: poll asks to be called again: %s", self.owner, reason)
                delay = retry.failed(anyio.current_time(), random.random(), error.after)  # noqa: S311 - spreads load
                await self._waits.sleep(delay or 0.0)
                continue
            retry.succeeded()
            if records:
                self._meter.spent(polls.began)
                await self._take(records)

    async def _take(self, records: Sequence[SourceRecord]) -> None:
        self._meter.take(len(records))
        size = self.settings.batch
        for start in range(0, len(records), size):
            chunk = records if len(records) <= size else records[start : start + size]
            run = SourceRun(chunk)
            self._meter.at("transform")
            await self._through(self.owner, self.room, self.pipeline, run, self._waits, self.settings)
            if self.letters is not None and run.failures:
                await self.letters.bury_source(
                    [(chunk[failure.index], failure) for failure in run.failures if failure is not run.fatal]
                )
            self._meter.at("send")
            await self._send(run)
            if self._waits.stopping:
                raise Stopped
            await anyio.lowlevel.checkpoint()  # one pass of a busy source must not keep the loop from others

    async def _send(self, run: SourceRun) -> None:
        """Enter the run's settled part into the ledger and hand its records to the producer."""
        fatal = run.fatal
        end = run.next if fatal is None else fatal.index
        whole = end == len(run.records)
        flight = self._ledger.submit(
            run.records if whole else run.records[:end], run.verdicts if whole else run.verdicts[:end]
        )
        run.tell(self.counters)
        log_failures(self.owner, run, self.settings)
        if run.out or self._tells:
            if self.topics is not None:
                await self.topics.create_missing(run.out)
            reach("after_poll_before_send")
            delivery = await self._hand_over(run.out)
            self.counters.topics.update(map(_TOPIC, run.out))
            reach("after_send_before_ack")
            keep = run if self._tells or self.letters is not None else None
            self._under_way.append(_UnderWay(flight, delivery, keep, monotonic()))
            self._announce()
        if fatal is not None:
            raise fatal_error(self.owner, run)

    # -- acknowledged -> settle ------------------------------------------------------------------------------

    async def _settle_deliveries(self) -> None:
        while True:
            while not self._under_way:
                await self._changed.wait()
            sent = self._under_way[0]
            report = await sent.delivery.wait()
            await self._settle(sent, report)
            if sent.run is not None and self._tells:
                await self._tell(sent.run, report)
            self._under_way.popleft()
            self._meter.delivered(sent.flight.size)
            self._announce()

    async def _settle(self, sent: _UnderWay, report: DeliveryReport) -> None:
        size = sent.flight.size
        if report.rejected:
            await self._rejections.settle(report.rejected, sent.run, size)
        else:
            self.counters.deliver(size)
        self._ledger.settle(sent.flight)

    async def _tell(self, run: SourceRun, report: DeliveryReport) -> None:
        """Call the author's `commit_record` for each record: the price of overriding it."""
        delivered = iter(report.metadata())
        name = self._name("commit_record")
        try:
            for record, verdict in zip(run.records, run.verdicts, strict=True):
                if verdict == Verdict.FAILED:
                    break
                metadata = next(delivered) if verdict == Verdict.PASS else None
                await self.room.call(name, self.task.commit_record, record, metadata)
        except ConnectError as error:
            log.warning("%s; the records are settled all the same", error)

    async def _drain(self) -> None:
        while self._under_way and self._failure is None:
            await self._changed.wait()

    def _announce(self) -> None:
        """Wake those who wait for a change of what is under way: once per batch."""
        self._changed.set()
        self._changed = anyio.Event()

    # -- every interval: committable offsets -> store -> task.commit ------------------------------------------

    async def _commit_regularly(self) -> None:
        schedule = CommitSchedule.starting(self.settings.commit_interval, anyio.current_time())
        while True:
            with anyio.move_on_after(schedule.wait(anyio.current_time())):
                await self._commit_now.wait()
                self._commit_now = anyio.Event()
            await self._commit()
            schedule.ended(anyio.current_time())

    async def _commit(self) -> None:
        offsets, began = self._ledger.committable(), monotonic()
        try:
            if offsets:
                reach("after_ack_before_offset_store")
                with anyio.fail_after(self.settings.commit_timeout):
                    await self._store(offsets)
                reach("after_offset_store_before_task_commit")
                self._ledger.stored(offsets)
                self._meter.committed(began, success=True)
        except (ConnectError, TimeoutError) as error:
            self._meter.committed(began, success=False)
            log.warning(
                "%s: offsets of %d source partitions could not be stored and are tried again: %s",
                self.owner,
                len(offsets),
                describe(error),
            )
            return
        if offsets and type(self.task).commit is not SourceTask.commit:
            await self._tell_committed(offsets)

    async def _tell_committed(self, offsets: Sequence[SourceOffset]) -> None:
        try:
            await self.room.call(self._name("commit"), self.task.commit, offsets)
        except ConnectError as error:
            log.warning("%s; the offsets are stored all the same", error)

    def _name(self, method: str) -> str:
        """Return what a call of the task is named in messages."""
        return f"{self.owner}: {type(self.task).__name__}.{method}"
