"""When did what happen to a task's batches?

A `Meter` reads the clock for the loops and feeds the gauges beside a task's counters: a few calls per batch.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import anyio
import attrs

from connectsdk._core.counters import Counters

__all__ = ("Meter",)


@attrs.frozen(eq=False)
class Meter:
    """The clock beside one task's counters.

    Attributes:
        counters: What is counted, and the gauges with it.
    """

    counters: Counters

    @contextmanager
    def working(self) -> Iterator[None]:
        """Count the time in this block as running; what happened is complete at its end."""
        gauges = self.counters.gauges
        gauges.enter("running", anyio.current_time())
        try:
            yield
        finally:
            now = anyio.current_time()
            gauges.enter("over", now)
            gauges.look(self.counters.errors, now)

    @contextmanager
    def pausing(self) -> Iterator[None]:
        """Count the time in this block as paused."""
        self.held(paused=True)
        try:
            yield
        finally:
            self.held(paused=False)

    def held(self, *, paused: bool) -> None:
        """Count the time from now on as paused, or as running."""
        self.counters.gauges.enter("paused" if paused else "running", anyio.current_time())

    def at(self, step: str, asked_again: str | None = None) -> float:
        """Take note of what the task is at from now on; return the time."""
        now = anyio.current_time()
        self.counters.gauges.at(step, now, asked_again)
        return now

    def rebalanced(self) -> None:
        """Count that partitions were given or taken."""
        self.counters.gauges.rebalances += 1

    def spent(self, began: float) -> None:
        """Take the time of a `poll` or `put` that has returned."""
        now = anyio.current_time()
        self.counters.gauges.spent(now - began, now)

    def take(self, records: int) -> None:
        """Count a batch as read."""
        self.counters.take(records)
        self.counters.gauges.took(records, self.counters.in_flight, anyio.current_time())

    def delivered(self, records: int) -> None:
        """Take note of a batch that was delivered."""
        gauges, now = self.counters.gauges, anyio.current_time()
        gauges.delivered(records, now)
        gauges.look(self.counters.errors, now)

    def committed(self, began: float, *, success: bool) -> None:
        """Count a commit of offsets."""
        now = anyio.current_time()
        self.counters.commits += success
        self.counters.commit_failures += not success
        self.counters.gauges.committed(now - began, now, success=success)
