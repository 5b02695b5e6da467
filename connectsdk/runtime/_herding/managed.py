"""What does one connector do, and what is it meant to do?

A `Managed` follows the desired state of one connector: it brings the worker to it, takes note of what failed, and waits
for the next change. Nothing that an operator asks for waits for plugin code here.
"""

import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import anyio
import attrs

from connectsdk._core.config_records import Desired
from connectsdk._core.lifecycle import State
from connectsdk._core.restart_plan import RestartPlan
from connectsdk._core.target_state import TargetState
from connectsdk.errors import ConfigError, ConnectError
from connectsdk.runtime._calls.plugin_calls import describe
from connectsdk.runtime._herding.reloading import Reloading
from connectsdk.runtime._herding.turns import Turns
from connectsdk.runtime._operated import (
    BadRequestError,
    ConnectorInfo,
    ConnectorStateInfo,
    Kind,
    TaskInfo,
    TaskStateInfo,
)
from connectsdk.runtime._tasks.status import ConnectorStatus, TaskStatus
from connectsdk.runtime._worker.blueprint import Blueprint
from connectsdk.runtime._worker.worker import Worker

__all__ = ("Managed",)

log = logging.getLogger("connectsdk.herder")

NOT_STOPPED = (
    "Connectors must be in the STOPPED state before their offsets can be modified. This can be done for the specified "
    "connector by issuing a 'PUT' request to the '/connectors/{name}/stop' endpoint"
)
TASK_STATES = {State.FINISHED: "RUNNING", State.STOPPED: "UNASSIGNED"}
"""States that operators' tools do not know of a task: one that has no more records has nothing else to do."""


@attrs.define(eq=False)
class Managed:
    """One connector.

    Attributes:
        name: Its name.
        desired: What it is meant to be.
        worker: What runs it.
        worker_id: Where that is reached.
        kind: Source or sink, once it is known.
        settled: Whether the worker does what was desired when it last looked.
        read: What its configuration says, when it was read just now: the next start need not read it again.
    """

    name: str
    desired: Desired
    worker: Worker
    worker_id: str
    kind: Kind = "unknown"
    settled: bool = False
    read: Blueprint | None = None
    _applied: Desired | None = None
    _error: str | None = None
    _restarts: list[RestartPlan] = attrs.field(factory=list)
    _starting: anyio.CancelScope | None = None
    _restarting: set[int | None] = attrs.field(factory=set)
    _former_tasks: list[TaskInfo] = attrs.field(factory=list)
    _topics: set[str] = attrs.field(factory=set)
    _reloading: Reloading = attrs.field(init=False)
    _changed: anyio.Event = attrs.field(factory=anyio.Event)
    _looked: anyio.Event = attrs.field(factory=anyio.Event)

    def __attrs_post_init__(self) -> None:
        self._reloading = Reloading(self.name)

    # -- what operators see ----------------------------------------------------------------------------------

    def info(self) -> ConnectorInfo:
        """Return it as it was configured."""
        return ConnectorInfo(
            name=self.name,
            config=self.desired.config,
            tasks=[each.task for each in self.tasks()],
            type=self.kind,
        )

    def tasks(self) -> list[TaskInfo]:
        """Return its tasks as they are configured; those it had until it has told which it wants now."""
        running = self._running
        told = [] if running is None else _told_tasks(self.worker, self.name)
        asked = running is not None and self._starting is None and not running.paused
        return told if told or asked else list(self._former_tasks)

    def status(self) -> ConnectorStateInfo:
        """Return how it and its tasks fare."""
        running = self._running
        error = self._error or (None if running is None else running.own_error)
        state = self._state(running, error)
        return ConnectorStateInfo(
            name=self.name,
            state=state,
            worker_id=self.worker_id,
            trace=error if state == "FAILED" else None,
            version=None if running is None else running.version,
            tasks=[] if running is None else self._task_states(running),
            type=self.kind,
        )

    def topics(self) -> list[str]:
        """Return the topics it has used."""
        self._note_topics()
        return sorted(self._topics)

    def reset_topics(self) -> None:
        """Forget which topics it has used until now."""
        self._note_topics()
        self._topics.clear()
        if self._running is not None:
            self.worker.forget_topics(self.name)

    def check_stopped(self) -> None:
        """Make sure that its offsets may be changed.

        Raises:
            BadRequestError: If it is not stopped, or still stopping.
        """
        if self.desired.target is not TargetState.STOPPED or self._running is not None:
            raise BadRequestError(NOT_STOPPED.format(name=self.name))

    # -- what operators ask for ------------------------------------------------------------------------------

    def aim(self, desired: Desired) -> None:
        """Follow another desired state from now on; a start that is under way for the state before is given up."""
        self.desired = desired
        if self._starting is not None:
            self._starting.cancel()
        self._wake()

    def refresh(self) -> None:
        """Start its connector object again, because its configuration was written again, unchanged."""
        self._restarts.append(RestartPlan(connector=True, tasks=()))
        self._wake()

    def restart(self, plan: RestartPlan) -> None:
        """Restart parts of it, when what was asked for before is done."""
        self._restarts.append(plan)
        self._restarting.update(plan.tasks, {None} if plan.connector else ())
        self._wake()

    def _wake(self) -> None:
        self.settled = False
        self._changed.set()

    # -- following -------------------------------------------------------------------------------------------

    async def follow(self, turns: Turns) -> None:
        """Follow the desired state until cancelled.

        Args:
            turns: How many connectors may be changed at once.
        """
        while True:
            self._changed = anyio.Event()
            async with turns.turn():
                await self._attempt(self._apply)
                while self._restarts:
                    await self._attempt(self._restart_next)
                if self._reloading.due and not self._changed.is_set():
                    await self._attempt(self._start_with_new_values)
            self.settled = not self._changed.is_set()
            self._looked.set()
            self._looked = anyio.Event()
            with anyio.move_on_after(self._reloading.wait):
                await self._changed.wait()

    async def wait_until_settled(self) -> None:
        """Wait until the worker does what is desired now, or failed to."""
        while not self.settled:
            await self._looked.wait()

    async def _attempt(self, change: Callable[[], Awaitable[None]]) -> None:
        try:
            await change()
        except Exception as error:
            self._error = self.worker.properties.secrets.hide(describe(error))
            unknown = None if isinstance(error, ConnectError) else error
            log.error("connector %s: FAILED: %s", self.name, self._error, exc_info=unknown)  # noqa: TRY400 - of ours it says it all

    async def _apply(self) -> None:
        desired, applied = self.desired, self._applied
        if desired.target is TargetState.STOPPED:
            await self._stop()
        elif applied is None or applied.config != desired.config:
            await self._stop()
            if desired is self.desired:
                await self._start(desired)
        elif desired.target is not applied.target:
            self._applied = desired
            paused = desired.target is TargetState.PAUSED
            if self._running is not None:
                await (self.worker.pause_connector if paused else self.worker.resume_connector)(self.name)

    async def _start(self, desired: Desired) -> None:
        """Start it; what fails is not tried again until something else is desired, or a restart asked for."""
        self._applied, self._error = desired, None
        state: Literal["paused", "running"] = "paused" if desired.target is TargetState.PAUSED else "running"
        with self._given_up_when_changed() as starting:
            read, self.read = self.read, None
            blueprint = _fresh(read, desired) or await self.worker.read_config(self.name, desired.config)
            self._reloading.read(blueprint.ttl)
            await self.worker.start_blueprint(blueprint, state=state)
        if starting.cancelled_caught:
            self._applied = None
        if self._running is not None:
            self.kind = self._running.kind

    @contextmanager
    def _given_up_when_changed(self) -> Iterator[anyio.CancelScope]:
        """Give up what is in the block when something else is desired."""
        self._starting = anyio.CancelScope()
        try:
            with self._starting as scope:
                yield scope
        finally:
            self._starting = None

    async def _start_with_new_values(self) -> None:
        """Restart it because values expire; while there are no new ones, it runs on with those it has."""
        desired = self.desired
        try:
            with self._given_up_when_changed():
                self._reloading.read((await self.worker.read_config(self.name, desired.config)).ttl)
        except ConnectError as error:
            self._reloading.failed(self.worker.properties.secrets.hide(describe(error)))
            return
        if desired is self.desired:
            log.info("connector %s: restarting, values from config providers have expired", self.name)
            await self._stop_running()
        if desired is self.desired:
            await self._start(desired)

    async def _stop(self) -> None:
        self._reloading.cancel()
        await self._stop_running()

    async def _stop_running(self) -> None:
        self._note_topics()
        self._former_tasks = [] if self.desired.target is TargetState.STOPPED else self.tasks()
        self._applied, self._error = None, None
        if self._running is not None:
            await self.worker.stop_connector(self.name)
        if self.kind == "unknown":
            self.kind = (await self.worker.read_config(self.name, self.desired.config)).kind

    async def _restart_next(self) -> None:
        plan = self._restarts.pop(0)
        try:
            if self.desired.target is TargetState.STOPPED or self._applied is None:
                return
            running = self._running
            if plan.connector and (running is None or running.own_error is not None):
                await self._begin_anew()
            elif plan.connector:
                self._error = None
                await self.worker.restart_connector(self.name)
            try:
                async with anyio.create_task_group() as group:
                    for task in plan.tasks:
                        group.start_soon(self._restart_task, task)
            except ExceptionGroup as errors:
                raise errors.exceptions[0] from errors
        finally:
            self._restarting.difference_update(plan.tasks, {None} if plan.connector else ())

    async def _begin_anew(self) -> None:
        """Stop it and start it; its configuration is read before anything is stopped."""
        with self._given_up_when_changed() as reading:
            self.read = await self.worker.read_config(self.name, self.desired.config)
        if not reading.cancelled_caught:
            await self._stop()
            await self._start(self.desired)

    async def _restart_task(self, task: int) -> None:
        try:
            await self.worker.restart_task(self.name, task)
        except ConfigError:  # it is gone: the connector has fewer tasks now
            log.info("connector %s task %d: not restarted, it does not exist any more", self.name, task)

    # -- what the worker says --------------------------------------------------------------------------------

    @property
    def _running(self) -> ConnectorStatus | None:
        return self.worker.status_of(self.name)

    def _state(self, running: ConnectorStatus | None, error: str | None) -> str:
        if None in self._restarting:
            return "RESTARTING"
        if self.desired.target is TargetState.STOPPED and running is None:
            return "STOPPED"
        if error is not None:
            return "FAILED"
        if running is None:
            return "UNASSIGNED"
        return "PAUSED" if running.paused else "RUNNING"

    def _task_states(self, running: ConnectorStatus) -> list[TaskStateInfo]:
        """Return its tasks' states; those it had are paused until it is resumed and tells which it wants now."""
        if running.paused and not running.tasks:
            return _paused(self.tasks(), self.worker_id, running.version)
        return [self._task_state(task, running.version) for task in running.tasks]

    def _task_state(self, task: TaskStatus, version: str | None) -> TaskStateInfo:
        state = TASK_STATES.get(task.state, task.state.upper())
        return TaskStateInfo(
            id=task.task,
            state="RESTARTING" if task.task in self._restarting else state,
            worker_id=self.worker_id,
            trace=task.error if task.state is State.FAILED else None,
            version=version,
        )

    def _note_topics(self) -> None:
        if self._running is not None:
            self._topics |= self.worker.topics(self.name)


def _paused(tasks: Iterable[TaskInfo], worker_id: str, version: str | None) -> list[TaskStateInfo]:
    return [
        TaskStateInfo(id=each.task, state="PAUSED", worker_id=worker_id, version=version) for each in tasks
    ]


def _fresh(read: Blueprint | None, desired: Desired) -> Blueprint | None:
    """Return what was read if it is what is desired; values that expire are read again."""
    return None if read is None or read.ttl is not None or read.written != desired.config else read


def _told_tasks(worker: Worker, name: str) -> list[TaskInfo]:
    return [
        TaskInfo(connector=name, task=number, config={key: _written(value) for key, value in config.items()})
        for number, config in enumerate(worker.task_configs(name))
    ]


def _written(value: Any) -> str:
    """Return a task's property as it would be written; a connector may compute it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.__qualname__ if isinstance(value, type) else str(value)
