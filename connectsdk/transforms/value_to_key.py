"""How do fields of the value become the key?"""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

import attrs

from connectsdk.config import Importance, config, option
from connectsdk.errors import DataError
from connectsdk.record import ConnectRecord
from connectsdk.schema import Schema, SchemaBuilder
from connectsdk.transform import Columns
from connectsdk.transforms._changes import Change, Changes
from connectsdk.transforms._null_fields import REPLACE_NULL_DOC, NullRules, fill_nulls, null_rules
from connectsdk.transforms._requirements import NON_EMPTY_LIST, not_a_map, not_a_struct, require_struct

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
        self._changes = Changes(self._plan, self._from_dict)

    def apply(self, record: R) -> R:
        """Return the record with a key made of its value.

        Raises:
            DataError: If the value is neither a struct nor a dict, or its schema lacks one of the fields.
        """
        return record.with_key(*self._changes.one(record.value_schema, record.value))

    def apply_columns(self, columns: Columns) -> Columns:
        """Return the batch with keys made of its values.

        Raises:
            DataError: If a record is better looked at alone.
        """
        schema, keys = self._changes.all(columns.value_schema, columns.values)
        return attrs.evolve(columns, key_schema=schema, keys=keys)

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""

    def _from_dict(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise not_a_map(_PURPOSE, value)
        return {name: value.get(name) for name in self._fields}

    def _plan(self, schema: Schema) -> Change:
        require_struct(_PURPOSE, schema)
        builder = SchemaBuilder.struct()
        for name in self._fields:
            field = schema.field(name)
            if field is None:
                raise DataError(f"Field does not exist: {name}")
            builder.field(name, field.schema)
        key_schema = builder.build()
        nulls = null_rules(key_schema.fields, replace=self._defaults_for_null)
        return key_schema, _picking(self._fields, nulls)


def _picking(names: tuple[str, ...], nulls: NullRules) -> Callable[[Any], dict[str, Any]]:
    def picked(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise not_a_struct(_PURPOSE, value)
        get = value.get
        key = {name: get(name) for name in names}
        if nulls:
            fill_nulls(key, nulls)
        return key

    return picked
