"""Are numbers and truth values the bytes that Kafka's own serializers write?"""

import math
import struct
from typing import Any

import pytest
from hypothesis import given, strategies as st

from connectsdk.converter import Converter, HeaderConverter
from connectsdk.converters.boolean import BooleanConverter
from connectsdk.converters.numbers import (
    DoubleConverter,
    FloatConverter,
    IntegerConverter,
    LongConverter,
    ShortConverter,
)
from connectsdk.errors import DataError
from connectsdk.schema import (
    BOOLEAN_SCHEMA,
    FLOAT32_SCHEMA,
    FLOAT64_SCHEMA,
    INT16_SCHEMA,
    INT32_SCHEMA,
    INT64_SCHEMA,
    STRING_SCHEMA,
    TIMESTAMP_SCHEMA,
    Schema,
)

WHOLE = {
    ShortConverter: (INT16_SCHEMA, 2),
    IntegerConverter: (INT32_SCHEMA, 4),
    LongConverter: (INT64_SCHEMA, 8),
}
REAL = {FloatConverter: (FLOAT32_SCHEMA, 4), DoubleConverter: (FLOAT64_SCHEMA, 8)}
ALL = {**WHOLE, **REAL, BooleanConverter: (BOOLEAN_SCHEMA, 1)}


def written(converter: Any, schema: Schema | None, value: Any) -> Any:
    return converter.from_connect_data("t", (), schema, value)


@pytest.mark.parametrize("kind", ALL)
def test_they_are_both_kinds_of_converter(kind: Any) -> None:
    assert isinstance(kind(), Converter)
    assert isinstance(kind(), HeaderConverter)


@pytest.mark.parametrize("kind", ALL)
def test_none_stays_none(kind: Any) -> None:
    schema = ALL[kind][0].as_optional()
    assert written(kind(), schema, None) is None
    assert kind().to_connect_data("t", (), None) == (schema, None)
    assert kind().to_connect_header("t", "h", None) == (schema, None)


@pytest.mark.parametrize("kind", WHOLE)
@given(st.data())
def test_whole_numbers_come_back(kind: Any, data: st.DataObject) -> None:
    schema, size = WHOLE[kind]
    limit = 2 ** (8 * size - 1)
    value = data.draw(st.integers(-limit, limit - 1) | st.sampled_from([-limit, limit - 1]))
    for known in (schema, None):
        text = written(kind(), known, value)
        assert text == value.to_bytes(size, "big", signed=True)
        assert kind().to_connect_data("t", (), text) == (schema.as_optional(), value)
    with pytest.raises(DataError):
        written(kind(), schema, limit + abs(value))


@pytest.mark.parametrize("value", [0.0, -0.0, 1.5, math.inf, -math.inf, 5e-324])
def test_reals_come_back(value: float) -> None:
    assert written(DoubleConverter(), FLOAT64_SCHEMA, value) == struct.pack(">d", value)
    assert written(FloatConverter(), FLOAT32_SCHEMA, value) == struct.pack(">f", value)
    assert repr(DoubleConverter().to_connect_header("t", "h", struct.pack(">d", value))[1]) == repr(value)


def test_a_real_that_a_float_cannot_hold_is_refused() -> None:
    with pytest.raises(DataError, match="Failed to serialize to float"):
        written(FloatConverter(), FLOAT32_SCHEMA, 1e39)


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize(
    ("schema", "value"),
    [(STRING_SCHEMA, "1"), (None, "1"), (None, [1]), (TIMESTAMP_SCHEMA, object()), (None, b"1")],
)
def test_other_types_are_refused(kind: Any, schema: Schema | None, value: Any) -> None:
    with pytest.raises(DataError):
        written(kind(), schema, value)


def test_the_schema_says_which_number_it_is() -> None:
    with pytest.raises(DataError, match="int of INT32"):
        written(LongConverter(), INT32_SCHEMA, 5)
    with pytest.raises(DataError, match="bool"):
        written(LongConverter(), None, True)
    with pytest.raises(DataError, match="Invalid schema type for BooleanConverter: INT16"):
        written(BooleanConverter(), INT16_SCHEMA, None)


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("more", [-1, 1])
def test_other_lengths_are_refused(kind: Any, more: int) -> None:
    with pytest.raises(DataError, match="Failed to deserialize"):
        kind().to_connect_data("t", (), b"\0" * (ALL[kind][1] + more))


def test_a_truth_value_is_zero_or_one() -> None:
    assert [written(BooleanConverter(), None, value) for value in (False, True)] == [b"\0", b"\1"]
    assert BooleanConverter().to_connect_data("t", (), b"\1")[1] is True
    with pytest.raises(DataError):
        BooleanConverter().to_connect_data("t", (), b"\2")
