"""How is a messaging system opened that lives in this process?"""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import anyio.lowlevel
import attrs

from connectsdk.config.java_regex import compile_java
from connectsdk.errors import ConfigError, IllegalStateError, UnknownTopicError
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
from connectsdk.transports.embedded._admin import EmbeddedTopicAdmin
from connectsdk.transports.embedded._broker import Broker
from connectsdk.transports.embedded._consumer import EmbeddedConsumer
from connectsdk.transports.embedded._engine import Engine, TopicDefaults
from connectsdk.transports.embedded._group import Subscription
from connectsdk.transports.embedded._memory_store import MemoryStore
from connectsdk.transports.embedded._producer import EmbeddedProducer
from connectsdk.transports.embedded._reader import EmbeddedTopicReader
from connectsdk.transports.embedded._sqlite_store import SQLiteStore
from connectsdk.transports.embedded._store import Store
from connectsdk.transports.embedded._transactional_producer import EmbeddedTransactionalProducer
from connectsdk.transports.embedded._wakeups import group_subject

__all__ = ("EmbeddedTransport",)

_TRANSACTION_TIMEOUT = "transaction.timeout.ms"


def _wall_clock_ms() -> int:
    return time.time_ns() // 1_000_000


@attrs.define(eq=False)
class EmbeddedTransport:
    """A `Transport` without a server: a broker in this process, with Kafka's semantics.

    In memory, its data lasts as long as this object, also over `close` and another `start`. In a directory, what was
    acknowledged survives the death of the process, and with `synchronous="FULL"` a power cut too.

    Attributes:
        directory: Where data is kept; None keeps it in memory.
        auto_create_topics: Whether writing or subscribing to a missing topic creates it.
        default_partitions: Partitions of a topic for which nobody says how many.
        default_topic_config: Settings of topics, below those given when they are created.
        synchronous: Whether, in a directory, an acknowledgement waits for the disk (FULL: slower, and the event
            loop waits too) or only for the operating system (NORMAL: a power cut may take back the latest).
        clock_ms: Returns milliseconds since the epoch.
    """

    directory: Path | None = attrs.field(default=None, converter=attrs.converters.optional(Path))
    auto_create_topics: bool = attrs.field(default=True, kw_only=True)
    default_partitions: int = attrs.field(default=1, kw_only=True)
    default_topic_config: Mapping[str, str] = attrs.field(factory=dict, kw_only=True)
    synchronous: Literal["NORMAL", "FULL"] = attrs.field(default="NORMAL", kw_only=True)
    clock_ms: Callable[[], int] = attrs.field(default=_wall_clock_ms, kw_only=True, repr=False)
    _memory: Broker | None = attrs.field(default=None, init=False, repr=False)
    _engine: Engine | None = attrs.field(default=None, init=False, repr=False)

    @property
    def description(self) -> str:
        """What and where, for messages."""
        return "embedded (memory)" if self.directory is None else f"embedded ({self.directory})"

    async def start(self) -> None:
        """Open the store; see `Transport.start`."""
        await anyio.lowlevel.checkpoint()
        if self._engine is not None:
            return
        if self._memory is None:
            broker = Broker(self._store())
            broker.load()
            self._memory = broker if self.directory is None else None
        else:
            broker = self._memory
        defaults = TopicDefaults(
            auto_create=self.auto_create_topics,
            partitions=self.default_partitions,
            config=self.default_topic_config,
        )
        self._engine = Engine(broker, defaults, self.clock_ms)

    async def close(self) -> None:
        """Close the store and everything opened through it; see `Transport.close`."""
        engine, self._engine = self._engine, None
        if engine is not None:
            await engine.close()

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
        await anyio.lowlevel.checkpoint()
        return EmbeddedProducer(self._started(), config or ProducerConfig())

    async def transactional_producer(
        self, transactional_id: str, config: ProducerConfig | None = None
    ) -> TransactionalProducer:
        """Open a transactional producer; see `Transport.transactional_producer`."""
        engine = self._started()
        await engine.settle()
        config = config or ProducerConfig()
        timeout = _milliseconds(config.overrides.get(_TRANSACTION_TIMEOUT, "60000"), _TRANSACTION_TIMEOUT)
        transaction = engine.broker.open_transactional(transactional_id, timeout / 1_000)
        engine.wakeups.ring_all()  # what its predecessor had open is settled
        return engine.opened(EmbeddedTransactionalProducer(engine, config, transaction))

    async def consumer(self, config: ConsumerConfig) -> Consumer:
        """Open a consumer and join its group; see `Transport.consumer`."""
        engine = self._started()
        await anyio.lowlevel.checkpoint()
        engine.check_open()
        group, member = engine.broker.join(
            config.group, _subscription(config), config.rebalance_timeout, engine.now()
        )
        engine.wakeups.ring([group_subject(config.group)])
        return engine.opened(EmbeddedConsumer(engine, config, group, member))

    async def reader(self, topic: str) -> TopicReader:
        """Open a reader of one whole topic; see `Transport.reader`."""
        engine = self._started()
        await anyio.lowlevel.checkpoint()
        if topic not in engine.logs.topics:
            raise UnknownTopicError(f"Topic {topic} does not exist: create it before it is read")
        return EmbeddedTopicReader(engine, topic)

    async def offset_store(self, topic: str = "connect-offsets", **settings: Any) -> OffsetStore:
        """Open the store of source offsets; see `Transport.offset_store`."""
        engine = self._started()
        await engine.settle()
        if settings.keys() - {"partitions", "replication_factor"}:
            raise ConfigError(f"Offsets topic {topic}: only partitions and replication_factor can be set")
        asked = {"partitions": 25, **settings}
        engine.create_topics([NewTopic(name=topic, config={"cleanup.policy": "compact"}, **asked)])
        if not engine.logs.settings(topic).compact or engine.logs.settings(topic).delete:
            raise ConfigError(
                f"Offsets topic {topic} is not compacted, so offsets would be deleted: "
                "use another topic, or set its cleanup.policy to compact"
            )
        return TopicOffsetStore(topic, await self.producer(), await self.reader(topic))

    @property
    def admin(self) -> TopicAdmin:
        """Topics and groups."""
        return EmbeddedTopicAdmin(self._started())

    def _store(self) -> Store:
        return MemoryStore() if self.directory is None else SQLiteStore(self.directory, self.synchronous)

    def _started(self) -> Engine:
        if self._engine is None:
            raise IllegalStateError(f"The transport {self.description} is not started, or closed")
        return self._engine


def _subscription(config: ConsumerConfig) -> Subscription:
    if (config.pattern is None) == (not config.topics):
        raise ConfigError(f"Group {config.group} needs either topics or a pattern", key="topics")
    if config.pattern is None:
        return Subscription(frozenset(config.topics))
    try:
        return Subscription(pattern=compile_java(config.pattern))
    except ConfigError as error:
        raise ConfigError(f"Group {config.group}: {error}", key="topics.regex") from error


def _milliseconds(text: str, key: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise ConfigError(f"{key} is invalid: use a whole number of milliseconds above 0", key=key)
    return number
