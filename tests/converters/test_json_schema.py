"""JSON under a registered JSON Schema: what is written, registered, and read."""

import contextlib
import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given, settings, strategies as st

from connectsdk.config import parse
from connectsdk.converter import Converter, resolve
from connectsdk.converters.json_schema import JsonSchemaConverter, JsonSchemaConverterConfig
from connectsdk.errors import ConfigError, DataError, LookupNeeded
from connectsdk.registry import MemoryRegistry, SchemaDefinition, SchemaReference
from connectsdk.schema import Schema, SchemaBuilder as B

ONE_OF = "io.confluent.connect.json.OneOf"
REGISTRY = "json-schema-tests"


@pytest.fixture(autouse=True)
def registry() -> MemoryRegistry:
    MemoryRegistry.drop(REGISTRY)
    return MemoryRegistry.named(REGISTRY)


def converter(*, is_key: bool = False, **more: str) -> JsonSchemaConverter:
    properties = {name.replace("_", "."): value for name, value in more.items()}
    made = JsonSchemaConverter()
    config = parse(JsonSchemaConverterConfig, {"schema.registry.url": f"mock://{REGISTRY}", **properties})
    made.configure(config, is_key=is_key)
    return made


async def written(schema: Schema, value: Any, **more: str) -> tuple[Any, Any]:
    """Return the JSON Schema that was registered and the JSON data that was written."""
    data = await resolve(converter(**more).from_connect_data, "t", (), schema, value)
    assert data is not None
    found = await MemoryRegistry.named(REGISTRY).version("t-value")
    assert data[:5] == b"\x00" + found.id.to_bytes(4, "big")
    return json.loads(found.definition.text), json.loads(data[5:])


async def read(
    schema: Any, text: Any, *references: SchemaReference, **more: str
) -> tuple[Schema | None, Any]:
    """Register a JSON Schema, and read data that was written with it."""
    definition = SchemaDefinition(json.dumps(schema), "JSON", references)
    found = await MemoryRegistry.named(REGISTRY).register("other", definition)
    data = b"\x00" + found.id.to_bytes(4, "big") + json.dumps(text).encode()
    return await resolve(converter(**more).to_connect_data, "t", (), data)


INT = {"type": "integer", "connect.type": "int32"}
NULL = {"type": "null"}
SCHEMAS: dict[str, tuple[B, Any, Any, Any]] = {
    "int8": (B.int8(), -1, {"type": "integer", "connect.type": "int8"}, -1),
    "int16": (B.int16(), 1, {"type": "integer", "connect.type": "int16"}, 1),
    "int32": (B.int32(), 1, INT, 1),
    "int64": (B.int64(), 2**60, {"type": "integer", "connect.type": "int64"}, 2**60),
    "float32": (B.float32(), 1.5, {"type": "number", "connect.type": "float32"}, 1.5),
    "float64": (B.float64(), 1.1, {"type": "number", "connect.type": "float64"}, 1.1),
    "boolean": (B.boolean(), True, {"type": "boolean"}, True),
    "string": (B.string(), "ä", {"type": "string"}, "ä"),
    "bytes": (B.bytes(), b"foo", {"type": "string", "connect.type": "bytes"}, "Zm9v"),
    "optional": (B.string().optional(), None, {"oneOf": [NULL, {"type": "string"}]}, None),
    "named": (
        B.string().name("a.B").version(3).doc("what").parameter("p", "q"),
        "x",
        {
            "title": "a.B",
            "description": "what",
            "type": "string",
            "connect.parameters": {"p": "q"},
            "connect.version": 3,
        },
        "x",
    ),
    "default": (B.int32().default(7), None, {**INT, "default": 7}, 7),
    "array": (B.array(B.int32()), [1, 2], {"type": "array", "items": INT}, [1, 2]),
    "map": (
        B.map(B.string(), B.int32()),
        {"a": 1},
        {"type": "object", "additionalProperties": INT, "connect.type": "map"},
        {"a": 1},
    ),
    "map of ints": (
        B.map(B.int32(), B.string()),
        {1: "a"},
        {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "key": {**INT, "connect.index": 0},
                    "value": {"type": "string", "connect.index": 1},
                },
            },
            "connect.type": "map",
        },
        [{"key": 1, "value": "a"}],
    ),
    "map of texts that may be missing": (
        B.map(B.string().optional(), B.int32()),
        {None: 1, "a": 2},
        {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "key": {"oneOf": [NULL, {"type": "string"}], "connect.index": 0},
                    "value": {**INT, "connect.index": 1},
                },
            },
            "connect.type": "map",
        },
        [{"key": None, "value": 1}, {"key": "a", "value": 2}],
    ),
    "struct": (
        B.struct().name("S").field("b", B.int32()).field("a", B.string().optional()),
        {"b": 1, "a": None},
        {
            "title": "S",
            "type": "object",
            "properties": {
                "b": {**INT, "connect.index": 0},
                "a": {"oneOf": [NULL, {"type": "string"}], "connect.index": 1},
            },
        },
        {"b": 1, "a": None},
    ),
    "optional struct": (
        B.struct().field("b", B.int32()).optional(),
        {"b": 1},
        {"oneOf": [NULL, {"type": "object", "properties": {"b": {**INT, "connect.index": 0}}}]},
        {"b": 1},
    ),
    "date": (
        B.date(),
        date(1970, 1, 11),
        {**INT, "title": "org.apache.kafka.connect.data.Date", "connect.version": 1},
        10,
    ),
    "time": (
        B.time(),
        time(0, 0, 1),
        {**INT, "title": "org.apache.kafka.connect.data.Time", "connect.version": 1},
        1000,
    ),
    "timestamp": (
        B.timestamp(),
        datetime(1970, 1, 1, 0, 0, 2, tzinfo=UTC),
        {
            "type": "integer",
            "connect.type": "int64",
            "title": "org.apache.kafka.connect.data.Timestamp",
            "connect.version": 1,
        },
        2000,
    ),
    "decimal": (
        B.decimal(2),
        Decimal("1.56"),
        {
            "type": "string",
            "connect.type": "bytes",
            "title": "org.apache.kafka.connect.data.Decimal",
            "connect.version": 1,
            "connect.parameters": {"scale": "2"},
        },
        "AJw=",
    ),
    "union": (
        B.struct()
        .name(ONE_OF)
        .field(f"{ONE_OF}.field.0", B.int32().optional())
        .field(f"{ONE_OF}.field.1", B.string().optional()),
        {f"{ONE_OF}.field.1": "x"},
        {"oneOf": [{**INT, "connect.index": 0}, {"type": "string", "connect.index": 1}]},
        "x",
    ),
    "enumeration": (
        B.string()
        .parameter("io.confluent.connect.json.Enum", "")
        .parameter("io.confluent.connect.json.Enum.B", "B")
        .parameter("io.confluent.connect.json.Enum.A", "A"),
        "A",
        {"enum": ["B", "A"]},
        "A",
    ),
}


@pytest.mark.parametrize("name", SCHEMAS)
async def test_what_a_schema_becomes_and_back(name: str) -> None:
    builder, value, expected_schema, expected_data = SCHEMAS[name]
    schema = builder.build()
    assert await written(schema, value) == (expected_schema, expected_data)
    read_schema, read_value = await read(expected_schema, expected_data)
    assert read_schema == schema
    assert read_value == (schema.default if value is None else value)


@pytest.mark.parametrize("name", SCHEMAS)
async def test_what_is_written_fulfils_its_schema(name: str) -> None:
    builder, value, _, data = SCHEMAS[name]
    assert (await written(builder.build(), value, json_fail_invalid_schema="true"))[1] == data


async def test_decimals_may_be_numbers() -> None:
    schema, data = await written(B.decimal(2).build(), Decimal("1.50"), decimal_format="numeric")
    assert (schema["type"], data) == ("number", 1.5)
    found, value = await read(schema, 1.5)
    assert (found, value) == (B.decimal(2).build(), Decimal("1.5"))
    # Exact, although there is a float between.
    text = b"\x00\x00\x00\x00\x02" + b"12345678901234567890.12"
    await MemoryRegistry.named(REGISTRY).register(
        "x", SchemaDefinition(json.dumps({**schema, "x": 1}), "JSON")
    )
    assert (await resolve(converter().to_connect_data, "t", (), text))[1] == Decimal(
        "12345678901234567890.12"
    )


async def test_additional_properties_may_be_forbidden() -> None:
    schema, _ = await written(
        B.struct().field("a", B.int32()).build(), {"a": 1}, object_additional_properties="false"
    )
    assert schema["additionalProperties"] is False


async def test_generalized_marks() -> None:
    union = {"oneOf": [{"type": "integer"}, {"enum": ["A", None]}, NULL]}
    schema, value = await read(union, "A", generalized_sum_type_support="true")
    mark = "org.apache.kafka.connect.data.Enum"
    symbols = B.string().optional().parameters({mark: "", f"{mark}.A": "0", f"{mark}.<NULL>": "1"})
    assert schema == (
        B.struct()
        .name("connect_union_0")
        .parameter("org.apache.kafka.connect.data.Union", "connect_union_0")
        .field("connect_union_field_0", B.int64().optional())
        .field("connect_union_field_1", symbols)
        .optional()
        .build()
    )
    assert value == {"connect_union_field_1": "A"}


# -- what others register ------------------------------------------------------------------------------------

STRING, LONG, DOUBLE = B.string().build(), B.int64().build(), B.float64().build()
FOREIGN: dict[str, tuple[Any, Any, Any, Any]] = {
    "integer": ({"type": "integer"}, 5, LONG, 5),
    "number": ({"type": "number"}, 5, DOUBLE, 5.0),
    "type and null": ({"type": ["null", "string"]}, None, B.string().optional().build(), None),
    "null and anyOf": ({"anyOf": [NULL, {"type": "integer"}]}, 5, B.int64().optional().build(), 5),
    "string enum": (
        {"type": "string", "enum": ["A"]},
        "A",
        B.string()
        .parameter("io.confluent.connect.json.Enum", "")
        .parameter("io.confluent.connect.json.Enum.A", "A")
        .build(),
        "A",
    ),
    "number enum": ({"type": "integer", "enum": [1, 2]}, 2, LONG, 2),
    "string const": ({"type": "string", "const": "A"}, "A", STRING, "A"),
    "one of one": ({"oneOf": [{"type": "string"}]}, "x", STRING, "x"),
    "by keywords": (
        {"properties": {"a": {"maxLength": 3}}},
        {"a": "x"},
        B.struct().field("a", STRING).build(),
        {"a": "x"},
    ),
    "missing": (
        {
            "type": "object",
            "properties": {
                "a": {"oneOf": [{"type": "null"}, {"type": "string"}]},
                "b": {"type": "integer", "default": 3},
            },
        },
        {"c": 1},
        B.struct().field("a", B.string().optional()).field("b", B.int64().default(3)).build(),
        {"a": None, "b": 3},
    ),
    "order by index": (
        {
            "type": "object",
            "properties": {
                "a": {"type": "string", "connect.index": 1},
                "b": {"type": "string", "connect.index": 0},
            },
        },
        {"a": "1", "b": "2"},
        B.struct().field("b", STRING).field("a", STRING).build(),
        {"a": "1", "b": "2"},
    ),
    "definitions": (
        {
            "type": "object",
            "properties": {"a": {"$ref": "#/definitions/S"}, "b": {"$ref": "#/definitions/S"}},
            "definitions": {"S": {"type": "string"}},
        },
        {"a": "1", "b": "2"},
        B.struct().field("a", STRING).field("b", STRING).build(),
        {"a": "1", "b": "2"},
    ),
    "all of": (
        {
            "allOf": [
                {"$ref": "#/definitions/A"},
                {"type": "object", "properties": {"b": {"type": "integer"}}, "required": ["b"]},
            ],
            "definitions": {"A": {"type": "object", "properties": {"a": {"type": "string"}}}},
        },
        {"a": "1", "b": 2},
        B.struct().field("a", STRING).field("b", LONG).build(),
        {"a": "1", "b": 2},
    ),
    "union of structs": (
        {
            "oneOf": [
                {"type": "object", "properties": {"a": {"type": "string"}}},
                {"type": "object", "properties": {"b": {"type": "string"}, "c": {"type": "string"}}},
            ]
        },
        {"b": "1", "c": "2"},
        B.struct()
        .name(ONE_OF)
        .field(f"{ONE_OF}.field.0", B.struct().field("a", STRING).optional())
        .field(f"{ONE_OF}.field.1", B.struct().field("b", STRING).field("c", STRING).optional())
        .build(),
        {f"{ONE_OF}.field.1": {"b": "1", "c": "2"}},
    ),
}


@pytest.mark.parametrize("name", FOREIGN)
async def test_a_schema_that_others_wrote(name: str) -> None:
    schema, data, expected, value = FOREIGN[name]
    found = await read(schema, data)
    assert found == (expected, value)
    assert type(found[1]) is type(value)


async def test_properties_that_are_not_required_may_be_optional() -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
        "required": ["b"],
    }
    found, value = await read(schema, {"b": "x"}, use_optional_for_nonrequired="true")
    assert found == B.struct().field("a", B.string().optional()).field("b", STRING).build()
    assert value == {"a": None, "b": "x"}


@pytest.mark.parametrize("base", ["", "http://example.com/schemas/person.json"])
@pytest.mark.parametrize("valid", ["false", "true"])
async def test_references_between_schemas(registry: MemoryRegistry, base: str, valid: str) -> None:
    street = SchemaDefinition('{"definitions":{"S":{"type":"string","maxLength":3}}}', "JSON")
    await registry.register("street", street)
    address = {"type": "object", "properties": {"street": {"$ref": "street.json#/definitions/S"}}}
    to_street = SchemaReference("street.json", "street", 1)
    await registry.register("address", SchemaDefinition(json.dumps(address), "JSON", (to_street,)))
    person: dict[str, Any] = {"type": "object", "properties": {"home": {"$ref": "address.json"}}}
    if base:
        person["$id"] = base
    to_address = SchemaReference("address.json", "address", 1)
    schema, value = await read(person, {"home": {"street": "x"}}, to_address, json_fail_invalid_schema=valid)
    assert schema == B.struct().field("home", B.struct().field("street", STRING)).build()
    assert value == {"home": {"street": "x"}}
    if valid == "true":
        with pytest.raises(DataError, match="maxLength"):
            await read(person, {"home": {"street": "xxxx"}}, to_address, json_fail_invalid_schema=valid)


def nested(depth: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(depth):
        schema = {"type": "array", "items": schema}
    return schema


def doubling(depth: int) -> dict[str, Any]:
    definitions: dict[str, Any] = {"d0": {"type": "string"}}
    for level in range(depth):
        twice = {"$ref": f"#/definitions/d{level}"}
        definitions[f"d{level + 1}"] = {"type": "object", "properties": {"a": twice, "b": twice}}
    return {"$ref": f"#/definitions/d{depth}", "definitions": definitions}


NO_SCHEMAS = {
    "anything": ({}, "allows anything"),
    "only null": ({"type": "null"}, "allows only null"),
    "array of anything": ({"type": "array"}, "did not specify the items"),
    "itself": ({"type": "object", "properties": {"a": {"$ref": "#"}}}, "contains itself"),
    "nowhere": ({"$ref": "#/definitions/missing"}, "not in its references"),
    "elsewhere": ({"$ref": "http://localhost:1/x.json"}, "not in its references"),
    "file": ({"$ref": "file:///etc/passwd"}, "not in its references"),
    "no reference": ({"$ref": 5}, "not in its references"),
    "no type": ({"type": "strin"}, "a type that is none"),
    "types of lists": ({"type": [["string"]]}, "a type that is none"),
    "no list": ({"oneOf": {}}, "no list"),
    "no object": ({"type": "object", "properties": []}, "are no object"),
    "a number": ({"type": "object", "properties": {"a": 5}}, r"neither an object nor true.*property .a."),
    "deep": (nested(2_00), "nested more than 100"),
    "bomb": (doubling(40), "more than 20000 parts"),
    "a default of another type": ({"type": "integer", "default": "x"}, "Invalid type for INT64"),
    "connect.type": ({"type": "integer", "connect.type": "map"}, "not that of a number"),
}


@pytest.mark.parametrize("name", NO_SCHEMAS)
async def test_what_no_schema_here_can_say(name: str) -> None:
    schema, message = NO_SCHEMAS[name]
    one = converter()
    definition = SchemaDefinition(json.dumps(schema), "JSON")
    await MemoryRegistry.named(REGISTRY).register("other", definition)
    for _ in range(2):  # also when it is remembered
        with pytest.raises(DataError, match=message):
            await resolve(one.to_connect_data, "t", (), b"\x00\x00\x00\x00\x01{}")


async def test_a_schema_of_another_kind() -> None:
    await MemoryRegistry.named(REGISTRY).register("avro", SchemaDefinition('"string"', "AVRO"))
    with pytest.raises(DataError, match="no JSON Schema but AVRO: set AvroConverter for the topic"):
        await resolve(converter().to_connect_data, "t", (), b'\x00\x00\x00\x00\x01"x"')


# -- values that do not fit ----------------------------------------------------------------------------------

STRUCT = B.struct().field("a", B.int32()).build()
MISFITS: dict[str, tuple[Any, Any, str]] = {
    "no struct": (STRUCT, [1], "Invalid type for STRUCT: list"),
    "unknown field": (STRUCT, {"a": 1, "x": 2}, "x is not a valid field name"),
    "missing": (STRUCT, {}, r"null value for field that is required.*field .a."),
    "of range": (STRUCT, {"a": 2**31}, r"out of range.*field .a."),
    "no array": (B.array(B.int32()).build(), 1, "Invalid type for ARRAY: int"),
    "no map": (B.map(B.string(), B.int32()).build(), 1, "Invalid type for MAP: int"),
    "nothing of a union": (SCHEMAS["union"][0].build(), {}, "no value in any of its fields"),
    "no schema": (None, 1, "this one has none"),
    "an array of anything": (Schema(STRUCT.type.ARRAY), [1], "schema of a array's elements"),
}


@pytest.mark.parametrize("name", MISFITS)
async def test_a_value_that_does_not_fit_its_schema(name: str) -> None:
    schema, value, message = MISFITS[name]
    with pytest.raises(DataError, match=message):
        await resolve(converter().from_connect_data, "t", (), schema, value)


TEXTS: dict[str, tuple[Any, bytes, str]] = {
    "no JSON": ({"type": "string"}, b"{", "serialization error"),
    "nothing": ({"type": "string"}, b"", "serialization error|null value"),
    "null": ({"type": "string"}, b"null", "Invalid null value for required STRING"),
    "no struct": (
        {"properties": {"a": INT}},
        b"[]",
        "Structs should be encoded as JSON objects, but found ARRAY",
    ),
    "a field": ({"properties": {"a": INT}}, b'{"a":"x"}', r"Invalid type for INT32.*field .a."),
    "null field": ({"properties": {"a": INT}}, b'{"a":null}', "Invalid null value for required INT32"),
    "missing field": (
        {"properties": {"é": {"type": "integer", "connect.type": "int8"}}},
        b'{"a":0}',
        r"required INT8 field is missing.*use.optional.for.nonrequired.*field .é.",
    ),
    "missing field inside": (
        {"properties": {"a": {"properties": {"b": INT}, "required": ["b"]}}},
        b'{"a":{}}',
        r"required INT32 field is missing.*field .b.*field .a.",
    ),
    "no map": (SCHEMAS["map"][2], b"[]", "as JSON objects, but found ARRAY"),
    "no entries": (SCHEMAS["map of ints"][2], b"{}", "as JSON array of objects, but found OBJECT"),
    "no entry": (SCHEMAS["map of ints"][2], b"[1]", "invalid map entry instead of object: NUMBER"),
    "half an entry": (SCHEMAS["map of ints"][2], b'[{"key":1}]', "expected the properties key and value"),
    "no union": (SCHEMAS["union"][2], b"true", "Did not find matching oneof field"),
}


@pytest.mark.parametrize("name", TEXTS)
async def test_a_text_that_does_not_fit_its_schema(registry: MemoryRegistry, name: str) -> None:
    schema, text, message = TEXTS[name]
    await registry.register("other", SchemaDefinition(json.dumps(schema), "JSON"))
    with pytest.raises(DataError, match=message):
        await resolve(converter().to_connect_data, "t", (), b"\x00\x00\x00\x00\x01" + text)


async def test_values_are_checked_when_asked_to() -> None:
    schema = {"type": "object", "properties": {"age": {"type": "integer", "maximum": 9}}}
    assert (await read(schema, {"age": 10}))[1] == {"age": 10}
    with pytest.raises(
        DataError, match=r"does not fulfil its JSON Schema: it breaks #/properties/age/maximum$"
    ):
        await read(schema, {"age": 10}, json_fail_invalid_schema="true")
    assert (await read(schema, {"age": 9}, json_fail_invalid_schema="true"))[1] == {"age": 9}


async def test_a_schema_that_is_not_valid_is_an_error_when_values_are_checked() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string", "maxLength": "x"}}}
    with pytest.raises(DataError, match="A JSON Schema is not valid"):
        await read(schema, {"a": "x"}, json_fail_invalid_schema="true")


async def test_checking_fetches_nothing() -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"type": "string"}},
        "patternProperties": {"^x": {"$ref": "http://localhost:1/x.json"}},
    }
    with pytest.raises(DataError, match="cannot be applied"):
        await read(schema, {"a": "1", "x": 1}, json_fail_invalid_schema="true")


# -- tombstones, nulls, subjects -----------------------------------------------------------------------------


async def test_none() -> None:
    one = converter()
    assert one.from_connect_data("t", (), None, None) is None
    assert one.from_connect_data("t", (), STRUCT, None) is None
    assert one.to_connect_data("t", (), None) == (None, None)
    optional = attrs.evolve(STRUCT, optional=True)
    data = await resolve(one.from_connect_data, "t", (), optional, None)
    assert data is not None
    assert data[5:] == b"null"
    assert await resolve(one.to_connect_data, "t", (), data) == (optional, None)


async def test_subjects(registry: MemoryRegistry) -> None:
    schema = B.string().name("a.B").build()
    for number, (is_key, more, subject) in enumerate(
        [
            (True, {}, "t-key"),
            (False, {}, "t-value"),
            (False, {"value_subject_name_strategy": "record"}, "a.B"),
            (
                True,
                {"key_subject_name_strategy": "topic-record", "value_subject_name_strategy": "topic"},
                "t-a.B",
            ),
        ]
    ):
        await resolve(converter(is_key=is_key, **more).from_connect_data, "t", (), schema, str(number))
        assert (await registry.version(subject)).id == 1


async def test_a_known_shape_needs_no_look_up() -> None:
    one = converter()
    with pytest.raises(LookupNeeded):
        one.from_connect_data("t", (), STRUCT, {"a": 1})
    data = await resolve(one.from_connect_data, "t", (), STRUCT, {"a": 1})
    assert one.from_connect_data("t", (), STRUCT, {"a": 2}) == b'\x00\x00\x00\x00\x01{"a":2}'
    assert data == b'\x00\x00\x00\x00\x01{"a":1}'
    with pytest.raises(LookupNeeded):
        one.from_connect_data("another", (), STRUCT, {"a": 1})


async def test_values_are_checked_against_a_latest_version_that_is_not_their_own(
    registry: MemoryRegistry,
) -> None:
    text = '{"type":"object","properties":{"a":{"type":"integer","maximum":5}}}'
    await registry.register("t-value", SchemaDefinition(text, "JSON"))
    more = {"auto_register_schemas": "false", "use_latest_version": "true"}
    one = converter(**more)
    assert await resolve(one.from_connect_data, "t", (), STRUCT, {"a": 5}) == b'\x00\x00\x00\x00\x01{"a":5}'
    with pytest.raises(DataError, match="breaks #/properties/a/maximum"):
        one.from_connect_data("t", (), STRUCT, {"a": 6})
    loose = converter(**more, latest_compatibility_strict="false")
    assert await resolve(loose.from_connect_data, "t", (), STRUCT, {"a": 6}) == b'\x00\x00\x00\x00\x01{"a":6}'


async def test_a_latest_version_with_a_time_is_asked_for_again() -> None:
    one = converter(auto_register_schemas="false", use_latest_version="true", latest_cache_ttl_sec="100")
    await MemoryRegistry.named(REGISTRY).register("t-value", SchemaDefinition("{}", "JSON"))
    assert await resolve(one.from_connect_data, "t", (), STRUCT, {"a": 5}) == b'\x00\x00\x00\x00\x01{"a":5}'
    assert one._ready == {}  # it may not be kept for ever


@pytest.mark.parametrize(
    ("key", "value"),
    [("decimal.format", "x"), ("json.indent.output", "true"), ("preserve.additional.properties", "true")],
)
def test_what_it_cannot_do_is_refused(key: str, value: str) -> None:
    with pytest.raises(ConfigError, match=key.replace(".", r"\.")):
        parse(JsonSchemaConverterConfig, {"schema.registry.url": "mock://x", key: value})


def test_it_is_a_converter() -> None:
    assert isinstance(JsonSchemaConverter(), Converter)


# -- anything there and back ---------------------------------------------------------------------------------

LEAVES = st.sampled_from(
    [
        (B.int8().build(), st.integers(-128, 127)),
        (B.int64().build(), st.integers(-(2**63), 2**63 - 1)),
        (B.float64().build(), st.floats(allow_nan=False, allow_infinity=False)),
        (B.boolean().build(), st.booleans()),
        (B.string().build(), st.text(st.characters(exclude_categories=["Cs"]))),
        (B.bytes().build(), st.binary()),
        (B.decimal(3).build(), st.decimals(-1000, 1000, places=3)),
        (B.date().build(), st.dates(date(1900, 1, 1), date(2100, 1, 1))),
        (
            B.timestamp().build(),
            st.integers(0, 2**40).map(lambda ms: datetime.fromtimestamp(ms // 1000, UTC)),
        ),
    ]
)
Pair = tuple[Schema, st.SearchStrategy[Any]]


def optional(pair: Pair) -> Pair:
    return attrs.evolve(pair[0], optional=True), st.none() | pair[1]


def array(pair: Pair) -> Pair:
    return B.array(pair[0]).build(), st.lists(pair[1], max_size=3)


def mapping(pair: Pair) -> Pair:
    return B.map(B.string(), pair[0]).build(), st.dictionaries(st.text("abc"), pair[1], max_size=3)


def entries(pair: Pair) -> Pair:
    return B.map(B.int32(), pair[0]).build(), st.dictionaries(st.integers(0, 9), pair[1], max_size=3)


def struct(pairs: list[Pair]) -> Pair:
    builder = B.struct().name("S")
    for place, (schema, _) in enumerate(pairs):
        builder.field(f"f{place}", schema)
    values = {f"f{place}": values for place, (_, values) in enumerate(pairs)}
    return builder.build(), st.fixed_dictionaries(values)


SHAPES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map(optional),
        inner.map(array),
        inner.map(mapping),
        inner.map(entries),
        st.lists(inner, max_size=3).map(struct),
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(st.data(), SHAPES)
async def test_anything_comes_back(data: st.DataObject, shape: Pair) -> None:
    schema, values = shape
    value = data.draw(values)
    one = converter(json_fail_invalid_schema="true")
    text = await resolve(one.from_connect_data, "t", (), schema, value)
    assert await resolve(one.to_connect_data, "t", (), text) == (schema, value)


@settings(max_examples=300, deadline=None)
@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-3, 300)
        | st.text("ab", max_size=2)
        | st.sampled_from(["string", "object", "array", "#", "null", "map", "bytes", "int8"]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "type",
                        "properties",
                        "items",
                        "oneOf",
                        "allOf",
                        "anyOf",
                        "$ref",
                        "enum",
                        "const",
                        "default",
                        "required",
                        "connect.type",
                        "connect.index",
                        "connect.parameters",
                        "title",
                        "additionalProperties",
                        "$id",
                        "definitions",
                        "a",
                        "connect.version",
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    ).filter(lambda schema: isinstance(schema, dict)),
    st.sampled_from([b"{}", b"[]", b'"a"', b"1", b"null", b'{"a":1}']),
)
async def test_any_registered_text_reads_or_is_a_data_error(schema: Any, text: bytes) -> None:
    MemoryRegistry.drop(REGISTRY)
    await MemoryRegistry.named(REGISTRY).register("other", SchemaDefinition(json.dumps(schema), "JSON"))
    for valid in ("false", "true"):
        one = converter(json_fail_invalid_schema=valid)
        with contextlib.suppress(DataError):
            await resolve(one.to_connect_data, "t", (), b"\x00\x00\x00\x00\x01" + text)
