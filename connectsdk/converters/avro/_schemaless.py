"""How is data without a schema made ready to be written?"""

from collections.abc import Callable, Mapping
from typing import Any

from connectsdk.converters.avro._settings import KEY, VALUE
from connectsdk.errors import DataError

__all__ = ("anything_of",)

_MAX_DEPTH = 100
_INT64 = range(-(2**63), 2**63)


def anything_of(value: Any) -> Mapping[str, Any]:
    """Return the record of type Anything for a value.

    An int is written as a long, as Kafka Connect does with JSON's numbers, and a float as a double.

    Raises:
        DataError: If data without a schema cannot hold it.
    """
    return _record(value, 0)


def _record(value: Any, depth: int) -> Mapping[str, Any]:
    if value is None:
        return {}
    if depth > _MAX_DEPTH:
        raise DataError(f"Data without a schema is nested deeper than {_MAX_DEPTH}")
    for kind, write in _WRITERS:
        if isinstance(value, kind):
            return write(value, depth)
    raise DataError(f"Data without a schema cannot be a {type(value).__name__}")


def _int(value: int, _: int) -> Mapping[str, Any]:
    if value in _INT64:
        return {"long": int(value)}
    raise DataError("Data without a schema holds an int out of range")


def _array(value: Any, depth: int) -> Mapping[str, Any]:
    return {"array": [_record(item, depth + 1) for item in value]}


def _map(value: dict[Any, Any], depth: int) -> Mapping[str, Any]:
    deeper = depth + 1
    return {"map": [{KEY: _record(k, deeper), VALUE: _record(v, deeper)} for k, v in value.items()]}


_WRITERS: tuple[tuple[Any, Callable[[Any, int], Mapping[str, Any]]], ...] = (
    (bool, lambda value, _: {"boolean": value}),
    (int, _int),
    (float, lambda value, _: {"double": value}),
    (str, lambda value, _: {"string": value}),
    ((bytes, bytearray, memoryview), lambda value, _: {"bytes": bytes(value)}),
    ((list, tuple), _array),
    (dict, _map),
)
