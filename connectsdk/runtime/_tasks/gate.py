"""May the tasks of a connector go on?"""

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

    @property
    def closed(self) -> bool:
        """Whether tasks have to wait."""
        return not self._opened.is_set()

    def close(self) -> None:
        """Let tasks wait, from their next step on."""
        if not self.closed:
            self._opened = anyio.Event()

    def open(self) -> None:
        """Let tasks go on."""
        self._opened.set()

    async def wait(self) -> None:
        """Wait until it is open."""
        while self.closed:
            await self._opened.wait()
