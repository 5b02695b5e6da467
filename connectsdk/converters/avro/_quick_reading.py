"""How is data of the usual form read?

A reader takes all of the data and the place where its part begins, and returns the value and the place behind it. It raises an error for
all that is unusual, be it allowed or not: fastavro reads that, behind the guards. What these read, fastavro would read alike.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from struct import Struct
from types import MappingProxyType
from typing import Any

from connectsdk.converters.avro._quick import UnusualError

__all__ = (
    "QuickRead",
    "array_from",
    "changed_by",
    "choice_from",
    "day_from",
    "entries_from",
    "fixed_from",
    "long_from",
    "map_from",
    "moment_from",
    "primitive_from",
    "record_from",
    "symbol_from",
    "union_from",
)

QuickRead = Callable[[bytes, int], tuple[Any, int]]
"""Takes data and a place in it; returns the value that begins there and where it ends. Any error: it is to be read more carefully."""

_MORE = 0x80
_MAX_SHIFT = 56
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.toordinal()
_ONE_BYTE = tuple((number >> 1) ^ -(number & 1) for number in range(_MORE))

_unpack_float = Struct("<f").unpack_from
_unpack_double = Struct("<d").unpack_from


def long_from(data: bytes, at: int) -> tuple[int, int]:
    """Read a whole number of at most nine bytes."""
    byte = data[at]
    if byte < _MORE:
        return _ONE_BYTE[byte], at + 1
    found, shift = byte & 0x7F, 7
    while True:
        at += 1
        byte = data[at]
        found |= (byte & 0x7F) << shift
        if byte < _MORE:
            return (found >> 1) ^ -(found & 1), at + 1
        if shift >= _MAX_SHIFT:
            raise UnusualError
        shift += 7


def string_from(data: bytes, at: int) -> tuple[str, int]:
    """Read a string."""
    size = data[at]
    if size < _MORE and not size & 1:
        at += 1
        end = at + (size >> 1)
    else:
        size, at = long_from(data, at)
        end = at + size
    if not at <= end <= len(data):
        raise UnusualError
    return data[at:end].decode(), end


def bytes_from(data: bytes, at: int) -> tuple[bytes, int]:
    """Read bytes."""
    size, at = long_from(data, at)
    end = at + size
    if not at <= end <= len(data):
        raise UnusualError
    return data[at:end], end


def boolean_from(data: bytes, at: int) -> tuple[bool, int]:
    """Read a boolean."""
    byte = data[at]
    if byte > 1:
        raise UnusualError
    return byte == 1, at + 1


def float_from(data: bytes, at: int) -> tuple[float, int]:
    """Read a float of 32 bits."""
    return _unpack_float(data, at)[0], at + 4


def double_from(data: bytes, at: int) -> tuple[float, int]:
    """Read a float of 64 bits."""
    return _unpack_double(data, at)[0], at + 8


def day_from(data: bytes, at: int) -> tuple[date, int]:
    """Read a date."""
    days, at = long_from(data, at)
    return date.fromordinal(days + _EPOCH_DAY), at


def moment_from(data: bytes, at: int) -> tuple[datetime, int]:
    """Read a timestamp."""
    milliseconds, at = long_from(data, at)
    return _EPOCH + timedelta(milliseconds=milliseconds), at


_PRIMITIVE: MappingProxyType[str, QuickRead] = MappingProxyType(
    {
        "int": long_from,
        "long": long_from,
        "string": string_from,
        "bytes": bytes_from,
        "boolean": boolean_from,
        "float": float_from,
        "double": double_from,
    }
)


def primitive_from(kind: str) -> QuickRead | None:
    """Return what reads a primitive type; None for other types."""
    return _PRIMITIVE.get(kind)


def fixed_from(size: int) -> QuickRead:
    """Return what reads so many bytes."""

    def read(data: bytes, at: int) -> tuple[bytes, int]:
        end = at + size
        if end > len(data):
            raise UnusualError
        return data[at:end], end

    return read


def symbol_from(symbols: Sequence[str]) -> QuickRead:
    """Return what reads an enum."""
    known = dict(enumerate(symbols))

    def read(data: bytes, at: int) -> tuple[str, int]:
        place, at = long_from(data, at)
        return known[place], at

    return read


def changed_by(quick: QuickRead, step: Callable[[Any], Any]) -> QuickRead:
    """Return what reads a value and has a function change it."""

    def read(data: bytes, at: int) -> tuple[Any, int]:
        value, at = quick(data, at)
        return step(value), at

    return read


def union_from(quick: QuickRead, branch: int, null: int) -> QuickRead:
    """Return what reads a union of these two branches."""
    number_of_branch, number_of_null = branch << 1, null << 1

    def read(data: bytes, at: int) -> tuple[Any, int]:
        number = data[at]
        if number == number_of_branch:
            return quick(data, at + 1)
        if number == number_of_null:
            return None, at + 1
        raise UnusualError

    return read


def choice_from(members: Sequence[tuple[str, QuickRead] | None]) -> QuickRead:
    """Return what reads a union as a dict with one field.

    Args:
        members: Of each branch: the field's name, and what reads it; None for null.
    """
    known = dict(enumerate(members))

    def read(data: bytes, at: int) -> tuple[dict[str, Any] | None, int]:
        number, at = long_from(data, at)
        member = known[number]
        if member is None:
            return None, at
        name, quick = member
        value, at = quick(data, at)
        return {name: value}, at

    return read


def array_from(quick: QuickRead) -> QuickRead:
    """Return what reads an array of things each of which takes a byte at least."""

    def read(data: bytes, at: int) -> tuple[list[Any], int]:
        found: list[Any] = []
        add = found.append
        count, at = long_from(data, at)
        while count:
            if not 0 < count <= len(data) - at:
                raise UnusualError
            for _ in range(count):
                value, at = quick(data, at)
                add(value)
            count, at = long_from(data, at)
        return found, at

    return read


def map_from(quick: QuickRead) -> QuickRead:
    """Return what reads a map."""

    def read(data: bytes, at: int) -> tuple[dict[str, Any], int]:
        found: dict[str, Any] = {}
        count, at = long_from(data, at)
        while count:
            if not 0 < count <= len(data) - at:
                raise UnusualError
            for _ in range(count):
                key, at = string_from(data, at)
                found[key], at = quick(data, at)
            count, at = long_from(data, at)
        return found, at

    return read


def entries_from(entry: QuickRead, key: str, value: str) -> QuickRead:
    """Return what reads an array of records with a key and a value as a dict."""
    read_all = array_from(entry)

    def read(data: bytes, at: int) -> tuple[dict[Any, Any], int]:
        entries, at = read_all(data, at)
        return {found[key]: found[value] for found in entries}, at

    return read


def record_from(fields: Sequence[tuple[str, QuickRead]]) -> QuickRead:
    """Return what reads a record as a dict."""
    steps = tuple(fields)

    def read(data: bytes, at: int) -> tuple[dict[str, Any], int]:
        found: dict[str, Any] = {}
        for name, quick in steps:
            found[name], at = quick(data, at)
        return found, at

    return read
