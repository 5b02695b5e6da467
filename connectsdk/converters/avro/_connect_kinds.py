"""Which Connect schemas stand for something that only Avro has?"""

from connectsdk.converters.avro._names import scrubbed_full, split
from connectsdk.converters.avro._settings import (
    ENUM,
    FIXED_SIZE,
    GENERALIZED_ENUM,
    GENERALIZED_FIELD_PREFIX,
    GENERALIZED_UNION,
    UNION,
    MappingSettings,
)
from connectsdk.errors import SchemaError
from connectsdk.schema import Schema, Type

__all__ = ("fixed_size", "is_enum", "is_fixed", "is_string_map", "is_union", "member_name")

AVRO_KINDS = {
    Type.INT8: "int",
    Type.INT16: "int",
    Type.INT32: "int",
    Type.INT64: "long",
    Type.FLOAT32: "float",
    Type.FLOAT64: "double",
    Type.BOOLEAN: "boolean",
    Type.STRING: "string",
    Type.BYTES: "bytes",
    Type.ARRAY: "array",
    Type.MAP: "map",
}


def is_union(schema: Schema) -> bool:
    """Return whether a struct stands for a union: it has a field for each branch."""
    return schema.type is Type.STRUCT and (schema.name == UNION or GENERALIZED_UNION in schema.parameters)


def is_enum(schema: Schema) -> bool:
    """Return whether a string stands for an enum's symbol."""
    parameters = schema.parameters
    return schema.type is Type.STRING and (GENERALIZED_ENUM in parameters or ENUM in parameters)


def is_fixed(schema: Schema) -> bool:
    """Return whether bytes stand for an Avro fixed, which needs a name."""
    return schema.type is Type.BYTES and schema.name is not None and FIXED_SIZE in schema.parameters


def fixed_size(schema: Schema) -> int:
    """Return the size of a fixed.

    Raises:
        SchemaError: If it is no number.
    """
    text = schema.parameters[FIXED_SIZE]
    if not (text.isascii() and text.isdigit() and len(text) < 10):  # noqa: PLR2004 - as long as 32 bits
        raise SchemaError(f"The parameter {FIXED_SIZE} of {schema} is no size")
    return int(text)


def is_string_map(schema: Schema, settings: MappingSettings) -> bool:
    """Return whether a map is an Avro map; otherwise it is an array of entries.

    Raises:
        SchemaError: If the schema does not say what the keys and values are.
    """
    key = schema.key_schema
    if key is None or schema.value_schema is None:
        raise SchemaError("A map's schema must name the schemas of its keys and of its values")
    return key.type is Type.STRING and (not key.optional or settings.allow_optional_map_keys)


def member_name(schema: Schema, index: int, settings: MappingSettings) -> str:
    """Return the name that the field of a union's struct must have for a branch of this schema."""
    if settings.generalized_sum_type_support:
        return f"{GENERALIZED_FIELD_PREFIX}{index}"
    if schema.type is not Type.STRUCT and not is_enum(schema) and not is_fixed(schema):
        return AVRO_KINDS[schema.type]
    name = schema.name or ""
    if settings.enhanced_avro_schema_support:
        return scrubbed_full(name, scrub=settings.scrub_invalid_names)
    return split(name, scrub=settings.scrub_invalid_names)[1]
