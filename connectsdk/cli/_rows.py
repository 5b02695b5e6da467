"""Which figures does the progress show?

It looks at what the worker says a few times a second; no record is touched.
"""

from collections import deque
from collections.abc import Mapping

import attrs

from connectsdk.runtime import ConnectorStatus

__all__ = ("Progress", "Row")


@attrs.frozen
class Row:
    """One connector's figures.

    Attributes:
        name: The connector's name.
        kind: `source` or `sink`.
        state: The connector's state, or `failed` and `restarting` when a task of it is.
        running: How many of its tasks run.
        tasks: How many tasks it has.
        records: Records delivered.
        rate: Records delivered per second, over the last seconds.
        errors: Records that failed, or were skipped or dead-lettered by declared tolerance.
        restarts: How often its tasks were started again.
        error: Why it, or its first failed task, failed.
    """

    name: str
    kind: str
    state: str
    running: int
    tasks: int
    records: int
    rate: float
    errors: int
    restarts: int
    error: str | None


@attrs.define
class Progress:
    """Rows, with the rate over the last `window` seconds."""

    window: float = 2.0
    _seen: dict[str, deque[tuple[float, int]]] = attrs.field(factory=dict, init=False)

    def rows(self, statuses: Mapping[str, ConnectorStatus], now: float) -> list[Row]:
        """Return a row per connector at this time, in seconds of any steady clock."""
        return [self._row(status, now) for status in statuses.values()]

    def _row(self, status: ConnectorStatus, now: float) -> Row:
        tasks = status.tasks
        states = [task.state.value for task in tasks]
        records = sum(task.counters.delivered for task in tasks)
        errors = [
            status.error,
            *(task.error for task, state in zip(tasks, states, strict=True) if state == "failed"),
        ]
        return Row(
            name=status.name,
            kind=status.kind,
            state=_state(status.state.value, states),
            running=states.count("running"),
            tasks=len(tasks),
            records=records,
            rate=self._rate(status.name, records, now),
            errors=sum(
                task.counters.failed + task.counters.skipped + task.counters.dead_lettered for task in tasks
            ),
            restarts=sum(task.restarts for task in tasks),
            error=next((error for error in errors if error), None),
        )

    def _rate(self, name: str, records: int, now: float) -> float:
        seen = self._seen.setdefault(name, deque())
        seen.append((now, records))
        while len(seen) > 2 and seen[1][0] <= now - self.window:  # noqa: PLR2004 - a rate needs two points
            seen.popleft()
        began, first = seen[0]
        return (records - first) / (now - began) if now > began else 0.0


def _state(connector: str, tasks: list[str]) -> str:
    """Return the state that an operator has to know of."""
    if connector != "running":
        return connector
    return next((state for state in ("failed", "restarting") if state in tasks), connector)
