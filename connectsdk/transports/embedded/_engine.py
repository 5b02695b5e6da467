"""What do all clients of one embedded transport share?"""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol, TypeVar

import anyio
import anyio.lowlevel
import anyio.to_thread
import attrs

from connectsdk.errors import IllegalStateError, UnknownTopicError
from connectsdk.transport import NewTopic
from connectsdk.transports.embedded._broker import Broker, Now
from connectsdk.transports.embedded._topic_logs import TopicLogs
from connectsdk.transports.embedded._wakeups import Wakeups, topic_subject

__all__ = ("Engine", "TopicDefaults")


class Closable(Protocol):
    """Something that gives back what it holds; closing it does not wait."""

    async def close(self) -> None:
        """Give everything back; idempotent."""
        ...


ClientT = TypeVar("ClientT", bound=Closable)


@attrs.frozen(kw_only=True)
class TopicDefaults:
    """What a topic is when nobody says.

    Attributes:
        auto_create: Whether writing or subscribing to a missing topic creates it.
        partitions: How many partitions it gets.
        config: Its settings, below those given.
    """

    auto_create: bool = True
    partitions: int = 1
    config: Mapping[str, str] = attrs.field(factory=dict)


@attrs.define
class Engine:
    """The broker, and what it takes to wait for it.

    Attributes:
        broker: It decides.
        defaults: What a topic is when nobody says.
        wakeups: Who waits for what.
    """

    broker: Broker
    defaults: TopicDefaults
    _clock_ms: Callable[[], int]
    wakeups: Wakeups = attrs.field(factory=Wakeups, init=False)
    _maintaining: anyio.Lock = attrs.field(factory=anyio.Lock, init=False)
    _limiter: anyio.CapacityLimiter = attrs.field(factory=lambda: anyio.CapacityLimiter(1), init=False)
    _clients: dict[Closable, None] = attrs.field(factory=dict, init=False, repr=False)
    _is_open: bool = attrs.field(default=True, init=False)

    @property
    def logs(self) -> TopicLogs:
        """The broker's topics.

        Raises:
            IllegalStateError: If the transport is closed.
        """
        self.check_open()
        return self.broker.logs

    def now(self) -> Now:
        """Return the time."""
        return Now(self._clock_ms(), anyio.current_time())

    def check_open(self) -> None:
        """Check that the transport was not closed.

        Raises:
            IllegalStateError: If it was.
        """
        if not self._is_open:
            raise IllegalStateError("The embedded transport is closed; open a new client after start")

    def opened(self, client: ClientT) -> ClientT:
        """Remember a client that has something to give back when the transport closes."""
        self._clients[client] = None
        return client

    def closed(self, client: Closable) -> None:
        """Forget a client that gave everything back."""
        self._clients.pop(client, None)

    async def close(self) -> None:
        """Close all clients, then the store; answer no more requests."""
        for client in list(self._clients):
            await client.close()
        self._is_open = False
        self.wakeups.ring_all()
        with anyio.CancelScope(shield=True):
            async with self._maintaining:
                self.broker.store.close()

    def create_topics(self, topics: Iterable[NewTopic]) -> frozenset[str]:
        """Create topics with the defaults filled in; see `Broker.create_topics`."""
        defaults = self.defaults
        full = [
            attrs.evolve(
                topic,
                partitions=defaults.partitions if topic.partitions == -1 else topic.partitions,
                config={**defaults.config, **topic.config},
            )
            for topic in topics
        ]
        created = frozenset(self.broker.create_topics(full, self.now()))
        if created:
            self.wakeups.ring_all()  # members with a pattern, of any group
        return created

    def require_topics(self, names: Iterable[str]) -> None:
        """Make sure that topics exist, creating them when that is allowed.

        Raises:
            ConfigError: If a name is invalid.
            UnknownTopicError: If one does not exist and is not created on demand.
        """
        missing = [name for name in names if name not in self.logs.topics]
        if not missing:
            return
        if not self.defaults.auto_create:
            raise UnknownTopicError(
                f"Topic {', '.join(sorted(missing))} does not exist, and topics are not created on demand: "
                "create it, or open the transport with auto_create_topics"
            )
        self.create_topics(NewTopic(name=name, partitions=-1) for name in missing)

    def expire_transactions(self) -> None:
        """Abort the transactions that took too long."""
        if self.broker.expire_transactions(self.now()):
            self.wakeups.ring_all()

    def announce_records(self, topics: Iterable[str]) -> None:
        """Wake those who read these topics."""
        self.wakeups.ring(map(topic_subject, topics))

    async def settle(self) -> None:
        """Let others run, and let the store do what takes long before more is written to it.

        Raises:
            TransportError: If the store cannot.
        """
        await anyio.lowlevel.checkpoint()
        self.check_open()
        store = self.broker.store
        if store.wants_maintenance or self._maintaining.locked():
            async with self._maintaining:  # writers wait meanwhile: the store cannot catch up beside them
                self.check_open()
                if store.wants_maintenance:
                    await anyio.to_thread.run_sync(store.maintain, limiter=self._limiter)
            self.check_open()
