"""How does data become JSON under a registered JSON Schema, and come back?"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any, ClassVar

import attrs
from orjson import Fragment

from connectsdk.converter import SchemaAndValue
from connectsdk.converters._json_plain import base64_text
from connectsdk.converters._json_text import dumps, dumps_all
from connectsdk.converters._json_writers import WriteOptions, Writer
from connectsdk.converters.json_schema._config import JsonSchemaConverterConfig
from connectsdk.converters.json_schema._definitions import DefinitionOptions, define
from connectsdk.converters.json_schema._known import KnownSchema, read_default
from connectsdk.converters.json_schema._names import generalized_marks, named_marks
from connectsdk.converters.json_schema._schemas import SchemaOptions
from connectsdk.converters.json_schema._stack import refuse_full_stack
from connectsdk.converters.json_schema._writers import value_writer
from connectsdk.errors import DataError
from connectsdk.record import RawHeaders
from connectsdk.registry import (
    HEADER_SIZE,
    RegisteredSchema,
    SchemaDefinition,
    SchemaRegistryClient,
    SubjectName,
    framed_header,
    schema_id_of,
    subject_name,
)
from connectsdk.schema import Schema

__all__ = ("JsonSchemaConverter",)

_DECIMALS: Mapping[str, Callable[[Decimal, bytes], Any]] = MappingProxyType(
    {
        "BASE64": lambda _, unscaled: base64_text(unscaled),
        "NUMERIC": lambda value, _: Fragment(str(value)),
    }
)


@attrs.frozen(eq=False)
class _Compiled:
    """How the values of one schema are written; it keeps the schema alive, so that its id stays its own."""

    schema: Schema
    definition: SchemaDefinition
    write: Writer


@attrs.frozen(eq=False)
class _Ready:
    """How the values of one schema are written to one topic."""

    compiled: _Compiled
    header: bytes
    validate: Callable[[bytes], None] | None


class JsonSchemaConverter:
    """Write and read JSON whose schema is in a schema registry, in Confluent's wire format."""

    config_class: ClassVar[type[Any]] = JsonSchemaConverterConfig

    _client: SchemaRegistryClient[KnownSchema]
    _subject: SubjectName

    def configure(self, config: JsonSchemaConverterConfig, *, is_key: bool = False) -> None:
        """Take the configuration; nothing is asked of the registry yet.

        Raises:
            ConfigError: If it cannot work.
        """
        self._config = config
        strategy = config.key_subject_name_strategy if is_key else config.value_subject_name_strategy
        key = "key.subject.name.strategy" if is_key else "value.subject.name.strategy"
        self._subject = subject_name(key, strategy, is_key=is_key)
        decimals = config.decimal_format.upper()
        self._write_options = WriteOptions(_DECIMALS[decimals], not config.ignore_default_for_nullables)
        self._definition_options = DefinitionOptions(
            decimals == "NUMERIC", config.object_additional_properties, self._write_default
        )
        self._schema_options = SchemaOptions(
            generalized_marks() if config.generalized_sum_type_support else named_marks(),
            config.use_optional_for_nonrequired,
            config.flatten_singleton_unions,
            read_default,
        )
        self._compiled: dict[int, _Compiled] = {}
        self._ready: dict[tuple[str, int], _Ready] = {}
        self._client = SchemaRegistryClient.from_config(config, self._known)

    def from_connect_data(
        self, topic: str, headers: RawHeaders, schema: Schema | None, value: Any
    ) -> bytes | None:
        """Return the schema's id and the JSON text; None for None where that is no value of the schema.

        Raises:
            DataError: If there is no schema, or the value does not fit it.
            LookupNeeded: If the registry has to be asked.
        """
        if schema is None:
            if value is None:
                return None
            raise DataError(
                "JsonSchemaConverter writes values with a schema, and this one has none: "
                "let the source give it a schema, or use another converter"
            )
        if value is None and not schema.optional and schema.default is None:
            return None
        try:
            ready = self._ready.get((topic, id(schema))) or self._prepare(topic, schema)
            text = dumps(ready.compiled.write(value))
            if ready.validate is not None:
                ready.validate(text)
        except BaseException as error:
            refuse_full_stack(error)
            raise
        return ready.header + text

    def to_connect_data(self, topic: str, headers: RawHeaders, data: bytes | None) -> SchemaAndValue:
        """Return the schema that the registry has for the data, and the value; None without a schema for None.

        Raises:
            DataError: If it was not written so, or does not fit its schema.
            LookupNeeded: If the registry has to be asked.
        """
        if data is None:
            return None, None
        known = self._client.schema(schema_id_of(data))
        text = data[HEADER_SIZE:]
        try:
            if self._config.json_fail_invalid_schema:
                known.validate(text)
            return known.read(text)
        except BaseException as error:
            refuse_full_stack(error)
            raise

    def from_connect_batch(
        self, topic: str, schema: Schema | None, values: Sequence[Any]
    ) -> Sequence[bytes | None]:
        """Return the ids and the texts for values of one schema; as `from_connect_data`."""
        ready = None if schema is None or None in values else self._ready.get((topic, id(schema)))
        if ready is None:
            return [self.from_connect_data(topic, (), schema, value) for value in values]
        try:
            texts = dumps_all(list(map(ready.compiled.write, values)))
            if ready.validate is not None:
                for text in texts:
                    ready.validate(text)
        except BaseException as error:
            refuse_full_stack(error)
            raise
        header = ready.header
        return [header + text for text in texts]

    def to_connect_batch(
        self, topic: str, data: Sequence[bytes | None]
    ) -> tuple[Schema | None, Sequence[Any]]:
        """Return the schema and the values of data that have the same schema id; as `to_connect_data`.

        Raises:
            DataError: Also if the ids differ.
        """
        first = data[0]
        header = b"" if first is None else first[:HEADER_SIZE]
        if not all(one is not None and one.startswith(header) for one in data):
            raise DataError("The data do not all have one schema")
        known = self._client.schema(schema_id_of(header))
        texts = [one[HEADER_SIZE:] for one in data if one is not None]
        try:
            if self._config.json_fail_invalid_schema:
                for text in texts:
                    known.validate(text)
            return known.read_all(texts)
        except BaseException as error:
            refuse_full_stack(error)
            raise

    async def aclose(self) -> None:
        """Let go of the registry."""
        client = getattr(self, "_client", None)
        if client is not None:
            await client.aclose()

    # -- once per schema -------------------------------------------------------------------------------------

    def _prepare(self, topic: str, schema: Schema) -> _Ready:
        compiled = self._compiled.get(id(schema))
        if compiled is None:
            text = dumps(define(schema, self._definition_options)).decode()
            compiled = _Compiled(
                schema, SchemaDefinition(text, "JSON"), value_writer(schema, self._write_options)
            )
            _put(self._compiled, id(schema), compiled, self._config.schemas_cache_config)
        written = self._client.written(self._subject(topic, schema.name), compiled.definition)
        ready = _Ready(
            compiled,
            framed_header(written.id),
            written.parsed.validate if self._checks(written.parsed, compiled.definition) else None,
        )
        if self._client.lasting:
            _put(self._ready, (topic, id(schema)), ready, self._config.schemas_cache_config)
        return ready

    def _checks(self, known: KnownSchema, own: SchemaDefinition) -> bool:
        """Return whether each value is checked: also where another schema than the record's own has to hold."""
        config = self._config
        by_id = config.use_schema_id >= 0
        strict = config.id_compatibility_strict if by_id else config.latest_compatibility_strict
        return config.json_fail_invalid_schema or (strict and known.definition != own)

    def _known(self, registered: RegisteredSchema) -> KnownSchema:
        try:
            return KnownSchema(registered, self._schema_options, self._config.ignore_modern_dialects)
        except BaseException as error:
            refuse_full_stack(error)
            raise

    def _write_default(self, schema: Schema, value: Any) -> Any:
        return value_writer(schema, self._write_options)(value)


def _put(cache: dict[Any, Any], key: Any, made: Any, size: int) -> None:
    if len(cache) >= size:
        cache.clear()
    cache[key] = made
