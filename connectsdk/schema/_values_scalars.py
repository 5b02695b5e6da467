"""Which number, date or time does a word say?"""

import re
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from connectsdk.errors import DataError
from connectsdk.schema import (
    DATE_SCHEMA,
    FLOAT32_SCHEMA,
    FLOAT64_SCHEMA,
    INT8_SCHEMA,
    INT16_SCHEMA,
    INT32_SCHEMA,
    INT64_SCHEMA,
    TIME_SCHEMA,
    TIMESTAMP_SCHEMA,
    Schema,
    decimal_schema,
)
from connectsdk.schema.java_calendar import from_java_day
from connectsdk.schema.java_decimal import java_decimal
from connectsdk.schema.java_text import float32

__all__ = ("parse_number", "parse_temporal")

Found = tuple[Schema, Any]

_MOST = Decimal(2**63)
_WHOLE = (
    (INT8_SCHEMA, 2**7),
    (INT16_SCHEMA, 2**15),
    (INT32_SCHEMA, 2**31),
    (INT64_SCHEMA, 2**63),
)
_INFINITE = (float("inf"), float("-inf"))
_DATE = re.compile(r"[ \t]*(-?\d+)-[ \t]*(-?\d+)-[ \t]*(-?\d+)")
_TIME = re.compile(r"[ \t]*(-?\d+):[ \t]*(-?\d+):[ \t]*(-?\d+)\.[ \t]*(-?\d+)Z")
_NO_TIME, _DAY = timedelta(), timedelta(days=1)
_DATE_LENGTH, _TIME_LENGTH, _TIMESTAMP_LENGTH = 10, 13, 24


def parse_number(word: str) -> Found | None:
    """Return the number that a word says, in the smallest type that holds it; None if it says none."""
    try:
        number = java_decimal(word)
    except ValueError:
        return None
    scale = -int(number.as_tuple().exponent)
    if number.copy_abs() <= _MOST and number == number.to_integral_value():
        whole = int(number)
        for schema, bound in _WHOLE:
            if -bound <= whole < bound:
                return schema, whole
    if scale:
        narrow, wide = float32(float(number)), float(number)
        if narrow not in _INFINITE:
            return FLOAT32_SCHEMA, narrow
        if wide not in _INFINITE:
            return FLOAT64_SCHEMA, wide
    return decimal_schema(scale), number


def parse_temporal(text: str) -> Found | None:
    """Return the date, time or timestamp that a text says, by its length; None if it says none.

    As in Kafka Connect, a month or a minute beyond its range counts on: month 13 is the next January.

    Raises:
        DataError: If it says a time that is not within a day.
    """
    plain = text.replace("\\:", ":")
    try:
        match len(plain):
            case 10:
                found = _parse_date(plain)
                return None if found is None else (DATE_SCHEMA, found[0].date())
            case 13:
                at = _parse_time(plain, 0)
                return None if at is None else (TIME_SCHEMA, _of_day(at))
            case 24:
                return _parse_timestamp(plain)
            case _:
                return None
    except (OverflowError, ValueError):
        return None  # beyond what Python's calendar knows


def _parse_timestamp(text: str) -> Found | None:
    found = _parse_date(text)
    if found is None or text[found[1] : found[1] + 1] != "T":
        return None
    since = _parse_time(text, found[1] + 1)
    return None if since is None else (TIMESTAMP_SCHEMA, found[0] + since)


def _parse_date(text: str) -> tuple[datetime, int] | None:
    match = _DATE.match(text)
    if match is None:
        return None
    year, month, day = (int(part) for part in match.groups())
    years, month_index = divmod(month - 1, 12)
    ordinal = from_java_day(year + years, month_index + 1, day)
    return datetime.fromordinal(ordinal).replace(tzinfo=UTC), match.end()


def _parse_time(text: str, start: int) -> timedelta | None:
    match = _TIME.match(text, start)
    if match is None:
        return None
    hours, minutes, seconds, millis = (int(part) for part in match.groups())
    return timedelta(hours=hours, minutes=minutes, seconds=seconds, milliseconds=millis)


def _of_day(since: timedelta) -> time:
    if not _NO_TIME <= since < _DAY:
        raise DataError(f"The time is {since} after midnight, which datetime.time cannot represent.")
    return (datetime(1970, 1, 1, tzinfo=UTC) + since).time()
