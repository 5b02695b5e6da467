"""How does Java print a value?

Converters and the file sink write what Java's `toString` would, so that keys hash, and lines compare, as they
do with the Java implementation.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from struct import error as struct_error, pack, unpack
from typing import Any

from connectsdk.errors import DataError
from connectsdk.schema import Schema, Type
from connectsdk.schema.java_calendar import java_day

__all__ = ("double_text", "float32", "float_text", "java_text")

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MIN_PLAIN, _MAX_PLAIN = 1e-3, 1e7  # between these Java writes no exponent
_MAX_FLOAT32_DIGITS = 9


def double_text(value: float) -> str:
    """Return what Java's `Double.toString` gives (since Java 19: the shortest digits that round-trip)."""
    if value == 0 or _MIN_PLAIN <= abs(value) < _MAX_PLAIN:
        return repr(value)
    if value - value != 0:
        return _not_finite(value)
    mantissa, _, exponent = repr(value).partition("e")
    if exponent and "." not in mantissa:
        # A single digit is not enough for Java: 5e-324 is 4.9E-324.
        mantissa, _, exponent = f"{value:.1e}".partition("e")
    return _scientific(mantissa, int(exponent or 0))


def float_text(value: float) -> str:
    """Return what Java's `Float.toString` gives for this value as a 32-bit float."""
    narrow = float32(value)
    if narrow - narrow != 0:
        return _not_finite(narrow)
    if narrow == 0:
        return repr(narrow)
    texts = (f"{narrow:.{digits}e}" for digits in range(1, _MAX_FLOAT32_DIGITS))
    text = next(text for text in texts if float32(float(text)) == narrow)
    mantissa, _, exponent = text.partition("e")
    if _MIN_PLAIN <= abs(narrow) < _MAX_PLAIN:
        return repr(float(text))
    return _scientific(mantissa, int(exponent))


def float32(value: float) -> float:
    """Return the 32-bit float next to this value."""
    try:
        narrow: float = unpack("f", pack("f", value))[0]
    except (OverflowError, struct_error):
        return float("inf") if value > 0 else float("-inf")
    return narrow


def java_text(value: Any, schema: Schema | None = None) -> str:
    """Return what Java's `toString` gives for a value; "null" for None.

    Raises:
        DataError: If the value is bytes, whose Java text says nothing of them, or unknown to Kafka Connect.
    """
    if value is None:
        return "null"
    if type(value) is str:
        return value
    write = _TEXTS.get(type(value)) or _text_of_subclass(value)
    return write(value, schema)


def _scientific(mantissa: str, exponent: int) -> str:
    sign = "-" if mantissa.startswith("-") else ""
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    digits = (whole + fraction).lstrip("0")
    shift = len(whole) - 1 if whole != "0" else -1 - (len(fraction) - len(fraction.lstrip("0")))
    tail = digits[1:].rstrip("0") or "0"
    return f"{sign}{digits[0]}.{tail}E{exponent + shift}"


def _not_finite(value: float) -> str:
    if value != value:  # noqa: PLR0124 - only NaN differs from itself
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def _bool_text(value: Any, _: Schema | None) -> str:
    return "true" if value else "false"


def _plain_text(value: Any, _: Schema | None) -> str:
    return str(value)


def _number_text(value: Any, schema: Schema | None) -> str:
    if schema is not None and schema.type in {Type.FLOAT32, Type.FLOAT64}:
        return _real_text(float(value), schema)
    return str(int(value))


def _real_text(value: Any, schema: Schema | None) -> str:
    return float_text(value) if schema is not None and schema.type is Type.FLOAT32 else double_text(value)


def _map_text(value: Any, schema: Schema | None) -> str:
    if schema is not None and schema.type is Type.STRUCT:
        return _struct_text(value, schema)
    key_schema = None if schema is None else schema.key_schema
    value_schema = None if schema is None else schema.value_schema
    entries = (f"{java_text(key, key_schema)}={java_text(item, value_schema)}" for key, item in value.items())
    return f"{{{', '.join(entries)}}}"


def _struct_text(value: Any, schema: Schema) -> str:
    present = ((field, value.get(field.name)) for field in schema.fields)
    parts = (f"{field.name}={java_text(item, field.schema)}" for field, item in present if item is not None)
    return f"Struct{{{','.join(parts)}}}"


def _list_text(value: Any, schema: Schema | None) -> str:
    element = None if schema is None else schema.value_schema
    return f"[{', '.join([java_text(item, element) for item in value])}]"


def _timestamp_text(value: Any, _: Schema | None) -> str:
    at = value if value.tzinfo is None else value.astimezone(UTC)
    year, month, day = java_day(at)
    return (
        f"{_DAYS[at.weekday()]} {_MONTHS[month - 1]} {day:02} "
        f"{at.hour:02}:{at.minute:02}:{at.second:02} UTC {year}"
    )


def _date_text(value: Any, schema: Schema | None) -> str:
    return _timestamp_text(datetime(value.year, value.month, value.day, tzinfo=UTC), schema)


def _time_text(value: Any, schema: Schema | None) -> str:
    return _timestamp_text(datetime(1970, 1, 1, value.hour, value.minute, value.second, tzinfo=UTC), schema)


def _refuse_bytes(_: Any, __: Schema | None) -> str:
    raise DataError("Bytes have no text: convert them as bytes, or decode them first.")


_TEXTS: Mapping[type, Callable[[Any, Schema | None], str]] = {
    str: _plain_text,
    bool: _bool_text,
    int: _number_text,
    float: _real_text,
    dict: _map_text,
    list: _list_text,
    tuple: _list_text,
    datetime: _timestamp_text,
    date: _date_text,
    time: _time_text,
    bytes: _refuse_bytes,
    bytearray: _refuse_bytes,
    memoryview: _refuse_bytes,
}


def _text_of_subclass(value: Any) -> Callable[[Any, Schema | None], str]:
    for kind, write in _TEXTS.items():
        if isinstance(value, kind):
            return write
    return _plain_text
