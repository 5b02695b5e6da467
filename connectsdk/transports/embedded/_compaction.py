"""What is left of a partition when only the latest record of each key is kept?

Offsets keep their numbers. Nothing at or after the first open transaction is touched.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

import attrs

from connectsdk.transports.embedded._batch import BatchState, Columns, RecordBatch

__all__ = ("compacted",)

_MERGED_RECORDS = 1_000
_GONE = {BatchState.ABORTED, BatchState.CONTROL}


@attrs.define
class _Survivors:
    """Records that stay, until there are enough for a batch."""

    base: int
    next: int
    timestamp_type: int
    offsets: list[int] = attrs.field(factory=list)
    rows: list[tuple] = attrs.field(factory=list)  # type: ignore[type-arg]

    def batch(self) -> RecordBatch:
        timestamps, keys, values, headers = zip(*self.rows, strict=True)
        size = sum(len(key or b"") + len(value or b"") for _, key, value, _ in self.rows)
        columns = Columns(timestamps, keys, values, headers, self.timestamp_type)
        return RecordBatch(self.base, self.next, tuple(self.offsets), columns, size)


def compacted(
    read: Callable[[], Iterable[RecordBatch]], stable: int, tombstones_from: int
) -> Sequence[RecordBatch]:
    """Return the batches that take the place of all those before `stable`.

    Args:
        read: Return all batches; called twice.
        stable: The end of what may be touched.
        tombstones_from: Tombstones older than this timestamp go.
    """
    latest: dict[bytes | None, int] = {}
    for batch in _settled(read(), stable):
        latest.update(zip(batch.columns.keys, batch.offsets, strict=True))
    merged: list[RecordBatch] = []
    current: _Survivors | None = None
    for batch in _settled(read(), stable):
        if current is None or current.timestamp_type != batch.columns.timestamp_type:
            _flush(current, merged)
            current = _Survivors(batch.base, batch.next, batch.columns.timestamp_type)
        _keep(batch, latest, tombstones_from, current)
        if len(current.rows) >= _MERGED_RECORDS:
            _flush(current, merged)
            current = None
    _flush(current, merged)
    return merged


def _settled(batches: Iterable[RecordBatch], stable: int) -> Iterator[RecordBatch]:
    for batch in batches:
        if batch.next > stable:
            return
        if batch.state not in _GONE:
            yield batch


def _keep(
    batch: RecordBatch, latest: dict[bytes | None, int], tombstones_from: int, into: _Survivors
) -> None:
    columns = batch.columns
    rows = zip(columns.timestamps, columns.keys, columns.values, columns.headers, strict=True)
    for offset, row in zip(batch.offsets, rows, strict=True):
        timestamp, key, value, _ = row
        if latest[key] == offset and (value is not None or timestamp >= tombstones_from):
            into.offsets.append(offset)
            into.rows.append(row)
    into.next = batch.next


def _flush(survivors: _Survivors | None, into: list[RecordBatch]) -> None:
    if survivors is not None and survivors.rows:
        into.append(survivors.batch())
