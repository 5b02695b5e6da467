"""How does a loop look up what a converter lacks?

What comes of it is told by `connectsdk.converter`.
"""

from typing import Any

import anyio

from connectsdk._core.batch_run import BatchRun
from connectsdk._core.tolerance import Tolerance
from connectsdk.converter import MOST_LOOK_UPS, endless
from connectsdk.errors import ConfigError, ConnectError, LookupNeeded, RetriableError, TransportError
from connectsdk.runtime._calls.interruptible import Interruptible
from connectsdk.runtime._calls.room import Room

__all__ = ("LookUps", "give_up")

DEADLINE = 60.0
"""Seconds for one look-up."""


class LookUps:
    """The look-ups for one record after another."""

    def __init__(self, owner: str, room: Room, waits: Interruptible) -> None:
        self._owner = owner
        self._room = room
        self._waits = waits
        self._index = -1
        self._made = 0

    async def make(self, index: int, plugin: str, needed: LookupNeeded) -> ConnectError | None:
        """Look up what the record at this place needs; return what went wrong, or None.

        Raises:
            Stopped: If the loop was asked to stop.
        """
        if index != self._index:
            self._index, self._made = index, 0
        if self._made == MOST_LOOK_UPS:
            return endless(plugin)
        try:
            await self._waits.run(lambda: self._within_deadline(plugin, needed))
        except ConnectError as error:
            return error
        self._made += 1
        return None

    async def _within_deadline(self, plugin: str, needed: LookupNeeded) -> None:
        name = f"{self._owner}: the look-up of {plugin}"
        with anyio.move_on_after(DEADLINE) as scope:
            await self._room.call(name, needed.look_up)
        if scope.cancelled_caught:
            raise RetriableError(f"{name} did not return within {DEADLINE:g} s and was cancelled")


def give_up(run: BatchRun[Any, Any], error: Exception, tolerance: Tolerance) -> None:
    """Settle the record at which the run stopped: an error of its own, unless its look-up is at fault."""
    looked_up = run.stopped is not None and isinstance(run.stopped.error, LookupNeeded)
    others = looked_up and isinstance(error, RetriableError | TransportError | ConfigError)
    run.blame(error)
    run.give_up(Tolerance.NONE if others else tolerance)
