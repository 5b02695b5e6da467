"""How do facts about a record, and constants, become fields of its key or value?"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any, ClassVar, TypeVar

import attrs

from connectsdk.config import config, option
from connectsdk.errors import ConfigError, DataError
from connectsdk.record import ConnectRecord, SinkRecord
from connectsdk.schema import (
    INT32_SCHEMA,
    INT64_SCHEMA,
    STRING_SCHEMA,
    TIMESTAMP_SCHEMA,
    Schema,
    SchemaBuilder,
    Type,
    to_logical,
)
from connectsdk.transform import Columns
from connectsdk.transforms._schema_cache import SchemaCache

__all__ = ("InsertFieldConfig", "InsertFieldKey", "InsertFieldValue")

R = TypeVar("R", bound=ConnectRecord)

_SUFFIX_DOC = "Suffix with <code>!</code> to make this a required field, or <code>?</code> to keep it optional (the default)."


@config
class InsertFieldConfig:
    """What `InsertField` can be told."""

    topic_field: str | None = option(default=None, doc=f"Field name for Kafka topic. {_SUFFIX_DOC}")
    partition_field: str | None = option(default=None, doc=f"Field name for Kafka partition. {_SUFFIX_DOC}")
    offset_field: str | None = option(
        default=None,
        doc=f"Field name for Kafka offset - only applicable to sink connectors.<br/>{_SUFFIX_DOC}",
    )
    timestamp_field: str | None = option(default=None, doc=f"Field name for record timestamp. {_SUFFIX_DOC}")
    static_field: str | None = option(default=None, doc=f"Field name for static data field. {_SUFFIX_DOC}")
    static_value: str | None = option(default=None, doc="Static field value, if field name configured.")
    replace_null_with_default: bool = option(
        default=True,
        doc="Whether to replace fields that have a default value and that are null to the default value. "
        "When set to true, the default value is used, otherwise null is used.",
    )


@attrs.frozen
class _Inserted:
    """One field to insert: its name, and its schema in data that has one."""

    name: str
    schema: Schema


class _Insertion:
    """What is inserted, whether into a key or a value."""

    def __init__(self, config: InsertFieldConfig) -> None:
        topic = _inserted(config.topic_field, STRING_SCHEMA)
        partition = _inserted(config.partition_field, INT32_SCHEMA)
        offset = _inserted(config.offset_field, INT64_SCHEMA)
        timestamp = _inserted(config.timestamp_field, TIMESTAMP_SCHEMA)
        static = _inserted(config.static_field, STRING_SCHEMA)
        found = (topic, partition, offset, timestamp, static)
        self._fields = tuple(field for field in found if field is not None)
        if not self._fields:
            raise ConfigError("No field insertion configured")
        if static is not None and config.static_value is None:
            raise ConfigError(
                "Invalid value null for configuration static.value: "
                f"No value specified for static field: {static.name}",
                key="static.value",
            )
        self._topic, self._partition, self._offset = _name(topic), _name(partition), _name(offset)
        self._timestamp = _name(timestamp)
        self._constants = {} if static is None else {static.name: config.static_value}
        self._only_constants = self._fields == (static,)
        self._defaults_for_null = config.replace_null_with_default
        self._extensions = SchemaCache(self._extend)
        self._last_schema: Schema | None = None
        self._last: tuple[Schema, tuple[tuple[str, Any], ...]] = (STRING_SCHEMA, ())
        # The last struct schema, the extended one and the constants: where only constants are inserted and
        # there are no defaults, nothing else is to be looked at.
        self.quick: tuple[Schema, Schema, dict[str, Any]] | None = None

    def into_dict(self, record: ConnectRecord, value: Any) -> dict[Any, Any]:
        """Return a value without a schema, with the fields.

        Raises:
            DataError: If the value is no dict, or the record has no offset to insert.
        """
        if not isinstance(value, dict):
            raise DataError(
                "Only Map objects supported in absence of schema for [field insertion], "
                f"found: {type(value).__name__}"
            )
        return value | self._constants if self._only_constants else self._with_facts(record, value)

    def into_struct(self, record: ConnectRecord, schema: Schema, value: Any) -> tuple[Schema, dict[str, Any]]:
        """Return a struct with the fields, and its schema.

        Raises:
            DataError: If the value is no struct, a field's name is taken, or the record has no offset to insert.
        """
        if schema.type is not Type.STRUCT or not isinstance(value, dict):
            raise DataError(
                f"Only Struct objects supported for [field insertion], found: {type(value).__name__}"
            )
        if schema is not self._last_schema:
            self._last = self._extensions.get(schema)
            self._last_schema = schema
            if self._only_constants and not self._last[1]:
                self.quick = (schema, self._last[0], self._constants)
        extended, defaults = self._last
        inserted = value | self._constants if self._only_constants else self._with_facts(record, value)
        at = self._timestamp
        if at is not None and record.timestamp is not None:
            inserted[at] = to_logical(TIMESTAMP_SCHEMA, record.timestamp)
        for name, default in defaults:
            if inserted.get(name) is None:
                inserted[name] = default
        return extended, inserted

    def into_all(self, columns: Columns) -> tuple[Schema | None, list[Any]]:
        """Return the values of a batch with the fields, and their schema.

        Raises:
            DataError: If a value is better looked at alone.
        """
        values, schema = columns.values, columns.value_schema
        if set(map(type, values)) != {dict}:
            raise DataError("not all of the values are dicts")
        if schema is not None:
            schema, defaults = self._extensions.get(schema)
            if defaults:
                raise DataError("a default may stand in for None")
        if self._only_constants:
            constants = self._constants
            return schema, [value | constants for value in values]
        names = [field.name for field in self._fields]
        rows = zip(*self._facts(columns), strict=False)
        return schema, [
            value | dict(zip(names, row, strict=True)) for value, row in zip(values, rows, strict=True)
        ]

    def _facts(self, columns: Columns) -> Iterator[Iterable[Any]]:
        """Yield a column for each field, in the order of the fields.

        Raises:
            DataError: If one of them is not known of every record.
        """
        if self._topic is not None:
            yield repeat(columns.topic)
        if self._partition is not None:
            yield _known(columns.partitions)
        if self._offset is not None:
            yield _known(columns.offsets or (None,))
        if self._timestamp is not None:
            stamps = _known(columns.timestamps)
            plain = columns.value_schema is None
            yield stamps if plain else [to_logical(TIMESTAMP_SCHEMA, stamp) for stamp in stamps]
        yield from map(repeat, self._constants.values())

    def _with_facts(self, record: ConnectRecord, value: dict[Any, Any]) -> dict[Any, Any]:
        """Return a copy with the fields, in the order that a schema has them."""
        inserted = value.copy()
        if self._topic is not None:
            inserted[self._topic] = record.topic
        if self._partition is not None and record.partition is not None:
            inserted[self._partition] = record.partition
        if self._offset is not None:
            inserted[self._offset] = _offset_of(record)
        if self._timestamp is not None and record.timestamp is not None:
            inserted[self._timestamp] = record.timestamp
        inserted.update(self._constants)
        return inserted

    def _extend(self, schema: Schema) -> tuple[Schema, tuple[tuple[str, Any], ...]]:
        """Return the schema with the fields, and the defaults that stand in for None."""
        builder = SchemaBuilder.like(schema)
        for field in schema.fields:
            builder.field(field.name, field.schema)
        for inserted in self._fields:
            builder.field(inserted.name, inserted.schema)
        defaults = ((field.name, field.schema.default) for field in schema.fields)
        kept = tuple(pair for pair in defaults if pair[1] is not None and self._defaults_for_null)
        return builder.build(), kept


def _inserted(spec: str | None, schema: Schema) -> _Inserted | None:
    if spec is None:
        return None
    if spec.endswith("!"):
        return _Inserted(spec[:-1], schema)
    return _Inserted(spec.removesuffix("?"), schema.as_optional())


def _known(column: Sequence[Any]) -> Sequence[Any]:
    if None in column:
        raise DataError("not every record has it")
    return column


def _name(field: _Inserted | None) -> str | None:
    return None if field is None else field.name


def _offset_of(record: ConnectRecord) -> int:
    if not isinstance(record, SinkRecord):
        raise DataError(f"Only SinkRecord supported for [field insertion], found: {type(record).__name__}")
    return record.offset


class InsertFieldKey:
    """Insert fields into the key; one that is None stays None."""

    config_class: ClassVar[type[Any]] = InsertFieldConfig

    def configure(self, config: InsertFieldConfig) -> None:
        """Take the fields to insert.

        Raises:
            ConfigError: If there are none, or a static field has no value.
        """
        self._insertion = _Insertion(config)

    def apply(self, record: R) -> R:
        """Return the record with the fields in its key.

        Raises:
            DataError: If the key is neither a dict nor a struct, or there is no offset to insert.
        """
        key, schema = record.key, record.key_schema
        if key is None:
            return record
        if schema is None:
            return record.with_key(None, self._insertion.into_dict(record, key))
        return record.with_key(*self._insertion.into_struct(record, schema, key))

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""


class InsertFieldValue:
    """Insert fields into the value; one that is None stays None."""

    config_class: ClassVar[type[Any]] = InsertFieldConfig

    def configure(self, config: InsertFieldConfig) -> None:
        """Take the fields to insert.

        Raises:
            ConfigError: If there are none, or a static field has no value.
        """
        self._insertion = _Insertion(config)

    def apply(self, record: R) -> R:
        """Return the record with the fields in its value.

        Raises:
            DataError: If the value is neither a dict nor a struct, or there is no offset to insert.
        """
        value, schema = record.value, record.value_schema
        insertion = self._insertion
        quick = insertion.quick
        if quick is not None and schema is quick[0] and type(value) is dict:
            return record.with_value(quick[1], value | quick[2])
        if value is None:
            return record
        if schema is None:
            return record.with_value(None, insertion.into_dict(record, value))
        return record.with_value(*insertion.into_struct(record, schema, value))

    def apply_columns(self, columns: Columns) -> Columns:
        """Return the batch with the fields in its values.

        Raises:
            DataError: If a record is better looked at alone.
        """
        schema, values = self._insertion.into_all(columns)
        return attrs.evolve(columns, value_schema=schema, values=values)

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""
