"""How do fields of the value become the key?"""

from typing import Any, ClassVar, TypeVar

from connectsdk.config import Importance, config, option
from connectsdk.errors import DataError
from connectsdk.record import ConnectRecord
from connectsdk.schema import Schema, SchemaBuilder
from connectsdk.transforms._null_fields import REPLACE_NULL_DOC, NullRules, fill_nulls, null_rules
from connectsdk.transforms._requirements import NON_EMPTY_LIST, not_a_map, not_a_struct, require_struct
from connectsdk.transforms._schema_cache import SchemaCache

__all__ = ("ValueToKey", "ValueToKeyConfig")

R = TypeVar("R", bound=ConnectRecord)

_PURPOSE = "copying fields from value to key"


@config
class ValueToKeyConfig:
    """What `ValueToKey` can be told."""

    fields: tuple[str, ...] = option(
        validator=NON_EMPTY_LIST,
        importance=Importance.HIGH,
        doc="The fields of the value that the key is made of.",
    )
    replace_null_with_default: bool = option(default=True, doc=REPLACE_NULL_DOC)


class ValueToKey:
    """Replace the key by a struct, or a dict, of some of the value's fields."""

    config_class: ClassVar[type[Any]] = ValueToKeyConfig

    def configure(self, config: ValueToKeyConfig) -> None:
        """Take the fields' names."""
        self._fields = config.fields
        self._defaults_for_null = config.replace_null_with_default
        self._plans = SchemaCache(self._plan).get
        self._last_schema: Schema | None = None
        self._last_plan: Any = None

    def apply(self, record: R) -> R:
        """Return the record with a key made of its value.

        Raises:
            DataError: If the value is neither a struct nor a dict, or its schema lacks one of the fields.
        """
        schema, value = record.value_schema, record.value
        if schema is None:
            if not isinstance(value, dict):
                raise not_a_map(_PURPOSE, value)
            return record.with_key(None, {name: value.get(name) for name in self._fields})
        if not isinstance(value, dict):
            raise not_a_struct(_PURPOSE, value)
        if schema is not self._last_schema:
            self._last_plan, self._last_schema = self._plans(schema), schema
        key_schema, rules = self._last_plan
        key = {name: value.get(name) for name in self._fields}
        if rules:
            fill_nulls(key, rules)
        return record.with_key(key_schema, key)

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""

    def _plan(self, schema: Schema) -> tuple[Schema, NullRules]:
        require_struct(_PURPOSE, schema)
        builder = SchemaBuilder.struct()
        for name in self._fields:
            field = schema.field(name)
            if field is None:
                raise DataError(f"Field does not exist: {name}")
            builder.field(name, field.schema)
        key_schema = builder.build()
        return key_schema, null_rules(key_schema.fields, replace=self._defaults_for_null)
