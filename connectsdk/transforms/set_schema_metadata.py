"""How does a key's or value's schema get a name or a version?"""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

import attrs

from connectsdk.config import Importance, config, option
from connectsdk.errors import ConfigError, DataError
from connectsdk.record import ConnectRecord
from connectsdk.schema import Schema, Type
from connectsdk.transform import Columns
from connectsdk.transforms._changes import Change, Changes, keys_changed, values_changed
from connectsdk.transforms._null_fields import REPLACE_NULL_DOC, NullRules, fill_nulls, null_rules

__all__ = ("SetSchemaMetadataConfig", "SetSchemaMetadataKey", "SetSchemaMetadataValue")

R = TypeVar("R", bound=ConnectRecord)


@config
class SetSchemaMetadataConfig:
    """What `SetSchemaMetadata` can be told; a name, a version, or both."""

    schema_name: str | None = option(default=None, importance=Importance.HIGH, doc="The schema's new name.")
    schema_version: int | None = option(
        default=None, importance=Importance.HIGH, doc="The schema's new version."
    )
    replace_null_with_default: bool = option(default=True, doc=REPLACE_NULL_DOC)


class _Labelling:
    """What schemas are called, whether a key's or a value's."""

    def __init__(self, config: SetSchemaMetadataConfig) -> None:
        said = {"name": config.schema_name, "version": config.schema_version}
        self._said: dict[str, Any] = {key: value for key, value in said.items() if value is not None}
        if not self._said:
            raise ConfigError("Neither schema name nor version configured")
        self._defaults_for_null = config.replace_null_with_default
        self.changes = Changes(self._plan, _refuse)

    def _plan(self, schema: Schema) -> Change:
        if schema.type is not Type.STRUCT:
            raise DataError("Cannot list fields on non-struct type")
        nulls = null_rules(schema.fields, replace=self._defaults_for_null)
        return attrs.evolve(schema, **self._said), _filling(nulls) if nulls else _same


def _refuse(_: Any) -> Any:
    raise DataError("Schema required for [updating schema metadata]")


def _same(value: Any) -> Any:
    return value


def _filling(nulls: NullRules) -> Callable[[Any], Any]:
    def filled(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        struct = value.copy()
        fill_nulls(struct, nulls)
        return struct

    return filled


class SetSchemaMetadataKey:
    """Set the name or version of the key's schema; a record without key and schema stays as it is."""

    config_class: ClassVar[type[Any]] = SetSchemaMetadataConfig

    def configure(self, config: SetSchemaMetadataConfig) -> None:
        """Take the name and version.

        Raises:
            ConfigError: If there is neither.
        """
        self._changes = _Labelling(config).changes

    def apply(self, record: R) -> R:
        """Return the record with the key's schema changed.

        Raises:
            DataError: If the key has no schema, or it is not a struct's.
        """
        schema, key = record.key_schema, record.key
        return record if schema is None and key is None else record.with_key(*self._changes.one(schema, key))

    def apply_columns(self, columns: Columns) -> Columns:
        """Return the batch with its keys under the schema's new name and version.

        Raises:
            DataError: If a record is better looked at alone.
        """
        return keys_changed(self._changes, columns)

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""


class SetSchemaMetadataValue:
    """Set the name or version of the value's schema; a record without value and schema stays as it is."""

    config_class: ClassVar[type[Any]] = SetSchemaMetadataConfig

    def configure(self, config: SetSchemaMetadataConfig) -> None:
        """Take the name and version.

        Raises:
            ConfigError: If there is neither.
        """
        self._changes = _Labelling(config).changes

    def apply(self, record: R) -> R:
        """Return the record with the value's schema changed.

        Raises:
            DataError: If the value has no schema, or it is not a struct's.
        """
        schema, value = record.value_schema, record.value
        return (
            record
            if schema is None and value is None
            else record.with_value(*self._changes.one(schema, value))
        )

    def apply_columns(self, columns: Columns) -> Columns:
        """Return the batch with its values under the schema's new name and version.

        Raises:
            DataError: If a record is better looked at alone.
        """
        return values_changed(self._changes, columns)

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""
