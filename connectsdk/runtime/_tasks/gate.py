"""May the tasks of a connector go on?"""

from collections.abc import Callable

import anyio
import attrs

__all__ = ("Gate",)


def _open_event() -> anyio.Event:
    event = anyio.Event()
    event.set()
    return event


@attrs.define(eq=False)
class Gate:
    """What all tasks of one connector wait at: closed while the connector is paused."""

    _opened: anyio.Event = attrs.field(factory=_open_event)
    _followers: list[Callable[[], None]] = attrs.field(factory=list)

    @property
    def closed(self) -> bool:
        """Whether tasks have to wait."""
        return not self._opened.is_set()

    def close(self) -> None:
        """Let tasks wait, from their next step on."""
        if not self.closed:
            self._opened = anyio.Event()
            self._tell()

    def open(self) -> None:
        """Let tasks go on."""
        if self.closed:
            self._opened.set()
            self._tell()

    def follow(self, told: Callable[[], None]) -> None:
        """Call this, from now on, when the gate was closed or opened."""
        self._followers.append(told)

    def unfollow(self, told: Callable[[], None]) -> None:
        """Call this no more."""
        self._followers.remove(told)

    async def wait(self) -> None:
        """Wait until it is open."""
        while self.closed:
            await self._opened.wait()

    def _tell(self) -> None:
        for told in list(self._followers):
            told()
