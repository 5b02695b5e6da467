"""May the tasks of a connector go on?"""

from collections.abc import Callable

import anyio
import attrs

__all__ = ("Gate",)


@attrs.define(eq=False)
class Gate:
    """What all tasks of one connector wait at: closed while the connector is paused."""

    _reopened: anyio.Event | None = None
    _followers: list[Callable[[], None]] = attrs.field(factory=list)

    @property
    def closed(self) -> bool:
        """Whether tasks have to wait."""
        return self._reopened is not None

    def close(self) -> None:
        """Let tasks wait, from their next step on."""
        if not self.closed:
            self._reopened = anyio.Event()
            self._tell()

    def open(self) -> None:
        """Let tasks go on."""
        reopened, self._reopened = self._reopened, None
        if reopened is not None:
            reopened.set()
            self._tell()

    def follow(self, told: Callable[[], None]) -> None:
        """Call this, from now on, when the gate was closed or opened."""
        self._followers.append(told)

    def unfollow(self, told: Callable[[], None]) -> None:
        """Call this no more."""
        self._followers.remove(told)

    async def wait(self) -> None:
        """Wait until it is open."""
        while self._reopened is not None:
            await self._reopened.wait()

    def _tell(self) -> None:
        for told in list(self._followers):
            told()
