"""By which names does Confluent's converter mark what JSON Schema cannot say?"""

import attrs

from connectsdk.schema import Schema, Type

__all__ = (
    "DEEPEST",
    "Marks",
    "generalized_marks",
    "is_union",
    "named_marks",
    "object_keys",
)


NAMESPACE = "io.confluent.connect.json"
DEEPEST = 100
"""How deep a schema may be nested."""

_ONE_OF = f"{NAMESPACE}.OneOf"
_UNION = "org.apache.kafka.connect.data.Union"
_ENUM = "org.apache.kafka.connect.data.Enum"


@attrs.frozen
class Marks:
    """How unions and enumerations are marked.

    Attributes:
        enum: The parameter of an enumeration's schema; its symbols' parameters begin with it and a dot.
        field_prefix: What the fields of a union's struct begin with.
        union_prefix: What the name of a union's struct begins with; a number follows when `numbered`.
        union_parameter: The parameter of a union's struct, or None.
    """

    enum: str
    field_prefix: str
    union_prefix: str
    union_parameter: str | None = None


def named_marks() -> Marks:
    """Return the marks that Confluent's JSON Schema converter alone knows."""
    return Marks(f"{NAMESPACE}.Enum", f"{_ONE_OF}.field.", _ONE_OF)


def generalized_marks() -> Marks:
    """Return the marks that all of Confluent's converters share."""
    return Marks(_ENUM, "connect_union_field_", "connect_union_", _UNION)


def is_union(schema: Schema) -> bool:
    """Return whether a struct stands for one of its fields' values."""
    return schema.type is Type.STRUCT and (schema.name == _ONE_OF or _UNION in schema.parameters)


def enum_symbols(schema: Schema) -> list[str] | None:
    """Return an enumeration's symbols in order; None for any other schema."""
    if schema.type is not Type.STRING:
        return None
    for mark in (_ENUM, f"{NAMESPACE}.Enum"):
        if mark in schema.parameters:
            return [key[len(mark) + 1 :] for key in schema.parameters if key.startswith(f"{mark}.")]
    return None


def object_keys(schema: Schema) -> bool:
    """Return whether a map is a JSON object; others are arrays of entries."""
    key = schema.key_schema
    return key is not None and key.type is Type.STRING and not key.optional
