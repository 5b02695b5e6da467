"""How do connectors run inside a program?

A `Worker` starts and stops them. How they fare is in `roster`, what they share in `premises`, one of them in `runner`.
"""

import logging
import time
from collections.abc import Mapping, Sequence, Set as AbstractSet
from types import TracebackType
from typing import Any, Literal, Self

import anyio
import attrs
from anyio.abc import TaskGroup

from connectsdk._core.gauges import WorkerStartups
from connectsdk.config.worker import WorkerConfig
from connectsdk.errors import ConfigError, IllegalStateError
from connectsdk.runtime._calls.consultations import Consultations
from connectsdk.runtime._parts.own_properties import OwnProperties
from connectsdk.runtime._parts.plugins import Plugins
from connectsdk.runtime._parts.worker_properties import WorkerProperties
from connectsdk.runtime._tasks.source_offsets import WorkerOffsets
from connectsdk.runtime._tasks.status import ConnectorStatus
from connectsdk.runtime._worker.blueprint import Blueprint
from connectsdk.runtime._worker.idleness import Idleness
from connectsdk.runtime._worker.premises import Premises
from connectsdk.runtime._worker.reading import read_blueprint
from connectsdk.runtime._worker.rereading import Rereading
from connectsdk.runtime._worker.roster import Roster
from connectsdk.runtime._worker.runner import Runner
from connectsdk.runtime._worker.snapshot import WorkerFacts
from connectsdk.transport import Transport

__all__ = ("Worker",)

log = logging.getLogger("connectsdk.worker")


class Worker:
    """Run connectors on a transport, in this event loop.

    ```python
    async with Worker(EmbeddedTransport()) as worker:
        await worker.start_connector("orders", {"connector.class": MySource, "topic": "orders"})
        await worker.wait_until_idle(2)
    ```

    Leaving the block stops every connector cleanly: what is in flight is delivered and committed inside
    `task.shutdown.graceful.timeout.ms`.
    """

    def __init__(
        self, transport: Transport, config: Mapping[str, Any] | None = None, *, plugins: Plugins | None = None
    ) -> None:
        """Take what the worker runs on.

        Args:
            transport: The messaging system; opened and closed by the worker.
            config: The worker's properties, by Kafka Connect's names.
            plugins: Finds classes by name; by default whatever is installed.

        Raises:
            ConfigError: If the properties cannot work. Those that name config providers are read by `prepare`.
        """
        self.consultations = Consultations()
        self._own = OwnProperties(config or {}, plugins or Plugins(), self.consultations)
        self._transport = transport
        self._premises = Premises(transport)
        self._runners: dict[str, Runner] = {}
        self._roster = Roster(self._runners, self._hide)
        self._startups = WorkerStartups()
        self._abandoned = 0

    def __repr__(self) -> str:
        return f"<Worker on {self._transport.description}: {len(self._runners)} connectors>"

    async def __aenter__(self) -> Self:
        """Read the properties, unless that was done, and open the transport.

        Raises:
            ConfigError: If the properties cannot work, or a config provider does not answer.
            TransportError: If the transport does not answer, or refuses us.
        """
        await self.prepare()
        await self._premises.open(self.properties)
        return self

    async def prepare(self) -> None:
        """Read the properties, unless that was done: config providers that they name are asked, on threads.

        Raises:
            ConfigError: If the properties cannot work, or a config provider does not answer.
        """
        await self._own.prepare()

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop every connector cleanly and close the transport."""
        await self._premises.close(self._stop_all)

    async def _stop_all(self) -> None:
        async with anyio.create_task_group() as group:
            for runner in self._runners.values():
                group.start_soon(runner.stop)

    async def start_connector(
        self, name: str, config: Mapping[str, Any], *, state: Literal["running", "paused"] = "running"
    ) -> None:
        """Start a connector and its tasks; return when the connector has started and its tasks are under way.

        Args:
            name: Its name, unique in this worker.
            config: Its properties; `connector.class` may be a class or a name.
            state: `paused` checks the configuration and starts nothing until `resume_connector`.

        Raises:
            ConfigError: If its configuration cannot work, or the name is taken.
            ConnectError: If the connector itself fails to start.
            IllegalStateError: If the worker is not open.
        """
        self._check_free(name)
        await self.start_blueprint(await self.read_config(name, config), state=state)

    async def start_blueprint(
        self, blueprint: Blueprint, *, state: Literal["running", "paused"] = "running"
    ) -> None:
        """Start a connector whose configuration was read; see `start_connector`."""
        name = blueprint.name
        group = self._check_free(name)
        offsets = self.offsets_of(blueprint)
        rereading = Rereading(blueprint, lambda: self.read_config(name, blueprint.written))
        runner = self._runners[name] = Runner(rereading, self._transport, offsets, startups=self._startups)
        try:
            if state == "paused":
                await runner.pause()
            tasks = () if state == "paused" else await runner.start()
            with anyio.CancelScope(shield=True):  # nothing in it waits, and half of it cannot be undone
                await group.start(runner.run, tasks)
        except BaseException:
            await runner.give_up()
            self._forget(runner)
            raise
        log.info("connector %s: started with %d tasks", name, len(tasks))

    async def stop_connector(self, name: str) -> None:
        """Stop a connector cleanly and forget it; its offsets stay.

        Raises:
            ConfigError: If there is no such connector.
        """
        runner = self._roster.named(name)
        await runner.stop()
        self._forget(runner)

    def _forget(self, runner: Runner) -> None:
        if self._runners.get(runner.name) is runner:
            del self._runners[runner.name]
            self._abandoned += runner.abandoned

    @property
    def abandoned(self) -> int:
        """How often plugin code did not end and was left behind, over all connectors that ever ran here."""
        return self._abandoned + self.consultations.abandoned + self._roster.abandoned

    async def pause_connector(self, name: str) -> None:
        """Let a connector's tasks wait: nothing is read, what is in flight is delivered and committed.

        Sinks keep their partitions. The connector object is stopped, the task objects live on.

        Raises:
            ConfigError: If there is no such connector.
        """
        await self._roster.named(name).pause()

    async def resume_connector(self, name: str) -> None:
        """Let a paused connector go on.

        Raises:
            ConfigError: If there is no such connector.
            ConnectError: If the connector itself fails to start again.
        """
        await self._roster.named(name).resume()

    async def restart_connector(self, name: str) -> None:
        """Restart the connector object alone, with references read anew; tasks whose properties it changes are replaced.

        Raises:
            ConfigError: If there is no such connector.
            ConnectError: If the connector itself fails to start again.
        """
        await self._roster.named(name).restart()

    async def restart_task(self, name: str, task: int) -> None:
        """End one task cleanly, whatever state it is in, and begin it anew, with references read anew.

        Raises:
            ConfigError: If there is no such connector or task.
        """
        try:
            await self._roster.named(name).restart_task(task)
        except KeyError:
            message = f"Task {name}-{task} not found"
            raise ConfigError(message, key="name") from None

    @property
    def transport(self) -> Transport:
        """What the worker runs on."""
        return self._transport

    @property
    def config(self) -> WorkerConfig:
        """The worker's own configuration."""
        return self.properties.config

    @property
    def plugins(self) -> Plugins:
        """What finds classes by name."""
        return self._own.plugins

    @property
    def properties(self) -> WorkerProperties:
        """The worker's own configuration, with its plugins.

        Raises:
            IllegalStateError: If it names config providers, and the worker is not open.
        """
        return self._own.read

    def restrict(self) -> None:
        """Trust configurations less: they come from somebody else than who starts this program.

        They name no modules but those that `plugin.import.allow` lists, and override what the policy allows.
        """
        self._own.restrict()

    async def read_config(self, name: str, config: Mapping[str, Any]) -> Blueprint:
        """Check a connector's configuration without starting anything; return what it says.

        Raises:
            ConfigError: If it cannot work.
        """
        with self.properties.secrets.kept():
            return await read_blueprint(name, config, self.properties, self.consultations)

    def offsets_of(self, blueprint: Blueprint) -> WorkerOffsets:
        """Return the store of a source connector's offsets."""
        own_topic = getattr(blueprint.common, "offsets_storage_topic", None)
        topic = own_topic or self.config.offset_storage_topic
        return self._premises.store(topic, self.config)

    def status_of(self, name: str) -> ConnectorStatus | None:
        """Return how one connector fares; None if there is none of this name."""
        return self._roster.status_of(name)

    def forget_topics(self, name: str) -> None:
        """Let `topics` answer with those used from now on.

        Raises:
            ConfigError: If there is no such connector.
        """
        self._roster.forget_topics(name)

    def topics(self, name: str) -> AbstractSet[str]:
        """Return the topics that a connector's tasks have written to or read from since they began.

        Raises:
            ConfigError: If there is no such connector.
        """
        return self._roster.topics(name)

    def task_configs(self, name: str) -> Sequence[Mapping[str, Any]]:
        """Return the properties of a connector's tasks, with references as they were written.

        Raises:
            ConfigError: If there is no such connector.
        """
        return self._roster.named(name).task_configs

    def status(self) -> dict[str, ConnectorStatus]:
        """Return how every connector and task fares, by name."""
        return self._roster.status()

    def facts(self) -> WorkerFacts:
        """Return everything there is to know about the worker now; plugin code is not waited for."""
        return WorkerFacts(
            taken_at=time.time(),
            started_at=self._premises.opened_at,
            connector_startups=attrs.evolve(self._startups.connectors),
            task_startups=attrs.evolve(self._startups.tasks),
            abandoned=self.abandoned,
            pulse=self._premises.pulse,
            connectors=self._roster.facts(),
        )

    async def wait_until_idle(self, seconds: float) -> None:
        """Wait until no record has moved for so long, and everything is delivered and committed.

        Connectors that have ended count as idle, also failed ones; those that wait for a restart do not.

        Raises:
            ConnectError: If a connector or task had failed by then, naming it.
        """
        await Idleness(self._transport).wait(list(self._runners.values()), seconds)
        self._roster.raise_failures()

    async def wait_until_finished(self) -> None:
        """Wait until every task has ended: finished, failed for good, or stopped.

        Raises:
            ConnectError: If a connector or task had failed by then, naming it.
        """
        await self._roster.wait_until_ended()
        self._roster.raise_failures()

    def _check_free(self, name: str) -> TaskGroup:
        """Return the group in which connectors run, if a connector of this name can be started in it."""
        group = self._premises.open_group
        if group is None:
            message = "the worker is not open: use `async with Worker(...) as worker:`"
            raise IllegalStateError(message)
        if name in self._runners:
            message = f"Connector {name} already exists"
            raise ConfigError(message, key="name")
        return group

    def _hide(self, text: str) -> str:
        return self.properties.secrets.hide(text)
