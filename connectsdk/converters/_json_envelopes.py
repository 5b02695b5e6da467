"""How is JSON with its schema read quickly?

An envelope is `{"schema":S,"payload":P}`. Records of one shape begin with the same bytes, so what was compiled for a
schema is found by them, and only the payload is parsed. Anything else is parsed as a whole.
"""

from collections.abc import Sequence
from typing import Any

import attrs
import orjson

from connectsdk.converter import SchemaAndValue
from connectsdk.converters._json_readers import InexactError, Reader, compile_reader
from connectsdk.converters._json_schemas import schema_from_json
from connectsdk.converters._json_text import (
    dumps,
    exact_loads,
    loads,
    loads_all_plain,
    loads_plain,
    nothing_in,
)
from connectsdk.errors import DataError
from connectsdk.schema import Schema

__all__ = ("EnvelopeReader", "PayloadReader", "SchemalessReader")

_BEGIN, _MIDDLE = b'{"schema":', b',"payload":'
_NO_ENVELOPE = (
    'JsonConverter with schemas.enable requires "schema" and "payload" fields and may not contain additional fields. '
    "If you are trying to deserialize plain JSON data, set schemas.enable=false in your converter configuration."
)


@attrs.frozen
class _Known:
    """A schema, and the reader of its payloads."""

    schema: Schema
    read: Reader


class SchemalessReader:
    """Reads plain JSON."""

    def read(self, data: bytes) -> SchemaAndValue:
        """Return the data without a schema.

        Raises:
            DataError: If it is no JSON text.
        """
        return None, None if nothing_in(data) else loads_plain(data)

    def read_all(self, data: Sequence[bytes]) -> tuple[None, Sequence[Any]]:
        """Return the data in all texts.

        Raises:
            DataError: If one of them is better read alone.
        """
        if None in data:
            raise DataError("a value is missing")
        return None, loads_all_plain(data)


class PayloadReader:
    """Reads JSON under a schema that is known beforehand; an envelope's own schema is passed over."""

    def __init__(self, schema: Schema, *, defaults_for_null: bool) -> None:
        self._schema = schema
        self._read = compile_reader(schema, defaults_for_null=defaults_for_null)

    def read(self, data: bytes) -> SchemaAndValue:
        """Return the data under the schema.

        Raises:
            DataError: If it is no JSON text, or does not fit the schema.
        """
        if nothing_in(data):
            return self._schema, self._read(None)
        try:
            return self._schema, self._read(_payload(loads(data)))
        except InexactError:
            return self._schema, self._read(_payload(exact_loads(data)))

    def read_all(self, data: Sequence[bytes]) -> tuple[Schema, Sequence[Any]]:
        """Return the data in all texts under the schema; see `read`."""
        read = self.read
        return self._schema, [read(text)[1] for text in data]


class EnvelopeReader:
    """Reads JSON that carries its schema."""

    def __init__(self, cache_size: int, *, defaults_for_null: bool) -> None:
        self._cache_size = cache_size
        self._defaults_for_null = defaults_for_null
        self._by_head: dict[bytes, _Known] = {}
        self._by_text: dict[bytes, _Known] = {}

    def read(self, data: bytes) -> SchemaAndValue:
        """Return the payload under its schema.

        Raises:
            DataError: If it is no envelope, or the payload does not fit the schema.
        """
        cut = data.find(_MIDDLE)
        known = self._by_head.get(data[:cut])
        if known is None or data[-1:] != b"}":
            return self._read_whole(data)
        payload = data[cut + len(_MIDDLE) : -1]
        try:
            return known.schema, known.read(orjson.loads(payload))
        except (orjson.JSONDecodeError, InexactError):
            return self._read_whole(data)

    def read_all(self, data: Sequence[bytes]) -> tuple[Schema, Sequence[Any]]:
        """Return all payloads under the schema that they share.

        Raises:
            DataError: If one of them has another schema, or one that is not known yet.
            InexactError: If a number is to be read exactly.
        """
        cut = data[0].find(_MIDDLE)
        head = data[0][: cut + len(_MIDDLE)]
        known = self._by_head.get(head[:cut])
        if cut < 0 or known is None or not all(text.startswith(head) and text[-1:] == b"}" for text in data):
            raise DataError("not all of the records are known to have the same schema")
        begin, read, parse = len(head), known.read, orjson.loads
        return known.schema, [read(parse(text[begin:-1])) for text in data]

    def _read_whole(self, data: bytes) -> SchemaAndValue:
        envelope = None if nothing_in(data) else loads(data)
        if not isinstance(envelope, dict) or envelope.keys() != {"schema", "payload"}:
            raise DataError(_NO_ENVELOPE)
        written = envelope["schema"]
        if written is None:
            return None, loads_plain(data)["payload"]
        text = dumps(written)
        known = self._by_text.get(text) or self._learn(data, written, text)
        self._remember_head(data, text, known)
        try:
            return known.schema, known.read(envelope["payload"])
        except InexactError:
            return known.schema, known.read(exact_loads(data)["payload"])

    def _learn(self, data: bytes, written: Any, text: bytes) -> _Known:
        try:
            schema = self._schema(written)
        except InexactError:
            schema = self._schema(exact_loads(data)["schema"])
        known = _Known(schema, compile_reader(schema, defaults_for_null=self._defaults_for_null))
        _put(self._by_text, text, known, self._cache_size)
        return known

    def _schema(self, written: Any) -> Schema:
        schema = schema_from_json(written, self._read_default)
        assert schema is not None  # noqa: S101 - only null has none, and it was asked for before
        return schema

    def _read_default(self, schema: Schema, written: Any) -> Any:
        return compile_reader(schema, defaults_for_null=self._defaults_for_null)(written)

    def _remember_head(self, data: bytes, text: bytes, known: _Known) -> None:
        """Remember what records of this shape begin with, if it is the schema and nothing else."""
        head = data[: data.find(_MIDDLE)]
        if not head.startswith(_BEGIN) or head in self._by_head:
            return
        try:
            same = dumps(orjson.loads(head[len(_BEGIN) :])) == text
        except orjson.JSONDecodeError:
            return
        if same:
            _put(self._by_head, head, known, self._cache_size)


def _put(cache: dict[bytes, _Known], key: bytes, known: _Known, size: int) -> None:
    if len(cache) >= size:
        cache.clear()
    cache[key] = known


def _payload(value: Any) -> Any:
    if isinstance(value, dict) and value.keys() == {"schema", "payload"}:
        return value["payload"]
    return value
