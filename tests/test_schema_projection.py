"""Projection answers what Kafka Connect's SchemaProjector answers."""

import struct
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

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
    OPTIONAL_INT8_SCHEMA,
    OPTIONAL_INT32_SCHEMA,
    STRING_SCHEMA,
    Schema,
    SchemaBuilder,
    Type,
    decimal_schema,
    project,
)

NUMBERS = [INT8_SCHEMA, INT16_SCHEMA, INT32_SCHEMA, INT64_SCHEMA, FLOAT32_SCHEMA, FLOAT64_SCHEMA]
OTHERS = [BOOLEAN_SCHEMA, STRING_SCHEMA, BYTES_SCHEMA]
WITH_DEFAULT = SchemaBuilder.int8().default(7).build()
OPTIONAL_WITH_DEFAULT = SchemaBuilder.int8().optional().default(7).build()


def row(**fields):
    builder = SchemaBuilder.struct()
    for name, schema in fields.items():
        builder.field(name, schema)
    return builder.build()


@pytest.mark.parametrize("source", range(6))
@pytest.mark.parametrize("target", range(6))
def test_numbers_go_to_wider_types_only(source, target):
    value = 3.0 if source >= 4 else 3
    if source > target:
        with pytest.raises(SchemaError, match=r"^Schema type mismatch\. source type: "):
            project(NUMBERS[source], value, NUMBERS[target])
        return
    projected = project(NUMBERS[source], value, NUMBERS[target])
    assert projected == value
    assert type(projected) is (float if target >= 4 else int)


@pytest.mark.parametrize("source", [*OTHERS, *NUMBERS])
@pytest.mark.parametrize("target", OTHERS)
def test_nothing_else_is_promoted(source, target):
    if source == target:
        assert project(source, "as it is", target) == "as it is"
        return
    for one, other in ((source, target), (target, source)):
        with pytest.raises(SchemaError, match="Schema type mismatch"):
            project(one, 1, other)


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        (9007199791611905, 9007200328482816),  # just above a tie that float64 rounds away
        (-9007199791611905, -9007200328482816),
        (2**24 + 1, 2**24),
        (2**24 + 3, 2**24 + 4),
        (2**63 - 1, 2**63),
        (-(2**63), -(2**63)),
        (2**24 - 1, 2**24 - 1),
        (0, 0),
    ],
)
def test_an_int64_becomes_the_nearest_float32(value, rounded):
    assert project(INT64_SCHEMA, value, FLOAT32_SCHEMA) == rounded


@given(st.integers(-(2**63), 2**63 - 1))
def test_every_int64_becomes_a_float32_and_none_is_nearer(value):
    projected = project(INT64_SCHEMA, value, FLOAT32_SCHEMA)
    assert struct.unpack(">f", struct.pack(">f", projected))[0] == projected
    bits = struct.unpack(">I", struct.pack(">f", abs(projected)))[0]
    for neighbour in (bits - 1, bits + 1):
        if neighbour > 0:
            near = struct.unpack(">f", struct.pack(">I", neighbour))[0]
            assert abs(abs(value) - int(abs(projected))) <= abs(abs(value) - int(near))


@pytest.mark.parametrize(
    ("source", "value", "target", "projected"),
    [
        (INT32_SCHEMA, None, INT32_SCHEMA, None),
        (OPTIONAL_INT8_SCHEMA, None, OPTIONAL_WITH_DEFAULT, None),
        (OPTIONAL_INT8_SCHEMA, None, WITH_DEFAULT, 7),
        (OPTIONAL_INT8_SCHEMA, 1, WITH_DEFAULT, 1),
        (INT8_SCHEMA, 1, OPTIONAL_INT32_SCHEMA, 1),
        (DATE_SCHEMA, date(2024, 1, 1), DATE_SCHEMA, date(2024, 1, 1)),
        (DATE_SCHEMA, date(2024, 1, 1), Schema(Type.INT64, name=DATE_NAME), date(2024, 1, 1)),
        (DATE_SCHEMA, date(2024, 1, 1), Schema(Type.FLOAT32, name=DATE_NAME), date(2024, 1, 1)),
        (decimal_schema(1), Decimal("1.1"), decimal_schema(1), Decimal("1.1")),
        (Schema(Type.INT8, version=1, doc="a"), 1, Schema(Type.INT8, version=2, doc="b"), 1),
        (
            SchemaBuilder.array(INT8_SCHEMA).build(),
            (1, 2),
            SchemaBuilder.array(FLOAT64_SCHEMA).build(),
            [1.0, 2.0],
        ),
        (
            SchemaBuilder.array(OPTIONAL_INT8_SCHEMA).build(),
            [],
            SchemaBuilder.array(STRING_SCHEMA).build(),
            [],
        ),
        (
            SchemaBuilder.map(INT8_SCHEMA, OPTIONAL_INT8_SCHEMA).build(),
            {1: None, 2: 3},
            SchemaBuilder.map(INT64_SCHEMA, WITH_DEFAULT).build(),
            {1: 7, 2: 3},
        ),
        (row(a=INT8_SCHEMA, b=INT8_SCHEMA), {"a": 1, "b": 2}, row(b=INT64_SCHEMA), {"b": 2}),
        (row(a=INT8_SCHEMA), {"a": 1}, row(b=OPTIONAL_WITH_DEFAULT, c=WITH_DEFAULT), {"c": 7}),
        (row(a=OPTIONAL_WITH_DEFAULT), {}, row(a=OPTIONAL_INT8_SCHEMA), {"a": 7}),
        (row(a=OPTIONAL_INT8_SCHEMA), {}, row(a=WITH_DEFAULT), {"a": 7}),
        (row(a=OPTIONAL_INT8_SCHEMA), {}, row(a=OPTIONAL_WITH_DEFAULT), {"a": None}),
        (row(r=row(a=INT8_SCHEMA)), {"r": {"a": 1}}, row(r=row(a=FLOAT64_SCHEMA)), {"r": {"a": 1.0}}),
    ],
)
def test_projects(source, value, target, projected):
    assert project(source, value, target) == projected


@pytest.mark.parametrize(
    ("source", "value", "target", "message"),
    [
        (
            OPTIONAL_INT32_SCHEMA,
            1,
            INT32_SCHEMA,
            "Writer schema is optional, however, target schema does not provide a default value.",
        ),
        (INT64_SCHEMA, 1, INT32_SCHEMA, "Schema type mismatch. source type: INT64 and target type: INT32"),
        (
            Schema(Type.STRUCT, name="row"),
            {},
            Schema(Type.STRUCT),
            "Schema name mismatch. source name: row and target name: None",
        ),
        (
            decimal_schema(1),
            Decimal("1.1"),
            decimal_schema(2),
            "Schema parameters not equal. source parameters: {'scale': '1'} and target parameters: {'scale': '2'}",
        ),
        (
            row(a=INT8_SCHEMA),
            {"a": 1},
            row(z=INT8_SCHEMA),
            "Required field `z` is missing from source schema: Schema{STRUCT}",
        ),
        (
            row(a=INT8_SCHEMA),
            {"a": 1},
            row(a=STRING_SCHEMA),
            "Error projecting a: Schema type mismatch. source type: INT8 and target type: STRING",
        ),
        (
            row(a=INT8_SCHEMA),
            {},
            row(a=INT8_SCHEMA),
            'Invalid value: null used for required field: "a", schema type: INT8',
        ),
        (
            Schema(Type.ARRAY),
            [1],
            SchemaBuilder.array(INT8_SCHEMA).build(),
            "No schema defined for the elements to project",
        ),
    ],
)
def test_refuses(source, value, target, message):
    with pytest.raises(SchemaError) as failure:
        project(source, value, target)
    assert str(failure.value) == message
