"""How are topics and groups created, described, changed and deleted?"""

import asyncio
from collections.abc import Callable, Mapping, Sequence, Set as AbstractSet
from typing import Any

import attrs
from aiokafka import errors as kafka
from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.admin import CreateTopicsRequest, DeleteGroupsRequest, DeleteTopicsRequest
from aiokafka.protocol.metadata import MetadataRequest

from connectsdk.errors import IllegalStateError, TransportError
from connectsdk.record import TopicPartition
from connectsdk.transport import NewTopic, TopicDescription
from connectsdk.transports.kafka._access import new_client
from connectsdk.transports.kafka._cleanup import end_client, shielded
from connectsdk.transports.kafka._client import ClientOptions
from connectsdk.transports.kafka._group import EARLIEST, LATEST, Group, by_topic, list_offsets, retrying
from connectsdk.transports.kafka._offset_delete import forget_offsets
from connectsdk.transports.kafka._topics import describe_configs, known_topics

__all__ = ("KafkaAdmin",)

OPEN_TIMEOUT = 15.0
CALL_TIMEOUT = 30.0
REQUEST_MS = 15_000
POLL = 0.05
CONFIG = ("cleanup.policy", "compression.type", "max.message.bytes", "min.insync.replicas", "retention.ms")
HAS_MEMBERS = (
    kafka.NonEmptyGroup,
    kafka.UnknownMemberIdError,
    kafka.IllegalGenerationError,
    kafka.RebalanceInProgressError,
)


@attrs.define(eq=False)
class KafkaAdmin:
    """A `TopicAdmin` on Kafka. Its connection is opened with the first call, and anew after an error."""

    _options: ClientOptions
    _client: Any = attrs.field(default=None, init=False)
    _opening: asyncio.Lock = attrs.field(factory=asyncio.Lock, init=False)

    async def create_topics(self, topics: Sequence[NewTopic]) -> AbstractSet[str]:
        """Create those that do not exist; see `TopicAdmin.create_topics`."""
        if not topics:
            return frozenset()
        wanted: list[Any] = [
            (topic.name, topic.partitions, topic.replication_factor, [], list(topic.config.items()))
            for topic in topics
        ]
        names = ", ".join(topic.name for topic in topics)

        async def create(client: AIOKafkaClient) -> set[str]:
            controller = await _controller(client)
            response = await client.send(
                controller, CreateTopicsRequest(wanted, REQUEST_MS, validate_only=False)
            )
            created = set()
            for name, code, *message in response.topic_errors:
                error = kafka.for_code(code)
                if error is kafka.NoError:
                    created.add(name)
                elif error is not kafka.TopicAlreadyExistsError:
                    raise error(f"{name}: {message[0] if message and message[0] else error.description}")
            return created

        created: set[str] = await self._ask(create, f"cannot create topics {names}")
        await self._await_metadata(created, present=True)
        return created

    async def describe_topics(self, names: Sequence[str] | None = None) -> Mapping[str, TopicDescription]:
        """Return the topics that exist among these, or all of them; see `TopicAdmin.describe_topics`."""

        async def describe(client: AIOKafkaClient) -> dict[str, TopicDescription]:
            found = await known_topics(client, names)
            config = await describe_configs(client, list(found), CONFIG) if found else {}
            return {
                name: TopicDescription(name=name, partitions=len(partitions), config=config.get(name, {}))
                for name, partitions in found.items()
            }

        described: dict[str, TopicDescription] = await self._ask(describe, "cannot describe topics")
        return described

    async def delete_topics(self, names: Sequence[str]) -> None:
        """Delete topics; see `TopicAdmin.delete_topics`."""
        if not names:
            return

        async def delete(client: AIOKafkaClient) -> None:
            response = await client.send(
                await _controller(client), DeleteTopicsRequest(list(names), REQUEST_MS)
            )
            for name, code in response.topic_error_codes:
                if code and kafka.for_code(code) is not kafka.UnknownTopicOrPartitionError:
                    raise kafka.for_code(code)(name)

        await self._ask(delete, f"cannot delete topics {', '.join(names)}")
        await self._await_metadata(set(names), present=False)

    async def beginning_offsets(
        self, partitions: AbstractSet[TopicPartition]
    ) -> Mapping[TopicPartition, int]:
        """Return the first offset of each partition; see `TopicAdmin.beginning_offsets`."""
        return await self._list_offsets(partitions, EARLIEST)

    async def end_offsets(self, partitions: AbstractSet[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Return the offset after the last record of each partition; see `TopicAdmin.end_offsets`."""
        return await self._list_offsets(partitions, LATEST)

    async def group_offsets(self, group: str) -> Mapping[TopicPartition, int]:
        """Return all offsets a group has stored; see `TopicAdmin.group_offsets`."""
        stored: dict[TopicPartition, int] = await self._ask(
            lambda client: Group(group, client).committed(None), f"cannot read the offsets of group {group}"
        )
        return stored

    async def alter_group_offsets(self, group: str, offsets: Mapping[TopicPartition, int | None]) -> None:
        """Store offsets for a group that has no members; see `TopicAdmin.alter_group_offsets`.

        Storing and forgetting are two requests, in this order: Kafka has none that does both.
        """
        stored = {where: offset for where, offset in offsets.items() if offset is not None}
        forgotten = dict(by_topic(offsets.keys() - stored.keys()))

        async def alter(client: AIOKafkaClient) -> None:
            known = Group(group, client)
            try:
                if stored:
                    await known.commit(stored)
                if forgotten:
                    await forget_offsets(known, forgotten)
            except HAS_MEMBERS as error:
                raise IllegalStateError(
                    f"group {group} has members: stop them before changing its offsets"
                ) from error

        if offsets:
            await self._ask(alter, f"cannot change the offsets of group {group}")

    async def delete_group(self, group: str) -> None:
        """Forget a group and its offsets; see `TopicAdmin.delete_group`."""

        async def delete(client: AIOKafkaClient) -> None:
            response = await Group(group, client).ask(DeleteGroupsRequest([group]))
            for _name, code in response.results:
                error = kafka.for_code(code)
                if error in HAS_MEMBERS:
                    raise IllegalStateError(f"group {group} has members: stop them before deleting it")
                if error not in {kafka.NoError, kafka.GroupIdNotFound}:
                    raise error(group)

        await self._ask(delete, f"cannot delete group {group}")

    async def cluster_id(self) -> str | None:
        """Return by which name the cluster knows itself.

        Raises:
            TransportError: If no broker answers in time.
        """

        async def look(client: AIOKafkaClient) -> str | None:
            found = await client.send(client.get_random_node(), MetadataRequest([]))
            name: str | None = getattr(found, "cluster_id", None)
            return name

        name: str | None = await self._ask(look, "cannot ask for the cluster's id")
        return name

    async def close(self) -> None:
        """Let go of the connection; the next call opens another."""
        client, self._client = self._client, None
        if client is not None:
            await shielded(end_client(client))

    async def _list_offsets(
        self, partitions: AbstractSet[TopicPartition], which: int
    ) -> Mapping[TopicPartition, int]:
        if not partitions:
            return {}
        names = ", ".join(sorted(map(str, partitions)))
        found: dict[TopicPartition, int] = await self._ask(
            lambda client: list_offsets(client, partitions, which), f"cannot read offsets of {names}"
        )
        return found

    async def _await_metadata(self, names: AbstractSet[str], *, present: bool) -> None:
        """Return when brokers tell of these topics, or no longer do: they learn it a moment after the controller."""

        async def look(client: AIOKafkaClient) -> None:
            while (found := set(await known_topics(client, list(names)))) != (
                set(names) if present else set()
            ):
                await asyncio.sleep(POLL)
                if present and not set(names) - found:
                    break

        if names:
            await self._ask(look, f"topics {', '.join(sorted(names))} are not known to all brokers yet")

    async def _ask(self, call: Callable[[AIOKafkaClient], Any], doing: str) -> Any:
        """Call with a connected client, again while the error is transient."""

        async def once() -> Any:
            return await call(await self._connected())

        try:
            return await retrying(once, CALL_TIMEOUT, doing)
        except TransportError:
            await self.close()  # the next call begins anew
            raise

    async def _connected(self) -> AIOKafkaClient:
        async with self._opening:
            if self._client is None:
                client = new_client(self._options, "connectsdk-admin")
                try:
                    async with asyncio.timeout(OPEN_TIMEOUT):
                        await client.bootstrap()
                except BaseException:
                    await shielded(end_client(client))
                    raise
                self._client = client
            return self._client


async def _controller(client: AIOKafkaClient) -> int:
    if client.cluster.controller is None:
        await client.force_metadata_update()
    controller = client.cluster.controller
    if controller is None:
        raise kafka.NotControllerError
    return int(controller.nodeId)
