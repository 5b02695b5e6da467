"""How is a default written in an Avro schema, and read?"""

import math
from typing import Any

from connectsdk.converters.avro._connect_kinds import is_string_map, is_union
from connectsdk.converters.avro._names import scrubbed
from connectsdk.converters.avro._settings import KEY, VALUE, MappingSettings
from connectsdk.converters.avro._types import AvroType
from connectsdk.errors import DataError, SchemaError
from connectsdk.schema import Schema, Type, logical
from connectsdk.schema.java_text import float32, float_text

__all__ = ("default_from_json", "default_to_json", "is_valid_default")

_INT32 = range(-(2**31), 2**31)
_INT64 = range(-(2**63), 2**63)
_TEXTUAL = frozenset({"string", "bytes", "enum", "fixed"})


def default_to_json(schema: Schema, value: Any, settings: MappingSettings) -> Any:  # noqa: PLR0911 - one per kind
    """Return the JSON of a default; the value fits the schema.

    Raises:
        DataError: If it cannot be written.
    """
    if value is None:
        return None
    found = logical(schema)
    if found is not None:
        value = found.from_logical(value)
    match schema.type:
        case Type.BYTES:
            return bytes(value).decode("latin-1")
        case Type.FLOAT32 | Type.FLOAT64:
            return _float_to_json(schema, float(value))
        case Type.ARRAY:
            return [_part_to_json(schema.value_schema, item, settings) for item in value]
        case Type.MAP:
            return _map_to_json(schema, value, settings)
        case Type.STRUCT:
            return _struct_to_json(schema, value, settings)
        case _:
            return value


def _part_to_json(schema: Schema | None, value: Any, settings: MappingSettings) -> Any:
    if schema is None:
        raise SchemaError("A default's schema does not say what it holds")
    return default_to_json(schema, value, settings)


def _float_to_json(schema: Schema, value: float) -> Any:
    if math.isfinite(value):
        return float(float_text(value)) if schema.type is Type.FLOAT32 else value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _map_to_json(schema: Schema, value: Any, settings: MappingSettings) -> Any:
    if is_string_map(schema, settings):
        return {key: _part_to_json(schema.value_schema, item, settings) for key, item in value.items()}
    return [
        [_part_to_json(schema.key_schema, key, settings), _part_to_json(schema.value_schema, item, settings)]
        for key, item in value.items()
    ]


def _struct_to_json(schema: Schema, value: Any, settings: MappingSettings) -> Any:
    parts = {}
    for field in schema.fields:
        found = default_to_json(field.schema, field.value_in(value), settings)
        if is_union(schema):
            return found
        parts[scrubbed(field.name) if settings.scrub_invalid_names else field.name] = found
    return parts


def is_valid_default(avro: AvroType, value: Any) -> bool:  # noqa: PLR0911 - one per kind
    """Return whether Avro's Java library accepts a field's default: a default that is not valid is left out."""
    match avro.kind:
        case "union":
            return any(is_valid_default(branch, value) for branch in avro.branches)
        case "null":
            return value is None
        case "array":
            return isinstance(value, list) and all(_valid_part(avro.items, item) for item in value)
        case "map":
            return isinstance(value, dict) and all(_valid_part(avro.items, item) for item in value.values())
        case "record":
            return isinstance(value, dict) and _is_valid_record(avro, value)
        case _:
            return _is_valid_leaf(avro.kind, value)


def _valid_part(avro: AvroType | None, value: Any) -> bool:
    return avro is not None and is_valid_default(avro, value)


def _is_valid_record(avro: AvroType, value: dict[str, Any]) -> bool:
    return all(
        is_valid_default(field.type, value.get(field.name, field.default))
        for field in avro.fields
        if field.name in value or not field.has_default
    )


def _is_valid_leaf(kind: str, value: Any) -> bool:
    if kind in _TEXTUAL:
        return isinstance(value, str)
    if kind == "boolean":
        return isinstance(value, bool)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    if kind in {"float", "double"}:
        return True
    return isinstance(value, int) and value in (_INT32 if kind == "int" else _INT64)


def default_from_json(schema: Schema, avro: AvroType, value: Any) -> Any:
    """Return the value of a default for a schema that was made of this type.

    Raises:
        DataError: If the JSON does not fit.
    """
    if value is None:
        return None
    if avro.kind == "union" and is_union(schema):
        return _union_from_json(schema, avro, value)
    nullable = avro.nullable
    made = _base_from_json(schema, nullable or avro, value)
    found = logical(schema)
    return made if found is None else found.to_logical(made)


def _union_from_json(schema: Schema, avro: AvroType, value: Any) -> Any:
    first = avro.branches[0]
    if first.kind == "null":
        return None
    field = schema.fields[0]
    return {field.name: default_from_json(field.schema, first, value)}


def _base_from_json(schema: Schema, avro: AvroType, value: Any) -> Any:  # noqa: PLR0911 - one per kind
    match schema.type:
        case Type.BYTES:
            return _expect(value, str, schema).encode("latin-1", "replace")
        case Type.FLOAT32 | Type.FLOAT64:
            number = _float_from_json(value, schema)
            return float32(number) if schema.type is Type.FLOAT32 else number
        case Type.BOOLEAN:
            return _expect(value, bool, schema)
        case Type.STRING:
            return _expect(value, str, schema)
        case Type.ARRAY:
            return [_part(schema.value_schema, avro.items, item) for item in _expect(value, list, schema)]
        case Type.MAP:
            return _map_from_json(schema, avro, value)
        case Type.STRUCT:
            return _struct_from_json(schema, avro, _expect(value, dict, schema))
        case _:
            if isinstance(value, bool):
                raise _misfit(schema)
            return _expect(value, int, schema)


def _expect(value: Any, kind: type, schema: Schema) -> Any:
    if not isinstance(value, kind):
        raise _misfit(schema)
    return value


def _misfit(schema: Schema) -> DataError:
    return DataError(f"A default in an Avro schema does not fit {schema}")


def _float_from_json(value: Any, schema: Schema) -> float:
    if value in ("NaN", "Infinity", "-Infinity"):
        return float(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _misfit(schema)
    return float(value)


def _part(schema: Schema | None, avro: AvroType | None, value: Any) -> Any:
    if schema is None or avro is None:
        raise DataError("A default in an Avro schema has a part without a schema")
    return default_from_json(schema, avro, value)


def _map_from_json(schema: Schema, avro: AvroType, value: Any) -> Any:
    if avro.kind == "map":
        return {
            key: _part(schema.value_schema, avro.items, item)
            for key, item in _expect(value, dict, schema).items()
        }
    entry = avro.items
    key_field, value_field = (entry.field(KEY), entry.field(VALUE)) if entry else (None, None)
    if key_field is None or value_field is None:
        raise _misfit(schema)
    made = {}
    for pair in _expect(value, list, schema):
        if not isinstance(pair, list) or len(pair) != 2:  # noqa: PLR2004 - a key and a value
            raise _misfit(schema)
        key = _part(schema.key_schema, key_field.type, pair[0])
        try:
            made[key] = _part(schema.value_schema, value_field.type, pair[1])
        except TypeError:
            raise _misfit(schema) from None
    return made


def _struct_from_json(schema: Schema, avro: AvroType, value: dict[str, Any]) -> Any:
    made = {}
    for field in avro.fields:
        target = schema.field(field.name)
        if target is None:
            raise _misfit(schema)
        if field.name in value:
            made[field.name] = default_from_json(target.schema, field.type, value[field.name])
        else:
            made[field.name] = target.schema.default
    return made
