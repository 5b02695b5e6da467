"""How do connectors and tasks fare?"""

from collections.abc import Callable
from typing import Literal

import attrs

from connectsdk._core.counters import Counters
from connectsdk._core.lifecycle import State

__all__ = ("ConnectorStatus", "TaskStatus")


@attrs.frozen(kw_only=True)
class TaskStatus:
    """One task, as it was when the status was taken.

    Attributes:
        connector: Its connector's name.
        task: Its number, from 0.
        state: Where it is in its life.
        error: What it failed of last, also while it waits for a restart; None when nothing failed since it ran.
        restarts: How often it was started again.
        restarts_left: Restarts left in the current window; None when there is no limit.
        next_restart_in: Seconds until it is started again; None when it is not waiting for that.
        abandoned: How many of its incarnations did not stop and were left behind.
        counters: What became of its records, a copy.
    """

    connector: str
    task: int
    state: State
    error: str | None
    restarts: int
    restarts_left: int | None
    next_restart_in: float | None
    abandoned: int
    counters: Counters


@attrs.frozen(kw_only=True)
class ConnectorStatus:
    """One connector, as it was when the status was taken.

    Attributes:
        name: Its name.
        kind: Whether it is a source or a sink.
        state: Where it is in its life; FAILED when it or any of its tasks failed, FINISHED when all tasks did.
        error: What it, or the first failed task, failed of.
        version: Of its class; None when it names none.
        paused: Whether its tasks wait for it to be resumed.
        own_error: What the connector itself failed of, apart from its tasks.
        tasks: Its tasks.
        abandoned: How often plugin code of it or of its tasks did not end and was left behind.
    """

    name: str
    kind: Literal["source", "sink"]
    state: State
    error: str | None
    own_error: str | None
    version: str | None = None
    paused: bool
    tasks: tuple[TaskStatus, ...]
    abandoned: int = 0

    def told(self, hide: Callable[[str], str]) -> "ConnectorStatus":
        """Return it with what is not to be shown hidden in its errors."""
        if self.error is None and all(task.error is None for task in self.tasks):
            return self
        return attrs.evolve(
            self,
            error=self.error and hide(self.error),
            own_error=self.own_error and hide(self.own_error),
            tasks=tuple(attrs.evolve(task, error=task.error and hide(task.error)) for task in self.tasks),
        )
