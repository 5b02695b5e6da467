"""How does text become bytes, and bytes text?"""

from collections.abc import Sequence
from typing import Any, ClassVar

from connectsdk.config import Importance, Width, config, option
from connectsdk.converter import SchemaAndValue
from connectsdk.converters._batches import all_none
from connectsdk.converters._charsets import BYTE_ORDER_UNSAID, codec_name, decoded, encoded
from connectsdk.errors import ConfigError, DataError
from connectsdk.record import RawHeaders
from connectsdk.schema import OPTIONAL_STRING_SCHEMA, Schema
from connectsdk.schema.java_text import java_text

__all__ = ("StringConverter", "StringConverterConfig")


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
    # Kafka's own serializers have these keys, and Kafka Connect lets them win.
    key_serializer_encoding: str | None = option(default=None, internal=True)
    value_serializer_encoding: str | None = option(default=None, internal=True)
    key_deserializer_encoding: str | None = option(default=None, internal=True)
    value_deserializer_encoding: str | None = option(default=None, internal=True)


class StringConverter:
    """Write values as the text that Java's `toString` gives, and read bytes as optional strings.

    As with Java, characters that the encoding lacks are written as `?`, and bytes that are no text are read as
    U+FFFD. The schema is not written.
    """

    config_class: ClassVar[type[Any]] = StringConverterConfig

    def __init__(self) -> None:
        self._writes, self._reads = "utf-8", "utf-8"

    def configure(self, config: StringConverterConfig, *, is_key: bool = False) -> None:
        """Take the encoding.

        Raises:
            ConfigError: If Python has no text encoding of that name.
        """
        writes, reads = config.value_serializer_encoding, config.value_deserializer_encoding
        if is_key:
            writes, reads = config.key_serializer_encoding, config.key_deserializer_encoding
        self._writes = _codec(writes or config.converter_encoding)
        self._reads = _codec(reads or config.converter_encoding)

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
        return encoded(text, self._writes)

    def to_connect_data(self, topic: str, headers: RawHeaders, data: bytes | None) -> SchemaAndValue:
        """Return the text; None for None."""
        if data is None:
            return OPTIONAL_STRING_SCHEMA, None
        return OPTIONAL_STRING_SCHEMA, decoded(data, self._reads)

    def from_connect_batch(
        self, topic: str, schema: Schema | None, values: Sequence[Any]
    ) -> Sequence[bytes | None]:
        """Return each text, encoded.

        Raises:
            DataError: If a value is not text, or the encoding has no byte order.
            UnicodeEncodeError: If the encoding lacks a character.
        """
        encoding = self._writes
        if all_none(values):
            return values
        _check_order(encoding)
        if set(map(type, values)) != {str}:
            raise DataError("not all of the values are text")
        return [value.encode(encoding) for value in values]

    def to_connect_batch(
        self, topic: str, data: Sequence[bytes | None]
    ) -> tuple[Schema | None, Sequence[Any]]:
        """Return each text; None for None.

        Raises:
            DataError: If the encoding has no byte order.
            UnicodeDecodeError: If bytes are no text.
        """
        if all_none(data):
            return OPTIONAL_STRING_SCHEMA, data
        encoding = self._reads
        _check_order(encoding)
        return OPTIONAL_STRING_SCHEMA, [None if found is None else found.decode(encoding) for found in data]

    def from_connect_header(self, topic: str, key: str, schema: Schema | None, value: Any) -> bytes | None:
        """Return the header's text, encoded; as `from_connect_data`."""
        return self.from_connect_data(topic, (), schema, value)

    def to_connect_header(self, topic: str, key: str, data: bytes | None) -> SchemaAndValue:
        """Return the header's text; as `to_connect_data`."""
        return self.to_connect_data(topic, (), data)


def _check_order(codec: str) -> None:
    """Refuse a batch in an encoding whose byte order each text says for itself."""
    if codec in BYTE_ORDER_UNSAID:
        raise DataError(f"{codec} has no byte order")


def _codec(name: str) -> str:
    try:
        return codec_name(name)
    except LookupError:
        message = f"Invalid value {name} for configuration converter.encoding: there is no text encoding of this name"
        raise ConfigError(message, key="converter.encoding") from None
