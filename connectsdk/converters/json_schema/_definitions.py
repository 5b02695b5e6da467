"""Which JSON Schema describes the values of a schema?"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import attrs

from connectsdk.converters.json_schema._names import DEEPEST, NAMESPACE, enum_symbols, is_union, object_keys
from connectsdk.errors import DataError
from connectsdk.schema import DECIMAL_NAME, Schema, Type

__all__ = ("DefinitionOptions", "define")

_PLAIN: Mapping[Type, str] = MappingProxyType(
    {
        **dict.fromkeys((Type.INT8, Type.INT16, Type.INT32, Type.INT64), "integer"),
        **dict.fromkeys((Type.FLOAT32, Type.FLOAT64), "number"),
        **dict.fromkeys((Type.STRING, Type.BYTES), "string"),
        Type.BOOLEAN: "boolean",
    }
)
_UNMARKED = frozenset((Type.STRING, Type.BOOLEAN, Type.ARRAY, Type.STRUCT))
_NULL = MappingProxyType({"type": "null"})


@attrs.frozen
class DefinitionOptions:
    """How a JSON Schema is written.

    Attributes:
        numeric_decimals: Whether decimals are numbers; they are text otherwise.
        additional_properties: Whether objects may have properties that the schema does not name.
        write_default: Turns a schema's default into JSON data.
    """

    numeric_decimals: bool
    additional_properties: bool
    write_default: Callable[[Schema, Any], Any]


def define(
    schema: Schema, options: DefinitionOptions, index: int | None = None, depth: int = 0
) -> dict[str, Any]:
    """Return the JSON Schema.

    Args:
        schema: What is described.
        options: How.
        index: The place of the field that it is of, if it is a field's.
        depth: How deep it is nested.

    Raises:
        DataError: If it cannot be described.
    """
    if depth > DEEPEST:
        raise DataError(f"A schema is nested more than {DEEPEST} deep")
    place = {} if index is None else {"connect.index": index}
    if is_union(schema):
        members = [dict(_NULL)] if schema.optional else []
        members += [
            define(field.schema.as_required(), options, field.index, depth + 1) for field in schema.fields
        ]
        return {"oneOf": members, **place}
    if schema.optional:
        return {"oneOf": [dict(_NULL), _required(schema, options, depth, {})], **place}
    return _required(schema, options, depth, place)


def _required(
    schema: Schema, options: DefinitionOptions, depth: int, place: Mapping[str, int]
) -> dict[str, Any]:
    written: dict[str, Any] = {}
    if schema.name is not None:
        written["title"] = schema.name
    if schema.doc is not None:
        written["description"] = schema.doc
    if schema.default is not None:
        written["default"] = options.write_default(schema, schema.default)
    written |= _typed(schema, options, depth)
    parameters = {key: value for key, value in schema.parameters.items() if not key.startswith(NAMESPACE)}
    written |= place
    if parameters:
        written["connect.parameters"] = parameters
    if schema.type not in _UNMARKED:
        written["connect.type"] = schema.type.value
    if schema.version is not None:
        written["connect.version"] = schema.version
    return written


def _typed(schema: Schema, options: DefinitionOptions, depth: int) -> dict[str, Any]:
    nested = _NESTED.get(schema.type)
    if nested is not None:
        return nested(schema, options, depth)
    symbols = enum_symbols(schema)
    if symbols is not None:
        return {"enum": symbols}
    number = options.numeric_decimals and schema.name == DECIMAL_NAME
    return {"type": "number" if number else _PLAIN[schema.type]}


def _array(schema: Schema, options: DefinitionOptions, depth: int) -> dict[str, Any]:
    return {"type": "array", "items": _part(schema.value_schema, "array's elements", options, depth)}


def _object(schema: Schema, options: DefinitionOptions, depth: int) -> dict[str, Any]:
    written: dict[str, Any] = {"type": "object"}
    if schema.fields:
        written["properties"] = {
            field.name: define(field.schema, options, field.index, depth + 1) for field in schema.fields
        }
    if not options.additional_properties:
        written["additionalProperties"] = False
    return written


def _map(schema: Schema, options: DefinitionOptions, depth: int) -> dict[str, Any]:
    values = _part(schema.value_schema, "map's values", options, depth)
    if object_keys(schema):
        return {"type": "object", "additionalProperties": values}
    entry = {
        "key": {**_part(schema.key_schema, "map's keys", options, depth), "connect.index": 0},
        "value": {**values, "connect.index": 1},
    }
    return {"type": "array", "items": {"type": "object", "properties": entry}}


def _part(schema: Schema | None, what: str, options: DefinitionOptions, depth: int) -> dict[str, Any]:
    if schema is None:
        raise DataError(f"JSON Schema needs to know the schema of a {what}")
    return define(schema, options, None, depth + 1)


_NESTED: Mapping[Type, Callable[[Schema, DefinitionOptions, int], dict[str, Any]]] = MappingProxyType(
    {Type.ARRAY: _array, Type.MAP: _map, Type.STRUCT: _object}
)
