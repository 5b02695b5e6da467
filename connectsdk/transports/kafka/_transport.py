"""How is a Kafka cluster used as the runtime's messaging system?"""

import asyncio
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

import attrs

from connectsdk.errors import ConfigError, IllegalStateError, TransportError
from connectsdk.transport import (
    Consumer,
    ConsumerConfig,
    NewTopic,
    OffsetStore,
    Producer,
    ProducerConfig,
    TopicAdmin,
    TopicReader,
    TransactionalProducer,
)
from connectsdk.transports._offset_topic import TopicOffsetStore
from connectsdk.transports.kafka._access import check_access
from connectsdk.transports.kafka._admin import KafkaAdmin
from connectsdk.transports.kafka._cleanup import end_tasks, shielded
from connectsdk.transports.kafka._client import ClientOptions
from connectsdk.transports.kafka._consumer import open_consumer
from connectsdk.transports.kafka._logs import ClientLogs
from connectsdk.transports.kafka._options import ConsumerOptions, ProducerOptions
from connectsdk.transports.kafka._producer import KafkaProducer, open_batching
from connectsdk.transports.kafka._reader import ReaderAfterWrites, open_reader
from connectsdk.transports.kafka._transactions import KafkaTransactionalProducer

__all__ = ("KafkaTransport",)

CLOSE_TIMEOUT = 10.0


class Closable(Protocol):
    """What is closed with the transport."""

    async def close(self) -> None:
        """Let go of everything."""
        ...


Opened = TypeVar("Opened", bound=Closable)


@attrs.define(eq=False)
class KafkaTransport:
    """A `Transport` on an Apache Kafka cluster.

    Attributes:
        bootstrap_servers: Where to begin: `host:port`, several separated by commas.
        settings: Security and common client settings by Kafka's own names; never shown.
    """

    bootstrap_servers: str
    settings: Mapping[str, str] = attrs.field(factory=dict, kw_only=True, repr=False)
    _options: ClientOptions = attrs.field(init=False, repr=False)
    _admin: KafkaAdmin = attrs.field(init=False, repr=False)
    _logs: ClientLogs = attrs.field(factory=ClientLogs, init=False, repr=False)
    _opened: set[Closable] = attrs.field(factory=set, init=False, repr=False)
    _started: bool = attrs.field(default=False, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self._options = ClientOptions.parse(self.bootstrap_servers, self.settings)
        self._admin = KafkaAdmin(self._options)

    @property
    def description(self) -> str:
        """What and where, for messages."""
        return f"Kafka at {self.bootstrap_servers}"

    async def start(self) -> None:
        """Make sure that a broker answers and lets us in; see `Transport.start`."""
        self._logs.__enter__()
        try:
            await check_access(self._options)
        except BaseException:
            self._logs.__exit__()
            raise
        self._started = True

    async def close(self) -> None:
        """Close everything that was opened through it; see `Transport.close`."""
        self._started = False
        try:
            await shielded(self._close_all())
        finally:
            self._logs.__exit__()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def producer(self, config: ProducerConfig | None = None) -> Producer:
        """Open a producer; see `Transport.producer`."""
        self._check_started()
        options = ProducerOptions.parse(config, self._options)
        batching = await open_batching(f"producer {options.client_id}", options)
        return self._opened_now(KafkaProducer(batching, self._opened.discard))

    async def transactional_producer(
        self, transactional_id: str, config: ProducerConfig | None = None
    ) -> TransactionalProducer:
        """Open a transactional producer; see `Transport.transactional_producer`."""
        self._check_started()
        options = ProducerOptions.parse(config, self._options)
        batching = await open_batching(f"producer with id {transactional_id}", options, transactional_id)
        return self._opened_now(KafkaTransactionalProducer(batching, self._opened.discard))

    async def consumer(self, config: ConsumerConfig) -> Consumer:
        """Open a consumer; see `Transport.consumer`."""
        self._check_started()
        options = ConsumerOptions.parse(config, self._options)
        return self._opened_now(await open_consumer(options, self._opened.discard))

    async def reader(self, topic: str) -> TopicReader:
        """Open a reader of one whole topic; see `Transport.reader`."""
        self._check_started()
        return self._opened_now(await open_reader(self._options, topic, self._opened.discard))

    async def offset_store(self, topic: str = "connect-offsets", **settings: Any) -> OffsetStore:
        """Open the store of source offsets; see `Transport.offset_store`."""
        self._check_started()
        wanted = NewTopic(
            name=topic,
            partitions=settings.get("partitions", 25),
            replication_factor=settings.get("replication_factor", -1),
            config={"cleanup.policy": "compact"},
        )
        await self._admin.create_topics([wanted])
        described = await self._admin.describe_topics([topic])
        if topic not in described:
            raise TransportError(f"the offsets topic {topic} was created and is gone")
        policy = described[topic].config.get("cleanup.policy", "compact")
        if policy != "compact":
            raise ConfigError(
                f"the offsets topic {topic} has cleanup.policy={policy}, so Kafka would delete offsets:"
                f" set it to compact, or name another topic",
                key="offset.storage.topic",
            )
        options = ProducerOptions.parse(ProducerConfig(client_id="connectsdk-offsets"), self._options)
        reader = await self.reader(topic)
        try:
            batching = await open_batching(f"producer of topic {topic}", options)
        except BaseException:
            await shielded(reader.close())
            raise
        producer = self._opened_now(KafkaProducer(batching, self._opened.discard))
        return TopicOffsetStore(topic, producer, ReaderAfterWrites(reader, producer))

    @property
    def admin(self) -> TopicAdmin:
        """Topics and groups."""
        return self._admin

    async def _close_all(self) -> None:
        closing = {asyncio.ensure_future(each.close()) for each in (*self._opened, self._admin)}
        _, late = await asyncio.wait(closing, timeout=CLOSE_TIMEOUT)
        await end_tasks(late)

    def _check_started(self) -> None:
        if not self._started:
            raise IllegalStateError(f"{self.description} is not started, or closed")

    def _opened_now(self, opened: Opened) -> Opened:
        self._opened.add(opened)
        return opened
