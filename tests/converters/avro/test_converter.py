"""Does the converter keep to Confluent's wire format, to its schemas, and to its registry?"""

import asyncio
import gc
import struct
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from connectsdk.config import parse
from connectsdk.converter import BatchConverter, Converter, resolve
from connectsdk.converters.avro import AvroConverter, AvroConverterConfig
from connectsdk.errors import ConfigError, DataError, LookupNeeded, SchemaError
from connectsdk.registry import RejectedSchemaError, SchemaDefinition, UnknownSchemaError
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
    OPTIONAL_INT32_SCHEMA,
    OPTIONAL_STRING_SCHEMA,
    STRING_SCHEMA,
    TIME_SCHEMA,
    TIMESTAMP_SCHEMA,
    Schema,
    SchemaBuilder,
    decimal_schema,
)

Make = Callable[..., Any]
ROW = (
    SchemaBuilder.struct()
    .name("org.Row")
    .field("id", INT64_SCHEMA)
    .field("name", OPTIONAL_STRING_SCHEMA)
    .build()
)
WIDER = (
    SchemaBuilder.struct()
    .name("org.Row")
    .field("id", INT64_SCHEMA)
    .field("name", OPTIONAL_STRING_SCHEMA)
    .field("more", SchemaBuilder.int32().default(7).build())
    .build()
)


def test_it_is_a_converter() -> None:
    assert isinstance(AvroConverter(), Converter)
    assert isinstance(AvroConverter(), BatchConverter)


def test_a_message_is_a_zero_the_id_and_the_data(avro: Make) -> None:
    converter = avro()
    message = converter.write(ROW, {"id": 1, "name": "a"})
    assert message == b"\0" + struct.pack(">i", 1) + b"\2\2\2a"
    assert converter.read(message) == (ROW, {"id": 1, "name": "a"})


def test_null_stays_null(avro: Make) -> None:
    converter = avro()
    assert converter.write(None, None) is None
    assert converter.write(ROW.as_optional(), None) is None
    assert converter.read(None) == (None, None)
    with pytest.raises(DataError, match="null value for non-optional schema"):
        converter.write(ROW, None)


@pytest.mark.parametrize(
    "value", [True, 5, -(2**63), 1.5, "é", b"\0", [1, [None, "a"]], {"a": {"b": 1}, 1: None}, []]
)
def test_data_without_a_schema(value: Any, avro: Make) -> None:
    converter = avro()
    assert converter.read(converter.write(None, value)) == (None, value)


@pytest.mark.parametrize("value", [2**63, object(), datetime.now(UTC), Decimal(1), {1, 2}])
def test_data_that_needs_a_schema(value: Any, avro: Make) -> None:
    with pytest.raises(DataError):
        avro().write(None, value)


WRONG: list[tuple[Schema, list[Any]]] = [
    (INT8_SCHEMA, [128, -129, True, 1.0, "1", None]),
    (INT16_SCHEMA, [2**15, True]),
    (INT32_SCHEMA, [2**31, -(2**31) - 1, True, 1.0, "1", b"1", None, []]),
    (INT64_SCHEMA, [2**63, -(2**63) - 1, True, 1.0]),
    (FLOAT32_SCHEMA, [1e39, True, "1.5", 2**24 + 1]),
    (FLOAT64_SCHEMA, ["1.5", True, 2**53 + 1, Decimal("1.5"), None]),
    (BOOLEAN_SCHEMA, [1, 0, "true", None]),
    (STRING_SCHEMA, [b"a", 1, None, "\ud800"]),
    (BYTES_SCHEMA, ["a", 1, [1], None]),
    (DATE_SCHEMA, [datetime.now(UTC), 5, "2020-01-01", None]),
    (TIME_SCHEMA, [5, "10:00", datetime.now(UTC)]),
    (TIMESTAMP_SCHEMA, [datetime(2020, 1, 1), 5, date(2020, 1, 1), None]),  # noqa: DTZ001 - naive on purpose
    (decimal_schema(2), [Decimal("1.0"), Decimal("NaN"), Decimal("Infinity"), 1.5, b"1", 1]),
    (SchemaBuilder.array(INT32_SCHEMA).build(), [[True], [1.0], [2**31], [None], {"a": 1}, "abc", None]),
    (SchemaBuilder.array(STRING_SCHEMA).build(), [[b"a"], [1], "abc"]),
    (SchemaBuilder.array(FLOAT64_SCHEMA).build(), [["1.5"], [True], [None]]),
    (SchemaBuilder.map(STRING_SCHEMA, FLOAT64_SCHEMA).build(), [{"a": "1.5"}, {1: 1.5}, {b"a": 1.5}, [("a", 1.5)]]),
    (SchemaBuilder.map(INT32_SCHEMA, STRING_SCHEMA).build(), [{"1": "a"}, {1: 1}, {True: "a"}]),
    (ROW, [{"id": "1"}, {"name": "a"}, {"id": None}, {"id": 1, "other": 2}, {"id": 1, "name": b"a"}, [1], {"id": 1, 5: 6}]),
    (SchemaBuilder.struct().field("a", SchemaBuilder.array(ROW).build()).build(), [{"a": [{"id": 1}, {"id": True}]}]),
    (SchemaBuilder.bytes().name("F").parameter("connect.fixed.size", "2").build(), [b"a", b"abc", "ab"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("schema", "value"), [(schema, value) for schema, values in WRONG for value in values]
)
@pytest.mark.parametrize("optional", [False, True])
def test_a_value_of_the_wrong_kind_is_refused(schema: Schema, value: Any, optional: bool, avro: Make) -> None:
    if optional and value is None:
        return
    converter = avro()
    wrapped = SchemaBuilder.struct().field("f", schema.as_optional() if optional else schema).build()
    for _ in range(2):  # also when the shape is known
        with pytest.raises(DataError):
            converter.write(wrapped, {"f": value})
    if not optional:
        with pytest.raises(DataError):
            converter.write(schema, value)


FITTING: list[tuple[Schema, Any, Any]] = [
    (FLOAT64_SCHEMA, 3, 3.0),
    (FLOAT32_SCHEMA, 0.1, 0.10000000149011612),
    (BYTES_SCHEMA, bytearray(b"ab"), b"ab"),
    (BYTES_SCHEMA, memoryview(b"ab"), b"ab"),
    (SchemaBuilder.array(INT32_SCHEMA).build(), (1, 2), [1, 2]),
    (TIMESTAMP_SCHEMA, datetime(2020, 1, 1, 0, 0, 0, 999, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)),
    (TIME_SCHEMA, time(1, 2, 3, 4999, tzinfo=UTC), time(1, 2, 3, 4000)),
    (DATE_SCHEMA, date.min, date.min),
    (DATE_SCHEMA, date.max, date.max),
    (decimal_schema(2), Decimal("-0.00"), Decimal("0.00")),
    (ROW, {"name": "a", "id": 1}, {"id": 1, "name": "a"}),
    (ROW, {"id": 1}, {"id": 1, "name": None}),
]


@pytest.mark.parametrize(("schema", "value", "expected"), FITTING)
@pytest.mark.parametrize("optional", [False, True])
def test_values_that_fit(schema: Schema, value: Any, expected: Any, optional: bool, avro: Make) -> None:
    converter = avro()
    wrapped = SchemaBuilder.struct().field("f", schema.as_optional() if optional else schema).build()
    assert converter.read(converter.write(wrapped, {"f": value}))[1] == {"f": expected}
    assert repr(converter.read(converter.write(schema, value))[1]) == repr(expected)


def test_a_message_of_an_error_says_where_and_never_what(avro: Make) -> None:
    schema = SchemaBuilder.struct().field("rows", SchemaBuilder.array(ROW).build()).build()
    with pytest.raises(DataError) as caught:
        avro().write(schema, {"rows": [{"id": "secret"}]})
    assert 'field "id"' in str(caught.value)
    assert 'field "rows"' in str(caught.value)
    assert "secret" not in str(caught.value)
    with pytest.raises(DataError) as caught:
        avro().write(SchemaBuilder.struct().field("s", OPTIONAL_INT32_SCHEMA).build(), {"s": 3_000_000_001})
    assert "3000000001" not in str(caught.value)


def test_a_shape_that_was_checked_once_is_checked_again(avro: Make) -> None:
    schema = (
        SchemaBuilder.struct()
        .field("a", INT32_SCHEMA)
        .field("tags", SchemaBuilder.array(INT8_SCHEMA).build())
        .build()
    )
    converter = avro()
    assert converter.write(schema, {"a": 1, "tags": [1]})
    for wrong in (
        {"a": 2**31, "tags": [1]},
        {"a": 1, "tags": [128]},
        {"a": 1, "tags": [True]},
        {"a": True, "tags": []},
    ):
        with pytest.raises(DataError):
            converter.write(schema, wrong)


# -- the registry ----------------------------------------------------------------------------------------------------


def test_a_shape_is_looked_up_once(avro: Make) -> None:
    converter = avro()
    with pytest.raises(LookupNeeded):
        converter.converter.from_connect_data("t", (), ROW, {"id": 1})
    message = converter.write(ROW, {"id": 1})
    assert converter.converter.from_connect_data("t", (), ROW, {"id": 1}) == message
    fresh = converter.another()
    with pytest.raises(LookupNeeded):
        fresh.to_connect_data("t", (), message)
    asyncio.run(resolve(fresh.to_connect_data, "t", (), message))
    assert fresh.to_connect_data("other", (), message) == (ROW, {"id": 1, "name": None})


def test_an_equal_schema_is_the_same_schema(avro: Make) -> None:
    converter = avro()
    messages = set()
    for _ in range(5):
        copy = (
            SchemaBuilder.struct()
            .name("org.Row")
            .field("id", INT64_SCHEMA)
            .field("name", OPTIONAL_STRING_SCHEMA)
            .build()
        )
        messages.add(converter.write(copy, {"id": 1}))
        gc.collect()
    assert len(messages) == 1


def test_caches_are_bounded(avro: Make) -> None:
    converter = avro(schemas_cache_config="3")
    for number in range(10):
        schema = SchemaBuilder.struct().name(f"R{number}").field("a", INT32_SCHEMA).build()
        assert converter.read(converter.write(schema, {"a": number})) == (schema, {"a": number})
    caches = (value for value in vars(converter.converter).values() if isinstance(value, dict))
    assert all(len(cache) <= 3 for cache in caches)


@pytest.mark.parametrize(
    ("strategy", "is_key", "subject"),
    [
        ("TopicNameStrategy", False, "t-value"),
        ("TopicNameStrategy", True, "t-key"),
        ("io.confluent.kafka.serializers.subject.RecordNameStrategy", False, "org.Row"),
        ("TopicRecordNameStrategy", True, "t-org.Row"),
    ],
)
def test_subjects(strategy: str, is_key: bool, subject: str, avro: Make) -> None:
    made = avro()
    converter = AvroConverter()
    which = "key" if is_key else "value"
    config = made.properties | {f"{which}.subject.name.strategy": strategy}
    converter.configure(parse(AvroConverterConfig, config), is_key=is_key)
    converter._client = type(converter._client)(
        converter._client.config, made.registry, converter._client.parse
    )
    asyncio.run(resolve(converter.from_connect_data, "t", (), ROW, {"id": 1}))
    assert asyncio.run(made.registry.version(subject)).id == 1


def test_a_schema_that_is_not_registered_is_refused(avro: Make) -> None:
    converter = avro(auto_register_schemas="false")
    with pytest.raises(UnknownSchemaError):
        converter.write(ROW, {"id": 1})


def test_the_latest_version_is_written(avro: Make) -> None:
    converter = avro(auto_register_schemas="false", use_latest_version="true")
    registering = converter.another(auto_register_schemas="true", use_latest_version="false")
    asyncio.run(resolve(registering.from_connect_data, "t", (), WIDER, {"id": 1}))
    message = converter.write(ROW, {"id": 1, "name": "a"})
    assert converter.read(message) == (WIDER, {"id": 1, "name": "a", "more": 7})


def test_a_latest_version_that_cannot_read_the_record_is_refused(avro: Make) -> None:
    converter = avro(auto_register_schemas="false", use_latest_version="true")
    converter.register({"type": "record", "name": "org.Row", "fields": [{"name": "id", "type": "string"}]})
    with pytest.raises(RejectedSchemaError, match=r"org\.Row\.id is long and would be read as string"):
        converter.write(ROW, {"id": 1})


def test_a_field_that_the_version_lacks_is_not_dropped(avro: Make) -> None:
    converter = avro(
        auto_register_schemas="false", use_latest_version="true", latest_compatibility_strict="false"
    )
    converter.register({"type": "record", "name": "org.Row", "fields": [{"name": "id", "type": "long"}]})
    with pytest.raises(SchemaError, match=r"has no field for name"):
        converter.write(ROW, {"id": 1, "name": "a"})


def test_the_writers_schema_is_the_readers(avro: Make) -> None:
    converter = avro()
    old, new = converter.write(ROW, {"id": 1}), converter.write(WIDER, {"id": 2, "more": 3})
    assert [converter.read(one)[0] for one in (old, new, old)] == [ROW, WIDER, ROW]


def test_referenced_schemas(avro: Make) -> None:
    from connectsdk.registry import SchemaReference

    converter = avro()
    text = '{"type":"record","name":"org.Id","fields":[{"name":"n","type":"int"}]}'
    asyncio.run(converter.registry.register("ids", SchemaDefinition(text), normalize=False))
    outer = SchemaDefinition(
        '{"type":"record","name":"org.Row","fields":[{"name":"id","type":"Id"}]}',
        "AVRO",
        (SchemaReference("org.Id", "ids", 1),),
    )
    registered = asyncio.run(converter.registry.register("t-value", outer, normalize=False))
    schema, value = converter.read(b"\0" + struct.pack(">i", registered.id) + b"\2")
    assert (schema.field("id").schema.name, value) == ("org.Id", {"id": {"n": 1}})


def test_a_schema_of_another_language_is_refused(avro: Make) -> None:
    converter = avro()
    found = asyncio.run(
        converter.registry.register("t-value", SchemaDefinition('{"type":"object"}', "JSON"), normalize=False)
    )
    with pytest.raises(DataError, match="no Avro schema but JSON: set JsonSchemaConverter for the topic"):
        converter.read(b"\0" + struct.pack(">i", found.id) + b"{}")


# -- batches, and what is missing ------------------------------------------------------------------------------------


def test_batches_are_what_the_single_calls_are(avro: Make) -> None:
    converter = avro()
    rows = [{"id": number, "name": None} for number in range(5)]
    messages = [converter.write(ROW, row) for row in rows]
    assert [converter.read(message)[1] for message in messages] == rows
    plain = converter.converter
    assert plain.from_connect_batch("t", ROW, rows) == messages
    assert plain.to_connect_batch("t", messages) == (ROW, rows)
    assert plain.from_connect_batch("t", ROW.as_optional(), []) == []
    other = converter.write(INT32_SCHEMA, 1)
    for mixed in ([*messages, other], [*messages, None], [None], [b"\0"]):
        with pytest.raises(DataError):
            plain.to_connect_batch("t", mixed)
    with pytest.raises(DataError):
        plain.from_connect_batch("t", ROW, [*rows, None])


def test_without_fastavro_it_says_what_to_install(avro: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fastavro", None)
    with pytest.raises(ConfigError, match=r"pip install 'connectsdk\[avro\]'"):
        avro()


@pytest.mark.parametrize("key", ["avro.remove.java.properties", "schema.backup.enabled"])
def test_keys_without_effect_are_refused(key: str) -> None:
    with pytest.raises(ConfigError, match="remove it"):
        parse(AvroConverterConfig, {"schema.registry.url": "mock://x", key: "true"})


def test_closing(avro: Make) -> None:
    asyncio.run(avro().converter.aclose())
