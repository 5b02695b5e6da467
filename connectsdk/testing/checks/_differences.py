"""Where do two pieces of data differ?"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, NamedTuple

import attrs

from connectsdk.record import ConnectRecord, Header
from connectsdk.schema import Field, Schema, Type

__all__ = ("Difference", "completed", "completed_schema", "difference")

_MISSING = "(nothing)"


class Difference(NamedTuple):
    """One place, and what is there in either."""

    place: str
    before: str
    after: str


def difference(one: Any, other: Any, place: str) -> Difference | None:
    """Return the first difference, or None.

    Strict where Python is not: 1, 1.0 and True differ, so do 0.0 and -0.0, 1.0 and 1.00 as decimals; NaN is NaN. The order of
    a dict's keys does not count.
    """
    if type(one) is not type(other):
        show = repr if repr(one) != repr(other) else _with_type
        return Difference(place, show(one), show(other))
    for kinds, compare in _CONTAINERS:
        if isinstance(one, kinds):
            return compare(one, other, place)
    return None if _same(one, other) else Difference(place, repr(one), repr(other))


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, (float, Decimal)):
        return repr(one) == repr(other)
    return one is other or bool(one == other)


def _with_type(value: Any) -> str:
    return f"{value!r} ({type(value).__name__})"


def _of_dicts(one: dict[Any, Any], other: dict[Any, Any], place: str) -> Difference | None:
    left, right = _by_key(one), _by_key(other)
    for key in (*left, *(key for key in right if key not in left)):
        inside = f"{place}[{key[1]}]"
        if key not in left:
            return Difference(inside, _MISSING, repr(right[key]))
        if key not in right:
            return Difference(inside, repr(left[key]), _MISSING)
        found = difference(left[key], right[key], inside)
        if found is not None:
            return found
    return None


def _by_key(data: dict[Any, Any]) -> dict[tuple[type, str], Any]:
    return {(type(key), repr(key)): value for key, value in data.items()}


def _of_lists(one: Any, other: Any, place: str) -> Difference | None:
    pairs = zip(one, other, strict=False)
    found = _of_each((f"{place}[{at}]", *pair) for at, pair in enumerate(pairs))
    if found is None and len(one) != len(other):
        return Difference(place, repr(one), repr(other))
    return found


def _of_each(parts: Iterable[tuple[str, Any, Any]]) -> Difference | None:
    for place, one, other in parts:
        found = difference(one, other, place)
        if found is not None:
            return found
    return None


def _of_headers(one: Header, other: Header, place: str) -> Difference | None:
    names = (f"{place}.{name}" for name in Header._fields)
    return _of_each(zip(names, one, other, strict=True))


def _of_records(one: ConnectRecord, other: ConnectRecord, _: str) -> Difference | None:
    names = [attribute.name for attribute in attrs.fields(type(one))]
    return _of_each((name, getattr(one, name), getattr(other, name)) for name in names)


_CONTAINERS: tuple[tuple[Any, Callable[[Any, Any, str], Difference | None]], ...] = (
    (dict, _of_dicts),
    (Header, _of_headers),
    ((list, tuple), _of_lists),
    (ConnectRecord, _of_records),
)


def completed(schema: Schema | None, value: Any) -> Any:
    """Return a value as a reader sees it: what is null or lacking is its default, if there is one; a tuple is a list."""
    if schema is None:
        return value
    present = schema.default if value is None else value
    return present if schema.type.is_primitive or present is None else _completed_container(schema, present)


def _completed_container(schema: Schema, value: Any) -> Any:
    if schema.type is Type.STRUCT:
        return {field.name: completed(field.schema, value.get(field.name)) for field in schema.fields}
    if schema.type is Type.MAP:
        return {key: completed(schema.value_schema, item) for key, item in value.items()}
    return [completed(schema.value_schema, item) for item in value]


def completed_schema(schema: Schema | None) -> Schema | None:
    """Return a schema whose defaults, at any depth, are as a reader sees them."""
    if schema is None:
        return None
    fields = [Field(field.name, field.index, _completed(field.schema)) for field in schema.fields]
    return attrs.evolve(
        schema,
        fields=fields,
        default=completed(schema, schema.default),
        key_schema=completed_schema(schema.key_schema),
        value_schema=completed_schema(schema.value_schema),
    )


def _completed(schema: Schema) -> Schema:
    return completed_schema(schema) or schema
