"""What happens in one life of a sink task?

The author's task is made and started, its consumer opened, the loop run, the task stopped and everything
closed: in this order, whatever fails. Driven by `supervisor`.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import anyio
import attrs

from connectsdk._core.counters import Counters
from connectsdk._core.sink_pipeline import SinkPipeline
from connectsdk._core.tolerance import Tolerance
from connectsdk.runtime._calls.interruptible import Interruptible, Stopped
from connectsdk.runtime._calls.plugin_life import end, make, release, start
from connectsdk.runtime._calls.room import LoopRoom, Room, open_room
from connectsdk.runtime._parts.pipelines import Plumbing
from connectsdk.runtime._settings import TaskSettings
from connectsdk.runtime._tasks.contexts import SinkContext
from connectsdk.runtime._tasks.dead_letters import DeadLetterPlan, DeadLetters
from connectsdk.runtime._tasks.errant_records import ErrantRecords
from connectsdk.runtime._tasks.gate import Gate
from connectsdk.runtime._tasks.load import Load
from connectsdk.runtime._tasks.meter import Meter
from connectsdk.runtime._tasks.sink_loop import SinkLoop
from connectsdk.runtime._tracing.steps import UNTRACED, Trace
from connectsdk.sink import SinkTask
from connectsdk.transport import Consumer, ConsumerConfig, Transport

__all__ = ("SinkLife",)


@attrs.define(eq=False)
class SinkLife:
    """One incarnation of a sink task.

    Attributes:
        owner: Connector and task, for messages.
        task_class: The author's class.
        properties: The task's properties.
        context: What the task may ask for.
        plumbing: Makes its transforms and converters.
        transport: Where its records come from.
        consumer_config: How.
        settings: How long things take.
        counters: What became of its records.
        dead_letters: Where dead letters go, and how; None when there are none.
        gate: Where it waits while the connector is paused; a task that has not started yet does not.
        trace: What traces its steps.
    """

    owner: str
    task_class: type[SinkTask[Any]]
    properties: Mapping[str, Any] = attrs.field(repr=False)
    context: SinkContext
    plumbing: Plumbing
    transport: Transport
    consumer_config: ConsumerConfig
    settings: TaskSettings
    counters: Counters
    dead_letters: DeadLetterPlan | None = None
    finished: bool = False
    gate: Gate = attrs.field(factory=Gate)
    trace: Trace = UNTRACED
    failure: BaseException | None = None
    over: anyio.Event = attrs.field(factory=anyio.Event)
    _letters: DeadLetters | None = None
    _errant: ErrantRecords | None = None
    _loop: SinkLoop | None = None
    _consumer: Consumer | None = None
    _room: Room = attrs.field(factory=LoopRoom)
    _starting: Interruptible = attrs.field(factory=Interruptible)

    @property
    def running(self) -> bool:
        """Whether `start` has returned."""
        return self._loop is not None

    @property
    def left_behind(self) -> str | None:
        """The place in plugin code that did not end and was left behind; None when there is none."""
        return self._room.left_behind

    @property
    def settled(self) -> bool:
        """Whether everything read so far is in the sink and committed."""
        return self._loop is not None and self._loop.settled

    @property
    def assignment(self) -> frozenset[tuple[str, int]]:
        """The partitions the task owns now."""
        return frozenset() if self._loop is None else frozenset(self._loop.assignment)

    @property
    def load(self) -> Load:
        """What it has under way."""
        return Load() if self._loop is None else self._loop.load

    def stop(self) -> None:
        """Read no more; commit what was delivered, then end."""
        self._starting.stop()
        if self._loop is not None:
            self._loop.stop()

    def request_commit(self) -> None:
        """Commit now instead of at the next interval."""
        if self._loop is not None:
            self._loop.request_commit()

    async def abandon(self) -> None:
        """Close its clients from outside."""
        await self._let_go()

    async def run(self) -> None:
        """Live once; what it fails of is kept in `failure`."""
        try:
            await self._run()
        except Stopped:
            pass
        except Exception as error:  # noqa: BLE001 - the supervisor judges it
            self.failure = error
        finally:
            self.over.set()

    async def _run(self) -> None:
        room = self._room = self.context.room = open_room(self.owner, self.settings)
        close: Callable[[], Awaitable[None]] | None = None
        try:
            name = f"{self.owner}: making its transforms and converters"
            plumbing = await room.compute(name, self.plumbing.open_sink)
            close = plumbing.aclose if plumbing.holds else None
            self._letters = await self._open_letters(room)
            self._errant = self.context.errant_record_reporter = self._reporter(plumbing.pipeline, room)
            task = await make(self.owner, room, self.task_class, self.context)
            try:
                await self._work(task, plumbing.pipeline)
            finally:
                self.over.set()
                await end(self.owner, room, task, self.settings.graceful)
                await self._last_reports()
        finally:
            try:
                await release(self.owner, room, close, self.settings.graceful)
            finally:  # the supervisor may cut that short; a consumer that stays keeps its partitions from everybody
                await self._let_go()

    async def _let_go(self) -> None:
        with anyio.CancelScope(shield=True):
            try:
                if self._consumer is not None:
                    await self._consumer.close()
            finally:
                if self._letters is not None:
                    await self._letters.close()
                self.trace.close()

    async def _open_letters(self, room: Room) -> DeadLetters | None:
        owner = (self.context.connector, self.context.task)
        letters = DeadLetters.of_task(
            owner, self.dead_letters, self.transport, room, self.counters.gauges, trace=self.trace
        )
        if letters is not None:
            await self._starting.run(letters.open)
        return letters

    def _reporter(self, pipeline: SinkPipeline, room: Room) -> ErrantRecords | None:
        """Return where the task may report single records, if that would be noticed."""
        tolerant = pipeline.tolerance is not Tolerance.NONE
        if not tolerant and self.dead_letters is None and not self.settings.log_failures:
            return None
        plugin = f"{self.task_class.__module__}.{self.task_class.__qualname__}"
        return ErrantRecords(self.owner, plugin, pipeline, self.counters, self.settings, room, self._letters)

    async def _last_reports(self) -> None:
        """Write what the task reported while it was closed and stopped."""
        if self._errant is not None:
            try:
                with anyio.move_on_after(self.settings.graceful, shield=True):
                    await self._errant.settle()
            finally:
                self._errant.give_back()

    async def _start(self, task: SinkTask[Any]) -> None:
        await start(self.owner, self._room, task, self.properties, self.settings.start_timeout)

    async def _work(self, task: SinkTask[Any], pipeline: SinkPipeline) -> None:
        try:
            await self._starting.run(self.gate.wait)
            await self._starting.run(lambda: self._start(task))
            self._consumer = await self._starting.run(lambda: self.transport.consumer(self.consumer_config))
            self._loop = self.context.loop = SinkLoop(
                self.owner,
                task,
                pipeline,
                self._consumer,
                self.counters,
                self.settings,
                self._room,
                self._letters,
                self._errant,
                gate=self.gate,
                trace=self.trace,
            )
            with Meter(self.counters).working():
                await self._loop.run()
        except Stopped:
            raise
        except Exception as error:
            self.failure = error  # known before `stop` is called, which may hang
            raise
