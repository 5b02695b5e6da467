"""When is memory given back that connectors which are gone have left behind?

What a connector consists of refers to itself in circles, which only Python's collector resolves; and what is free then
stays with the C library until that is asked to return it. The look at everything takes the longer the more connectors are
left, so it is only worth while when as many are gone.
"""

import ctypes
import gc
import sys
from collections.abc import Callable

import anyio

from connectsdk._core.beat import until_beat

__all__ = ("give_back", "give_memory_back")

LOOK_EVERY = 1.0
MANY = 25
"""Connectors that must be gone, at least."""


async def give_memory_back(
    connectors: Callable[[], int], *, every: float = LOOK_EVERY, tidy: Callable[[], None] | None = None
) -> None:
    """Look after a worker's memory until cancelled; for a process that does nothing but run connectors.

    Args:
        connectors: Returns how many there are.
        every: Seconds between two looks.
        tidy: Gives memory back; `give_back` by default.
    """
    most = before = connectors()
    while True:
        await anyio.sleep(until_beat(anyio.current_time(), every))
        now = connectors()
        most = max(most, now)
        gone, quiet = most - now, now == before
        before = now
        if gone >= max(MANY, now) and (quiet or gone >= 2 * now):
            (tidy or give_back)()
            most = now


def give_back() -> None:
    """Free what nobody refers to, and return free memory to the system, where the C library can."""
    _forget_look_ups()
    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc has it, musl has not
        if trim is not None:
            trim(0)


def _forget_look_ups() -> None:
    """Empty Python's cache of attribute look-ups; it holds thousands of names, some of them made for one look-up."""
    forget = getattr(sys, "_clear_internal_caches", None) or getattr(sys, "_clear_type_cache", None)
    if forget is not None:  # CPython from 3.13 on has the first, CPython before that the second
        forget()
