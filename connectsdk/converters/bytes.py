"""How do bytes pass through as they are?"""

from collections.abc import Sequence
from typing import Any, ClassVar

from connectsdk.converter import SchemaAndValue
from connectsdk.errors import DataError
from connectsdk.record import RawHeaders
from connectsdk.schema import OPTIONAL_BYTES_SCHEMA, Schema, Type

__all__ = ("ByteArrayConverter",)

_BYTES = frozenset({bytes, type(None)})


class ByteArrayConverter:
    """Write bytes as they are, and read optional bytes. There is nothing to configure."""

    config_class: ClassVar[type[Any]] = dict

    def configure(self, config: Any, *, is_key: bool = False) -> None:
        """Take nothing."""

    def from_connect_data(
        self, topic: str, headers: RawHeaders, schema: Schema | None, value: Any
    ) -> bytes | None:
        """Return the bytes; None for None.

        Raises:
            DataError: If the schema is not BYTES, or the value is not bytes.
        """
        if schema is not None and schema.type is not Type.BYTES:
            raise DataError(f"Invalid schema type for ByteArrayConverter: {schema.type.name}")
        if value is None or type(value) is bytes:
            return value
        if isinstance(value, (bytes, bytearray, memoryview)):
            return bytes(value)
        raise DataError(f"ByteArrayConverter is not compatible with objects of type {type(value).__name__}")

    def to_connect_data(self, topic: str, headers: RawHeaders, data: bytes | None) -> SchemaAndValue:
        """Return the bytes; None for None."""
        return OPTIONAL_BYTES_SCHEMA, data

    def from_connect_batch(
        self, topic: str, schema: Schema | None, values: Sequence[Any]
    ) -> Sequence[bytes | None]:
        """Return the bytes; None for None.

        Raises:
            DataError: If the schema is not BYTES, or a value is not bytes.
        """
        if (schema is not None and schema.type is not Type.BYTES) or not _BYTES.issuperset(map(type, values)):
            raise DataError("not all of the values are bytes")
        return values

    def to_connect_batch(
        self, topic: str, data: Sequence[bytes | None]
    ) -> tuple[Schema | None, Sequence[Any]]:
        """Return the bytes; None for None."""
        return OPTIONAL_BYTES_SCHEMA, data

    def from_connect_header(self, topic: str, key: str, schema: Schema | None, value: Any) -> bytes | None:
        """Return the header's bytes; as `from_connect_data`."""
        return self.from_connect_data(topic, (), schema, value)

    def to_connect_header(self, topic: str, key: str, data: bytes | None) -> SchemaAndValue:
        """Return the header's bytes; as `to_connect_data`."""
        return OPTIONAL_BYTES_SCHEMA, data
