"""What does a value with a schema become before it is JSON text?

A writer is compiled once per schema. It checks a value by the schema's rules and returns what orjson writes as
the Java implementation would: most values as they are, floats beyond the plain range as fragments of Java's text.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import attrs

from connectsdk.converters._json_plain import (
    base64_text,
    is_plain_double,
    written_double,
    written_float,
    written_plain,
)
from connectsdk.converters._json_structs import Plain, StructField, careful_struct, quick_struct
from connectsdk.errors import DataError
from connectsdk.schema import DECIMAL_NAME, Logical, Schema, Type, fits, logical

__all__ = ("WriteOptions", "Writer", "compile_writer")

Writer = Callable[[Any], Any]

_BOUNDS = {
    Type.INT8: (-(2**7), 2**7 - 1),
    Type.INT16: (-(2**15), 2**15 - 1),
    Type.INT32: (-(2**31), 2**31 - 1),
    Type.INT64: (-(2**63), 2**63 - 1),
}
_PLAIN: Mapping[Type, Plain] = MappingProxyType(
    {
        **{kind: Plain(int, range(low, high + 1).__contains__) for kind, (low, high) in _BOUNDS.items()},
        Type.FLOAT64: Plain(float, is_plain_double),
        Type.STRING: Plain(str),
        Type.BOOLEAN: Plain(bool),
    }
)
_CONTAINERS: Mapping[Type, tuple[type, ...]] = MappingProxyType(
    {Type.ARRAY: (list, tuple), Type.MAP: (dict,), Type.STRUCT: (dict,)}
)
_CONVERT: Mapping[Type, Writer] = MappingProxyType(
    {
        **dict.fromkeys(_BOUNDS, int),
        Type.FLOAT32: lambda value: written_float(float(value)),
        Type.FLOAT64: lambda value: written_double(float(value)),
        Type.BOOLEAN: bool,
        Type.STRING: str.__str__,
        Type.BYTES: base64_text,
    }
)


@attrs.frozen
class WriteOptions:
    """How values are written.

    Attributes:
        write_decimal: Turns a decimal and its unscaled bytes into what is written.
        defaults_for_null: Whether a default is written in place of None.
    """

    write_decimal: Callable[[Any, bytes], Any]
    defaults_for_null: bool


def compile_writer(schema: Schema | None, options: WriteOptions) -> Writer:
    """Return the writer for the values of a schema, or for those without one.

    Raises:
        DataError: If the schema, or its default, cannot be written.
    """
    if schema is None:
        return written_plain
    found = logical(schema)
    if found is not None:
        return _optional(schema, options, _logical_writer(schema, found, options))
    return _BY_TYPE.get(schema.type, _leaf_writer)(schema, options)


def _struct_writer(schema: Schema, options: WriteOptions) -> Writer:
    fields = [
        StructField(field.name, compile_writer(field.schema, options), _plain(field.schema))
        for field in schema.fields
    ]
    write_fields = careful_struct(fields)
    names = frozenset(field.name for field in fields)

    def write(value: Any) -> Any:
        written = write_fields(value)
        if value.keys() <= names:
            return written
        unknown = next(key for key in value if key not in names)
        raise DataError(f"{unknown} is not a valid field name")

    return quick_struct(fields, _container(schema, options, write))


def _plain(schema: Schema) -> Plain | None:
    return None if logical(schema) is not None else _PLAIN.get(schema.type)


def _leaf_writer(schema: Schema, options: WriteOptions) -> Writer:
    """Return a writer that answers the usual value at once, and leaves the others to a general one."""
    general = _optional(schema, options, _checked(schema))
    plain = _plain(schema)
    if plain is None:
        return general
    kind, holds = plain.kind, plain.check
    if holds is None:
        return lambda value: value if type(value) is kind else general(value)
    return lambda value: value if type(value) is kind and holds(value) else general(value)


def _checked(schema: Schema) -> Writer:
    check, convert = fits(schema.as_required()), _CONVERT[schema.type]

    def write(value: Any) -> Any:
        if check(value):
            return convert(value)
        wrong = type(value).__name__
        if schema.type in _BOUNDS and isinstance(value, int) and not isinstance(value, bool):
            wrong = "an int out of range"
        raise DataError(f"Invalid type for {schema.type.name}: {wrong}")

    return write


def _optional(schema: Schema, options: WriteOptions, required: Writer) -> Writer:
    """Return a writer that knows what to write for None."""
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


def _container(schema: Schema, options: WriteOptions, write_items: Writer) -> Writer:
    kinds, name = _CONTAINERS[schema.type], schema.type.name

    def write(value: Any) -> Any:
        if isinstance(value, kinds):
            return write_items(value)
        raise DataError(f"Invalid type for {name}: {type(value).__name__}")

    return _optional(schema, options, write)


def _array_writer(schema: Schema, options: WriteOptions) -> Writer:
    write_item = compile_writer(schema.value_schema, options)
    return _container(schema, options, lambda value: [write_item(item) for item in value])


def _map_writer(schema: Schema, options: WriteOptions) -> Writer:
    if schema.key_schema is None:
        raise DataError("No schema defined for key of map value")
    write_key = compile_writer(schema.key_schema.as_required(), options)
    write_item = compile_writer(schema.value_schema, options)
    if schema.key_schema.type is Type.STRING:
        return _container(
            schema, options, lambda value: {write_key(key): write_item(item) for key, item in value.items()}
        )
    write_pair_key = compile_writer(schema.key_schema, options)
    return _container(
        schema,
        options,
        lambda value: [[write_pair_key(key), write_item(item)] for key, item in value.items()],
    )


def _logical_writer(schema: Schema, found: Logical, options: WriteOptions) -> Writer:
    from_logical = found.from_logical
    if schema.name != DECIMAL_NAME:
        return from_logical
    write_decimal = options.write_decimal
    return lambda value: write_decimal(value, from_logical(value))


_BY_TYPE: Mapping[Type, Callable[[Schema, WriteOptions], Writer]] = MappingProxyType(
    {Type.ARRAY: _array_writer, Type.MAP: _map_writer, Type.STRUCT: _struct_writer}
)
