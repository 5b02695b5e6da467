"""What do `connectsdk get`, `describe`, `offsets get`, `loggers get` and `health` do?"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

import attrs

from connectsdk.cli._asking import Asking
from connectsdk.cli._exit_code import ExitCode
from connectsdk.cli._output import Shown, plain, show, watch
from connectsdk.cli._rest_session import ask
from connectsdk.cli._rest_view import (
    connector_view,
    connectors_view,
    health_view,
    loggers_view,
    masked,
    offsets_view,
    plugins_view,
    tasks_view,
    topics_view,
)
from connectsdk.errors import ConnectError

if TYPE_CHECKING:
    from connectsdk.cli._rest_client import RestClient

__all__ = ("describe", "get", "get_loggers", "get_offsets", "health", "look")

Look = Callable[["RestClient"], Awaitable[Shown]]


def get(asking: Asking, kind: str, every: float | None) -> ExitCode:
    """Show all things of a kind."""
    return look(asking, LOOKS[kind], every)


def describe(asking: Asking, name: str, every: float | None, *, reveal: bool) -> ExitCode:
    """Show everything about a connector."""

    async def shown(client: "RestClient") -> Shown:
        connector = await client.connector(name)
        if not reveal:
            connector = attrs.evolve(connector, config=masked(connector.config))
        topics, offsets = [], []
        with suppress(ConnectError):  # a worker may not track topics
            topics = await client.topics(name)
        with suppress(ConnectError):  # a worker of before 3.6 does not know offsets; a class may be gone
            offsets = await client.offsets(name)
        data = {**plain(connector), "topics": topics, "offsets": plain(offsets)}
        return Shown(connector_view(connector, topics, offsets), data)

    return look(asking, shown, every)


def get_offsets(asking: Asking, name: str) -> ExitCode:
    """Show where a connector is."""

    async def shown(client: "RestClient") -> Shown:
        offsets = await client.offsets(name)
        return Shown(offsets_view(offsets), {"offsets": offsets})

    return look(asking, shown, None)


def get_loggers(asking: Asking, name: str | None) -> ExitCode:
    """Show loggers, or one."""

    async def shown(client: "RestClient") -> Shown:
        loggers = await client.loggers() if name is None else [await client.logger(name)]
        return Shown(loggers_view(loggers), loggers)

    return look(asking, shown, None)


def health(asking: Asking) -> ExitCode:
    """Show how a worker is; fail unless it is healthy."""

    async def command(client: "RestClient") -> ExitCode:
        found = await client.health()
        show(Shown(health_view(found, client.url), found), asking.output)
        return ExitCode.CLEAN if found.status == "healthy" else ExitCode.FAILED

    return ask(asking, command)


async def _connectors(client: "RestClient") -> Shown:
    connectors = await client.connectors()
    masks = [attrs.evolve(each, config=masked(each.config)) for each in connectors]
    return Shown(connectors_view(connectors), masks)


async def _tasks(client: "RestClient") -> Shown:
    connectors = await client.connectors()
    data = [{"connector": each.name, **plain(task)} for each in connectors for task in each.tasks]
    return Shown(tasks_view(connectors), data)


async def _topics(client: "RestClient") -> Shown:
    topics = {each.name: await client.topics(each.name) for each in await client.connectors()}
    return Shown(topics_view(topics), topics)


async def _plugins(client: "RestClient") -> Shown:
    plugins = await client.plugins()
    return Shown(plugins_view(plugins), plugins)


async def _loggers(client: "RestClient") -> Shown:
    loggers = await client.loggers()
    return Shown(loggers_view(loggers), loggers)


LOOKS: Mapping[str, Look] = {
    "connectors": _connectors,
    "tasks": _tasks,
    "topics": _topics,
    "plugins": _plugins,
    "loggers": _loggers,
}


def look(asking: Asking, shown: Look, every: float | None) -> ExitCode:
    """Show something once, or again and again."""

    async def command(client: "RestClient") -> None:
        if every is None:
            show(await shown(client), asking.output)
        else:
            await watch(lambda: shown(client), asking.output, every)

    return ask(asking, command, ExitCode.INTERRUPTED if every is None else ExitCode.CLEAN)
