"""How is any value written as one line of text?

The text is Kafka Connect's own for header values: numbers and words as they are, `[1,2]` and `{"a":1}` for containers,
with strings inside of them in quotes.
"""

from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from connectsdk.errors import DataError
from connectsdk.schema import Schema, Type
from connectsdk.schema.java_calendar import java_day
from connectsdk.schema.java_text import java_text

__all__ = ("value_text",)

_EPOCH_DAY = date(1970, 1, 1).toordinal()


def value_text(schema: Schema | None, value: Any) -> str:
    """Return the text of a value that is not None.

    Raises:
        DataError: If the value, or one in it, is of a type that Kafka Connect does not know.
    """
    return value if type(value) is str else _inner(value, schema) if _holds(value) else _bare(value, schema)


def _holds(value: Any) -> bool:
    return isinstance(value, (dict, list, tuple))


def _bare(value: Any, schema: Schema | None) -> str:
    if isinstance(value, str):
        return str(value)
    write = _TEXTS.get(type(value)) or _text_of_subclass(value)
    return write(value, schema)


def _inner(value: Any, schema: Schema | None) -> str:
    """Return the text of a value inside of a container, or of a container."""
    if value is None:
        return "null"
    if isinstance(value, dict):
        return f"{{{','.join(_entries(value, schema))}}}"
    if isinstance(value, (list, tuple)):
        element = None if schema is None else schema.value_schema
        return f"[{','.join([_inner(item, element) for item in value])}]"
    text = _bare(value, schema)
    return _quoted(text) if isinstance(value, (str, bytes, bytearray, memoryview)) else text


def _entries(value: dict[Any, Any], schema: Schema | None) -> list[str]:
    if schema is not None and schema.type is Type.STRUCT:
        return [
            f"{_quoted(field.name)}:{_inner(field.value_in(value), field.schema)}" for field in schema.fields
        ]
    key_schema = None if schema is None else schema.key_schema
    value_schema = None if schema is None else schema.value_schema
    return [f"{_inner(key, key_schema)}:{_inner(item, value_schema)}" for key, item in value.items()]


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _bytes_text(value: Any, _: Schema | None) -> str:
    return b64encode(value).decode("ascii")


def _timestamp_text(value: Any, _: Schema | None) -> str:
    """Return the text of a point in time, in the form that Kafka Connect guesses from its milliseconds.

    It has one class for dates, times and timestamps: what lies before the second day is a time, and what
    lies at midnight a date.
    """
    at = value if value.tzinfo is None else value.astimezone(UTC)
    if at.toordinal() <= _EPOCH_DAY:
        return _clock(at)
    year, month, day = java_day(at)
    text = f"{year:04}-{month:02}-{day:02}"
    since_midnight = at.hour or at.minute or at.second or at.microsecond // 1000
    return f"{text}T{_clock(at)}" if since_midnight else text


def _date_text(value: Any, schema: Schema | None) -> str:
    return _timestamp_text(datetime(value.year, value.month, value.day, tzinfo=UTC), schema)


def _time_text(value: Any, _: Schema | None) -> str:
    return _clock(value)


def _clock(value: Any) -> str:
    return f"{value.hour:02}:{value.minute:02}:{value.second:02}.{value.microsecond // 1000:03}Z"


_TEXTS: Mapping[type, Callable[[Any, Schema | None], str]] = MappingProxyType(
    {
        bool: java_text,
        int: java_text,
        float: java_text,
        Decimal: java_text,
        bytes: _bytes_text,
        bytearray: _bytes_text,
        memoryview: _bytes_text,
        datetime: _timestamp_text,
        date: _date_text,
        time: _time_text,
    }
)


def _text_of_subclass(value: Any) -> Callable[[Any, Schema | None], str]:
    for kind, write in _TEXTS.items():
        if isinstance(value, kind):
            return write
    raise DataError(f"Failed to serialize unexpected value type {type(value).__name__}")
