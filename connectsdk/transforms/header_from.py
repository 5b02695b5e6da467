"""How do fields of a key or value become headers?"""

from typing import Any, ClassVar, TypeVar

import attrs

from connectsdk.config import Importance, config, option
from connectsdk.errors import ConfigError, DataError
from connectsdk.record import ConnectRecord, Header, Headers
from connectsdk.schema import Schema, SchemaBuilder, Type
from connectsdk.transforms._null_fields import REPLACE_NULL_DOC, NullRules, fill_nulls, null_rules
from connectsdk.transforms._requirements import NON_EMPTY_LIST, not_a_map, not_a_struct
from connectsdk.transforms._schema_cache import SchemaCache

__all__ = ("HeaderFromConfig", "HeaderFromKey", "HeaderFromValue")

R = TypeVar("R", bound=ConnectRecord)


@config
class HeaderFromConfig:
    """What `HeaderFrom` can be told."""

    fields: tuple[str, ...] = option(
        importance=Importance.HIGH,
        doc="Field names in the record whose values are to be copied or moved to headers.",
        validator=NON_EMPTY_LIST,
    )
    headers: tuple[str, ...] = option(
        importance=Importance.HIGH,
        doc="Header names, in the same order as the field names listed in the fields configuration property.",
        validator=NON_EMPTY_LIST,
    )
    operation: str = option(
        importance=Importance.HIGH,
        one_of=("move", "copy"),
        doc="Either <code>move</code> if the fields are to be moved to the headers (removed from the key/value), "
        "or <code>copy</code> if the fields are to be copied to the headers (retained in the key/value).",
    )
    replace_null_with_default: bool = option(
        default=True,
        doc=REPLACE_NULL_DOC,
    )


@attrs.frozen
class _Plan:
    """What is done with the structs of one schema.

    Attributes:
        schema: The schema afterwards.
        removed: The fields that go; empty when the struct stays as it is.
        nulls: What becomes of the nulls in what stays.
        headers: Header name, field name, schema and default of each header.
    """

    schema: Schema
    removed: tuple[str, ...]
    nulls: NullRules
    headers: tuple[tuple[str, str, Schema, Any], ...]


class _Extraction:
    """Which fields become which headers, whether of a key or a value."""

    def __init__(self, config: HeaderFromConfig) -> None:
        if len(config.headers) != len(config.fields):
            raise ConfigError("'fields' config must have the same number of elements as 'headers' config.")
        self._pairs = tuple(zip(config.fields, config.headers, strict=True))
        self._fields = frozenset(config.fields)
        self._purpose = f"header {config.operation}"
        self._moves = config.operation == "move"
        self._replaces_null = config.replace_null_with_default
        self._plans = SchemaCache(self._plan).get

    def from_dict(self, value: Any) -> tuple[list[Header], Any]:
        """Return the headers, and the value without a schema as it is afterwards.

        Raises:
            DataError: If the value is no dict.
        """
        if not isinstance(value, dict):
            raise not_a_map(self._purpose, value)
        headers = [Header(header, value.get(field)) for field, header in self._pairs]
        if self._moves:
            value = value.copy()
            for field in self._fields:
                value.pop(field, None)
        return headers, value

    def from_struct(self, schema: Schema, value: Any) -> tuple[list[Header], Schema, Any]:
        """Return the headers, and the schema and struct as they are afterwards.

        Raises:
            DataError: If the value is no struct, or lacks a field.
        """
        if schema.type is not Type.STRUCT or not isinstance(value, dict):
            raise not_a_struct(self._purpose, value)
        plan = self._plans(schema)
        headers = []
        get = value.get
        for header, field, field_schema, default in plan.headers:
            found = get(field)
            if found is None:
                found = default
                if found is None and not field_schema.optional:
                    raise DataError(f"The field '{field}' has no value, and its schema requires one")
            headers.append(Header(header, found, field_schema))
        if plan.removed:
            value = value.copy()
            for name in plan.removed:
                value.pop(name, None)
            fill_nulls(value, plan.nulls)
        return headers, plan.schema, value

    def _plan(self, schema: Schema) -> _Plan:
        taken = []
        for name, header in self._pairs:
            field = schema.field(name)
            if field is None:
                raise DataError(f"The field '{name}' of [{self._purpose}] does not exist")
            default = field.schema.default if self._replaces_null else None
            taken.append((header, name, field.schema, default))
        if not self._moves:
            return _Plan(schema, (), (), tuple(taken))
        builder = SchemaBuilder.like(schema)
        for field in schema.fields:
            if field.name not in self._fields:
                builder.field(field.name, field.schema)
        moved = builder.build()
        nulls = null_rules(moved.fields, replace=self._replaces_null)
        return _Plan(moved, tuple(self._fields), nulls, tuple(taken))


class HeaderFromKey:
    """Move or copy fields of the key into headers."""

    config_class: ClassVar[type[Any]] = HeaderFromConfig

    def configure(self, config: HeaderFromConfig) -> None:
        """Take the fields and headers.

        Raises:
            ConfigError: If there are not as many headers as fields.
        """
        self._extraction = _Extraction(config)

    def apply(self, record: R) -> R:
        """Return the record with the headers.

        Raises:
            DataError: If the key is neither a dict nor a struct, or lacks a field.
        """
        schema = record.key_schema
        if schema is None:
            added, key = self._extraction.from_dict(record.key)
        else:
            added, schema, key = self._extraction.from_struct(schema, record.key)
        return record.new_record(
            record.topic,
            record.partition,
            schema,
            key,
            record.value_schema,
            record.value,
            record.timestamp,
            Headers((*record.headers, *added)),
        )

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""


class HeaderFromValue:
    """Move or copy fields of the value into headers."""

    config_class: ClassVar[type[Any]] = HeaderFromConfig

    def configure(self, config: HeaderFromConfig) -> None:
        """Take the fields and headers.

        Raises:
            ConfigError: If there are not as many headers as fields.
        """
        self._extraction = _Extraction(config)

    def apply(self, record: R) -> R:
        """Return the record with the headers.

        Raises:
            DataError: If the value is neither a dict nor a struct, or lacks a field.
        """
        schema = record.value_schema
        if schema is None:
            added, value = self._extraction.from_dict(record.value)
        else:
            added, schema, value = self._extraction.from_struct(schema, record.value)
        return record.new_record(
            record.topic,
            record.partition,
            record.key_schema,
            record.key,
            schema,
            value,
            record.timestamp,
            Headers((*record.headers, *added)),
        )

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""
