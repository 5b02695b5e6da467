"""How is a value of exactly the usual Python types written?

Such values are most of all, and one look at a value's type both checks it and says what to do. These functions raise an error,
mostly `UnusualError`, for all that is different in any way, be it allowed or not: it is written more carefully then. What they do write are the
bytes that fastavro would.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from operator import itemgetter
from struct import Struct
from typing import Any

from connectsdk.converters.avro._varints import SHORT, SHORT_MAX, SHORT_MIN, varint

__all__ = (
    "Quick",
    "UnusualError",
    "array_of",
    "boolean",
    "branch_of",
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
    "verbatim",
)

Quick = Callable[[Any], bytes]
"""Returns the bytes of a value; any error means that the value is to be written more carefully."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.toordinal()
_FALSE, _TRUE, _END = b"\0", b"\1", b"\0"

_pack_float = Struct("<f").pack
_pack_double = Struct("<d").pack


class UnusualError(Exception):
    """A value is not exactly of the usual Python type."""


def string(value: Any) -> bytes:
    """Write a str."""
    if type(value) is not str:
        raise UnusualError
    data = value.encode()
    size = len(data)
    return (SHORT[size] if size <= SHORT_MAX else varint(size)) + data


def bytes_(value: Any) -> bytes:
    """Write bytes."""
    if type(value) is not bytes:
        raise UnusualError
    return varint(len(value)) + value


def boolean(value: Any) -> bytes:
    """Write a bool."""
    if value is True:
        return _TRUE
    if value is False:
        return _FALSE
    raise UnusualError


def double(value: Any) -> bytes:
    """Write a float as a double."""
    if type(value) is not float:
        raise UnusualError
    return _pack_double(value)


def day(value: Any) -> bytes:
    """Write a date."""
    if type(value) is not date:
        raise UnusualError
    return varint(value.toordinal() - _EPOCH_DAY)


def moment(value: Any) -> bytes:
    """Write a datetime that has a time zone; without one it cannot be subtracted."""
    if type(value) is not datetime:
        raise UnusualError
    since = value - _EPOCH
    return varint((since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000)


def verbatim(value: bytes) -> bytes:
    """Return the bytes of a fixed."""
    return value


def integer_in(low: int, high: int) -> Quick:
    """Return what writes an int of these bounds."""

    def write(value: Any) -> bytes:
        if type(value) is int and low <= value <= high:
            return SHORT[value] if SHORT_MIN <= value <= SHORT_MAX else varint(value)
        raise UnusualError

    return write


def real_in(fits: Callable[[Any], bool]) -> Quick:
    """Return what writes a float as a float of Avro, if it fits."""

    def write(value: Any) -> bytes:
        if type(value) is float and fits(value):
            return _pack_float(value)
        raise UnusualError

    return write


def made_by(make: Callable[[Any], Any], kind: str) -> Quick:
    """Return what writes what a function makes of a value, as a kind of Avro's types; the function refuses what is wrong."""
    write = _OF_KIND[kind]
    return lambda value: write(make(value))


def symbol_of(symbols: Sequence[str]) -> Quick:
    """Return what writes a symbol of an enum."""
    known = {symbol: varint(place) for place, symbol in enumerate(symbols)}

    def write(value: Any) -> bytes:
        if type(value) is not str:
            raise UnusualError
        return known[value]

    return write


def unless_none(quick: Quick, none: bytes) -> Quick:
    """Return what writes these bytes for None."""
    return lambda value: none if value is None else quick(value)


def required(quick: Quick) -> Quick:
    """Return what does not write None."""

    def write(value: Any) -> bytes:
        if value is None:
            raise UnusualError
        return quick(value)

    return write


def branch_of(quick: Quick, branch: int) -> Quick:
    """Return what writes a branch of a union."""
    number = varint(branch)
    return lambda value: number + quick(value)


def choice_of(members: Sequence[tuple[str, int, Quick]], null: int | None) -> Quick:
    """Return what writes the one field of a dict that is not None, as the branch of a union.

    Args:
        members: Of each branch: the field's name, the branch's number, and what writes it.
        null: The number of the branch null, for a dict without any.
    """
    names = frozenset(name for name, _, _ in members)
    steps = [(name, varint(branch), quick) for name, branch, quick in members]
    none = None if null is None else varint(null)

    def write(value: Any) -> bytes:
        if type(value) is not dict or not value.keys() <= names:
            raise UnusualError
        for name, number, quick in steps:
            found = value.get(name)
            if found is not None:
                return number + quick(found)
        if none is None:
            raise UnusualError
        return none

    return write


def array_of(quick: Quick) -> Quick:
    """Return what writes a list or tuple."""

    def write(value: Any) -> bytes:
        if type(value) is not list and type(value) is not tuple:
            raise UnusualError
        return b"".join([varint(len(value)), *map(quick, value), _END]) if value else _END

    return write


def map_of(quick: Quick) -> Quick:
    """Return what writes a dict whose keys are str."""
    return entries_of(string, quick)


def entries_of(key: Quick, quick: Quick) -> Quick:
    """Return what writes a dict: its keys and values in turn."""

    def write(value: Any) -> bytes:
        if type(value) is not dict:
            raise UnusualError
        if not value:
            return _END
        return b"".join(
            [varint(len(value)), *[key(name) + quick(item) for name, item in value.items()], _END]
        )

    return write


def struct_of(fields: Sequence[tuple[str, Quick]]) -> Quick:
    """Return what writes a dict with these keys; those that are missing stand for None."""
    names = [name for name, _ in fields]
    steps = [quick for _, quick in fields]
    count, nothing = len(fields), dict.fromkeys(names)
    if count < 2:  # noqa: PLR2004 - itemgetter returns no tuple of fewer
        return _struct_of_few(names, steps)
    parts = itemgetter(*names)

    def write(value: Any) -> bytes:
        if type(value) is not dict:
            raise UnusualError
        if len(value) != count:
            value = nothing | value  # one that is unknown is one too many afterwards
            if len(value) != count:
                raise UnusualError
        return b"".join([step(part) for step, part in zip(steps, parts(value))])  # noqa: B905 - it costs, and they are

    return write


def _struct_of_few(names: Sequence[str], steps: Sequence[Quick]) -> Quick:
    allowed = frozenset(names)

    def write(value: Any) -> bytes:
        if type(value) is not dict or not value.keys() <= allowed:
            raise UnusualError
        return b"".join([step(value.get(name)) for name, step in zip(names, steps, strict=True)])

    return write


_OF_KIND = {
    "int": varint,
    "long": varint,
    "float": _pack_float,
    "double": _pack_double,
    "boolean": boolean,
    "string": string,
    "bytes": bytes_,
    "fixed": verbatim,
}
