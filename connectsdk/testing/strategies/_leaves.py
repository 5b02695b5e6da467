"""Which values can one field hold, type by type?"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from connectsdk.schema import DATE_NAME, DECIMAL_NAME, TIME_NAME, TIMESTAMP_NAME, Schema, Type, decimal_scale

__all__ = ("BYTES", "FLOATS", "INT64", "TEXTS", "leaf_values")

_MS_PER_DAY = 86_400_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.toordinal()
_FIRST_MS = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)
_LAST_MS = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)


def _integers(bits: int) -> SearchStrategy[int]:
    low, high = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    return st.integers(low, high)  # Hypothesis itself draws the borders more often


def _at(milliseconds: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=milliseconds)


def _date_of(days: int) -> date:
    return date.fromordinal(_EPOCH_DAY + days)


def _time_of(milliseconds: int) -> time:
    return _at(milliseconds).time()


TEXTS = st.text(max_size=6)
BYTES = st.binary(max_size=6)
INT64 = _integers(64)
FLOATS = st.floats()
_MILLISECONDS = st.integers(_FIRST_MS, _LAST_MS)
_DATES = st.integers(1 - _EPOCH_DAY, date.max.toordinal() - _EPOCH_DAY)
_UNSCALED = _integers(80)  # more than 64 bits: a decimal may be

_BY_TYPE: Mapping[Type, SearchStrategy[Any]] = MappingProxyType(
    {
        Type.INT8: _integers(8),
        Type.INT16: _integers(16),
        Type.INT32: _integers(32),
        Type.INT64: INT64,
        Type.FLOAT32: st.floats(width=32),
        Type.FLOAT64: FLOATS,
        Type.BOOLEAN: st.booleans(),
        Type.STRING: TEXTS,
        Type.BYTES: BYTES,
    }
)
_BY_NAME: Mapping[str, SearchStrategy[Any]] = MappingProxyType(
    {
        DATE_NAME: st.builds(_date_of, _DATES),
        TIME_NAME: st.builds(_time_of, st.integers(0, _MS_PER_DAY - 1)),
        TIMESTAMP_NAME: st.builds(_at, _MILLISECONDS),
    }
)


def leaf_values(schema: Schema) -> SearchStrategy[Any] | None:
    """Return the values of a schema that holds no other values, None left out; None for another schema.

    Times and timestamps have whole milliseconds, and timestamps are UTC: what Kafka Connect's formats keep.
    """
    name = schema.name or ""
    if name == DECIMAL_NAME:
        scale = decimal_scale(schema)
        return st.builds(_decimal, _UNSCALED, st.just(scale))
    return _BY_NAME[name] if name in _BY_NAME else _BY_TYPE.get(schema.type)


def _decimal(unscaled: int, scale: int) -> Decimal:
    sign, digits, _ = Decimal(unscaled).as_tuple()
    return Decimal((sign, digits, -scale))
