"""How is a whole key or value wrapped into a field?"""

from typing import Any, ClassVar, TypeVar

import attrs

from connectsdk.config import config, option
from connectsdk.errors import SchemaError
from connectsdk.record import ConnectRecord
from connectsdk.schema import Schema, SchemaBuilder
from connectsdk.transform import Columns
from connectsdk.transforms._schema_cache import SchemaCache

__all__ = ("HoistFieldConfig", "HoistFieldKey", "HoistFieldValue")

R = TypeVar("R", bound=ConnectRecord)


@config
class HoistFieldConfig:
    """What `HoistField` can be told."""

    field: str = option(
        doc="Field name for the single field that will be created in the resulting Struct or Map."
    )


class HoistFieldKey:
    """Wrap the key: into a struct of one field if it has a schema, into a dict of one key if it has none."""

    config_class: ClassVar[type[Any]] = HoistFieldConfig

    def configure(self, config: HoistFieldConfig) -> None:
        """Take the field's name."""
        self._field = config.field
        self._hoisted = SchemaCache(_hoisting(config.field)).get

    def apply(self, record: R) -> R:
        """Return the record with its key wrapped.

        Raises:
            DataError: If the key is None and its schema does not allow that.
        """
        schema, key = record.key_schema, record.key
        if schema is None:
            return record.with_key(None, {self._field: key})
        if key is None:
            _check_null(schema, self._field)
        return record.with_key(self._hoisted(schema), {self._field: key})

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""


class HoistFieldValue:
    """Wrap the value: into a struct of one field if it has a schema, into a dict of one key if it has none."""

    config_class: ClassVar[type[Any]] = HoistFieldConfig

    def configure(self, config: HoistFieldConfig) -> None:
        """Take the field's name."""
        self._field = config.field
        self._hoisted = SchemaCache(_hoisting(config.field)).get
        self._last_schema: Schema | None = None
        self._last_hoisted: Schema | None = None

    def apply(self, record: R) -> R:
        """Return the record with its value wrapped.

        Raises:
            DataError: If the value is None and its schema does not allow that.
        """
        schema, value = record.value_schema, record.value
        if schema is None:
            return record.with_value(None, {self._field: value})
        if value is None:
            _check_null(schema, self._field)
        if schema is not self._last_schema:
            self._last_schema, self._last_hoisted = schema, self._hoisted(schema)
        return record.with_value(self._last_hoisted, {self._field: value})

    def apply_columns(self, columns: Columns) -> Columns:
        """Return the batch with its values wrapped.

        Raises:
            DataError: If a value is None and its schema does not allow that.
        """
        field, schema = self._field, columns.value_schema
        if schema is not None:
            if None in columns.values:
                _check_null(schema, field)
            schema = self._hoisted(schema)
        values = [{field: value} for value in columns.values]
        return attrs.evolve(columns, value_schema=schema, values=values)

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""


def _hoisting(field: str) -> Any:
    def hoist(schema: Schema) -> Schema:
        return SchemaBuilder.struct().field(field, schema).build()

    return hoist


def _check_null(schema: Schema, field: str) -> None:
    if not schema.optional:
        raise SchemaError(
            f'Invalid value: null used for required field: "{field}", schema type: {schema.type.name}'
        )
