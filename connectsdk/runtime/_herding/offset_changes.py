"""How are a connector's offsets read and changed from outside?

A source's are in the worker's offset store, a sink's are its consumer group's. The connector has a say before anything is
changed: it may refuse, or know of offsets that it keeps elsewhere.
"""

from collections.abc import Mapping
from typing import Any

import attrs

from connectsdk._core.offset_requests import (
    DONE_BY_CONNECTOR,
    DONE_BY_FRAMEWORK,
    Wanted,
    read_sink_offsets,
    read_source_offsets,
    written_sink_offset,
)
from connectsdk.errors import ConfigError, IllegalStateError, UnknownTopicError
from connectsdk.record import TopicPartition
from connectsdk.runtime._calls.log_context import on_behalf_of
from connectsdk.runtime._operated import BadRequestError, ConflictError, ConnectorOffset
from connectsdk.runtime._parts.client_configs import consumer_group
from connectsdk.runtime._worker.blueprint import Blueprint
from connectsdk.runtime._worker.worker import Worker

__all__ = ("OffsetChanges",)


@attrs.frozen(eq=False)
class OffsetChanges:
    """Reads and changes offsets of connectors that do not run."""

    worker: Worker

    async def read(self, name: str, config: Mapping[str, Any]) -> list[ConnectorOffset]:
        """Return where a connector is.

        Raises:
            ConfigError: If its configuration cannot be read.
            TransportError: If its offsets cannot be read.
        """
        blueprint = await self.worker.read_config(name, config)
        if blueprint.kind == "source":
            stored = await self.worker.offsets_of(blueprint).read(name)
            return [ConnectorOffset(partition=partition, offset=offset) for partition, offset in stored]
        committed = await self.worker.transport.admin.group_offsets(_group(blueprint))
        pairs = [written_sink_offset(partition, offset) for partition, offset in sorted(committed.items())]
        return [ConnectorOffset(partition=partition, offset=offset) for partition, offset in pairs]

    async def alter(self, name: str, config: Mapping[str, Any], wanted: Wanted) -> str:
        """Change a connector's offsets; return what to tell the operator.

        Raises:
            BadRequestError: If the offsets make no sense.
            ConflictError: If its group still has members.
            ConnectError: If the connector refuses, or they could not be stored.
        """
        blueprint = await self.worker.read_config(name, config)
        try:
            if blueprint.kind == "source":
                changed = read_source_offsets(wanted)
                known = await self._ask(blueprint, changed)
                await self.worker.offsets_of(blueprint).write(name, changed)
            else:
                offsets = read_sink_offsets(wanted)
                known = await self._ask(blueprint, offsets)
                await self._alter_group(name, _group(blueprint), offsets)
        except ConfigError as error:
            raise BadRequestError(str(error)) from error
        return _done(known, "altered")

    async def reset(self, name: str, config: Mapping[str, Any]) -> str:
        """Forget a connector's offsets; return what to tell the operator.

        Raises:
            BadRequestError: If the connector says that they make no sense.
            ConflictError: If its group still has members.
            ConnectError: If the connector refuses, or that could not be stored.
        """
        blueprint = await self.worker.read_config(name, config)
        try:
            if blueprint.kind == "source":
                store = self.worker.offsets_of(blueprint)
                gone = [(partition, None) for partition, _ in await store.read(name)]
                known = await self._ask(blueprint, gone)
                await store.write(name, gone)
            else:
                group, admin = _group(blueprint), self.worker.transport.admin
                known = await self._ask(blueprint, dict.fromkeys(await admin.group_offsets(group)))
                try:
                    await admin.delete_group(group)
                except IllegalStateError as error:
                    raise _still_used(name, "reset") from error
        except ConfigError as error:
            raise BadRequestError(str(error)) from error
        return _done(known, "reset")

    async def _alter_group(self, name: str, group: str, offsets: Mapping[TopicPartition, int | None]) -> None:
        try:
            await self.worker.transport.admin.alter_group_offsets(group, offsets)
        except IllegalStateError as error:
            raise _still_used(name, "alter") from error
        except UnknownTopicError as error:
            raise BadRequestError(str(error)) from error

    async def _ask(self, blueprint: Blueprint, offsets: Any) -> bool:
        """Let the connector check a change, in a room and inside a deadline of its own."""
        owner = f"connector {blueprint.name}"
        made = f"{owner}: {blueprint.connector_class.__qualname__}"

        async def alter() -> bool:
            connector: Any = blueprint.connector_class()
            known: bool = await connector.alter_offsets(blueprint.properties, offsets)
            return known

        ask, what = self.worker.consultations.ask, f"{made}.alter_offsets"
        with self.worker.properties.secrets.kept(), on_behalf_of(blueprint.name):
            return await ask(owner, what, blueprint.settings, alter)


def _group(blueprint: Blueprint) -> str:
    return consumer_group(blueprint.name, blueprint.properties, blueprint.worker.properties)


def _still_used(name: str, change: str) -> ConflictError:
    return ConflictError(
        f"Failed to {change} consumer group offsets for connector {name} either because its tasks haven't stopped "
        f"completely yet or the connector was resumed before the request to {change} its offsets could be successfully "
        "completed. If the connector is in a stopped state, this operation can be safely retried. If it doesn't "
        "eventually succeed, the Connect cluster may need to be restarted to get rid of the zombie sink tasks."
    )


def _done(known: bool, how: str) -> str:  # noqa: FBT001 - private: the connector's own answer
    return (DONE_BY_CONNECTOR if known else DONE_BY_FRAMEWORK).format(done=how)
