"""What JSON data does a value become?

A writer is compiled once per schema. Leaves are written as `JsonConverter` writes them; maps, unions and what is
missing differ.
"""

from collections.abc import Callable
from typing import Any

from connectsdk.converters._json_structs import StructField, careful_struct
from connectsdk.converters._json_writers import WriteOptions, Writer, compile_writer
from connectsdk.converters.json_schema._names import DEEPEST, is_union, object_keys
from connectsdk.errors import DataError
from connectsdk.schema import Schema, Type

__all__ = ("value_writer",)


def value_writer(schema: Schema, options: WriteOptions, depth: int = 0) -> Writer:
    """Return the writer for the values of a schema.

    Raises:
        DataError: If the schema, or its default, cannot be written.
    """
    if depth > DEEPEST:
        raise DataError(f"A schema is nested more than {DEEPEST} deep")
    if schema.type.is_primitive:
        return compile_writer(schema, options)
    if schema.type is Type.STRUCT:
        make = _union if is_union(schema) else _struct
    else:
        make = _array if schema.type is Type.ARRAY else _map
    return _nullable(schema, options, make(schema, options, depth + 1))


def _nullable(schema: Schema, options: WriteOptions, required: Writer) -> Writer:
    if schema.default is not None and options.defaults_for_null:
        default = required(schema.default)
        return lambda value: default if value is None else required(value)
    if schema.optional:
        return lambda value: None if value is None else required(value)

    def write(value: Any) -> Any:
        if value is None:
            raise DataError(
                "Conversion error: null value for field that is required and has no default value"
            )
        return required(value)

    return write


def _struct(schema: Schema, options: WriteOptions, depth: int) -> Writer:
    fields = [
        StructField(field.name, value_writer(field.schema, options, depth), None) for field in schema.fields
    ]
    write_fields = careful_struct(fields)
    names = frozenset(field.name for field in fields)

    def write(value: Any) -> Any:
        if not isinstance(value, dict):
            raise _wrong(schema, value)
        if not value.keys() <= names:
            unknown = next(key for key in value if key not in names)
            raise DataError(f"{unknown} is not a valid field name")
        return write_fields(value)

    return write


def _union(schema: Schema, options: WriteOptions, depth: int) -> Writer:
    members = [(field.name, value_writer(field.schema, options, depth)) for field in schema.fields]

    def write(value: Any) -> Any:
        if not isinstance(value, dict):
            raise _wrong(schema, value)
        for name, write_member in members:
            member = value.get(name)
            if member is not None:
                return write_member(member)
        if schema.optional:
            return None
        raise DataError("A union has no value in any of its fields")

    return write


def _array(schema: Schema, options: WriteOptions, depth: int) -> Writer:
    write_item = _part(schema.value_schema, "array's elements", options, depth)

    def write(value: Any) -> Any:
        if not isinstance(value, (list, tuple)):
            raise _wrong(schema, value)
        return [write_item(item) for item in value]

    return write


def _map(schema: Schema, options: WriteOptions, depth: int) -> Writer:
    write_item = _part(schema.value_schema, "map's values", options, depth)
    write_key = _part(schema.key_schema, "map's keys", options, depth)
    entry: Callable[[dict[Any, Any]], Any]
    if object_keys(schema):
        entry = lambda value: {write_key(key): write_item(item) for key, item in value.items()}  # noqa: E731 - one of two
    else:
        entry = lambda value: [  # noqa: E731 - the other
            {"key": write_key(key), "value": write_item(item)} for key, item in value.items()
        ]

    def write(value: Any) -> Any:
        if not isinstance(value, dict):
            raise _wrong(schema, value)
        return entry(value)

    return write


def _part(schema: Schema | None, what: str, options: WriteOptions, depth: int) -> Writer:
    if schema is None:
        raise DataError(f"JSON Schema needs to know the schema of a {what}")
    return value_writer(schema, options, depth)


def _wrong(schema: Schema, value: Any) -> DataError:
    return DataError(f"Invalid type for {schema.type.name}: {type(value).__name__}")
