"""What does the runtime ask of a messaging system?

The port between the runtime and `connectsdk.transports`: producers take batches, consumers hand out events,
both as plain tuples of bytes. Everything that waits may be cancelled at any await, and has its own deadline;
after an error other than `DataError` an object of this port is only good for `close`, and a new one is made.
Foreign exceptions stop at the adapter: only `connectsdk.errors` come out.

`connectsdk.testing.transport_suite` checks an implementation against all of this.
"""

from collections.abc import Callable, Mapping, Sequence, Set as AbstractSet
from types import TracebackType
from typing import Any, Literal, Protocol, Self, runtime_checkable

import attrs

from connectsdk.record import ConsumerRecord, ProducerRecord, RecordMetadata, TopicPartition
from connectsdk.source import SourceOffset

__all__ = (
    "Assigned",
    "Consumer",
    "ConsumerConfig",
    "ConsumerEvent",
    "Delivery",
    "DeliveryReport",
    "Fetched",
    "Lost",
    "NewTopic",
    "OffsetStore",
    "Producer",
    "ProducerConfig",
    "ReadsRanges",
    "Rejected",
    "Revoked",
    "ShowsBytes",
    "ShowsEnds",
    "TopicAdmin",
    "TopicDescription",
    "TopicReader",
    "TransactionalProducer",
    "Transport",
)


# -- producing ---------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class ProducerConfig:
    """How a producer behaves. It always waits for all in-sync replicas and is idempotent.

    Attributes:
        client_id: Names the producer to the system, for its logs and quotas.
        max_request_size: Largest record in bytes, key, value and headers together.
        buffer_bytes: Bytes accepted and not yet acknowledged before `send` waits.
        delivery_timeout: Seconds after which an unacknowledged batch is an error.
        compression: `gzip`, `snappy`, `lz4`, `zstd`, or None.
        overrides: Further settings by the system's own names (`producer.override.*`, prefix taken off).
    """

    client_id: str = "connectsdk-producer"
    max_request_size: int = 1_048_576
    buffer_bytes: int = 8_388_608
    delivery_timeout: float = 120.0
    compression: str | None = None
    overrides: Mapping[str, str] = attrs.field(factory=dict)


@attrs.frozen
class Rejected:
    """A record that was refused for its own sake, while its neighbours went through.

    Attributes:
        index: Its place in the sequence given to `send`.
        error: Why.
    """

    index: int
    error: Exception


class DeliveryReport(Protocol):
    """What became of one `send`, when all of it is settled."""

    @property
    def rejected(self) -> Sequence[Rejected]:
        """The records refused one by one, for instance for their size; usually none."""
        ...

    def metadata(self) -> Sequence[RecordMetadata | None]:
        """Return where each record ended up, in the order sent; None for a rejected one.

        Built when asked for: most callers never ask.
        """
        ...


class Delivery(Protocol):
    """One batch under way."""

    @property
    def done(self) -> bool:
        """Whether `wait` would return or raise at once."""
        ...

    async def wait(self) -> DeliveryReport:
        """Wait until the whole batch is acknowledged or refused. May be called again, and by several callers.

        Cancelling a wait cancels only the wait: the batch stays under way.

        Raises:
            TransportError: If any record may not have been written; throw the producer away.
        """
        ...


class Producer(Protocol):
    """Write records. Order is kept per partition, also through retries."""

    async def send(self, records: Sequence[ProducerRecord]) -> Delivery:
        """Take a batch and return as soon as it is accepted; wait first while too much is under way.

        A key decides the partition as Java's murmur2 does; without key and partition the producer chooses. If
        it is cancelled, a part of the batch may have been accepted.

        Raises:
            TransportError: If the batch cannot be accepted; throw the producer away.
            UnknownTopicError: If a topic does not exist and is not created on demand.
        """
        ...

    async def close(self) -> None:
        """Wait for what is under way, inside a deadline, then let go of everything. Never raises; idempotent."""
        ...


@runtime_checkable
class ShowsBytes(Protocol):
    """What a producer may have beside its duties: it knows how much is under way."""

    def bytes_in_flight(self) -> int:
        """Return how many bytes are accepted and not acknowledged. No I/O, never raises."""
        ...


class TransactionalProducer(Protocol):
    """Write records and offsets that become visible together.

    Opening one with the same transactional id fences its predecessor. `begin`, then `send` and the offset
    calls, then `commit` or `abort`; after any error `abort` is attempted by `close`, and a new one is opened.
    """

    async def begin(self) -> None:
        """Begin a transaction.

        Raises:
            FencedError: If a successor exists.
            IllegalStateError: If one is open already.
        """
        ...

    async def send(self, records: Sequence[ProducerRecord]) -> Delivery:
        """Take a batch into the open transaction; otherwise as `Producer.send`.

        Raises:
            FencedError: If a successor exists.
            IllegalStateError: If no transaction is open.
            TransportError: If the batch cannot be accepted.
        """
        ...

    async def write_source_offsets(self, topic: str, connector: str, offsets: Sequence[SourceOffset]) -> None:
        """Store source offsets in the open transaction, in the format of `Transport.offset_store`.

        Raises:
            FencedError: If a successor exists.
            IllegalStateError: If no transaction is open.
            TransportError: If they cannot be accepted.
        """
        ...

    async def write_group_offsets(self, group: str, offsets: Mapping[TopicPartition, int]) -> None:
        """Commit a consumer group's offsets in the open transaction.

        Raises:
            FencedError: If a successor exists.
            IllegalStateError: If no transaction is open.
            TransportError: If they cannot be accepted.
        """
        ...

    async def commit(self) -> None:
        """Make the transaction visible, after every record in it is acknowledged.

        Raises:
            FencedError: If a successor exists.
            DataError: If a record of it was rejected; it is aborted instead.
            TransportError: If a record of it failed; it is aborted instead.
            UnknownOutcomeError: If the answer is missing. A new producer with the same id settles the outcome;
                read what is there and go on from it.
        """
        ...

    async def abort(self) -> None:
        """Discard the transaction; nothing of it is ever visible to `read_committed`.

        Raises:
            FencedError: If a successor exists.
            TransportError: If it cannot be aborted now; the system does it when a successor opens or it expires.
        """
        ...

    async def close(self) -> None:
        """Abort what is open, inside a deadline, then let go of everything. Never raises; idempotent."""
        ...


# -- consuming ---------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class ConsumerConfig:
    """How a consumer behaves. It never commits by itself.

    Attributes:
        group: The consumer group.
        topics: The topics to subscribe to.
        pattern: Instead of `topics`: a regular expression that a topic's whole name must match.
        client_id: Names the consumer to the system, for its logs and quotas.
        auto_offset_reset: Where to begin without a committed offset: `earliest`, `latest`, or `none` for an error.
        isolation_level: `read_committed` or `read_uncommitted`.
        max_records: Most records in one `Fetched`.
        fetch_bytes: Most bytes fetched ahead per partition.
        session_timeout: Seconds without a sign of life before the group gives the partitions to others.
        rebalance_timeout: Seconds a member may take to give up partitions (`Revoked.done`) before it loses them.
        overrides: Further settings by the system's own names (`consumer.override.*`, prefix taken off).
    """

    group: str
    topics: Sequence[str] = ()
    pattern: str | None = None
    client_id: str = "connectsdk-consumer"
    auto_offset_reset: Literal["earliest", "latest", "none"] = "earliest"
    isolation_level: Literal["read_committed", "read_uncommitted"] = "read_committed"
    max_records: int = 5_000
    fetch_bytes: int = 1_048_576
    session_timeout: float = 45.0
    rebalance_timeout: float = 60.0
    overrides: Mapping[str, str] = attrs.field(factory=dict)


@attrs.frozen
class Assigned:
    """Partitions were added to this consumer.

    Attributes:
        positions: Per added partition, the offset from which it will read.
    """

    positions: Mapping[TopicPartition, int]


@attrs.frozen
class Fetched:
    """Records were read, in order per partition; never of a partition that is not assigned or is paused."""

    records: Sequence[ConsumerRecord]


@attrs.frozen
class Revoked:
    """Partitions are about to go to another member: finish with them, commit, then call `done`.

    Until `done` is called, or the deadline passes, commits for them are accepted. After the deadline they
    are reported as `Lost`.

    Attributes:
        partitions: What is given up.
        done: Say that nothing more will be written or committed for them.
    """

    partitions: AbstractSet[TopicPartition]
    done: Callable[[], None]


@attrs.frozen
class Lost:
    """Partitions are gone already: commit nothing for them, another member may own them."""

    partitions: AbstractSet[TopicPartition]


ConsumerEvent = Assigned | Fetched | Revoked | Lost
"""What a consumer tells; see each."""


class Consumer(Protocol):
    """Read records as one member of a group.

    Membership is kept alive whether or not `next_event` is being awaited.
    """

    async def next_event(self, timeout: float) -> ConsumerEvent | None:  # noqa: ASYNC109 - it is the contract
        """Return the next event, or None after `timeout` seconds without one.

        Cancelling it loses no event.

        Raises:
            AuthenticationError: If the system refuses this client.
            TransportError: If the consumer cannot go on; throw it away.
            UnknownTopicError: If a topic of `topics` does not exist.
        """
        ...

    async def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Store the group's offsets: per partition, the next offset to read.

        Raises:
            FencedError: If a partition is not, or no longer, this consumer's; nothing was committed.
            TransportError: If they could not be stored, or it is not known whether they were.
        """
        ...

    async def committed(self, partitions: AbstractSet[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Return the group's stored offsets; partitions without one are left out.

        Raises:
            TransportError: If they cannot be read.
        """
        ...

    def seek(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Read on from these offsets; records already fetched of these partitions are not handed out.

        Raises:
            IllegalStateError: If a partition is not assigned.
        """
        ...

    def pause(self, partitions: AbstractSet[TopicPartition]) -> None:
        """Hand out no records of these partitions until `resume`. Rebalances go on.

        Raises:
            IllegalStateError: If a partition is not assigned.
        """
        ...

    def resume(self, partitions: AbstractSet[TopicPartition]) -> None:
        """Hand out records of these partitions again; nothing was missed.

        Raises:
            IllegalStateError: If a partition is not assigned.
        """
        ...

    @property
    def assignment(self) -> AbstractSet[TopicPartition]:
        """The partitions this consumer owns now."""
        ...

    async def close(self) -> None:
        """Leave the group at once, so that others take over now. Never raises; idempotent."""
        ...


@runtime_checkable
class ShowsEnds(Protocol):
    """What a consumer may have beside its duties: it knows how far its partitions go."""

    def known_ends(self) -> Mapping[TopicPartition, int]:
        """Return, per assigned partition, the offset after its last record as last heard. No I/O, never raises."""
        ...


@runtime_checkable
class ReadsRanges(Protocol):
    """What a reader may have beside its duties: it reads parts of its topic."""

    async def read_ranges(self, ranges: Mapping[TopicPartition, tuple[int, int]]) -> Sequence[ConsumerRecord]:
        """Return the records from one offset up to another, per partition; instead of `read_to_end`, and once.

        Raises:
            TransportError: If the topic cannot be read; throw the reader away.
        """
        ...


class TopicReader(Protocol):
    """Read one whole topic, all partitions, without a group: for tables kept in compacted topics."""

    async def read_to_end(self) -> Sequence[ConsumerRecord]:
        """Return what is new since the last call, up to the end as it was when this call began.

        The first call begins at the first offset. Only committed records are seen.

        Raises:
            TransportError: If the topic cannot be read; throw the reader away.
        """
        ...

    async def close(self) -> None:
        """Let go of everything. Never raises; idempotent."""
        ...


# -- topics and offsets ------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class NewTopic:
    """A topic to create.

    Attributes:
        name: Its name.
        partitions: How many; -1 for the system's default.
        replication_factor: Copies; -1 for the system's default.
        config: Topic settings by Kafka's names, for instance `cleanup.policy`.
    """

    name: str
    partitions: int = 1
    replication_factor: int = -1
    config: Mapping[str, str] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class TopicDescription:
    """A topic as it is.

    Attributes:
        name: Its name.
        partitions: How many.
        config: Topic settings that matter to Connect: at least `cleanup.policy`.
    """

    name: str
    partitions: int
    config: Mapping[str, str] = attrs.field(factory=dict)


class TopicAdmin(Protocol):
    """Create, describe and delete topics; read and change groups' offsets."""

    async def create_topics(self, topics: Sequence[NewTopic]) -> AbstractSet[str]:
        """Create those that do not exist; return the names of those created.

        Raises:
            ConfigError: If a name or setting is invalid.
            TransportError: If they cannot be created.
        """
        ...

    async def describe_topics(self, names: Sequence[str] | None = None) -> Mapping[str, TopicDescription]:
        """Return the topics that exist among these, or all of them.

        Raises:
            TransportError: If they cannot be read.
        """
        ...

    async def delete_topics(self, names: Sequence[str]) -> None:
        """Delete topics; those that do not exist are no error.

        Raises:
            TransportError: If they cannot be deleted.
        """
        ...

    async def beginning_offsets(
        self, partitions: AbstractSet[TopicPartition]
    ) -> Mapping[TopicPartition, int]:
        """Return the first offset of each partition.

        Raises:
            UnknownTopicError: If a partition does not exist.
            TransportError: If they cannot be read.
        """
        ...

    async def end_offsets(self, partitions: AbstractSet[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Return the offset after the last record of each partition.

        Raises:
            UnknownTopicError: If a partition does not exist.
            TransportError: If they cannot be read.
        """
        ...

    async def group_offsets(self, group: str) -> Mapping[TopicPartition, int]:
        """Return all offsets a group has stored.

        Raises:
            TransportError: If they cannot be read.
        """
        ...

    async def alter_group_offsets(self, group: str, offsets: Mapping[TopicPartition, int | None]) -> None:
        """Store offsets for a group that has no members; None forgets a partition's offset.

        Raises:
            IllegalStateError: If the group has members.
            TransportError: If they cannot be stored.
        """
        ...

    async def delete_group(self, group: str) -> None:
        """Forget a group and its offsets; one that does not exist is no error.

        Raises:
            IllegalStateError: If the group has members.
            TransportError: If it cannot be deleted.
        """
        ...


class OffsetStore(Protocol):
    """Keep source offsets in a compacted topic, in Kafka Connect's own format."""

    async def read(self, connector: str) -> Sequence[SourceOffset]:
        """Return all stored offsets of a connector, including everything written before this call.

        Raises:
            TransportError: If they cannot be read.
        """
        ...

    async def write(self, connector: str, offsets: Sequence[SourceOffset]) -> None:
        """Store offsets durably; None in place of an offset forgets that partition.

        Raises:
            DataError: If a partition or offset is not a flat map of str to str, number, bool or None.
            TransportError: If they could not be stored, or it is not known whether they were.
        """
        ...

    async def close(self) -> None:
        """Let go of everything. Never raises; idempotent."""
        ...


# -- the whole ---------------------------------------------------------------------------------------------


class Transport(Protocol):
    """One messaging system. Use it as an async context manager, or call `start` and `close`."""

    @property
    def description(self) -> str:
        """What and where, for messages: `embedded (memory)`, `Kafka at localhost:9092`; never a secret."""
        ...

    async def start(self) -> None:
        """Make sure that the system is there and lets us in.

        Raises:
            AuthenticationError: If it refuses us.
            ConfigError: If the transport's own settings cannot work.
            TransportError: If it does not answer.
        """
        ...

    async def close(self) -> None:
        """Close everything that was opened through it, inside a deadline. Never raises; idempotent."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...

    async def producer(self, config: ProducerConfig | None = None) -> Producer:
        """Open a producer.

        Raises:
            TransportError: If it cannot be opened.
        """
        ...

    async def transactional_producer(
        self, transactional_id: str, config: ProducerConfig | None = None
    ) -> TransactionalProducer:
        """Open a transactional producer; fences any older one with this id and settles its open transaction.

        Raises:
            TransportError: If it cannot be opened.
        """
        ...

    async def consumer(self, config: ConsumerConfig) -> Consumer:
        """Open a consumer and join its group.

        Raises:
            TransportError: If it cannot be opened.
        """
        ...

    async def reader(self, topic: str) -> TopicReader:
        """Open a reader of one whole topic.

        Raises:
            UnknownTopicError: If the topic does not exist.
            TransportError: If it cannot be opened.
        """
        ...

    async def offset_store(self, topic: str = "connect-offsets", **settings: Any) -> OffsetStore:
        """Open the store of source offsets, creating its topic compacted if it does not exist.

        Args:
            topic: The offsets topic.
            **settings: `partitions` (25) and `replication_factor` (-1) used when it is created.

        Raises:
            ConfigError: If the topic exists and is not compacted.
            TransportError: If it cannot be opened.
        """
        ...

    @property
    def admin(self) -> TopicAdmin:
        """Topics and groups."""
        ...
