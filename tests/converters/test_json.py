import contextlib
import json
import math
from datetime import UTC, date, datetime, time, timedelta
from decimal import Context, Decimal
from enum import IntEnum, StrEnum
from typing import Any

import orjson
import pytest
from hypothesis import given, strategies as st

from connectsdk.config import parse
from connectsdk.converter import Converter, HeaderConverter
from connectsdk.converters._json_text import loads
from connectsdk.converters.json import JsonConverter, JsonConverterConfig
from connectsdk.errors import ConfigError, DataError
from connectsdk.schema import (
    BOOLEAN_SCHEMA,
    BYTES_SCHEMA,
    DATE_SCHEMA,
    FLOAT32_SCHEMA,
    FLOAT64_SCHEMA,
    INT8_SCHEMA,
    INT16_SCHEMA,
    INT32_SCHEMA,
    INT64_SCHEMA,
    OPTIONAL_STRING_SCHEMA,
    STRING_SCHEMA,
    TIME_SCHEMA,
    TIMESTAMP_SCHEMA,
    Schema,
    SchemaBuilder,
    decimal_schema,
)


class Number(IntEnum):
    ONE = 1


class Word(StrEnum):
    A = "a"


def made(**properties: str) -> JsonConverter:
    converter = JsonConverter()
    dotted = {key.replace("_", "."): value for key, value in properties.items()}
    converter.configure(parse(JsonConverterConfig, dotted), is_key=True)
    return converter


def written(converter: JsonConverter, schema: Schema | None, value: Any) -> bytes | None:
    return converter.from_connect_data("t", (), schema, value)


ROW = (
    SchemaBuilder.struct()
    .field("id", INT32_SCHEMA)
    .field("name", OPTIONAL_STRING_SCHEMA)
    .field("x", FLOAT64_SCHEMA)
    .field("on", BOOLEAN_SCHEMA)
    .build()
)
GOOD = {"id": 1, "name": "a", "x": 1.5, "on": True}


def test_it_is_both_kinds_of_converter() -> None:
    assert isinstance(JsonConverter(), Converter)
    assert isinstance(JsonConverter(), HeaderConverter)


EXACT = Context(prec=60)
BAD = [
    {"id": "1"},
    {"id": 1.0},
    {"id": True},
    {"id": 2**31},
    {"id": -(2**31) - 1},
    {"id": None},
    {"name": 1},
    {"name": b"a"},
    {"x": "1"},
    {"x": None},
    {"x": True},
    {"x": Decimal(1)},
    {"on": 1},
    {"on": "true"},
    {"on": None},
    {"other": 1},
]


@pytest.mark.parametrize("learned", [False, True])
@pytest.mark.parametrize("wrong", BAD, ids=str)
def test_a_struct_that_does_not_fit_is_refused_and_the_field_named(
    wrong: dict[str, Any], learned: bool
) -> None:
    converter = made()
    if learned:
        written(converter, ROW, GOOD)
        written(converter, ROW, GOOD | {"id": 3, "name": None})
    with pytest.raises(DataError, match=next(iter(wrong))):
        written(converter, ROW, GOOD | wrong)


@pytest.mark.parametrize("value", [5, "x", [], [("id", 1)], None])
def test_what_is_no_struct_is_refused(value: Any) -> None:
    with pytest.raises(DataError):
        written(made(), ROW, value)


def test_members_are_in_the_order_of_the_schema() -> None:
    converter = made(schemas_enable="false")
    backward = dict(reversed(GOOD.items()))
    assert [written(converter, ROW, value) for value in (GOOD, backward, GOOD, backward)] == [
        b'{"id":1,"name":"a","x":1.5,"on":true}'
    ] * 4


def test_what_was_learned_of_one_struct_does_not_loosen_the_next() -> None:
    converter = made(schemas_enable="false")
    assert written(converter, ROW, GOOD | {"x": 2.5}) == b'{"id":1,"name":"a","x":2.5,"on":true}'
    assert written(converter, ROW, GOOD | {"x": 1e10}) == b'{"id":1,"name":"a","x":1.0E10,"on":true}'
    assert written(converter, ROW, GOOD | {"x": math.nan}) == b'{"id":1,"name":"a","x":"NaN","on":true}'
    assert written(converter, ROW, GOOD | {"x": 3}) == b'{"id":1,"name":"a","x":3.0,"on":true}'
    assert (
        written(converter, ROW, GOOD | {"id": Number.ONE, "name": Word.A})
        == b'{"id":1,"name":"a","x":1.5,"on":true}'
    )


def test_a_default_is_written_every_time() -> None:
    schema = SchemaBuilder.struct().field("n", SchemaBuilder.int32().optional().default(7)).build()
    converter = made(schemas_enable="false")
    assert [written(converter, schema, {"n": value}) for value in (None, 5, None, None)] == [
        b'{"n":7}',
        b'{"n":5}',
        b'{"n":7}',
        b'{"n":7}',
    ]


def test_a_schema_given_twice_teaches_nothing() -> None:
    converter = made()
    twice = b'{"schema":{"type":"string"},"payload":5,"schema":{"type":"int8"}}'
    assert converter.to_connect_data("t", (), twice) == (INT8_SCHEMA, 5)
    assert converter.to_connect_data("t", (), b'{"schema":{"type":"string"},"payload":"x"}') == (
        STRING_SCHEMA,
        "x",
    )


def test_a_missing_field_is_null() -> None:
    assert (
        written(made(schemas_enable="false"), ROW, {"id": 1, "x": 1.0, "on": True})
        == b'{"id":1,"name":null,"x":1.0,"on":true}'
    )


PLAIN = [
    (math.nan, b'"NaN"'),
    (math.inf, b'"Infinity"'),
    (-math.inf, b'"-Infinity"'),
    (-0.0, b"-0.0"),
    (b"\x01\x02", b'"AQI="'),
    (bytearray(b"\x01"), b'"AQ=="'),
    ((1, "a"), b'[1,"a"]'),
    ({1: "a"}, b'[[1,"a"]]'),
    ({1: "a", "b": {2: 3}}, b'[[1,"a"],["b",[[2,3]]]]'),
    ({"a": {"b": 1e10}}, b'{"a":{"b":1.0E10}}'),
    ([Number.ONE, Word.A], b'[1,"a"]'),
    ({Word.A: 1}, b'{"a":1}'),
    ({}, b"{}"),
    ([None], b"[null]"),
    ("\x1b\\u001b", b'"\\u001B\\\\u001b"'),
    ({"a": "😀"}, b'{"a":"\\uD83D\\uDE00"}'),
    (2**63 - 1, b"9223372036854775807"),
]


@pytest.mark.parametrize(("value", "text"), PLAIN, ids=repr)
def test_data_without_a_schema(value: Any, text: bytes) -> None:
    assert written(made(schemas_enable="false"), None, value) == text
    assert written(made(schemas_enable="false"), None, [value, 0.5]) == b"[" + text + b",0.5]"
    assert written(made(), None, value) == b'{"schema":null,"payload":' + text + b"}"


def cycle() -> list[Any]:
    found: list[Any] = []
    found.append(found)
    return found


@pytest.mark.parametrize(
    "value",
    [
        object(),
        Decimal(1),
        datetime.now(UTC),
        date(2020, 1, 1),
        {1, 2},
        2**64,
        -(2**63) - 1,
        "\ud800",
        cycle(),
        1j,
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_kafka_connect_has_no_type_for_is_refused(value: Any) -> None:
    for wrapped in (value, [value], {"a": {"b": value}}):
        with pytest.raises(DataError):
            written(made(schemas_enable="false"), None, wrapped)


def test_deep_data_is_written_and_read() -> None:
    value: Any = 1e10
    for _ in range(150):
        value = [value]
    converter = made(schemas_enable="false")
    text = written(converter, None, value)
    assert text == b"[" * 150 + b"1.0E10" + b"]" * 150
    assert converter.to_connect_data("t", (), text)[1] == value


def test_data_that_is_too_deep_is_refused() -> None:
    converter = made(schemas_enable="false")
    for depth in (1_000, 100_000):
        with pytest.raises(DataError):
            converter.to_connect_data("t", (), b"[" * depth + b"]" * depth)


def test_none_without_a_schema_is_no_bytes() -> None:
    assert written(made(), None, None) is None
    assert made().to_connect_data("t", (), None) == (None, None)


def test_messages_do_not_show_data() -> None:
    for value in (GOOD | {"id": "secret"}, GOOD | {"name": b"secret"}, "secret"):
        with pytest.raises(DataError) as caught:
            written(made(), ROW, value)
        assert "secret" not in str(caught.value)
    with pytest.raises(DataError) as read:
        made().to_connect_data("t", (), b'{"secret":')
    assert "secret" not in str(read.value)


def test_a_schema_may_be_a_new_object_for_every_record() -> None:
    converter = made(schemas_cache_size="3")
    for at in range(50):
        schema = (
            SchemaBuilder.struct().name(f"n{at % 5 if at < 20 else at % 2}").field("id", INT32_SCHEMA).build()
        )
        text = written(converter, schema, {"id": at})
        assert converter.to_connect_data("t", (), text) == (schema, {"id": at})
    assert len(converter._by_id) <= 3
    assert all(id(kept) == key for key, (kept, *_) in converter._by_id.items())
    assert len(converter._by_schema) <= 3


def test_no_cache_is_fine_too() -> None:
    converter = made(schemas_cache_size="0")
    text = written(converter, ROW, GOOD)
    assert [converter.to_connect_data("t", (), text) for _ in range(3)] == [(ROW, GOOD)] * 3


TRICKY = [
    b'{"schema":{"type":"string","doc":",\\"payload\\":"},"payload":"x"}',
    b'{"schema":{"type":"string","doc":"x"},"payload":",\\"payload\\":"}',
    b'{"schema":{"type":"string"},"payload":"}"}',
    b' {"schema":{"type":"string"},"payload":"x"} ',
    b'{"payload":"x","schema":{"type":"string"}}',
    b'{"schema":{"type":"string"} ,"payload": "x" }',
]


@pytest.mark.parametrize("text", TRICKY)
def test_the_quick_way_reads_what_the_whole_way_reads(text: bytes) -> None:
    converter = made()
    expected = orjson.loads(text)["payload"]
    assert [converter.to_connect_data("t", (), text)[1] for _ in range(3)] == [expected] * 3


WRONG = [
    b'{"schema":{"type":"string"},"payload":"x"]',
    b'{"schema":{"type":"string"},"payload":"x","more":1}',
    b'{"schema":{"type":"string"},"payload":"x"',
    b'{"schema":{"type":"string"},"payload":}',
    b'{"schema":{"type":"string"},"payload":"x"}}',
    b'{"schema":{"type":"string"},"payload":"x",}',
    b'{"schema":{"type":"string"},"payload":1}',
    b'{"schema":{"type":"string"},"payload":"x"}]',
    b'{"schema":{"type":"string"},"payload":"x"} 5',
]


@pytest.mark.parametrize("text", WRONG)
def test_the_quick_way_refuses_what_the_whole_way_refuses(text: bytes) -> None:
    converter = made()
    converter.to_connect_data("t", (), b'{"schema":{"type":"string"},"payload":"x"}')
    with pytest.raises(DataError):
        converter.to_connect_data("t", (), text)


def test_a_configured_schema_reads_plain_payloads_and_envelopes() -> None:
    converter = made(schema_content='{"type":"struct","fields":[{"type":"int8","field":"a"}]}')
    expected = SchemaBuilder.struct().field("a", INT8_SCHEMA).build()
    for text in (b'{"a":1}', b'{"schema":{"type":"string"},"payload":{"a":1}}'):
        assert converter.to_connect_data("t", (), text) == (expected, {"a": 1})
    assert converter.to_connect_data("t", (), None) == (None, None)
    with pytest.raises(DataError):
        converter.to_connect_data("t", (), b"")


def test_a_configured_schema_is_for_envelopes_only() -> None:
    converter = made(schema_content='{"type":"int8"}', schemas_enable="false")
    assert converter.to_connect_data("t", (), b"5") == (None, 5)


def test_a_configured_schema_reads_exact_decimals() -> None:
    content = '{"type":"bytes","name":"org.apache.kafka.connect.data.Decimal","parameters":{"scale":"2"}}'
    assert made(schema_content=content).to_connect_data("t", (), b"0.10")[1] == Decimal("0.10")


@pytest.mark.parametrize("content", ["{", "{}", "null", '{"type":"x"}', '{"type":"int8","default":"x"}'])
def test_a_configured_schema_that_is_none_is_refused(content: str) -> None:
    with pytest.raises(ConfigError, match=r"schema\.content"):
        made(schema_content=content)


@pytest.mark.parametrize(
    "properties", [{"decimal_format": "x"}, {"schemas_cache_size": "x"}, {"schemas_enable": "x"}]
)
def test_a_wrong_configuration_is_refused(properties: dict[str, str]) -> None:
    with pytest.raises(ConfigError):
        made(**properties)


def test_a_header_is_written_like_a_value() -> None:
    converter = made()
    text = converter.from_connect_header("t", "h", INT8_SCHEMA, 5)
    assert text == written(converter, INT8_SCHEMA, 5)
    assert converter.to_connect_header("t", "h", text) == (INT8_SCHEMA, 5)


def test_floats_of_32_bits_are_rounded_when_read() -> None:
    converter = made()
    schema, value = converter.to_connect_data("t", (), b'{"schema":{"type":"float"},"payload":0.1}')
    assert (schema, value) == (FLOAT32_SCHEMA, 0.10000000149011612)
    assert written(converter, schema, value) == written(converter, schema, 0.1)


def test_numbers_that_json_lacks_come_back() -> None:
    converter = made()
    for schema in (FLOAT32_SCHEMA, FLOAT64_SCHEMA):
        for value in (math.inf, -math.inf):
            assert converter.to_connect_data("t", (), written(converter, schema, value))[1] == value
        assert math.isnan(converter.to_connect_data("t", (), written(converter, schema, math.nan))[1])


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SCALARS = [
    (INT8_SCHEMA, st.integers(-(2**7), 2**7 - 1)),
    (INT16_SCHEMA, st.integers(-(2**15), 2**15 - 1)),
    (INT64_SCHEMA, st.integers(-(2**63), 2**63 - 1)),
    (FLOAT64_SCHEMA, st.floats(allow_nan=False)),
    (FLOAT32_SCHEMA, st.floats(width=32, allow_nan=False)),
    (BOOLEAN_SCHEMA, st.booleans()),
    (STRING_SCHEMA, TEXTS),
    (BYTES_SCHEMA, st.binary(max_size=8)),
    (DATE_SCHEMA, st.dates()),
    (TIME_SCHEMA, st.times().map(lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000))),
    (
        TIMESTAMP_SCHEMA,
        st.integers(-(10**12), 10**13).map(
            lambda ms: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
        ),
    ),
    (
        decimal_schema(2),
        st.integers(-(10**30), 10**30).map(lambda unscaled: Decimal(unscaled).scaleb(-2, EXACT)),
    ),
]


@st.composite
def shapes(draw: st.DrawFn, depth: int = 2) -> tuple[Schema, st.SearchStrategy[Any]]:
    kind = draw(
        st.sampled_from(["scalar", "scalar", "array", "map", "pairs", "struct"] if depth else ["scalar"])
    )
    if kind == "scalar":
        schema, values = draw(st.sampled_from(SCALARS))
    elif kind == "array":
        element, items = draw(shapes(depth - 1))
        schema, values = SchemaBuilder.array(element).build(), st.lists(items, max_size=3)
    elif kind == "map":
        element, items = draw(shapes(depth - 1))
        schema, values = (
            SchemaBuilder.map(STRING_SCHEMA, element).build(),
            st.dictionaries(TEXTS, items, max_size=3),
        )
    elif kind == "pairs":
        element, items = draw(shapes(depth - 1))
        schema, values = (
            SchemaBuilder.map(INT32_SCHEMA, element).build(),
            st.dictionaries(st.integers(-9, 9), items, max_size=3),
        )
    else:
        parts = draw(st.dictionaries(TEXTS.filter(bool), shapes(depth - 1), max_size=4))
        builder = SchemaBuilder.struct().name("s")
        for name, (element, _) in parts.items():
            builder.field(name, element)
        schema, values = (
            builder.build(),
            st.fixed_dictionaries({name: items for name, (_, items) in parts.items()}),
        )
    if draw(st.booleans()):
        return schema.as_optional(), st.none() | values
    return schema, values


@given(st.data(), shapes(), st.sampled_from(["base64", "numeric"]))
def test_what_was_written_is_read(
    data: st.DataObject, shape: tuple[Schema, st.SearchStrategy[Any]], decimals: str
) -> None:
    schema, values = shape
    converter, fresh = made(decimal_format=decimals), made(decimal_format=decimals)
    for value in data.draw(st.lists(values, min_size=1, max_size=4)):
        text = written(converter, schema, value)
        assert converter.to_connect_data("t", (), text) == (schema, value)
        assert fresh.to_connect_data("t", (), text) == (schema, value)
        json.loads(text or b"")


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(JSON_VALUES.filter(lambda value: value is not None))
def test_data_without_a_schema_is_read_as_it_was(value: Any) -> None:
    for converter in (made(), made(schemas_enable="false")):
        text = written(converter, None, value)
        assert converter.to_connect_data("t", (), text) == (None, value)


@given(
    st.binary(max_size=30)
    | st.text(alphabet='{}[]":,0123456789.eE-+ntfalsru \\', max_size=30).map(str.encode)
)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for converter in (made(), made(schemas_enable="false"), made(schema_content='{"type":"double"}')):
        with contextlib.suppress(DataError):
            converter.to_connect_data("t", (), data)


@given(JSON_VALUES)
def test_the_slow_way_reads_what_the_quick_way_reads(value: Any) -> None:
    text = orjson.dumps(value)
    assert loads(b"\xef\xbb\xbf" + text) == orjson.loads(text)


def test_times_of_day_have_no_zone() -> None:
    assert written(made(schemas_enable="false"), TIME_SCHEMA, time(1, 2, 3, 4000)) == b"3723004"


def test_what_is_nested_too_deep_is_refused() -> None:
    deep = STRING_SCHEMA
    text, data, value = '{"type":"string"}', "[" * 600 + "]" * 600, "a"
    for _ in range(600):
        deep, text, value = SchemaBuilder.array(deep).build(), f'{{"type":"array","items":{text}}}', [value]
    envelope = f'{{"schema":{text},"payload":{data}}}'.encode()
    for act in (
        lambda: written(made(), None, value),
        lambda: made(schemas_enable="false").to_connect_data("t", (), data.encode()),
        lambda: made().to_connect_data("t", (), envelope),
        lambda: made().to_connect_batch("t", [envelope, envelope]),
    ):
        with pytest.raises(DataError):
            act()
