"""How is a schema written in JSON, and read from it?

The members and their order are those of Kafka Connect's own envelope.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NoReturn

import attrs

from connectsdk.errors import DataError
from connectsdk.schema import Field, Schema, SchemaBuilder, Type

__all__ = ("schema_from_json", "schema_to_json")

_NAMES: Mapping[Type, str] = MappingProxyType(
    {kind: kind.value for kind in Type} | {Type.FLOAT32: "float", Type.FLOAT64: "double"}
)
_TYPES: Mapping[str, Type] = MappingProxyType({name: kind for kind, name in _NAMES.items()})

WriteDefault = Callable[[Schema, Any], Any]
ReadDefault = Callable[[Schema, Any], Any]


def schema_to_json(schema: Schema | None, write_default: WriteDefault) -> dict[str, Any] | None:
    """Return the JSON object that describes a schema.

    Args:
        schema: The schema; None, one that is not known, is null.
        write_default: Returns a default value as it is written under a schema.

    Raises:
        DataError: If a default cannot be written.
    """
    if schema is None:
        return None
    written: dict[str, Any] = {"type": _NAMES[schema.type]}
    match schema.type:
        case Type.ARRAY:
            written["items"] = schema_to_json(schema.value_schema, write_default)
        case Type.MAP:
            written["keys"] = schema_to_json(schema.key_schema, write_default)
            written["values"] = schema_to_json(schema.value_schema, write_default)
        case Type.STRUCT:
            written["fields"] = [_field_to_json(field, write_default) for field in schema.fields]
    written["optional"] = schema.optional
    for member in ("name", "version", "doc"):
        if (value := getattr(schema, member)) is not None:
            written[member] = value
    if schema.parameters:
        written["parameters"] = dict(schema.parameters)
    if schema.default is not None:
        written["default"] = write_default(schema, schema.default)
    return written


def _field_to_json(field: Field, write_default: WriteDefault) -> dict[str, Any]:
    return {**(schema_to_json(field.schema, write_default) or {}), "field": field.name}


def schema_from_json(written: Any, read_default: ReadDefault) -> Schema | None:
    """Return the schema that a JSON object describes; None for null.

    Args:
        written: The JSON object.
        read_default: Returns the default value that is written in this way under a schema.

    Raises:
        DataError: If it describes no schema.
    """
    if written is None:
        return None
    name = written.get("type") if isinstance(written, dict) else None
    if not isinstance(name, str):
        raise DataError("Schema must contain 'type' field")
    kind = _TYPES.get(name)
    if kind is None:
        raise DataError(f"Unknown schema type: {name}")
    builder = _begin(kind, written, read_default)
    if written.get("optional") is True:
        builder.optional()
    _describe(builder, written)
    schema = builder.build()
    if "default" not in written:
        return schema
    return attrs.evolve(schema, default=read_default(schema, written["default"]))


def _begin(kind: Type, written: Mapping[str, Any], read_default: ReadDefault) -> SchemaBuilder:
    match kind:
        case Type.ARRAY:
            return SchemaBuilder.array(
                _part(written, "items", "Array schema did not specify the element type", read_default)
            )
        case Type.MAP:
            key = _part(written, "keys", "Map schema did not specify the key type", read_default)
            value = _part(written, "values", "Map schema did not specify the value type", read_default)
            return SchemaBuilder.map(key, value)
        case Type.STRUCT:
            return _begin_struct(written, read_default)
        case _:
            return SchemaBuilder(kind)


def _part(written: Mapping[str, Any], member: str, missing: str, read_default: ReadDefault) -> Schema:
    schema = schema_from_json(written.get(member), read_default)
    if schema is None:
        raise DataError(missing)
    return schema


def _begin_struct(written: Mapping[str, Any], read_default: ReadDefault) -> SchemaBuilder:
    fields = written.get("fields")
    if not isinstance(fields, list):
        raise DataError('Struct schema\'s "fields" argument is not an array.')
    builder = SchemaBuilder.struct()
    for field in fields:
        name = field.get("field") if isinstance(field, dict) else None
        if not isinstance(name, str):
            _unnamed()
        schema = schema_from_json(field, read_default)
        if schema is not None:
            builder.field(name, schema)
    return builder


def _unnamed() -> NoReturn:
    raise DataError("Struct schema's field name not specified properly")


def _describe(builder: SchemaBuilder, written: Mapping[str, Any]) -> None:
    """Set what is of the right type; Kafka Connect passes over the rest."""
    name, version, doc = written.get("name"), written.get("version"), written.get("doc")
    if isinstance(name, str):
        builder.name(name)
    if isinstance(version, int) and not isinstance(version, bool):
        builder.version((version + 2**31) % 2**32 - 2**31)  # Java's is of 32 bits, and wraps
    if isinstance(doc, str):
        builder.doc(doc)
    parameters = written.get("parameters")
    if not isinstance(parameters, dict):
        return
    if not all(isinstance(value, str) for value in parameters.values()):
        raise DataError("Schema parameters must have string values.")
    builder.parameters(parameters)
