"""Which value does a text say?

These are Kafka Connect's rules for header values: `true`, `-1.5`, `2020-01-31`, `[1,2]` and `{"a":1}` are what they look
like, and whatever is not quite one of those is a string as a whole.
"""

import re
from datetime import UTC, date, datetime, time
from typing import Any

from connectsdk.schema import BOOLEAN_SCHEMA, STRING_SCHEMA, TIMESTAMP_NAME, Schema, Type, fits, logical
from connectsdk.schema._values_scalars import parse_number, parse_temporal

__all__ = ("parse_value",)

_TOKEN = re.compile(r'[:,{}\[\]"]|(?:\\.|\\$|[^\\:,{}\[\]"])+', re.DOTALL)
_BLANKS = "".join(map(chr, range(0x21)))  # what Java trims
_TELLING = frozenset("+-[{")
_WIDTHS = (Type.INT8, Type.INT16, Type.INT32, Type.INT64, Type.FLOAT32, Type.FLOAT64)
_FLOATS = (Type.FLOAT32, Type.FLOAT64)
_WORDS = {"null": (None, None), "true": (BOOLEAN_SCHEMA, True), "false": (BOOLEAN_SCHEMA, False)}
_CLOCK_TOKENS = 4  # after the hour: colon, minute, colon, second
_MAX_DEPTH = 100
_EPOCH = date(1970, 1, 1)


class _UnfitError(Exception):
    """The text is not what it looked like: it is a string."""


def parse_value(text: str) -> tuple[Schema | None, Any]:
    """Return the schema and value that a text says; its own text as a string when it says nothing else."""
    word = text.strip(_BLANKS)
    if not word or not (word[0] in _TELLING or word[0].isdecimal() or word in _WORDS):
        return STRING_SCHEMA, text
    if word in _WORDS:
        return _WORDS[word]
    return _Parser(text).parse()


class _Parser:
    """Reads one text, token by token; a container that does not close makes it a string."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens: list[str] = _TOKEN.findall(text)
        self._next = 0

    def parse(self) -> tuple[Schema | None, Any]:
        try:
            if self._took("["):
                return self._array(1)
            if self._took("{"):
                return self._map(1)
        except _UnfitError:
            # Kafka Connect begins again, and finds blanks before the container: for the rest it does not look.
            first = self._tokens[0]
            return STRING_SCHEMA, self._text if first.strip(_BLANKS) else first
        return self._scalar() or (STRING_SCHEMA, self._text)

    def _peek(self) -> str:
        """Return the next token that is not blank, trimmed; nothing at the end."""
        while self._next < len(self._tokens):
            token = self._tokens[self._next].strip(_BLANKS)
            if token:
                return token
            self._next += 1
        return ""

    def _took(self, token: str) -> bool:
        taken = self._peek() == token
        self._next += taken
        return taken

    def _scalar(self) -> tuple[Schema | None, Any] | None:
        word = self._peek()
        self._next += 1
        found = None
        if word[0].isdecimal():
            following = self._tokens[self._next : self._next + _CLOCK_TOKENS]
            if len(following) == _CLOCK_TOKENS:
                found = parse_temporal(word + "".join(following))
            if found is not None:
                self._next += _CLOCK_TOKENS
                return found
            found = parse_temporal(word)
        return found or parse_number(word)

    def _embedded(self, depth: int) -> tuple[Schema | None, Any]:
        """Return one element, which cannot be a bare string."""
        if depth > _MAX_DEPTH:
            raise _UnfitError
        word = self._peek()
        if word in _WORDS:
            self._next += 1
            return _WORDS[word]
        if not word:
            return None, None
        return self._nested(word, depth)

    def _nested(self, word: str, depth: int) -> tuple[Schema | None, Any]:
        if word == '"':
            self._next += 1
            return self._quoted()
        mark = self._next
        try:
            if self._took("["):
                return self._array(depth)
            if self._took("{"):
                return self._map(depth)
        except _UnfitError:
            self._next = mark
            raise
        found = self._scalar() if word[0] in "+-" or word[0].isdecimal() else None
        if found is None:
            raise _UnfitError
        return found

    def _quoted(self) -> tuple[Schema | None, Any]:
        parts = []
        while self._next < len(self._tokens):
            token = self._tokens[self._next]
            self._next += 1
            if token.strip(_BLANKS) == '"':
                break
            parts.append(token)
        text = "".join(parts)
        return parse_temporal(text) or (STRING_SCHEMA, text)

    def _array(self, depth: int) -> tuple[Schema | None, Any]:
        items: list[Any] = []
        common = _Common()
        while self._peek():
            if self._took("]"):
                schema = common.schema
                items = items if schema is None else [_aligned(schema, item) for item in items]
                return Schema(Type.ARRAY, value_schema=schema), items
            if self._peek() == ",":
                raise _UnfitError
            schema, item = self._embedded(depth + 1)
            common.merge(schema)
            items.append(item)
            if self._peek() != "]" and not self._took(","):
                raise _UnfitError
        raise _UnfitError

    def _map(self, depth: int) -> tuple[Schema | None, Any]:
        entries: list[tuple[Any, Any]] = []
        keys, values = _Common(), _Common()
        while self._peek():
            if self._took("}"):
                return _finished_map(entries, keys.schema, values.schema)
            if self._peek() == ",":
                raise _UnfitError
            key_schema, key = self._embedded(depth + 1)
            if key is None or isinstance(key, (dict, list)) or not self._took(":"):
                raise _UnfitError
            value_schema, value = self._embedded(depth + 1)
            entries.append((key, value))
            self._took(",")
            keys.merge(key_schema)
            values.merge(value_schema)
        raise _UnfitError


class _Common:
    """The schema that all elements share; None when there is none, or no element has one."""

    def __init__(self) -> None:
        self.schema: Schema | None = None
        self._compatible = True

    def merge(self, schema: Schema | None) -> None:
        if schema is None or not self._compatible:
            return
        self.schema = schema if self.schema is None else _merged(self.schema, schema)
        self._compatible = self.schema is not None


def _merged(known: Schema, new: Schema) -> Schema | None:
    if known.type is new.type:
        return new
    if known.type in _WIDTHS and new.type in _WIDTHS:
        return max(known, new, key=lambda schema: _WIDTHS.index(schema.type))
    return None


def _finished_map(
    entries: list[tuple[Any, Any]], keys: Schema | None, values: Schema | None
) -> tuple[Schema | None, Any]:
    if keys is None:
        return Schema(Type.MAP), dict(entries)
    pairs = ((_aligned(keys, key), value) for key, value in entries)
    if values is not None:
        pairs = ((key, _aligned(values, value)) for key, value in pairs)
    return Schema(Type.MAP, key_schema=keys, value_schema=values), dict(pairs)


def _aligned(schema: Schema, value: Any) -> Any:
    """Return a value as its container's common schema has it."""
    if value is None:
        raise _UnfitError
    found = logical(schema)
    if found is not None and isinstance(value, int):
        return found.to_logical(value)
    if schema.name == TIMESTAMP_NAME and isinstance(value, (date, time)):
        return _moment(value)
    if schema.type in _FLOATS and isinstance(value, (int, float)):
        return float(value)
    if schema.type.is_primitive and not fits(schema)(value):
        raise _UnfitError
    return value


def _moment(value: Any) -> datetime:
    """Return the point in time of a day or time, which to Kafka Connect are points in time all along."""
    if isinstance(value, datetime):
        return value
    day, at = (_EPOCH, value) if isinstance(value, time) else (value, time())
    return datetime.combine(day, at, UTC)
