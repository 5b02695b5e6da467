"""How does a thread live that runs one owner's plugin code?

It is a daemon thread with an event loop in it, to which the worker's loop hands calls. An exit exception of
plugin code ends neither; when the thread is to end, what the plugin left running in it is cancelled.

This module speaks asyncio because it makes and runs an event loop, which anyio leaves to its backend.
"""

import asyncio
import contextlib
import contextvars
import ctypes
import logging
import math
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import thread as executor_threads
from typing import Any, TypeVar

import anyio
import attrs

from connectsdk.runtime._calls.places import place_of_coroutine, place_of_thread
from connectsdk.runtime._calls.plugin_calls import describe
from connectsdk.runtime._calls.started_tasks import StartedTasks

__all__ = ("Call", "LeftBehind", "RoomThread")

T = TypeVar("T")

log = logging.getLogger("connectsdk.task")

UNTIL_IT_ARRIVED = 1_000
"""Turns of an empty loop in which an exception that was raised into the thread from outside arrives."""


FIRST_INTERRUPT, LAST_INTERRUPT = 0.25, 32.0
"""Seconds between the exceptions raised in a thread that was given up, doubling."""


class LeftBehind(SystemExit):
    """Raised inside of plugin code that was left behind: nobody waits for it any more."""


@attrs.define(eq=False)
class Call:
    """One call of plugin code on its way.

    Attributes:
        what: Its name, for messages.
        function: What is called.
        arguments: With what.
        ended: Set on the worker's loop when there is an answer.
        task: What it runs in; None before it began, and for a synchronous one.
        value: What it returned.
        error: What it raised.
        deadline: When its waiter gives up.
        place: Where it was at its deadline.
        text: That error, described where it was raised: its `__str__` is plugin code too.
    """

    what: str
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    ended: anyio.Event = attrs.field(factory=anyio.Event)
    task: asyncio.Task[None] | None = None
    value: Any = None
    error: BaseException | None = None
    deadline: float = math.inf
    place: str = "waiting for its turn"
    text: str = ""


class RoomThread:
    """A thread with an event loop, beside the worker's one in which it is made.

    Attributes:
        over: Set on the worker's loop when the thread has nothing left to do but to return, or could not start.
        given_up: Whether nobody waits for it any more.
    """

    def __init__(self, name: str) -> None:
        """Take its name; it starts with what it is told first, which then need not wake it."""
        self.over = anyio.Event()
        self.given_up = False
        self._outside = asyncio.get_running_loop()
        self._inside = asyncio.new_event_loop()
        self._started = StartedTasks(self._inside)
        self._finish = asyncio.Event()
        self._queued: set[Call] = set()
        self._interrupting = threading.Lock()
        self._leaving = False
        self._thread = threading.Thread(target=self._live, name=name, daemon=True)

    # -- asked for on the worker's loop ----------------------------------------------------------------------

    def begin(self, call: Call) -> None:
        """Await a plugin's method in the thread, in the context of whoever asks."""
        self._queued.add(call)
        self._tell_inside(self._await, call, contextvars.copy_context())

    def compute(self, call: Call) -> None:
        """Call a plugin's synchronous function in the thread, in the context of whoever asks."""
        self._queued.add(call)
        self._tell_inside(contextvars.copy_context().run, self._run, call)

    def take_back(self, call: Call) -> bool:
        """Take back a call that has not begun; return whether it had not."""
        try:
            self._queued.remove(call)  # one operation: either this or the thread takes it
        except KeyError:
            return False
        return True

    def cancel(self, call: Call) -> None:
        """Cancel a call that has begun."""
        self._tell_inside(self._cancel, call)

    def finish(self) -> None:
        """Ask the thread to end."""
        self._tell_inside(self._finish.set)

    def join(self) -> None:
        """Wait for it to return, when it is over."""
        self._thread.join()

    def give_up(self) -> None:
        """Wait for it no longer: it ends as soon as plugin code lets it, and the program can end without it."""
        self.given_up = True
        self.finish()
        executor = getattr(self._inside, "_default_executor", None)
        joined_at_exit: Any = executor_threads._threads_queues  # noqa: SLF001 - there is no other way out of it
        for worker in getattr(executor, "_threads", ()):
            joined_at_exit.pop(worker, None)
        self._interrupt(FIRST_INTERRUPT)

    def _interrupt(self, pause: float) -> None:
        """Raise `LeftBehind` in the thread, after pauses that double: plugin code may catch the first ones."""
        with self._interrupting:
            if pause > LAST_INTERRUPT or self._leaving or not self._thread.is_alive():
                return
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(self._thread.ident or 0), ctypes.py_object(LeftBehind)
            )
        self._outside.call_later(pause, self._interrupt, pause * 2)

    def where(self, call: Call | None) -> str:
        """Say what plugin code the thread executes, or else where a call waits."""
        executing = place_of_thread(self._thread.ident, __name__)
        if executing is not None:
            return executing
        return place_of_coroutine(None if call is None or call.task is None else call.task.get_coro())

    # -- asked for by plugin code, in the thread or in others --------------------------------------------------

    def post(self, function: Callable[..., object], *arguments: Any) -> None:
        """Call a function of the runtime on the worker's loop, soon."""
        with contextlib.suppress(RuntimeError):  # that loop is closed: nobody is there to be told
            self._outside.call_soon_threadsafe(function, *arguments)

    async def ask(self, function: Callable[..., Coroutine[Any, Any, T]], *arguments: Any) -> T:
        """Await a function of the runtime on the worker's loop.

        Raises:
            Exception: What it raises.
        """
        if asyncio.get_running_loop() is self._outside:
            return await function(*arguments)
        future = asyncio.run_coroutine_threadsafe(function(*arguments), self._outside)
        return await asyncio.wrap_future(future)

    # -- in the thread ---------------------------------------------------------------------------------------

    def _live(self) -> None:
        loop = self._inside
        try:
            self._execute(loop)
        except BaseException:  # noqa: BLE001, S110 - `LeftBehind` may come anywhere; whatever it is, the thread ends
            pass
        finally:
            while not self._undisturbed():
                pass
            for task in self._started.left():
                task._log_destroy_pending = False  # type: ignore[attr-defined]  # noqa: SLF001 - it was reported already
            loop.close()
            self.post(self.over.set)

    def _undisturbed(self) -> bool:
        """Take note that plugin code was left; return whether nothing more will be raised into the thread.

        An exception that was raised into it before only arrives some instructions later, and a loop that is closed by
        half would never be closed.
        """
        try:
            with self._interrupting:
                self._leaving = True
            for _ in range(UNTIL_IT_ARRIVED):
                pass
        except LeftBehind:
            return False
        return True

    def _execute(self, loop: asyncio.AbstractEventLoop) -> None:
        until_finish = loop.create_task(_wait(self._finish))
        while not until_finish.done():
            try:
                loop.run_until_complete(until_finish)
            except BaseException as error:  # noqa: BLE001 - a task that plugin code left running may raise anything
                if self.given_up:
                    return
                log.error(  # noqa: TRY400 - a traceback of an exit exception says nothing
                    "%s: something it left running raised %s", self._thread.name, describe(error)
                )
        if not self.given_up:
            loop.run_until_complete(_tidy(loop, self._started))

    def _await(self, call: Call, context: contextvars.Context) -> None:
        if self.take_back(call):
            call.task = self._inside.create_task(self._answer(call), context=context)

    async def _answer(self, call: Call) -> None:
        try:
            call.value = await call.function(*call.arguments)
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits for the answer
            call.error, call.text = error, describe(error)
        self.post(call.ended.set)

    def _run(self, call: Call) -> None:
        if self.take_back(call):
            try:
                call.value = call.function(*call.arguments)
            except BaseException as error:  # noqa: BLE001 - handed to whoever waits for the answer
                call.error, call.text = error, describe(error)
            self.post(call.ended.set)

    def _cancel(self, call: Call) -> None:
        if call.task is not None:
            self._inside.call_soon(
                call.task.cancel
            )  # after its first step: one that never began would never answer

    def _tell_inside(self, function: Callable[..., object], *arguments: Any) -> None:
        if self._thread.ident is None:
            self._inside.call_soon(function, *arguments)
            self._begin_thread()
            return
        with contextlib.suppress(RuntimeError):  # the loop is closed: the thread has ended
            self._inside.call_soon_threadsafe(function, *arguments)

    def _begin_thread(self) -> None:
        try:
            self._thread.start()
        except BaseException:  # the system has no more threads
            self._inside.close()
            self.over.set()
            raise


async def _wait(event: asyncio.Event) -> None:
    await event.wait()


async def _tidy(loop: asyncio.AbstractEventLoop, started: StartedTasks) -> None:
    """Cancel whatever plugin code left running, and wait for its end."""
    left = [task for task in started.left() if task is not asyncio.current_task()]
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    await loop.shutdown_asyncgens()
    await loop.shutdown_default_executor()
