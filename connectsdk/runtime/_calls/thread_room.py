"""How does the worker's loop call plugin code that runs on a thread of its own?

A `ThreadRoom` hands over one call at a time and waits for its answer: once per batch, never per record. What
blocks, spins or raises an exit exception in there holds up nothing else. A call that does not end after its
cancellation is left behind together with its thread: it is named, whatever else waits there is given up, and an
exception is raised in the thread so that it does not compute for ever.
"""

import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import anyio

from connectsdk.errors import ConnectError, IllegalStateError
from connectsdk.runtime._calls.detached import AFTER_CANCEL
from connectsdk.runtime._calls.plugin_calls import translated
from connectsdk.runtime._calls.room_thread import Call, RoomThread

__all__ = ("ThreadRoom",)

T = TypeVar("T")

log = logging.getLogger("connectsdk.task")

LAST_PATIENCE = AFTER_CANCEL / 4
"""Seconds that a call has to end when whoever waits for it would otherwise be left behind."""


class ThreadRoom:
    """A thread of its own for one owner's plugin code; it starts with the first call.

    Attributes:
        left_behind: The place in plugin code that did not end and was left behind; None when there is none.
    """

    def __init__(self, owner: str, patience: float) -> None:
        """Take whose code it is.

        Args:
            owner: Connector and task, for messages.
            patience: Seconds that a cancelled call has to end.
        """
        self.left_behind: str | None = None
        self._owner = owner
        self._patience = patience
        self._thread: RoomThread | None = None
        self._calls: set[Call] = set()
        self._closed = False

    async def call(self, what: str, function: Callable[..., Awaitable[T]], *arguments: Any) -> T:
        """Await a plugin's method.

        Raises:
            ConnectError: What the plugin raised, or if the room's thread was left behind.
            EndOfStream: As raised.
        """
        thread = self._opened(what)
        call = Call(what, function, arguments)
        thread.begin(call)
        answer: T = await self._answer(thread, call)
        return answer

    async def call_within(
        self, seconds: float, what: str, function: Callable[..., Coroutine[Any, Any, T]], *arguments: Any
    ) -> T:
        """Await a plugin's method at most so long.

        Raises:
            ConnectError: What the plugin raised, or if the deadline passed.
        """
        thread = self._opened(what)
        call = Call(what, function, arguments, deadline=anyio.current_time() + seconds)
        thread.begin(call)
        with anyio.move_on_after(seconds):
            answer: T = await self._answer(thread, call)
            return answer
        message = f"{what} did not return within {seconds:g} s; it is {call.place}"
        raise ConnectError(message)

    async def compute(self, what: str, function: Callable[..., T], *arguments: Any) -> T:
        """Call a synchronous function that runs plugin code.

        Raises:
            ConnectError: What the plugin raised, or if the room's thread was left behind.
        """
        thread = self._opened(what)
        call = Call(what, function, arguments)
        thread.compute(call)
        answer: T = await self._answer(thread, call)
        return answer

    def post(self, function: Callable[..., object], *arguments: Any) -> None:
        """Call a function of the runtime on the worker's loop, soon.

        Raises:
            IllegalStateError: If the room is closed, or its thread was left behind.
        """
        self._opened(f"{self._owner}: its context").post(function, *arguments)

    async def ask(self, function: Callable[..., Coroutine[Any, Any, T]], *arguments: Any) -> T:
        """Await a function of the runtime on the worker's loop.

        Raises:
            Exception: What it raises.
            IllegalStateError: If the room is closed, or its thread was left behind.
        """
        return await self._opened(f"{self._owner}: its context").ask(function, *arguments)

    async def close(self) -> None:
        """End the thread; one that does not end is left behind."""
        self._closed = True
        await self.rest()

    async def rest(self) -> None:
        """End the thread until the next call; one that does not end is left behind."""
        thread = self._thread
        if thread is None or self.left_behind is not None or thread.over.is_set():
            return
        thread.finish()
        try:
            with anyio.move_on_after(self._patience, shield=True):
                await thread.over.wait()
        finally:
            if thread.over.is_set():
                thread.join()
                self._thread = None
            else:
                self._leave_behind(thread, f"{self._owner}: something it left running", thread.where(None))

    def _opened(self, what: str) -> RoomThread:
        if self.left_behind is not None or self._closed:
            why = f"was left behind {self.left_behind}" if self.left_behind else "has ended"
            message = f"{what} cannot be called: its thread {why}"
            raise IllegalStateError(message)
        if self._thread is None or self._thread.over.is_set():
            self._thread = RoomThread(self._owner)
        return self._thread

    async def _answer(self, thread: RoomThread, call: Call) -> Any:
        self._calls.add(call)
        try:
            await call.ended.wait()
        except anyio.get_cancelled_exc_class():
            await self._withdraw(thread, call)
            raise
        finally:
            self._calls.discard(call)
        if call.error is not None:
            raise translated(call.what, call.error, call.text)
        return call.value

    async def _withdraw(self, thread: RoomThread, call: Call) -> None:
        """Cancel a call whose waiter was cancelled; leave it behind when it does not end."""
        if call.ended.is_set() or thread.take_back(call):
            return
        place = None
        if anyio.current_time() >= call.deadline:  # looking is dear: it looks at every thread there is
            call.place = place = thread.where(call)
        thread.cancel(call)
        by_deadline = anyio.current_effective_deadline() <= anyio.current_time()
        patience = self._patience if by_deadline else min(self._patience, LAST_PATIENCE)
        try:
            with anyio.move_on_after(patience, shield=True):
                await call.ended.wait()
        finally:
            if not call.ended.is_set():
                self._leave_behind(thread, call.what, place or thread.where(call))

    def _leave_behind(self, thread: RoomThread, what: str, place: str) -> None:
        if self.left_behind is not None:
            return
        self.left_behind = place
        log.error("%s does not end, it is %s; its thread is left behind", what, place)
        for call in self._calls:
            if not call.ended.is_set():
                call.error = ConnectError(f"{call.what} was given up: {what} does not end, it is {place}")
                call.ended.set()
        thread.give_up()
