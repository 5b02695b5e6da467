"""How does one number become a fixed number of bytes, and bytes a number?

The bytes are big-endian, as those of Kafka's own serializers. A value with a schema must be of exactly the converter's
type; a plain int or float without one must fit it.
"""

from struct import Struct, error as struct_error
from typing import Any, ClassVar

from connectsdk.converter import SchemaAndValue
from connectsdk.errors import DataError
from connectsdk.record import RawHeaders
from connectsdk.schema import (
    OPTIONAL_FLOAT32_SCHEMA,
    OPTIONAL_FLOAT64_SCHEMA,
    OPTIONAL_INT16_SCHEMA,
    OPTIONAL_INT32_SCHEMA,
    OPTIONAL_INT64_SCHEMA,
    Schema,
)

__all__ = ("DoubleConverter", "FloatConverter", "IntegerConverter", "LongConverter", "ShortConverter")


class _NumberConverter:
    """Write and read numbers of one type, which a subclass names. There is nothing to configure."""

    config_class: ClassVar[type[Any]] = dict
    _name: ClassVar[str]
    _format: ClassVar[Struct]
    _python_type: ClassVar[type[Any]]
    _schema: ClassVar[Schema]

    def configure(self, config: Any, *, is_key: bool = False) -> None:
        """Take nothing."""

    def from_connect_data(
        self, topic: str, headers: RawHeaders, schema: Schema | None, value: Any
    ) -> bytes | None:
        """Return the number's bytes; None for None.

        Raises:
            DataError: If the value, or its schema, is of another type, or does not fit.
        """
        if value is None:
            return None
        if (schema is None or schema.type is self._schema.type) and type(value) is self._python_type:
            try:
                return self._format.pack(value)
            except (struct_error, OverflowError):
                pass
        found = type(value).__name__ if schema is None else f"{type(value).__name__} of {schema.type.name}"
        raise DataError(f"Failed to serialize to {self._name} (was {found})")

    def to_connect_data(self, topic: str, headers: RawHeaders, data: bytes | None) -> SchemaAndValue:
        """Return the number; None for None.

        Raises:
            DataError: If there are too few or too many bytes.
        """
        if data is None:
            return self._schema, None
        try:
            return self._schema, self._format.unpack(data)[0]
        except struct_error:
            needed = self._format.size
            raise DataError(
                f"Failed to deserialize {self._name}: it has {needed} bytes, not {len(data)}"
            ) from None

    def from_connect_header(self, topic: str, key: str, schema: Schema | None, value: Any) -> bytes | None:
        """Return the header's bytes; as `from_connect_data`."""
        return self.from_connect_data(topic, (), schema, value)

    def to_connect_header(self, topic: str, key: str, data: bytes | None) -> SchemaAndValue:
        """Return the header's number; as `to_connect_data`."""
        return self.to_connect_data(topic, (), data)


class ShortConverter(_NumberConverter):
    """Write and read whole numbers of 16 bits as two bytes."""

    _name, _format, _python_type, _schema = "short", Struct(">h"), int, OPTIONAL_INT16_SCHEMA


class IntegerConverter(_NumberConverter):
    """Write and read whole numbers of 32 bits as four bytes."""

    _name, _format, _python_type, _schema = "integer", Struct(">i"), int, OPTIONAL_INT32_SCHEMA


class LongConverter(_NumberConverter):
    """Write and read whole numbers of 64 bits as eight bytes."""

    _name, _format, _python_type, _schema = "long", Struct(">q"), int, OPTIONAL_INT64_SCHEMA


class FloatConverter(_NumberConverter):
    """Write and read floats of 32 bits as four bytes."""

    _name, _format, _python_type, _schema = "float", Struct(">f"), float, OPTIONAL_FLOAT32_SCHEMA


class DoubleConverter(_NumberConverter):
    """Write and read floats of 64 bits as eight bytes."""

    _name, _format, _python_type, _schema = "double", Struct(">d"), float, OPTIONAL_FLOAT64_SCHEMA
