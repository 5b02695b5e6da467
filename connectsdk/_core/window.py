"""What was measured lately?

As Kafka's own metrics have it: two samples of 30 seconds each, so that an answer covers the last 30 to 60 seconds.
Recording costs a few additions; callers record once per batch.
"""

from collections.abc import Iterator

import attrs

__all__ = ("SAMPLE_SECONDS", "Window")

SAMPLE_SECONDS = 30.0


@attrs.define(eq=False)
class _Sample:
    began: float
    total: float = 0.0
    count: int = 0
    highest: float = 0.0


@attrs.define(eq=False)
class Window:
    """Numbers that are not negative, and when they were measured."""

    _now: _Sample | None = None
    _before: _Sample | None = None

    def record(self, value: float, now: float) -> None:
        """Take in a number."""
        sample = self._now
        if sample is None or now - sample.began >= SAMPLE_SECONDS:
            self._before, sample = sample, _Sample(now)
            self._now = sample
        sample.total += value
        sample.count += 1
        sample.highest = max(sample.highest, value)

    def rate(self, now: float) -> float:
        """Return the sum per second; right after the start as if a whole sample had gone by."""
        samples = list(self._recent(now))
        if not samples:
            return 0.0
        elapsed = now - samples[0].began
        if elapsed < SAMPLE_SECONDS:
            elapsed += SAMPLE_SECONDS
        return sum(sample.total for sample in samples) / elapsed

    def average(self, now: float) -> float:
        """Return the average; 0 when nothing was recorded."""
        samples = list(self._recent(now))
        count = sum(sample.count for sample in samples)
        return sum(sample.total for sample in samples) / count if count else 0.0

    def highest(self, now: float) -> float:
        """Return the highest number; 0 when nothing was recorded."""
        return max((sample.highest for sample in self._recent(now)), default=0.0)

    def empty(self, now: float) -> bool:
        """Return whether nothing was recorded lately."""
        return next(self._recent(now), None) is None

    def _recent(self, now: float) -> Iterator[_Sample]:
        for sample in (self._before, self._now):
            if sample is not None and now - sample.began < 2 * SAMPLE_SECONDS:
                yield sample
