"""Which tasks of an event loop have not ended?

asyncio knows the tasks of all event loops of a process together: to ask it for those of one takes longer the more
threads there are. So each loop of a room takes note of its own.

This module speaks asyncio because it is about one of its event loops.
"""

import asyncio
import weakref
from typing import Any

__all__ = ("StartedTasks",)


class StartedTasks:
    """The tasks that an event loop was asked to make."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Take note of every task of this loop from now on."""
        self._loop = loop
        self._tasks: weakref.WeakSet[asyncio.Task[Any]] = weakref.WeakSet()
        self._factory = self._make  # one object, to be known again
        loop.set_task_factory(self._factory)

    def left(self) -> list[asyncio.Task[Any]]:
        """Return those that have not ended."""
        if (
            self._loop.get_task_factory() is not self._factory
        ):  # plugin code has its own: we were not told of all
            return list(asyncio.all_tasks(self._loop))
        return [task for task in self._tasks if not task.done()]

    def _make(self, loop: asyncio.AbstractEventLoop, coroutine: Any, **how: Any) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.Task(coroutine, loop=loop, **how)
        self._tasks.add(task)
        return task
