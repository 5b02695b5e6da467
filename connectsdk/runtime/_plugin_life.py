"""How does an author's task begin and end?"""

import logging
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import anyio

from connectsdk.config import parse
from connectsdk.errors import ConnectError
from connectsdk.runtime._plugin_calls import called
from connectsdk.sink import SinkTask
from connectsdk.source import SourceTask

__all__ = ("end", "make", "start")

log = logging.getLogger("connectsdk.task")

Task = TypeVar("Task", bound=SourceTask[Any] | SinkTask[Any])


def make(owner: str, task_class: Callable[[], Task], context: Any) -> Task:
    """Return the author's task, with its context.

    Raises:
        ConnectError: If it cannot be made.
    """
    with called(f"{owner}: {getattr(task_class, '__qualname__', task_class)}()"):
        task = task_class()
        task.context = context
    return task


async def start(owner: str, task: SourceTask[Any] | SinkTask[Any], properties: Mapping[str, Any]) -> None:
    """Start the author's task with its own configuration.

    Raises:
        ConfigError: If its properties do not fit.
        ConnectError: If it fails.
    """
    config = parse(type(task).config_class, properties)
    with called(f"{owner}: {type(task).__name__}.start"):
        await task.start(config)


async def end(owner: str, task: SourceTask[Any] | SinkTask[Any], seconds: float) -> None:
    """Stop the author's task; what goes wrong is logged, and the task ends as it would have."""
    name = f"{owner}: {type(task).__name__}.stop"
    with anyio.move_on_after(seconds, shield=True) as scope:
        try:
            with called(name):
                await task.stop()
        except ConnectError as error:
            log.warning("%s", error, exc_info=error.__cause__)
    if scope.cancelled_caught:
        log.warning("%s did not return within %g s and was cancelled", name, seconds)
