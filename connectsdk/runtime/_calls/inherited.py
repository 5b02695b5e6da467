"""Is there any plugin code in a plugin's method?

Many plugins have nothing to do when they are started, stopped or given partitions. What they inherit from the SDK does
nothing then, and nobody need wake a thread for it.
"""

from collections.abc import Callable
from typing import Any

from connectsdk.sink import SinkConnector, SinkTask
from connectsdk.source import SourceConnector, SourceTask

__all__ = ("inherited",)

DO_NOTHING = frozenset(
    {
        SourceConnector.start,
        SourceConnector.stop,
        SinkConnector.start,
        SinkConnector.stop,
        SourceTask.start,
        SourceTask.stop,
        SinkTask.start,
        SinkTask.stop,
        SinkTask.open,
        SinkTask.close,
    }
)


def inherited(method: Callable[..., Any]) -> bool:
    """Return whether a plugin's method is the SDK's own, which does nothing."""
    try:
        return getattr(method, "__func__", None) in DO_NOTHING
    except TypeError:  # a callable that cannot be hashed
        return False
