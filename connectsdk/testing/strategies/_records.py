"""Which records travel through a pipeline?"""

from typing import Any, TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from connectsdk.converter import SchemaAndValue
from connectsdk.record import NO_HEADERS, Header, Headers, SinkRecord, SourceRecord, TimestampType
from connectsdk.schema import Schema, Type
from connectsdk.testing.strategies._plain import plain_values
from connectsdk.testing.strategies._schemas import SchemaLimits, schemas
from connectsdk.testing.strategies._values import values
from connectsdk.testing.strategies._weights import weighted

__all__ = ("data", "headers", "records", "schemaless", "sink_records", "source_records", "typed_values")

Data: TypeAlias = SearchStrategy[SchemaAndValue]

_MAX_MS = 253_402_300_799_999
_TOPICS = st.sampled_from(["t", "orders", "a.b-c_1"])
_HEADER_KEYS = st.sampled_from(["h", "i", "é", ""])
_TIMESTAMPS = st.none() | st.integers(0, _MAX_MS)
_SOURCE_PARTITIONS = st.sampled_from([None, 0, 1])
_PARTITIONS = st.sampled_from([0, 1, 2])
_NULL: Data = st.just((None, None))


@st.composite
def typed_values(draw: DrawFn, of: SearchStrategy[Schema] | None = None) -> SchemaAndValue:  # noqa: D417 - the caller does not give draw
    """Draw a schema and a value that fits it.

    Args:
        of: The schemas; all there are by default.
    """
    schema = draw(_ANY_SCHEMA if of is None else of)
    return schema, draw(values(schema))


def schemaless(plain: SearchStrategy[Any] | None = None) -> Data:
    """Draw a value without a schema, as a pair.

    Args:
        plain: The values; `plain_values()` by default.
    """
    return st.tuples(st.none(), _PLAIN if plain is None else plain)


@st.composite
def _nulls(draw: DrawFn) -> SchemaAndValue:
    """Draw a null: most have no schema, some an optional one, a few one that does not allow it."""
    schema = draw(st.none() | _SCALAR_SCHEMA)
    required = schema is None or draw(_RARELY)
    return schema if required or schema is None else schema.as_optional(), None


_RARELY = st.sampled_from([False, False, False, True])
_SCALAR_SCHEMA = schemas(limits=SchemaLimits(max_depth=1, defaults=False))
_ANY_SCHEMA = weighted((1, schemas()), (2, schemas([Type.STRUCT])))
_PLAIN = plain_values()
_TYPED = typed_values()
_SCHEMALESS = schemaless()
_DATA: Data = weighted((1, _NULL), (3, _SCHEMALESS), (5, _TYPED), (1, _nulls()))
_KEYS: Data = weighted(
    (3, _NULL),
    (2, schemaless(plain_values(max_depth=1))),
    (2, typed_values(schemas(limits=SchemaLimits(max_depth=1)))),
    (1, _nulls()),
)
_HEADER_VALUES: Data = (
    _NULL
    | schemaless(plain_values(max_depth=0))
    | typed_values(schemas(limits=SchemaLimits(max_depth=1, defaults=False)))
)


def data(*, max_depth: int = 2) -> Data:
    """Draw what a key or value may be: a schema and a value, a value without a schema, or null.

    A null may have a schema: as a rule an optional one, now and then one that does not allow it, which happens too.

    Args:
        max_depth: How deep structs, arrays, maps, lists and dicts may be nested.
    """
    typed = typed_values(schemas(limits=SchemaLimits(max_depth=max_depth)))
    return _NULL | schemaless(plain_values(max_depth=max_depth)) | typed | _nulls()


def headers(
    *,
    keys: SearchStrategy[str] = _HEADER_KEYS,
    value: Data = _HEADER_VALUES,
    max_size: int = 3,
) -> SearchStrategy[Headers]:
    """Draw headers: none, one, or several of which some have the same key.

    Args:
        keys: Their keys; a few by default, so that duplicates occur.
        value: Their schemas and values.
        max_size: The most of one record.
    """
    one = st.builds(lambda key, pair: Header(key, pair[1], pair[0]), keys, value)
    return weighted((2, st.just(NO_HEADERS)), (1, st.builds(Headers, st.lists(one, max_size=max_size))))


_HEADERS = headers()
_POSITIONS = st.sampled_from([(None, None), ({"file": "f"}, {"at": 1}), ({}, {}), ({"file": "f"}, None)])
_OFFSETS = st.integers(0, 2**40)


def _copied(position: dict[str, Any] | None) -> dict[str, Any] | None:
    return None if position is None else dict(position)


@st.composite
def source_records(  # noqa: D417 - the caller does not give draw
    draw: DrawFn,
    *,
    value: Data = _DATA,
    key: Data = _KEYS,
    headers: SearchStrategy[Headers] = _HEADERS,
    topics: SearchStrategy[str] = _TOPICS,
) -> SourceRecord:
    """Draw records as a source task returns them.

    Args:
        value: Schema and value; by default also null (a tombstone), and without a schema.
        key: Schema and key, likewise.
        headers: The headers.
        topics: The topics.
    """
    value_schema, content = draw(value)
    key_schema, name = draw(key)
    partition, offset = draw(_POSITIONS)
    return SourceRecord(
        topic=draw(topics),
        partition=draw(_SOURCE_PARTITIONS),
        key_schema=key_schema,
        key=name,
        value_schema=value_schema,
        value=content,
        timestamp=draw(_TIMESTAMPS),
        headers=draw(headers),
        source_partition=_copied(partition),
        source_offset=_copied(offset),
    )


@st.composite
def sink_records(  # noqa: D417 - the caller does not give draw
    draw: DrawFn,
    *,
    value: Data = _DATA,
    key: Data = _KEYS,
    headers: SearchStrategy[Headers] = _HEADERS,
    topics: SearchStrategy[str] = _TOPICS,
) -> SinkRecord:
    """Draw records as they come from a topic.

    Args:
        value: Schema and value; by default also null (a tombstone), and without a schema.
        key: Schema and key, likewise.
        headers: The headers.
        topics: The topics.
    """
    value_schema, content = draw(value)
    key_schema, name = draw(key)
    timestamp = draw(_TIMESTAMPS)
    unset = timestamp is None
    return SinkRecord(
        topic=draw(topics),
        partition=draw(_PARTITIONS),
        key_schema=key_schema,
        key=name,
        value_schema=value_schema,
        value=content,
        timestamp=timestamp,
        headers=draw(headers),
        offset=draw(_OFFSETS),
        timestamp_type=TimestampType.NO_TIMESTAMP_TYPE if unset else draw(_TIMESTAMP_TYPES),
    )


_TIMESTAMP_TYPES = st.sampled_from([TimestampType.CREATE_TIME, TimestampType.LOG_APPEND_TIME])


def records(
    *,
    value: Data = _DATA,
    key: Data = _KEYS,
    headers: SearchStrategy[Headers] = _HEADERS,
    topics: SearchStrategy[str] = _TOPICS,
) -> SearchStrategy[SourceRecord | SinkRecord]:
    """Draw records of either kind; the arguments are those of `source_records`."""
    return source_records(value=value, key=key, headers=headers, topics=topics) | sink_records(
        value=value, key=key, headers=headers, topics=topics
    )
