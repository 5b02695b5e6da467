"""How does a key's or value's schema get a name or a version?"""

from typing import Any, ClassVar, TypeVar

import attrs

from connectsdk.config import Importance, config, option
from connectsdk.errors import ConfigError, DataError
from connectsdk.record import ConnectRecord
from connectsdk.schema import Schema, Type
from connectsdk.transforms._null_fields import REPLACE_NULL_DOC, NullRules, fill_nulls, null_rules
from connectsdk.transforms._schema_cache import SchemaCache

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
        self._changes: dict[str, Any] = {key: value for key, value in said.items() if value is not None}
        if not self._changes:
            raise ConfigError("Neither schema name nor version configured")
        self._defaults_for_null = config.replace_null_with_default
        self._plans = SchemaCache(self._plan).get
        self._last_schema: Schema | None = None
        self._last_plan: Any = None

    def labelled(self, schema: Schema | None, value: Any) -> tuple[Schema, Any]:
        """Return the schema with its new name and version, and the value.

        Raises:
            DataError: If there is no schema, or it is not a struct's, or a required field is None.
        """
        if schema is None:
            raise DataError("Schema required for [updating schema metadata]")
        if schema is not self._last_schema:
            self._last_plan, self._last_schema = self._plans(schema), schema
        labelled, rules = self._last_plan
        if rules and isinstance(value, dict):
            value = value.copy()
            fill_nulls(value, rules)
        return labelled, value

    def _plan(self, schema: Schema) -> tuple[Schema, NullRules]:
        if schema.type is not Type.STRUCT:
            raise DataError("Cannot list fields on non-struct type")
        labelled = attrs.evolve(schema, **self._changes)
        return labelled, null_rules(schema.fields, replace=self._defaults_for_null)


class SetSchemaMetadataKey:
    """Set the name or version of the key's schema; a record without key and schema stays as it is."""

    config_class: ClassVar[type[Any]] = SetSchemaMetadataConfig

    def configure(self, config: SetSchemaMetadataConfig) -> None:
        """Take the name and version.

        Raises:
            ConfigError: If there is neither.
        """
        self._label = _Labelling(config).labelled

    def apply(self, record: R) -> R:
        """Return the record with the key's schema changed.

        Raises:
            DataError: If the key has no schema, or it is not a struct's.
        """
        schema, key = record.key_schema, record.key
        return record if schema is None and key is None else record.with_key(*self._label(schema, key))

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
        self._label = _Labelling(config).labelled

    def apply(self, record: R) -> R:
        """Return the record with the value's schema changed.

        Raises:
            DataError: If the value has no schema, or it is not a struct's.
        """
        schema, value = record.value_schema, record.value
        return record if schema is None and value is None else record.with_value(*self._label(schema, value))

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""
