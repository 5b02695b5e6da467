"""How does one field become the whole key or value?"""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from connectsdk.config import CaseInsensitiveValidString, Importance, config, option
from connectsdk.errors import DataError
from connectsdk.record import ConnectRecord
from connectsdk.schema import Field, Schema
from connectsdk.transform import Columns
from connectsdk.transforms._changes import Change, Changes, keys_changed, values_changed
from connectsdk.transforms._field_path import FIELD_SYNTAX_DOC, FieldPath
from connectsdk.transforms._null_fields import REPLACE_NULL_DOC
from connectsdk.transforms._requirements import not_a_map, not_a_struct

__all__ = ("ExtractFieldConfig", "ExtractFieldKey", "ExtractFieldValue")

R = TypeVar("R", bound=ConnectRecord)

_PURPOSE = "field extraction"


@config
class ExtractFieldConfig:
    """What `ExtractField` can be told."""

    field: str = option(doc="The field to extract.")
    replace_null_with_default: bool = option(default=True, doc=REPLACE_NULL_DOC)
    field_syntax_version: str = option(
        default="V1",
        validator=CaseInsensitiveValidString.in_("V1", "V2"),
        importance=Importance.HIGH,
        doc=FIELD_SYNTAX_DOC,
    )


class _Extraction:
    """What is extracted, whether from a key or a value."""

    def __init__(self, config: ExtractFieldConfig) -> None:
        self._written = config.field
        self._path = FieldPath(config.field, config.field_syntax_version.upper())
        self._defaults_for_null = config.replace_null_with_default
        self.changes = Changes(self._plan, self._from_dict)

    def _from_dict(self, value: Any) -> Any:
        if value is None:
            return None
        if not isinstance(value, dict):
            raise not_a_map(_PURPOSE, value)
        return self._path.value_in(value)

    def _plan(self, schema: Schema) -> Change:
        fields = self._path.fields_in(schema)
        if fields is None:
            raise DataError(f"Unknown field: {self._written}")
        *outer, last = fields
        default = last.schema.default if self._defaults_for_null else None
        if outer:
            return last.schema, _nested(tuple(outer), last.name, default)
        return last.schema, _outermost(last.name, default)


def _outermost(name: str, default: Any) -> Callable[[Any], Any]:
    def extracted(value: Any) -> Any:
        if value is None:
            return None
        if not isinstance(value, dict):
            raise not_a_struct(_PURPOSE, value)
        found = value.get(name)
        return default if found is None else found

    return extracted


def _nested(outer: tuple[Field, ...], name: str, default: Any) -> Callable[[Any], Any]:
    last = _outermost(name, default)
    steps = tuple((field.name, field.schema.default) for field in outer)

    def extracted(value: Any) -> Any:
        for step, stand_in in steps:
            if value is None:
                return None
            if not isinstance(value, dict):
                raise not_a_struct(_PURPOSE, value)
            inner = value.get(step)
            value = stand_in if inner is None else inner
        return last(value)

    return extracted


class ExtractFieldKey:
    """Replace the key by one of its fields; a key that is None stays None."""

    config_class: ClassVar[type[Any]] = ExtractFieldConfig

    def configure(self, config: ExtractFieldConfig) -> None:
        """Take the field's name or path.

        Raises:
            ConfigError: If the path opens a backtick and does not close it.
        """
        self._changes = _Extraction(config).changes

    def apply(self, record: R) -> R:
        """Return the record with the field as its key.

        Raises:
            DataError: If the key's schema has no such field, or the key is neither a struct nor a dict.
        """
        return record.with_key(*self._changes.one(record.key_schema, record.key))

    def apply_columns(self, columns: Columns) -> Columns:
        """Return the batch with its keys replaced by the field.

        Raises:
            DataError: If a record is better looked at alone.
        """
        return keys_changed(self._changes, columns)

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""


class ExtractFieldValue:
    """Replace the value by one of its fields; a value that is None stays None."""

    config_class: ClassVar[type[Any]] = ExtractFieldConfig

    def configure(self, config: ExtractFieldConfig) -> None:
        """Take the field's name or path.

        Raises:
            ConfigError: If the path opens a backtick and does not close it.
        """
        self._changes = _Extraction(config).changes

    def apply(self, record: R) -> R:
        """Return the record with the field as its value.

        Raises:
            DataError: If the value's schema has no such field, or the value is neither a struct nor a dict.
        """
        return record.with_value(*self._changes.one(record.value_schema, record.value))

    def apply_columns(self, columns: Columns) -> Columns:
        """Return the batch with its values replaced by the field.

        Raises:
            DataError: If a record is better looked at alone.
        """
        return values_changed(self._changes, columns)

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""
