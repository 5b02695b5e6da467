"""Which properties of an Avro type keep what Avro itself does not know?"""

from typing import Any

from connectsdk.converters.avro._defaults import default_to_json
from connectsdk.converters.avro._settings import (
    AVRO_PREFIX,
    CONNECT_DEFAULT,
    CONNECT_DOC,
    CONNECT_NAME,
    CONNECT_PARAMETERS,
    CONNECT_TYPE,
    CONNECT_VERSION,
    DECIMAL_PRECISION,
    DEFAULT_PRECISION,
    FIELD_DEFAULT_FLAG,
    MappingSettings,
)
from connectsdk.converters.avro._types import AvroType
from connectsdk.errors import SchemaError
from connectsdk.schema import DATE_NAME, DECIMAL_NAME, TIME_NAME, TIMESTAMP_NAME, Schema, Type, decimal_scale

__all__ = ("add_properties", "decimal_properties", "parameters_json")

_LOGICAL_TYPES = {DATE_NAME: "date", TIME_NAME: "time-millis", TIMESTAMP_NAME: "timestamp-millis"}
_SMALL_INTS = {Type.INT8: "int8", Type.INT16: "int16"}


def decimal_properties(schema: Schema) -> dict[str, Any]:
    """Return the scale and the precision of a decimal; nothing for another schema.

    Raises:
        SchemaError: If they are no numbers.
    """
    if schema.name != DECIMAL_NAME:
        return {}
    return {"scale": decimal_scale(schema), "precision": _precision(schema)}


def _precision(schema: Schema) -> int:
    text = schema.parameters.get(DECIMAL_PRECISION, str(DEFAULT_PRECISION))
    if not (text.isascii() and text.lstrip("+-").isdigit() and len(text) < 11):  # noqa: PLR2004 - as long as 32 bits
        raise SchemaError(f"The parameter {DECIMAL_PRECISION} of {schema} is no number")
    return int(text)


def parameters_json(schema: Schema, settings: MappingSettings) -> dict[str, Any]:
    """Return the parameters as they are written."""
    left_out = None if settings.discard_type_doc_default else FIELD_DEFAULT_FLAG
    return {key: value for key, value in schema.parameters.items() if key != left_out}


def add_properties(avro: AvroType, schema: Schema, settings: MappingSettings) -> None:
    """Put on a type what it needs to become this schema again.

    Raises:
        DataError: If the default cannot be written.
    """
    properties = avro.properties
    if settings.connect_meta_data:
        properties.update(_meta_data(schema, settings))
    if schema.name == DECIMAL_NAME:
        properties["logicalType"] = "decimal"
    elif schema.name in _LOGICAL_TYPES:
        properties["logicalType"] = _LOGICAL_TYPES[schema.name]
    properties.update({key: value for key, value in schema.parameters.items() if key.startswith(AVRO_PREFIX)})


def _meta_data(schema: Schema, settings: MappingSettings) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if schema.doc is not None:
        found[CONNECT_DOC] = schema.doc
    if schema.version is not None:
        found[CONNECT_VERSION] = schema.version
    parameters = parameters_json(schema, settings)
    if parameters:
        found[CONNECT_PARAMETERS] = parameters
    if schema.default is not None and (
        settings.discard_type_doc_default or FIELD_DEFAULT_FLAG not in schema.parameters
    ):
        found[CONNECT_DEFAULT] = default_to_json(schema, schema.default, settings)
    if schema.name is not None:
        found[CONNECT_NAME] = schema.name
    if schema.type in _SMALL_INTS:
        found[CONNECT_TYPE] = _SMALL_INTS[schema.type]
    return found
