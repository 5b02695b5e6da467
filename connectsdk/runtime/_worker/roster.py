"""How do the connectors of a worker fare?

Nothing here starts or stops one.
"""

from collections.abc import Callable, Mapping, Set as AbstractSet

import anyio
import attrs

from connectsdk._core.lifecycle import State
from connectsdk.errors import ConfigError, ConnectError
from connectsdk.runtime._tasks.status import ConnectorStatus
from connectsdk.runtime._worker.runner import Runner
from connectsdk.runtime._worker.snapshot import ConnectorFacts, connector_facts

__all__ = ("Roster",)

LOOK_EVERY = 0.05
"""Seconds between two looks at whether connectors have ended."""


@attrs.frozen(eq=False)
class Roster:
    """The connectors that a worker runs now.

    Attributes:
        runners: What runs them, by name.
        hide: Returns a text without secrets.
    """

    runners: Mapping[str, Runner]
    hide: Callable[[str], str]

    def named(self, name: str) -> Runner:
        """Return what runs one.

        Raises:
            ConfigError: If there is no such connector.
        """
        runner = self.runners.get(name)
        if runner is None:
            message = f"Connector {name} not found"
            raise ConfigError(message, key="name")
        return runner

    @property
    def abandoned(self) -> int:
        """How often their plugin code did not end and was left behind."""
        return sum(runner.abandoned for runner in self.runners.values())

    def status_of(self, name: str) -> ConnectorStatus | None:
        """Return how one fares; None if there is none of this name."""
        runner = self.runners.get(name)
        return None if runner is None else runner.status().told(self.hide)

    def status(self) -> dict[str, ConnectorStatus]:
        """Return how each and its tasks fare, by name."""
        return {name: runner.status().told(self.hide) for name, runner in self.runners.items()}

    def facts(self) -> dict[str, ConnectorFacts]:
        """Return everything there is to know about each, by name."""
        return {name: connector_facts(runner, self.hide) for name, runner in self.runners.items()}

    def topics(self, name: str) -> AbstractSet[str]:
        """Return the topics that one's tasks have written to or read from.

        Raises:
            ConfigError: If there is no such connector.
        """
        return frozenset(topic for task in self.named(name).supervisors for topic in task.counters.topics)

    def forget_topics(self, name: str) -> None:
        """Let `topics` answer with those used from now on.

        Raises:
            ConfigError: If there is no such connector.
        """
        for task in self.named(name).supervisors:
            task.counters.topics.clear()

    async def wait_until_ended(self) -> None:
        """Wait until every task has ended."""
        while not all(  # noqa: ASYNC110 - a task ends for many reasons, and no one event tells of all
            runner.ended for runner in self.runners.values()
        ):
            await anyio.sleep(LOOK_EVERY)

    def raise_failures(self) -> None:
        """Tell of those that have failed.

        Raises:
            ConnectError: If one has, or a task of it, naming it.
        """
        failed = [status for status in self.status().values() if status.state is State.FAILED]
        if failed:
            raise ConnectError("; ".join(f"{status.name}: {status.error}" for status in failed))
