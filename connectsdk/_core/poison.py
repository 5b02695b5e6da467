"""Which records of a batch that a sink refused are to blame?

A `PutRun` is one batch on its way into a task that may be given it in parts. A part that is refused with a
`DataError` is divided; a refused single record is a culprit. Parts come in the order of the batch, so everything
that is put is put in order. Driven by `connectsdk.runtime._sink_loop`.
"""

from collections.abc import Sequence, Set as AbstractSet

import attrs

from connectsdk.record import SinkRecord, TopicPartition

__all__ = ("Culprit", "PutRun", "origin")


@attrs.frozen
class Culprit:
    """A record that is refused on its own.

    Attributes:
        record: The record.
        error: Why.
    """

    record: SinkRecord
    error: Exception


@attrs.define(eq=False)
class PutRun:
    """One batch on its way into a task.

    Attributes:
        parts: What is still to be put, the next part last.
        culprits: The records refused so far, in order.
    """

    parts: list[Sequence[SinkRecord]]
    culprits: list[Culprit] = attrs.field(factory=list, init=False)

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
        """Whether every record was taken or is a culprit."""
        return not self.parts

    @property
    def left(self) -> int:
        """How many records are neither taken nor culprits."""
        return sum(map(len, self.parts))

    def taken(self) -> None:
        """Take note that the task took the part."""
        self.parts.pop()

    def refused(self, error: Exception) -> Culprit | None:
        """Divide the part, or name its one record as a culprit and return that."""
        part = self.parts.pop()
        if len(part) == 1:
            culprit = Culprit(part[0], error)
            self.culprits.append(culprit)
            return culprit
        middle = len(part) // 2
        self.parts.append(part[middle:])
        self.parts.append(part[:middle])
        return None

    def drop(self, partitions: AbstractSet[TopicPartition]) -> int:
        """Leave out all records of some partitions, culprits too; return how many they were."""
        before = self.left + len(self.culprits)
        kept = [[record for record in part if origin(record) not in partitions] for part in self.parts]
        self.parts = [part for part in kept if part]
        self.culprits = [culprit for culprit in self.culprits if origin(culprit.record) not in partitions]
        return before - self.left - len(self.culprits)


def origin(record: SinkRecord) -> TopicPartition:
    """Return the topic and partition that a record was read from."""
    return TopicPartition(record.original_topic, record.original_partition or 0)
