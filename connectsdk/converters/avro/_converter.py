"""How does a record's data become a message of Confluent's Avro format, and back?"""

from collections.abc import Sequence
from typing import Any, ClassVar

import attrs

from connectsdk.converter import SchemaAndValue
from connectsdk.converters.avro._codec import Decode, Encode, EncodeBatch, decoder, encoder
from connectsdk.converters.avro._compatibility import unreadable
from connectsdk.converters.avro._config import AvroConverterConfig
from connectsdk.converters.avro._fastavro import Fastavro, load_fastavro
from connectsdk.converters.avro._from_connect import avro_type_of
from connectsdk.converters.avro._json import parse_schema, schema_text
from connectsdk.converters.avro._settings import MappingSettings
from connectsdk.converters.avro._types import AvroType
from connectsdk.errors import DataError, SchemaError
from connectsdk.record import RawHeaders
from connectsdk.registry import (
    HEADER_SIZE,
    RegisteredSchema,
    SchemaDefinition,
    SchemaRegistryClient,
    framed_header,
    of_another_kind,
    schema_id_of,
    subject_name,
)
from connectsdk.schema import Schema

__all__ = ("AvroConverter",)


@attrs.frozen(eq=False)
class _Parsed:
    """A registered schema, and its version where the registry said it."""

    avro: AvroType
    version: int | None


class AvroConverter:
    """Write and read Avro with a schema registry, in Confluent's wire format.

    Schemas are mapped as Confluent's converter of this name maps them, and data without a schema has the same form. Needs the
    extra `avro`.
    """

    config_class: ClassVar[type[Any]] = AvroConverterConfig

    _settings: MappingSettings
    _client: SchemaRegistryClient[_Parsed]
    _fastavro: Fastavro

    def configure(self, config: AvroConverterConfig, *, is_key: bool = False) -> None:
        """Take the configuration, and forget all schemas; the registry is not asked yet.

        Raises:
            ConfigError: If fastavro is not installed, or the configuration cannot work.
        """
        self._fastavro = load_fastavro()
        self._settings = config.mapping()
        self._size = config.schemas_cache_config
        self._client = SchemaRegistryClient.from_config(config, _parse, _incompatible)
        which = "key" if is_key else "value"
        strategy = config.key_subject_name_strategy if is_key else config.value_subject_name_strategy
        self._subject = subject_name(f"{which}.subject.name.strategy", strategy, is_key=is_key)
        self._encoders: dict[tuple[str, int], tuple[Schema | None, Encode, EncodeBatch]] = {}
        self._known: dict[tuple[str, Schema | None, int], tuple[Encode, EncodeBatch]] = {}
        self._definitions: dict[Schema | None, tuple[SchemaDefinition, str | None]] = {}
        self._decoders: dict[bytes, Decode] = {}

    def from_connect_data(
        self, topic: str, headers: RawHeaders, schema: Schema | None, value: Any
    ) -> bytes | None:
        """Return the message; None for None, unless the schema does not allow it.

        Raises:
            DataError: If the value does not fit its schema, Avro cannot express it, or the registry refuses the schema.
            LookupNeeded: If the registry has to be asked.
        """
        if value is None:
            _check_none(schema)
            return None
        found = self._encoders.get((topic, id(schema)))
        return found[1](value) if found is not None else self._encoder(topic, schema)(value)

    def to_connect_data(self, topic: str, headers: RawHeaders, data: bytes | None) -> SchemaAndValue:
        """Return the schema and the value in a message; None without a schema for None.

        Raises:
            DataError: If it is no such message, or does not fit its schema.
            LookupNeeded: If the registry has to be asked.
        """
        if data is None:
            return None, None
        decode = self._decoders.get(data[:HEADER_SIZE])
        return decode(data) if decode is not None else self._decoder(data)(data)

    def from_connect_batch(
        self, topic: str, schema: Schema | None, values: Sequence[Any]
    ) -> Sequence[bytes | None]:
        """Return the messages for values of one schema; as `from_connect_data`."""
        found = self._encoders.get((topic, id(schema)))
        if found is None:
            return [self.from_connect_data(topic, (), schema, value) for value in values]
        if None not in values:
            return found[2](values)
        _check_none(schema)
        encode = found[1]
        return [None if value is None else encode(value) for value in values]

    def to_connect_batch(
        self, topic: str, data: Sequence[bytes | None]
    ) -> tuple[Schema | None, Sequence[Any]]:
        """Return the schema and the values of messages that have the same schema id; as `to_connect_data`.

        Raises:
            DataError: Also if the ids differ.
        """
        first = data[0]
        header = b"" if first is None else first[:HEADER_SIZE]
        if not all(one is not None and one.startswith(header) for one in data) or len(header) < HEADER_SIZE:
            raise DataError("The messages do not all have one schema")
        decode = self._decoders.get(header) or self._decoder(header)
        read = [decode(one) for one in data if one is not None]
        return read[0][0], [value for _, value in read]

    async def aclose(self) -> None:
        """Let go of the registry."""
        await self._client.aclose()

    def _encoder(self, topic: str, schema: Schema | None) -> Encode:
        definition = self._definitions.get(schema)
        if definition is None:
            avro = avro_type_of(schema, self._settings)
            name = avro.name if avro.kind == "record" else None
            definition = SchemaDefinition(schema_text(avro), "AVRO"), name
            _put(self._definitions, schema, definition, self._size)
        written = self._client.written(self._subject(topic, definition[1]), definition[0])
        key = (topic, schema, written.id)
        encoders = self._known.get(key)
        if encoders is None:
            header = framed_header(written.id)
            encoders = encoder(written.parsed.avro, schema, self._settings, header, self._fastavro)
            _put(self._known, key, encoders, self._size)
        if self._client.lasting:
            # The entry keeps this very schema alive: an id is not given to another object.
            _put(self._encoders, (topic, id(schema)), (schema, *encoders), self._size)
        return encoders[0]

    def _decoder(self, data: bytes) -> Decode:
        parsed = self._client.schema(schema_id_of(data))
        decode = decoder(parsed.avro, parsed.version, self._settings, HEADER_SIZE, self._fastavro)
        _put(self._decoders, bytes(data[:HEADER_SIZE]), decode, self._size)
        return decode


def _check_none(schema: Schema | None) -> None:
    if schema is not None and not schema.optional:
        raise DataError("Found null value for non-optional schema")


def _put(cache: dict[Any, Any], key: Any, made: Any, size: int) -> None:
    if len(cache) >= size:
        cache.clear()
    cache[key] = made


def _parse(found: RegisteredSchema) -> _Parsed:
    if found.definition.kind != "AVRO":
        raise SchemaError(f"Schema {found.id} is no Avro schema but {of_another_kind(found.definition)}")
    texts = [definition.text for _, definition in found.dependencies]
    return _Parsed(parse_schema(found.definition.text, texts), found.version)


def _incompatible(definition: SchemaDefinition, parsed: _Parsed) -> str | None:
    return unreadable(parse_schema(definition.text), parsed.avro)
