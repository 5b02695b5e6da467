"""How does a timestamp of a key or value get another representation?"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any, ClassVar, TypeVar

import attrs

from connectsdk.config import Importance, config, option
from connectsdk.errors import ConfigError, DataError
from connectsdk.record import ConnectRecord
from connectsdk.schema import (
    DATE_NAME,
    DATE_SCHEMA,
    INT64_SCHEMA,
    STRING_SCHEMA,
    TIME_NAME,
    TIME_SCHEMA,
    TIMESTAMP_NAME,
    TIMESTAMP_SCHEMA,
    Schema,
    SchemaBuilder,
    Type,
    from_logical,
    to_logical,
)
from connectsdk.transforms._java_dates import JavaDateFormat, java_date_format
from connectsdk.transforms._null_fields import REPLACE_NULL_DOC, NullRules, fill_nulls, null_rules
from connectsdk.transforms._requirements import not_a_map, not_a_struct, require_struct
from connectsdk.transforms._schema_cache import SchemaCache

__all__ = ("TimestampConverterConfig", "TimestampConverterKey", "TimestampConverterValue")

R = TypeVar("R", bound=ConnectRecord)
_Step = Callable[[Any], Any]

_DAY_MS = 86_400_000
_LAST_LONG = (1 << 63) - 1
_PURPOSE = "converting timestamp formats"
_PER_SECOND = {"seconds": 1, "milliseconds": 1_000, "microseconds": 1_000_000, "nanoseconds": 1_000_000_000}
_SCHEMAS = {
    "string": STRING_SCHEMA,
    "unix": INT64_SCHEMA,
    "Date": DATE_SCHEMA,
    "Time": TIME_SCHEMA,
    "Timestamp": TIMESTAMP_SCHEMA,
}


@config
class TimestampConverterConfig:
    """What `TimestampConverter` can be told."""

    field: str = option(
        importance=Importance.HIGH,
        default="",
        doc="The field containing the timestamp, or empty if the entire value is a timestamp",
    )
    target_type: str = option(
        importance=Importance.HIGH,
        one_of=tuple(_SCHEMAS),
        doc="The desired timestamp representation: string, unix, Date, Time, or Timestamp",
    )
    format: str = option(
        default="",
        doc="A SimpleDateFormat-compatible format for the timestamp. Used to generate the output when type=string or "
        "used to parse the input if the input is a string.",
    )
    unix_precision: str = option(
        importance=Importance.LOW,
        default="milliseconds",
        one_of=("nanoseconds", "microseconds", "milliseconds", "seconds"),
        doc="The desired Unix precision for the timestamp: seconds, milliseconds, microseconds, or nanoseconds. "
        "Used to generate the output when type=unix or used to parse the input if the input is a Long."
        "Note: This SMT will cause precision loss during conversions from, and to, values with sub-millisecond "
        "components.",
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
        convert: Converts the field; None when there is no such field.
        nulls: What becomes of the nulls in the struct.
    """

    schema: Schema
    convert: _Step | None
    nulls: NullRules


class _Conversion:
    """What is converted into what, whether in a key or a value."""

    def __init__(self, config: TimestampConverterConfig) -> None:
        self._field = config.field
        self._target = config.target_type
        self._replaces_null = config.replace_null_with_default
        self._format = _format_of(config)
        self._per_second = _PER_SECOND[config.unix_precision]
        self._write = self._writer()
        self._plans = SchemaCache(self._plan).get
        self._wholes = SchemaCache(self._whole).get

    def of_plain(self, value: Any) -> Any:
        """Return a value without a schema, converted.

        Raises:
            DataError: If there is no timestamp in it.
        """
        if value is None:
            return None
        if not self._field:
            return self._converted(value)
        if not isinstance(value, dict):
            raise not_a_map(_PURPOSE, value)
        found = value.get(self._field)
        changed = value.copy()
        changed[self._field] = None if found is None else self._converted(found)
        return changed

    def of_schema(self, schema: Schema, value: Any) -> tuple[Schema, Any]:
        """Return a value converted, and its schema.

        Raises:
            DataError: If it is no timestamp, or no struct.
        """
        if not self._field:
            target, convert = self._wholes(schema)
            return target, None if value is None else convert(value)
        if value is not None and not isinstance(value, dict):
            raise not_a_struct(_PURPOSE, value)
        plan = self._plans(schema)
        return plan.schema, None if value is None else self._struct(plan, value)

    def _struct(self, plan: _Plan, value: dict[str, Any]) -> dict[str, Any]:
        changed = value.copy()
        fill_nulls(changed, plan.nulls)
        convert = plan.convert
        if convert is not None:
            changed[self._field] = convert(changed.get(self._field))
        return changed

    # -- made once per schema --------------------------------------------------------------------------------

    def _whole(self, schema: Schema) -> tuple[Schema, _Step]:
        return self._target_schema(schema), self._step(schema)

    def _plan(self, schema: Schema) -> _Plan:
        require_struct(_PURPOSE, schema)
        builder = SchemaBuilder.like(schema)
        convert = None
        for field in schema.fields:
            if field.name == self._field:
                builder.field(field.name, self._target_schema(field.schema))
                convert = self._lazily(field.schema)
            else:
                builder.field(field.name, field.schema)
        if schema.optional:
            builder.optional()
        nulls = null_rules(schema.fields, replace=self._replaces_null)
        plan = _Plan(builder.build(), convert, nulls)
        if schema.default is None:
            return plan
        return attrs.evolve(plan, schema=builder.default(self._struct(plan, schema.default)).build())

    def _lazily(self, schema: Schema) -> _Step:
        """Return the conversion of a field; what is wrong with its schema is told per record, null or not."""
        try:
            step = self._step(schema)
        except DataError as error:
            message = str(error)
        else:
            return lambda value: None if value is None else step(value)

        def refuse(_: Any) -> Any:
            raise DataError(message)

        return refuse

    def _target_schema(self, schema: Schema) -> Schema:
        target = _SCHEMAS[self._target]
        return target.as_optional() if schema.optional else target

    def _step(self, schema: Schema) -> _Step:
        """Return the conversion of values of a schema."""
        read = self._reader(schema)
        write = self._write
        return lambda value: write(read(value))

    def _reader(self, schema: Schema) -> _Step:
        """Return what makes milliseconds of values of a schema."""
        if schema.name in {TIMESTAMP_NAME, TIME_NAME}:
            return lambda value: from_logical(schema, value)
        if schema.name == DATE_NAME:
            return lambda value: from_logical(schema, value) * _DAY_MS
        if schema.type is Type.STRING:
            return self._from_text
        if schema.type is Type.INT64:
            return self._from_unix
        raise DataError(f"Schema {schema} does not correspond to a known timestamp type format")

    def _writer(self) -> _Step:
        """Return what makes the target of milliseconds."""
        match self._target:
            case "string":
                return self._text().format
            case "unix":
                return self._to_unix
            case "Date":
                return lambda milliseconds: to_logical(DATE_SCHEMA, milliseconds // _DAY_MS)
            case "Time":
                return lambda milliseconds: to_logical(TIME_SCHEMA, milliseconds % _DAY_MS)
            case _:
                return lambda milliseconds: to_logical(TIMESTAMP_SCHEMA, milliseconds)

    # -- per value -------------------------------------------------------------------------------------------

    def _converted(self, value: Any) -> Any:
        """Return a value without a schema, converted by what it is."""
        match value:
            case bool():
                raise _no_timestamp(value)
            case int() if -_LAST_LONG - 1 <= value <= _LAST_LONG:
                milliseconds = self._from_unix(value)
            case str():
                milliseconds = self._from_text(value)
            case datetime():
                milliseconds = from_logical(TIMESTAMP_SCHEMA, value)
            case date():
                milliseconds = from_logical(DATE_SCHEMA, value) * _DAY_MS
            case time():
                milliseconds = from_logical(TIME_SCHEMA, value)
            case _:
                raise _no_timestamp(value)
        return self._write(milliseconds)

    def _text(self) -> JavaDateFormat:
        if self._format is None:
            raise DataError("A string timestamp cannot be read: there is no format")
        return self._format

    def _from_text(self, value: Any) -> int:
        if not isinstance(value, str):
            raise DataError(f"Expected string timestamp to be a String, but found {type(value).__name__}")
        form = self._text()
        found = form.parse(value)
        if found is None:
            raise DataError(f"Could not parse timestamp: value does not match pattern ({form.pattern})")
        return found

    def _from_unix(self, value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise DataError(f"Expected Unix timestamp to be a Long, but found {type(value).__name__}")
        return _scaled(value, 1_000, self._per_second)

    def _to_unix(self, milliseconds: int) -> int:
        return _scaled(milliseconds, self._per_second, 1_000)


def _format_of(config: TimestampConverterConfig) -> JavaDateFormat | None:
    pattern = config.format
    if not pattern.strip():
        if config.target_type == "string":
            raise ConfigError(
                "TimestampConverter requires format option to be specified when using string timestamps"
            )
        return None
    try:
        return java_date_format(pattern, datetime.now(UTC))
    except ConfigError as error:
        raise ConfigError(
            "TimestampConverter requires a SimpleDateFormat-compatible pattern for string timestamps: "
            f"{pattern}: {error}",
            key="format",
        ) from error


def _scaled(value: int, to: int, per: int) -> int:
    """Return a number in another unit, cut toward zero, and no larger than a long."""
    if to < per:
        factor = per // to
        return value // factor if value >= 0 else -(-value // factor)
    return max(-_LAST_LONG - 1, min(value * (to // per), _LAST_LONG))


def _no_timestamp(value: Any) -> DataError:
    return DataError(f"TimestampConverter does not support {type(value).__name__} objects as timestamps")


class TimestampConverterKey:
    """Convert the timestamp that the key is, or that a field of it is."""

    config_class: ClassVar[type[Any]] = TimestampConverterConfig

    def configure(self, config: TimestampConverterConfig) -> None:
        """Take what is converted into what.

        Raises:
            ConfigError: If the format is missing, or not one of Java's.
        """
        self._conversion = _Conversion(config)

    def apply(self, record: R) -> R:
        """Return the record with its key converted.

        Raises:
            DataError: If there is no timestamp in the key.
        """
        schema = record.key_schema
        if schema is None:
            return record.with_key(None, self._conversion.of_plain(record.key))
        return record.with_key(*self._conversion.of_schema(schema, record.key))

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""


class TimestampConverterValue:
    """Convert the timestamp that the value is, or that a field of it is."""

    config_class: ClassVar[type[Any]] = TimestampConverterConfig

    def configure(self, config: TimestampConverterConfig) -> None:
        """Take what is converted into what.

        Raises:
            ConfigError: If the format is missing, or not one of Java's.
        """
        self._conversion = _Conversion(config)

    def apply(self, record: R) -> R:
        """Return the record with its value converted.

        Raises:
            DataError: If there is no timestamp in the value.
        """
        schema = record.value_schema
        if schema is None:
            return record.with_value(None, self._conversion.of_plain(record.value))
        return record.with_value(*self._conversion.of_schema(schema, record.value))

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""
