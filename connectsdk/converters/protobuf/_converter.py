"""How does a record's data become a message of Confluent's Protobuf format, and back?"""

from collections.abc import Sequence
from importlib import import_module
from typing import Any, ClassVar

from connectsdk.converter import SchemaAndValue
from connectsdk.converters.protobuf._config import ProtobufConverterConfig
from connectsdk.converters.protobuf._indexes import indexes_at
from connectsdk.converters.protobuf._settings import MappingSettings
from connectsdk.errors import ConfigError, DataError
from connectsdk.record import RawHeaders
from connectsdk.registry import (
    HEADER_SIZE,
    RegisteredSchema,
    SchemaDefinition,
    SchemaRegistryClient,
    framed_header,
    schema_id_of,
    subject_name,
)
from connectsdk.schema import Schema

__all__ = ("ProtobufConverter",)

_FIRST_START = HEADER_SIZE + 1


class ProtobufConverter:
    """Write and read Protobuf with a schema registry, in Confluent's wire format.

    Schemas are mapped as Confluent's converter of this name maps them. Needs the extra `protobuf`.
    """

    config_class: ClassVar[type[Any]] = ProtobufConverterConfig

    _settings: MappingSettings
    _client: SchemaRegistryClient[Any]
    _codec: Any

    def configure(self, config: ProtobufConverterConfig, *, is_key: bool = False) -> None:
        """Take the configuration, and forget all schemas; the registry is not asked yet.

        Raises:
            ConfigError: If protobuf is not installed, or the configuration cannot work.
        """
        self._codec = _load()
        self._settings = config.mapping()
        self._size = config.schemas_cache_config
        self._client = SchemaRegistryClient.from_config(config, self._codec.open_file, self._incompatible)
        which = "key" if is_key else "value"
        strategy = config.key_subject_name_strategy if is_key else config.value_subject_name_strategy
        self._subject = subject_name(f"{which}.subject.name.strategy", strategy, is_key=is_key)
        self._encoders: dict[tuple[str, int], tuple[Schema, Any]] = {}
        self._known: dict[tuple[str, Schema, int], Any] = {}
        self._definitions: dict[Schema, Any] = {}
        self._decoders: dict[bytes, Any] = {}

    def from_connect_data(
        self, topic: str, headers: RawHeaders, schema: Schema | None, value: Any
    ) -> bytes | None:
        """Return the message; None for None.

        Raises:
            DataError: If there is no schema, the value does not fit it, Protobuf cannot express it, or the registry refuses it.
            LookupNeeded: If the registry has to be asked.
        """
        if value is None:
            return None
        found = self._encoders.get((topic, id(schema)))
        encode = found[1] if found is not None else self._encoder(topic, schema)
        written: bytes = encode(value)
        return written

    def to_connect_data(self, topic: str, headers: RawHeaders, data: bytes | None) -> SchemaAndValue:
        """Return the schema and the value in a message; None without a schema for None.

        Raises:
            DataError: If it is no such message, or does not fit its schema.
            LookupNeeded: If the registry has to be asked.
        """
        if data is None:
            return None, None
        decode = self._decoders.get(data[:_FIRST_START]) or self._decoder(data)
        read: SchemaAndValue = decode(data)
        return read

    def from_connect_batch(
        self, topic: str, schema: Schema | None, values: Sequence[Any]
    ) -> Sequence[bytes | None]:
        """Return the messages for values of one schema; as `from_connect_data`."""
        found = self._encoders.get((topic, id(schema)))
        if found is None:
            return [self.from_connect_data(topic, (), schema, value) for value in values]
        encode = found[1]
        return [None if value is None else encode(value) for value in values]

    def to_connect_batch(
        self, topic: str, data: Sequence[bytes | None]
    ) -> tuple[Schema | None, Sequence[Any]]:
        """Return the schema and the values of messages of one type; as `to_connect_data`.

        Raises:
            DataError: Also if the types differ.
        """
        first = data[0]
        header = b"" if first is None else first[:_FIRST_START]
        decode = self._decoders.get(header)
        if decode is None or not all(one is not None and one.startswith(header) for one in data):
            raise DataError("The messages are not all of one type")
        read = [decode(one) for one in data]
        return read[0][0], [value for _, value in read]

    async def aclose(self) -> None:
        """Let go of the registry."""
        client = getattr(self, "_client", None)
        if client is not None:
            await client.aclose()

    # -- once per schema -------------------------------------------------------------------------------------

    def _encoder(self, topic: str, schema: Schema | None) -> Any:
        if schema is None:
            raise DataError(
                "ProtobufConverter writes values with a schema, and this one has none: "
                "let the source give it a schema, or use another converter"
            )
        definition = self._definitions.get(schema)
        if definition is None:
            definition = self._codec.definition_of(schema, self._settings)
            _put(self._definitions, schema, definition, self._size)
        written = self._client.written(self._subject(topic, definition.message), definition.registered)
        key = (topic, schema, written.id)
        encode = self._known.get(key)
        if encode is None:
            header = framed_header(written.id)
            encode = self._codec.encoder(schema, definition, written.parsed, header, self._settings)
            _put(self._known, key, encode, self._size)
        if self._client.lasting:
            # The entry keeps this very schema alive: an id is not given to another object.
            _put(self._encoders, (topic, id(schema)), (schema, encode), self._size)
        return encode

    def _decoder(self, data: bytes) -> Any:
        file = self._client.schema(schema_id_of(data))
        indexes, start = indexes_at(data, HEADER_SIZE)
        known = self._decoders.get(data[:start])
        if known is None:
            known = self._codec.decoder(file, indexes, start, self._settings)
            _put(self._decoders, bytes(data[:start]), known, self._size)
        return known

    def _incompatible(self, definition: SchemaDefinition, parsed: Any) -> str | None:
        own = self._codec.open_file(RegisteredSchema(parsed.id, definition))
        wrong: str | None = self._codec.unreadable(own, parsed)
        return wrong


def _load() -> Any:
    try:
        import_module("google.protobuf.message")
    except ImportError as error:
        raise ConfigError(
            "ProtobufConverter needs protobuf: install it with `pip install 'connectsdk[protobuf]'`"
        ) from error
    return import_module("connectsdk.converters.protobuf._codec")


def _put(cache: dict[Any, Any], key: Any, made: Any, size: int) -> None:
    if len(cache) >= size:
        cache.clear()
    cache[key] = made
