"""Which values do the messages for decimals, dates and times stand for?"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from types import MappingProxyType
from typing import Any, cast

from connectsdk.converters.protobuf._kinds import Kind
from connectsdk.errors import DataError
from connectsdk.schema import DATE_NAME, DECIMAL_NAME, TIME_NAME, TIMESTAMP_NAME

__all__ = ("FILLERS", "KINDS", "READERS")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NANOS_PER_MILLI = 1_000_000
_MOST_BYTES = 4_096

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        DECIMAL_NAME: Kind.DECIMAL,
        DATE_NAME: Kind.DATE,
        TIME_NAME: Kind.TIME,
        TIMESTAMP_NAME: Kind.TIMESTAMP,
    }
)
"""Which message stands for the values of a logical schema."""


def _read_decimal(message: Any) -> Decimal:
    raw = message.value
    if not raw:
        raise DataError("A Decimal needs at least one byte; the value is empty")
    if len(raw) > _MOST_BYTES:
        raise DataError(f"A Decimal has more than {_MOST_BYTES} bytes")
    unscaled = Decimal(int.from_bytes(raw, "big", signed=True)).as_tuple()
    value = Decimal((unscaled.sign, unscaled.digits, -message.scale))
    if 0 < message.precision < len(unscaled.digits):
        return Context(prec=message.precision, rounding=ROUND_HALF_UP).plus(value)
    return value


def _read_date(message: Any) -> date:
    try:
        return date(message.year, message.month, message.day)
    except ValueError:
        raise DataError("A Date is no day of the years 1 to 9999") from None


def _read_time(message: Any) -> time:
    nanos = message.nanos
    try:
        return time(message.hours, message.minutes, message.seconds, nanos // _NANOS_PER_MILLI * 1000)
    except ValueError:
        raise DataError("A TimeOfDay is no time from 00:00 to 23:59:59.999999999") from None


def _read_timestamp(message: Any) -> datetime:
    if not 0 <= message.nanos < 10**9:
        raise DataError("A Timestamp has nanoseconds that are not from 0 to 999999999")
    try:
        return _EPOCH + timedelta(seconds=message.seconds, milliseconds=message.nanos // _NANOS_PER_MILLI)
    except OverflowError:
        raise DataError("A Timestamp is outside the years 1 to 9999") from None


def _fill_decimal(message: Any, value: Decimal) -> None:
    sign, digits, exponent = cast("tuple[int, tuple[int, ...], int]", value.as_tuple())
    unscaled = int(Decimal((sign, digits, 0)))
    magnitude = unscaled if unscaled >= 0 else unscaled + 1
    message.value = unscaled.to_bytes(magnitude.bit_length() // 8 + 1, "big", signed=True)
    message.precision = len(Decimal(unscaled).as_tuple().digits)
    message.scale = -exponent


def _fill_date(message: Any, value: date) -> None:
    message.year, message.month, message.day = value.year, value.month, value.day


def _fill_time(message: Any, value: time) -> None:
    message.hours, message.minutes, message.seconds = value.hour, value.minute, value.second
    message.nanos = value.microsecond // 1000 * _NANOS_PER_MILLI


def _fill_timestamp(message: Any, value: datetime) -> None:
    since = value - _EPOCH
    message.seconds = since.days * 86_400 + since.seconds
    message.nanos = since.microseconds // 1000 * _NANOS_PER_MILLI


READERS: Mapping[Kind, Callable[[Any], Any]] = MappingProxyType(
    {
        Kind.DECIMAL: _read_decimal,
        Kind.DATE: _read_date,
        Kind.TIME: _read_time,
        Kind.TIMESTAMP: _read_timestamp,
    }
)
"""What makes a value of such a message."""

FILLERS: Mapping[Kind, Callable[[Any, Any], None]] = MappingProxyType(
    {
        Kind.DECIMAL: _fill_decimal,
        Kind.DATE: _fill_date,
        Kind.TIME: _fill_time,
        Kind.TIMESTAMP: _fill_timestamp,
    }
)
"""What puts a value, which fits its schema, into such a message."""
