"""How are batches kept in memory?"""

from bisect import bisect_right
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from operator import attrgetter

import attrs

from connectsdk.record import TopicPartition
from connectsdk.transports.embedded._batch import BatchState, RecordBatch, Span
from connectsdk.transports.embedded._store import StoredLog, StoredState, StoredTopic

__all__ = ("MemoryStore",)

_next_offset = attrgetter("next")


@attrs.define
class MemoryStore:
    """A `Store` that lasts as long as the process.

    What is not a batch is in the broker's memory already, so only batches are kept here.
    """

    _logs: dict[TopicPartition, list[RecordBatch]] = attrs.field(factory=dict, init=False)
    _open: dict[int, list[RecordBatch]] = attrs.field(factory=dict, init=False)

    def open(self) -> StoredState:
        """Return that nothing is there."""
        return StoredState()

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""

    def atomic(self) -> AbstractContextManager[None]:
        """Do nothing: no change fails half-way in memory."""
        return nullcontext()

    def create_topic(self, topic: StoredTopic) -> None:
        """Add empty partitions."""
        for partition in range(topic.partitions):
            self._logs[TopicPartition(topic.name, partition)] = []

    def delete_topic(self, name: str) -> None:
        """Drop the partitions."""
        for where in [where for where in self._logs if where.topic == name]:
            del self._logs[where]

    def append(self, where: TopicPartition, batch: RecordBatch) -> None:
        """Keep the batch as it is."""
        self._logs[where].append(batch)
        if batch.state is BatchState.OPEN:
            self._open.setdefault(batch.producer, []).append(batch)

    def settle(self, producer: int, state: BatchState) -> None:
        """Change the state of the producer's open batches."""
        for batch in self._open.pop(producer, ()):
            batch.state = state

    def read(self, where: TopicPartition, position: int) -> Generator[RecordBatch, None, None]:
        """Return the batches from the one that covers the position on."""
        log = self._logs[where]
        for place in range(bisect_right(log, position, key=_next_offset), len(log)):
            yield log[place]

    def spans(self, where: TopicPartition) -> Iterator[Span]:
        """Return all batches without their contents."""
        for batch in self._logs[where]:
            yield batch.span

    def delete_before(self, where: TopicPartition, log: StoredLog) -> None:
        """Drop the oldest batches."""
        batches = self._logs[where]
        del batches[: bisect_right(batches, log.start, key=_next_offset)]

    def replace(
        self, where: TopicPartition, batches: Iterable[RecordBatch], stable: int, log: StoredLog
    ) -> None:
        """Put others in the place of the oldest batches."""
        old = self._logs[where]
        old[: bisect_right(old, stable, key=_next_offset)] = batches

    def put_group_offsets(self, group: str, offsets: Mapping[TopicPartition, int | None]) -> None:
        """Do nothing: the broker remembers them."""

    def delete_group(self, group: str) -> None:
        """Do nothing: the broker forgets them."""

    @property
    def wants_maintenance(self) -> bool:
        """Never."""
        return False

    def maintain(self) -> None:
        """Do nothing."""
