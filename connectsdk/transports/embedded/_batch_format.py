"""How is a batch's contents written to a file?

```
version     1 byte    1
flags       1 byte    1: keys, 2: headers, 4: offsets are listed, 8: one timestamp for all, 16: set by the broker
count       4 bytes   how many records
checksum    4 bytes   CRC-32 of all before and after it
timestamps            8 bytes each, or once
offsets               8 bytes each, if listed; they count up from the batch's first offset otherwise
keys                  a column, if there are any
values                a column
headers               4 bytes a record: how many; then a column of names and a column of values, if there are any

column:               4 bytes each: the length, or -1 for None; then the contents, one after the other
```

Numbers are little-endian and signed. Everything but the records' contents is a handful of calls a batch.
"""

from collections.abc import Iterable, Sequence
from itertools import accumulate, chain, islice, pairwise
from struct import Struct, pack, unpack_from
from zlib import crc32

import attrs

from connectsdk.record import RawHeaders
from connectsdk.transports.embedded._batch import Columns

__all__ = ("CorruptBatchError", "decode", "encode")

_VERSION = 1
_KEYS, _HEADERS, _OFFSETS, _ONE_TIMESTAMP, _SET_BY_BROKER = 1, 2, 4, 8, 16
_HEAD = Struct("<BBi")
_CHECKSUM = Struct("<I")
_BODY = _HEAD.size + _CHECKSUM.size


class CorruptBatchError(Exception):
    """These bytes are not what was written."""


def encode(columns: Columns, offsets: Sequence[int]) -> bytes:
    """Return the bytes of a batch's contents."""
    count = len(columns)
    timestamps = columns.timestamps
    flags = _SET_BY_BROKER if columns.timestamp_type else 0
    if count and timestamps.count(timestamps[0]) == count:
        flags |= _ONE_TIMESTAMP
        timestamps = timestamps[:1]
    parts = [pack(f"<{len(timestamps)}q", *timestamps)]
    if not isinstance(offsets, range):
        flags |= _OFFSETS
        parts.append(pack(f"<{count}q", *offsets))
    if columns.keys.count(None) != count:
        flags |= _KEYS
        parts += _column(columns.keys)
    parts += _column(columns.values)
    if any(columns.headers):
        flags |= _HEADERS
        parts += _headers(columns.headers)
    body = b"".join(parts)
    head = _HEAD.pack(_VERSION, flags, count)
    return head + _CHECKSUM.pack(crc32(body, crc32(head))) + body


def decode(data: bytes, base: int) -> tuple[Columns, Sequence[int]]:
    """Return the contents of a batch that begins at offset `base`, and its records' offsets.

    Raises:
        CorruptBatchError: If these bytes are not what `encode` returned.
    """
    if len(data) < _BODY:
        raise CorruptBatchError("too short")
    version, flags, count = _HEAD.unpack_from(data)
    [checksum] = _CHECKSUM.unpack_from(data, _HEAD.size)
    if version != _VERSION:
        raise CorruptBatchError(f"format version {version} is unknown")
    if crc32(memoryview(data)[_BODY:], crc32(data[: _HEAD.size])) != checksum:
        raise CorruptBatchError("the checksum does not match")
    reading = _Reading(data, _BODY)
    if flags & _ONE_TIMESTAMP:
        timestamps = reading.numbers(1) * count
    else:
        timestamps = reading.numbers(count)
    offsets = reading.numbers(count) if flags & _OFFSETS else range(base, base + count)
    keys = reading.column(count) if flags & _KEYS else (None,) * count
    values = reading.column(count)
    headers = reading.headers(count) if flags & _HEADERS else ((),) * count
    return Columns(timestamps, keys, values, headers, 1 if flags & _SET_BY_BROKER else 0), offsets


def _column(contents: Sequence[bytes | None]) -> tuple[bytes, bytes]:
    if None in contents:
        lengths: Iterable[int] = [-1 if content is None else len(content) for content in contents]
        return pack(f"<{len(contents)}i", *lengths), b"".join(filter(None, contents))
    return pack(f"<{len(contents)}i", *map(len, contents)), b"".join(contents)  # type: ignore[arg-type]


def _headers(headers: Sequence[RawHeaders]) -> list[bytes]:
    flat = list(chain.from_iterable(headers))
    return [
        pack(f"<{len(headers)}i", *map(len, headers)),
        *_column([name.encode() for name, _ in flat]),
        *_column([value for _, value in flat]),
    ]


@attrs.define
class _Reading:
    """Bytes, and how far they are read."""

    data: bytes
    place: int

    def numbers(self, count: int) -> tuple[int, ...]:
        found = unpack_from(f"<{count}q", self.data, self.place)
        self.place += 8 * count
        return found

    def lengths(self, count: int) -> tuple[int, ...]:
        found = unpack_from(f"<{count}i", self.data, self.place)
        self.place += 4 * count
        return found

    def column(self, count: int) -> tuple[bytes | None, ...]:
        lengths = self.lengths(count)
        data = self.data
        if -1 not in lengths:
            ends = list(accumulate(lengths, initial=self.place))
            self.place = ends[-1]
            return tuple([data[start:end] for start, end in pairwise(ends)])
        ends = list(accumulate((max(length, 0) for length in lengths), initial=self.place))
        self.place = ends[-1]
        return tuple(
            [
                None if length < 0 else data[start:end]
                for length, (start, end) in zip(lengths, pairwise(ends), strict=True)
            ]
        )

    def headers(self, count: int) -> tuple[RawHeaders, ...]:
        counts = self.lengths(count)
        total = sum(counts)
        names = [(name or b"").decode() for name in self.column(total)]
        pairs = iter(list(zip(names, self.column(total), strict=True)))
        return tuple([tuple(islice(pairs, size)) for size in counts])
