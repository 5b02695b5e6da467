"""When does something wake up that may as well wake up a little earlier?

Together with everything else of that kind. To wake an idle process costs more than what most wake-ups are for, and a worker
with hundreds of connectors that have nothing to do would be woken hundreds of times a second.
"""

import math

__all__ = ("BEAT", "until_beat")

BEAT = 0.5
"""Seconds between two moments at which things wake up."""


def until_beat(now: float, wait: float) -> float:
    """Return how long to wait instead, so that the wait ends at a beat: never longer, and at least half as long.

    Args:
        now: Seconds, on the clock that all of the process share.
        wait: Seconds that are wanted; short ones stay as they are.
    """
    if wait < 2 * BEAT:
        return wait
    return math.floor((now + wait) / BEAT) * BEAT - now
