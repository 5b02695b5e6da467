"""On whose behalf does code run that logs?

The answer follows plugin code wherever it goes: into its room's thread, into tasks it starts, into
`anyio.to_thread.run_sync`. A `threading.Thread` that it starts itself begins without one, before Python 3.14.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import attrs

__all__ = ("Owner", "on_behalf_of", "owner_now")


@attrs.frozen
class Owner:
    """A connector, or one of its tasks."""

    connector: str
    task: int | None = None


_OWNER: ContextVar[Owner | None] = ContextVar("connectsdk owner", default=None)


def owner_now() -> Owner | None:
    """Return on whose behalf code runs here; None for the runtime and the program around it."""
    return _OWNER.get()


@contextmanager
def on_behalf_of(connector: str, task: int | None = None) -> Iterator[None]:
    """Say on whose behalf everything runs that is called, or started, in this block."""
    token = _OWNER.set(Owner(connector, task))
    try:
        yield
    finally:
        _OWNER.reset(token)
