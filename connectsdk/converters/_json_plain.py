"""What does a value without a schema become before it is JSON text?"""

from binascii import b2a_base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from orjson import Fragment

from connectsdk.converters._json_columns import all_plain_dicts
from connectsdk.converters._json_text import dumps, dumps_all
from connectsdk.errors import DataError
from connectsdk.schema.java_text import double_text, float_text

__all__ = (
    "base64_text",
    "is_plain_double",
    "plain_text",
    "plain_texts",
    "written_double",
    "written_float",
    "written_plain",
)

_SIMPLE = frozenset({str, int, bool, type(None)})
_MIN_PLAIN, _MAX_PLAIN = 1e-3, 1e7  # between these Java and orjson write the same text
_SHORT_REPR = 7  # six digits and a point: any such text is the shortest of its 32-bit float too
_TOO_DEEP = "A value is nested too deep to be written as JSON, or holds itself."
_MAX_INT, _MIN_INT = 2**64 - 1, -(2**63)


def _is_plain(value: Any) -> bool:
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
        elif kind not in _SIMPLE and not _is_plain(item):
            return False
    return True


def is_plain_double(value: float) -> bool:
    """Return whether orjson and Java write the same text for this 64-bit float."""
    return not value or _MIN_PLAIN <= value < _MAX_PLAIN or -_MAX_PLAIN < value <= -_MIN_PLAIN


def plain_text(value: Any) -> bytes:
    """Return a value without a schema as JSON text.

    Raises:
        DataError: If it, or a value in it, is of a type that needs a schema, or nested too deep.
    """
    try:
        return dumps(value if _is_plain(value) else written_plain(value))
    except DataError:
        return _careful_text(value)  # a key that is not a str; or the error comes again
    except RecursionError:
        raise DataError(_TOO_DEEP) from None


def plain_texts(values: Sequence[Any]) -> list[bytes]:
    """Return values without a schema as JSON texts, as `plain_text` does.

    Raises:
        DataError: If one of them is better written alone.
    """
    if all_plain_dicts(values):
        return dumps_all(values)
    if None in values:
        raise DataError("a value is missing, which has no JSON text")
    return dumps_all([value if _is_plain(value) else written_plain(value) for value in values])


def _careful_text(value: Any) -> bytes:
    try:
        return dumps(written_plain(value))
    except RecursionError:
        raise DataError(_TOO_DEEP) from None


def written_plain(value: Any) -> Any:
    """Return what orjson writes as the Java implementation would write this value.

    Raises:
        DataError: If it, or a value in it, is of a type that needs a schema.
    """
    if value is None:
        return None
    for kinds, write in _BY_TYPE:
        if isinstance(value, kinds):
            return write(value)
    raise DataError(f"Python type {type(value).__name__} does not have corresponding schema type.")


def _written_dict(value: Mapping[Any, Any]) -> Any:
    if all(isinstance(key, str) for key in value):
        return {str.__str__(key): written_plain(item) for key, item in value.items()}
    return [[written_plain(key), written_plain(item)] for key, item in value.items()]


def _written_list(value: Iterable[Any]) -> Any:
    return [written_plain(item) for item in value]


def _written_int(value: int) -> int:
    if not _MIN_INT <= value <= _MAX_INT:
        raise DataError("An int beyond 64 bits does not have corresponding schema type.")
    return int(value)


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


_BY_TYPE: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (str, str.__str__),
    (bool, bool),
    (int, _written_int),
    (float, written_double),
    (dict, _written_dict),
    ((list, tuple), _written_list),
    ((bytes, bytearray, memoryview), base64_text),
)
