"""Which schema a plain value gets."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from connectsdk.schema import (
    BOOLEAN_SCHEMA,
    BYTES_SCHEMA,
    DATE_SCHEMA,
    FLOAT64_SCHEMA,
    INT64_SCHEMA,
    OPTIONAL_INT64_SCHEMA,
    STRING_SCHEMA,
    TIME_SCHEMA,
    TIMESTAMP_SCHEMA,
    SchemaBuilder,
    decimal_schema,
    infer,
    validate,
)
from tests.ids import shown

INTS = SchemaBuilder.array(INT64_SCHEMA).build()


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        (True, BOOLEAN_SCHEMA),
        (1, INT64_SCHEMA),
        (-(2**63), INT64_SCHEMA),
        (1.5, FLOAT64_SCHEMA),
        ("x", STRING_SCHEMA),
        (b"x", BYTES_SCHEMA),
        (bytearray(), BYTES_SCHEMA),
        (memoryview(b""), BYTES_SCHEMA),
        (datetime(2024, 1, 1, tzinfo=UTC), TIMESTAMP_SCHEMA),
        (date(2024, 1, 1), DATE_SCHEMA),
        (time(1), TIME_SCHEMA),
        (Decimal("1.50"), decimal_schema(2)),
        (Decimal("1E+3"), decimal_schema(-3)),
        ([1, 2], INTS),
        ((1, 2), INTS),
        ([1, None], SchemaBuilder.array(OPTIONAL_INT64_SCHEMA).build()),
        ([None, 1], SchemaBuilder.array(OPTIONAL_INT64_SCHEMA).build()),
        ([[1], [2]], SchemaBuilder.array(INTS).build()),
        ({"a": 1}, SchemaBuilder.map(STRING_SCHEMA, INT64_SCHEMA).build()),
        ({1: [1]}, SchemaBuilder.map(INT64_SCHEMA, INTS).build()),
        ({"a": None, "b": 1}, SchemaBuilder.map(STRING_SCHEMA, OPTIONAL_INT64_SCHEMA).build()),
    ],
)
def test_infers(value, schema):
    assert infer(value) == schema
    validate(schema, value)


@pytest.mark.parametrize(
    "value",
    [
        None,
        2**63,
        datetime(2024, 1, 1),  # noqa: DTZ001 - naive is the point
        Decimal("NaN"),
        object(),
        {1, 2},
        [],
        (),
        {},
        [None],
        [[]],
        [1, "x"],
        [1, 1.5],
        [1, True],
        [[1], ["x"]],
        [Decimal("1.0"), Decimal("1.00")],
        {"a": None},
        {"a": 1, "b": "x"},
        {"a": 1, 2: 1},
        [object()],
    ],
    ids=shown,
)
def test_has_no_single_schema(value):
    assert infer(value) is None
