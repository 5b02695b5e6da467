"""How does an author's task begin and end?"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import anyio

from connectsdk.config import parse
from connectsdk.errors import ConnectError
from connectsdk.runtime._calls.inherited import inherited
from connectsdk.runtime._calls.room import Room
from connectsdk.sink import SinkTask
from connectsdk.source import SourceTask

__all__ = ("end", "make", "release", "start")

log = logging.getLogger("connectsdk.task")

Task = TypeVar("Task", bound=SourceTask[Any] | SinkTask[Any])


async def make(owner: str, room: Room, task_class: Callable[[], Task], context: Any) -> Task:
    """Return the author's task, with its context.

    Raises:
        ConnectError: If it cannot be made.
    """

    def with_context() -> Task:
        task = task_class()
        task.context = context
        return task

    name = f"{owner}: {getattr(task_class, '__qualname__', task_class)}()"
    return await room.compute(name, with_context)


async def start(
    owner: str,
    room: Room,
    task: SourceTask[Any] | SinkTask[Any],
    properties: Mapping[str, Any],
    seconds: float,
) -> None:
    """Start the author's task with its own configuration.

    Raises:
        ConfigError: If its properties do not fit.
        ConnectError: If it fails, or has not started after so many seconds.
    """
    name = f"{owner}: {type(task).__name__}.start"

    async def with_config() -> None:
        await task.start(parse(type(task).config_class, properties))

    with anyio.move_on_after(seconds):
        return await room.call(name, with_config)
    message = f"{name} did not return within {seconds:g} s"
    raise ConnectError(message)


async def end(owner: str, room: Room, task: SourceTask[Any] | SinkTask[Any], seconds: float) -> None:
    """Stop the author's task; what goes wrong is logged, and the task ends as it would have."""
    if inherited(task.stop):
        return
    name = f"{owner}: {type(task).__name__}.stop"
    with anyio.move_on_after(seconds, shield=True) as scope:
        try:
            await room.call(name, task.stop)
        except ConnectError as error:
            log.warning("%s", error, exc_info=error.__cause__)
    if scope.cancelled_caught:
        log.warning("%s did not return within %g s and was cancelled", name, seconds)


async def release(
    owner: str, room: Room, close: Callable[[], Awaitable[None]] | None, seconds: float
) -> None:
    """Close a task's transforms and converters, if they hold anything, then its room; what goes wrong is logged."""
    with anyio.CancelScope(shield=True):
        try:
            if close is not None:
                with anyio.move_on_after(seconds):
                    await room.call(f"{owner}: closing its transforms and converters", close)
        except ConnectError as error:
            log.warning("%s", error, exc_info=error.__cause__)
        finally:  # no shield holds off the supervisor, which cancels what takes too long
            await room.close()
