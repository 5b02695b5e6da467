"""What is in each partition, and what does it become when somebody writes?"""

from collections.abc import Iterable, Mapping, Sequence, Set as AbstractSet
from contextlib import closing

import attrs

from connectsdk.errors import UnknownTopicError
from connectsdk.record import ConsumerRecord, TopicPartition
from connectsdk.transport import NewTopic
from connectsdk.transports.embedded._batch import NO_COLUMNS, BatchState, Columns, RecordBatch
from connectsdk.transports.embedded._compaction import compacted
from connectsdk.transports.embedded._partition_log import PartitionLog
from connectsdk.transports.embedded._store import Store, StoredState, StoredTopic
from connectsdk.transports.embedded._topic_settings import TopicSettings, parse_settings

__all__ = ("FetchLimits", "TopicLogs")

_HIDDEN = {BatchState.OPEN, BatchState.ABORTED}
_MARKER_BYTES = 78  # what Kafka's takes


@attrs.frozen
class FetchLimits:
    """How much is fetched at once, and whether only what is committed."""

    records: int
    bytes: int
    committed_only: bool = True


@attrs.define
class TopicLogs:
    """All topics and their partitions. The caller opens `Store.atomic` around `write_*` and then calls `note_*`."""

    store: Store
    topics: dict[str, StoredTopic] = attrs.field(factory=dict)
    _settings: dict[str, TopicSettings] = attrs.field(factory=dict)
    _logs: dict[TopicPartition, PartitionLog] = attrs.field(factory=dict)

    @property
    def partitions(self) -> Mapping[str, int]:
        """How many partitions each topic has."""
        return {name: topic.partitions for name, topic in self.topics.items()}

    def load(self, state: StoredState) -> None:
        """Take over what the store holds."""
        for topic in state.topics:
            self._add(topic)
        for where, log in state.logs.items():
            self._logs[where] = PartitionLog(log.start, log.end, log.size, dirty=log.size, oldest=0)

    def log(self, where: TopicPartition) -> PartitionLog:
        """Return the bookkeeping of one partition.

        Raises:
            UnknownTopicError: If it does not exist.
        """
        log = self._logs.get(where)
        if log is None:
            raise UnknownTopicError(f"Partition {where} does not exist")
        return log

    def settings(self, topic: str) -> TopicSettings:
        """Return the settings of a topic that exists."""
        return self._settings[topic]

    def create(self, topics: Iterable[NewTopic]) -> None:
        """Create topics that do not exist, all or none."""
        new = [StoredTopic(topic.name, topic.partitions, dict(topic.config)) for topic in topics]
        with self.store.atomic():
            for topic in new:
                self.store.create_topic(topic)
        for topic in new:
            self._add(topic)

    def delete(self, names: AbstractSet[str]) -> None:
        """Delete topics that exist, all or none."""
        with self.store.atomic():
            for name in names:
                self.store.delete_topic(name)
        for name in names:
            topic = self.topics.pop(name)
            del self._settings[name]
            for partition in range(topic.partitions):
                del self._logs[TopicPartition(name, partition)]

    def append(
        self, parts: Mapping[TopicPartition, tuple[Columns, int]], now_ms: int, producer: int = -1
    ) -> Mapping[TopicPartition, int]:
        """Write columns of so many bytes to each partition, all or none; return the first offset of each."""
        for where in parts:
            self._tidy(where, now_ms)
        state = BatchState.PLAIN if producer < 0 else BatchState.OPEN
        batches = {}
        for where, (columns, size) in parts.items():
            base = self.log(where).end
            end = base + len(columns)
            batches[where] = RecordBatch(base, end, range(base, end), columns, size, state, producer)
        with self.store.atomic():
            for where, batch in batches.items():
                self.store.append(where, batch)
        for where, batch in batches.items():
            log = self._logs[where]
            log.appended(batch)
            if producer >= 0:
                log.opened(producer, batch.base)
        return {where: batch.base for where, batch in batches.items()}

    def write_settled(
        self, producer: int, partitions: AbstractSet[TopicPartition], state: BatchState
    ) -> Mapping[TopicPartition, RecordBatch]:
        """End a producer's transaction in the store; return the markers."""
        self.store.settle(producer, state)
        markers = {}
        for where in sorted(partitions & self._logs.keys()):
            end = self._logs[where].end
            marker = RecordBatch(end, end + 1, (), NO_COLUMNS, _MARKER_BYTES, BatchState.CONTROL, producer)
            self.store.append(where, marker)
            markers[where] = marker
        return markers

    def note_settled(self, producer: int, markers: Mapping[TopicPartition, RecordBatch]) -> None:
        """Take note that `write_settled` was kept."""
        for where, marker in markers.items():
            self._logs[where].appended(marker)
            self._logs[where].settled(producer)

    def fetch(
        self, where: TopicPartition, position: int, limits: FetchLimits
    ) -> tuple[Sequence[ConsumerRecord], int] | None:
        """Return records and the position after them; None when the position is out of range.

        Raises:
            UnknownTopicError: If the partition does not exist.
        """
        log = self.log(where)
        if not log.start <= position <= log.end:
            return None
        end = log.stable if limits.committed_only else log.end
        records: list[ConsumerRecord] = []
        size = 0
        if position >= end:
            return records, position
        hidden = _HIDDEN if limits.committed_only else ()
        with closing(self.store.read(where, position)) as batches:
            for batch in batches:
                if batch.base >= end:
                    break
                if batch.state in hidden:
                    position = batch.next
                    continue
                taken, position = batch.take(where, position, limits.records - len(records))
                records = records + taken if records else taken
                size += batch.size
                if size >= limits.bytes or len(records) >= limits.records:
                    return records, position
        return records, end

    def _add(self, topic: StoredTopic) -> None:
        self.topics[topic.name] = topic
        self._settings[topic.name] = parse_settings(topic.name, topic.config)
        for partition in range(topic.partitions):
            self._logs[TopicPartition(topic.name, partition)] = PartitionLog()

    def _tidy(self, where: TopicPartition, now_ms: int) -> None:
        """Delete what the topic's settings say. Before an append, so that a failure is that append's failure."""
        log = self.log(where)
        settings = self._settings[where.topic]
        if log.outgrown(settings, now_ms):
            log = log.after_retention(settings, self.store.spans(where), now_ms)
            with self.store.atomic():
                self.store.delete_before(where, log.stored)
            self._logs[where] = log
        if log.wants_compaction(settings):
            self._compact(where, log, settings, now_ms)

    def _compact(
        self, where: TopicPartition, log: PartitionLog, settings: TopicSettings, now_ms: int
    ) -> None:
        stable = log.stable
        read = lambda: self.store.read(where, log.start)  # noqa: E731 - a name for an argument
        batches = compacted(read, stable, now_ms - settings.tombstone_ms)
        with self.store.atomic():
            self.store.replace(where, batches, stable, log.stored)
        size = sum(span.size for span in self.store.spans(where))
        self._logs[where] = attrs.evolve(log, size=size, dirty=0)
