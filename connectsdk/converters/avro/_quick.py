"""How is a value of exactly the usual Python types written?

Such values are most of all, and one look at a value's type both checks it and says what to do. These functions raise an error,
mostly `UnusualError`, for all that is different in any way, be it allowed or not: it is written more carefully then. What they do
write are the bytes that fastavro would.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from struct import Struct
from types import MappingProxyType
from typing import Any

from connectsdk.converters.avro._varints import SHORT, SHORT_MAX, SHORT_MIN, varint

__all__ = (
    "Add",
    "Quick",
    "UnusualError",
    "array_of",
    "boolean",
    "branch_of",
    "branch_or_null",
    "bytes_",
    "choice_of",
    "day",
    "double",
    "entries_of",
    "integer_in",
    "made_by",
    "map_of",
    "moment",
    "real_in",
    "required",
    "string",
    "struct_of",
    "symbol_of",
    "unless_none",
    "written",
)

Add = Callable[[bytes], None]
"""Takes the next bytes."""

Quick = Callable[[Any, Add], None]
"""Writes a value; any error means that it is to be written more carefully, and that what was added is void."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.toordinal()
_EXACT = 2**53
_FALSE, _TRUE, _END = b"\0", b"\1", b"\0"

_pack_float = Struct("<f").pack
_pack_double = Struct("<d").pack


class UnusualError(Exception):
    """A value is not exactly of the usual Python type."""


def written(quick: Quick, value: Any) -> bytes:
    """Return the bytes of one value."""
    parts: list[bytes] = []
    quick(value, parts.append)
    return b"".join(parts)


def string(value: Any, add: Add) -> None:
    """Write a str."""
    if type(value) is not str:
        raise UnusualError
    data = value.encode()
    size = len(data)
    add(SHORT[size] if size <= SHORT_MAX else varint(size))
    add(data)


def bytes_(value: Any, add: Add) -> None:
    """Write bytes."""
    if type(value) is not bytes:
        raise UnusualError
    add(varint(len(value)))
    add(value)


def boolean(value: Any, add: Add) -> None:
    """Write a bool."""
    if value is True:
        add(_TRUE)
    elif value is False:
        add(_FALSE)
    else:
        raise UnusualError


def double(value: Any, add: Add) -> None:
    """Write a float, or an int that is one exactly, as a double."""
    if type(value) is not float and (type(value) is not int or not -_EXACT <= value <= _EXACT):
        raise UnusualError
    add(_pack_double(value))


def day(value: Any, add: Add) -> None:
    """Write a date."""
    if type(value) is not date:
        raise UnusualError
    add(varint(value.toordinal() - _EPOCH_DAY))


def moment(value: Any, add: Add) -> None:
    """Write a datetime that has a time zone; without one it cannot be subtracted."""
    if type(value) is not datetime:
        raise UnusualError
    since = value - _EPOCH
    add(varint((since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000))


def integer_in(low: int, high: int) -> Quick:
    """Return what writes an int of these bounds."""

    def write(value: Any, add: Add) -> None:
        if type(value) is not int or not low <= value <= high:
            raise UnusualError
        add(SHORT[value] if SHORT_MIN <= value <= SHORT_MAX else varint(value))

    return write


def real_in(fits: Callable[[Any], bool]) -> Quick:
    """Return what writes a float as a float of Avro, if it fits."""

    def write(value: Any, add: Add) -> None:
        if type(value) is not float or not fits(value):
            raise UnusualError
        add(_pack_float(value))

    return write


def made_by(make: Callable[[Any], Any], kind: str) -> Quick:
    """Return what writes what a function makes of a value, as a kind of Avro's types; the function refuses what is wrong."""
    if kind == "bytes":
        return lambda value, add: bytes_(make(value), add)
    if kind == "fixed":
        return lambda value, add: add(make(value))
    pack = _NUMBERS[kind]
    return lambda value, add: add(pack(make(value)))


_NUMBERS = MappingProxyType({"int": varint, "long": varint, "float": _pack_float, "double": _pack_double})


def symbol_of(symbols: Sequence[str]) -> Quick:
    """Return what writes a symbol of an enum."""
    known = {symbol: varint(place) for place, symbol in enumerate(symbols)}

    def write(value: Any, add: Add) -> None:
        if type(value) is not str:
            raise UnusualError
        add(known[value])

    return write


def unless_none(quick: Quick, none: bytes) -> Quick:
    """Return what writes these bytes for None."""

    def write(value: Any, add: Add) -> None:
        if value is None:
            add(none)
        else:
            quick(value, add)

    return write


def required(quick: Quick) -> Quick:
    """Return what does not write None."""

    def write(value: Any, add: Add) -> None:
        if value is None:
            raise UnusualError
        quick(value, add)

    return write


def branch_of(quick: Quick, branch: int) -> Quick:
    """Return what writes a branch of a union."""
    number = varint(branch)

    def write(value: Any, add: Add) -> None:
        add(number)
        quick(value, add)

    return write


def branch_or_null(quick: Quick, branch: int, null: int) -> Quick:
    """Return what writes a branch of a union, and for None the branch null."""
    number, none = varint(branch), varint(null)

    def write(value: Any, add: Add) -> None:
        if value is None:
            add(none)
        else:
            add(number)
            quick(value, add)

    return write


def choice_of(members: Sequence[tuple[str, int, Quick]], null: int | None) -> Quick:
    """Return what writes the one field of a dict that is not None, as the branch of a union.

    Args:
        members: Of each branch: the field's name, the branch's number, and what writes it.
        null: The number of the branch null, for a dict without any.
    """
    names = frozenset(name for name, _, _ in members)
    steps = [(name, varint(branch), quick) for name, branch, quick in members]

    def write(value: Any, add: Add) -> None:
        if type(value) is not dict or not value.keys() <= names:
            raise UnusualError
        for name, number, quick in steps:
            found = value.get(name)
            if found is not None:
                add(number)
                quick(found, add)
                return
        if null is None:
            raise UnusualError
        add(varint(null))

    return write


def array_of(quick: Quick) -> Quick:
    """Return what writes a list or tuple."""

    def write(value: Any, add: Add) -> None:
        if type(value) is not list and type(value) is not tuple:
            raise UnusualError
        size = len(value)
        if size:
            add(SHORT[size] if size <= SHORT_MAX else varint(size))
            for item in value:
                quick(item, add)
        add(_END)

    return write


def map_of(quick: Quick) -> Quick:
    """Return what writes a dict whose keys are str."""
    return entries_of(string, quick)


def entries_of(key: Quick, quick: Quick) -> Quick:
    """Return what writes a dict: its keys and values in turn."""

    def write(value: Any, add: Add) -> None:
        if type(value) is not dict:
            raise UnusualError
        size = len(value)
        if size:
            add(SHORT[size] if size <= SHORT_MAX else varint(size))
            for name, item in value.items():
                key(name, add)
                quick(item, add)
        add(_END)

    return write


def struct_of(fields: Sequence[tuple[str, Quick]]) -> Quick:
    """Return what writes a dict with these keys; those that are missing stand for None."""
    steps = tuple(fields)
    count, nothing = len(steps), dict.fromkeys(name for name, _ in steps)

    def write(value: Any, add: Add) -> None:
        if type(value) is not dict:
            raise UnusualError
        if len(value) != count:
            value = nothing | value
            if len(value) != count:  # it has keys that are no fields
                raise UnusualError
        for name, quick in steps:
            quick(value[name], add)

    return write
