"""Which records of a batch that a sink refused are to blame?

A `PutRun` is one batch on its way into a task that may be given it in parts. A part that is refused with a
`DataError` is divided; a refused single record is the culprit. Parts come in the order of the batch, so everything
that is put is put in order, and what comes before a culprit is in the sink when the culprit is named. Driven by
`connectsdk.runtime._tasks.sink_loop`.
"""

from collections.abc import Iterable, Sequence, Set as AbstractSet

import attrs

from connectsdk.record import SinkRecord, TopicPartition

__all__ = ("PutRun", "origin", "place", "positions_after")


@attrs.define(eq=False)
class PutRun:
    """One batch on its way into a task.

    Attributes:
        parts: What is still to be put, the next part last.
    """

    parts: list[Sequence[SinkRecord]]

    @classmethod
    def of(cls, records: Sequence[SinkRecord]) -> "PutRun":
        """Begin with the whole batch as one part."""
        return cls([records])

    @property
    def part(self) -> Sequence[SinkRecord]:
        """What to put next; nothing when the run is finished."""
        return self.parts[-1] if self.parts else ()

    @property
    def finished(self) -> bool:
        """Whether every record was taken or named a culprit."""
        return not self.parts

    @property
    def left(self) -> int:
        """How many records are neither taken nor culprits."""
        return sum(map(len, self.parts))

    def taken(self) -> None:
        """Take note that the task took the part."""
        self.parts.pop()

    def refused(self) -> SinkRecord | None:
        """Divide the part; or, when it is one record, take that out and return it as the culprit."""
        part = self.parts.pop()
        if len(part) == 1:
            return part[0]
        middle = len(part) // 2
        self.parts.append(part[middle:])
        self.parts.append(part[:middle])
        return None

    def drop(self, partitions: AbstractSet[TopicPartition]) -> int:
        """Leave out the records of some partitions; return how many they were."""
        before = self.left
        kept = ([record for record in part if origin(record) not in partitions] for part in self.parts)
        self.parts = [part for part in kept if part]
        return before - self.left


def origin(record: SinkRecord) -> TopicPartition:
    """Return the topic and partition that a record was read from."""
    return TopicPartition(record.original_topic, record.original_partition or 0)


def place(record: SinkRecord) -> tuple[str, int, int]:
    """Return the topic, partition and offset that a record was read from."""
    return record.original_topic, record.original_partition or 0, record.offset


def positions_after(records: Iterable[SinkRecord]) -> dict[TopicPartition, int]:
    """Return, per partition, the offset after the last of these records."""
    return {origin(record): record.offset + 1 for record in records}
