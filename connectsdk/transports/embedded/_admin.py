"""How are the embedded broker's topics and groups administered?"""

from collections.abc import Mapping, Sequence, Set as AbstractSet

import anyio.lowlevel
import attrs

from connectsdk.record import TopicPartition
from connectsdk.transport import NewTopic, TopicDescription
from connectsdk.transports.embedded._engine import Engine
from connectsdk.transports.embedded._topic_settings import full_config

__all__ = ("EmbeddedTopicAdmin",)


@attrs.define(eq=False)
class EmbeddedTopicAdmin:
    """A `TopicAdmin`. A call that is cancelled did nothing."""

    _engine: Engine = attrs.field(repr=False)

    async def create_topics(self, topics: Sequence[NewTopic]) -> AbstractSet[str]:
        """Create those that do not exist; see `TopicAdmin.create_topics`."""
        await self._engine.settle()
        return self._engine.create_topics(topics)

    async def describe_topics(self, names: Sequence[str] | None = None) -> Mapping[str, TopicDescription]:
        """Return the topics that exist; see `TopicAdmin.describe_topics`."""
        await anyio.lowlevel.checkpoint()
        topics = self._engine.logs.topics
        found = topics.values() if names is None else [topics[name] for name in names if name in topics]
        return {
            topic.name: TopicDescription(
                name=topic.name, partitions=topic.partitions, config=full_config(topic.config)
            )
            for topic in found
        }

    async def delete_topics(self, names: Sequence[str]) -> None:
        """Delete topics; see `TopicAdmin.delete_topics`."""
        await self._engine.settle()
        self._engine.broker.delete_topics(names, self._engine.now())
        self._engine.wakeups.ring_all()

    async def beginning_offsets(
        self, partitions: AbstractSet[TopicPartition]
    ) -> Mapping[TopicPartition, int]:
        """Return the first offset of each partition; see `TopicAdmin.beginning_offsets`."""
        await anyio.lowlevel.checkpoint()
        return {where: self._engine.logs.log(where).start for where in partitions}

    async def end_offsets(self, partitions: AbstractSet[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Return the offset after the last record of each partition; see `TopicAdmin.end_offsets`."""
        await anyio.lowlevel.checkpoint()
        return {where: self._engine.logs.log(where).end for where in partitions}

    async def group_offsets(self, group: str) -> Mapping[TopicPartition, int]:
        """Return all offsets a group has stored; see `TopicAdmin.group_offsets`."""
        await anyio.lowlevel.checkpoint()
        self._engine.check_open()
        return self._engine.broker.group_offsets(group)

    async def alter_group_offsets(self, group: str, offsets: Mapping[TopicPartition, int | None]) -> None:
        """Store offsets for a group without members; see `TopicAdmin.alter_group_offsets`."""
        await self._engine.settle()
        self._engine.broker.alter_group_offsets(group, offsets, self._engine.now())

    async def delete_group(self, group: str) -> None:
        """Forget a group; see `TopicAdmin.delete_group`."""
        await self._engine.settle()
        self._engine.broker.delete_group(group, self._engine.now())
