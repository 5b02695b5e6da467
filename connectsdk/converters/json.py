"""How does data become JSON, with its schema or without, and JSON data?"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any, ClassVar

from orjson import Fragment

from connectsdk.config import CaseInsensitiveValidString, Importance, Width, config, option
from connectsdk.converter import SchemaAndValue
from connectsdk.converters._batches import all_none
from connectsdk.converters._json_columns import AllPlain, compile_all_plain
from connectsdk.converters._json_envelopes import EnvelopeReader, PayloadReader, SchemalessReader
from connectsdk.converters._json_plain import base64_text, plain_text, plain_texts
from connectsdk.converters._json_readers import compile_reader
from connectsdk.converters._json_schemas import schema_from_json, schema_to_json
from connectsdk.converters._json_text import dumps, dumps_all, exact_loads
from connectsdk.converters._json_writers import WriteOptions, Writer, compile_writer
from connectsdk.errors import ConfigError, DataError
from connectsdk.record import RawHeaders
from connectsdk.schema import Schema

__all__ = ("JsonConverter", "JsonConverterConfig")

_TOO_DEEP = "The data, or its schema, is nested too deep for JSON."
_Compiled = tuple[Schema, bytes, Writer, AllPlain | None]
"""A schema, the text before a payload, what makes a payload, and the check whether a batch is plain."""


def _base64_decimal(_: Decimal, unscaled: bytes) -> str:
    return base64_text(unscaled)


def _numeric_decimal(value: Decimal, _: bytes) -> Fragment:
    return Fragment(str(value))


_DECIMALS: Mapping[str, Callable[[Decimal, bytes], Any]] = MappingProxyType(
    {"BASE64": _base64_decimal, "NUMERIC": _numeric_decimal}
)


@config
class JsonConverterConfig:
    """What `JsonConverter` can be told."""

    schemas_enable: bool = option(
        default=True,
        doc="Include schemas within each of the serialized values and keys.",
        importance=Importance.HIGH,
        group="Schemas",
        order=0,
        width=Width.MEDIUM,
        display_name="Enable Schemas",
    )
    schemas_cache_size: int = option(
        default=1000,
        doc="The maximum number of schemas that can be cached in this converter instance.",
        importance=Importance.HIGH,
        group="Schemas",
        order=1,
        width=Width.MEDIUM,
        display_name="Schema Cache Size",
    )
    schema_content: str | None = option(
        default=None,
        doc="A schema in the format of an envelope's schema. When set, and schemas are enabled, every message is read "
        "as a payload of this schema, and schemas in messages are passed over.",
        importance=Importance.HIGH,
        group="Schemas",
        order=2,
        width=Width.MEDIUM,
        display_name="Schema Content",
    )
    decimal_format: str = option(
        default="BASE64",
        validator=CaseInsensitiveValidString.in_("NUMERIC", "BASE64"),
        doc="How decimals are written: BASE64 or NUMERIC, in any case. Both are read.",
        importance=Importance.LOW,
        group="Serialization",
        order=0,
        width=Width.MEDIUM,
        display_name="Decimal Format",
    )
    replace_null_with_default: bool = option(
        default=True,
        doc="Whether to replace fields that have a default value and that are null to the default value. "
        "When set to true, the default value is used, otherwise null is used.",
        importance=Importance.LOW,
        group="Serialization",
        order=1,
        width=Width.MEDIUM,
        display_name="Replace null with default",
    )


class JsonConverter:
    """Write and read JSON: `{"schema":…,"payload":…}`, or the payload alone when schemas are not enabled.

    The bytes are those of Kafka Connect's own JsonConverter, member order and number texts included.
    """

    config_class: ClassVar[type[Any]] = JsonConverterConfig

    def __init__(self) -> None:
        self.configure(JsonConverterConfig())

    def configure(self, config: JsonConverterConfig, *, is_key: bool = False) -> None:
        """Take the configuration, and forget all compiled schemas.

        Raises:
            ConfigError: If `schema.content` describes no schema.
        """
        defaults_for_null = config.replace_null_with_default
        self._options = WriteOptions(_DECIMALS[config.decimal_format.upper()], defaults_for_null)
        self._cache_size = config.schemas_cache_size
        self._by_id: dict[int, _Compiled] = {}
        self._by_schema: dict[Schema, _Compiled] = {}
        self._head, self._end = b"", b""
        self._head_of: Callable[[Schema], bytes] = _no_head
        reader: Any = SchemalessReader()
        if config.schemas_enable:
            self._head, self._end = b'{"schema":null,"payload":', b"}"
            self._head_of = self._envelope_head
            reader = EnvelopeReader(self._cache_size, defaults_for_null=defaults_for_null)
            if config.schema_content:
                schema = _configured_schema(config.schema_content, defaults_for_null=defaults_for_null)
                reader = PayloadReader(schema, defaults_for_null=defaults_for_null)
        self._read: Callable[[bytes], SchemaAndValue] = reader.read
        self._read_all: Callable[[Sequence[Any]], tuple[Schema | None, Sequence[Any]]] = reader.read_all

    def from_connect_data(
        self, topic: str, headers: RawHeaders, schema: Schema | None, value: Any
    ) -> bytes | None:
        """Return the JSON text; None for None without a schema.

        Raises:
            DataError: If the value does not fit its schema, or JSON.
        """
        try:
            if schema is None:
                return None if value is None else self._head + plain_text(value) + self._end
            compiled = self._by_id.get(id(schema))
            if compiled is None:
                compiled = self._compile(schema)
            text = dumps(compiled[2](value))
        except RecursionError:
            raise DataError(_TOO_DEEP) from None
        return compiled[1] + text + self._end if self._end else text

    def to_connect_data(self, topic: str, headers: RawHeaders, data: bytes | None) -> SchemaAndValue:
        """Return the schema and the value in JSON text; None without a schema for None.

        Raises:
            DataError: If it is no JSON text, no envelope, or does not fit its schema.
        """
        try:
            return (None, None) if data is None else self._read(data)
        except RecursionError:
            raise DataError(_TOO_DEEP) from None

    def from_connect_batch(
        self, topic: str, schema: Schema | None, values: Sequence[Any]
    ) -> Sequence[bytes | None]:
        """Return each value's JSON text.

        Raises:
            DataError: If a value is better converted alone.
        """
        if schema is None:
            if all_none(values):
                return values
            texts = plain_texts(values)
            head = self._head
        else:
            try:
                _, head, write, all_plain = self._by_id.get(id(schema)) or self._compile(schema)
                plain = all_plain is not None and all_plain(values)
                texts = dumps_all(values if plain else list(map(write, values)))
            except RecursionError:
                raise DataError(_TOO_DEEP) from None
        end = self._end
        return [head + text + end for text in texts] if end else texts

    def to_connect_batch(
        self, topic: str, data: Sequence[bytes | None]
    ) -> tuple[Schema | None, Sequence[Any]]:
        """Return the one schema of all, and each value.

        Raises:
            DataError: If the data is better converted one by one.
        """
        try:
            return (None, data) if all_none(data) else self._read_all(data)
        except RecursionError:
            raise DataError(_TOO_DEEP) from None

    def from_connect_header(self, topic: str, key: str, schema: Schema | None, value: Any) -> bytes | None:
        """Return the header's JSON text; as `from_connect_data`."""
        return self.from_connect_data(topic, (), schema, value)

    def to_connect_header(self, topic: str, key: str, data: bytes | None) -> SchemaAndValue:
        """Return the header's schema and value; as `to_connect_data`."""
        return self.to_connect_data(topic, (), data)

    def _compile(self, schema: Schema) -> _Compiled:
        compiled = self._by_schema.get(schema)
        if compiled is None:
            all_plain = compile_all_plain(schema, defaults_for_null=self._options.defaults_for_null)
            compiled = (schema, self._head_of(schema), compile_writer(schema, self._options), all_plain)
            _put(self._by_schema, schema, compiled, self._cache_size)
        # The entry keeps this very schema alive: an id is not given to another object.
        _put(self._by_id, id(schema), (schema, *compiled[1:]), self._cache_size)
        return compiled

    def _envelope_head(self, schema: Schema) -> bytes:
        return b'{"schema":' + dumps(schema_to_json(schema, self._write_default)) + b',"payload":'

    def _write_default(self, schema: Schema, value: Any) -> Any:
        return compile_writer(schema, self._options)(value)


def _put(cache: dict[Any, Any], key: Any, made: Any, size: int) -> None:
    if len(cache) >= size:
        cache.clear()
    cache[key] = made


def _no_head(_: Schema) -> bytes:
    return b""


def _configured_schema(text: str, *, defaults_for_null: bool) -> Schema:
    def read_default(schema: Schema, written: Any) -> Any:
        return compile_reader(schema, defaults_for_null=defaults_for_null)(written)

    try:
        schema = schema_from_json(exact_loads(text.encode()), read_default)
    except DataError as error:
        raise _bad_content(str(error)) from None
    if schema is None:
        raise _bad_content("it is null")
    return schema


def _bad_content(reason: str) -> ConfigError:
    return ConfigError(
        f"Invalid value for configuration schema.content: it describes no schema: {reason}",
        key="schema.content",
    )
