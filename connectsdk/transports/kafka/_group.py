"""What does a consumer group store, and how is that read and changed?

Requests of our own, because the client library's retry without end, and commit under whatever generation is
current when they are sent.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

import attrs
from aiokafka import errors as kafka
from aiokafka.client import AIOKafkaClient, ConnectionGroup, CoordinationType
from aiokafka.protocol.commit import OffsetCommitRequest, OffsetFetchRequest
from aiokafka.protocol.group import LeaveGroupRequest
from aiokafka.protocol.offset import OffsetRequest

from connectsdk.errors import UnknownTopicError
from connectsdk.record import TopicPartition
from connectsdk.transports.kafka._errors import is_transient, translate

__all__ = ("EARLIEST", "LATEST", "Group", "by_topic", "list_offsets", "retrying")

EARLIEST = -2
LATEST = -1
BACKOFF = 0.1
NO_GENERATION = -1
READ_COMMITTED = 1
COORDINATOR_MOVED = (kafka.GroupCoordinatorNotAvailableError, kafka.NotCoordinatorForGroupError)


async def retrying(call: Callable[[], Awaitable[Any]], limit: float, doing: str) -> Any:
    """Await a call, again and again while its error is transient, until the deadline.

    Raises:
        ConnectError: What the last error means to us.
    """
    last: Exception = TimeoutError()
    try:
        async with asyncio.timeout(limit):
            while True:
                try:
                    return await call()
                except Exception as error:
                    last = error
                    if not is_transient(error):
                        raise
                    await asyncio.sleep(BACKOFF)
    except Exception as error:
        raise translate(last if isinstance(error, TimeoutError) else error, doing) from error


@attrs.define(eq=False)
class Group:
    """One consumer group, asked at its coordinator.

    Attributes:
        name: The group.
        client: What asks.
    """

    name: str
    client: AIOKafkaClient
    _coordinator: int | None = attrs.field(default=None, init=False)

    async def committed(self, partitions: Iterable[TopicPartition] | None) -> dict[TopicPartition, int]:
        """Return stored offsets of these partitions, or all; partitions without one are left out.

        Raises:
            KafkaError: If they cannot be read now.
        """
        topics = None if partitions is None else by_topic(partitions)
        response = await self._ask(OffsetFetchRequest(self.name, topics))
        self._raise_for(getattr(response, "error_code", 0))
        found = {}
        for topic, answers in response.topics:
            for partition, offset, _metadata, code in answers:
                self._raise_for(code)
                if offset >= 0:
                    found[TopicPartition(topic, partition)] = offset
        return found

    async def commit(
        self, offsets: Mapping[TopicPartition, int], generation: int = NO_GENERATION, member: str = ""
    ) -> None:
        """Store offsets as this member of this generation, or for a group without members.

        Raises:
            KafkaError: If they cannot be stored, or it is not known whether they are.
        """
        topics: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
        for (topic, partition), offset in offsets.items():
            topics[topic].append((partition, offset, ""))
        request = OffsetCommitRequest(self.name, generation, member, -1, list(topics.items()))
        response = await self._ask(request)
        for _topic, answers in response.topics:
            for _partition, code in answers:
                self._raise_for(code)

    async def leave(self, member: str) -> None:
        """Take a member out of the group at once.

        Raises:
            KafkaError: If the coordinator does not answer.
        """
        await self._ask(LeaveGroupRequest(self.name, member))

    async def ask(self, request: Any) -> Any:
        """Send a request to the coordinator.

        Raises:
            KafkaError: If it does not answer.
        """
        return await self._ask(request)

    async def _ask(self, request: Any) -> Any:
        if self._coordinator is None:
            if not self.client.cluster.brokers():
                await self.client.force_metadata_update()
            self._coordinator = await self.client.coordinator_lookup(CoordinationType.GROUP, self.name)
        try:
            return await self.client.send(self._coordinator, request, group=ConnectionGroup.DEFAULT)
        except kafka.KafkaError:
            self._coordinator = None
            self.client.force_metadata_update()
            raise

    def _raise_for(self, code: int) -> None:
        if code:
            error = kafka.for_code(code)
            if error in COORDINATOR_MOVED:
                self._coordinator = None
            raise error(f"group {self.name}")


async def list_offsets(
    client: AIOKafkaClient, partitions: Iterable[TopicPartition], which: int, isolation: int = 0
) -> dict[TopicPartition, int]:
    """Return the first (`EARLIEST`) or next (`LATEST`) offset of each partition.

    Raises:
        KafkaError: If they cannot be read now.
        UnknownTopicError: If a partition does not exist.
    """
    leaders: dict[int, list[TopicPartition]] = defaultdict(list)
    for partition in partitions:
        leaders[await _leader(client, partition)].append(partition)
    found: dict[TopicPartition, int] = {}
    for leader, led in leaders.items():
        topics = [(topic, [(number, which) for number in numbers]) for topic, numbers in by_topic(led)]
        response = await client.send(leader, OffsetRequest(-1, isolation, topics))
        for topic, answers in response.topics:
            for number, code, _timestamp, offset in answers:
                if code:
                    client.force_metadata_update()
                    raise kafka.for_code(code)(f"{topic}-{number}")
                found[TopicPartition(topic, number)] = offset
    return found


async def _leader(client: AIOKafkaClient, partition: TopicPartition) -> int:
    leader = client.cluster.leader_for_partition(partition)
    if leader is None:
        client.add_topic(partition.topic)
        await client.force_metadata_update()
        leader = client.cluster.leader_for_partition(partition)
    if leader is None:
        raise UnknownTopicError(f"partition {partition} does not exist")
    if leader == -1:
        client.force_metadata_update()
        raise kafka.LeaderNotAvailableError(str(partition))
    return int(leader)


def by_topic(partitions: Iterable[TopicPartition]) -> list[tuple[str, list[int]]]:
    """Return the partitions' numbers with their topic."""
    topics: dict[str, list[int]] = defaultdict(list)
    for topic, partition in partitions:
        topics[topic].append(partition)
    return list(topics.items())
