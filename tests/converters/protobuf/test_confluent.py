"""What Confluent's own tests of `ProtobufData` expect, as tables.

The messages are those of its tests, the expected schemas and values too; schemas are told in one line, see `shape`.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from google.protobuf import json_format

from connectsdk.converters.protobuf._files import open_file
from connectsdk.converters.protobuf._google import message_class
from connectsdk.registry import RegisteredSchema, SchemaDefinition
from connectsdk.schema import (
    BOOLEAN_SCHEMA,
    BYTES_SCHEMA,
    FLOAT32_SCHEMA,
    FLOAT64_SCHEMA,
    INT16_SCHEMA,
    INT32_SCHEMA,
    INT64_SCHEMA,
    OPTIONAL_STRING_SCHEMA,
    STRING_SCHEMA,
    TIMESTAMP_SCHEMA,
    Schema,
    SchemaBuilder,
    validate,
)
from tests.converters.protobuf.conftest import Protobuf
from tests.converters.shapes import shape

Make = Callable[..., Protobuf]
OWN = "io.confluent.connect.protobuf."
SHARED = "org.apache.kafka.connect.data."
HEAD = 'syntax = "proto3"; '
WRAPPERS = 'import "google/protobuf/wrappers.proto"; '

STATUS = "enum Status { ACTIVE = 0; INACTIVE = 1; } "
NESTED = (
    HEAD
    + """
import "google/protobuf/timestamp.proto";
package io.confluent.kafka.serializers.protobuf.test;
message NestedMessage {
  UserId user_id = 1; bool is_active = 2; repeated string experiments_active = 3;
  google.protobuf.Timestamp updated_at = 4; Status status = 5; ComplexType complex_type = 6;
  map<string, string> map_type = 7; InnerMessage inner = 8;
  message InnerMessage { string id = 1 [json_name="id"]; repeated int32 ids = 2 [packed=true]; }
  enum InnerEnum { option allow_alias = true; ZERO = 0; ALSO_ZERO = 0; }
  reserved 14, 15, 9 to 11; reserved "foo", "bar";
}
message UserId { oneof user_id { string kafka_user_id = 1; int32 other_user_id = 2; MessageId another_id = 3; } }
message MessageId { string id = 1; }
message ComplexType { oneof some_val { string one_id = 1; int32 other_id = 2; } bool is_active = 3; }
"""
    + STATUS
)
COMPLEX = (
    HEAD
    + "message ComplexType { oneof some_val { string one_id = 1; int32 other_id = 2; } bool is_active = 3; }"
)
ENUM_UNION = (
    HEAD
    + "message EnumUnion { oneof some_val { string one_id = 1; int32 other_id = 2; Status some_status = 3; } Status status = 4; } "
    + STATUS
)
ONEOF = (
    HEAD
    + WRAPPERS
    + """package io.confluent.test;
message OneofWrapFixed {
  int32 id = 1; string name = 2; google.protobuf.StringValue nickname = 3;
  google.protobuf.Int32Value priority = 4; google.protobuf.BoolValue verified = 5;
  oneof payload { string text_payload = 6; int64 number_payload = 7; }
}"""
)
WRAPPED_ONEOF = (
    HEAD
    + WRAPPERS
    + """package io.confluent.test;
message WrapperOneofMessage {
  google.protobuf.StringValue display_name = 2; google.protobuf.BoolValue verified = 3;
  oneof payment_method { google.protobuf.StringValue credit_card = 7; google.protobuf.StringValue bank_account = 8; }
  oneof contact_info { string email = 5; string phone = 6; }
  oneof mixed_choice { google.protobuf.Int32Value count = 9; string note = 10; }
}"""
)
SURVEY = (
    HEAD
    + """package foo;
message Customer {
  int64 count = 1; string first_name = 2; string last_name = 3; string address = 4;
  oneof survey_id { string survey_response_id = 5; string outgoing_action_id = 6; }
  oneof comment { string email = 7; string platform = 8; }
}"""
)
EVENT = (
    HEAD
    + """package foo;
message Event {
  Action action = 1; Target target = 2;
  message Target { oneof payload { string payload_id = 1; Action action = 2; } enum Action { ON = 0; OFF = 1; } }
  oneof payload { string payload_id = 3; }
  enum Action { ON = 0; OFF = 1; }
}"""
)
TAGS = (
    HEAD
    + """message Customer { map<string,string> tags = 1; Meta meta = 2; }
message Meta { map<string,Value> tags = 2; } message Value { float a=1; float b=2; }"""
)
REFERENCES = (
    HEAD
    + """message MapReferencesMessage {
  repeated AttributeFieldEntry map1 = 1; repeated AttributeFieldEntry map2 = 2;
  AttributeFieldEntry notAMap1 = 3; AttributeFieldEntry notAMap2 = 4;
}
message AttributeFieldEntry { string key = 1; string value = 2; }"""
)
RECURSIVE = (
    HEAD
    + "message RecursiveKeyValueMessage { int32 key = 1; string value = 2; RecursiveKeyValueMessage key_value = 10; }"
)
DIAMOND = (
    HEAD
    + """package com.mycorp.mynamespace;
message SampleRecord { int32 my_field1 = 1; int32 totalAmount = 2; Org payee = 3; }
message Org { string id = 1; string name = 2; PAdd contactAddress = 3; repeated Location locations = 4; }
message PAdd { string postalAddress = 1; PAddType type = 2; }
message Location { string id = 1; string name = 2; PAdd physicalAddress = 3; }
enum PAddType { POSTAL_ADDRESS_TYPE_UNSPECIFIED = 0; POSTAL = 1; PHYSICAL = 2; }"""
)
PROTO2 = 'syntax = "proto2"; message KeyValueMessage2 { optional int32 key = 1; optional string value = 2; }'
OPTIONAL = HEAD + "message KeyValueOptionalMessage { int32 key = 1; optional string value = 2; }"
WRAPPER = (
    HEAD + WRAPPERS + "message KeyValueWrapperMessage { int32 key = 1; "
    "google.protobuf.StringValue wrappedValue = 2; google.protobuf.UInt32Value wrappedValue2 = 3; }"
)
NUMBERS = (
    HEAD
    + "message TestMessage { "
    + " ".join(
        f"{kind} test_{kind} = {number};"
        for number, kind in enumerate(
            ("sint32", "sint64", "fixed32", "fixed64", "sfixed32", "sfixed64", "uint32", "uint64"), 1
        )
    )
    + " }"
)


def one_field(kind: str, name: str, imported: str = "", params: str = "") -> str:
    """Return a file with a message of one field called `value`."""
    imports = "".join(f'import "{path}"; ' for path in (imported, "confluent/meta.proto") if path)
    pairs = ", ".join(
        f'{{ key: "{key}", value: "{value}" }}' for key, value in (pair.split("=") for pair in params.split())
    )
    said = f" [(confluent.field_meta) = {{ params: [{pairs}] }}]" if params else ""
    return f"{HEAD}{imports}message {name} {{ {kind} value = 1{said}; }}"


def message_of(text: str, fields: dict[str, Any]) -> bytes:
    """Return what Google's library writes for the first message of a file."""
    file = open_file(RegisteredSchema(1, SchemaDefinition(text, "PROTOBUF")))
    made = json_format.ParseDict(fields, message_class(file.message_at((0,)))())
    written: bytes = made.SerializeToString(deterministic=True)
    return written


MAP = "map? map_type Tag=7 [string? Tag=1 -> string? Tag=2]"
COMPLEX_TYPE = "Union.some_val {one_id: string? Tag=1, other_id: int32? Tag=2}"
NESTED_SHAPE = (
    "struct NestedMessage {user_id: struct? UserId Tag=1 {user_id_0: struct? "
    + OWN
    + "Union.user_id {kafka_user_id: string? Tag=1, "
    "other_user_id: int32? Tag=2, another_id: struct? MessageId Tag=3 {id: string? Tag=1}}}, is_active: boolean? Tag=2, "
    "experiments_active: array? Tag=3 [string?], updated_at: int64? " + SHARED + "Timestamp Tag=4 v 1, "
    "status: KIND? Status Enum=Status Enum.ACTIVE=0 Enum.INACTIVE=1 Tag=5, complex_type: struct? ComplexType Tag=6 "
    "{some_val_0: struct? " + OWN + COMPLEX_TYPE + ", is_active: boolean? Tag=3}, " + MAP + "REST"
)
NESTED_SHAPE = NESTED_SHAPE.replace(
    MAP + "REST",
    "map_type: "
    + MAP
    + ", inner: struct? InnerMessage Tag=8 {id: string? Tag=1, ids: array? Tag=2 [int32?]}}",
)
TEXTS = NESTED_SHAPE.replace("KIND", "string")
INTS = NESTED_SHAPE.replace("KIND", "int32")
NESTED_JSON = {
    "is_active": True,
    "experiments_active": ["first experiment", "second experiment"],
    "status": "INACTIVE",
    "inner": {"id": ""},
    "updated_at": "2017-09-18T00:00:00Z",
    "map_type": {"Hello": "World"},
}
NESTED_VALUE = {
    "is_active": True,
    "experiments_active": ["first experiment", "second experiment"],
    "updated_at": datetime(2017, 9, 18, tzinfo=UTC),
    "status": "INACTIVE",
    "complex_type": None,
    "map_type": {"Hello": "World"},
    "inner": {"id": "", "ids": []},
}
BY_TEXT = {"user_id": {"user_id_0": {"kafka_user_id": "my_user"}}}
BY_NUMBER = {"user_id": {"user_id_0": {"other_user_id": 5}}}
EMPTY = dict.fromkeys(("user_id", "updated_at", "complex_type", "inner")) | {
    "is_active": False,
    "experiments_active": [],
    "status": "ACTIVE",
    "map_type": {},
}
STATUS_SHAPE = "string? Status Enum=Status Enum.ACTIVE=0 Enum.INACTIVE=1"
MEMBERS = "one_id: string? Tag=1, other_id: int32? Tag=2, some_status: " + STATUS_SHAPE + " Tag=3"
UNION_SHAPE = "struct EnumUnion {NAME: struct? MARK {" + MEMBERS + "}, status: " + STATUS_SHAPE + " Tag=4}"
UNION = UNION_SHAPE.replace("NAME", "some_val_0").replace("MARK", OWN + "Union.some_val")
GENERALIZED = UNION_SHAPE.replace("NAME", "some_val_0").replace("MARK", "some_val Union=some_val")
BY_ID = {"one_id": "ID", "status": "INACTIVE"}
BY_STATUS = {"some_status": "INACTIVE", "status": "INACTIVE"}
COMPLEX_SHAPE = (
    "struct ComplexType {some_val_0: struct? " + OWN + COMPLEX_TYPE + ", is_active: boolean? Tag=3}"
)
WRAPPED_KV = {"key": 123, "wrappedValue": "hi", "wrappedValue2": 456}
ENTRY = "{key: string? Tag=1, value: string? Tag=2}"
ENTRIES = "[string? Tag=1 -> string? Tag=2]"

# The file, the first message's fields as JSON, switches, the expected schema, the expected value.
READ: dict[str, tuple[str, dict[str, Any], dict[str, Any], str, Any]] = {
    "nested, text": (
        NESTED,
        NESTED_JSON | {"user_id": {"kafka_user_id": "my_user"}},
        {},
        TEXTS,
        NESTED_VALUE | BY_TEXT,
    ),
    "nested, text, int enums": (
        NESTED,
        NESTED_JSON | {"user_id": {"kafka_user_id": "my_user"}},
        {"int_for_enums": True},
        INTS,
        NESTED_VALUE | BY_TEXT | {"status": 1},
    ),
    "nested, number": (
        NESTED,
        NESTED_JSON | {"user_id": {"other_user_id": 5}},
        {},
        TEXTS,
        NESTED_VALUE | BY_NUMBER,
    ),
    "nested, number, int enums": (
        NESTED,
        NESTED_JSON | {"user_id": {"other_user_id": 5}},
        {"int_for_enums": True},
        INTS,
        NESTED_VALUE | BY_NUMBER | {"status": 1},
    ),
    "nested, empty": (NESTED, {}, {}, TEXTS, EMPTY),
    "default in a oneof": (
        COMPLEX,
        {"other_id": 0},
        {},
        COMPLEX_SHAPE,
        {"some_val_0": {"other_id": 0}, "is_active": False},
    ),
    "enum union, text": (
        ENUM_UNION,
        BY_ID,
        {},
        UNION,
        {"some_val_0": {"one_id": "ID"}, "status": "INACTIVE"},
    ),
    "enum union, no index": (
        ENUM_UNION,
        BY_ID,
        {"generate_index_for_unions": False},
        UNION.replace("some_val_0", "some_val"),
        {"some_val": {"one_id": "ID"}, "status": "INACTIVE"},
    ),
    "enum union, flat": (
        ENUM_UNION,
        BY_ID,
        {"flatten_unions": True},
        "struct EnumUnion {" + MEMBERS + ", status: " + STATUS_SHAPE + " Tag=4}",
        {"one_id": "ID", "other_id": None, "some_status": None, "status": "INACTIVE"},
    ),
    "enum union, generalized": (
        ENUM_UNION,
        BY_ID,
        {"generalized_sum_type_support": True},
        GENERALIZED,
        {"some_val_0": {"one_id": "ID"}, "status": "INACTIVE"},
    ),
    "enum union, status": (
        ENUM_UNION,
        BY_STATUS,
        {},
        UNION,
        {"some_val_0": {"some_status": "INACTIVE"}, "status": "INACTIVE"},
    ),
    "enum union, status, generalized": (
        ENUM_UNION,
        BY_STATUS,
        {"generalized_sum_type_support": True},
        GENERALIZED,
        {"some_val_0": {"some_status": "INACTIVE"}, "status": "INACTIVE"},
    ),
    "int8": (
        one_field("int32", "Int8Value", params="connect.type=int8"),
        {"value": 12},
        {},
        "struct Int8Value {value: int8? Tag=1}",
        {"value": 12},
    ),
    "int16": (
        one_field("int32", "Int16Value", params="connect.type=int16"),
        {"value": 12},
        {},
        "struct Int16Value {value: int16? Tag=1}",
        {"value": 12},
    ),
    "int32": (
        one_field("int32", "Int32Value"),
        {"value": 12},
        {},
        "struct Int32Value {value: int32? Tag=1}",
        {"value": 12},
    ),
    "int32, 0": (
        one_field("int32", "Int32Value"),
        {"value": 0},
        {},
        "struct Int32Value {value: int32? Tag=1}",
        {"value": 0},
    ),
    "sint32": (
        one_field("sint32", "SInt32Value"),
        {"value": 12},
        {},
        "struct SInt32Value {value: int32? Tag=1 Type=sint32}",
        {"value": 12},
    ),
    "uint32": (
        one_field("uint32", "UInt32Value"),
        {"value": 2**32 - 1},
        {},
        "struct UInt32Value {value: int64? Tag=1 Type=uint32}",
        {"value": 2**32 - 1},
    ),
    "int64": (
        one_field("int64", "Int64Value"),
        {"value": 12},
        {},
        "struct Int64Value {value: int64? Tag=1}",
        {"value": 12},
    ),
    "sint64": (
        one_field("sint64", "SInt64Value"),
        {"value": 12},
        {},
        "struct SInt64Value {value: int64? Tag=1 Type=sint64}",
        {"value": 12},
    ),
    "float": (
        one_field("float", "FloatValue"),
        {"value": 0.5},
        {},
        "struct FloatValue {value: float32? Tag=1}",
        {"value": 0.5},
    ),
    "double": (
        one_field("double", "DoubleValue"),
        {"value": 12.1},
        {},
        "struct DoubleValue {value: float64? Tag=1}",
        {"value": 12.1},
    ),
    "bool": (
        one_field("bool", "BoolValue"),
        {"value": True},
        {},
        "struct BoolValue {value: boolean? Tag=1}",
        {"value": True},
    ),
    "string": (
        one_field("string", "StringValue"),
        {"value": "Hello"},
        {},
        "struct StringValue {value: string? Tag=1}",
        {"value": "Hello"},
    ),
    "string, empty": (
        one_field("string", "StringValue"),
        {"value": ""},
        {},
        "struct StringValue {value: string? Tag=1}",
        {"value": ""},
    ),
    "decimal": (
        one_field(
            "confluent.type.Decimal", "DecimalValue", "confluent/type/decimal.proto", "precision=8 scale=3"
        ),
        {"value": {"value": "ALxhTg==", "precision": 8, "scale": 3}},
        {},
        "struct DecimalValue {value: bytes? "
        + SHARED
        + "Decimal Tag=1 connect.decimal.precision=8 scale=3 v 1}",
        {"value": Decimal("12345.678")},
    ),
    "date": (
        one_field("google.type.Date", "DateValue", "google/type/date.proto"),
        {"value": {"year": 2017, "month": 12, "day": 31}},
        {},
        "struct DateValue {value: int32? " + SHARED + "Date Tag=1 v 1}",
        {"value": date(2017, 12, 31)},
    ),
    "time": (
        one_field("google.type.TimeOfDay", "TimeOfDayValue", "google/type/timeofday.proto"),
        {"value": {"hours": 11, "minutes": 12, "seconds": 13, "nanos": 14_000_000}},
        {},
        "struct TimeOfDayValue {value: int32? " + SHARED + "Time Tag=1 v 1}",
        {"value": time(11, 12, 13, 14_000)},
    ),
    "timestamp": (
        one_field("google.protobuf.Timestamp", "TimestampValue", "google/protobuf/timestamp.proto"),
        {"value": "2017-12-31T00:00:00Z"},
        {},
        "struct TimestampValue {value: int64? " + SHARED + "Timestamp Tag=1 v 1}",
        {"value": datetime(2017, 12, 31, tzinfo=UTC)},
    ),
    "wrappers are structs": (
        WRAPPER,
        WRAPPED_KV,
        {},
        (
            "struct KeyValueWrapperMessage {key: int32? Tag=1, wrappedValue: struct? StringValue Tag=2 {value: string? Tag=1}, "
            "wrappedValue2: struct? UInt32Value Tag=3 {value: int64? Tag=1 Type=uint32}}"
        ),
        {"key": 123, "wrappedValue": {"value": "hi"}, "wrappedValue2": {"value": 456}},
    ),
    "wrappers are what may be none": (
        WRAPPER,
        WRAPPED_KV,
        {"wrapper_for_nullables": True},
        "struct KeyValueWrapperMessage {key: int32 Tag=1, wrappedValue: string? Tag=2, wrappedValue2: int64? Tag=3}",
        WRAPPED_KV,
    ),
    "optional says nothing": (
        OPTIONAL,
        {"key": 123, "value": "hi"},
        {},
        "struct KeyValueOptionalMessage {key: int32? Tag=1, value: string? Tag=2}",
        {"key": 123, "value": "hi"},
    ),
    "optional is what may be none": (
        OPTIONAL,
        {"key": 123, "value": "hi"},
        {"optional_for_nullables": True},
        "struct KeyValueOptionalMessage {key: int32 Tag=1, value: string? Tag=2}",
        {"key": 123, "value": "hi"},
    ),
    "proto2, absent": (
        PROTO2,
        {"key": 123},
        {},
        "struct KeyValueMessage2 {key: int32? Tag=1, value: string? Tag=2}",
        {"key": 123, "value": None},
    ),
    "proto2, default": (
        PROTO2,
        {"key": 123},
        {"optional_for_proto2": False},
        "struct KeyValueMessage2 {key: int32? Tag=1, value: string? Tag=2}",
        {"key": 123, "value": ""},
    ),
    "repeated entries are maps": (
        REFERENCES,
        {
            "map1": [{"key": "key1", "value": "value1"}],
            "map2": [{"key": "key2", "value": "value2"}],
            "notAMap1": {"key": "key3", "value": "value3"},
            "notAMap2": {"key": "key4", "value": "value4"},
        },
        {},
        (
            f"struct MapReferencesMessage {{map1: map? attribute_field Tag=1 {ENTRIES}, map2: map? attribute_field Tag=2 {ENTRIES}, "
            f"notAMap1: struct? AttributeFieldEntry Tag=3 {ENTRY}, notAMap2: struct? AttributeFieldEntry Tag=4 {ENTRY}}}"
        ),
        {
            "map1": {"key1": "value1"},
            "map2": {"key2": "value2"},
            "notAMap1": {"key": "key3", "value": "value3"},
            "notAMap2": {"key": "key4", "value": "value4"},
        },
    ),
    "several oneofs": (
        SURVEY,
        {
            "first_name": "Bob",
            "last_name": "Jones",
            "address": "123 Main St",
            "outgoing_action_id": "my id",
            "platform": "mine",
        },
        {},
        (
            f"struct Customer {{survey_id_0: struct? {OWN}Union.survey_id {{survey_response_id: string? Tag=5, outgoing_action_id: string? Tag=6}}, "
            f"comment_1: struct? {OWN}Union.comment {{email: string? Tag=7, platform: string? Tag=8}}, count: int64? Tag=1, "
            "first_name: string? Tag=2, last_name: string? Tag=3, address: string? Tag=4}"
        ),
        {
            "survey_id_0": {"outgoing_action_id": "my id"},
            "comment_1": {"platform": "mine"},
            "count": 0,
            "first_name": "Bob",
            "last_name": "Jones",
            "address": "123 Main St",
        },
    ),
    "full names": (
        EVENT,
        {"action": "OFF"},
        {"enhanced_protobuf_schema_support": True},
        (
            f"struct foo.Event {{payload_0: struct? {OWN}Union.foo.Event.payload {{payload_id: string? Tag=3}}, "
            "action: string? foo.Event.Action Enum=Action Enum.ON=0 Enum.OFF=1 Tag=1, target: struct? foo.Event.Target Tag=2 "
            f"{{payload_0: struct? {OWN}Union.foo.Event.Target.payload {{payload_id: string? Tag=1, "
            "action: string? foo.Event.Target.Action Enum=Action Enum.ON=0 Enum.OFF=1 Tag=2}}}"
        ),
        {"payload_0": None, "action": "OFF", "target": None},
    ),
    "full names of maps": (
        TAGS,
        {"meta": {}},
        {"enhanced_protobuf_schema_support": True},
        (
            f"struct Customer {{tags: map? Customer.tags Tag=1 {ENTRIES}, meta: struct? Meta Tag=2 {{tags: map? Meta.tags Tag=2 "
            "[string? Tag=1 -> struct? Value Tag=2 {a: float32? Tag=1, b: float32? Tag=2}]}}"
        ),
        {"tags": {}, "meta": {"tags": {}}},
    ),
}
FORGETS = {"enum union, flat", "proto2, default", "repeated entries are maps"}
"""What was flattened is no oneof again, a default is there when it is written, and a map and a struct cannot have one name."""


@pytest.mark.parametrize("name", READ)
def test_a_message_is_read_and_written_again(protobuf: Make, name: str) -> None:
    text, fields, switches, expected_shape, expected = READ[name]
    one = protobuf(wrapper_for_raw_primitives=False, **switches)
    body = message_of(text, fields)
    schema, value = one.read(one.message(text, body))
    assert schema is not None
    assert set(shape(schema, OWN, SHARED).split(" ")) == set(
        expected_shape.replace(SHARED, SHARED).split(" ")
    )
    assert value == expected
    validate(schema, value)
    if name not in FORGETS:
        assert protobuf(**switches).body(schema, value).lstrip(b"\0") == body.lstrip(b"\0")


@pytest.mark.parametrize("member", [("text_payload", "hello"), ("number_payload", 7)])
@pytest.mark.parametrize("switch", ["wrapper_for_nullables", "optional_for_nullables"])
@pytest.mark.parametrize("flat", [True, False])
def test_members_of_a_oneof_may_be_none_whatever_marks_nullables(
    protobuf: Make, switch: str, flat: bool, member: tuple[str, Any]
) -> None:
    one = protobuf(**{switch: True, "generate_index_for_unions": False, "flatten_unions": flat})
    body = message_of(ONEOF, {"id": 42, "name": "alice", member[0]: member[1]})
    schema, value = one.read(one.message(ONEOF, body))
    assert schema is not None
    validate(schema, value)
    members, fields = (value, schema) if flat else (value["payload"], schema.field("payload").schema)  # type: ignore[union-attr]  # it is there
    assert members[member[0]] == member[1]
    for name in ("text_payload", "number_payload"):
        field = fields.field(name)
        assert field is not None
        assert field.schema.optional
    if not flat:
        assert one.body(schema, value)[1:] == body


@pytest.mark.parametrize(
    "fields",
    [
        {"display_name": "shopper", "credit_card": "secret", "email": "a@b.com"},
        {"display_name": "shopper", "bank_account": "secret", "phone": "a@b.com"},
        {"count": 5},
        {"note": "hello"},
    ],
)
def test_wrapped_members_of_a_oneof_stay_wrapped(protobuf: Make, fields: dict[str, Any]) -> None:
    one = protobuf(wrapper_for_nullables=True, generate_index_for_unions=False)
    body = message_of(WRAPPED_ONEOF, fields)
    schema, value = one.read(one.message(WRAPPED_ONEOF, body))
    text = shape(schema, OWN)
    for said in (
        "display_name: string? Tag=2",
        "credit_card: string? Tag=7 Wrapper=true",
        "email: string? Tag=5",
        "note: string? Tag=10",
    ):
        assert said in text
    assert "count: int32? Tag=9 Wrapper=true" in text
    assert one.body(schema, value)[1:] == body


@pytest.mark.parametrize(
    ("kind", "schema", "value", "body"),
    [
        ("BoolValue", BOOLEAN_SCHEMA, True, {"value": True}),
        ("BoolValue", BOOLEAN_SCHEMA, False, {"value": False}),
        ("Int32Value", INT32_SCHEMA, 15, {"value": 15}),
        ("Int32Value", INT32_SCHEMA, 0, {"value": 0}),
        ("Int64Value", INT64_SCHEMA, 15, {"value": 15}),
        ("FloatValue", FLOAT32_SCHEMA, 0.5, {"value": 0.5}),
        ("DoubleValue", FLOAT64_SCHEMA, 12.3, {"value": 12.3}),
        ("StringValue", STRING_SCHEMA, "Hello", {"value": "Hello"}),
        ("StringValue", STRING_SCHEMA, "", {"value": ""}),
        ("BytesValue", BYTES_SCHEMA, b"foo", {"value": "Zm9v"}),
    ],
)
def test_a_value_alone_is_googles_wrapper_of_it(
    protobuf: Make, kind: str, schema: Schema, value: Any, body: dict[str, Any]
) -> None:
    one, plain = protobuf(), one_field(kind[:-5].lower(), kind)
    data = one.write(schema, value)
    assert data[:5] == b"\0\0\0\0\1"
    assert data.endswith(message_of(plain, body))
    assert one.read(data) == (schema, value)


@pytest.mark.parametrize(("switch", "nested"), [(True, {"key": 0, "value": ""}), (False, None)])
def test_structs_for_nulls(protobuf: Make, switch: bool, nested: Any) -> None:
    text = (
        HEAD
        + "message M { W wrapper_field = 1; } message W { N nested_field = 1; } message N { int32 key = 1; string value = 2; }"
    )
    one = protobuf(generate_struct_for_nulls=switch)
    _, value = one.read(one.message(text, b""))
    assert (value["wrapper_field"] or {}).get("nested_field") == nested


def test_the_last_of_two_members_counts(protobuf: Make) -> None:
    one = protobuf()
    body = message_of(COMPLEX, {"one_id": "asdf"}) + message_of(COMPLEX, {"other_id": 0})
    assert one.read(one.message(COMPLEX, body))[1]["some_val_0"] == {"other_id": 0}


def test_every_kind_of_number_stays_what_it_is(protobuf: Make) -> None:
    one = protobuf()
    body = message_of(
        NUMBERS,
        {f"test_{kind}": 12 for kind in ("sint32", "sint64", "fixed32", "fixed64", "sfixed32", "uint64")},
    )
    schema, value = one.read(one.message(NUMBERS, body))
    again = protobuf()
    assert again.body(schema, value)[1:] == body
    for kind in ("sint32", "sint64", "fixed32", "fixed64", "sfixed32", "sfixed64", "uint32", "uint64"):
        assert f"  {kind} test_{kind} = " in again.text()
    most = message_of(NUMBERS, {"test_fixed32": 2**32 - 1, "test_uint32": 2**32 - 1})
    assert again.body(*one.read(one.message(NUMBERS, most)))[1:] == most


EVERYTHING = [
    ("int8", SchemaBuilder.int8().default(2).doc("int8 field").build(), 12, "int32 int8 = 1"),
    ("int16", INT16_SCHEMA, 12, "int32 int16 = 2"),
    ("int32", INT32_SCHEMA, 12, "int32 int32 = 3"),
    ("int64", INT64_SCHEMA, 12, "int64 int64 = 4"),
    ("float32", FLOAT32_SCHEMA, 12.5, "float float32 = 5"),
    ("float64", FLOAT64_SCHEMA, 12.2, "double float64 = 6"),
    ("boolean", BOOLEAN_SCHEMA, True, "bool boolean = 7"),
    ("string", STRING_SCHEMA, "foo", "string string = 8"),
    ("bytes", BYTES_SCHEMA, b"foo", "bytes bytes = 9"),
    ("array", SchemaBuilder.array(STRING_SCHEMA).build(), ["a", "b", "c"], "repeated string array = 10"),
    ("map", SchemaBuilder.map(STRING_SCHEMA, INT32_SCHEMA).build(), {"field": 1}, "repeated ConnectDefault2Entry map = 11"),
    ("mapNonStringKeys", SchemaBuilder.map(INT32_SCHEMA, INT32_SCHEMA).build(), {1: 1}, "repeated ConnectDefault3Entry mapNonStringKeys = 12"),
    (
        "mapNullValues", SchemaBuilder.map(STRING_SCHEMA, OPTIONAL_STRING_SCHEMA).build(), {"field": None},
        "repeated ConnectDefault4Entry mapNullValues = 13",
    ),
    (
        "enum",
        SchemaBuilder.string().name("Status").optional().parameter(f"{OWN}Enum", "Status")
        .parameter(f"{OWN}Enum.ACTIVE", "0").parameter(f"{OWN}Enum.INACTIVE", "1").build(),
        "INACTIVE", "Status enum = 14",
    ),
]  # fmt: skip


def test_a_struct_of_everything_is_written(protobuf: Make) -> None:
    builder = SchemaBuilder.struct()
    for name, schema, _, _ in EVERYTHING:
        builder.field(name, schema)
    value = {name: item for name, _, item, _ in EVERYTHING}
    one = protobuf()
    _, read = one.read(one.write(builder.build(), value))
    assert read == value | {"mapNullValues": {"field": ""}}  # proto3 does not know None there
    text = one.text()
    assert [said for *_, said in EVERYTHING if f"  {said}" not in text] == []


def test_what_is_needed_is_imported_once(protobuf: Make) -> None:
    schema = (
        SchemaBuilder.struct()
        .field("createdAt", TIMESTAMP_SCHEMA)
        .field("updated_at", TIMESTAMP_SCHEMA)
        .build()
    )
    one, at = protobuf(), datetime(2024, 1, 1, tzinfo=UTC)
    one.write(schema, {"createdAt": at, "updated_at": at})
    assert one.text().count("import ") == 1


def test_a_struct_called_as_its_field_is_called_message(protobuf: Make) -> None:
    nested = SchemaBuilder.struct().name("nested").field("string", STRING_SCHEMA).build()
    one = protobuf()
    one.write(SchemaBuilder.struct().field("nested", nested).build(), {"nested": {"string": "x"}})
    assert "message nestedMessage {" in one.text()


def test_names_that_are_none_are_scrubbed(protobuf: Make) -> None:
    schema = (
        SchemaBuilder.struct()
        .name("org.acme-corp.invalid record-name")
        .field("invalid field-name", STRING_SCHEMA)
        .build()
    )
    one = protobuf(scrub_invalid_names=True)
    data = one.write(schema, {"invalid field-name": "foo"})
    assert "package org.acme_corp;" in one.text()
    assert "message invalid_record_name {" in one.text()
    assert one.read(data)[1] == {"invalid_field_name": "foo"}


def test_none_may_stay_none_where_there_is_a_default(protobuf: Make) -> None:
    schema = (
        SchemaBuilder.struct().name("KeyValueMessage").field("key", SchemaBuilder.int32().optional())
        .field("value", SchemaBuilder.string().optional().default("string-value")).build()
    )  # fmt: skip
    value = {"key": 123, "value": None}
    plain = HEAD + "message KeyValueMessage { int32 key = 1; string value = 2; }"
    assert protobuf(ignore_default_for_nullables=True).body(schema, value)[1:] == message_of(
        plain, {"key": 123}
    )
    assert protobuf().body(schema, value)[1:] == message_of(plain, {"key": 123, "value": "string-value"})


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        (
            DIAMOND,
            {
                "totalAmount": 3,
                "payee": {
                    "id": "o", "contactAddress": {"postalAddress": "p", "type": "POSTAL"},
                    "locations": [{"id": "l", "physicalAddress": {"type": "PHYSICAL"}}],
                },
            },
        ),
        (RECURSIVE, {"key": 1, "value": "a", "key_value": {"key": 2, "key_value": {"value": "c"}}}),
    ],
    ids=["diamond", "recursive"],
)  # fmt: skip
def test_messages_that_come_again_are_written_again(
    protobuf: Make, text: str, fields: dict[str, Any]
) -> None:
    one, body = protobuf(), message_of(text, fields)
    schema, value = one.read(one.message(text, body))
    assert protobuf().body(schema, value)[1:] == body
