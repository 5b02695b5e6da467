"""How does JSON text become data, and data JSON text?

orjson does the work. Where the Java implementation reads or writes more than orjson does, a slower way takes over:
leading zeros, UTF-16 and UTF-32, a byte order mark, numbers out of orjson's range. Two differences remain: text after
the first value, which Java ignores, is an error when read, and so is a lone surrogate when written.
"""

import json
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NoReturn

import orjson

from connectsdk.errors import DataError

__all__ = ("dumps", "dumps_all", "exact_loads", "loads", "loads_all_plain", "loads_plain", "nothing_in")

_READ_FAILED = "Converting byte[] to Kafka Connect data failed due to serialization error: "
_WRITE_FAILED = "Converting Kafka Connect data to byte[] failed due to serialization error: "
_orjson_dumps = orjson.dumps
_BACKSLASH = 0x5C
_MARKS = (
    (b"\0\0\xfe\xff", "utf-32-be"),
    (b"\xff\xfe\0\0", "utf-32-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xef\xbb\xbf", "utf-8"),
)
_BLANK = b" \t\r\n"
_STRING_OR_ZEROS = re.compile(
    r'"(?:[^"\\]|\\.)*"|(?<![0-9.eE+\-])(-?)0+(?=[0-9])|(?<=[-])0+(?=[0-9])', re.DOTALL
)
_ASTRAL = re.compile(rb"[\xf0-\xf4][\x80-\xbf]{3}")
_ESCAPE = re.compile(rb"\\(?:u[0-9a-f]{4}|.)", re.DOTALL)
_SIMPLE = frozenset({str, int, bool, type(None)})
_MAX_EXACT = 2.0**63
_DIGIT = bytes(0x30 if code in b"0123456789" else 0x20 for code in range(256))
_LONG_NUMBER = b"0" * 19  # shorter ones fit into 64 bits
_PASS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


def loads(data: bytes) -> Any:
    """Return the data in JSON text.

    Raises:
        DataError: If it is no JSON text.
    """
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return _lenient_loads(data, float)


def loads_plain(data: bytes) -> Any:
    """Return the data in JSON text, with every int exact; orjson makes floats of those beyond 64 bits.

    Raises:
        DataError: If it is no JSON text.
    """
    value = loads(data)
    try:
        return _lenient_loads(data, float) if _may_be_inexact(value) else value
    except RecursionError:
        raise DataError(_READ_FAILED) from None


def loads_all_plain(texts: Sequence[bytes]) -> list[Any]:
    """Return the data in each JSON text, with every int exact.

    Raises:
        DataError: If one of them needs the care of `loads_plain`.
    """
    if _LONG_NUMBER in b" ".join(texts).translate(_DIGIT):
        raise DataError("a number may be out of orjson's range")
    try:
        return list(map(orjson.loads, texts))
    except orjson.JSONDecodeError:
        raise DataError(_READ_FAILED) from None


def exact_loads(data: bytes) -> Any:
    """Return the data in JSON text, with numbers that have a point or an exponent as decimals.

    Raises:
        DataError: If it is no JSON text.
    """
    return _lenient_loads(data, Decimal)


def nothing_in(data: bytes) -> bool:
    """Return whether the text is empty or blank, which stands for a value that is missing."""
    return not data.strip(_BLANK)


def dumps(value: Any) -> bytes:
    """Return JSON text for what orjson can write.

    Raises:
        DataError: If orjson cannot write it.
    """
    try:
        # orjson cuts its text off a kilobyte. The copy is as long as the text, and the kilobyte is used again at
        # once: a batch of texts kept as they come touches fresh memory for each, at four times the cost.
        text = b"%b" % _orjson_dumps(value, None, _PASS)
    except (TypeError, RecursionError) as error:  # a lone surrogate, or nested too deep
        raise DataError(f"{_WRITE_FAILED}{error}") from None
    if _BACKSLASH in text and b"\\u00" in text:  # looking for one byte is seven times as fast
        text = _ESCAPE.sub(_upper, text)
    return text if text.isascii() else _ASTRAL.sub(_escaped, text)


def dumps_all(values: Sequence[Any]) -> list[bytes]:
    """Return the JSON text of each value, as `dumps` does; what is rare is looked for once.

    Raises:
        DataError: If orjson cannot write one of them.
    """
    try:
        texts = [b"%b" % _orjson_dumps(value, None, _PASS) for value in values]
    except (TypeError, RecursionError) as error:
        raise DataError(f"{_WRITE_FAILED}{error}") from None
    joined = b"".join(texts)
    if (_BACKSLASH in joined and b"\\u00" in joined) or not joined.isascii():
        return list(map(dumps, values))
    return texts


def _may_be_inexact(value: Any) -> bool:
    kind = type(value)
    if kind is not dict and kind is not list:
        return kind is float and bool(abs(value) >= _MAX_EXACT)
    items = value.values() if kind is dict else value
    if _SIMPLE.issuperset(map(type, items)):
        return False
    return any(_may_be_inexact(item) for item in items if type(item) not in _SIMPLE)


def _escaped(match: re.Match[bytes]) -> bytes:
    """Return a character beyond U+FFFF as Java writes it: as two escapes."""
    high, low = divmod(ord(match[0].decode()) - 0x10000, 0x400)
    return b"\\u%04X\\u%04X" % (0xD800 + high, 0xDC00 + low)


def _upper(match: re.Match[bytes]) -> bytes:
    """Return an escape as Java writes it: with upper case digits."""
    found = match[0]
    return b"\\u" + found[2:].upper() if found[1:2] == b"u" else found


def _lenient_loads(data: bytes, parse_real: Any) -> Any:
    try:
        decoded = _STRING_OR_ZEROS.sub(_without_zeros, _decoded(data))
        return json.loads(decoded, parse_float=parse_real, parse_constant=_refuse_constant)
    except (ValueError, RecursionError, ArithmeticError) as error:
        raise DataError(f"{_READ_FAILED}{_reason(error)}") from None


def _decoded(data: bytes) -> str:
    """Return the text that bytes hold, by their mark or by where the zeros are in the first four, as Java does."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding)
    match [byte != 0 for byte in data[:4]]:
        case [False, False, False, _]:
            encoding = "utf-32-be"
        case [True, False, False, False]:
            encoding = "utf-32-le"
        case [False, False, True, False] | [False, True, False, False]:
            raise ValueError
        case [False, _, *_]:
            encoding = "utf-16-be"
        case [True, False, *_]:
            encoding = "utf-16-le"
        case _:
            encoding = "utf-8"
    return data.decode(encoding)


def _reason(error: Exception) -> str:
    """Say what is wrong with a text, and where, without showing any of it."""
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at character {error.pos}"
    if isinstance(error, UnicodeDecodeError):
        return f"no {error.encoding.upper()} at byte {error.start}"
    return "nested too deep" if isinstance(error, RecursionError) else "a number that cannot be read"


def _without_zeros(match: re.Match[str]) -> str:
    found = match[0]
    return found if found.startswith('"') else match[1] or ""


def _refuse_constant(_: str) -> NoReturn:
    raise ValueError
