"""How is a source offset written to an offsets topic?

As Kafka Connect writes it: the key is the JSON array `["<connector>",{<source partition>}]`, the value the JSON
object of the offset; no value forgets the partition. A partition's identity does not depend on the order
of its members, so keys are written with their members sorted.
"""

from collections.abc import Mapping
from math import isfinite
from typing import Any

import orjson

from connectsdk.errors import DataError

__all__ = ("decode_key", "decode_value", "encode_key", "encode_value", "identity")

_KEY_PARTS = 2


def encode_key(connector: str, partition: Mapping[str, Any]) -> bytes:
    """Return the key of one source partition, its members sorted.

    Raises:
        DataError: If the partition is not a flat map of str to str, number, bool or None.
    """
    _check_flat("source partition", connector, partition)
    return _dump("source partition", connector, [connector, dict(partition)])


def encode_value(connector: str, offset: Mapping[str, Any] | None) -> bytes | None:
    """Return the value of one source offset; None for None.

    Raises:
        DataError: If the offset is not a flat map of str to str, number, bool or None.
    """
    if offset is None:
        return None
    _check_flat("source offset", connector, offset)
    return _dump("source offset", connector, dict(offset))


def decode_key(key: bytes | None) -> tuple[str, Mapping[str, Any]] | None:
    """Return connector and source partition, or None when these bytes are not such a key."""
    parts = _load(key)
    if not isinstance(parts, list) or len(parts) != _KEY_PARTS:
        return None
    connector, partition = parts
    if not isinstance(connector, str) or not isinstance(partition, dict):
        return None
    return connector, partition


def decode_value(value: bytes | None) -> Mapping[str, Any] | None:
    """Return the offset, or None when the partition is forgotten or these bytes are not an offset."""
    offset = _load(value)
    return offset if isinstance(offset, dict) else None


def identity(connector: str, partition: Mapping[str, Any]) -> bytes:
    """Return bytes that are equal for partitions that are equal, whatever the order of their members."""
    return orjson.dumps([connector, partition], option=orjson.OPT_SORT_KEYS)


def _check_flat(what: str, connector: str, data: Mapping[str, Any]) -> None:
    if not isinstance(data, Mapping):
        raise DataError(f"A {what} of connector {connector} is a {type(data).__name__}; return a flat map")
    for name, value in data.items():
        if not isinstance(name, str):
            raise DataError(
                f"A {what} of connector {connector} has a {type(name).__name__} as a key; use str"
            )
        if not (value is None or isinstance(value, (str, int, float, bool))):
            raise DataError(
                f"Member {name!r} of a {what} of connector {connector} is a {type(value).__name__}; "
                "use str, number, bool or None"
            )
        if isinstance(value, float) and not isfinite(value):
            raise DataError(f"Member {name!r} of a {what} of connector {connector} is not a finite number")


def _dump(what: str, connector: str, data: Any) -> bytes:
    try:
        return orjson.dumps(data, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:
        raise DataError(f"A {what} of connector {connector} cannot be written as JSON: {error}") from error


def _load(data: bytes | None) -> Any:
    if data is None:
        return None
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
