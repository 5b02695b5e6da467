"""What is a schema?

A schema is a value: immutable, hashed once, compared by identity first. It travels beside the data, and all
records of one shape share one schema object.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from enum import Enum
from types import MappingProxyType
from typing import Any, TypeVar

import attrs

from connectsdk.errors import SchemaError

__all__ = ("Field", "Schema", "Type")

T = TypeVar("T")

_NO_PARAMETERS: Mapping[str, str] = MappingProxyType({})


class Type(Enum):
    """The kind of a schema; the value is Kafka's lower-case name."""

    INT8 = "int8"
    INT16 = "int16"
    INT32 = "int32"
    INT64 = "int64"
    FLOAT32 = "float32"
    FLOAT64 = "float64"
    BOOLEAN = "boolean"
    STRING = "string"
    BYTES = "bytes"
    ARRAY = "array"
    MAP = "map"
    STRUCT = "struct"

    @property
    def is_primitive(self) -> bool:
        """Whether values of this type hold no other values."""
        return self not in {Type.ARRAY, Type.MAP, Type.STRUCT}


def _read_only(parameters: Mapping[str, str] | None) -> Mapping[str, str]:
    return MappingProxyType(dict(parameters)) if parameters else _NO_PARAMETERS


def _in_order(fields: "Iterable[Field] | None") -> "tuple[Field, ...]":
    return tuple(fields or ())


@attrs.frozen
class Field:
    """One field of a struct schema.

    Attributes:
        name: The key of the field in the struct's dict.
        index: Its place among the fields, from 0.
        schema: What its value looks like.
    """

    name: str
    index: int
    schema: "Schema"

    def value_in(self, struct: Mapping[str, Any]) -> Any:
        """Return this field's value in a struct; the default when the struct has none."""
        value = struct.get(self.name)
        return self.schema.default if value is None else value


@attrs.frozen(eq=False, repr=False)
class Schema:
    """What a value looks like.

    Two schemas are equal when all of their attributes are. Build one with `SchemaBuilder`, which also checks the default;
    copy one with changes by `attrs.evolve`.

    Attributes:
        type: The kind of value.
        optional: Whether None is a legal value.
        default: The value that stands in for None; None means there is no default.
        name: What the value means; the logical types are recognised by it.
        version: Orders schemas of one name.
        doc: For people.
        parameters: Further properties, such as a decimal's scale; read-only, empty when there are none.
        fields: The fields of a STRUCT; empty for other types.
        key_schema: The schema of a MAP's keys; None when it is not known, and for other types.
        value_schema: The schema of a MAP's values or an ARRAY's elements; None when it is not known, and for
            other types.
    """

    type: Type
    optional: bool = False
    default: Any = None
    name: str | None = None
    version: int | None = None
    doc: str | None = None
    parameters: Mapping[str, str] = attrs.field(default=_NO_PARAMETERS, converter=_read_only)
    fields: tuple[Field, ...] = attrs.field(default=(), converter=_in_order)
    key_schema: "Schema | None" = None
    value_schema: "Schema | None" = None
    _by_name: dict[str, Field] = attrs.field(init=False)
    _hash: int = attrs.field(init=False)
    _compiled: dict[Any, Any] = attrs.field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        _check_parts(self)
        object.__setattr__(self, "_by_name", {field.name: field for field in self.fields})
        # The default is left out: it need not be hashable, and equal schemas still have equal hashes.
        parts = (
            self.type,
            self.optional,
            self.name,
            self.version,
            self.doc,
            frozenset(self.parameters.items()),
        )
        object.__setattr__(self, "_hash", hash((parts, self.fields, self.key_schema, self.value_schema)))

    def field(self, name: str) -> Field | None:
        """Return the field of this name, or None.

        Raises:
            SchemaError: If this is not a struct schema.
        """
        if self.type is not Type.STRUCT:
            raise SchemaError(f"Cannot look up fields on non-struct type: {self}")
        return self._by_name.get(name)

    def as_optional(self) -> "Schema":
        """Return this schema with None as a legal value."""
        return self if self.optional else attrs.evolve(self, optional=True)

    def as_required(self) -> "Schema":
        """Return this schema without None as a legal value."""
        return attrs.evolve(self, optional=False) if self.optional else self

    def compiled(self, compiler: Callable[["Schema"], T]) -> T:
        """Return what `compiler` makes of this schema; it is made once per schema object and kept with it.

        Args:
            compiler: A function of a module, not a closure: what it made is found again by its identity.
        """
        try:
            made: T = self._compiled[compiler]
        except KeyError:
            made = self._compiled[compiler] = compiler(self)
        return made

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Schema):
            return NotImplemented
        return (
            self._hash == other._hash
            and self.type is other.type
            and self.optional == other.optional
            and (self.name, self.version, self.doc) == (other.name, other.version, other.doc)
            and self.parameters == other.parameters
            and self.fields == other.fields
            and self.key_schema == other.key_schema
            and self.value_schema == other.value_schema
            and _same_data(self.default, other.default)
        )

    def __reduce__(self) -> tuple[Any, ...]:
        # Hashes differ between processes, and what was compiled cannot travel.
        return _restored, (
            self.type,
            self.optional,
            self.default,
            self.name,
            self.version,
            self.doc,
            dict(self.parameters),
            self.fields,
            self.key_schema,
            self.value_schema,
        )

    def __str__(self) -> str:
        return f"Schema{{{self.name}:{self.type.name}}}" if self.name else f"Schema{{{self.type.name}}}"

    def __repr__(self) -> str:
        shown = [self.type.name]
        shown += [f"{name}={value!r}" for name, value in _set_attributes(self)]
        if self.fields:
            shown.append(
                f"fields={{{', '.join(f'{field.name}: {field.schema!r}' for field in self.fields)}}}"
            )
        return f"Schema({', '.join(shown)})"


def _restored(*args: Any) -> Schema:
    return Schema(*args)


def _set_attributes(schema: Schema) -> list[tuple[str, Any]]:
    attributes = [
        ("optional", schema.optional or None),
        ("default", schema.default),
        ("name", schema.name),
        ("version", schema.version),
        ("doc", schema.doc),
        ("parameters", dict(schema.parameters) or None),
        ("key_schema", schema.key_schema),
        ("value_schema", schema.value_schema),
    ]
    return [(name, value) for name, value in attributes if value is not None]


def _check_parts(schema: Schema) -> None:
    kind = schema.type
    if schema.fields and kind is not Type.STRUCT:
        raise SchemaError(f"Cannot create fields on type {kind.name}")
    if schema.key_schema is not None and kind is not Type.MAP:
        raise SchemaError(f"Cannot set a key schema on type {kind.name}")
    if schema.value_schema is not None and kind not in {Type.MAP, Type.ARRAY}:
        raise SchemaError(f"Cannot set a value schema on type {kind.name}")
    names = set()
    for place, field in enumerate(schema.fields):
        if field.index != place:
            raise SchemaError(f'Field "{field.name}" has index {field.index} but is at {place}')
        if field.name in names:
            raise SchemaError(f"Cannot create field because of field name duplication {field.name}")
        names.add(field.name)


def _same_data(one: Any, other: Any) -> bool:
    """Compare defaults as Java does: NaN equals itself, 0.0 is not -0.0, 1.0 is not 1.00 as a decimal."""
    if one is other:
        return True
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(_same_data, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same_data(one[key], other[key]) for key in one)
    if isinstance(one, (float, Decimal)) and type(one) is type(other):
        return repr(one) == repr(other)
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)
