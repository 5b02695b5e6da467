"""What does a topic accept?

Asked before the first record goes there, because a broker refuses a whole batch for one record, and a refused
batch costs the producer.
"""

import asyncio
import re
import time
from collections.abc import Mapping, Sequence
from typing import Any

import attrs
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError, TopicAuthorizationFailedError
from aiokafka.protocol.admin import DescribeConfigsRequest
from aiokafka.protocol.metadata import MetadataRequest

from connectsdk.errors import ConfigError, UnknownTopicError
from connectsdk.transports.kafka._errors import translate

__all__ = ("TopicLimits", "describe_configs", "known_topics", "wait_for_topic")

TOPIC = 2  # the resource type
TOPIC_NAME = re.compile(r"(?!\.{1,2}$)[a-zA-Z0-9._-]{1,249}")
POLL = 0.05
UNKNOWN_AFTER = 3.0
NOW = 2**63 - 1
LIMITS = (
    "cleanup.policy",
    "max.message.bytes",
    "message.timestamp.after.max.ms",
    "message.timestamp.before.max.ms",
    "message.timestamp.type",
)


@attrs.frozen
class TopicLimits:
    """What a topic's settings say about records.

    Attributes:
        batch_bytes: Largest batch, with its overhead.
        before: Milliseconds that a timestamp may be in the past.
        after: Milliseconds that a timestamp may be in the future.
        keyed: Whether every record must have a key.
    """

    batch_bytes: int = 1_048_588
    before: int = NOW
    after: int = NOW
    keyed: bool = False

    @classmethod
    def parse(cls, config: Mapping[str, str]) -> "TopicLimits":
        """Return the limits in a topic's settings; what is missing has Kafka's default or no limit."""
        appended = config.get("message.timestamp.type") == "LogAppendTime"
        return cls(
            int(config.get("max.message.bytes", "1048588")),
            NOW if appended else int(config.get("message.timestamp.before.max.ms", str(NOW))),
            NOW if appended else int(config.get("message.timestamp.after.max.ms", str(NOW))),
            "compact" in config.get("cleanup.policy", ""),
        )

    def accepts(self, now: int) -> tuple[int, int, bool]:
        """Return the oldest and the newest timestamp accepted at this time, and whether records need a key."""
        return max(0, now - self.before), min(NOW, now + self.after), self.keyed


async def wait_for_topic(client: AIOKafkaClient, topic: str, limit: float) -> None:
    """Return when the client knows a topic's partitions; this creates it where brokers create on demand.

    Raises:
        AuthenticationError: If it may not be seen.
        ConfigError: If no topic can have this name.
        UnknownTopicError: If brokers say for a while that it does not exist.
        TransportError: If they do not answer in time.
    """
    if not TOPIC_NAME.fullmatch(topic):
        raise ConfigError(
            f"topic name {topic!r} is invalid: use 1 to 249 of the characters a-z A-Z 0-9 . _ -"
        )
    cluster = client.cluster
    client.add_topic(topic).add_done_callback(_ignore)
    start = time.monotonic()
    while cluster.partitions_for_topic(topic) is None:
        if topic in cluster.unauthorized_topics:
            raise translate(TopicAuthorizationFailedError(topic), f"topic {topic}")
        waited = time.monotonic() - start
        if waited > min(limit, UNKNOWN_AFTER) and await _is_unknown(client, topic):
            raise UnknownTopicError(
                f"topic {topic} does not exist, and the brokers do not create it on demand: create it, or let"
                " a source connector do so with topic.creation.default.partitions and"
                " topic.creation.default.replication.factor"
            )
        if waited > limit:
            raise translate(TimeoutError(), f"topic {topic}: cannot learn its partitions")
        update = client.force_metadata_update()
        await asyncio.wait([update], timeout=max(0.0, limit - waited))
        await asyncio.sleep(POLL)


async def known_topics(client: AIOKafkaClient, topics: Sequence[str] | None) -> dict[str, Any]:
    """Return name and partitions of those of these topics that exist, or of all; never creates one.

    Raises:
        KafkaError: If no broker answers, or one of them may not be seen.
    """
    node = client.get_random_node()
    response = await client.send(node, MetadataRequest(None))  # naming topics would create them
    wanted = None if topics is None else set(topics)
    found = {}
    for error, topic, _internal, partitions in response.topics:
        if wanted is not None and topic not in wanted:
            continue
        if error == 0:
            found[topic] = partitions
    return found


async def describe_configs(
    client: AIOKafkaClient, topics: Sequence[str], keys: Sequence[str] | None = LIMITS
) -> dict[str, dict[str, str]]:
    """Return settings of topics by name; a topic that may not be described, or is not there, has none.

    Raises:
        KafkaError: If no broker answers.
    """
    wanted = None if keys is None else list(keys)
    request = DescribeConfigsRequest([(TOPIC, topic, wanted) for topic in topics], include_synonyms=False)
    response = await client.send(client.get_random_node(), request)
    described: dict[str, dict[str, str]] = {topic: {} for topic in topics}
    for error, _message, _kind, topic, entries in response.resources:
        if error == 0:
            described[topic] = {entry[0]: entry[1] for entry in entries if entry[1] is not None}
    return described


async def _is_unknown(client: AIOKafkaClient, topic: str) -> bool:
    try:
        return topic not in await known_topics(client, [topic])
    except KafkaError:
        return False


def _ignore(future: "asyncio.Future[Any]") -> None:
    if not future.cancelled():
        future.exception()
