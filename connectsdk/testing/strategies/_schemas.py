"""Which schemas are there?"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from connectsdk.schema import DATE_SCHEMA, TIME_SCHEMA, TIMESTAMP_SCHEMA, Field, Schema, Type, decimal_schema
from connectsdk.testing.strategies._values import values
from connectsdk.testing.strategies._weights import weighted

__all__ = ("SchemaLimits", "schemas")

_MOST_FIELDS = 3
_FIELD_NAMES = st.sampled_from(
    [("a", "b", "c"), ("value", "id", "Name"), ("é", "a.b", "1"), ("a b", "a-b", "a_b"), ("c", "b", "a")]
)
_NO_FIELDS: SearchStrategy[list[Schema]] = st.builds(list)
_NAMES: tuple[dict[str, Any], ...] = ({"name": "row"}, {"name": "org.example.Row"})
_HEADS: tuple[dict[str, Any], ...] = (
    {"doc": "doc"},
    {"version": 2},
    {"parameters": {"a": "1"}},
    {"version": 1, "doc": "é", "parameters": {"a": "", "b": "é"}},
)
_LOGICAL = {
    Type.INT32: (DATE_SCHEMA, TIME_SCHEMA),
    Type.INT64: (TIMESTAMP_SCHEMA,),
    Type.BYTES: tuple(decimal_schema(scale) for scale in (0, 2, -1, 18)),
}
_OPTIONAL = st.sampled_from([(False, False), (True, False), (False, True), (True, True)])
"""Whether it is optional, and has a default."""
_NO_DEFAULT = st.sampled_from([(False, False), (True, False)])
_PRIMITIVES = tuple(kind for kind in Type if kind.is_primitive)


def _kinds(types: Iterable[Type]) -> tuple[Type, ...]:
    chosen = frozenset(types)
    return tuple(kind for kind in Type if kind in chosen)


@attrs.frozen(kw_only=True)
class SchemaLimits:
    """What drawn schemas are limited to.

    Attributes:
        types: The types that occur, at any depth. Containers of types that hold others need one that does not.
        max_depth: How deep structs, arrays and maps may be nested; 0 draws none of them.
        logical: Whether Decimal, Date, Time and Timestamp occur.
        defaults: Whether defaults occur.
        named: Whether schemas have names: True all (but logical ones have their own), False none, None some.
        key_types: The types of a map's keys.
    """

    types: tuple[Type, ...] = attrs.field(default=tuple(Type), converter=_kinds)
    max_depth: int = 2
    logical: bool = True
    defaults: bool = True
    named: bool | None = None
    key_types: tuple[Type, ...] = attrs.field(
        default=(Type.STRING, Type.INT32, Type.BOOLEAN), converter=_kinds
    )


_NO_LIMITS = SchemaLimits()


def schemas(
    types: Iterable[Type] | None = None, *, limits: SchemaLimits = _NO_LIMITS
) -> SearchStrategy[Schema]:
    """Draw schemas of every type, with names, versions, docs, parameters, and defaults that fit.

    Args:
        types: The types of the schema itself; by default those of the limits.
        limits: What occurs in it.
    """
    kinds = limits.types if types is None else _kinds(types)
    return _schemas(_allowed(kinds, limits.max_depth), limits, limits.max_depth)


def _allowed(kinds: tuple[Type, ...], depth: int) -> tuple[Type, ...]:
    return kinds if depth else tuple(kind for kind in kinds if kind.is_primitive)


@lru_cache(maxsize=256)  # making a strategy costs more than drawing from it
def _schemas(kinds: tuple[Type, ...], limits: SchemaLimits, depth: int) -> SearchStrategy[Schema]:
    return _schema(kinds, limits, depth) if kinds else st.nothing()


@st.composite
def _schema(draw: DrawFn, kinds: tuple[Type, ...], limits: SchemaLimits, depth: int) -> Schema:
    # Few choices, and as many whatever is chosen: that is what shrinks well.
    kind = draw(st.sampled_from(_starts(kinds, limits)))
    head = draw(_heads(limits))
    optional, with_default = draw(_OPTIONAL if limits.defaults else _NO_DEFAULT)
    if isinstance(kind, Schema):
        made = attrs.evolve(kind, optional=optional)
    else:
        made = Schema(kind, optional=optional, **head, **_parts(draw, kind, limits, depth - 1))
    if with_default:
        return attrs.evolve(made, default=draw(values(made.as_required())))
    return made


@lru_cache(maxsize=256)
def _starts(kinds: tuple[Type, ...], limits: SchemaLimits) -> tuple[Type | Schema, ...]:
    """Return what a schema may begin with: a type, or a logical schema."""
    logical = [schema for kind in kinds for schema in _LOGICAL.get(kind, ())] if limits.logical else []
    primitive = [kind for kind in kinds if kind.is_primitive]
    return (*primitive, *logical, *(kind for kind in kinds if not kind.is_primitive))


def _parts(draw: DrawFn, kind: Type, limits: SchemaLimits, depth: int) -> dict[str, Any]:
    """Draw what a container holds."""
    if kind.is_primitive:
        return {}
    inner = _schemas(_allowed(limits.types, depth) or _PRIMITIVES, limits, depth)
    if kind is Type.ARRAY:
        return {"value_schema": draw(inner)}
    if kind is Type.MAP:
        return {
            "key_schema": Schema(draw(st.sampled_from(limits.key_types))),
            "value_schema": draw(inner),
        }
    names = draw(_FIELD_NAMES)
    some = st.lists(inner, min_size=1, max_size=_MOST_FIELDS)
    fields = draw(weighted((5, some), (1, _NO_FIELDS)))
    return {"fields": [Field(names[at], at, schema) for at, schema in enumerate(fields)]}


@lru_cache(maxsize=256)
def _heads(limits: SchemaLimits) -> SearchStrategy[dict[str, Any]]:
    """Draw what every schema may have beside its type."""
    if limits.named:
        return st.sampled_from([{**name, **more} for name in _NAMES for more in ({}, *_HEADS)])
    if limits.named is None:
        return st.sampled_from([{}, {}, {}, *_NAMES, *_HEADS, {**_NAMES[0], **_HEADS[-1]}])
    return st.sampled_from([{}, {}, *_HEADS])
