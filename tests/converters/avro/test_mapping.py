"""Which Avro schemas do Connect schemas become, and which Connect schemas Avro's, under each switch?"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import attrs
import pytest

from connectsdk.errors import DataError, SchemaError
from connectsdk.record import SourceRecord
from connectsdk.schema import (
    BYTES_SCHEMA,
    DATE_SCHEMA,
    INT32_SCHEMA,
    INT64_SCHEMA,
    OPTIONAL_INT32_SCHEMA,
    OPTIONAL_STRING_SCHEMA,
    STRING_SCHEMA,
    TIME_SCHEMA,
    TIMESTAMP_SCHEMA,
    Schema,
    SchemaBuilder,
    SchemaReference,
    Type,
    decimal_schema,
    validate,
)
from connectsdk.testing.checks import configured
from connectsdk.transforms.flatten import FlattenValue

Make = Callable[..., Any]
NAMESPACE = "io.confluent.connect.avro"
ENTRY = {"type": "record", "name": "MapEntry", "namespace": NAMESPACE}
ENUM = (
    SchemaBuilder.string()
    .name("org.Color")
    .parameters(
        {f"{NAMESPACE}.Enum": "org.Color", f"{NAMESPACE}.Enum.RED": "RED", f"{NAMESPACE}.Enum.BLUE": "BLUE"}
    )
    .build()
)
POINT = SchemaBuilder.struct().name("org.Point").field("x", INT32_SCHEMA).build()
FIXED = SchemaBuilder.bytes().name("org.Md5").parameter("connect.fixed.size", "2").build()
UNION = (
    SchemaBuilder.struct()
    .name(f"{NAMESPACE}.Union")
    .field("int", OPTIONAL_INT32_SCHEMA)
    .field("string", OPTIONAL_STRING_SCHEMA)
    .field("Point", POINT.as_optional())
    .build()
)
DECIMAL_PROPERTIES = {
    "connect.version": 1,
    "connect.name": "org.apache.kafka.connect.data.Decimal",
    "logicalType": "decimal",
}

WRITTEN: list[tuple[Schema | None, Any, Any]] = [
    (INT32_SCHEMA, 1, "int"),
    (Schema(Type.INT8), 1, {"type": "int", "connect.type": "int8"}),
    (Schema(Type.INT16), 1, {"type": "int", "connect.type": "int16"}),
    (OPTIONAL_STRING_SCHEMA, "a", ["null", "string"]),
    (SchemaBuilder.string().optional().default("d").build(), "a", [{"type": "string", "connect.default": "d"}, "null"]),
    (BYTES_SCHEMA, b"a", "bytes"),
    (DATE_SCHEMA, date(2020, 1, 2), {"type": "int", "connect.version": 1, "connect.name": DATE_SCHEMA.name, "logicalType": "date"}),
    (TIME_SCHEMA, time(1, 2), {"type": "int", "connect.version": 1, "connect.name": TIME_SCHEMA.name, "logicalType": "time-millis"}),
    (
        TIMESTAMP_SCHEMA,
        datetime(1969, 12, 31, 23, 59, 59, 999000, tzinfo=UTC),
        {"type": "long", "connect.version": 1, "connect.name": TIMESTAMP_SCHEMA.name, "logicalType": "timestamp-millis"},
    ),
    (decimal_schema(2), Decimal("-1.28"), {"type": "bytes", "scale": 2, "precision": 64, "connect.parameters": {"scale": "2"}, **DECIMAL_PROPERTIES}),
    (
        SchemaBuilder.decimal(2).parameter("connect.decimal.precision", "9").build(),
        Decimal("1.00"),
        {"type": "bytes", "scale": 2, "precision": 9, "connect.parameters": {"scale": "2", "connect.decimal.precision": "9"}, **DECIMAL_PROPERTIES},
    ),
    (decimal_schema(-2), Decimal("1E2"), {"type": "bytes", "scale": -2, "precision": 64, "connect.parameters": {"scale": "-2"}, **DECIMAL_PROPERTIES}),
    (SchemaBuilder.map(STRING_SCHEMA, INT32_SCHEMA).build(), {"a": 1}, {"type": "map", "values": "int"}),
    (
        SchemaBuilder.map(INT32_SCHEMA, STRING_SCHEMA).build(),
        {1: "a"},
        {"type": "array", "items": {**ENTRY, "fields": [{"name": "key", "type": "int"}, {"name": "value", "type": "string"}]}},
    ),
    (
        SchemaBuilder.map(OPTIONAL_STRING_SCHEMA, INT32_SCHEMA).name("org.M").build(),
        {None: 1, "a": 2},
        {
            "type": "array",
            "items": {
                "type": "record",
                "name": "M",
                "namespace": "org",
                "fields": [{"name": "key", "type": ["null", "string"], "default": None}, {"name": "value", "type": "int"}],
                "connect.internal.type": "MapEntry",
            },
            "connect.name": "org.M",
        },
    ),
    (FIXED, b"ab", {"type": "fixed", "name": "Md5", "namespace": "org", "size": 2, "connect.parameters": {"connect.fixed.size": "2"}, "connect.name": "org.Md5"}),
    (
        UNION,
        {"Point": {"x": 1}},
        ["int", "string", {"type": "record", "name": "Point", "namespace": "org", "fields": [{"name": "x", "type": "int"}], "connect.name": "org.Point"}],
    ),
    (
        SchemaBuilder.struct().field("a", SchemaBuilder.struct().field("b", INT32_SCHEMA).optional().build()).version(2).doc("d").build(),
        {"a": {"b": 1}},
        {
            "type": "record",
            "name": "ConnectDefault",
            "namespace": NAMESPACE,
            "fields": [{"name": "a", "type": ["null", {"type": "record", "name": "ConnectDefault2", "fields": [{"name": "b", "type": "int"}]}], "default": None}],
            "connect.doc": "d",
            "connect.version": 2,
        },
    ),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "value", "expected"), WRITTEN)
def test_a_schema_is_written_and_read(schema: Schema, value: Any, expected: Any, avro: Make) -> None:
    converter = avro()
    message = converter.write(schema, value)
    assert converter.schema() == expected
    assert converter.read(message) == (schema, value)


def test_without_meta_data_only_the_shape_is_left(avro: Make) -> None:
    schema = (
        SchemaBuilder.struct()
        .name("org.R")
        .version(2)
        .field("a", SchemaBuilder.int8().default(1).doc("d").build())
        .build()
    )
    converter = avro(connect_meta_data="false")
    message = converter.write(schema, {"a": 5})
    assert converter.schema() == {
        "type": "record",
        "name": "R",
        "namespace": "org",
        "fields": [{"name": "a", "type": "int", "default": 1}],
    }
    assert converter.read(message)[1] == {"a": 5}


def test_enums_are_kept_when_that_is_asked_for(avro: Make) -> None:
    assert avro().avro_of(ENUM, "RED")["type"] == "string"
    converter = avro(enhanced_avro_schema_support="true")
    message = converter.write(ENUM, "BLUE")
    assert converter.schema() == {
        "type": "enum",
        "name": "Color",
        "namespace": "org",
        "symbols": ["RED", "BLUE"],
        "connect.parameters": dict(ENUM.parameters),
        "connect.name": "org.Color",
    }
    assert message[5:] == b"\x02"
    assert converter.read(message) == (ENUM, "BLUE")
    with pytest.raises(DataError, match=r"no symbol of the enum org\.Color"):
        converter.write(ENUM, "GREEN")


def test_generalized_enums_and_unions(avro: Make) -> None:
    converter = avro(generalized_sum_type_support="true")
    body = b"\x04\x02"
    schema, value = converter.read(
        converter.message(["int", "string", {"type": "enum", "name": "E", "symbols": ["A", "B"]}], body)
    )
    assert value == {"connect_union_field_2": "B"}
    assert schema.name == "connect_union_0"
    assert schema.fields[2].schema.parameters["org.apache.kafka.connect.data.Enum.B"] == "1"
    assert converter.write(schema, value)[5:] == body


def test_unions_have_full_names_when_that_is_asked_for(avro: Make) -> None:
    union = [
        "null",
        {"type": "record", "name": "a.R", "fields": []},
        {"type": "record", "name": "b.R", "fields": []},
    ]
    plain = avro()
    with pytest.raises(SchemaError, match="Multiple union schemas"):
        plain.read(plain.message(union, b"\x04"))
    converter = avro(enhanced_avro_schema_support="true")
    schema, value = converter.read(converter.message(union, b"\x04"))
    assert (schema.optional, value) == (True, {"b.R": {}})
    assert converter.write(schema, value)[5:] == b"\x04"


@pytest.mark.parametrize(
    "value", [{"int": 1}, {"string": "a"}, {"Point": {"x": 1}}, {"int": None, "string": "a"}]
)
def test_a_unions_branch_is_the_field_that_is_set(value: Any, avro: Make) -> None:
    converter = avro()
    _, found = converter.read(converter.write(UNION, value))
    assert found == {key: item for key, item in value.items() if item is not None}


def test_the_same_number_in_two_branches_stays_in_its_own(avro: Make) -> None:
    converter = avro()
    for branch, name in enumerate(["int", "long", "float", "double"]):
        body = (
            bytes([branch * 2])
            + {"int": b"\2", "long": b"\2", "float": b"\0\0\x80?", "double": b"\0\0\0\0\0\0\xf0?"}[name]
        )
        schema, value = converter.read(converter.message(["int", "long", "float", "double"], body))
        assert value == {name: 1}
        assert converter.write(schema, value)[5:] == body


def test_names_that_avro_does_not_allow(avro: Make) -> None:
    schema = (
        SchemaBuilder.struct()
        .name("org.acme-corp.my record")
        .field("a b", INT32_SCHEMA)
        .field("0é", INT32_SCHEMA)
        .build()
    )
    with pytest.raises(SchemaError, match=r"not a legal name in Avro.*scrub\.invalid\.names"):
        avro().write(schema, {"a b": 1, "0é": 2})
    converter = avro(scrub_invalid_names="true", connect_meta_data="false")
    message = converter.write(schema, {"a b": 1, "0é": 2})
    found = converter.schema()
    assert (found["namespace"], found["name"]) == ("org.acme_corp", "my_record")
    assert [field["name"] for field in found["fields"]] == ["a_b", "x0_C3_A9"]
    assert converter.read(message)[1] == {"a_b": 1, "x0_C3_A9": 2}


def test_optional_keys_of_maps(avro: Make) -> None:
    schema = SchemaBuilder.map(OPTIONAL_STRING_SCHEMA, INT32_SCHEMA).build()
    assert avro().avro_of(schema, {"a": 1})["type"] == "array"
    converter = avro(allow_optional_map_keys="true")
    assert converter.avro_of(schema, {"a": 1}) == {"type": "map", "values": "int"}
    with pytest.raises(DataError, match="key that is no string"):
        converter.write(schema, {None: 1})


def test_defaults_for_null(avro: Make) -> None:
    schema = SchemaBuilder.struct().field("a", SchemaBuilder.int32().optional().default(7).build()).build()
    converter = avro()
    assert converter.read(converter.write(schema, {"a": None}))[1] == {"a": 7}
    assert converter.read(converter.write(schema, {}))[1] == {"a": 7}
    converter = avro(ignore_default_for_nullables="true")
    assert converter.read(converter.write(schema, {"a": None}))[1] == {"a": None}
    assert converter.read(converter.write(schema, {}))[1] == {"a": None}


def test_singleton_unions(avro: Make) -> None:
    converter = avro()
    assert converter.read(converter.message(["string"], b"\0\2a")) == (STRING_SCHEMA, "a")
    converter = avro(flatten_singleton_unions="false")
    schema, value = converter.read(converter.message(["string"], b"\0\2a"))
    assert (schema.name, value) == (f"{NAMESPACE}.Union", {"string": "a"})


DOCUMENTED = {
    "type": "record",
    "name": "R",
    "doc": "record's",
    "fields": [
        {"name": "a", "type": "string", "doc": "field's", "default": "d"},
        {"name": "b", "type": {"type": "enum", "name": "E", "symbols": ["X", "Y"], "doc": "enum's", "default": "X"}, "default": "Y"},
        {"name": "c", "type": "E", "default": "X"},
    ],
}  # fmt: skip


def test_docs_and_defaults_survive(avro: Make) -> None:
    converter = avro(enhanced_avro_schema_support="true")
    schema, value = converter.read(converter.message(DOCUMENTED, b"\2a\0\2"))
    assert schema.parameters == {f"{NAMESPACE}.record.doc": "record's", f"{NAMESPACE}.field.doc.a": "field's"}
    assert [field.schema.default for field in schema.fields] == ["d", "Y", "X"]
    converter.write(schema, value)
    found = converter.schema()
    assert (found["doc"], found["fields"][0]["doc"]) == ("record's", "field's")
    assert [field["default"] for field in found["fields"]] == ["d", "Y", "X"]
    enum = found["fields"][1]["type"]
    assert (enum["doc"], enum["default"], found["fields"][2]["type"]) == ("enum's", "X", "E")


def test_docs_of_types_are_dropped_when_that_is_asked_for(avro: Make) -> None:
    converter = avro(discard_type_doc_default="true")
    schema, _ = converter.read(converter.message(DOCUMENTED, b"\2a\0\2"))
    assert [field.schema.doc for field in schema.fields] == ["field's", "enum's", "enum's"]
    assert schema.parameters == {"connect.record.doc": "record's"}


def test_parameters_of_a_shared_type_are_kept_with_the_field(avro: Make) -> None:
    def address(tag: str) -> Schema:
        return (
            SchemaBuilder.struct().name("Address").parameter("tag", tag).field("city", STRING_SCHEMA).build()
        )

    schema = SchemaBuilder.struct().name("P").field("home", address("2")).field("work", address("3")).build()
    converter = avro()
    message = converter.write(schema, {"home": {"city": "a"}, "work": {"city": "b"}})
    assert converter.schema()["fields"][1] == {
        "name": "work",
        "type": "Address",
        "connect.parameters": {"tag": "3"},
    }
    assert converter.read(message)[0] == schema


def test_two_types_of_one_name_are_refused(avro: Make) -> None:
    other = SchemaBuilder.struct().name("org.Point").field("y", INT32_SCHEMA).build()
    schema = SchemaBuilder.struct().field("a", POINT).field("b", other).build()
    with pytest.raises(SchemaError, match=r"Two different types have the name org\.Point"):
        avro().write(schema, {"a": {"x": 1}, "b": {"y": 1}})


@pytest.mark.parametrize(
    ("written", "body", "schema", "value"),
    [
        ({"type": "long", "logicalType": "timestamp-micros"}, b"\2", INT64_SCHEMA, 1),
        ({"type": "long", "logicalType": "time-micros"}, b"\2", INT64_SCHEMA, 1),
        ({"type": "string", "logicalType": "uuid"}, b"\2a", STRING_SCHEMA, "a"),
        ({"type": "bytes", "logicalType": "DECIMAL", "precision": 64}, b"\2\1", decimal_schema(0), Decimal(1)),
        ({"type": "int", "connect.name": DATE_SCHEMA.name, "connect.version": 1}, b"\2", DATE_SCHEMA, date(1970, 1, 2)),
        ({"type": "int", "connect.version": 3, "connect.doc": "d"}, b"\2", Schema(Type.INT32, version=3, doc="d"), 1),
        ({"type": {"type": "int"}}, b"\2", INT32_SCHEMA, 1),
        (["string", "null"], b"\2", OPTIONAL_STRING_SCHEMA, None),
    ],
)  # fmt: skip
def test_other_schemas_are_read(written: Any, body: bytes, schema: Schema, value: Any, avro: Make) -> None:
    converter = avro()
    assert converter.read(converter.message(written, body)) == (schema, value)


@pytest.mark.parametrize(
    "written",
    [
        {"type": "long", "connect.name": "x.Y", "logicalType": "timestamp-millis"},
        {"type": "int", "connect.version": "2"},
        {"type": "int", "connect.parameters": [1]},
        {"type": "int", "connect.parameters": {"a": 1}},
        {"type": "int", "connect.name": 5},
        {"type": "int", "connect.type": "int64"},
        {"type": "bytes", "logicalType": "decimal", "precision": "9"},
        ["null"],
        ["int", "int"],
        ["int", ["string"]],
        {
            "type": "array",
            "items": {"type": "record", "name": "io.confluent.connect.avro.MapEntry", "fields": []},
        },
    ],
)
def test_contradictions_are_errors(written: Any, avro: Make) -> None:
    converter = avro()
    with pytest.raises(SchemaError):
        converter.read(converter.message(written, b"\0\0\0"))


def test_a_default_that_does_not_fit_counts_for_nothing(avro: Make) -> None:
    converter = avro()
    record = {"type": "record", "name": "R", "fields": [{"name": "a", "type": "float", "default": [1.5]}]}
    schema, _ = converter.read(converter.message(record, b"\0\0\0\0"))
    assert schema.field("a").schema.default is None


def test_records_that_contain_themselves(avro: Make) -> None:
    again = SchemaReference(Type.STRUCT, optional=True, name="Node")
    children = SchemaBuilder.array(SchemaReference(Type.STRUCT, name="Node", targets=again._targets)).build()
    node = (
        SchemaBuilder.struct()
        .name("Node")
        .field("next", again)
        .field("children", children)
        .field("at", TIME_SCHEMA)
        .build()
    )
    again.refer_to(node)
    value = {
        "next": {"next": None, "children": [], "at": time(1)},
        "children": [{"next": None, "children": [], "at": time(2)}],
        "at": time(3),
    }
    validate(node, value)
    converter = avro()
    message = converter.write(node, value)
    assert converter.schema()["fields"][0]["type"] == ["null", "Node"]
    schema, found = converter.read(message)
    assert (schema, found) == (node, value)
    validate(schema, found)
    assert converter.write(schema, found)[5:] == message[5:]
    with pytest.raises(SchemaError, match="of field"):
        validate(schema, value | {"next": {"children": [1]}})


def test_a_reference_knows_what_it_stands_for() -> None:
    again = SchemaReference(Type.STRUCT, name="Node")
    with pytest.raises(SchemaError, match="refers to nothing yet"):
        _ = again.target
    with pytest.raises(SchemaError, match="cannot refer to"):
        again.refer_to(POINT)
    node = SchemaBuilder.struct().name("Node").build()
    copy = again.as_optional()
    again.refer_to(node)
    assert copy.target is again.target is node
    with pytest.raises(SchemaError, match="already"):
        again.refer_to(node)


def test_flattening_drops_nothing_of_a_struct_that_contains_itself() -> None:
    again = SchemaReference(Type.STRUCT, optional=True, name="Node")
    node = SchemaBuilder.struct().name("Node").field("n", INT32_SCHEMA).field("next", again).build()
    again.refer_to(node)
    record = SourceRecord(
        topic="t", value_schema=node, value={"n": 1, "next": {"n": 2}}, source_partition={}, source_offset={}
    )
    with pytest.raises(DataError, match="contain themselves"):
        configured(FlattenValue)().apply(record)


@pytest.mark.parametrize(
    "properties", [{}, {"enhanced_avro_schema_support": "true"}], ids=["plain", "enhanced"]
)
def test_a_logical_type_of_another_version_comes_back(avro: Make, properties: dict[str, str]) -> None:
    converter = avro(**properties)
    schema = attrs.evolve(DATE_SCHEMA, version=2)
    message = converter.write(schema, date(2020, 1, 2))
    assert converter.schema()["connect.version"] == 2
    assert converter.read(message) == (schema, date(2020, 1, 2))
