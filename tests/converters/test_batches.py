"""Does a converter make of a batch what it makes of each value?"""

import asyncio
import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, strategies as st

from connectsdk.config import parse
from connectsdk.converter import BatchConverter, resolve
from connectsdk.converters.bytes import ByteArrayConverter
from connectsdk.converters.json import JsonConverter
from connectsdk.converters.string import StringConverter
from connectsdk.errors import ConnectError, DataError, LookupNeeded
from connectsdk.schema import (
    BOOLEAN_SCHEMA,
    FLOAT64_SCHEMA,
    INT8_SCHEMA,
    INT64_SCHEMA,
    OPTIONAL_STRING_SCHEMA,
    STRING_SCHEMA,
    Schema,
    SchemaBuilder,
    Type,
)

INNER = SchemaBuilder.struct().field("n", INT8_SCHEMA).field("s", OPTIONAL_STRING_SCHEMA).build()
ROW = (
    SchemaBuilder.struct()
    .field("id", INT64_SCHEMA)
    .field("text", STRING_SCHEMA)
    .field("real", FLOAT64_SCHEMA)
    .field("flag", BOOLEAN_SCHEMA)
    .field("inner", INNER)
    .field("word", SchemaBuilder(Type.STRING).optional().default("d").build())
    .build()
)
TEXTS = st.text(max_size=4) | st.sampled_from(["\u0001", "é", "\U0001f600", '"', "\\"])
REALS = st.floats() | st.sampled_from([0.0, -0.0, 1e-3, 9999999.0, 1e7, 1e-4, math.nan, math.inf])
INTS = st.integers(-(2**63), 2**63 - 1) | st.integers(-130, 130) | st.just(2**63)
LEAVES = st.none() | st.booleans() | INTS | REALS | TEXTS
PLAIN = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)
ROWS = st.fixed_dictionaries(
    {
        "id": INTS,
        "text": TEXTS,
        "real": REALS,
        "flag": st.booleans(),
        "inner": st.fixed_dictionaries({"n": st.integers(-128, 128), "s": st.none() | TEXTS}),
        "word": st.none() | TEXTS,
    }
) | st.fixed_dictionaries({"id": LEAVES, "text": LEAVES}, optional={"real": LEAVES, "else": LEAVES})
USUAL_ROW = {"id": 1, "text": "a", "real": 0.5, "flag": True, "inner": {"n": 1, "s": None}, "word": "w"}


def json_converter(**settings: str) -> JsonConverter:
    converter = JsonConverter()
    converter.configure(
        parse(JsonConverter.config_class, {k.replace("_", "."): v for k, v in settings.items()})
    )
    return converter


MADE: dict[str, Callable[[], Any]] = {
    "json": lambda: json_converter(schemas_enable="false"),
    "json nulls kept": lambda: json_converter(schemas_enable="false", replace_null_with_default="false"),
    "json with schemas": json_converter,
    "json with one schema": lambda: json_converter(schema_content='{"type":"string","optional":true}'),
    "string": StringConverter,
    "bytes": ByteArrayConverter,
}


def outcome(call: Callable[[], Any]) -> Any:
    try:
        return repr(call())
    except (ConnectError, UnicodeError) as error:
        return type(error)


def assert_same(whole: Callable[[], Any], singles: Callable[[], list[Any]]) -> None:
    """A batch has the answers of its values, or is refused."""
    try:
        found = whole()
    except Exception:  # noqa: BLE001 - a batch may be refused with anything
        return
    assert repr(list(found)) == outcome(singles)


@pytest.mark.parametrize("made", MADE.values(), ids=list(MADE))
@given(
    schema_and_values=st.tuples(st.none(), st.lists(PLAIN, min_size=1, max_size=4))
    | st.tuples(st.just(ROW), st.lists(ROWS, min_size=1, max_size=4))
    | st.tuples(st.just(INT8_SCHEMA), st.lists(INTS, min_size=1, max_size=4))
    | st.tuples(st.just(OPTIONAL_STRING_SCHEMA), st.lists(st.none() | TEXTS, min_size=1, max_size=4))
    | st.tuples(st.none(), st.lists(st.none() | st.binary(max_size=3), min_size=1, max_size=4))
)
def test_a_batch_is_written_as_its_values_are(
    made: Callable[[], Any], schema_and_values: tuple[Schema | None, list[Any]]
) -> None:
    schema, values = schema_and_values
    converter = made()
    assert isinstance(converter, BatchConverter)
    before = repr(values)
    assert_same(
        lambda: converter.from_connect_batch("t", schema, values),
        lambda: [made().from_connect_data("t", (), schema, value) for value in values],
    )
    assert repr(values) == before


JSON_TEXTS = st.sampled_from(
    [
        b'{"a":1}', b"1", b"1.5", b"18446744073709551616", b"-9223372036854775809", b"1e400", b"007",
        b'"1234567890123456789012"', b"", b" ", b"null", b"[1", b"1,2", b"2]", b'{"a":1}}', b"\xef\xbb\xbf1",
        b'{"schema":{"type":"string"},"payload":"x"}', b'{"schema":{"type":"string"},"payload":null}',
        b'{"schema":{"type":"int8"},"payload":5}', b'{"schema":{"type":"int8"},"payload":5.0}',
        b'{"schema":{"type":"int8"},"payload":500}', b'{"schema":{"type":"string"},"payload":"x"} ',
        b'{"schema":null,"payload":1}', b'{"payload":"x","schema":{"type":"string"}}',
    ]
)  # fmt: skip


@pytest.mark.parametrize("made", MADE.values(), ids=list(MADE))
@given(data=st.lists(st.none() | JSON_TEXTS | st.binary(max_size=3), min_size=1, max_size=4), warm=JSON_TEXTS)
def test_a_batch_is_read_as_its_bytes_are(
    made: Callable[[], Any], data: list[bytes | None], warm: bytes
) -> None:
    converter = made()
    outcome(lambda: converter.to_connect_data("t", (), warm))  # may teach it a schema

    def whole() -> list[Any]:
        schema, values = converter.to_connect_batch("t", data)
        return [(schema, value) for value in values]

    assert_same(whole, lambda: [made().to_connect_data("t", (), found) for found in data])


@pytest.mark.parametrize(
    ("name", "schema", "values"),
    [
        ("json", None, [{"a": 1, "b": None, "c": 0.5}, {}]),
        ("json", None, [{"a": [1e9]}]),
        ("json", None, [None, None]),
        ("json", ROW, [USUAL_ROW, {**USUAL_ROW, "inner": {"n": 2, "s": "t"}}]),
        ("json with schemas", ROW, [USUAL_ROW, USUAL_ROW]),
        ("string", STRING_SCHEMA, ["a", "é"]),
        ("string", None, [None]),
        ("bytes", None, [b"a", None]),
    ],
)
def test_the_usual_batches_are_not_refused(name: str, schema: Schema | None, values: list[Any]) -> None:
    converter = MADE[name]()
    written = converter.from_connect_batch("t", schema, values)
    assert list(written) == [MADE[name]().from_connect_data("t", (), schema, value) for value in values]
    singles = [converter.to_connect_data("t", (), found) for found in written]
    found_schema, read = converter.to_connect_batch("t", written)
    assert [(found_schema, value) for value in read] == singles


@pytest.mark.parametrize("rare", [1e7, -1e7, 1e22, 9.9e-4, 5e-324, math.nan, math.inf, -math.inf, -0.0])
@pytest.mark.parametrize("schema", [None, SchemaBuilder.struct().field("r", FLOAT64_SCHEMA).build()])
def test_a_rare_float_among_usual_ones_is_written_as_alone(rare: float, schema: Schema | None) -> None:
    values = [{"r": 0.5}, {"r": rare}, {"r": 2.0}]
    converter = MADE["json"]()
    single = [converter.from_connect_data("t", (), schema, value) for value in values]
    assert list(converter.from_connect_batch("t", schema, values)) == single


@pytest.mark.parametrize("kind", ["json_schema", "protobuf"])
def test_a_converter_with_a_registry_asks_once_for_a_batch_of_one_schema(kind: str) -> None:
    from connectsdk.converters.json_schema import JsonSchemaConverter, JsonSchemaConverterConfig
    from connectsdk.converters.protobuf import ProtobufConverter, ProtobufConverterConfig

    made, keys = {
        "json_schema": (JsonSchemaConverter, JsonSchemaConverterConfig),
        "protobuf": (ProtobufConverter, ProtobufConverterConfig),
    }[kind]
    converter = made()
    converter.configure(parse(keys, {"schema.registry.url": f"mock://batches-{kind}"}))
    schema = SchemaBuilder.struct().name("Row").field("id", INT64_SCHEMA).field("s", STRING_SCHEMA).build()
    values = [{"id": number, "s": f"é {number}"} for number in range(100)]
    with pytest.raises(LookupNeeded):
        converter.from_connect_batch("t", schema, values)
    first = asyncio.run(resolve(converter.from_connect_data, "t", (), schema, values[0]))
    data = converter.from_connect_batch("t", schema, values)
    assert data[0] == first
    assert data == [converter.from_connect_data("t", (), schema, value) for value in values]
    found = asyncio.run(resolve(converter.to_connect_data, "t", (), first))
    assert converter.to_connect_batch("t", data) == (found[0], values)
    assert isinstance(converter, BatchConverter)
    for other in (None, b"", b"\0\0\0\0\7" + data[0][5:], data[0][:3]):  # type: ignore[index]  # it is not None
        with pytest.raises((ConnectError, LookupNeeded)):
            converter.to_connect_batch("t", [*data, other])
        with pytest.raises((ConnectError, LookupNeeded)):
            converter.to_connect_batch("t", [other, *data])
    with pytest.raises(DataError):
        converter.from_connect_batch("t", schema, [*values, {"id": "no number", "s": "x"}])
