"""Has it happened?"""

import anyio
import attrs

__all__ = ("Flag",)


@attrs.define(eq=False)
class Flag:
    """An event that is looked at, and seldom waited for.

    Every connector has several of them all its life; what a wait needs is large, and made for the first one.
    """

    _raised: bool = False
    _event: anyio.Event | None = None

    def is_set(self) -> bool:
        """Return whether it has happened."""
        return self._raised

    def set(self) -> None:
        """Take note that it has happened; whoever waits goes on."""
        self._raised = True
        if self._event is not None:
            self._event.set()

    async def wait(self) -> None:
        """Wait until it has happened."""
        if self._raised:
            await anyio.lowlevel.checkpoint()
            return
        if self._event is None:
            self._event = anyio.Event()
        await self._event.wait()
