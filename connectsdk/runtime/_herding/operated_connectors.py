"""What do operators learn of the connectors that there are?

All of it is known at once: nothing here waits, and nothing changes what connectors do.
"""

from collections.abc import Mapping
from typing import Any

from connectsdk.runtime._herding.explain import explanation
from connectsdk.runtime._herding.flock import Flock
from connectsdk.runtime._operated import (
    ConnectorInfo,
    ConnectorStateInfo,
    NotFoundError,
    TaskInfo,
    TaskStateInfo,
)
from connectsdk.runtime._worker.snapshot import WorkerFacts
from connectsdk.runtime._worker.worker import Worker

__all__ = ("OperatedConnectors",)

_NO_TASK_STATUS = "No status found for task {{name}}-{task}"


class OperatedConnectors:
    """The connectors of a worker, as they are configured and as they fare."""

    def __init__(self, worker: Worker, flock: Flock) -> None:
        """Take the worker, and its connectors."""
        self._worker = worker
        self._flock = flock

    def connectors(self) -> list[str]:
        """Return the names of all connectors."""
        return self._flock.names()

    def info(self, name: str) -> ConnectorInfo:
        """Return a connector as it was configured.

        Raises:
            NotFoundError: If there is no such connector.
        """
        return self._flock.get(name).info()

    def status(self, name: str) -> ConnectorStateInfo:
        """Return how a connector and its tasks fare.

        Raises:
            NotFoundError: If there is no such connector.
        """
        return self._flock.get(name, "No status found for connector {name}").status()

    def task_status(self, name: str, task: int) -> TaskStateInfo:
        """Return how one task fares.

        Raises:
            NotFoundError: If there is no such task.
        """
        found = {
            each.id: each for each in self._flock.get(name, _NO_TASK_STATUS.format(task=task)).status().tasks
        }
        if task not in found:
            raise NotFoundError(f"No status found for task {name}-{task}")
        return found[task]

    def explain(self, name: str) -> Mapping[str, Any]:
        """Return why a connector is slow, stuck or failed, in what JSON can say.

        Raises:
            NotFoundError: If there is no such connector.
        """
        return explanation(self._flock.get(name).status(), self._worker.facts().connectors.get(name))

    def tasks(self, name: str) -> list[TaskInfo]:
        """Return a connector's tasks as they are configured.

        Raises:
            NotFoundError: If there is no such connector.
        """
        return self._flock.get(name).tasks()

    def topics(self, name: str) -> list[str]:
        """Return the topics that a connector has used since it was created, or since `reset_topics`.

        Raises:
            NotFoundError: If there is no such connector.
        """
        return self._flock.get(name).topics()

    def reset_topics(self, name: str) -> None:
        """Forget which topics a connector has used.

        Raises:
            NotFoundError: If there is no such connector.
        """
        self._flock.get(name).reset_topics()

    def facts(self) -> WorkerFacts:
        """Return everything there is to know about the worker now; plugin code is not waited for."""
        return self._worker.facts()
