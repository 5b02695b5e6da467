"""How can a plugin that does not stop be left behind?

A connector's task runs in a task of its own, outside of any task group: a group would wait for ever for a
plugin that ignores cancellation, and an exit exception in a plain task would end the event loop. This is the
one module of the runtime that speaks asyncio, because leaving a task behind is what structured concurrency
rules out. `supervisor` owns every `Detached`.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from connectsdk.errors import ConnectError

__all__ = ("AFTER_CANCEL", "Detached", "call_with_deadline", "cancelled_from_outside", "last_commit_timeout")

T = TypeVar("T")

AFTER_CANCEL = 1.0
"""Seconds that a cancelled coroutine has before it is left behind."""


class Detached:
    """A coroutine in a task of its own."""

    def __init__(self, run: Coroutine[Any, Any, None], name: str) -> None:
        self._run = run
        self._task = asyncio.get_running_loop().create_task(_contain(run), name=name)

    @property
    def finished(self) -> bool:
        """Whether it has ended."""
        return self._task.done()

    async def wait(self) -> BaseException | None:
        """Wait for its end; return what it raised, or None. Cancelling the wait does not touch it."""
        await asyncio.wait({self._task})
        if self._task.cancelled():  # before it had begun
            self._run.close()
            return asyncio.CancelledError()
        return self._task.result()

    async def wait_for(self, seconds: float) -> bool:
        """Wait at most so long; return whether it has ended."""
        await asyncio.wait({self._task}, timeout=seconds)
        if self._task.cancelled():  # before it had begun
            self._run.close()
        return self._task.done()

    def cancel(self) -> None:
        """Ask it to end now."""
        self._task.cancel()

    def abandon(self) -> None:
        """Leave it behind: the program that runs this loop need not wait for it to be able to end."""
        asyncio._unregister_task(self._task)  # noqa: SLF001 - documented for those who end tasks themselves
        self._task._log_destroy_pending = False  # type: ignore[attr-defined]  # noqa: SLF001 - it was reported already

    def where(self) -> str:
        """Say where it is, for a message about one that does not end."""
        frames = self._task.get_stack(limit=16)
        if not frames:
            return "nowhere to be seen"
        innermost = frames[-1]
        return f"in {innermost.f_code.co_qualname} ({innermost.f_code.co_filename}:{innermost.f_lineno})"


async def call_with_deadline(call: Coroutine[Any, Any, T], what: str, seconds: float) -> T:
    """Await plugin code at most so long; then cancel it, and leave it behind if it ignores that.

    Args:
        call: The call.
        what: Its name, for messages.
        seconds: The deadline.

    Raises:
        BaseException: What the call raised.
        ConnectError: If the deadline passed.
    """
    results: list[T] = []

    async def keep() -> None:
        results.append(await call)

    detached = Detached(keep(), what)
    try:
        if not await detached.wait_for(seconds):
            where = detached.where()
            message = f"{what} did not return within {seconds:g} s; it is {where}"
            raise ConnectError(message)
    finally:
        if not detached.finished:
            detached.cancel()
            if not await detached.wait_for(AFTER_CANCEL):
                detached.abandon()
    error = await detached.wait()
    if error is not None:
        raise error
    return results[0]


async def _contain(run: Coroutine[Any, Any, None]) -> BaseException | None:
    try:
        await run
    except BaseException as error:  # noqa: BLE001 - handed to the supervisor, which judges it
        return error
    return None


def last_commit_timeout(seconds: float) -> float:
    """Return how long the last commit of a task may take: shorter when it was cancelled, or it is left behind."""
    return min(seconds, AFTER_CANCEL / 2) if cancelled_from_outside() else seconds


def cancelled_from_outside() -> bool:
    """Return whether the current task was asked to end, or is being taken down.

    If not, a cancellation is a plugin's own invention.
    """
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0
