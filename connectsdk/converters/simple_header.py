"""How do header values become readable text, and text values?"""

from typing import Any, ClassVar

from connectsdk.converter import SchemaAndValue
from connectsdk.converters._charsets import decoded, encoded
from connectsdk.schema import Schema
from connectsdk.schema.values import parse_value, value_text

__all__ = ("SimpleHeaderConverter",)


class SimpleHeaderConverter:
    """Write header values as text, and guess from the text what it says. There is nothing to configure.

    Bytes that are no UTF-8 are read as U+FFFD, as with Java. Dates, times and timestamps are in UTC.
    """

    config_class: ClassVar[type[Any]] = dict

    def configure(self, config: Any) -> None:
        """Take nothing."""

    def from_connect_header(self, topic: str, key: str, schema: Schema | None, value: Any) -> bytes | None:
        """Return the value's text in UTF-8; None for None.

        Raises:
            DataError: If the value is of a type that Kafka Connect does not know.
        """
        return None if value is None else encoded(value_text(schema, value), "utf-8")

    def to_connect_header(self, topic: str, key: str, data: bytes | None) -> SchemaAndValue:
        """Return what the text says; a string when it says nothing else."""
        return (None, None) if data is None else parse_value(decoded(data, "utf-8"))
