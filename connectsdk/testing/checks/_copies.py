"""What would the same data be, made anew?"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

import attrs

from connectsdk.record import ConnectRecord, Header, Headers
from connectsdk.schema import Field, Schema

__all__ = ("copied",)

T = TypeVar("T")


def copied(data: T, memo: dict[int, Any] | None = None) -> T:
    """Return a copy that shares nothing mutable with the original, not even a schema's default.

    Schemas are made anew too: one that occurs twice also does in the copy.
    """
    known: dict[int, Any] = {} if memo is None else memo
    made: Any = _copy(data, known)
    return made  # type: ignore[no-any-return] # of the same type


def _copy(value: Any, memo: dict[int, Any]) -> Any:
    copy = _BY_TYPE.get(type(value))
    if copy is not None:
        return copy(value, memo)
    return _record(value, memo) if isinstance(value, ConnectRecord) else value


def _dict(value: dict[Any, Any], memo: dict[int, Any]) -> dict[Any, Any]:
    return {key: _copy(item, memo) for key, item in value.items()}


def _sequence(value: Any, memo: dict[int, Any]) -> Any:
    return type(value)([_copy(item, memo) for item in value])


def _header(value: Header, memo: dict[int, Any]) -> Header:
    return Header(value.key, _copy(value.value, memo), _copy(value.schema, memo))


def _record(value: ConnectRecord, memo: dict[int, Any]) -> ConnectRecord:
    names = [attribute.name for attribute in attrs.fields(type(value))]
    return type(value)(**{name: _copy(getattr(value, name), memo) for name in names})


def _known_schema(schema: Schema, memo: dict[int, Any]) -> Any:
    if id(schema) not in memo:
        memo[id(schema)] = _schema(schema, memo)
    return memo[id(schema)]


def _schema(schema: Schema, memo: dict[int, Any]) -> Schema:
    return Schema(
        schema.type,
        schema.optional,
        _copy(schema.default, memo),
        schema.name,
        schema.version,
        schema.doc,
        schema.parameters,
        tuple(Field(field.name, field.index, _copy(field.schema, memo)) for field in schema.fields),
        _copy(schema.key_schema, memo),
        _copy(schema.value_schema, memo),
    )


_BY_TYPE: Mapping[type, Callable[[Any, dict[int, Any]], Any]] = MappingProxyType(
    {
        dict: _dict,
        list: _sequence,
        tuple: _sequence,
        bytearray: lambda value, _: bytearray(value),
        Header: _header,
        Headers: _sequence,
        Schema: _known_schema,
    }
)
