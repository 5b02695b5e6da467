"""Does the topic exist that a record goes to?"""

import logging
from collections.abc import Sequence

import attrs

from connectsdk._core.topic_creation import TopicCreation
from connectsdk.record import ProducerRecord
from connectsdk.transport import NewTopic, TopicAdmin

__all__ = ("TopicCreator",)

log = logging.getLogger("connectsdk.task")


@attrs.define(eq=False)
class TopicCreator:
    """Create a source's topics before the first record goes to them.

    Attributes:
        creation: With which settings.
        admin: Creates them.
    """

    creation: TopicCreation
    admin: TopicAdmin
    _known: set[str] = attrs.field(factory=set)

    async def create_missing(self, records: Sequence[ProducerRecord]) -> None:
        """Make sure that every topic of a batch exists.

        Raises:
            ConfigError: If a topic's settings are refused.
            TransportError: If a topic cannot be created.
        """
        missing = {record[0] for record in records} - self._known
        if not missing:
            return
        existing = await self.admin.describe_topics(sorted(missing))
        topics = [self._new_topic(name) for name in sorted(missing - existing.keys())]
        if topics:
            created = await self.admin.create_topics(topics)
            log.info("created the topics %s", ", ".join(sorted(created)))
        self._known |= missing

    def _new_topic(self, name: str) -> NewTopic:
        group = self.creation.group(name)
        return NewTopic(
            name=name,
            partitions=group.partitions,
            replication_factor=group.replication_factor,
            config=group.config,
        )
