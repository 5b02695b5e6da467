"""How is something of the worker's loop asked for on any thread?

The module speaks asyncio: anyio has no way into a loop for threads that it did not start.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

import attrs

__all__ = ("Asked",)

T = TypeVar("T")


@attrs.define(eq=False)
class Asked(Generic[T]):
    """A function of the loop in which this is made, for callers on any thread."""

    _function: Callable[[], T]
    _loop: asyncio.AbstractEventLoop = attrs.field(factory=asyncio.get_running_loop, init=False)

    def ask(self, seconds: float) -> T:
        """Call it in the loop.

        Raises:
            TimeoutError: If the loop did not turn to it in time, or is closed.
        """
        if _running_loop() is self._loop:
            return self._function()
        answer: Future[T] = Future()
        try:
            self._loop.call_soon_threadsafe(self._answer, answer)
        except RuntimeError as error:
            message = "the worker's event loop is closed"
            raise TimeoutError(message) from error
        try:
            return answer.result(seconds)
        finally:
            answer.cancel()

    def _answer(self, answer: "Future[T]") -> None:
        if answer.set_running_or_notify_cancel():
            try:
                answer.set_result(self._function())
            except Exception as error:  # noqa: BLE001 - handed to whoever asked
                answer.set_exception(error)


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
