"""Where does code hang that does not end?"""

import sys
from types import FrameType
from typing import Any

__all__ = ("place_of_coroutine", "place_of_thread")

WAITING = ("asyncio", "anyio", "selectors", "threading", "contextlib")
"""Modules that only wait for others: the place is outside of them."""


def place_of_thread(thread: int | None, idle: str) -> str | None:
    """Return what a thread executes: the innermost place that does not only wait for others.

    Args:
        thread: The thread's identifier.
        idle: The module in which it is when it executes nothing: then there is no place.
    """
    frame = sys._current_frames().get(thread or 0)  # noqa: SLF001 - the documented way to look
    while frame is not None and _waits(frame):
        frame = frame.f_back
    return None if frame is None or frame.f_globals.get("__name__") == idle else _named(frame)


def place_of_coroutine(coroutine: Any) -> str:
    """Return where a suspended coroutine waits: the innermost place that is the author's."""
    found: FrameType | None = None
    while coroutine is not None:
        frame = _first(coroutine, "cr_frame", "gi_frame", "ag_frame")
        if frame is not None and not _waits(frame):
            found = frame
        coroutine = _first(coroutine, "cr_await", "gi_yieldfrom", "ag_await")
    return "nowhere to be seen" if found is None else _named(found)


def _first(of: Any, *names: str) -> Any:
    return next((found for name in names if (found := getattr(of, name, None)) is not None), None)


def _waits(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__")).partition(".")[0] in WAITING


def _named(frame: FrameType) -> str:
    return f"in {frame.f_code.co_qualname} ({frame.f_code.co_filename}:{frame.f_lineno})"
