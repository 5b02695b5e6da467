"""What does a request's JSON say?

Bodies come from anybody: what is ambiguous or meant to exhaust the reader is refused, not guessed at.
"""

import json
from collections.abc import Callable
from typing import Any

from connectsdk.http._requests import RestError

__all__ = ("MAX_DEPTH", "MAX_KEYS", "read_json")

MAX_DEPTH = 64
MAX_KEYS = 10_000
MAX_DIGITS = 400


def read_json(body: bytes, *, number: Callable[[str], Any] | None = None) -> Any:
    """Return what a body says.

    Args:
        body: UTF-8 without a byte order mark.
        number: Makes numbers of their text; by default integers and floats.

    Raises:
        RestError: With 400 and the place of the mistake.
    """
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise _refused(f"it is not UTF-8 at byte {error.start}") from None
    if text.startswith("\ufeff"):
        raise _refused("it begins with a byte order mark")
    try:
        found = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_int=number or _integer,
            parse_float=number or _float,
        )
    except json.JSONDecodeError as error:
        raise _refused(f"{error.msg} at line {error.lineno} column {error.colno}") from None
    except RecursionError:
        raise _refused(f"it is nested deeper than {MAX_DEPTH}") from None
    _check(found)
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise _refused(f"the key {_shown(twice)} is there twice")
    return found


def _constant(text: str) -> Any:
    raise _refused(f"{text} is no JSON")


def _integer(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise _refused(f"a number has more than {MAX_DIGITS} digits")
    return int(text)


def _float(text: str) -> float:
    value = float(text)
    if value in {float("inf"), float("-inf")}:
        raise _refused("a number is too large")
    return value


def _check(found: Any) -> None:
    """Look at everything without recursion: depth, number of keys, and text that is no Unicode."""
    keys = 0
    level = [found]
    for _ in range(MAX_DEPTH):
        following: list[Any] = []
        for each in level:
            if isinstance(each, dict):
                keys += len(each)
                following += [*each, *each.values()]
            elif isinstance(each, list):
                following += each
            elif isinstance(each, str):
                _check_text(each)
        if keys > MAX_KEYS:
            raise _refused(f"it has more than {MAX_KEYS} keys")
        if not following:
            return
        level = following
    raise _refused(f"it is nested deeper than {MAX_DEPTH}")


def _check_text(text: str) -> None:
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise _refused("a text holds half of a surrogate pair") from None


def _shown(key: str) -> str:
    return repr(key if len(key) <= MAX_DEPTH else f"{key[:MAX_DEPTH]}...")


def _refused(reason: str) -> RestError:
    return RestError(400, f"The body cannot be read as JSON: {reason}")
