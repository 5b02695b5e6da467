"""How does data become JSON under a registered JSON Schema, and come back? Confluent's JSON Schema converter."""

from connectsdk.converters.json_schema._config import JsonSchemaConverterConfig
from connectsdk.converters.json_schema._converter import JsonSchemaConverter

__all__ = ("JsonSchemaConverter", "JsonSchemaConverterConfig")
