"""How does text become bytes, and bytes text?"""

import codecs
from collections.abc import Sequence
from typing import Any, ClassVar

from connectsdk.config import Importance, Width, config, option
from connectsdk.converter import SchemaAndValue
from connectsdk.converters._batches import all_none
from connectsdk.errors import ConfigError, DataError
from connectsdk.record import RawHeaders
from connectsdk.schema import OPTIONAL_STRING_SCHEMA, Schema
from connectsdk.schema.java_text import java_text

__all__ = ("StringConverter", "StringConverterConfig")

_BYTE_ORDER_UNSAID = {"utf-16", "utf-32"}


@config
class StringConverterConfig:
    """What `StringConverter` can be told."""

    converter_encoding: str = option(
        default="UTF-8",
        doc="The character set that strings are written in, and read from.",
        importance=Importance.HIGH,
        width=Width.MEDIUM,
        display_name="Encoding",
    )


class StringConverter:
    """Write values as the text that Java's `toString` gives, and read bytes as optional strings.

    As with Java, characters that the encoding lacks are written as `?`, and bytes that are no text are read as
    U+FFFD. The schema is not written.
    """

    config_class: ClassVar[type[Any]] = StringConverterConfig

    def __init__(self) -> None:
        self._encoding = "utf-8"

    def configure(self, config: StringConverterConfig, *, is_key: bool = False) -> None:
        """Take the encoding.

        Raises:
            ConfigError: If Python has no text encoding of that name, or its byte order is not said.
        """
        self._encoding = _encoding(config.converter_encoding)

    def from_connect_data(
        self, topic: str, headers: RawHeaders, schema: Schema | None, value: Any
    ) -> bytes | None:
        """Return the value's text, encoded; None for None.

        Raises:
            DataError: If the value is or holds bytes.
        """
        if value is None:
            return None
        text = value if type(value) is str else java_text(value, schema)
        try:
            return text.encode(self._encoding)
        except UnicodeEncodeError:
            return text.encode(self._encoding, "replace")

    def to_connect_data(self, topic: str, headers: RawHeaders, data: bytes | None) -> SchemaAndValue:
        """Return the text; None for None."""
        if data is None:
            return OPTIONAL_STRING_SCHEMA, None
        return OPTIONAL_STRING_SCHEMA, data.decode(self._encoding, "replace")

    def from_connect_batch(
        self, topic: str, schema: Schema | None, values: Sequence[Any]
    ) -> Sequence[bytes | None]:
        """Return each text, encoded.

        Raises:
            DataError: If a value is not text.
            UnicodeEncodeError: If the encoding lacks a character.
        """
        encoding = self._encoding
        if all_none(values):
            return values
        if set(map(type, values)) != {str}:
            raise DataError("not all of the values are text")
        return [value.encode(encoding) for value in values]

    def to_connect_batch(
        self, topic: str, data: Sequence[bytes | None]
    ) -> tuple[Schema | None, Sequence[Any]]:
        """Return each text; None for None."""
        if all_none(data):
            return OPTIONAL_STRING_SCHEMA, data
        encoding = self._encoding
        return OPTIONAL_STRING_SCHEMA, [
            None if found is None else found.decode(encoding, "replace") for found in data
        ]

    def from_connect_header(self, topic: str, key: str, schema: Schema | None, value: Any) -> bytes | None:
        """Return the header's text, encoded; as `from_connect_data`."""
        return self.from_connect_data(topic, (), schema, value)

    def to_connect_header(self, topic: str, key: str, data: bytes | None) -> SchemaAndValue:
        """Return the header's text; as `to_connect_data`."""
        return self.to_connect_data(topic, (), data)


def _encoding(name: str) -> str:
    try:
        codec = codecs.lookup(name)
        "".encode(codec.name)
    except (LookupError, ValueError):
        raise _unknown(name, "there is no text encoding of this name") from None
    if codec.name in _BYTE_ORDER_UNSAID:
        raise _unknown(name, f"say the byte order, as in {name}BE")
    return codec.name


def _unknown(name: str, reason: str) -> ConfigError:
    return ConfigError(
        f"Invalid value {name} for configuration converter.encoding: {reason}", key="converter.encoding"
    )
