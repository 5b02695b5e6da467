"""What must a place to keep the embedded broker's data be able to do?

A store decides nothing: which offsets exist, what is visible and what may go is settled by the modules above it,
which are the same for every store. All its calls are short and do not wait.
"""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import attrs

from connectsdk.record import TopicPartition
from connectsdk.transports.embedded._batch import BatchState, RecordBatch, Span

__all__ = ("Store", "StoredLog", "StoredState", "StoredTopic")


@attrs.frozen
class StoredTopic:
    """A topic as it was created."""

    name: str
    partitions: int
    config: Mapping[str, str]


@attrs.frozen
class StoredLog:
    """A partition's first offset, the offset after its last one, and its bytes."""

    start: int
    end: int
    size: int


@attrs.frozen
class StoredState:
    """What a store holds when it is opened, without records.

    Attributes:
        topics: All topics.
        logs: Every partition of them.
        groups: The offsets of every group.
        open_batches: Where transactions were cut off, by the producers that wrote them.
    """

    topics: Sequence[StoredTopic] = ()
    logs: Mapping[TopicPartition, StoredLog] = attrs.field(factory=dict)
    groups: Mapping[str, Mapping[TopicPartition, int]] = attrs.field(factory=dict)
    open_batches: Mapping[int, Mapping[TopicPartition, int]] = attrs.field(factory=dict)


class Store(Protocol):
    """Keep batches, topics and group offsets. Changes happen inside `atomic` only.

    Every call raises TransportError when the place cannot be read or written.
    """

    def open(self) -> StoredState:
        """Take possession and return what is there."""
        ...

    def close(self) -> None:
        """Let go of everything; never raises."""
        ...

    def atomic(self) -> AbstractContextManager[None]:
        """Keep all changes made inside, or none if the block or the writing fails."""
        ...

    def create_topic(self, topic: StoredTopic) -> None:
        """Add a topic with empty partitions."""
        ...

    def delete_topic(self, name: str) -> None:
        """Forget a topic, its records, and what groups have stored for it."""
        ...

    def append(self, where: TopicPartition, batch: RecordBatch) -> None:
        """Add a batch after all others of its partition."""
        ...

    def settle(self, producer: int, state: BatchState) -> None:
        """Give every open batch of a producer its final state."""
        ...

    def read(self, where: TopicPartition, position: int) -> Generator[RecordBatch, None, None]:
        """Return the batches from the one that covers `position` on, in order, one at a time."""
        ...

    def spans(self, where: TopicPartition) -> Iterator[Span]:
        """Return all batches of a partition, oldest first, without their contents."""
        ...

    def delete_before(self, where: TopicPartition, log: StoredLog) -> None:
        """Forget the batches that end at or before `log.start`; `log` is what the partition is afterwards."""
        ...

    def replace(
        self, where: TopicPartition, batches: Iterable[RecordBatch], stable: int, log: StoredLog
    ) -> None:
        """Put these batches in the place of all that end at or before `stable`; see `delete_before`."""
        ...

    def put_group_offsets(self, group: str, offsets: Mapping[TopicPartition, int | None]) -> None:
        """Store offsets of a group; None forgets a partition's."""
        ...

    def delete_group(self, group: str) -> None:
        """Forget the offsets of a group."""
        ...

    @property
    def wants_maintenance(self) -> bool:
        """Whether `maintain` has something to do."""
        ...

    def maintain(self) -> None:
        """Do what takes long. Called in a worker thread, beside the other calls."""
        ...
