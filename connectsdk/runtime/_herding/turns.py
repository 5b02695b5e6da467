"""How many connectors are started, stopped or changed at once?

A few, so that a worker with a thousand of them stays responsive while it starts. But plugin code that takes long does
not keep others waiting: a turn ends after a while, whether the change that has it is done or not.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import attrs

__all__ = ("Turns",)


@attrs.define(eq=False)
class Turns:
    """Places for connectors that are changed.

    Attributes:
        at_once: How many there are.
        patience: Seconds after which a place is free for the next connector, too.
    """

    at_once: int = 8
    patience: float = 0.5
    _free: anyio.Semaphore = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._free = anyio.Semaphore(self.at_once)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a place, and hold it for this block, though not for long."""
        await self._free.acquire()
        held = True

        def give_back() -> None:
            nonlocal held
            if held:
                held = False
                self._free.release()

        async def lose_patience() -> None:
            await anyio.sleep(self.patience)
            give_back()

        try:
            async with anyio.create_task_group() as group:
                group.start_soon(lose_patience)
                yield
                group.cancel_scope.cancel()
        finally:
            give_back()
