"""How does a connector run?

The author's connector object is made and started, asked for its tasks' properties, and each task gets a
supervisor. When somebody asks for reconfiguration, the tasks whose properties changed are replaced.
"""

import logging
import random
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import anyio
import attrs
from anyio.abc import TaskGroup, TaskStatus

from connectsdk._core.gauges import WorkerStartups
from connectsdk._core.lifecycle import State
from connectsdk._core.retry import Retry, RetryPolicy
from connectsdk.config import parse
from connectsdk.errors import ConnectError
from connectsdk.runtime._calls.flag import Flag
from connectsdk.runtime._calls.inherited import inherited
from connectsdk.runtime._calls.interruptible import Interruptible, Stopped
from connectsdk.runtime._calls.log_context import on_behalf_of
from connectsdk.runtime._calls.plugin_calls import describe
from connectsdk.runtime._calls.room import LoopRoom, Room, open_room
from connectsdk.runtime._calls.signals import Signals
from connectsdk.runtime._tasks.contexts import ConnectorContext, SourceConnectorOffsetsContext
from connectsdk.runtime._tasks.gate import Gate
from connectsdk.runtime._tasks.source_offsets import ConnectorOffsets, WorkerOffsets
from connectsdk.runtime._tasks.status import ConnectorStatus
from connectsdk.runtime._tasks.supervisor import Supervisor
from connectsdk.runtime._worker.blueprint import Blueprint
from connectsdk.runtime._worker.lives import Lives
from connectsdk.runtime._worker.rereading import Rereading
from connectsdk.runtime._worker.running_tasks import RunningTasks
from connectsdk.runtime._worker.task_configs import TooManyTasksError, task_configs_of
from connectsdk.sink import SinkConnector
from connectsdk.source import SourceConnector
from connectsdk.transport import Transport

__all__ = ("Runner",)

log = logging.getLogger("connectsdk.connector")

RECONFIGURE_AGAIN = RetryPolicy(timeout=-1.0, initial_delay=0.25, max_delay=60.0)


@attrs.define(eq=False)
class Runner:
    """One connector of a worker.

    Attributes:
        rereading: Its configuration, which can be read again.
        transport: Where its records come from or go to.
        offsets: The worker's store of source offsets.
        gate: Closed while it is paused.
        startups: How often the worker's connectors and tasks were started.
        blueprint: What its configuration said when the author's connector was last started.
    """

    rereading: Rereading
    transport: Transport
    offsets: WorkerOffsets
    gate: Gate = attrs.field(factory=Gate)
    startups: WorkerStartups = attrs.field(factory=WorkerStartups)
    blueprint: Blueprint = attrs.field(init=False)
    _group: TaskGroup | None = None
    _tasks: RunningTasks = attrs.field(init=False)
    _room: Room = attrs.field(factory=LoopRoom)
    _signals: Signals = attrs.field(factory=Signals)
    _connector: SourceConnector[Any] | SinkConnector[Any] | None = None
    _error: str | None = None
    _starting: Interruptible = attrs.field(factory=Interruptible)
    _stopped: Flag = attrs.field(factory=Flag)
    _stopping: anyio.Event = attrs.field(factory=anyio.Event)

    def __attrs_post_init__(self) -> None:
        self.blueprint = self.rereading.latest
        startups = self.startups.tasks
        lives = Lives(self.rereading, self.transport, self.offsets, self._signals, self.gate, startups)
        self._tasks = RunningTasks(lives)

    @cached_property
    def _changing(self) -> anyio.Lock:
        return anyio.Lock()

    @property
    def name(self) -> str:
        """The connector's name."""
        return self.blueprint.name

    @property
    def supervisors(self) -> list[Supervisor]:
        """Its tasks."""
        return self._tasks.supervisors

    @property
    def abandoned(self) -> int:
        """How often its plugin code did not end and was left behind."""
        tasks = sum(supervisor.abandoned for supervisor in self.supervisors)
        return self._tasks.abandoned_before + tasks + (self._room.left_behind is not None)

    @property
    def ended(self) -> bool:
        """Whether nothing of it runs any more."""
        return self._error is not None or all(supervisor.state.ended for supervisor in self.supervisors)

    def status(self) -> ConnectorStatus:
        """Return how the connector and its tasks fare."""
        now = anyio.current_time()
        tasks = tuple(supervisor.status(now) for supervisor in self.supervisors)
        error = self._error or next((task.error for task in tasks if task.state is State.FAILED), None)
        states = {task.state for task in tasks}
        if error is not None:
            state = State.FAILED
        elif self._stopped.is_set():
            state = State.STOPPED
        elif self.gate.closed:
            state = State.PAUSED
        else:
            state = states.pop() if len(states) == 1 else State.RUNNING
        return ConnectorStatus(
            name=self.name,
            kind=self.blueprint.kind,
            state=state,
            error=error,
            own_error=self._error,
            version=self.blueprint.version,
            paused=self.gate.closed,
            tasks=tasks,
            abandoned=self.abandoned,
        )

    async def start(self) -> Sequence[Mapping[str, Any]]:
        """Make and start the author's connector; return its tasks' properties.

        Raises:
            ConnectError: If it cannot be started; it is stopped again.
        """
        owner = f"connector {self.name}"
        try:
            secrets = self.blueprint.worker.secrets
            with secrets.kept(), self.startups.connectors.attempt(), on_behalf_of(self.name):
                return await self._starting.run(lambda: self._start(owner))
        except BaseException as error:
            with anyio.CancelScope(shield=True):
                await self._stop_connector()
            if isinstance(error, Stopped):
                message = f"{owner} was stopped while it started"
                raise ConnectError(message) from None
            raise

    async def _start(self, owner: str) -> Sequence[Mapping[str, Any]]:
        room = self._room = open_room(owner, self.blueprint.settings)
        timeout = self.blueprint.settings.start_timeout
        name = f"{owner}: {self.blueprint.connector_class.__qualname__}"
        connector = self._connector = await room.call_within(timeout, f"{name}()", self._make)
        config = parse(type(connector).config_class, self.blueprint.properties)
        if not inherited(connector.start):
            await room.call_within(timeout, f"{name}.start", connector.start, config)
        configs = await task_configs_of(self.blueprint, self._room, connector)
        if _keeps_nothing(connector):
            await room.rest()
        return configs

    async def run(self, configs: Sequence[Mapping[str, Any]], *, task_status: TaskStatus[None]) -> None:
        """Run the connector's tasks until it is stopped; say when they are under way."""
        try:
            async with anyio.create_task_group() as group:
                self._group = group
                self._tasks.begin_missing(configs, self.blueprint, group)
                task_status.started()
                group.start_soon(self._follow_signals, group)
                await self._stopping.wait()
                await self._tasks.end()
                group.cancel_scope.cancel()
        finally:
            self._group = None
            with anyio.CancelScope(shield=True):
                await self._stop_connector()
            self._stopped.set()

    async def give_up(self) -> None:
        """Take note that it does not run, because starting it failed or was cancelled."""
        with anyio.CancelScope(shield=True):
            await self._stop_connector()
        self._stopped.set()

    async def stop(self) -> None:
        """End all tasks and the connector cleanly, inside the graceful limit."""
        self._stopping.set()
        self._starting.stop()
        await self._stopped.wait()

    # -- while it runs ---------------------------------------------------------------------------------------

    @property
    def task_configs(self) -> Sequence[Mapping[str, Any]]:
        """The properties of its tasks, with references as they were written."""
        return self._tasks.written()

    async def pause(self) -> None:
        """Stop the author's connector and let its tasks wait; they stay what they are."""
        async with self._changing:
            self.gate.close()
            await self._stop_connector()

    async def resume(self) -> None:
        """Start the author's connector again and let its tasks go on; those whose properties changed are replaced.

        Raises:
            ConnectError: If the connector fails to start; its tasks go on as they are.
        """
        async with self._changing:
            try:
                if self._connector is None:
                    await self._start_again()
            finally:
                self.gate.open()

    async def restart(self) -> None:
        """Stop and start the author's connector, with the values of now; only tasks whose properties changed are replaced.

        Values that came in place of references aside: tasks keep those that they have.

        Raises:
            ConnectError: If the connector fails to start; its tasks go on as they are.
        """
        async with self._changing:
            await self._stop_connector()
            await self._reread()
            if not self.gate.closed:
                await self._start_again()

    async def _reread(self) -> None:
        try:
            self.blueprint = await self._starting.run(self.rereading.now)
        except Stopped:
            message = f"connector {self.name} was stopped while it started"
            raise ConnectError(message) from None
        except ConnectError as error:
            self._error = describe(error)
            raise

    async def restart_task(self, number: int) -> None:
        """End one task cleanly and begin it anew, with the values of now and a fresh budget of restarts.

        Raises:
            KeyError: If there is no such task.
        """
        async with self._changing:
            values = await self._tasks.end_one(number)
            if self._group is not None and not self._stopping.is_set():
                self._tasks.begin(values, self._group)

    async def _start_again(self) -> None:
        self._error = None
        try:
            configs = await self.start()
        except ConnectError as error:
            self._error = describe(error)
            raise
        if self._group is not None and not self._stopping.is_set():
            await self._replace_tasks(configs, self._group)

    # -- tasks -----------------------------------------------------------------------------------------------

    async def _follow_signals(self, group: TaskGroup) -> None:
        while self._signals.error is None:
            await self._signals.wait()
            if self._signals.reconfigure:
                self._signals.reconfigure = False
                await self._reconfigure(group)
        self._error = f"raised by the connector: {describe(self._signals.error)}"
        log.error("connector %s: %s", self.name, self._error)
        self._tasks.stop()

    async def _reconfigure(self, group: TaskGroup) -> None:
        """Replace the tasks whose properties changed; a connector that fails to tell them is asked again."""
        retry = Retry(RECONFIGURE_AGAIN)
        while (connector := self._connector) is not None and self._signals.error is None:
            try:
                configs = await task_configs_of(self.blueprint, self._room, connector)
            except ConnectError as error:
                if self._connector is not connector:  # stopped meanwhile: when it starts, it is asked again
                    return
                if isinstance(error, TooManyTasksError):
                    self._error = describe(error)
                    log.error("connector %s: FAILED: %s", self.name, error)  # noqa: TRY400 - it says it all
                    return
                delay = retry.failed(anyio.current_time(), random.random()) or 0.0  # noqa: S311 - spreads load
                log.error(  # noqa: TRY400 - it says it all
                    "connector %s: its tasks stay as they are, asking again in %.2f s: %s",
                    self.name,
                    delay,
                    error,
                )
                with anyio.move_on_after(delay):
                    await self._signals.wait()
                continue
            async with self._changing:
                if self._connector is connector and not self._stopping.is_set():
                    await self._replace_tasks(configs, group)
            return

    async def _replace_tasks(self, configs: Sequence[Mapping[str, Any]], group: TaskGroup) -> None:
        await self._tasks.end_changed(configs, self.blueprint)
        self._tasks.begin_missing(configs, self.blueprint, group)

    # -- the author's connector ------------------------------------------------------------------------------

    async def _make(self) -> SourceConnector[Any] | SinkConnector[Any]:
        connector = self.blueprint.connector_class()
        connector.context = _context(self.blueprint, self.offsets, self._signals, self._room)
        return connector

    async def _stop_connector(self) -> None:
        connector, self._connector = self._connector, None
        try:
            if connector is not None and not inherited(connector.stop):
                name = f"connector {self.name}: {type(connector).__name__}.stop"
                with on_behalf_of(self.name):
                    await self._room.call_within(self.blueprint.settings.graceful, name, connector.stop)
        except ConnectError as error:
            log.warning("%s", error, exc_info=error.__cause__)
        finally:
            await self._room.close()


def _context(plan: Blueprint, stored: WorkerOffsets, signals: Signals, room: Room) -> Any:
    """Return what a connector may ask the runtime for: a source's knows of offsets."""
    if plan.kind == "sink":
        return ConnectorContext(plan.name, plan.properties, signals, room)
    offsets = ConnectorOffsets(stored, plan.name)
    return SourceConnectorOffsetsContext(plan.name, plan.properties, signals, room, stored=offsets)


def _keeps_nothing(connector: SourceConnector[Any] | SinkConnector[Any]) -> bool:
    """Return whether a connector has nowhere to begin what goes on beside its calls: most have not."""
    return inherited(connector.start) and type(connector).__init__ is object.__init__
