"""How does a truth value become one byte, and a byte a truth value?"""

from typing import Any, ClassVar

from connectsdk.converter import SchemaAndValue
from connectsdk.errors import DataError
from connectsdk.record import RawHeaders
from connectsdk.schema import OPTIONAL_BOOLEAN_SCHEMA, Schema, Type

__all__ = ("BooleanConverter",)

_VALUES = {b"\x00": False, b"\x01": True}


class BooleanConverter:
    """Write and read truth values as the bytes 0 and 1. There is nothing to configure."""

    config_class: ClassVar[type[Any]] = dict

    def configure(self, config: Any, *, is_key: bool = False) -> None:
        """Take nothing."""

    def from_connect_data(
        self, topic: str, headers: RawHeaders, schema: Schema | None, value: Any
    ) -> bytes | None:
        """Return the byte; None for None.

        Raises:
            DataError: If the schema is not BOOLEAN, or the value is not a bool.
        """
        if schema is not None and schema.type is not Type.BOOLEAN:
            raise DataError(f"Invalid schema type for BooleanConverter: {schema.type.name}")
        if value is None:
            return None
        if not isinstance(value, bool):
            raise DataError(f"BooleanConverter is not compatible with objects of type {type(value).__name__}")
        return b"\x01" if value else b"\x00"

    def to_connect_data(self, topic: str, headers: RawHeaders, data: bytes | None) -> SchemaAndValue:
        """Return the truth value; None for None.

        Raises:
            DataError: If it is not one byte, 0 or 1.
        """
        if data is None:
            return OPTIONAL_BOOLEAN_SCHEMA, None
        value = _VALUES.get(bytes(data))
        if value is None:
            raise DataError("Failed to deserialize boolean: it is one byte, 0 or 1")
        return OPTIONAL_BOOLEAN_SCHEMA, value

    def from_connect_header(self, topic: str, key: str, schema: Schema | None, value: Any) -> bytes | None:
        """Return the header's byte; as `from_connect_data`."""
        return self.from_connect_data(topic, (), schema, value)

    def to_connect_header(self, topic: str, key: str, data: bytes | None) -> SchemaAndValue:
        """Return the header's truth value; as `to_connect_data`."""
        return self.to_connect_data(topic, (), data)
