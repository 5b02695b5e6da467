"""Does the quick way read what fastavro reads, and nothing else?

What is no `bytes` but a `bytearray` is read by fastavro, so both ways can be asked.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given, settings, strategies as st

from connectsdk.converters.avro._codec import decoder, encoder
from connectsdk.converters.avro._fastavro import Fastavro, load_fastavro
from connectsdk.converters.avro._from_connect import avro_type_of
from connectsdk.converters.avro._json import parse_schema
from connectsdk.converters.avro._quick_readers import quick_reader_of
from connectsdk.converters.avro._settings import MappingSettings
from connectsdk.converters.avro._to_connect import connect_schema_of
from connectsdk.errors import DataError
from connectsdk.schema import (
    DATE_SCHEMA,
    INT8_SCHEMA,
    INT32_SCHEMA,
    INT64_SCHEMA,
    OPTIONAL_INT64_SCHEMA,
    OPTIONAL_STRING_SCHEMA,
    STRING_SCHEMA,
    TIME_SCHEMA,
    TIMESTAMP_SCHEMA,
    Schema,
    SchemaBuilder,
    Type,
    decimal_schema,
)

Decode = Callable[[Any], tuple[Schema | None, Any]]
PLAIN = MappingSettings()
FASTAVRO = load_fastavro()
START = 5
LINE = SchemaBuilder.struct().name("Line").field("sku", STRING_SCHEMA).field("count", INT8_SCHEMA).build()
UNION = (
    SchemaBuilder.struct()
    .name("io.confluent.connect.avro.Union")
    .field("int", Schema(Type.INT32, optional=True))
    .field("Line", LINE.as_optional())
    .optional()
    .build()
)
LETTERS = '{"type": "enum", "name": "Letters", "symbols": ["a", "b"]}'
EVERYTHING = (
    SchemaBuilder.struct()
    .name("Everything")
    .field("small", INT8_SCHEMA)
    .field("short", Schema(Type.INT16, optional=True))
    .field("int", Schema(Type.INT32, default=5))
    .field("long", INT64_SCHEMA)
    .field("float", Schema(Type.FLOAT32))
    .field("double", Schema(Type.FLOAT64, optional=True, default=0.5))
    .field("flag", Schema(Type.BOOLEAN))
    .field("text", OPTIONAL_STRING_SCHEMA)
    .field("data", Schema(Type.BYTES, optional=True))
    .field("day", attrs.evolve(DATE_SCHEMA, optional=True))
    .field("at", TIMESTAMP_SCHEMA)
    .field("clock", attrs.evolve(TIME_SCHEMA, optional=True))
    .field("sum", decimal_schema(2, optional=True))
    .field("tags", SchemaBuilder.array(OPTIONAL_STRING_SCHEMA).build())
    .field("props", SchemaBuilder.map(STRING_SCHEMA, OPTIONAL_INT64_SCHEMA).optional().build())
    .field("pairs", SchemaBuilder.map(INT64_SCHEMA, STRING_SCHEMA).build())
    .field("lines", SchemaBuilder.array(LINE).build())
    .field("line", LINE.as_optional())
    .field("nothing", SchemaBuilder.struct().name("Nothing").build())
    .field("either", UNION)
    .build()
)
FULL: dict[str, Any] = {
    "small": 1,
    "short": -200,
    "int": 3,
    "long": 2**40,
    "float": 0.25,
    "double": -0.0,
    "flag": True,
    "text": "é" * 40,
    "data": b"\0\xff",
    "day": date(1969, 1, 1),
    "at": datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC),
    "clock": time(1, 2, 3),
    "sum": Decimal("-1234.56"),
    "tags": ["a", None, ""],
    "props": {"x": 1, "y": None},
    "pairs": {1: "one", 2: "two"},
    "lines": [{"sku": "a", "count": 1}, {"sku": "b", "count": 2}],
    "line": {"sku": "c", "count": 3},
    "nothing": {},
    "either": {"Line": {"sku": "d", "count": 4}},
}
NULLABLE = ("short", "text", "data", "day", "clock", "sum", "props", "line", "either")
TYPES = [
    '"int"',
    '"long"',
    '"string"',
    '"bytes"',
    '"boolean"',
    '"float"',
    '"double"',
    LETTERS,
    '{"type": "fixed", "name": "F", "size": 3}',
    '["null", "string"]',
    '["string", "null"]',
    '["long"]',
    '["long", "string"]',
    f'["null", "long", "string", {LETTERS}]',
    '{"type": "array", "items": "long"}',
    '{"type": "map", "values": ["null", "string"]}',
    f'{{"type": "array", "items": {LETTERS}}}',
]


def read_without_fastavro(schema: Any, stream: Any) -> Any:
    raise AssertionError(f"fastavro was asked to read {schema} from {stream}")


def decoder_of(schema: Schema, fastavro: Fastavro = FASTAVRO) -> Decode:
    return decoder(avro_type_of(schema, PLAIN), None, PLAIN, START, fastavro)


def written(value: Any) -> bytes:
    return encoder(avro_type_of(EVERYTHING, PLAIN), EVERYTHING, PLAIN, b"\0\0\0\0\7", FASTAVRO)[0](value)


def answer(decode: Decode, data: Any) -> str:
    try:
        return repr(decode(data)[1])
    except DataError as error:
        return f"DataError: {error}"


def assert_both_ways_agree(decode: Decode, data: bytes) -> None:
    assert answer(decode, data) == answer(decode, bytearray(data)), data.hex()


@pytest.mark.parametrize(
    "value",
    [
        FULL,
        FULL | dict.fromkeys(NULLABLE),
        FULL | {"tags": [], "props": {}, "pairs": {}, "lines": [], "either": {"int": 5}},
    ],
    ids=["full", "nones", "empty"],
)
def test_usual_data_is_read_without_fastavro(value: Any) -> None:
    message = written(value)
    without = Fastavro(FASTAVRO.parse, read_without_fastavro, FASTAVRO.writer)
    schema, found = decoder_of(EVERYTHING, without)(message)
    assert (schema, found) == decoder_of(EVERYTHING)(bytearray(message))
    assert found == value
    assert [*found] == [field.name for field in EVERYTHING.fields]


def spoiled(message: bytes) -> Iterator[bytes]:
    """Give messages that differ in a byte, end early, or have more or less in the middle."""
    for at in range(START, len(message)):
        for byte in (0, 1, 2, 3, 4, 6, 0x40, 0x7F, 0x80, 0xFF, message[at] ^ 1, message[at] ^ 2):
            yield message[:at] + bytes((byte,)) + message[at + 1 :]
        yield message[:at]
        yield message[:at] + message[at + 1 :]
        yield message[:at] + b"\x82" + message[at:]
        for size in (8, 9, 10, 12):
            yield message[:at] + b"\xff" * size + b"\1" + message[at + 1 :]
            yield message[:at] + b"\xfe" * size + b"\x7f" + message[at + 1 :]
        yield message[:at] + b"\x80\0" + message[at + 1 :]
    yield message + b"more"


def test_spoiled_data_is_read_as_fastavro_reads_it_or_refused() -> None:
    decode = decoder_of(EVERYTHING)
    for data in spoiled(written(FULL)):
        assert_both_ways_agree(decode, data)


@pytest.mark.parametrize("text", TYPES)
@given(data=st.binary(max_size=12))
@settings(deadline=None, max_examples=150)
def test_any_bytes_are_read_as_fastavro_reads_them_or_refused(text: str, data: bytes) -> None:
    decode = decoder(parse_schema(text), None, PLAIN, 0, FASTAVRO)
    assert_both_ways_agree(decode, data)


@pytest.mark.parametrize("text", TYPES)
def test_short_data_is_read_as_fastavro_reads_it_or_refused(text: str) -> None:
    decode = decoder(parse_schema(text), None, PLAIN, 0, FASTAVRO)
    some = (0, 1, 2, 3, 4, 5, 6, 8, 0x61, 0x80, 0xFF)
    for first in range(256):
        assert_both_ways_agree(decode, bytes((first,)))
        for second in some:
            assert_both_ways_agree(decode, bytes((first, second)))
            assert_both_ways_agree(decode, bytes((first, second, 0x61, 0, 0, 0, 0, 0, 0, 0)))


@pytest.mark.parametrize(
    "text",
    [
        '{"type": "array", "items": "null"}',
        '{"type": "array", "items": {"type": "fixed", "name": "F", "size": 0}}',
        '{"type": "array", "items": {"type": "record", "name": "E", "fields": []}}',
        '{"type": "record", "name": "N", "fields": [{"name": "next", "type": ["null", "N"]}]}',
        '{"type": "record", "name": "O", "fields": [{"name": "all", "type": {"type": "array", "items": "O"}}]}',
    ],
)
def test_what_needs_a_guard_is_not_read_quickly(text: str) -> None:
    avro = parse_schema(text)
    try:
        schema = connect_schema_of(avro, PLAIN)
    except DataError:
        return  # Connect has no such type
    assert quick_reader_of(avro, schema, PLAIN) is None


def test_a_key_of_one_value_is_read_without_fastavro() -> None:
    without = Fastavro(FASTAVRO.parse, read_without_fastavro, FASTAVRO.writer)
    for schema, value in ((STRING_SCHEMA, "a key"), (INT64_SCHEMA, -(2**40)), (INT32_SCHEMA, 5)):
        avro = avro_type_of(schema, PLAIN)
        message = encoder(avro, schema, PLAIN, b"\0\0\0\0\7", FASTAVRO)[0](value)
        assert decoder_of(schema, without)(message) == (schema, value)
