"""Which batches of values need no work before they are JSON text?

A writer looks at one value at a time. Whether all values of a batch are plain, a check finds out column by column, in
a third of the time; where it says no, the writer has a look at each.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import Any

from connectsdk.schema import Schema, Type, logical

__all__ = ("AllPlain", "all_plain_dicts", "compile_all_plain")

AllPlain = Callable[[Sequence[Any]], bool]
"""Answers for a batch of values whether orjson writes each of them as the Java implementation would."""

_NONE = type(None)
_SIMPLE = frozenset({str, int, bool, _NONE})
_NUMBERS = frozenset({*_SIMPLE, float})
_MIN_PLAIN, _MAX_PLAIN = 1e-3, 1e7  # between these Java and orjson write the same text
_RANGES = {
    Type.INT8: (-(2**7), 2**7 - 1),
    Type.INT16: (-(2**15), 2**15 - 1),
    Type.INT32: (-(2**31), 2**31 - 1),
    Type.INT64: (-(2**63), 2**63 - 1),
}
_KINDS: Mapping[Type, type] = MappingProxyType(
    {
        **dict.fromkeys(_RANGES, int),
        Type.FLOAT64: float,
        Type.STRING: str,
        Type.BOOLEAN: bool,
        Type.STRUCT: dict,
    }
)


def all_plain_dicts(values: Sequence[Any]) -> bool:
    """Return whether all values are dicts of plain values, for data without a schema."""
    if set(map(type, values)) != {dict}:
        return False
    kinds = set(map(type, chain.from_iterable(map(dict.values, values))))
    if kinds <= _SIMPLE:
        return True
    items = chain.from_iterable(map(dict.values, values))
    return kinds <= _NUMBERS and _plain_doubles([item for item in items if type(item) is float])


def compile_all_plain(schema: Schema, *, defaults_for_null: bool) -> AllPlain | None:
    """Return the check for batches of values of a schema; None: each of them needs a look.

    Args:
        schema: The schema.
        defaults_for_null: Whether a default is written in place of None.
    """
    if logical(schema) is not None or schema.type not in _KINDS:
        return None
    check = _struct_check(schema, defaults_for_null) if schema.type is Type.STRUCT else _leaf_check(schema)
    if check is None:
        return None
    kind = _KINDS[schema.type]
    none_stays = schema.optional and (schema.default is None or not defaults_for_null)
    kinds = {kind, _NONE} if none_stays else {kind}

    def all_plain(values: Sequence[Any]) -> bool:
        found = set(map(type, values))
        if not found <= kinds:
            return False
        if _NONE in found:
            values = [value for value in values if value is not None]
        return not values or check(values)

    return all_plain


def _struct_check(schema: Schema, defaults_for_null: bool) -> AllPlain | None:  # noqa: FBT001 - private, see above
    names = tuple(field.name for field in schema.fields)
    checks = [compile_all_plain(field.schema, defaults_for_null=defaults_for_null) for field in schema.fields]
    if None in checks:
        return None
    steps = [(name, check) for name, check in zip(names, checks, strict=True) if check is not None]

    def check(values: Sequence[Any]) -> bool:
        if set(map(tuple, values)) != {names}:  # their keys, in order
            return False
        return all(is_plain([value[name] for value in values]) for name, is_plain in steps)

    return check


def _leaf_check(schema: Schema) -> AllPlain:
    if schema.type in _RANGES:
        low, high = _RANGES[schema.type]
        return lambda values: low <= min(values) and max(values) <= high
    return _plain_doubles if schema.type is Type.FLOAT64 else _always


def _plain_doubles(values: Sequence[float]) -> bool:
    """Return whether orjson and Java write the same text for all of these 64-bit floats."""
    sizes = [abs(value) for value in values if value]
    if not sizes:
        return True
    total = sum(sizes)  # NaN hides from min and max, but not from a sum
    return total == total and min(sizes) >= _MIN_PLAIN and max(sizes) < _MAX_PLAIN  # noqa: PLR0124 - as said


def _always(_: Sequence[Any]) -> bool:
    return True
