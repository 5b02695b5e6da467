"""What does a topic's contract say of its records' fields, and in what does a record differ from it?"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from connectsdk.errors import ConfigError
from connectsdk.schema import SCALE, Schema, SchemaReference, Type, logical

__all__ = (
    "WHOLE",
    "Contract",
    "Drift",
    "Expected",
    "declared",
    "expected_of_plain",
    "expected_of_schema",
    "wider_type",
)

WHOLE = ""
"""The name of a value that has no fields."""

_WIDER = (("int8", "int16", "int32", "int64"), ("float32", "float64"))
_NUMBERS = frozenset(("int8", "int16", "int32", "int64", "float32", "float64", "int", "float", "Decimal"))
_PLAIN = {
    "bool": "boolean",
    "str": "string",
    "list": "array",
    "dict": "map",
    "struct": "map",
    "tuple": "array",
}

Shape = tuple[Any, ...]


@attrs.frozen
class Expected:
    """What a contract says of one field; a shape of one element says nothing of what is inside."""

    shape: Shape
    required: bool


@attrs.frozen
class Drift:
    """One difference: `new`, `gone` or `changed`."""

    kind: str
    field: str

    def __str__(self) -> str:
        name = f"the field '{self.field}'" if self.field else "the value"
        return f"{name} is {'of another type' if self.kind == 'changed' else self.kind}"


@attrs.define(eq=False)
class Contract:
    """What is expected of the fields of a topic's records.

    Attributes:
        fields: What is said of each field, by name.
    """

    fields: dict[str, Expected]

    def drifts(self, found: Mapping[str, Expected]) -> Iterator[Drift]:
        """Yield in what a record's fields differ."""
        for name, field in found.items():
            expected = self.fields.get(name)
            if expected is None:
                yield Drift("new", name)
            elif not _alike(expected.shape, field.shape):
                yield Drift("changed", name)
            elif expected.required and not field.required:
                yield Drift("gone", name)
        for name, expected in self.fields.items():
            if expected.required and name not in found:
                yield Drift("gone", name)

    def learn(self, found: Mapping[str, Expected]) -> None:
        """Learn the types of fields that were null up to now."""
        for name, field in found.items():
            expected = self.fields.get(name)
            if expected is not None and expected.shape == _UNKNOWN:
                self.fields[name] = field

    def evolve(self, drift: Drift, found: Mapping[str, Expected]) -> bool:
        """Take a difference into the contract; return whether that can be."""
        if drift.kind == "new":
            self.fields[drift.field] = Expected(found[drift.field].shape, required=False)
            return drift.field != WHOLE
        expected = self.fields[drift.field]
        if drift.kind == "gone":
            self.fields[drift.field] = Expected(expected.shape, required=False)
            return drift.field != WHOLE
        wide = wider(expected.shape, found[drift.field].shape)
        if wide is None:
            return False
        self.fields[drift.field] = Expected(wide, expected.required and found[drift.field].required)
        return True


_UNKNOWN: Shape = ("null",)


def wider(first: Shape, second: Shape) -> Shape | None:
    """Return the wider one of two numbers' shapes; None if one does not hold the other."""
    for kinds in _WIDER:
        if first[0] in kinds and second[0] in kinds and not any((*first[1:], *second[1:])):
            return max(first, second, key=lambda shape: kinds.index(shape[0]))
    return None


def wider_type(first: Type, second: Type) -> Type:
    """Return the wider one of two numbers' types; the first if one does not hold the other."""
    wide = wider((first.value,), (second.value,))
    return first if wide is None else Type(wide[0])


def expected_of_schema(schema: Schema) -> dict[str, Expected]:
    """Return what a schema says of its fields."""
    if schema.type is not Type.STRUCT:
        return {WHOLE: Expected(_shape(schema), required=True)}
    return {
        field.name: Expected(
            _shape(field.schema), required=not field.schema.optional and field.schema.default is None
        )
        for field in schema.fields
    }


def expected_of_plain(value: Any) -> dict[str, Expected]:
    """Return what a value without a schema says of its fields: their kinds, and that they may be missing."""
    if not isinstance(value, dict):
        return {WHOLE: Expected((_kind(value),), required=True)}
    return {str(name): Expected((_kind(item),), required=False) for name, item in value.items()}


def declared(pairs: Iterable[str]) -> dict[str, Expected]:
    """Return what `name:type` pairs say.

    Raises:
        ConfigError: If one is not such a pair.
    """
    known = {kind.value for kind in Type}
    fields = {}
    for pair in pairs:
        name, _, kind = pair.rpartition(":")
        required = not kind.endswith("?")
        kind = kind.removesuffix("?")
        if not name or kind not in known:
            message = f"'{pair}' is no name:type pair with one of the types {', '.join(sorted(known))}"
            raise ConfigError(message, key="fields")
        fields[name] = Expected((kind,), required)
    return fields


def _alike(expected: Shape, found: Shape) -> bool:
    if expected == found or _UNKNOWN in {expected, found}:
        return True
    kind, other = expected[0], found[0]
    if len(expected) > 1 and len(found) > 1:
        return False
    if len(expected) == len(found) or len(found) == 1:
        return _general(kind) == _general(other)
    return bool(kind == other)  # declared, and a schema


def _general(kind: str) -> str:
    return "number" if kind in _NUMBERS else _PLAIN.get(kind, kind)


def _kind(value: Any) -> str:
    return "null" if value is None else type(value).__name__


def _shape(schema: Schema) -> Shape:
    if isinstance(schema, SchemaReference):  # a struct inside of itself
        return "struct", schema.name
    name = schema.name if logical(schema) is not None else None
    match schema.type:
        case Type.STRUCT:
            return "struct", tuple((field.name, _shape(field.schema)) for field in schema.fields)
        case Type.ARRAY:
            return "array", schema.value_schema and _shape(schema.value_schema)
        case Type.MAP:
            inside = (schema.key_schema, schema.value_schema)
            return "map", *(part and _shape(part) for part in inside)
        case _:
            return schema.type.value, name, schema.parameters.get(SCALE)
