"""How do fields, or a whole key or value, get another type?"""

from collections.abc import Sequence
from typing import Any, ClassVar, TypeVar

import attrs

from connectsdk.config import Importance, Lambda, config, invalid, option
from connectsdk.errors import ConfigError, DataError
from connectsdk.record import ConnectRecord
from connectsdk.schema import Schema, SchemaBuilder, Type
from connectsdk.transform import Columns
from connectsdk.transforms._casts import Cast, cast_from, cast_schemaless, unchanged
from connectsdk.transforms._changes import Change, Changes, keys_changed, values_changed
from connectsdk.transforms._null_fields import REPLACE_NULL_DOC, NullRules, fill_nulls, null_rules
from connectsdk.transforms._pairs import split_at_colons
from connectsdk.transforms._requirements import not_a_map, not_a_struct

__all__ = ("CastConfig", "CastKey", "CastValue")

R = TypeVar("R", bound=ConnectRecord)

_PURPOSE = "cast types"
_TARGETS = (
    Type.INT8,
    Type.INT16,
    Type.INT32,
    Type.INT64,
    Type.FLOAT32,
    Type.FLOAT64,
    Type.BOOLEAN,
    Type.STRING,
)
_BLANKS = "".join(map(chr, range(0x21)))  # what Java trims
_MOST_PARTS = 2


def _targets(spec: Sequence[str]) -> dict[str | None, Type]:
    """Return the type of each field; of the field None when the whole value is cast."""
    targets: dict[str | None, Type] = {}
    for mapping in spec:
        *names, kind = split_at_colons(mapping) or [""]
        if len(names) >= _MOST_PARTS:
            raise invalid("spec", list(spec), f"Invalid mapping: {mapping}")
        targets[names[0].strip(_BLANKS) if names else None] = _target(kind.strip(_BLANKS))
    if None in targets and len(spec) > 1:
        raise ConfigError(
            "Cast transformations that specify a type to cast the entire value to may only specify a single cast in "
            "their spec",
            key="spec",
        )
    return targets


def _target(name: str) -> Type:
    target = Type.__members__.get(name.upper())
    if target is None:
        raise ConfigError(f"Invalid type found in casting spec: {name}", key="spec")
    if target not in _TARGETS:
        supported = ", ".join(kind.name for kind in _TARGETS)
        raise ConfigError(
            f"Cast transformation does not support casting to {target.name}; supported types are [{supported}]",
            key="spec",
        )
    return target


def _check_spec(key: str, value: Any) -> None:
    if not value:
        raise ConfigError("Must specify at least one field to cast.", key=key)
    _targets(value)


@config
class CastConfig:
    """What `Cast` can be told."""

    spec: tuple[str, ...] = option(
        validator=Lambda(_check_spec, "list of colon-delimited pairs, e.g. <code>foo:bar,abc:xyz</code>"),
        importance=Importance.HIGH,
        doc="Fields and the types to cast them to, as `field1:type,field2:type`, or a single type to cast the whole key "
        "or value. Types are int8, int16, int32, int64, float32, float64, boolean and string; bytes can be cast to "
        "string only.",
    )
    replace_null_with_default: bool = option(default=True, doc=REPLACE_NULL_DOC)


class _Casting:
    """Casts keys or values."""

    def __init__(self, config: CastConfig) -> None:
        self._targets = _targets(config.spec)
        self._whole = self._targets.get(None)
        self._schemaless = tuple((name, cast_schemaless(target)) for name, target in self._targets.items())
        self._defaults_for_null = config.replace_null_with_default
        self.changes = Changes(self._plan, self._cast_dict if self._whole is None else self._schemaless[0][1])

    def _cast_dict(self, value: Any) -> dict[Any, Any]:
        if not isinstance(value, dict):
            raise not_a_map(_PURPOSE, value)
        found = value.copy()
        for name, cast in self._schemaless:
            found[name] = cast(value.get(name))
        return found

    def _plan(self, schema: Schema) -> Change:
        return self._struct_plan(schema) if self._whole is None else self._whole_plan(schema, self._whole)

    def _whole_plan(self, schema: Schema, target: Type) -> Change:
        builder = _retyped(schema, target)
        cast = cast_from(schema, target)
        if schema.default is not None:
            builder.default(cast(schema.default))
        return builder.build(), cast

    def _struct_plan(self, schema: Schema) -> Change:
        if schema.type is not Type.STRUCT:
            raise DataError("Cannot list fields on non-struct type")
        builder = SchemaBuilder.like(schema)
        casts: list[tuple[str, Cast]] = []
        for field in schema.fields:
            target = self._targets.get(field.name)
            if target is None:
                builder.field(field.name, field.schema)
                continue
            cast = cast_from(field.schema, target)
            builder.field(field.name, _field_schema(field.schema, target, cast))
            if cast is not unchanged:
                casts.append((field.name, cast))
        if schema.optional:
            builder.optional()
        if schema.default is not None:
            cast_from(schema, schema.type)(schema.default)  # says that it cannot be cast
        found = builder.build()
        return found, _casting(tuple(casts), null_rules(found.fields, replace=self._defaults_for_null))


def _casting(casts: tuple[tuple[str, Cast], ...], nulls: NullRules) -> Cast:
    def cast_fields(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise not_a_struct(_PURPOSE, value)
        struct = value.copy()
        get = struct.get
        for name, cast in casts:
            found = get(name)
            if found is not None:
                struct[name] = cast(found)
        if nulls:
            fill_nulls(struct, nulls)
        return struct

    return cast_fields


def _retyped(schema: Schema, target: Type) -> SchemaBuilder:
    """Begin a schema of another type with the rest of a schema's properties, but for its default."""
    bare = attrs.evolve(schema, type=target, default=None, fields=(), key_schema=None, value_schema=None)
    builder = SchemaBuilder.like(bare)
    return builder.optional() if schema.optional else builder


def _field_schema(schema: Schema, target: Type, cast: Cast) -> Schema:
    builder = SchemaBuilder(target)
    if schema.optional:
        builder.optional()
    if schema.default is not None:
        builder.default(cast(schema.default))
    return builder.build()


class CastKey:
    """Cast fields of the key, or the key itself; a key that is None stays None."""

    config_class: ClassVar[type[Any]] = CastConfig

    def configure(self, config: CastConfig) -> None:
        """Take the types.

        Raises:
            ConfigError: If a type is unknown, or the key and a field of it are both to be cast.
        """
        self._changes = _Casting(config).changes

    def apply(self, record: R) -> R:
        """Return the record with its key cast.

        Raises:
            DataError: If something cannot be cast, or fields are to be cast and the key is neither a struct nor a dict.
        """
        key = record.key
        return record if key is None else record.with_key(*self._changes.one(record.key_schema, key))

    def apply_columns(self, columns: Columns) -> Columns:
        """Return the batch with its keys cast.

        Raises:
            DataError: If a record is better looked at alone.
        """
        return keys_changed(self._changes, columns)

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""


class CastValue:
    """Cast fields of the value, or the value itself; a value that is None stays None."""

    config_class: ClassVar[type[Any]] = CastConfig

    def configure(self, config: CastConfig) -> None:
        """Take the types.

        Raises:
            ConfigError: If a type is unknown, or the value and a field of it are both to be cast.
        """
        self._changes = _Casting(config).changes

    def apply(self, record: R) -> R:
        """Return the record with its value cast.

        Raises:
            DataError: If something cannot be cast, or fields are to be cast and the value is neither a struct nor a dict.
        """
        value = record.value
        return record if value is None else record.with_value(*self._changes.one(record.value_schema, value))

    def apply_columns(self, columns: Columns) -> Columns:
        """Return the batch with its values cast.

        Raises:
            DataError: If a record is better looked at alone.
        """
        return values_changed(self._changes, columns)

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""
