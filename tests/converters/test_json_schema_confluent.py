"""What Confluent's own tests of `JsonSchemaData` expect, as tables.

JSON Schemas, data and expected schemas are those of its tests; schemas are told in one line, see `shape`.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from connectsdk.config import parse
from connectsdk.converter import resolve
from connectsdk.converters.json_schema import JsonSchemaConverter, JsonSchemaConverterConfig
from connectsdk.errors import DataError
from connectsdk.registry import MemoryRegistry, SchemaDefinition
from connectsdk.schema import Schema, SchemaBuilder as B, decimal_schema, validate
from tests.converters.shapes import shape

OWN = "io.confluent.connect.json."
SHARED = "org.apache.kafka.connect.data."
ONE_OF = f"{OWN}OneOf"
FIRST, SECOND = f"{ONE_OF}.field.0", f"{ONE_OF}.field.1"


@pytest.fixture
def registry() -> Iterator[str]:
    name = uuid4().hex
    yield name
    MemoryRegistry.drop(name)


def converter(registry: str, switches: dict[str, Any]) -> JsonSchemaConverter:
    made = JsonSchemaConverter()
    keys = {name.replace("_", "."): str(value).lower() for name, value in switches.items()}
    made.configure(parse(JsonSchemaConverterConfig, {"schema.registry.url": f"mock://{registry}"} | keys))
    return made


def number(kind: str, **more: Any) -> dict[str, Any]:
    """Return the JSON Schema of a number of this kind."""
    return {"type": "number" if kind.startswith("float") else "integer", "connect.type": kind, **more}


def struct(*parts: Any, title: str | None = None, **more: Any) -> dict[str, Any]:
    """Return the JSON Schema of an object whose properties are in this order."""
    properties = {name: {**part, "connect.index": place} for place, (name, part) in enumerate(parts)}
    named = {} if title is None else {"title": title}
    return {"type": "object", "properties": properties, **named, **more}


TEXT = {"type": "string"}
BYTES = {"type": "string", "connect.type": "bytes"}
NULL = {"type": "null"}
SYMBOLS = ["one", "two", "three"]
ENUM = "string Enum= Enum.one=one Enum.three=three Enum.two=two"
SHARED_ENUM = "string Enum= Enum.one=0 Enum.three=2 Enum.two=1"
GENERAL = {"generalized_sum_type_support": True}
TWO_INTS = [number("int8"), number("int16")]
UNION = f"struct {ONE_OF} {{{FIRST}: A?, {SECOND}: B?}}"
INTS = UNION.replace("A?", "int8?").replace("B?", "int16?")
RECORD = struct(("int8", number("int8")), ("string", TEXT), title="Record")
FIELDS = [
    struct(("a", number("int8")), ("b", TEXT), title="field0"),
    struct(("c", number("int8")), ("d", TEXT), title="field1"),
]
EITHER = UNION.replace("A?", "struct? field0 {a: int8, b: string}").replace(
    "B?", "struct? field1 {c: int8, d: string}"
)
DEEPER = [struct(("commonFieldName", struct((f"differentFieldName{each}", TEXT)))) for each in "AB"]
DEEP = UNION.replace("A?", "struct? {commonFieldName: struct {differentFieldNameA: string}}").replace(
    "B?", "struct? {commonFieldName: struct {differentFieldNameB: string}}"
)
BASES = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "allOf": [{"$ref": "#/definitions/MessageBase"}, {"$ref": "#/definitions/MessageBase2"}],
    "title": "IdentifyUserMessage",
    "description": "An IdentifyUser message",
    "type": "object",
    "properties": {"prevUserId": TEXT, "newUserId": TEXT},
    "definitions": {
        "MessageBase": {"properties": {"id": TEXT, "type": TEXT}},
        "MessageBase2": {"properties": {"id2": TEXT}},
    },
}
VEHICLE = {
    "$schema": "http://json-schema.org/draft-04/schema#",
    "title": "Event",
    "type": "object",
    "properties": {"vehicle": {"$ref": "#/definitions/VehicleDto"}},
    "definitions": {
        "PriceDto": {
            "type": "object",
            "required": ["amount"],
            "properties": {"amount": {"type": "number", "format": "decimal"}},
        },
        "VehicleDto": {
            "type": "object",
            "required": ["offerPrice", "firstRegistrationDate"],
            "properties": {
                "offerPrice": {"connect.index": 1, "$ref": "#/definitions/PriceDto"},
                "catalogPrice": {"connect.index": 2, "oneOf": [NULL, {"$ref": "#/definitions/PriceDto"}]},
                "firstRegistrationDate": {"connect.index": 3, "type": "string", "format": "date-time"},
            },
        },
    },
}
FORMATS = struct(
    ("id", {"type": "integer", "format": "int32"}),
    ("num", {"type": "number", "format": "double"}),
    title="formats",
    required=["id"],
)
OPTIONAL_FORMATS = struct(
    ("id", {"format": "int32", "type": ["null", "number"]}),
    ("str", {"format": "uuid", "type": ["null", "string"]}),
    title="formats",
    required=["id"],
)
INCLUDED = struct(
    ("id", {**TEXT, "description": "unique id"}),
    ("createById", {"oneOf": [{**NULL, "title": "Not included"}, TEXT], "description": "user id"}),
    ("complexNode", {"oneOf": [{**NULL, "title": "Not included"}, {"$ref": "#/definitions/complexNode"}]}),
    title="Test",
    definitions={"complexNode": struct(("id", TEXT), required=["id"])},
)
ASSETS = struct(
    (
        "assetMetadata",
        {
            "anyOf": [
                {"$ref": "#/definitions/asset"},
                {"type": "array", "items": {"$ref": "#/definitions/asset"}},
                NULL,
            ]
        },
    ),
    definitions={"asset": struct(("id", TEXT), ("type", TEXT), additionalProperties=False)},
)
MODERN = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "object_details": {
            "additionalProperties": True,
            "properties": {
                "object_parents": {
                    "items": {
                        "properties": {"location": {"type": ["string", "null"]}},
                        "type": ["object", "null"],
                    },
                    "type": ["array", "null"],
                }
            },
        }
    },
}
MODERN_SHAPE = "struct {object_details: struct {object_parents: array? [struct? {location: string?}]}}"
REVIEWS = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$defs": {
        "review": {"properties": {"code": {"type": ["string", "null"]}}, "required": [], "type": "object"}
    },
    "properties": {
        "change_operation": TEXT,
        "reviews": {"items": {"$ref": "#/$defs/review"}, "required": [], "type": ["array", "null"]},
    },
}
OPTIONAL_MAP = {
    "type": "object",
    "connect.type": "map",
    "additionalProperties": {"oneOf": [NULL, number("int32")]},
}
ENTRIES = {
    "type": "array",
    "connect.type": "map",
    "items": struct(("key", number("int32")), ("value", number("int32"))),
}
BASE_64 = {
    **BYTES,
    "title": f"{SHARED}Decimal",
    "connect.version": 1,
    "connect.parameters": {"scale": "2"},
}
PRICE = f"bytes {SHARED}Decimal scale=2 v 1"

# The JSON Schema, the JSON data, switches, the expected schema, the expected value.
READ: dict[str, tuple[Any, Any, dict[str, Any], str, Any]] = {
    "boolean": ({"type": "boolean"}, True, {}, "boolean", True),
    "int8": (number("int8"), 12, {}, "int8", 12),
    "int8, default": (number("int8", default=42), 12, {}, "int8 = 42", 12),
    "int8, the default": (number("int8", default=42), None, {}, "int8 = 42", 42),
    "int16": (number("int16"), 12, {}, "int16", 12),
    "int32": (number("int32"), 12, {}, "int32", 12),
    "int64": (number("int64"), 12, {}, "int64", 12),
    "float32": (number("float32"), 12.5, {}, "float32", 12.5),
    "float64": (number("float64"), 12.0, {}, "float64", 12.0),
    "nullable string, null": ({"oneOf": [NULL, TEXT]}, None, {}, "string?", None),
    "nullable string": ({"oneOf": [NULL, TEXT]}, "teststring", {}, "string?", "teststring"),
    "string": (TEXT, "teststring", {}, "string", "teststring"),
    "bytes": (BYTES, "dGVzdHN0cmluZw==", {}, "bytes", b"teststring"),
    "array": ({"type": "array", "items": number("int8")}, [12, 13], {}, "array [int8]", [12, 13]),
    "map, string keys": (
        {"type": "object", "connect.type": "map", "additionalProperties": number("int32")},
        {"field1": 12, "field2": 13}, {}, "map [string -> int32]", {"field1": 12, "field2": 13},
    ),
    "map, other keys": (ENTRIES, [{"key": 0, "value": 12}, {"key": 1, "value": 13}], {}, "map [int32 -> int32]", {0: 12, 1: 13}),
    "map, named": (
        {"type": "object", "connect.type": "map", "title": "foo.bar", "additionalProperties": number("int32")},
        {"field1": 12}, {}, "map foo.bar [string -> int32]", {"field1": 12},
    ),
    "map, optional values": (OPTIONAL_MAP, {"field": 1}, {}, "map [string -> int32?]", {"field": 1}),
    "map, no value": (OPTIONAL_MAP, {"field": None}, {}, "map [string -> int32?]", {"field": None}),
    "record": (RECORD, {"int8": 12, "string": "sample string"}, {}, "struct Record {int8: int8, string: string}", {"int8": 12, "string": "sample string"}),
    "record, optional": (
        struct(("int8", {"oneOf": [NULL, number("int8")]}), ("string", TEXT)), {"int8": 12, "string": "x"}, {},
        "struct {int8: int8?, string: string}", {"int8": 12, "string": "x"},
    ),
    "record, optional, null": (
        struct(("int8", {"oneOf": [NULL, number("int8")]}), ("string", TEXT)), {"int8": None, "string": "x"}, {},
        "struct {int8: int8?, string: string}", {"int8": None, "string": "x"},
    ),
    "record, no more properties": (
        {**RECORD, "additionalProperties": False}, {"int8": 12, "string": "x"}, {}, "struct Record {int8: int8, string: string}",
        {"int8": 12, "string": "x"},
    ),
    "record, not required": (
        {**RECORD, "required": ["int8"]}, {"int8": 12}, {"use_optional_for_nonrequired": True},
        "struct Record {int8: int8, string: string?}", {"int8": 12, "string": None},
    ),
    "record, optional array": (
        struct(("array", {"oneOf": [NULL, {"type": "array", "items": number("int8")}]})), {"array": [12]}, {}, "struct {array: array? [int8]}", {"array": [12]},
    ),
    "record, optional array, null": (
        struct(("array", {"oneOf": [NULL, {"type": "array", "items": number("int8")}]})), {"array": None}, {}, "struct {array: array? [int8]}", {"array": None},
    ),
    "record in a record": (
        struct(("nested", {"oneOf": [NULL, struct(("string", TEXT), title="nested")]})), {"nested": {"string": "x"}}, {},
        "struct {nested: struct? nested {string: string}}", {"nested": {"string": "x"}},
    ),
    "record in a record, null": (
        struct(("nested", {"oneOf": [NULL, struct(("string", TEXT), title="nested")]})), {"nested": None}, {},
        "struct {nested: struct? nested {string: string}}", {"nested": None},
    ),
    "references, not required": (
        VEHICLE, {"vehicle": {"offerPrice": {"amount": 20000}, "firstRegistrationDate": "2020-08-19T12:05:15.953Z"}},
        {"use_optional_for_nonrequired": True},
        ("struct Event {vehicle: struct? {offerPrice: struct {amount: float64}, catalogPrice: struct? {amount: float64}, "
        "firstRegistrationDate: string}}"),
        {"vehicle": {"offerPrice": {"amount": 20000}, "catalogPrice": None, "firstRegistrationDate": "2020-08-19T12:05:15.953Z"}},
    ),
    "decimal, base 64": (BASE_64, "AJw=", {}, PRICE, Decimal("1.56")),
    "decimal, number": ({**BASE_64, "type": "number"}, 1.56, {"decimal_format": "NUMERIC"}, PRICE, Decimal("1.56")),
    "decimal, zeros": (
        {**BASE_64, "type": "number", "connect.parameters": {"scale": "4"}}, 1.56, {"decimal_format": "NUMERIC"},
        f"bytes {SHARED}Decimal scale=4 v 1", Decimal("1.5600"),
    ),
    "const": ({"const": "one"}, "one", {}, "string Enum= Enum.one=one", "one"),
    "enum": ({"enum": SYMBOLS}, "one", {}, ENUM, "one"),
    "enum, null": (
        {"enum": [*SYMBOLS, None]}, "one", {}, "string Enum= Enum.<NULL>=<NULL> Enum.one=one Enum.three=three Enum.two=two", "one",
    ),
    "enum, generalized": ({"enum": SYMBOLS}, "one", GENERAL, SHARED_ENUM, "one"),
    "enum, null, generalized": (
        {"enum": [*SYMBOLS, None]}, "one", GENERAL, "string Enum= Enum.<NULL>=3 Enum.one=0 Enum.three=2 Enum.two=1", "one",
    ),
    "enum of strings": ({"allOf": [TEXT, {"enum": SYMBOLS}]}, "one", {}, ENUM, "one"),
    "enum of numbers": ({"allOf": [{"type": "number"}, {"enum": [1, 2, 3]}]}, 123.45, {}, "float64", 123.45),
    "enum of a union": ({"allOf": [{"oneOf": TWO_INTS}, {"enum": [1, 2, 3]}]}, 12, {}, INTS, {FIRST: 12}),
    "const of strings": ({"const": "money", "type": "string"}, "money", {}, "string", "money"),
    "const of integers": ({"const": 123, "type": "integer"}, 123, {}, "int64", 123),
    "const of numbers": ({"const": 123.45, "type": "number"}, 123.45, {}, "float64", 123.45),
    "allOf of a reference": ({"allOf": [{"$ref": "#/definitions/n"}], "definitions": {"n": number("int64")}}, 27, {}, "int64", 27),
    "union": ({"oneOf": TWO_INTS}, 12, {}, INTS, {FIRST: 12}),
    "union of one": ({"oneOf": [TEXT]}, "bar", {}, "string", "bar"),
    "union, generalized": (
        {"oneOf": TWO_INTS}, 12, GENERAL,
        "struct connect_union_0 Union=connect_union_0 {connect_union_field_0: int8?, connect_union_field_1: int16?}", {"connect_union_field_0": 12},
    ),
    "union, the second": ({"oneOf": [TEXT, number("int32")]}, 12, {}, UNION.replace("A?", "string?").replace("B?", "int32?"), {SECOND: 12}),
    "union, int as long": ({"oneOf": [TEXT, {"type": "integer"}]}, 123, {}, UNION.replace("A?", "string?").replace("B?", "int64?"), {SECOND: 123}),
    "union, int as double": ({"oneOf": [TEXT, {"type": "number"}]}, 123, {}, UNION.replace("A?", "string?").replace("B?", "float64?"), {SECOND: 123}),
    "union of anyOf": ({"anyOf": TWO_INTS}, 12, {}, INTS, {FIRST: 12}),
    "union of structs, first": ({"oneOf": FIELDS}, {"a": 12, "b": "x"}, {}, EITHER, {FIRST: {"a": 12, "b": "x"}}),
    "union of structs, second": ({"oneOf": FIELDS}, {"c": 12, "d": "x"}, {}, EITHER, {SECOND: {"c": 12, "d": "x"}}),
    "union of nested, first": (
        {"oneOf": DEEPER}, {"commonFieldName": {"differentFieldNameA": "x"}}, {}, DEEP, {FIRST: {"commonFieldName": {"differentFieldNameA": "x"}}},
    ),
    "union of nested, second": (
        {"oneOf": DEEPER}, {"commonFieldName": {"differentFieldNameB": "x"}}, {}, DEEP, {SECOND: {"commonFieldName": {"differentFieldNameB": "x"}}},
    ),
    "formats": (FORMATS, {"id": 1, "num": 2}, {}, "struct formats {id: int64, num: float64}", {"id": 1, "num": 2}),
    "formats, optional": (
        OPTIONAL_FORMATS, {"id": None, "str": None}, {}, "struct formats {id: float64?, str: string?}", {"id": None, "str": None},
    ),
    "references, nullable": (
        INCLUDED, {"id": "x", "createById": None, "complexNode": {"id": "y"}}, {},
        "struct Test {id: string doc 'unique id', createById: string?, complexNode: struct? {id: string}}",
        {"id": "x", "createById": None, "complexNode": {"id": "y"}},
    ),
    "object or array": (
        ASSETS, {"assetMetadata": [{"id": "x", "type": "y"}]}, {},
        (f"struct {{assetMetadata: struct? {ONE_OF} {{{FIRST}: struct? {{id: string, type: string}}, "
        f"{SECOND}: array? [struct {{id: string, type: string}}]}}}}"),
        {"assetMetadata": {SECOND: [{"id": "x", "type": "y"}]}},
    ),
    "modern": (MODERN, {"object_details": {"object_parents": None}}, {}, MODERN_SHAPE, {"object_details": {"object_parents": None}}),
    "modern as draft 7": (
        MODERN, {"object_details": {"object_parents": [{"location": "x"}]}}, {"ignore_modern_dialects": True}, MODERN_SHAPE,
        {"object_details": {"object_parents": [{"location": "x"}]}},
    ),
    "array or null": (
        REVIEWS, {"change_operation": "x", "reviews": [{"code": None}]}, {},
        "struct {change_operation: string, reviews: array? [struct {code: string?}]}", {"change_operation": "x", "reviews": [{"code": None}]},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
async def test_data_are_read(registry: str, name: str) -> None:
    definition, data, switches, expected_shape, expected = READ[name]
    found = await MemoryRegistry.named(registry).register(
        "s", SchemaDefinition(json.dumps(definition), "JSON")
    )
    message = b"\0" + found.id.to_bytes(4, "big") + json.dumps(data).encode()
    schema, value = await resolve(converter(registry, switches).to_connect_data, "t", (), message)
    assert schema is not None
    assert shape(schema, OWN, SHARED) == expected_shape
    assert value == expected
    validate(schema, value)


async def test_all_parts_have_their_properties(registry: str) -> None:
    found = await MemoryRegistry.named(registry).register("s", SchemaDefinition(json.dumps(BASES), "JSON"))
    value = dict.fromkeys(("id", "type", "id2", "newUserId", "prevUserId"), "x")
    message = b"\0" + found.id.to_bytes(4, "big") + json.dumps(value).encode()
    assert (await resolve(converter(registry, {}).to_connect_data, "t", (), message))[1] == value


def enum(mark: str, *, places: bool, null: bool = False) -> Schema:
    """Return the schema of an enumeration."""
    builder = B.string().parameter(mark, "")
    for place, symbol in enumerate([*SYMBOLS, *(["<NULL>"] if null else [])]):
        builder.parameter(f"{mark}.{symbol}", str(place) if places else symbol)
    return builder.build()


def union(first: Schema, second: Schema, name: str = ONE_OF, field: str = f"{ONE_OF}.field.") -> B:
    return B.struct().name(name).field(f"{field}0", first).field(f"{field}1", second)


PARAMETERS = {
    f"{SHARED}Enum": "",
    f"{SHARED}Enum.one": "0",
    f"{SHARED}Enum.two": "1",
    f"{SHARED}Enum.three": "2",
}
INT_OR_TEXT = [number("int32", **{"connect.index": 0}), {**TEXT, "connect.index": 1}]
CLOSED = [
    {**field, "additionalProperties": False, "connect.index": place} for place, field in enumerate(FIELDS)
]
STRUCTS = (
    B.struct().name("field0").field("a", B.int8()).field("b", B.string()).optional().build(),
    B.struct().name("field1").field("c", B.int8()).field("d", B.string()).optional().build(),
)
INT32 = B.int32().build()

# The schema, the value, switches, the expected JSON Schema, the expected JSON data.
WRITTEN: dict[str, tuple[Schema, Any, dict[str, Any], Any, Any]] = {
    "boolean": (B.boolean().build(), True, {}, {"type": "boolean"}, True),
    "byte": (B.int8().build(), 12, {}, number("int8"), 12),
    "short": (B.int16().build(), 12, {}, number("int16"), 12),
    "int": (INT32, 12, {}, number("int32"), 12),
    "long": (B.int64().build(), 12, {}, number("int64"), 12),
    "float": (B.float32().build(), 12.5, {}, number("float32"), 12.5),
    "double": (B.float64().build(), 12.2, {}, number("float64"), 12.2),
    "bytes": (B.bytes().build(), b"foo", {}, BYTES, "Zm9v"),
    "string": (B.string().build(), "string", {}, TEXT, "string"),
    "const": (B.string().parameter(f"{OWN}Enum", "").parameter(f"{OWN}Enum.one", "one").build(), "one", {}, {"enum": ["one"]}, "one"),
    "enum": (enum(f"{OWN}Enum", places=False), "one", {}, {"enum": SYMBOLS}, "one"),
    "enum, generalized": (
        enum(f"{SHARED}Enum", places=True), "one", GENERAL, {"enum": SYMBOLS, "connect.parameters": PARAMETERS}, "one",
    ),
    "union": (union(INT32, B.string().build()).build(), {FIRST: 12}, {}, {"oneOf": INT_OR_TEXT}, 12),
    "union, generalized": (
        union(INT32, B.string().build(), "connect_union_0", "connect_union_field_").parameter(f"{SHARED}Union", "connect_union_0").build(),
        {"connect_union_field_0": 12}, GENERAL, {"oneOf": INT_OR_TEXT}, 12,
    ),
    "union of structs, first": (
        union(*STRUCTS).build(), {FIRST: {"a": 12, "b": "x"}}, {"object_additional_properties": False}, {"oneOf": CLOSED}, {"a": 12, "b": "x"},
    ),
    "union of structs, second": (
        union(*STRUCTS).build(), {SECOND: {"c": 12, "d": "x"}}, {"object_additional_properties": False}, {"oneOf": CLOSED}, {"c": 12, "d": "x"},
    ),
    "decimal, base 64": (decimal_schema(2), Decimal("1.56"), {"decimal_format": "BASE64"}, BASE_64, "AJw="),
    "decimal, number": (decimal_schema(2), Decimal("1.56"), {"decimal_format": "NUMERIC"}, {**BASE_64, "type": "number"}, 1.56),
    "map, string keys": (
        B.map(B.string(), B.int32()).build(), {"hi": 32}, {},
        {"type": "object", "connect.type": "map", "additionalProperties": number("int32")}, {"hi": 32},
    ),
    "map, optional keys": (
        B.map(B.string().optional(), B.int32()).build(), {None: 32}, {},
        {"type": "array", "connect.type": "map", "items": struct(("key", {"oneOf": [NULL, TEXT]}), ("value", number("int32")))},
        [{"key": None, "value": 32}],
    ),
    "map, other keys": (B.map(B.int32(), B.int32()).build(), {4: 32}, {}, ENTRIES, [{"key": 4, "value": 32}]),
    "map, named": (
        B.map(B.string(), B.int32()).name("foo.bar").build(), {"hi": 32}, {},
        {"type": "object", "connect.type": "map", "title": "foo.bar", "additionalProperties": number("int32")}, {"hi": 32},
    ),
    "record, default": (
        B.struct().field("int32", B.int32().default(7)).build(), {"int32": None}, {}, struct(("int32", number("int32", default=7))), {"int32": 7},
    ),
    "record, null beside a default": (
        B.struct().field("key", B.int32().optional()).field("value", B.string().optional().default("x")).build(), {"key": 123, "value": None},
        {"ignore_default_for_nullables": True},
        struct(("key", {"oneOf": [NULL, number("int32")]}), ("value", {"oneOf": [NULL, {**TEXT, "default": "x"}]})),
        {"key": 123, "value": None},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN)
async def test_data_are_written(registry: str, name: str) -> None:
    schema, value, switches, expected_schema, expected = WRITTEN[name]
    one = converter(registry, switches)
    data = await resolve(one.from_connect_data, "t", (), schema, value)
    assert data is not None
    assert json.loads(data[5:]) == expected
    text = (await MemoryRegistry.named(registry).version("t-value")).definition.text
    assert json.loads(text) == expected_schema


async def test_a_value_that_is_missing_is_refused(registry: str) -> None:
    schema = B.struct().field("int8", B.int8()).field("string", B.string()).build()
    with pytest.raises(DataError, match="required"):
        await resolve(converter(registry, {}).from_connect_data, "t", (), schema, {"int8": 12})
