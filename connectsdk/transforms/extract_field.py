"""How does one field become the whole key or value?"""

from typing import Any, ClassVar, TypeVar

from connectsdk.config import CaseInsensitiveValidString, Importance, config, option
from connectsdk.errors import DataError
from connectsdk.record import ConnectRecord
from connectsdk.schema import Field, Schema
from connectsdk.transforms._field_path import FIELD_SYNTAX_DOC, FieldPath
from connectsdk.transforms._null_fields import REPLACE_NULL_DOC
from connectsdk.transforms._requirements import not_a_map, not_a_struct
from connectsdk.transforms._schema_cache import SchemaCache

__all__ = ("ExtractFieldConfig", "ExtractFieldKey", "ExtractFieldValue")

R = TypeVar("R", bound=ConnectRecord)

_PURPOSE = "field extraction"

_Step = tuple[str, Any]
_Way = tuple[tuple[_Step, ...], _Step, Schema]
"""The outer steps and the last one, each with what replaces null, and the last one's schema."""


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
        self._ways = SchemaCache(self._way).get

    def from_data(self, schema: Schema | None, value: Any) -> tuple[Schema | None, Any]:
        """Return the field's schema and value.

        Raises:
            DataError: If there is no such field in the schema, or the data is no struct, or without schema no dict.
        """
        if schema is None:
            return None, None if value is None else self._from_dict(value)
        outer, (name, default), extracted = self._ways(schema)
        if value is None:
            return extracted, None
        if not isinstance(value, dict):
            raise not_a_struct(_PURPOSE, value)
        for step, stand_in in outer:
            inner = value.get(step)
            value = stand_in if inner is None else inner
            if value is None:
                return extracted, None
        found = value.get(name)
        return extracted, default if found is None else found

    def _from_dict(self, value: Any) -> Any:
        if not isinstance(value, dict):
            raise not_a_map(_PURPOSE, value)
        return self._path.value_in(value)

    def _way(self, schema: Schema) -> _Way:
        fields = self._path.fields_in(schema)
        if fields is None:
            raise DataError(f"Unknown field: {self._written}")
        *outer, last = fields
        default = last.schema.default if self._defaults_for_null else None
        return tuple(map(_step, outer)), (last.name, default), last.schema


def _step(field: Field) -> _Step:
    return field.name, field.schema.default


class ExtractFieldKey:
    """Replace the key by one of its fields; a key that is None stays None."""

    config_class: ClassVar[type[Any]] = ExtractFieldConfig

    def configure(self, config: ExtractFieldConfig) -> None:
        """Take the field's name or path.

        Raises:
            ConfigError: If the path opens a backtick and does not close it.
        """
        self._extract = _Extraction(config).from_data

    def apply(self, record: R) -> R:
        """Return the record with the field as its key.

        Raises:
            DataError: If the key's schema has no such field, or the key is neither a struct nor a dict.
        """
        return record.with_key(*self._extract(record.key_schema, record.key))

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
        self._extract = _Extraction(config).from_data

    def apply(self, record: R) -> R:
        """Return the record with the field as its value.

        Raises:
            DataError: If the value's schema has no such field, or the value is neither a struct nor a dict.
        """
        return record.with_value(*self._extract(record.value_schema, record.value))

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""
