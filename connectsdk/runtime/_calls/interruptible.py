"""How does a loop wait so that a stop reaches it, and only there?"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio
import attrs

__all__ = ("Interruptible", "Stopped")

T = TypeVar("T")


class Stopped(Exception):  # noqa: N818 - says where the loop is, not that something is wrong
    """The loop was asked to stop while it waited."""


@attrs.define(eq=False)
class Interruptible:
    """The waits of one loop that a clean stop may cut short.

    Everything else a loop awaits runs to its end when it is asked to stop.

    Attributes:
        stopping: Whether the loop was asked to stop.
        woken: Whether it was asked to look again; it says when it does.
    """

    stopping: bool = False
    woken: bool = False
    _scope: anyio.CancelScope | None = None
    _listening: anyio.CancelScope | None = None

    def stop(self) -> None:
        """Cut the current wait short, and all later ones."""
        self.stopping = True
        if self._scope is not None:
            self._scope.cancel()

    async def run(self, wait: Callable[[], Awaitable[T]]) -> T:
        """Wait for something; a stop cancels it.

        Raises:
            Stopped: If the loop was asked to stop.
        """
        if self.stopping:
            raise Stopped
        self._scope = scope = anyio.CancelScope()
        with scope:
            try:
                return await wait()
            finally:
                self._scope = None
        raise Stopped

    def wake(self) -> None:
        """Cut the current `listen` short; who is not in one is to ask whether it was woken."""
        self.woken = True
        if self._listening is not None:
            self._listening.cancel()

    async def listen(self, wait: Callable[[], Awaitable[T]]) -> T | None:
        """Wait for something that loses nothing when it is cancelled; return None if the loop is woken.

        Raises:
            Stopped: If the loop was asked to stop.
        """
        self._listening = scope = anyio.CancelScope()
        with scope:
            try:
                return await self.run(wait)
            finally:
                self._listening = None
        return None

    async def sleep(self, seconds: float) -> None:
        """Wait for a time; a stop cancels it.

        Raises:
            Stopped: If the loop was asked to stop.
        """
        await self.run(lambda: anyio.sleep(seconds))
