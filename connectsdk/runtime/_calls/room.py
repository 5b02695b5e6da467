"""Where does plugin code run?

Every call of a connector, task, transform or converter goes through the room of its owner. A room takes calls,
answers with their results, and translates what they raise. In a `LoopRoom` they run on the worker's own event
loop; in a `ThreadRoom` (`thread_room`) on a thread and a loop of the owner's own.
"""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol, TypeVar

import attrs

from connectsdk.runtime._calls.detached import call_with_deadline
from connectsdk.runtime._calls.plugin_calls import called
from connectsdk.runtime._calls.thread_room import ThreadRoom
from connectsdk.runtime._settings import TaskSettings

__all__ = ("LoopRoom", "Room", "open_room")

T = TypeVar("T")


class Room(Protocol):
    """Where one task's, or one connector's, plugin code runs."""

    @property
    def left_behind(self) -> str | None:
        """The place in plugin code that did not end and was left behind; None when there is none."""
        ...

    async def call(self, what: str, function: Callable[..., Awaitable[T]], *arguments: Any) -> T:
        """Await a plugin's method.

        Cancelling this cancels the method; one that ignores it is left behind, where the room can do so.

        Args:
            what: The call, for messages.
            function: The method.
            arguments: What it is called with.

        Raises:
            ConnectError: What the plugin raised, as `_plugin_calls.called` has it.
            EndOfStream: As raised.
        """
        ...

    async def call_within(
        self, seconds: float, what: str, function: Callable[..., Coroutine[Any, Any, T]], *arguments: Any
    ) -> T:
        """Await a plugin's method at most so long; then cancel it, and leave it behind if it ignores that.

        Raises:
            ConnectError: What the plugin raised, or if the deadline passed.
        """
        ...

    async def compute(self, what: str, function: Callable[..., T], *arguments: Any) -> T:
        """Call a synchronous function that runs plugin code.

        Raises:
            ConnectError: What the plugin raised.
        """
        ...

    def post(self, function: Callable[..., object], *arguments: Any) -> None:
        """Call a function of the runtime on the worker's loop, soon; for plugin code, from wherever it runs."""
        ...

    async def ask(self, function: Callable[..., Coroutine[Any, Any, T]], *arguments: Any) -> T:
        """Await a function of the runtime on the worker's loop; for plugin code, from inside of the room.

        Raises:
            Exception: What it raises.
        """
        ...

    async def rest(self) -> None:
        """Give up what the room holds until the next call; only for an owner that left nothing running in it."""
        ...

    async def close(self) -> None:
        """Give up what the room holds; nothing can be called in it any more."""
        ...


@attrs.frozen
class LoopRoom:
    """Plugin code runs on the worker's loop, between everything else that runs there."""

    left_behind: str | None = None

    async def call(self, what: str, function: Callable[..., Awaitable[T]], *arguments: Any) -> T:
        """Await a plugin's method.

        Raises:
            ConnectError: What the plugin raised.
            EndOfStream: As raised.
        """
        with called(what):
            return await function(*arguments)

    async def call_within(
        self, seconds: float, what: str, function: Callable[..., Coroutine[Any, Any, T]], *arguments: Any
    ) -> T:
        """Await a plugin's method at most so long.

        Raises:
            ConnectError: What the plugin raised, or if the deadline passed.
        """
        with called(what):
            return await call_with_deadline(function(*arguments), what, seconds)

    async def compute(self, what: str, function: Callable[..., T], *arguments: Any) -> T:
        """Call a synchronous function that runs plugin code.

        Raises:
            ConnectError: What the plugin raised.
        """
        with called(what):
            return function(*arguments)

    def post(self, function: Callable[..., object], *arguments: Any) -> None:
        """Call a function of the runtime, now."""
        function(*arguments)

    async def ask(self, function: Callable[..., Coroutine[Any, Any, T]], *arguments: Any) -> T:
        """Await a function of the runtime.

        Raises:
            Exception: What it raises.
        """
        return await function(*arguments)

    async def rest(self) -> None:
        """Do nothing: the loop is not the room's."""

    async def close(self) -> None:
        """Do nothing: the loop is not the room's."""


def open_room(owner: str, settings: TaskSettings) -> Room:
    """Return a new room for one life of a task or connector."""
    if settings.isolation == "loop":
        return LoopRoom()
    return ThreadRoom(owner, settings.graceful / 2)
