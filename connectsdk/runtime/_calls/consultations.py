"""How is plugin code asked that belongs to no running connector?

A configuration that is checked, or a change of offsets, runs an author's code for one answer.
"""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import attrs

from connectsdk.runtime._calls.room import open_room
from connectsdk.runtime._calls.stages import stage
from connectsdk.runtime._settings import TaskSettings

__all__ = ("Consultations",)

T = TypeVar("T")


@attrs.define(eq=False)
class Consultations:
    """Asks plugin code, each time in a room of its own.

    Attributes:
        abandoned: How often it did not end and was left behind.
    """

    abandoned: int = 0

    async def ask(
        self, owner: str, what: str, settings: TaskSettings, call: Callable[[], Coroutine[Any, Any, T]]
    ) -> T:
        """Run plugin code once, inside the deadline for starts.

        Args:
            owner: Whose code it is.
            what: The call, for messages.
            settings: Where it runs, and how long it may.
            call: What is called.

        Raises:
            ConnectError: What it raised, or if the deadline passed.
        """
        room = open_room(owner, settings)
        try:
            with stage(f"waiting for {what}"):
                return await room.call_within(settings.start_timeout, what, call)
        finally:
            await room.close()
            self.abandoned += room.left_behind is not None
