"""How is a struct written quickly?

Most structs can be written as they are: their keys are in the schema's order, and each value is a plain one. Which
combinations of value types that holds for is learned: what the careful way returned unchanged once needs no care
the next time, but for the ranges of numbers.
"""

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from connectsdk.errors import DataError

__all__ = ("Plain", "StructField", "struct_writer")

_MAX_KNOWN = 64
_MIN_REAL, _MAX_REAL = 1e-3, 1e7

Writer = Callable[[Any], Any]
Kinds = tuple[type, ...]
Guards = tuple[tuple[tuple[str, int, int], ...], tuple[str, ...]]


@attrs.frozen
class Plain:
    """Which values of a field are written as they are.

    Attributes:
        kind: The exact Python type.
        bounds: The range of an int; None for other types.
    """

    kind: type
    bounds: tuple[int, int] | None = None


@attrs.frozen
class StructField:
    """One field of a struct: its name, its writer, and which values need no writer (None: all need it)."""

    name: str
    write: Writer
    plain: Plain | None


def struct_writer(fields: Sequence[StructField]) -> Writer:
    """Return the writer of structs with these fields."""
    careful = _careful(fields)
    if not fields or not all(field.plain for field in fields):
        return careful
    names = tuple(field.name for field in fields)
    known: dict[Kinds, Guards] = {}
    guards_of = known.get

    def write(value: Any) -> Any:
        if type(value) is not dict or tuple(value) != names:
            return careful(value)
        kinds = tuple(map(type, value.values()))
        guards = guards_of(kinds)
        if guards is not None and _inside(value, guards):
            return value
        written = careful(value)
        if guards is None and len(known) < _MAX_KNOWN and all(written[key] is value[key] for key in names):
            known[kinds] = _guards(fields, kinds)
        return written

    return write


def _inside(value: dict[str, Any], guards: Guards) -> bool:
    for name, low, high in guards[0]:
        if not low <= value[name] <= high:
            return False
    for name in guards[1]:
        real = value[name]
        if real and not _MIN_REAL <= abs(real) < _MAX_REAL:
            return False
    return True


def _guards(fields: Sequence[StructField], kinds: Kinds) -> Guards:
    present = [(field.name, field.plain, kind) for field, kind in zip(fields, kinds, strict=True)]
    ints = [(name, *plain.bounds) for name, plain, kind in present if kind is int and plain and plain.bounds]
    return tuple(ints), tuple(name for name, _, kind in present if kind is float)


def _careful(fields: Sequence[StructField]) -> Writer:
    writers = tuple((field.name, field.write) for field in fields)
    names = frozenset(field.name for field in fields)

    def write(value: Any) -> Any:
        get = value.get
        written = {}
        name = ""
        try:
            for name, write_field in writers:
                written[name] = write_field(get(name))
        except DataError as error:
            raise DataError(f'{error} (field "{name}")') from None
        if not value.keys() <= names:
            unknown = next(key for key in value if key not in names)
            raise DataError(f"{unknown} is not a valid field name")
        return written

    return write
