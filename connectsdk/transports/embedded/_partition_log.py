"""Which offsets does a partition have, which of them are stable, and which may go?"""

from collections.abc import Iterable

import attrs

from connectsdk.transports.embedded._batch import RecordBatch, Span
from connectsdk.transports.embedded._store import StoredLog
from connectsdk.transports.embedded._topic_settings import TopicSettings

__all__ = ("PartitionLog",)

_NEVER = 1 << 62


@attrs.define
class PartitionLog:
    """The bookkeeping of one partition; its batches are in the store.

    Attributes:
        start: The first offset.
        end: The offset after the last one; it never moves back.
        size: Bytes.
        dirty: Bytes added since the last compaction.
        oldest: No record is older than this timestamp.
    """

    start: int = 0
    end: int = 0
    size: int = 0
    dirty: int = 0
    oldest: int = _NEVER
    _open: dict[int, int] = attrs.field(factory=dict)

    @property
    def stable(self) -> int:
        """The offset up to which a `read_committed` reader may read: no transaction before it is open."""
        return min(self._open.values(), default=self.end)

    @property
    def stored(self) -> StoredLog:
        """What the store needs to know of it."""
        return StoredLog(self.start, self.end, self.size)

    def appended(self, batch: RecordBatch) -> None:
        """Take note of a batch at the end."""
        self.end = batch.next
        self.size += batch.size
        self.dirty += batch.size
        self.oldest = min(self.oldest, *batch.columns.timestamps, _NEVER)

    def opened(self, producer: int, base: int) -> None:
        """Take note that a transaction writes here, from this offset on."""
        self._open.setdefault(producer, base)

    def settled(self, producer: int) -> None:
        """Take note that a transaction has ended here."""
        self._open.pop(producer, None)

    def outgrown(self, settings: TopicSettings, now_ms: int) -> bool:
        """Return whether there may be something to delete by age or size."""
        if not settings.delete:
            return False
        too_large = settings.retention_bytes is not None and self.size > settings.retention_bytes
        return too_large or (
            settings.retention_ms is not None and self.oldest < now_ms - settings.retention_ms
        )

    def after_retention(self, settings: TopicSettings, spans: Iterable[Span], now_ms: int) -> "PartitionLog":
        """Return what the log becomes when what is too old or too much is deleted, whole batches at a time."""
        start, size, oldest = self.start, self.size, _NEVER
        largest = settings.retention_bytes
        horizon = None if settings.retention_ms is None else now_ms - settings.retention_ms
        for span in spans:
            too_large = largest is not None and size - span.size >= largest
            too_old = horizon is not None and span.max_timestamp < horizon
            if span.next > self.stable or not (too_large or too_old):
                oldest = span.max_timestamp
                break
            start, size = span.next, size - span.size
        return attrs.evolve(self, start=start, size=size, oldest=oldest)

    def wants_compaction(self, settings: TopicSettings) -> bool:
        """Return whether enough was added for compaction to be worth its work."""
        return (
            settings.compact
            and self.dirty >= settings.dirty_bytes
            and self.dirty >= settings.dirty_ratio * self.size
        )
