"""How are connectors managed while a worker runs?

A `Herder` keeps what operators want, durably, and makes the worker follow: its methods are the operations of Kafka
Connect's REST API. What it answers is known at once; plugin code is only waited for where that is said.
"""

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import anyio

from connectsdk._core.offset_requests import Wanted
from connectsdk._core.restart_plan import plan_restart
from connectsdk._core.target_state import TargetState
from connectsdk._version import __version__
from connectsdk.errors import IllegalStateError
from connectsdk.runtime._calls.detached import Detached
from connectsdk.runtime._calls.stages import following
from connectsdk.runtime._checking.operated_plugins import OperatedPlugins
from connectsdk.runtime._herding.changes import Changes
from connectsdk.runtime._herding.desired_file import FileDesiredState
from connectsdk.runtime._herding.desired_state import DesiredState, TopicDesiredState
from connectsdk.runtime._herding.flock import Flock
from connectsdk.runtime._herding.health import HEALTH_TIMEOUT, cluster_id_of, health_of, with_transport
from connectsdk.runtime._herding.offset_changes import OffsetChanges
from connectsdk.runtime._herding.operated_connectors import OperatedConnectors
from connectsdk.runtime._herding.operations import Operations
from connectsdk.runtime._operated import (
    AlreadyExistsError,
    BadRequestError,
    ConfigInfo,
    ConfigInfos,
    ConfigKeyInfo,
    ConfigValueInfo,
    ConflictError,
    ConnectorInfo,
    ConnectorOffset,
    ConnectorStateInfo,
    Health,
    HerderError,
    NotFoundError,
    PluginInfo,
    TaskInfo,
    TaskStateInfo,
    UnusablePlugin,
)
from connectsdk.runtime._worker.worker import Worker

__all__ = (
    "HEALTH_TIMEOUT",
    "AlreadyExistsError",
    "BadRequestError",
    "ConfigInfo",
    "ConfigInfos",
    "ConfigKeyInfo",
    "ConfigValueInfo",
    "ConflictError",
    "ConnectorInfo",
    "ConnectorOffset",
    "ConnectorStateInfo",
    "DesiredState",
    "FileDesiredState",
    "Health",
    "Herder",
    "HerderError",
    "NotFoundError",
    "PluginInfo",
    "TaskInfo",
    "TaskStateInfo",
    "TopicDesiredState",
    "UnusablePlugin",
    "following",
)

DEFAULT_ID = "127.0.0.1:8083"


class Herder(OperatedPlugins, OperatedConnectors):
    """Manage the connectors of one worker.

    ```python
    async with Worker(transport) as worker, Herder(worker, FileDesiredState("connectors.json")) as herder:
        await herder.create("orders", {"connector.class": "FileStreamSource", "topic": "orders", "file": "a.txt"})
    ```

    Entering starts every connector that is meant to run, in the background. Leaving leaves the connectors to the
    worker, which stops them when it is left itself; what they are meant to do is kept.
    """

    def __init__(
        self, worker: Worker, desired: DesiredState | None = None, *, worker_id: str | None = None
    ) -> None:
        """Take what the herder works on.

        Args:
            worker: The worker, which runs no connectors but the herder's.
            desired: Where the desired state is kept; by default in the worker's transport, in the topic that
                `config.storage.topic` names.
            worker_id: Host and port under which this worker is reached; by default where its REST API is served.
        """
        worker.restrict()
        flock = Flock(worker, worker_id or DEFAULT_ID)
        OperatedPlugins.__init__(self, worker)
        OperatedConnectors.__init__(self, worker, flock)
        self._desired = desired or TopicDesiredState(worker.transport, worker.config.config_storage_topic)
        self._named = worker_id is not None
        self._changes = Changes(worker, self._desired, self._flock, self)
        self._operations = Operations()
        self._host: Detached | None = None
        self._cluster_id: str | None = None
        self.version = __version__

    async def __aenter__(self) -> Self:
        """Read the desired state and begin to follow it.

        Raises:
            ConfigError: If it cannot be read.
            TransportError: If the store does not answer.
        """
        for name, desired in (await self._desired.load()).items():
            self._flock.add(name, desired)
        begun = anyio.Event()
        self._host = Detached(self._flock.follow_all(begun), "connectsdk herder")
        await begun.wait()
        self._operations.open()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop following, and let go of the store."""
        host, self._host = self._host, None
        with anyio.CancelScope(shield=True):
            await self._operations.close()
            if host is not None:
                host.cancel()
                await host.wait()
            await self._desired.close()

    @property
    def worker_id(self) -> str:
        """Host and port under which this worker is reached."""
        return self._flock.worker_id

    def reached_at(self, worker_id: str) -> None:
        """Say under which host and port this worker is reached, unless that was said when the herder was made."""
        if not self._named:
            self._flock.reached_at(worker_id)

    # -- is it well ------------------------------------------------------------------------------------------

    def health(self) -> Health:
        """Return whether the worker follows the desired state."""
        running = self._host is not None and not self._host.finished
        return health_of(self._flock if running else None)

    async def check_health(self, seconds: float = HEALTH_TIMEOUT) -> Health:
        """Return whether the worker can do its work: `health`, and whether its transport answers.

        Args:
            seconds: How long the transport may take to answer.
        """
        return await with_transport(self.health(), self._worker, seconds)

    async def read_cluster_id(self) -> str | None:
        """Return by which name the Kafka cluster knows itself; None when there is none, or it does not answer soon."""
        if self._cluster_id is None:
            self._cluster_id = await cluster_id_of(self._worker)
        return self._cluster_id

    # -- what is meant to be ---------------------------------------------------------------------------------

    async def create(
        self, name: str, config: Mapping[str, Any], initial_state: str = "RUNNING"
    ) -> ConnectorInfo:
        """Add a connector; it is started in the background.

        Args:
            name: Its name.
            config: Its properties; numbers and booleans become text.
            initial_state: RUNNING, PAUSED or STOPPED.

        Raises:
            AlreadyExistsError: If the name is taken.
            BadRequestError: If the configuration cannot work.
            ConnectError: If the desired state could not be stored.
        """
        try:
            target = TargetState.initial(initial_state)
        except ValueError as error:
            raise BadRequestError(str(error)) from None
        return await self._operations.run(self._changes.create(name, config, target))

    async def put_config(self, name: str, config: Mapping[str, Any]) -> tuple[bool, ConnectorInfo]:
        """Replace a connector's properties, or create it; return whether it was created.

        Raises:
            BadRequestError: If the configuration cannot work.
            ConnectError: If the desired state could not be stored.
        """
        return await self._operations.run(self._changes.put_config(name, config))

    async def patch_config(self, name: str, patch: Mapping[str, Any]) -> ConnectorInfo:
        """Change some of a connector's properties; None removes one.

        Raises:
            NotFoundError: If there is no such connector.
            BadRequestError: If the configuration cannot work then.
            ConnectError: If the desired state could not be stored.
        """
        return await self._operations.run(self._changes.patch_config(name, patch))

    async def delete(self, name: str) -> None:
        """Stop a connector and forget it; its offsets and its consumer group stay.

        Raises:
            NotFoundError: If there is no such connector.
            ConnectError: If that could not be stored.
        """
        await self._operations.run(self._changes.delete(name))

    async def pause(self, name: str) -> None:
        """Let a connector's tasks wait, in the background.

        Raises:
            NotFoundError: If there is no such connector.
            ConnectError: If that could not be stored.
        """
        await self._operations.run(self._changes.aim(name, TargetState.PAUSED))

    async def resume(self, name: str) -> None:
        """Let a paused or stopped connector run, in the background.

        Raises:
            NotFoundError: If there is no such connector.
            ConnectError: If that could not be stored.
        """
        await self._operations.run(self._changes.aim(name, TargetState.STARTED))

    async def stop(self, name: str) -> None:
        """End a connector and its tasks, in the background; it stays configured.

        Raises:
            NotFoundError: If there is no such connector.
            ConnectError: If that could not be stored.
        """
        await self._operations.run(self._changes.aim(name, TargetState.STOPPED))

    async def restart(
        self, name: str, *, include_tasks: bool = False, only_failed: bool = False
    ) -> ConnectorStateInfo | None:
        """Restart a connector, and with `include_tasks` its tasks; with `only_failed` only what has failed.

        Returns:
            The status with what is restarted in state RESTARTING, when either is given; otherwise None. It happens
            in the background, and what fails is in the status.

        Raises:
            NotFoundError: If there is no such connector.
        """
        self._check_running()
        operated = self._flock.get(name)
        status = operated.status()
        plan = plan_restart(
            connector_failed=status.state == "FAILED",
            tasks=[(task.id, task.state == "FAILED") for task in status.tasks],
            include_tasks=include_tasks,
            only_failed=only_failed,
        )
        operated.restart(plan)
        return operated.status() if include_tasks or only_failed else None

    async def restart_task(self, name: str, task: int) -> None:
        """Restart one task, in the background.

        Raises:
            NotFoundError: If there is no such task.
        """
        self._check_running()
        operated = self._flock.get(name)
        if task not in {each.task for each in operated.tasks()}:
            raise NotFoundError(f"Task {name}-{task} not found")
        operated.restart(
            plan_restart(connector_failed=False, tasks=[(task, True)], include_tasks=True, only_failed=True)
        )

    # -- offsets ---------------------------------------------------------------------------------------------

    async def offsets(self, name: str) -> list[ConnectorOffset]:
        """Return where a connector is.

        Raises:
            NotFoundError: If there is no such connector.
            TransportError: If its offsets cannot be read.
        """
        return await OffsetChanges(self._worker).read(name, self._flock.get(name).desired.config)

    async def alter_offsets(self, name: str, wanted: Wanted) -> str:
        """Change where a stopped connector goes on; return what to tell the operator.

        Args:
            name: The connector.
            wanted: Pairs of partition and offset; None in place of an offset forgets the partition.

        Raises:
            NotFoundError: If there is no such connector.
            BadRequestError: If it is not stopped, or the offsets make no sense.
            ConnectError: If the connector refuses, or they could not be stored.
        """
        return await self._operations.run(self._changes.alter_offsets(name, wanted))

    async def reset_offsets(self, name: str) -> str:
        """Forget where a stopped connector was; return what to tell the operator.

        Raises:
            NotFoundError: If there is no such connector.
            BadRequestError: If it is not stopped.
            ConnectError: If the connector refuses, or that could not be stored.
        """
        return await self._operations.run(self._changes.reset_offsets(name))

    def _check_running(self) -> None:
        if self._host is None:
            raise IllegalStateError("the herder is not running: use `async with Herder(...) as herder:`")
