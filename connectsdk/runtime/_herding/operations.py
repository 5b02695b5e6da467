"""What becomes of an operation when whoever asked for it goes away?

It goes on to its end: half of it would be neither the old state nor the new one. So each runs in a task of its own,
and leaving the herder waits for those that are under way.
"""

from collections.abc import Coroutine
from typing import Any, TypeVar

import anyio
import attrs

from connectsdk.errors import IllegalStateError
from connectsdk.runtime._calls.detached import Detached

__all__ = ("Operations",)

T = TypeVar("T")

END_WITHIN = 10.0
"""Seconds that operations under way have when the herder is left; then they are cancelled."""


@attrs.define(eq=False)
class Operations:
    """The operations of one herder that are under way."""

    _under_way: set[Detached] = attrs.field(factory=set)
    _open: bool = False

    def open(self) -> None:
        """Take operations from now on."""
        self._open = True

    async def run(self, operation: Coroutine[Any, Any, T]) -> T:
        """Await an operation. Cancelling this leaves it to itself.

        Raises:
            BaseException: What it raises.
            IllegalStateError: If the herder is not running.
        """
        if not self._open:
            operation.close()
            raise IllegalStateError("the herder is not running: use `async with Herder(...) as herder:`")
        results: list[T] = []

        async def keep() -> None:
            try:
                results.append(await operation)
            finally:
                self._under_way.discard(detached)

        detached = Detached(keep(), "connectsdk operation")
        self._under_way.add(detached)
        error = await detached.wait()
        if error is not None:
            raise error
        return results[0]

    async def close(self) -> None:
        """Take no more, and wait for those under way; cancel what takes too long."""
        self._open = False
        until = anyio.current_time() + END_WITHIN
        for detached in list(self._under_way):
            if not await detached.wait_for(max(0.0, until - anyio.current_time())):
                detached.cancel()
                await detached.wait()
