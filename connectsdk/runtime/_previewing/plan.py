"""What does a preview look at, and how long may each step of it take?"""

from collections.abc import Awaitable
from typing import Literal, TypeVar

import anyio
import attrs

from connectsdk.errors import ConnectError
from connectsdk.runtime._calls.room import Room

__all__ = ("Plan", "within")

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class Plan:
    """What to look at.

    Attributes:
        records: How many records at most.
        which: The first or the last ones of a sink's topics.
        task: Which of a source's tasks.
        wait: Seconds after which a source that has no more is left alone.
        deadline: Seconds within which plugin code answers: the connector, the task, and the stages of one record.
        registers: Whether converters may register schemas, as they may in a running connector.
    """

    records: int = 20
    which: Literal["first", "last"] = "last"
    task: int = 0
    wait: float = 10.0
    deadline: float = 30.0
    registers: bool = False


async def within(seconds: float, what: str, room: Room, call: Awaitable[T]) -> T:
    """Await a call of plugin code at most so long.

    Raises:
        ConnectError: What it raised, or if the deadline passed.
    """
    with anyio.move_on_after(seconds):
        return await call
    where = f"; it is {room.left_behind}" if room.left_behind else ""
    message = f"{what} did not return within {seconds:g} s{where}"
    raise ConnectError(message)
