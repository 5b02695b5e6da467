"""Which records does a source's task read? Nothing of it is produced, and no offset is stored."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, cast

import anyio

from connectsdk.config import parse
from connectsdk.errors import ConfigError, ConnectError, RetriableError
from connectsdk.record import SourceRecord
from connectsdk.runtime._calls.plugin_life import end, make, start
from connectsdk.runtime._calls.room import Room, open_room
from connectsdk.runtime._calls.signals import Signals
from connectsdk.runtime._calls.stream_pump import StreamPump
from connectsdk.runtime._previewing.plan import Plan, within
from connectsdk.runtime._tasks.contexts import SourceConnectorOffsetsContext, SourceContext
from connectsdk.runtime._tasks.source_offsets import ConnectorOffsets, WorkerOffsets
from connectsdk.runtime._worker.blueprint import Blueprint
from connectsdk.runtime._worker.task_configs import task_configs_of
from connectsdk.runtime._worker.worker import Worker
from connectsdk.source import EndOfStream, SourceConnector, SourceOffset, SourceTask, StreamSourceTask

__all__ = ("polled",)

IDLE = 0.1


async def polled(worker: Worker, blueprint: Blueprint, plan: Plan) -> Sequence[SourceRecord]:
    """Return what one of the connector's tasks reads.

    Raises:
        ConfigError: If there is no such task, or its properties do not fit.
        ConnectError: If the connector or its task fails, or does not answer in time.
    """
    stored = ConnectorOffsets(await _stored(worker, blueprint), blueprint.name)
    configs = await _task_configs(blueprint, stored, plan)
    if plan.task >= len(configs):
        message = f"connector {blueprint.name} has {len(configs)} tasks: there is no task {plan.task}"
        raise ConfigError(message)
    return await _read(blueprint, stored, configs[plan.task], plan)


async def _task_configs(
    blueprint: Blueprint, stored: ConnectorOffsets, plan: Plan
) -> Sequence[Mapping[str, Any]]:
    owner = f"connector {blueprint.name}"
    async with _room(owner, blueprint) as room:
        connector = await within(
            plan.deadline,
            f"{owner}: making it",
            room,
            room.compute(f"{owner}: making it", partial(_connector, blueprint, stored, room)),
        )
        name = f"{owner}: {type(connector).__name__}"
        try:
            config = parse(blueprint.connector_class.config_class, blueprint.properties)
            await room.call_within(plan.deadline, f"{name}.start", connector.start, config)
            what = f"{name}.task_configs"
            return await within(plan.deadline, what, room, task_configs_of(blueprint, room, connector))
        finally:
            if room.left_behind is None:
                graceful = blueprint.settings.graceful
                await room.call_within(graceful, f"{name}.stop", connector.stop)


def _connector(blueprint: Blueprint, stored: ConnectorOffsets, room: Room) -> SourceConnector[Any]:
    connector = cast("type[SourceConnector[Any]]", blueprint.connector_class)()
    connector.context = SourceConnectorOffsetsContext(
        blueprint.name, blueprint.properties, Signals(), room, stored=stored
    )
    return connector


async def _read(
    blueprint: Blueprint, stored: ConnectorOffsets, properties: Mapping[str, Any], plan: Plan
) -> Sequence[SourceRecord]:
    owner = f"connector {blueprint.name} task {plan.task}"
    async with _room(owner, blueprint) as room:
        context = SourceContext(blueprint.name, plan.task, properties, stored, Signals())
        context.room = room
        task_class = cast("type[SourceTask[Any]]", blueprint.connector_class.task_class)
        making = make(owner, room, task_class, context)
        task = await within(plan.deadline, f"{owner}: making it", room, making)
        try:
            await start(owner, room, task, properties, plan.deadline)
            return await _polled(owner, room, task, plan)
        finally:
            if room.left_behind is None:
                await end(owner, room, task, blueprint.settings.graceful)


async def _polled(owner: str, room: Room, task: SourceTask[Any], plan: Plan) -> Sequence[SourceRecord]:
    """Poll until there are enough records, no more, or none for too long.

    Raises:
        ConnectError: If `poll` fails, or neither returns nor lets itself be cancelled and has given nothing before.
    """
    found: list[SourceRecord] = []
    name = f"{owner}: {type(task).__name__}"
    pump = StreamPump(owner, task) if isinstance(task, StreamSourceTask) else None
    poll = partial(room.call, f"{name}.poll", task.poll if pump is None else pump.poll)
    async with anyio.create_task_group() as group:
        if pump is not None:
            group.start_soon(room.call, f"{name}.stream", pump.run)
        with anyio.move_on_after(plan.wait):
            while len(found) < plan.records:
                try:
                    records = await poll()
                except EndOfStream:
                    break
                except RetriableError:
                    records = None
                found.extend(records or ())
                await anyio.sleep(0 if records else IDLE)
        group.cancel_scope.cancel()
    if room.left_behind is not None and not found:
        message = f"{name}.poll did not return within {plan.wait:g} s; it is {room.left_behind}"
        raise ConnectError(message)
    return found[: plan.records]


@asynccontextmanager
async def _room(owner: str, blueprint: Blueprint) -> AsyncIterator[Room]:
    """Give plugin code a room of its own, so that what spins or blocks in there can be left behind."""
    room = open_room(owner, blueprint.settings)
    try:
        yield room
    finally:
        with anyio.CancelScope(shield=True):
            await room.close()


async def _stored(worker: Worker, blueprint: Blueprint) -> WorkerOffsets:
    """Return the stored offsets; there are none when there is no topic of them, and none is created."""
    offsets = worker.offsets_of(blueprint)
    there = await worker.transport.admin.describe_topics([offsets.topic])
    return offsets if there else cast("WorkerOffsets", _NothingStored())


class _NothingStored:
    async def read(self, connector: str) -> Sequence[SourceOffset]:
        return ()
