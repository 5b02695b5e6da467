"""How do decimals, dates, times and timestamps become numbers and bytes, and back?

| schema name | base type | base value | logical value |
| --- | --- | --- | --- |
| `…data.Decimal` | BYTES | the unscaled value, big-endian two's complement; parameter `scale` | `decimal.Decimal` |
| `…data.Date` | INT32 | days since 1970-01-01 | `datetime.date` |
| `…data.Time` | INT32 | milliseconds after midnight | `datetime.time` |
| `…data.Timestamp` | INT64 | milliseconds since 1970-01-01T00:00Z | `datetime.datetime`, aware |

Python's calendar is smaller than Kafka's: what falls outside the years 1 to 9999, and the time 24:00, which Kafka
allows, is a `DataError`. Kafka has no unit below the millisecond: microseconds are cut, toward the past. A timestamp may
have any time zone on its way in and is UTC on its way out. A decimal must have exactly the schema's scale.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import attrs

from connectsdk.errors import DataError, SchemaError
from connectsdk.schema._schema import Schema, Type

__all__ = (
    "DATE_NAME",
    "DATE_SCHEMA",
    "DECIMAL_NAME",
    "OPTIONAL_DATE_SCHEMA",
    "OPTIONAL_TIMESTAMP_SCHEMA",
    "OPTIONAL_TIME_SCHEMA",
    "SCALE",
    "TIMESTAMP_NAME",
    "TIMESTAMP_SCHEMA",
    "TIME_NAME",
    "TIME_SCHEMA",
    "Logical",
    "decimal_scale",
    "decimal_schema",
    "from_logical",
    "logical",
    "to_logical",
)

DECIMAL_NAME = "org.apache.kafka.connect.data.Decimal"
DATE_NAME = "org.apache.kafka.connect.data.Date"
TIME_NAME = "org.apache.kafka.connect.data.Time"
TIMESTAMP_NAME = "org.apache.kafka.connect.data.Timestamp"

SCALE = "scale"
"""The parameter of a decimal schema that says how many digits follow the point."""

DATE_SCHEMA = Schema(Type.INT32, name=DATE_NAME, version=1)
TIME_SCHEMA = Schema(Type.INT32, name=TIME_NAME, version=1)
TIMESTAMP_SCHEMA = Schema(Type.INT64, name=TIMESTAMP_NAME, version=1)
OPTIONAL_DATE_SCHEMA = DATE_SCHEMA.as_optional()
OPTIONAL_TIME_SCHEMA = TIME_SCHEMA.as_optional()
OPTIONAL_TIMESTAMP_SCHEMA = TIMESTAMP_SCHEMA.as_optional()

_INTEGER = r"[+-]?\d{1,10}"
_MS_PER_DAY = 86_400_000
_MS_PER_HOUR = 3_600_000
_MS_PER_MINUTE = 60_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.toordinal()
_LAST_DAY = date.max.toordinal()
_MIN_MS = (1 - _EPOCH_DAY) * _MS_PER_DAY
_MAX_MS = (_LAST_DAY + 1 - _EPOCH_DAY) * _MS_PER_DAY - 1


@attrs.frozen
class Logical:
    """The two directions of one logical schema, ready to be called per value; neither takes None.

    Attributes:
        to_logical: From the base value (int or bytes) to the logical one.
        from_logical: From the logical value to the base one.
    """

    to_logical: Callable[[Any], Any]
    from_logical: Callable[[Any], Any]


def decimal_schema(scale: int, *, optional: bool = False) -> Schema:
    """Return the schema of decimals with this many digits after the point; it may be negative."""
    return Schema(Type.BYTES, optional, name=DECIMAL_NAME, version=1, parameters={SCALE: str(scale)})


def decimal_scale(schema: Schema) -> int:
    """Return the scale of a decimal schema.

    Raises:
        SchemaError: If the schema has no scale, or one that is not an integer.
    """
    text = schema.parameters.get(SCALE)
    if text is None:
        raise SchemaError("Invalid Decimal schema: scale parameter not found.")
    scale = int(text) if re.fullmatch(_INTEGER, text, re.ASCII) else None
    if scale is None or not -(2**31) <= scale < 2**31:
        raise SchemaError("Invalid scale parameter found in Decimal schema: it must be a 32-bit integer.")
    return scale


def logical(schema: Schema) -> Logical | None:
    """Return the two directions of this schema, made once per schema; None when it is not a logical one.

    Raises:
        SchemaError: If it is a decimal schema without a usable scale.
    """
    return schema.compiled(_compile)


def to_logical(schema: Schema, value: Any) -> Any:
    """Return the logical value for a base value; None stays None.

    Raises:
        SchemaError: If the schema is not a logical one.
        DataError: If Python cannot represent the value, or it is outside the logical type's range.
    """
    return None if value is None else _required(schema).to_logical(value)


def from_logical(schema: Schema, value: Any) -> Any:
    """Return the base value (int or bytes) for a logical value; None stays None.

    Raises:
        SchemaError: If the schema is not a logical one.
        DataError: If the value is of the wrong kind, lacks a time zone, or does not have the schema's scale.
    """
    return None if value is None else _required(schema).from_logical(value)


def _required(schema: Schema) -> Logical:
    found = logical(schema)
    if found is None:
        raise SchemaError(f"Requested conversion of a logical type, but the schema does not match: {schema}")
    return found


def _compile(schema: Schema) -> Logical | None:
    if schema.name == DECIMAL_NAME:
        return _decimals(decimal_scale(schema))
    return _CALENDAR.get(schema.name or "")


def _decimals(scale: int) -> Logical:
    def to_decimal(value: bytes) -> Decimal:
        if not value:
            raise DataError("A Decimal needs at least one byte; the value is empty.")
        unscaled = Decimal(int.from_bytes(value, "big", signed=True)).as_tuple()
        return Decimal((unscaled.sign, unscaled.digits, -scale))  # exact whatever the context's precision

    def from_decimal(value: Decimal) -> bytes:
        if not isinstance(value, Decimal):
            raise _wrong_kind("Decimal", "decimal.Decimal", value)
        sign, digits, exponent = value.as_tuple()
        if exponent != -scale:
            raise _mismatching_scale(scale, exponent)
        unscaled = int(Decimal((sign, digits, 0)))
        magnitude = unscaled if unscaled >= 0 else unscaled + 1
        return unscaled.to_bytes(magnitude.bit_length() // 8 + 1, "big", signed=True)

    return Logical(to_decimal, from_decimal)


def _mismatching_scale(scale: int, exponent: object) -> DataError:
    if not isinstance(exponent, int):
        return DataError("A Decimal must be a finite number.")
    return DataError(
        f"Decimal value has mismatching scale for given Decimal schema. Schema has scale {scale}, value has scale "
        f"{-exponent}: "
        f'quantize it with Decimal("1E{-scale}")'
    )


def _to_date(value: int) -> date:
    ordinal = _EPOCH_DAY + value
    if not 1 <= ordinal <= _LAST_DAY:
        raise DataError(
            "A Date is outside the years 1 to 9999, which is all that datetime.date can represent."
        )
    return date.fromordinal(ordinal)


def _from_date(value: date) -> int:
    if not isinstance(value, date):
        raise _wrong_kind("Date", "datetime.date", value)
    if isinstance(value, datetime):
        raise DataError("A Date should not have any time fields set; it is a datetime: use its date().")
    return value.toordinal() - _EPOCH_DAY


def _to_time(value: int) -> time:
    if value == _MS_PER_DAY:
        raise DataError("A Time is 86400000 ms (24:00), which datetime.time cannot represent.")
    if not 0 <= value < _MS_PER_DAY:
        raise DataError("Time values must use number of milliseconds from 0 to 86400000.")
    hour, rest = divmod(value, _MS_PER_HOUR)
    minute, rest = divmod(rest, _MS_PER_MINUTE)
    second, milli = divmod(rest, 1000)
    return time(hour, minute, second, milli * 1000)


def _from_time(value: time) -> int:
    if not isinstance(value, time):
        raise _wrong_kind("Time", "datetime.time", value)
    if not without_zone(value):
        raise DataError(
            "A Time has a time zone other than UTC; Kafka's times have none: use replace(tzinfo=None)."
        )
    return ((value.hour * 60 + value.minute) * 60 + value.second) * 1000 + value.microsecond // 1000


def without_zone(value: time) -> bool:
    """Return whether a time of day is naive or in UTC."""
    return value.tzinfo is None or value.utcoffset() == timedelta()


def _to_timestamp(value: int) -> datetime:
    if not _MIN_MS <= value <= _MAX_MS:
        raise DataError(
            "A Timestamp is outside the years 1 to 9999, which is all that datetime.datetime can represent."
        )
    return _EPOCH + timedelta(milliseconds=value)


def _from_timestamp(value: datetime) -> int:
    if not isinstance(value, datetime):
        raise _wrong_kind("Timestamp", "datetime.datetime", value)
    if value.utcoffset() is None:
        raise DataError(
            "A Timestamp must be an aware datetime; this one is naive: make it with datetime.now(UTC), or add a zone "
            "with replace(tzinfo=UTC)."
        )
    since = value - _EPOCH
    return since.days * _MS_PER_DAY + since.seconds * 1000 + since.microseconds // 1000


def _wrong_kind(logical_type: str, expected: str, value: object) -> DataError:
    return DataError(f"A {logical_type} must be a {expected}, not a {type(value).__name__}.")


_CALENDAR: Mapping[str, Logical] = MappingProxyType(
    {
        DATE_NAME: Logical(_to_date, _from_date),
        TIME_NAME: Logical(_to_time, _from_time),
        TIMESTAMP_NAME: Logical(_to_timestamp, _from_timestamp),
    }
)
