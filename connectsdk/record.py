"""What travels through a pipeline?

Connectors and transforms see `ConnectRecord` and its two kinds; transports see `ProducerRecord` and
`ConsumerRecord`, which carry bytes. All of them are *treated* as immutable: a transform returns a new
record (`with_value`, `with_key`, `new_record`) and never edits one. They are not frozen at run time, because
that would triple the price of constructing one, and it is paid per record.
"""

from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import Any, NamedTuple, Self, SupportsIndex, overload

import attrs

from connectsdk.schema import Schema

__all__ = (
    "NO_HEADERS",
    "ConnectRecord",
    "ConsumerRecord",
    "Header",
    "Headers",
    "ProducerRecord",
    "RawHeaders",
    "RecordMetadata",
    "SinkRecord",
    "SourceRecord",
    "TimestampType",
    "TopicPartition",
)

RawHeaders = tuple[tuple[str, bytes | None], ...]
"""Headers as a transport carries them: in order, duplicates allowed, values may be None."""


class TimestampType(IntEnum):
    """Who set a consumed record's timestamp."""

    NO_TIMESTAMP_TYPE = -1
    CREATE_TIME = 0
    LOG_APPEND_TIME = 1


class TopicPartition(NamedTuple):
    """One partition of one topic."""

    topic: str
    partition: int

    def __str__(self) -> str:
        return f"{self.topic}-{self.partition}"


class Header(NamedTuple):
    """One header: its key, its value, and the value's schema (None: schemaless)."""

    key: str
    value: Any
    schema: Schema | None = None


class Headers(tuple[Header, ...]):
    """A record's headers: in order, duplicates allowed, immutable.

    Methods return a new object; an unchanged result is the same object.
    """

    __slots__ = ()

    def add(self, key: str, value: Any, schema: Schema | None = None) -> "Headers":
        """Return these headers followed by one more."""
        return Headers((*self, Header(key, value, schema)))

    def last(self, key: str) -> Header | None:
        """Return the last header with this key, or None."""
        return next((header for header in reversed(self) if header.key == key), None)

    def all(self, key: str) -> "Headers":
        """Return the headers with this key, in order."""
        return Headers(header for header in self if header.key == key)

    def without(self, *keys: str) -> "Headers":
        """Return these headers less those with any of these keys."""
        kept = Headers(header for header in self if header.key not in keys)
        return kept if len(kept) < len(self) else self

    def latest(self) -> "Headers":
        """Return only the last header of each key, in the order of those last ones."""
        positions = {header.key: index for index, header in enumerate(self)}
        return self if len(positions) == len(self) else Headers(self[i] for i in sorted(positions.values()))

    @overload
    def __getitem__(self, index: SupportsIndex, /) -> Header: ...
    @overload
    def __getitem__(self, index: slice, /) -> "Headers": ...
    def __getitem__(self, index: SupportsIndex | slice, /) -> "Header | Headers":
        found: Any = super().__getitem__(index)
        return Headers(found) if isinstance(index, slice) else found

    def __add__(self, other: Iterable[Any]) -> "Headers":
        return Headers((*self, *other))

    def __repr__(self) -> str:
        return f"Headers({', '.join(f'{header.key}={header.value!r}' for header in self)})"


NO_HEADERS = Headers()


@attrs.define(weakref_slot=False)
class ConnectRecord:
    """What a connector reads or writes.

    Attributes:
        topic: Where the record goes to, or came from.
        partition: The topic's partition; None leaves the choice to the producer.
        key_schema: The key's schema; None means the key is schemaless.
        key: Plain Python data: a struct is a `dict`, an array a `list`, logical types are
            `datetime`, `date`, `time` and `Decimal`.
        value_schema: The value's schema; None means the value is schemaless.
        value: Plain Python data, as for `key`. None is a tombstone.
        timestamp: Milliseconds since the epoch, UTC; None when unknown.
        headers: In order, duplicates allowed.
    """

    topic: str
    partition: int | None = None
    key_schema: Schema | None = None
    key: Any = None
    value_schema: Schema | None = None
    value: Any = None
    timestamp: int | None = None
    headers: Headers = NO_HEADERS

    def with_value(self, schema: Schema | None, value: Any) -> Self:
        """Return a copy with another value."""
        return self.new_record(
            self.topic, self.partition, self.key_schema, self.key, schema, value, self.timestamp, self.headers
        )

    def with_key(self, schema: Schema | None, key: Any) -> Self:
        """Return a copy with another key."""
        return self.new_record(
            self.topic,
            self.partition,
            schema,
            key,
            self.value_schema,
            self.value,
            self.timestamp,
            self.headers,
        )

    def with_topic(self, topic: str) -> Self:
        """Return a copy for another topic."""
        return self.new_record(
            topic,
            self.partition,
            self.key_schema,
            self.key,
            self.value_schema,
            self.value,
            self.timestamp,
            self.headers,
        )

    def with_headers(self, headers: Headers) -> Self:
        """Return a copy with other headers."""
        return self.new_record(
            self.topic,
            self.partition,
            self.key_schema,
            self.key,
            self.value_schema,
            self.value,
            self.timestamp,
            headers,
        )

    def new_record(  # noqa: PLR0913, PLR0917 - Kafka Connect's own signature, and one positional call per record
        self,
        topic: str,
        partition: int | None,
        key_schema: Schema | None,
        key: Any,
        value_schema: Schema | None,
        value: Any,
        timestamp: int | None,
        headers: Headers,
    ) -> Self:
        """Return a record of the same kind and origin with these contents."""
        return attrs.evolve(
            self,
            topic=topic,
            partition=partition,
            key_schema=key_schema,
            key=key,
            value_schema=value_schema,
            value=value,
            timestamp=timestamp,
            headers=headers,
        )


@attrs.define(weakref_slot=False)
class SourceRecord(ConnectRecord):
    """A record that a source task read.

    Attributes:
        source_partition: Names the part of the source (a file, a table): a flat map of str to str, number,
            bool or None. None: this record has no position to resume from.
        source_offset: Where to resume *after* this record: a flat map like `source_partition`.
    """

    source_partition: Mapping[str, Any] | None = None
    source_offset: Mapping[str, Any] | None = None

    def with_value(self, schema: Schema | None, value: Any) -> "SourceRecord":
        """Return a copy with another value."""
        return SourceRecord(  # written out: it is the hottest copy there is
            self.topic,
            self.partition,
            self.key_schema,
            self.key,
            schema,
            value,
            self.timestamp,
            self.headers,
            self.source_partition,
            self.source_offset,
        )

    def new_record(  # noqa: PLR0913, PLR0917 - see ConnectRecord
        self,
        topic: str,
        partition: int | None,
        key_schema: Schema | None,
        key: Any,
        value_schema: Schema | None,
        value: Any,
        timestamp: int | None,
        headers: Headers,
    ) -> "SourceRecord":
        """Return a record with the same source partition and offset and these contents."""
        return SourceRecord(
            topic,
            partition,
            key_schema,
            key,
            value_schema,
            value,
            timestamp,
            headers,
            self.source_partition,
            self.source_offset,
        )


@attrs.define(weakref_slot=False)
class SinkRecord(ConnectRecord):
    """A record on its way to a sink task.

    Attributes:
        offset: The record's offset in its original topic and partition.
        timestamp_type: Who set the timestamp.
        origin: Topic and partition it was read from, when a transform has changed either; None otherwise.
    """

    offset: int = -1
    timestamp_type: TimestampType = TimestampType.NO_TIMESTAMP_TYPE
    origin: TopicPartition | None = None

    @property
    def original_topic(self) -> str:
        """The topic it was read from, before transforms."""
        return self.topic if self.origin is None else self.origin.topic

    @property
    def original_partition(self) -> int | None:
        """The partition it was read from, before transforms."""
        return self.partition if self.origin is None else self.origin.partition

    @property
    def original_offset(self) -> int:
        """The offset it was read from; no transform changes it."""
        return self.offset

    def with_value(self, schema: Schema | None, value: Any) -> "SinkRecord":
        """Return a copy with another value."""
        return SinkRecord(  # written out, as in SourceRecord
            self.topic,
            self.partition,
            self.key_schema,
            self.key,
            schema,
            value,
            self.timestamp,
            self.headers,
            self.offset,
            self.timestamp_type,
            self.origin,
        )

    def new_record(  # noqa: PLR0913, PLR0917 - see ConnectRecord
        self,
        topic: str,
        partition: int | None,
        key_schema: Schema | None,
        key: Any,
        value_schema: Schema | None,
        value: Any,
        timestamp: int | None,
        headers: Headers,
    ) -> "SinkRecord":
        """Return a record of the same origin and offset with these contents."""
        origin = self.origin
        read_from = self.partition
        if origin is None and read_from is not None and (partition != read_from or topic != self.topic):
            origin = TopicPartition(self.topic, read_from)
        return SinkRecord(
            topic,
            partition,
            key_schema,
            key,
            value_schema,
            value,
            timestamp,
            headers,
            self.offset,
            self.timestamp_type,
            origin,
        )


class ProducerRecord(NamedTuple):
    """A record as a producer sends it; a plain tuple, because one is made per record.

    Attributes:
        topic: Where it goes to.
        partition: Which partition; None lets the key decide (Kafka's murmur2), or the producer if there is no key.
        key: Bytes, or None.
        value: Bytes; None is a tombstone.
        timestamp: Milliseconds since the epoch; None means now.
        headers: In order.
    """

    topic: str
    partition: int | None = None
    key: bytes | None = None
    value: bytes | None = None
    timestamp: int | None = None
    headers: RawHeaders = ()


class ConsumerRecord(NamedTuple):
    """A record as a consumer hands it out; a plain tuple, because one is made per record.

    Attributes:
        topic: Where it came from.
        partition: Which partition.
        offset: Its offset.
        timestamp: Milliseconds since the epoch; -1 when the broker has none.
        timestamp_type: Who set the timestamp, as `TimestampType`'s number.
        key: Bytes, or None.
        value: Bytes; None is a tombstone.
        headers: In order.
    """

    topic: str
    partition: int
    offset: int
    timestamp: int
    timestamp_type: int
    key: bytes | None
    value: bytes | None
    headers: RawHeaders = ()


class RecordMetadata(NamedTuple):
    """Where a delivered record ended up. `offset` and `timestamp` are -1 when the system does not tell."""

    topic: str
    partition: int
    offset: int
    timestamp: int
