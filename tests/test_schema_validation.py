"""What fits which schema; locations and messages are Kafka Connect's, and never hold the value."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import IntEnum

import pytest

from connectsdk.errors import SchemaError
from connectsdk.schema import (
    BOOLEAN_SCHEMA,
    BYTES_SCHEMA,
    DATE_NAME,
    DATE_SCHEMA,
    FLOAT32_SCHEMA,
    FLOAT64_SCHEMA,
    INT8_SCHEMA,
    INT16_SCHEMA,
    INT32_SCHEMA,
    INT64_SCHEMA,
    OPTIONAL_DATE_SCHEMA,
    OPTIONAL_INT8_SCHEMA,
    STRING_SCHEMA,
    TIME_SCHEMA,
    TIMESTAMP_SCHEMA,
    Schema,
    SchemaBuilder,
    Type,
    decimal_schema,
    fits,
    validate,
    validator,
)
from tests.ids import shown

SECRET = "s3cr3t"  # noqa: S105 - a value to look for in messages
NAN = float("nan")
INFINITY = float("inf")
PLUS_ONE = timezone(timedelta(hours=1))

ARRAY = SchemaBuilder.array(INT8_SCHEMA).build()
MAP = SchemaBuilder.map(STRING_SCHEMA, OPTIONAL_INT8_SCHEMA).build()
DEFAULTED = SchemaBuilder.int8().default(7).build()
ROW = (
    SchemaBuilder.struct()
    .name("row")
    .field("id", INT8_SCHEMA)
    .field("maybe", OPTIONAL_INT8_SCHEMA)
    .field("defaulted", DEFAULTED)
    .build()
)
NESTED = (
    SchemaBuilder.struct().field("row", ROW).field("rows", SchemaBuilder.array(ROW.as_optional())).build()
)


class Level(IntEnum):
    HIGH = 3


FITTING = [
    *((INT8_SCHEMA, value) for value in (-128, 0, 127, Level.HIGH)),
    *((INT16_SCHEMA, value) for value in (-(2**15), 2**15 - 1)),
    *((INT32_SCHEMA, value) for value in (-(2**31), 2**31 - 1)),
    *((INT64_SCHEMA, value) for value in (-(2**63), 2**63 - 1)),
    *(
        (FLOAT32_SCHEMA, value)
        for value in (0.1, 3.4028234663852886e38, NAN, INFINITY, -INFINITY, 2**24, -(2**24))
    ),
    *((FLOAT64_SCHEMA, value) for value in (1e308, NAN, INFINITY, 2**53, -(2**53), 0)),
    *((BOOLEAN_SCHEMA, value) for value in (True, False)),
    *((STRING_SCHEMA, value) for value in ("", "é")),
    *((BYTES_SCHEMA, value) for value in (b"", bytearray(b"a"), memoryview(b"a"))),
    *((ARRAY, value) for value in ([], [1], (1, 2))),
    *((MAP, value) for value in ({}, {"a": 1, "b": None})),
    *((decimal_schema(2), value) for value in (Decimal(1), Decimal("1.23"))),
    (DATE_SCHEMA, date(2024, 1, 1)),
    *((TIME_SCHEMA, value) for value in (time(1), time(1, tzinfo=UTC))),
    *((TIMESTAMP_SCHEMA, datetime(2024, 1, 1, tzinfo=zone)) for zone in (UTC, PLUS_ONE)),
    (OPTIONAL_INT8_SCHEMA, None),
    (OPTIONAL_DATE_SCHEMA, None),
    (ARRAY.as_optional(), None),
    (Schema(Type.INT64, name=DATE_NAME), date(2024, 1, 1)),  # the name decides, whatever the base type
    (Schema(Type.INT8, name="other"), 1),
    (ROW, {"id": 1, "maybe": None, "defaulted": None}),
    (ROW, {"id": 1}),
    (ROW, {"id": 1, "maybe": 2, "defaulted": 3}),
    (NESTED, {"row": {"id": 1}, "rows": [{"id": 1}, None]}),
    (SchemaBuilder.struct().build(), {}),
]


@pytest.mark.parametrize(("schema", "value"), FITTING, ids=shown)
def test_fits(schema, value):
    validate(schema, value)
    validator(schema)(value)
    assert fits(schema)(value)


def wrong(kind, type_name, where="value", name=""):
    return f"Invalid object for schema{name} with type {type_name}: {kind} for {where}"


def missing(type_name, where="value"):
    return f"Invalid value: null used for required {where}, schema type: {type_name}"


DECIMAL_LABEL = ' "org.apache.kafka.connect.data.Decimal"'
DATE_LABEL = ' "org.apache.kafka.connect.data.Date"'
TIME_LABEL = ' "org.apache.kafka.connect.data.Time"'
TIMESTAMP_LABEL = ' "org.apache.kafka.connect.data.Timestamp"'
NAIVE = "a naive datetime (add a zone, as with datetime.now(UTC))"

UNFIT = [
    *((INT8_SCHEMA, value, wrong("an int out of range", "INT8")) for value in (-129, 128, 2**70)),
    *((INT16_SCHEMA, value, wrong("an int out of range", "INT16")) for value in (-(2**15) - 1, 2**15)),
    *((INT32_SCHEMA, value, wrong("an int out of range", "INT32")) for value in (-(2**31) - 1, 2**31)),
    *((INT64_SCHEMA, value, wrong("an int out of range", "INT64")) for value in (-(2**63) - 1, 2**63)),
    *(
        (schema, True, wrong("bool", schema.type.name))
        for schema in (INT8_SCHEMA, INT16_SCHEMA, INT32_SCHEMA)
    ),
    *(
        (schema, True, wrong("bool", schema.type.name))
        for schema in (INT64_SCHEMA, FLOAT32_SCHEMA, FLOAT64_SCHEMA)
    ),
    *((schema, 1.0, wrong("float", schema.type.name)) for schema in (INT8_SCHEMA, INT64_SCHEMA)),
    *(
        (FLOAT32_SCHEMA, value, wrong("a float out of range", "FLOAT32"))
        for value in (3.5e38, -3.5e38, 3.402823466385289e38)
    ),
    (FLOAT32_SCHEMA, 2**24 + 1, wrong("an int that is not exact", "FLOAT32")),
    (FLOAT64_SCHEMA, -(2**53) - 1, wrong("an int that is not exact", "FLOAT64")),
    (FLOAT64_SCHEMA, "1.0", wrong("str", "FLOAT64")),
    (FLOAT64_SCHEMA, Decimal(1), wrong("Decimal", "FLOAT64")),
    *((BOOLEAN_SCHEMA, value, wrong(type(value).__name__, "BOOLEAN")) for value in (0, 1, "true")),
    (STRING_SCHEMA, SECRET.encode(), wrong("bytes", "STRING")),
    (BYTES_SCHEMA, SECRET, wrong("str", "BYTES")),
    (decimal_schema(2), b"1", wrong("bytes", "BYTES", name=DECIMAL_LABEL)),
    (decimal_schema(2), Decimal("NaN"), wrong("a Decimal that is not finite", "BYTES", name=DECIMAL_LABEL)),
    (DATE_SCHEMA, 1, wrong("int", "INT32", name=DATE_LABEL)),
    (DATE_SCHEMA, datetime(2024, 1, 1, tzinfo=UTC), wrong("datetime", "INT32", name=DATE_LABEL)),
    (TIME_SCHEMA, 1, wrong("int", "INT32", name=TIME_LABEL)),
    (
        TIME_SCHEMA,
        time(1, tzinfo=PLUS_ONE),
        wrong("a time with a zone other than UTC", "INT32", name=TIME_LABEL),
    ),
    (TIMESTAMP_SCHEMA, 1, wrong("int", "INT64", name=TIMESTAMP_LABEL)),
    (TIMESTAMP_SCHEMA, datetime(2024, 1, 1), wrong(NAIVE, "INT64", name=TIMESTAMP_LABEL)),  # noqa: DTZ001 - the point
    (TIMESTAMP_SCHEMA, date(2024, 1, 1), wrong("date", "INT64", name=TIMESTAMP_LABEL)),
    (INT8_SCHEMA, None, missing("INT8")),
    (DEFAULTED, None, missing("INT8")),  # a default makes None legal for a field only
    (ARRAY, None, missing("ARRAY")),
    (SchemaBuilder.array(DEFAULTED).build(), [None], missing("INT8", "element of array value")),
    (ARRAY, SECRET, wrong("str", "ARRAY")),
    (ARRAY, {1: 1}, wrong("dict", "ARRAY")),
    (ARRAY, [1, SECRET], wrong("str", "INT8", "element of array value")),
    (
        SchemaBuilder.array(OPTIONAL_INT8_SCHEMA).build(),
        [None, SECRET],
        wrong("str", "INT8", "element of array value"),
    ),
    (MAP, [SECRET], wrong("list", "MAP")),
    (MAP, {1: 1}, wrong("int", "STRING", "key of map value")),
    (MAP, {SECRET: SECRET}, wrong("str", "INT8", "value of map value")),
    (Schema(Type.ARRAY), [], "No schema defined for element of array value"),
    (Schema(Type.MAP), {}, "No schema defined for key of map value"),
    (Schema(Type.MAP, key_schema=STRING_SCHEMA), {}, "No schema defined for value of map value"),
    (ROW, [SECRET], wrong("list", "STRUCT", name=' "row"')),
    (ROW, {"id": SECRET}, wrong("str", "INT8", 'field: "id"')),
    (ROW, {"id": 1, "maybe": SECRET}, wrong("str", "INT8", 'field: "maybe"')),
    (ROW, {"id": 1, "defaulted": SECRET}, wrong("str", "INT8", 'field: "defaulted"')),
    (ROW, {}, missing("INT8", 'field: "id"')),
    (ROW, {"id": None}, missing("INT8", 'field: "id"')),
    (ROW, {"id": 1, "b": SECRET}, "b is not a valid field name of value, schema: Schema{row:STRUCT}"),
    (ROW, {"id": 1, 5: SECRET}, "A struct's dict has a key that is a int, not a str, for value"),
    (NESTED, {"row": {"id": SECRET}, "rows": []}, wrong("str", "INT8", 'field: "id" of field: "row"')),
    (
        NESTED,
        {"row": {"id": 1}, "rows": [{"id": 1}, {"id": SECRET}]},
        wrong("str", "INT8", 'field: "id" of element of array field: "rows"'),
    ),
    (
        NESTED,
        {"row": {"id": 1}, "rows": [1]},
        wrong("int", "STRUCT", 'element of array field: "rows"', ' "row"'),
    ),
    (ARRAY.as_optional(), [SECRET], wrong("str", "INT8", "element of array value")),
]


@pytest.mark.parametrize(("schema", "value", "message"), UNFIT, ids=shown)
def test_does_not_fit(schema, value, message):
    assert not fits(schema)(value)
    with pytest.raises(SchemaError) as failure:
        validate(schema, value)
    assert str(failure.value) == message
    with pytest.raises(SchemaError) as failure:
        validator(schema)(value)
    assert str(failure.value) == message
    assert SECRET not in str(failure.value)


def test_the_location_is_the_callers():
    with pytest.raises(SchemaError, match=r'for field: "id" of key$'):
        validate(ROW, {"id": "x"}, "key")
    with pytest.raises(SchemaError, match=r"for element of array header$"):
        validate(ARRAY, ["x"], "header")


def test_a_validator_is_made_once_per_schema():
    assert validator(ROW) is validator(ROW)
    assert fits(ROW) is fits(ROW)
