"""What does a value without a schema become before it is JSON text?"""

from binascii import b2a_base64
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from orjson import Fragment

from connectsdk.converters._json_text import dumps
from connectsdk.converters.java_text import double_text, float_text
from connectsdk.errors import DataError

__all__ = ("base64_text", "is_plain", "is_plain_double", "written_double", "written_float", "written_plain")

_SIMPLE = frozenset({str, int, bool, type(None)})
_MIN_PLAIN, _MAX_PLAIN = 1e-3, 1e7  # between these Java and orjson write the same text
_SHORT_REPR = 7  # six digits and a point: any such text is the shortest of its 32-bit float too
_MAX_DEPTH = 200  # orjson stops at 254; a fragment starts again
_MAX_INT, _MIN_INT = 2**64 - 1, -(2**63)
_TOO_DEEP = "A value is nested too deep to be written as JSON, or holds itself."


def is_plain(value: Any) -> bool:
    """Return whether orjson writes this value, as it stands, as the Java implementation would.

    Keys that are not str are left to orjson to refuse.
    """
    kind = type(value)
    if kind in _SIMPLE:
        return True
    if kind is not dict and kind is not list:
        return kind is float and is_plain_double(value)
    items = value.values() if kind is dict else value
    return _SIMPLE.issuperset(map(type, items)) or _are_plain(items)


def _are_plain(items: Iterable[Any]) -> bool:
    for item in items:
        kind = type(item)
        if kind is float:
            if not is_plain_double(item):
                return False
        elif kind not in _SIMPLE and not is_plain(item):
            return False
    return True


def is_plain_double(value: float) -> bool:
    """Return whether orjson and Java write the same text for this 64-bit float."""
    return not value or _MIN_PLAIN <= value < _MAX_PLAIN or -_MAX_PLAIN < value <= -_MIN_PLAIN


def written_plain(value: Any) -> Any:
    """Return what orjson writes as the Java implementation would write this value.

    Raises:
        DataError: If it, or a value in it, is of a type that needs a schema, or nested too deep.
    """
    try:
        return _written(value, 0)
    except RecursionError:
        raise DataError(_TOO_DEEP) from None


def _written(value: Any, depth: int) -> Any:
    for kinds, write in _BY_TYPE:
        if isinstance(value, kinds):
            return write(value, depth)
    if value is None:
        return None
    raise DataError(f"Python type {type(value).__name__} does not have corresponding schema type.")


def _container(write: Callable[[Any, int], Any]) -> Callable[[Any, int], Any]:
    def write_at(value: Any, depth: int) -> Any:
        if depth < _MAX_DEPTH:
            return write(value, depth + 1)
        return Fragment(dumps(write(value, 1)))

    return write_at


def _written_dict(value: Mapping[Any, Any], depth: int) -> Any:
    if all(isinstance(key, str) for key in value):
        return {str(key): _written(item, depth) for key, item in value.items()}
    return [[_written(key, depth + 1), _written(item, depth + 1)] for key, item in value.items()]


def _written_list(value: Any, depth: int) -> Any:
    return [_written(item, depth) for item in value]


def _written_int(value: int, _: int) -> int:
    if not _MIN_INT <= value <= _MAX_INT:
        raise DataError("An int beyond 64 bits does not have corresponding schema type.")
    return int(value)


_BY_TYPE: tuple[tuple[Any, Callable[[Any, int], Any]], ...] = (
    (str, lambda value, _: str.__str__(value)),
    (bool, lambda value, _: value),
    (int, _written_int),
    (float, lambda value, _: written_double(value)),
    (dict, _container(_written_dict)),
    ((list, tuple), _container(_written_list)),
    ((bytes, bytearray, memoryview), lambda value, _: base64_text(value)),
)


def written_double(value: float) -> Any:
    """Return what orjson writes as Java writes this 64-bit float; text for what JSON has no number for."""
    if is_plain_double(value):
        return value
    text = double_text(value)
    return Fragment(text) if value - value == 0 else text


def written_float(value: float) -> Any:
    """Return what orjson writes as Java writes this 32-bit float; text for what JSON has no number for."""
    if _MIN_PLAIN <= value < _MAX_PLAIN and len(repr(value)) <= _SHORT_REPR:
        return value
    text = float_text(value)
    return Fragment(text) if text[-1] in "0123456789" else text


def base64_text(value: Any) -> str:
    """Return bytes as base64."""
    return b2a_base64(value, newline=False).decode("ascii")
