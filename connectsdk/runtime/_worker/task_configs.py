"""Which tasks does a connector want?"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectsdk.config import parse
from connectsdk.errors import ConfigError
from connectsdk.runtime._calls.log_context import on_behalf_of
from connectsdk.runtime._calls.room import Room
from connectsdk.runtime._worker.blueprint import Blueprint
from connectsdk.sink import SinkConnector
from connectsdk.source import SourceConnector

__all__ = ("TooManyTasksError", "task_configs_of")


class TooManyTasksError(ConfigError):
    """The connector wants more tasks than it may have: asking again does not help."""


async def task_configs_of(
    blueprint: Blueprint, room: Room, connector: SourceConnector[Any] | SinkConnector[Any]
) -> Sequence[Mapping[str, Any]]:
    """Return the properties of the tasks that a connector wants, checked.

    Raises:
        ConfigError: If a task's properties do not fit.
        ConnectError: If the connector fails to tell them.
        TooManyTasksError: If there are more than `tasks.max`.
    """
    most = blueprint.common.tasks_max
    name = f"connector {blueprint.name}: {type(connector).__name__}.task_configs"
    timeout = blueprint.settings.start_timeout
    with on_behalf_of(blueprint.name):
        configs = await room.call_within(timeout, name, connector.task_configs, most)
    if len(configs) > most and blueprint.common.tasks_max_enforce:
        message = (
            f"The connector {blueprint.name} has generated {len(configs)} tasks, which is greater than {most}, "
            "the maximum number of tasks it is configured to create."
        )
        raise TooManyTasksError(message, key="tasks.max")
    for properties in configs:
        parse(type(connector).task_class.config_class, properties)
    return configs
