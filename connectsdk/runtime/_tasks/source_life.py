"""What happens in one life of a source task?

Its producer is opened, the author's task made and started, the loop run, the task stopped and everything
closed: in this order, whatever fails. Driven by `supervisor`.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import anyio
import attrs

from connectsdk._core.counters import Counters
from connectsdk._core.source_pipeline import SourcePipeline
from connectsdk._core.topic_creation import TopicCreation
from connectsdk.runtime._calls.interruptible import Interruptible, Stopped
from connectsdk.runtime._calls.plugin_life import end, make, release, start
from connectsdk.runtime._calls.room import LoopRoom, Room, open_room
from connectsdk.runtime._calls.stream_pump import StreamPump
from connectsdk.runtime._parts.pipelines import Plumbing
from connectsdk.runtime._settings import TaskSettings
from connectsdk.runtime._tasks.contexts import SourceContext
from connectsdk.runtime._tasks.dead_letters import DeadLetterPlan, DeadLetters
from connectsdk.runtime._tasks.gate import Gate
from connectsdk.runtime._tasks.load import Load
from connectsdk.runtime._tasks.meter import Meter
from connectsdk.runtime._tasks.source_loop import SourceLoop
from connectsdk.runtime._tasks.topic_creator import TopicCreator
from connectsdk.runtime._tracing.steps import UNTRACED, Trace
from connectsdk.source import SourceTask, StreamSourceTask
from connectsdk.transport import Producer, ProducerConfig, Transport

__all__ = ("SourceLife",)


@attrs.define(eq=False)
class SourceLife:
    """One incarnation of a source task.

    Attributes:
        owner: Connector and task, for messages.
        task_class: The author's class.
        properties: The task's properties.
        context: What the task may ask for.
        plumbing: Makes its transforms and converters.
        transport: Where its records go.
        producer_config: How.
        settings: How long things take.
        counters: What became of its records.
        dead_letters: Where dead letters go, and how; None when there are none.
        topics: With which settings missing topics are created; None leaves that to the transport.
        gate: Where it waits while the connector is paused; a task that has not started yet does not.
        trace: What traces its steps.
    """

    owner: str
    task_class: type[SourceTask[Any]]
    properties: Mapping[str, Any] = attrs.field(repr=False)
    context: SourceContext
    plumbing: Plumbing
    transport: Transport
    producer_config: ProducerConfig
    settings: TaskSettings
    counters: Counters
    dead_letters: DeadLetterPlan | None = None
    topics: TopicCreation | None = None
    gate: Gate = attrs.field(factory=Gate)
    trace: Trace = UNTRACED
    failure: BaseException | None = None
    over: anyio.Event = attrs.field(factory=anyio.Event)
    _letters: DeadLetters | None = None
    _loop: SourceLoop | None = None
    _producer: Producer | None = None
    _room: Room = attrs.field(factory=LoopRoom)
    _starting: Interruptible = attrs.field(factory=Interruptible)

    @property
    def running(self) -> bool:
        """Whether `start` has returned."""
        return self._loop is not None

    @property
    def finished(self) -> bool:
        """Whether the source has no more records."""
        return self._loop is not None and self._loop.finished

    @property
    def left_behind(self) -> str | None:
        """The place in plugin code that did not end and was left behind; None when there is none."""
        return self._room.left_behind

    @property
    def settled(self) -> bool:
        """Whether everything read so far is delivered and its offsets stored."""
        return self._loop is not None and self._loop.settled

    @property
    def load(self) -> Load:
        """What it has under way."""
        return Load() if self._loop is None else self._loop.load

    def stop(self) -> None:
        """Read no more; deliver and commit what is in flight, then end."""
        self._starting.stop()
        if self._loop is not None:
            self._loop.stop()

    def request_commit(self) -> None:
        """Store offsets now instead of at the next interval."""
        if self._loop is not None:
            self._loop.request_commit()

    async def abandon(self) -> None:
        """Close its clients from outside."""
        self.context.stored.close()
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
            plumbing = await room.compute(name, self.plumbing.open_source)
            close = plumbing.aclose if plumbing.holds else None
            self._letters = await self._open_letters(room)
            self._producer = await self._starting.run(lambda: self.transport.producer(self.producer_config))
            task = await make(self.owner, room, self.task_class, self.context)
            try:
                await self._work(task, plumbing.pipeline, self._producer)
            finally:
                self.over.set()
                await end(self.owner, room, task, self.settings.graceful)
        finally:
            try:
                await release(self.owner, room, close, self.settings.graceful)
            finally:  # the supervisor may cut that short
                await self._let_go()

    async def _let_go(self) -> None:
        with anyio.CancelScope(shield=True):
            try:
                if self._producer is not None:
                    await self._producer.close()
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

    async def _start(self, task: SourceTask[Any]) -> None:
        await start(self.owner, self._room, task, self.properties, self.settings.start_timeout)

    async def _work(self, task: SourceTask[Any], pipeline: SourcePipeline, producer: Producer) -> None:
        try:
            await self._starting.run(self.gate.wait)
            await self._starting.run(lambda: self._start(task))
            self._loop = SourceLoop(
                self.owner,
                task,
                pipeline,
                producer,
                self.context.stored,
                self.counters,
                self.settings,
                self._room,
                StreamPump(self.owner, task) if isinstance(task, StreamSourceTask) else None,
                None if self.topics is None else TopicCreator(self.topics, self.transport.admin),
                self._letters,
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
