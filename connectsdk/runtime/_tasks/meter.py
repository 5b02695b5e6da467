"""When did what happen to a task's batches?

A `Meter` reads the clock for the loops and feeds the gauges beside a task's counters: a few calls per batch. Its clock is that of the loop, without asking the loop for it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

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
        gauges.enter("running", monotonic())
        try:
            yield
        finally:
            now = monotonic()
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
        self.counters.gauges.enter("paused" if paused else "running", monotonic())

    def at(self, step: str, asked_again: str | None = None) -> float:
        """Take note of what the task is at from now on; return the time."""
        now = monotonic()
        self.counters.gauges.at(step, now, asked_again)
        return now

    def rebalanced(self) -> None:
        """Count that partitions were given or taken."""
        self.counters.gauges.rebalances += 1

    def spent(self, began: float) -> None:
        """Take the time of a `poll` or `put` that has returned."""
        now = monotonic()
        self.counters.gauges.spent(now - began, now)

    def take(self, records: int) -> None:
        """Count a batch as read."""
        self.counters.take(records)
        self.counters.gauges.took(records, self.counters.in_flight, monotonic())

    def delivered(self, records: int) -> None:
        """Take note of a batch that was delivered."""
        gauges, now = self.counters.gauges, monotonic()
        gauges.delivered(records, now)
        gauges.look(self.counters.errors, now)

    def committed(self, began: float, *, success: bool) -> None:
        """Count a commit of offsets."""
        now = monotonic()
        self.counters.commits += success
        self.counters.commit_failures += not success
        self.counters.gauges.committed(now - began, now, success=success)
