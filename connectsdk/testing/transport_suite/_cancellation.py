"""What becomes of a call that is cancelled, wherever it waits?"""

from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any

import anyio
import attrs

__all__ = ("cancel_at_every_await",)


async def cancel_at_every_await(
    call: Callable[[], Coroutine[Any, Any, object]],
    check: Callable[[], Awaitable[object]],
    *,
    most: int = 100,
    within: float = 20.0,
) -> int:
    """Run a call again and again, cancelling it each time at its next suspension, until it runs to its end.

    Cancellation is anyio's: it lasts until the call has returned, so a clean-up that waits without a shield is
    cancelled too.

    Args:
        call: Begin the call anew.
        check: Called after each cancelled run; raises when something was lost or left behind.
        most: Most suspensions to cancel at; the rest is not tried.
        within: Seconds that one run may take to end, cancelled or not.

    Returns:
        At how many suspensions the call was cancelled.

    Raises:
        AssertionError: If a run does not end in time.
    """
    for place in range(1, most + 1):
        begun = anyio.current_time()
        with anyio.CancelScope() as scope, anyio.move_on_after(within):
            await _Counted(call(), place, scope)
        if anyio.current_time() - begun >= within:
            raise AssertionError(f"The call, cancelled at suspension {place}, took {within} s or more to end")
        if not scope.cancel_called:
            return place - 1
        await check()
    return most


@attrs.define(eq=False)
class _Counted:
    """A coroutine whose scope is cancelled when it suspends for the given time."""

    coroutine: Coroutine[Any, Any, object]
    place: int
    scope: anyio.CancelScope
    suspensions: int = 0

    def __await__(self) -> Generator[Any, Any, object]:
        resume: Callable[[], Any] = lambda: self.coroutine.send(None)  # noqa: E731 - it changes
        while True:
            try:
                awaited = resume()
            except StopIteration as stop:
                return stop.value
            self.suspensions += 1
            if self.suspensions == self.place:
                self.scope.cancel()
            resume = yield from self._suspend(awaited)

    def _suspend(self, awaited: Any) -> Generator[Any, Any, Callable[[], Any]]:
        try:
            sent = yield awaited
        except BaseException as error:  # noqa: BLE001 - handed on to the coroutine
            raised = error
            return lambda: self.coroutine.throw(raised)
        return lambda: self.coroutine.send(sent)
