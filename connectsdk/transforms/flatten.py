"""How do nested structs or maps become one flat one?"""

from collections.abc import Callable, Iterator
from typing import Any, ClassVar, TypeVar

import attrs

from connectsdk.config import config, option
from connectsdk.errors import DataError
from connectsdk.record import ConnectRecord
from connectsdk.schema import Schema, SchemaBuilder, SchemaReference, Type
from connectsdk.transform import Columns
from connectsdk.transforms._changes import Change, Changes, keys_changed, values_changed
from connectsdk.transforms._requirements import not_a_map, not_a_struct, require_struct

__all__ = ("FlattenConfig", "FlattenKey", "FlattenValue")

R = TypeVar("R", bound=ConnectRecord)

_PURPOSE = "flattening"
_LEAVES = (bool, int, float, str, bytes, bytearray, memoryview, list, tuple)

_Leaf = tuple[str, str, Any]
_Level = tuple[tuple[_Leaf, ...], tuple[tuple[str, Any], ...]]
"""A struct's own leaves (name, flat name, default) and its structs (name, level)."""


@config
class FlattenConfig:
    """What `Flatten` can be told."""

    delimiter: str = option(
        default=".", doc="What to put between the names of nested fields to make the name of the flat one."
    )


@attrs.frozen
class _Inherited:
    """What a field inherits from the structs around it."""

    prefix: str
    optional: bool
    default: Any


class _Flattening:
    """Flattens keys or values."""

    def __init__(self, config: FlattenConfig) -> None:
        self._delimiter = config.delimiter
        self.changes = Changes(self._plan, self._flat_dict)

    def _flat_dict(self, value: Any) -> dict[Any, Any]:
        if not isinstance(value, dict):
            raise not_a_map(_PURPOSE, value)
        flat: dict[Any, Any] = {}
        self._add_dict(value, "", flat)
        return flat

    def _add_dict(self, value: dict[Any, Any], prefix: str, flat: dict[Any, Any]) -> None:
        for key, item in value.items():
            if not isinstance(key, str):
                raise DataError(f"Flatten transformation needs str keys, found: {type(key).__name__}")
            name = self._name(prefix, key)
            if item is None or isinstance(item, _LEAVES):
                flat[name] = item
            elif isinstance(item, dict):
                self._add_dict(item, name, flat)
            else:
                raise DataError(
                    f"Flatten transformation was passed a value of type {type(item).__name__} "
                    "which is not supported by Connect's data API"
                )

    def _name(self, prefix: str, name: str) -> str:
        return prefix + self._delimiter + name if prefix else name

    def _plan(self, schema: Schema) -> Change:
        require_struct(_PURPOSE, schema)
        builder = SchemaBuilder.like(schema)
        for name, field in self._flat_fields(schema, _Inherited("", schema.optional, schema.default)):
            builder.field(name, field)
        return builder.build(), _flattening(self._level(schema, ""))

    def _flat_fields(self, schema: Schema, inherited: _Inherited) -> Iterator[tuple[str, Schema]]:
        """Yield every leaf's flat name and schema."""
        for field in schema.fields:
            inner = field.schema
            name = self._name(inherited.prefix, field.name)
            optional, default = inherited.optional or inner.optional, inner.default
            if default is None and inherited.default is not None:
                default = inherited.default.get(field.name)
            if isinstance(inner, SchemaReference):
                raise DataError(
                    f"Flatten transformation does not support structs that contain themselves (for field {name})."
                )
            if inner.type is Type.STRUCT:
                yield from self._flat_fields(inner, _Inherited(name, optional, default))
            elif inner.type is Type.MAP:
                raise DataError(
                    f"Flatten transformation does not support {inner.type.name} for record with schemas "
                    f"(for field {name})."
                )
            else:
                yield name, _leaf_schema(inner, default, optional=optional)

    def _level(self, schema: Schema, prefix: str) -> _Level:
        leaves, structs = [], []
        for field in schema.fields:
            name = self._name(prefix, field.name)
            if field.schema.type is Type.STRUCT:
                structs.append((field.name, self._level(field.schema, name)))
            else:
                leaves.append((field.name, name, field.schema.default))
        return tuple(leaves), tuple(structs)


def _leaf_schema(schema: Schema, default: Any, *, optional: bool) -> Schema:
    if optional == schema.optional and default is schema.default:
        return schema
    builder = SchemaBuilder.like(schema)
    if optional:
        builder.optional()
    return builder.default(default).build() if default is not None else builder.build()


def _flattening(level: _Level) -> Callable[[Any], Any]:
    def flattened(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise not_a_struct(_PURPOSE, value)
        flat: dict[str, Any] = {}
        _add_struct(value, level, flat)
        return flat

    return flattened


def _add_struct(value: dict[str, Any], level: _Level, flat: dict[str, Any]) -> None:
    get = value.get
    leaves, structs = level
    for name, flat_name, default in leaves:
        item = get(name)
        flat[flat_name] = default if item is None else item
    for name, inner in structs:
        item = get(name)
        if item is not None:
            _add_struct(item, inner, flat)


class FlattenKey:
    """Make nested fields of the key fields of the key itself; a key that is None stays None."""

    config_class: ClassVar[type[Any]] = FlattenConfig

    def configure(self, config: FlattenConfig) -> None:
        """Take the delimiter."""
        self._changes = _Flattening(config).changes

    def apply(self, record: R) -> R:
        """Return the record with its key flat.

        Raises:
            DataError: If the key is neither a struct nor a dict, or has something in it that cannot be flattened.
        """
        return (
            record
            if record.key is None
            else record.with_key(*self._changes.one(record.key_schema, record.key))
        )

    def apply_columns(self, columns: Columns) -> Columns:
        """Return the batch with its keys flat.

        Raises:
            DataError: If a record is better looked at alone.
        """
        return keys_changed(self._changes, columns)

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""


class FlattenValue:
    """Make nested fields of the value fields of the value itself; a value that is None stays None."""

    config_class: ClassVar[type[Any]] = FlattenConfig

    def configure(self, config: FlattenConfig) -> None:
        """Take the delimiter."""
        self._changes = _Flattening(config).changes

    def apply(self, record: R) -> R:
        """Return the record with its value flat.

        Raises:
            DataError: If the value is neither a struct nor a dict, or has something in it that cannot be flattened.
        """
        value = record.value
        return record if value is None else record.with_value(*self._changes.one(record.value_schema, value))

    def apply_columns(self, columns: Columns) -> Columns:
        """Return the batch with its values flat.

        Raises:
            DataError: If a record is better looked at alone.
        """
        return values_changed(self._changes, columns)

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""
