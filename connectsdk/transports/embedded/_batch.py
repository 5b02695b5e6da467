"""What is kept of one produced batch?

Columns, not records: they cost nothing to keep, are written at once, and become `ConsumerRecord`s without a
Python call per record.
"""

from bisect import bisect_left
from collections.abc import Sequence
from enum import IntEnum
from functools import partial
from itertools import repeat

import attrs

from connectsdk.record import ConsumerRecord, RawHeaders, TopicPartition

__all__ = ("BatchState", "Columns", "RecordBatch", "Span")


class BatchState(IntEnum):
    """What a batch is to a reader."""

    PLAIN = 0
    OPEN = 1  # of a transaction that is neither committed nor aborted
    COMMITTED = 2
    ABORTED = 3
    CONTROL = 4  # the marker that ends a transaction: an offset, no record


@attrs.frozen
class Columns:
    """The contents of records, one tuple a field."""

    timestamps: tuple[int, ...]
    keys: tuple[bytes | None, ...]
    values: tuple[bytes | None, ...]
    headers: tuple[RawHeaders, ...]
    timestamp_type: int = 0

    def __len__(self) -> int:
        return len(self.values)


NO_COLUMNS = Columns((), (), (), ())


@attrs.frozen
class Span:
    """A batch without its contents: enough to decide what is deleted."""

    base: int
    next: int
    size: int
    max_timestamp: int
    state: BatchState


@attrs.define
class RecordBatch:
    """Records of one partition that were produced together, or what compaction left of several such batches.

    Attributes:
        base: The first offset it covers.
        next: The offset after the last one it covers.
        offsets: Those of its records; a range until compaction takes some out.
        columns: The contents, as long as `offsets`; none for a marker.
        size: Bytes, for retention and fetch limits.
        state: What it is to a reader.
        producer: The transactional producer that wrote it; -1 for any other.
    """

    base: int
    next: int
    offsets: Sequence[int]
    columns: Columns = attrs.field(repr=False)
    size: int
    state: BatchState = BatchState.PLAIN
    producer: int = -1

    @property
    def span(self) -> Span:
        """This batch without its contents."""
        newest = max(self.columns.timestamps, default=-1)
        return Span(self.base, self.next, self.size, newest, self.state)

    def take(self, where: TopicPartition, position: int, most: int) -> tuple[list[ConsumerRecord], int]:
        """Return at most `most` records from `position` on, and the position after them."""
        first = bisect_left(self.offsets, position)
        last = first + most
        following = self.offsets[last] if last < len(self.offsets) else self.next
        columns = self.columns
        fields = zip(
            repeat(where.topic),
            repeat(where.partition),
            self.offsets[first:last],
            columns.timestamps[first:last],
            repeat(columns.timestamp_type),
            columns.keys[first:last],
            columns.values[first:last],
            columns.headers[first:last],
            strict=False,
        )
        return list(map(_to_record, fields)), following


_to_record = partial(tuple.__new__, ConsumerRecord)  # `_make` without its Python frame
