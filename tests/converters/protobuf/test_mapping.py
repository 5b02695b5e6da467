"""Which schema and which values does Protobuf data have, by ProtobufData's rules, and which message has Connect data?"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import attrs
import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from connectsdk.errors import DataError
from connectsdk.schema import (
    DATE_SCHEMA,
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
    SchemaReference,
    Type,
    decimal_schema,
    validate,
)
from tests.converters.protobuf.conftest import Protobuf

Make = Callable[..., Protobuf]
SCHEMAS = Path(__file__).parent / "schemas"
HEAD = 'syntax = "proto3"; '
ENUM = "io.confluent.connect.protobuf.Enum"
UNION = "io.confluent.connect.protobuf.Union"
TAG = "io.confluent.connect.protobuf.Tag"
TYPE = "io.confluent.connect.protobuf.Type"
WRAPPER = "io.confluent.connect.protobuf.Wrapper"
CONNECT_ENUM = "org.apache.kafka.connect.data.Enum"
CONNECT_UNION = "org.apache.kafka.connect.data.Union"


@cache
def everything() -> Any:
    """Return the class that plain protobuf makes of what protoc compiled."""
    files = descriptor_pb2.FileDescriptorSet.FromString((SCHEMAS / "everything.bin").read_bytes())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("org.example.shop.Everything"))


def full() -> Any:
    """Return a message that has something in every field."""
    message = everything()(
        a_double=1.5,
        a_float=0.5,
        an_int32=-3,
        an_int64=-(2**62),
        a_uint32=2**32 - 1,
        a_uint64=2**64 - 1,
        a_sint32=-8,
        a_sint64=-9,
        a_fixed32=10,
        a_fixed64=2**63,
        a_sfixed32=-12,
        a_sfixed64=-13,
        a_bool=True,
        a_string="é",
        a_bytes=b"\0",
        maybe=1,
        colour=1,
        deep={"number": 4},
        inner={"number": 5, "kind": 1},
        numbers=[1, 2],
        inners=[{"number": 6}],
        by_name={"a": {"number": 7}},
        by_number={8: "b"},
        price={"value": b"\x04\xd2", "scale": 2, "precision": 4},
        wrapped={"value": "w"},
        again={"an_int32": 1},
        text="t",
        colours=[0, -1],
    )
    message.day.year, message.day.month, message.day.day = 2024, 2, 29
    message.hour.hours, message.hour.nanos = 23, 999_999_999
    message.at.seconds, message.at.nanos = -1, 1_999_999
    return message


INNER = {"number": 5, "kind": "B"}
FULL = {
    "choice_0": {"text": "t"},
    "a_double": 1.5,
    "a_float": 0.5,
    "an_int32": -3,
    "an_int64": -(2**62),
    "a_uint32": 2**32 - 1,
    "a_uint64": -1,
    "a_sint32": -8,
    "a_sint64": -9,
    "a_fixed32": 10,
    "a_fixed64": -(2**63),
    "a_sfixed32": -12,
    "a_sfixed64": -13,
    "a_bool": True,
    "a_string": "é",
    "a_bytes": b"\0",
    "maybe": 1,
    "colour": "COLOUR_GREEN",
    "deep": {"number": 4},
    "inner": INNER,
    "numbers": [1, 2],
    "inners": [{"number": 6, "kind": "A"}],
    "by_name": {"a": {"number": 7, "kind": "A"}},
    "by_number": {8: "b"},
    "at": datetime(1969, 12, 31, 23, 59, 59, 1000, UTC),
    "day": date(2024, 2, 29),
    "hour": time(23, 0, 0, 999_000),
    "price": Decimal("12.34"),
    "wrapped": {"value": "w"},
    "colours": ["COLOUR_RED", "COLOUR_NONE"],
}


def test_what_plain_protobuf_writes_is_read(protobuf: Make) -> None:
    one = protobuf()
    data = one.message((SCHEMAS / "everything.proto").read_text(), full().SerializeToString(), b"\2\2")
    schema, value = one.read(data)
    again = value.pop("again")
    assert value == FULL
    assert again["an_int32"] == 1
    assert again["again"] is None
    assert again["maybe"] is None
    assert schema is not None
    validate(schema, {**FULL, "again": again})
    assert schema.name == "Everything"
    assert schema.field("an_int32").schema.type is Type.INT8  # type: ignore[union-attr]
    assert isinstance(schema.field("again").schema, SchemaReference)  # type: ignore[union-attr]
    price = schema.field("price").schema  # type: ignore[union-attr]
    assert dict(price.parameters) == {"scale": "2", "connect.decimal.precision": "9", TAG: "28"}


@pytest.mark.parametrize(
    "switches",
    [
        {},
        {"enhanced_protobuf_schema_support": "true"},
        {"generalized_sum_type_support": "true"},
        {"int_for_enums": "true"},
        {"generate_index_for_unions": "false"},
    ],
)
def test_what_was_read_is_written_for_plain_protobuf(protobuf: Make, switches: dict[str, str]) -> None:
    one = protobuf(**switches)
    text = (SCHEMAS / "everything.proto").read_text()
    schema, value = one.read(one.message(text, full().SerializeToString(), b"\2\2"))
    if "int_for_enums" in switches:  # numbers that two symbols share, and -1
        assert value["colours"] == [0, -1]
    written = one.write(schema, value)
    assert everything().FromString(written[6:]).colours == [0, -1]
    back = everything().FromString(written[6:])
    expected = full()
    expected.at.nanos, expected.hour.nanos = 1_000_000, 999_000_000  # milliseconds
    assert back == expected


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("int32 a = 7;", Schema(Type.INT32, optional=True)),
        ("sint32 a = 7;", Schema(Type.INT32, optional=True, parameters={TYPE: "sint32"})),
        ("sfixed32 a = 7;", Schema(Type.INT32, optional=True, parameters={TYPE: "sfixed32"})),
        ("uint32 a = 7;", Schema(Type.INT64, optional=True, parameters={TYPE: "uint32"})),
        ("fixed32 a = 7;", Schema(Type.INT64, optional=True, parameters={TYPE: "fixed32"})),
        ("int64 a = 7;", Schema(Type.INT64, optional=True)),
        ("uint64 a = 7;", Schema(Type.INT64, optional=True, parameters={TYPE: "uint64"})),
        ("sint64 a = 7;", Schema(Type.INT64, optional=True, parameters={TYPE: "sint64"})),
        ("float a = 7;", Schema(Type.FLOAT32, optional=True)),
        ("double a = 7;", Schema(Type.FLOAT64, optional=True)),
        ("bool a = 7;", Schema(Type.BOOLEAN, optional=True)),
        ("bytes a = 7;", Schema(Type.BYTES, optional=True)),
        (
            "repeated string a = 7;",
            Schema(Type.ARRAY, optional=True, value_schema=OPTIONAL_STRING_SCHEMA),
        ),
        (
            "E a = 7; enum E { X = 0; Y = 5; }",
            Schema(
                Type.STRING,
                optional=True,
                name="E",
                parameters={ENUM: "E", f"{ENUM}.X": "0", f"{ENUM}.Y": "5"},
            ),
        ),
        (
            "map<string, int32> a_b = 7;",
            Schema(
                Type.MAP,
                optional=True,
                name="a_b",
                key_schema=Schema(Type.STRING, optional=True, parameters={TAG: "1"}),
                value_schema=Schema(Type.INT32, optional=True, parameters={TAG: "2"}),
            ),
        ),
    ],
)
def test_a_field_has_a_schema(protobuf: Make, field: str, expected: Schema) -> None:
    schema = protobuf().schema_of(f"{HEAD} package p; message A {{ {field} }}")
    assert schema.fields[0].schema == attrs.evolve(expected, parameters={**expected.parameters, TAG: "7"})


SWITCHED = """syntax = "proto3"; package p; import "google/protobuf/wrappers.proto";
message A {
  E e = 1; google.protobuf.Int32Value w = 2; optional int32 o = 3; int32 r = 4; B b = 5;
  oneof u { string s = 6; google.protobuf.StringValue v = 7; }
  enum E { X = 0; }
  message B { int32 x = 1; }
}"""


@pytest.mark.parametrize(
    ("switch", "checks"),
    [
        ("", {"e": "E", "u_0": f"{UNION}.u", "b": "B", "w": "Int32Value"}),
        ("enhanced_protobuf_schema_support", {"e": "p.A.E", "u_0": f"{UNION}.p.A.u", "b": "p.A.B"}),
        ("generalized_sum_type_support", {"e": "E", "u_0": "u"}),
        ("wrapper_for_nullables", {"w": None, "b": "B"}),
    ],
)
def test_names_follow_the_switches(protobuf: Make, switch: str, checks: dict[str, str | None]) -> None:
    schema = protobuf(**({switch: "true"} if switch else {})).schema_of(SWITCHED)
    assert {name: schema.field(name).schema.name for name in checks} == checks  # type: ignore[union-attr]


def test_what_may_be_none_follows_the_switches(protobuf: Make) -> None:
    def optional(**switches: str) -> dict[str, bool]:
        schema = protobuf(**switches).schema_of(SWITCHED)
        return {field.name: field.schema.optional for field in schema.fields}

    assert all(optional().values())
    wanted = {"e": True, "w": True, "b": True, "u_0": True, "r": False}
    assert optional(wrapper_for_nullables="true") == {**wanted, "o": True}
    assert optional(optional_for_nullables="true") == {**wanted, "o": True}
    assert "u" in optional(generate_index_for_unions="false")
    assert {"s", "v"} < optional(flatten_unions="true").keys()


def test_wrapped_members_of_a_union_stay_wrapped(protobuf: Make) -> None:
    one = protobuf(wrapper_for_nullables="true")
    schema, value = one.read(one.message(SWITCHED, b"\x3a\x03\x0a\x01q"))
    members = schema.field("u_0").schema.fields  # type: ignore[union-attr]
    assert [field.schema.parameters.get(WRAPPER) for field in members] == [None, "true"]
    assert value["u_0"] == {"v": "q"}
    assert one.body(schema, value) == b"\0\x3a\x03\x0a\x01q"


def test_structs_for_nulls(protobuf: Make) -> None:
    one = protobuf(generate_struct_for_nulls="true")
    assert one.read(one.message(SWITCHED, b""))[1]["b"] == {"x": 0}
    itself = f"{HEAD} message A {{ A a = 1; }}"
    assert one.read(one.message(itself, b""))[1] == {"a": None}


def test_defaults_of_proto_2(protobuf: Make) -> None:
    text = (SCHEMAS / "old.proto").read_text()
    one, other = protobuf(), protobuf(optional_for_proto2="false")
    assert one.read(one.message(text, b"\x08\x01"))[1]["name"] is None
    assert other.read(other.message(text, b"\x08\x01"))[1] == {
        "pick_0": None,
        "id": 1,
        "name": "abcd",
        "raw": b"\1\xff",
        "big": -16,
        "kind": "B",
        "flag": True,
        "ratio": -0.25,
        "many": [],
    }


@pytest.mark.parametrize(
    ("schema", "value", "body"),
    [
        (INT8_SCHEMA, 5, b"\x02\x08\x08\x05"),
        (INT32_SCHEMA, 5, b"\x02\x08\x08\x05"),
        (INT64_SCHEMA, 0, b"\x02\x04"),
        (Schema(Type.FLOAT32), 1.0, b"\x02\x02\x0d\0\0\x80\x3f"),
        (Schema(Type.FLOAT64), 0.0, b"\0"),
        (Schema(Type.BOOLEAN), True, b"\x02\x0c\x08\1"),
        (STRING_SCHEMA, "a", b"\x02\x0e\x0a\1a"),
        (Schema(Type.BYTES), b"a", b"\x02\x10\x0a\1a"),
    ],
)
def test_values_outside_of_structs_are_wrapped(
    protobuf: Make, schema: Schema, value: Any, body: bytes
) -> None:
    one = protobuf()
    assert one.body(schema, value) == body
    assert one.read(one.write(schema, value))[1] == value
    wrapped = one.another(wrapper_for_raw_primitives="false")
    one.converter = wrapped
    assert one.read(one.write(schema, value))[1] == {"value": value}


def test_the_text_of_a_schema(protobuf: Make) -> None:
    inner = SchemaBuilder.struct().name("x.Inner").field("narrow", INT8_SCHEMA).build()
    schema = (
        SchemaBuilder.struct()
        .name("org.example.Row")
        .field("narrow", INT16_SCHEMA)
        .field("price", decimal_schema(2))
        .field("tags", SchemaBuilder.map(STRING_SCHEMA, INT32_SCHEMA).build())
        .field("Inner", inner)
        .field("many", SchemaBuilder.array(inner).build())
        .field("maybe", OPTIONAL_STRING_SCHEMA)
        .field(
            "kind",
            SchemaBuilder.string().parameters({ENUM: "Kind", f"{ENUM}.B": "1", f"{ENUM}.A": "0"}).build(),
        )
        .field(
            "choice_0",
            SchemaBuilder.struct()
            .name(f"{UNION}.choice")
            .field("n", OPTIONAL_INT32_SCHEMA)
            .optional()
            .build(),
        )
        .build()
    )
    one = protobuf(optional_for_nullables="true")
    one.write(
        schema,
        {
            "narrow": 1,
            "price": Decimal("1.00"),
            "tags": {"a": 1},
            "Inner": {"narrow": 1},
            "many": [],
            "kind": "A",
        },
    )
    assert one.text() == (SCHEMAS / "row.proto").read_text()


def test_logical_values(protobuf: Make) -> None:
    schema = (
        SchemaBuilder.struct()
        .name("Row")
        .field("at", TIMESTAMP_SCHEMA)
        .field("day", DATE_SCHEMA)
        .field("hour", TIME_SCHEMA)
        .field("small", decimal_schema(-2))
        .build()
    )
    value = {
        "at": datetime(1, 1, 1, tzinfo=UTC),
        "day": date(9999, 12, 31),
        "hour": time(23, 59, 59, 999_000),
        "small": Decimal("-1E+2"),
    }
    one = protobuf()
    assert one.read(one.write(schema, value))[1] == value


@pytest.mark.parametrize(
    "schema",
    [
        SchemaBuilder.array(STRING_SCHEMA).build(),
        SchemaBuilder.map(STRING_SCHEMA, STRING_SCHEMA).build(),
        DATE_SCHEMA,
        SchemaBuilder.struct().name("a b").build(),
        SchemaBuilder.struct().field("a b", STRING_SCHEMA).build(),
        SchemaBuilder.struct().field("a = 1; } message X {", STRING_SCHEMA).build(),
        SchemaBuilder.struct()
        .field("a", SchemaBuilder.array(SchemaBuilder.array(STRING_SCHEMA).build()).build())
        .build(),
        SchemaBuilder.struct().field("a", Schema(Type.ARRAY)).build(),
        SchemaBuilder.struct().field("a", Schema(Type.INT32, parameters={TAG: "0"})).build(),
        SchemaBuilder.struct().field("a", Schema(Type.INT32, parameters={TYPE: "string"})).build(),
        SchemaBuilder.struct()
        .field("a", Schema(Type.STRING, parameters={ENUM: "E", f"{ENUM}.X": "x"}))
        .build(),
        SchemaBuilder.struct()
        .field("a", Schema(Type.STRING, parameters={ENUM: "E", f"{ENUM}.X": "1"}))
        .build(),
    ],
)
def test_what_protobuf_cannot_express_is_refused(protobuf: Make, schema: Schema) -> None:
    value: Any = {Type.ARRAY: [], Type.MAP: {}, Type.STRUCT: {"a": None}}.get(schema.type, date(2020, 1, 1))
    with pytest.raises(DataError):
        protobuf().write(schema, value)


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (SchemaBuilder.struct().field("a", STRING_SCHEMA).build(), {}),
        (SchemaBuilder.struct().field("a", STRING_SCHEMA).build(), {"a": 1}),
        (SchemaBuilder.struct().field("a", STRING_SCHEMA).build(), {"a": "b", "c": 1}),
        (SchemaBuilder.struct().field("a", STRING_SCHEMA).build(), {"a": "\ud800"}),
        (SchemaBuilder.struct().field("a", INT8_SCHEMA).build(), {"a": 300}),
        (
            SchemaBuilder.struct().field("a", Schema(Type.INT64, parameters={TYPE: "uint32"})).build(),
            {"a": -1},
        ),
        (
            SchemaBuilder.struct().field("a", SchemaBuilder.array(OPTIONAL_STRING_SCHEMA).build()).build(),
            {"a": [None]},
        ),
        (SchemaBuilder.struct().field("a", decimal_schema(2)).build(), {"a": Decimal("NaN")}),
        (
            SchemaBuilder.struct()
            .field("a", Schema(Type.STRING, parameters={ENUM: "E", f"{ENUM}.X": "0"}))
            .build(),
            {"a": "Y"},
        ),
        (
            SchemaBuilder.struct()
            .field(
                "a",
                SchemaBuilder.struct()
                .name(f"{UNION}.u")
                .field("x", OPTIONAL_INT32_SCHEMA)
                .field("y", OPTIONAL_INT32_SCHEMA)
                .build(),
            )
            .build(),
            {"a": {"x": 1, "y": 2}},
        ),
        (None, {"a": 1}),
    ],
)
def test_values_that_do_not_fit_are_refused(protobuf: Make, schema: Schema | None, value: Any) -> None:
    with pytest.raises(DataError):
        protobuf().write(schema, value)


def test_none_is_none(protobuf: Make) -> None:
    one = protobuf()
    assert one.write(INT32_SCHEMA, None) is None
    assert one.write(None, None) is None
    assert one.read(None) == (None, None)


def test_defaults_stand_in_for_none(protobuf: Make) -> None:
    schema = (
        SchemaBuilder.struct()
        .name("Row")
        .field("a", SchemaBuilder.string().optional().default("d").build())
        .build()
    )
    assert protobuf().body(schema, {"a": None}) == b"\0\x0a\1d"
    assert protobuf(ignore_default_for_nullables="true").body(schema, {"a": None}) == b"\0"


@pytest.mark.parametrize(
    ("name", "legal"),
    [
        ("ok_1", "ok_1"),
        ("_a", "x_a"),
        ("1a", "x1a"),
        ("a b", "a_b"),
        ("a-b", "a_b"),
        ("é", "_C3_A9"),
        ("a~", "a_7E"),
    ],
)
def test_names_are_scrubbed(protobuf: Make, name: str, legal: str) -> None:
    one = protobuf(scrub_invalid_names="true")
    schema = SchemaBuilder.struct().name(f"p.{name}").field(name, STRING_SCHEMA).build()
    assert one.read(one.write(schema, {name: "v"}))[1] == {legal: "v"}
    assert f"message {legal} {{" in one.text()


@pytest.mark.parametrize("word", ["string", "message", "map", "optional", "google", "confluent", "enum"])
def test_words_of_the_language_are_names(protobuf: Make, word: str) -> None:
    inner = SchemaBuilder.struct().name(word).field("x", decimal_schema(1)).build()
    schema = (
        SchemaBuilder.struct()
        .name(f"p.{word}.Row")
        .field(f"{word}_", inner)
        .field("s", STRING_SCHEMA)
        .build()
    )
    one, value = protobuf(), {f"{word}_": {"x": Decimal("1.5")}, "s": "a"}
    assert one.read(one.write(schema, value))[1] == value


def test_structs_inside_of_themselves(protobuf: Make) -> None:
    again = SchemaReference(Type.STRUCT, optional=True, name="Node")
    middle = SchemaBuilder.struct().name("Middle").field("node", again).build()
    schema = (
        SchemaBuilder.struct()
        .name("Node")
        .field("id", INT32_SCHEMA)
        .field("next", again)
        .field("via", middle.as_optional())
        .build()
    )
    again.refer_to(schema)
    one = protobuf()
    value = {
        "id": 1,
        "next": {"id": 2, "next": None, "via": None},
        "via": {"node": {"id": 3, "next": None, "via": None}},
    }
    assert one.read(one.write(schema, value))[1] == value


def test_two_things_of_one_name(protobuf: Make) -> None:
    one = SchemaBuilder.struct().name("X").field("a", INT32_SCHEMA).build()
    other = SchemaBuilder.struct().name("X").field("b", INT32_SCHEMA).build()
    same = SchemaBuilder.struct().name("R").field("p", one).field("q", one.as_optional()).build()
    converter = protobuf()
    assert converter.read(converter.write(same, {"p": {"a": 1}, "q": None}))[1] == {"p": {"a": 1}, "q": None}
    differing = SchemaBuilder.struct().name("R").field("p", one).field("q", other).build()
    with pytest.raises(DataError, match="called X"):
        converter.write(differing, {"p": {"a": 1}, "q": {"b": 1}})


def test_names_that_meet_are_refused(protobuf: Make) -> None:
    union = SchemaBuilder.struct().name(f"{UNION}.a").field("b", OPTIONAL_INT32_SCHEMA).optional().build()
    schema = SchemaBuilder.struct().name("R").field("a", INT32_SCHEMA).field("u", union).build()
    with pytest.raises(DataError, match="called a"):
        protobuf().write(schema, {"a": 1})


def test_numbers_that_are_said_are_kept_free(protobuf: Make) -> None:
    said = Schema(Type.INT32, parameters={TAG: "1"})
    schema = SchemaBuilder.struct().name("R").field("a", INT32_SCHEMA).field("b", said).build()
    assert protobuf().body(schema, {"a": 5, "b": 6}) == b"\0\x08\6\x10\5"


def test_names_of_other_packages_are_full_where_they_mean_something_else(protobuf: Make) -> None:
    schema = SchemaBuilder.struct().name("org.google.R").field("a", DATE_SCHEMA).build()
    one = protobuf()
    one.write(schema, {"a": date(2020, 1, 1)})
    assert "  .google.type.Date a = 1;" in one.text()


NARROW = f"""{HEAD} import "confluent/meta.proto"; message Row {{{{
    int32 a = 1 [(confluent.field_meta) = {{{{ params: [{{{{ key: "connect.type", value: "{{kind}}" }}}}] }}}}];
    repeated int32 b = 2 [(confluent.field_meta) = {{{{ params: [{{{{ key: "connect.type", value: "{{kind}}" }}}}] }}}}]; }}}}"""


@pytest.mark.parametrize(("kind", "end"), [("int8", 2**7), ("int16", 2**15)])
def test_numbers_that_are_no_longer_as_narrow_as_their_schema_says_are_refused(
    protobuf: Make, kind: str, end: int
) -> None:
    one, text = protobuf(), NARROW.format(kind=kind)
    fits = one.message(text, b"\x08" + varint(end - 1) + b"\x12" + sized(varint(-end) + varint(end - 1)))
    schema, value = one.read(fits)
    assert schema is not None
    validate(schema, value)
    assert value == {"a": end - 1, "b": [-end, end - 1]}
    for number in (end, -end - 1):
        for body in (b"\x08" + varint(number), b"\x12" + sized(varint(number))):
            with pytest.raises(DataError, match=f"{number} in field [ab] is beyond its type, .* is {kind}"):
                one.read(one.message(text, body))


def varint(number: int) -> bytes:
    """Return a number as Protobuf writes it."""
    number %= 2**64
    written = bytearray()
    while number > 0x7F:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*written, number])


def sized(body: bytes) -> bytes:
    return varint(len(body)) + body
