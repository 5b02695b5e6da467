"""What is an Avro schema, with its names resolved?"""

from collections.abc import Iterator
from typing import Any

import attrs

__all__ = ("NAMED", "PRIMITIVES", "AvroField", "AvroType", "same_shape")

PRIMITIVES = frozenset({"null", "boolean", "int", "long", "float", "double", "bytes", "string"})
NAMED = frozenset({"record", "enum", "fixed"})


@attrs.define(eq=False)
class AvroField:
    """One field of a record; `default` is JSON and counts when `has_default` is set."""

    name: str
    type: "AvroType"
    doc: str | None = None
    has_default: bool = False
    default: Any = None
    aliases: tuple[str, ...] = ()
    order: str | None = None
    properties: dict[str, Any] = attrs.Factory(dict)


@attrs.define(eq=False, repr=False)
class AvroType:
    """One node of an Avro schema.

    A record that contains itself is a cycle of these objects. `name` is the full name; `items` are an array's items or a map's values.
    """

    kind: str
    name: str | None = None
    doc: str | None = None
    properties: dict[str, Any] = attrs.Factory(dict)
    fields: list[AvroField] = attrs.Factory(list)
    items: "AvroType | None" = None
    branches: tuple["AvroType", ...] = ()
    symbols: tuple[str, ...] = ()
    default_symbol: str | None = None
    size: int = 0
    aliases: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        """The name of a named type; the kind of another."""
        return self.name or self.kind

    @property
    def short_name(self) -> str:
        """The name without its namespace."""
        return self.full_name.rpartition(".")[2]

    def text(self, key: str) -> str | None:
        """Return a property when it is a string."""
        found = self.properties.get(key)
        return found if isinstance(found, str) else None

    def field(self, name: str) -> AvroField | None:
        """Return the field of this name, or None."""
        return next((field for field in self.fields if field.name == name), None)

    @property
    def nullable(self) -> "AvroType | None":
        """What a union of null and one other type holds besides null; None for other types."""
        others = [branch for branch in self.branches if branch.kind != "null"]
        return others[0] if len(self.branches) == 2 and len(others) == 1 else None  # noqa: PLR2004 - null and another

    def children(self) -> "Iterator[AvroType]":
        """Give the types that this one is made of."""
        if self.items is not None:
            yield self.items
        yield from self.branches
        for field in self.fields:
            yield field.type

    def __repr__(self) -> str:
        return f"AvroType({self.full_name})"


def same_shape(one: AvroType, other: AvroType) -> bool:
    """Return whether data of both is written alike, under the same names."""
    return _same(one, other, set())


def _same(one: AvroType, other: AvroType, seen: set[tuple[int, int]]) -> bool:
    pair = (id(one), id(other))
    if one is other or pair in seen:
        return True
    seen.add(pair)
    if _outline(one) != _outline(other):
        return False
    return all(_same(*both, seen) for both in zip(one.children(), other.children(), strict=True))


def _outline(avro: AvroType) -> tuple[Any, ...]:
    names = tuple(field.name for field in avro.fields)
    return avro.kind, avro.name, names, avro.symbols, avro.size, len(avro.branches)
