"""Which structs need no work?

Most structs are written and read as they are: their keys are in the schema's order, and each value is what it is
on the other side too. For which combinations of value types that holds is learned: where the careful way changed
nothing, the next struct of the same types needs no care, but for checks of the values themselves (a range).
"""

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from connectsdk.errors import DataError

__all__ = ("Plain", "StructField", "careful_struct", "quick_struct")

_MAX_KNOWN = 64

Step = Callable[[Any], Any]
Check = Callable[[Any], bool]


@attrs.frozen
class Plain:
    """Which values of a field stay as they are.

    Attributes:
        kind: The exact Python type.
        check: What must hold of a value of that type; None: nothing.
    """

    kind: type
    check: Check | None = None


@attrs.frozen
class StructField:
    """One field of a struct: its name, what makes its value, and which values stay as they are (None: no)."""

    name: str
    make: Step
    plain: Plain | None


def careful_struct(fields: Sequence[StructField]) -> Step:
    """Return what makes a dict of a struct's dict, field by field; other keys are left out."""
    steps = tuple((field.name, field.make) for field in fields)

    def make(value: Any) -> dict[str, Any]:
        get = value.get
        made = {}
        name = ""
        try:
            for name, make_field in steps:
                made[name] = make_field(get(name))
        except DataError as error:
            raise DataError(f'{error} (field "{name}")') from None
        return made

    return make


def quick_struct(fields: Sequence[StructField], general: Step) -> Step:
    """Return what answers a plain struct with itself, and leaves all others to `general`."""
    if not fields or not all(field.plain for field in fields):
        return general
    names = tuple(field.name for field in fields)
    known: dict[tuple[object, ...], tuple[tuple[str, Check], ...]] = {}
    checks_of = known.get

    def make(value: Any) -> Any:
        if type(value) is not dict:
            return general(value)
        shape = (*value, *map(type, value.values()))  # its keys, then what they hold
        checks = checks_of(shape)
        if checks is None:
            made = general(value)
            in_order = tuple(value) == names
            if in_order and len(known) < _MAX_KNOWN and all(made[name] is value[name] for name in names):
                known[shape] = _checks(fields, tuple(map(type, value.values())))
            return made
        for name, holds in checks:
            if not holds(value[name]):
                return general(value)
        return value

    return make


def _checks(fields: Sequence[StructField], kinds: tuple[type, ...]) -> tuple[tuple[str, Check], ...]:
    plains = [(field.name, field.plain, kind) for field, kind in zip(fields, kinds, strict=True)]
    return tuple(
        (name, plain.check) for name, plain, kind in plains if plain and plain.check and plain.kind is kind
    )
