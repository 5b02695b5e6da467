"""How often does Python look for garbage?

Records are no garbage: they live as long as their batch and have no cycles. At Python's own pace the collector
looks at each of them several times, for a tenth to a quarter of the time. A process that does nothing but run
connectors is better off with fewer collections; `connectsdk run` makes it so. A program that embeds a worker
decides for itself.
"""

import gc

__all__ = ("collect_less_often",)

THRESHOLDS = (50_000, 20, 20)


def collect_less_often() -> None:
    """Slow the garbage collector down, for the whole process: it is a process's to decide, not a library's."""
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
