"""How fast was a run?

Everybody is measured in the same way: an observer notes, some twenty times a second, how many records have
arrived and how much processor time the worker used. The rate is taken between a quarter and nineteen
twentieths of all records, so that neither the start of a process, nor the warm-up of a Java machine, nor the
last half-filled batch is in it.
"""

from bisect import bisect_left
from collections.abc import Sequence

import attrs

__all__ = ("Measurement", "Sample", "measure")

WINDOW = (0.25, 0.95)


@attrs.frozen
class Sample:
    """What an observer saw.

    Attributes:
        at: Seconds on the machine's monotonic clock.
        count: Records arrived until then.
        cpu: Processor seconds used by the worker until then.
    """

    at: float
    count: int
    cpu: float


@attrs.frozen(kw_only=True)
class Measurement:
    """What one run showed.

    Attributes:
        rate: Records per second.
        cpu: Processor microseconds per record, all threads of the worker together.
        first: Seconds from the command to the first record.
        rss: Peak resident memory of the worker in MB.
    """

    rate: float
    cpu: float
    first: float
    rss: float


def measure(samples: Sequence[Sample], total: int, *, begun: float, rss: float) -> Measurement:
    """Return what the samples of a complete run say.

    Args:
        samples: In order; the last one has seen all records.
        total: How many records there were.
        begun: When the command was given.
        rss: The worker's peak in MB.

    Raises:
        ValueError: If the samples do not reach the end.
    """
    if not samples or samples[-1].count < total:
        raise ValueError("the run did not reach its end")
    known = [Sample(begun, 0, 0.0), *samples]
    low, high = (_crossing(known, share * total) for share in WINDOW)
    moved = high.count - low.count
    first = next(sample.at for sample in samples if sample.count)
    seconds = max(high.at - low.at, 1e-9)
    return Measurement(
        rate=moved / seconds, cpu=(high.cpu - low.cpu) / moved * 1e6, first=first - begun, rss=rss
    )


@attrs.frozen
class _Point:
    at: float
    count: float
    cpu: float


def _crossing(samples: Sequence[Sample], count: float) -> _Point:
    """Return when `count` was reached, on a straight line between the samples around it."""
    index = bisect_left(samples, count, key=lambda sample: sample.count)
    before, after = samples[index - 1], samples[index]
    part = (count - before.count) / (after.count - before.count)
    return _Point(
        before.at + part * (after.at - before.at), count, before.cpu + part * (after.cpu - before.cpu)
    )
