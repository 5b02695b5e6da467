"""How is one value read from text, and written as text?

The rules and messages are those of Kafka's own configurations. A value that is not text is taken as it is
when it has the key's type already.
"""

import re
from collections.abc import Callable
from typing import Any

from connectsdk.config._kinds import ConfigType
from connectsdk.config._password import HIDDEN, Password
from connectsdk.errors import ConfigError

__all__ = ("Resolve", "invalid", "parse_value", "to_text")

Resolve = Callable[[str], type[Any]]
"""Find the class with a name; any Exception means that there is none."""

_BLANKS = "".join(map(chr, range(0x21)))  # what Kafka trims: everything up to the space
_WHOLE = re.compile(r"[+-]?\d+")
_REAL = re.compile(r"[+-]?(NaN|Infinity|(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[fFdD]?)", re.ASCII)
_COMMA = re.compile(r"\s*,\s*", re.ASCII)
_BITS = {ConfigType.SHORT: 16, ConfigType.INT: 32, ConfigType.LONG: 64}
_WIDTHS = {
    ConfigType.SHORT: "16-bit integer (short)",
    ConfigType.INT: "32-bit integer",
    ConfigType.LONG: "64-bit integer (long)",
}


def invalid(key: str, value: Any, reason: str) -> ConfigError:
    """Return the error for a value that a key does not take."""
    return ConfigError(f"Invalid value {_shown(value)} for configuration {key}: {reason}", key=key)


def parse_value(key: str, value: Any, kind: ConfigType, resolve: Resolve | None = None) -> Any:
    """Return the value in its key's type; None stays None.

    Args:
        key: The key, for messages.
        value: Text, or something that has the type already.
        kind: The key's type.
        resolve: Finds a class by name; without it a class's name stays a string.

    Raises:
        ConfigError: If the value does not have, and is not the text of, that type.
    """
    if value is None:
        return None
    if kind is ConfigType.CLASS:
        return _class(key, value, resolve)
    try:
        if isinstance(value, str):
            return _FROM_TEXT[kind](value.strip(_BLANKS), kind)
        return _FROM_TYPED[kind](value, kind)
    except _Unfit as error:
        shown = HIDDEN if kind is ConfigType.PASSWORD else value
        raise invalid(key, shown, str(error)) from None


def to_text(value: Any, kind: ConfigType) -> str | None:
    """Return a parsed value as an operator would write it; a password stays hidden."""
    if value is None:
        return None
    if kind is ConfigType.PASSWORD:
        return HIDDEN
    if kind is ConfigType.LIST and isinstance(value, list | tuple):
        return ",".join(map(_element_text, value))
    return _element_text(value)


class _Unfit(Exception):  # noqa: N818 - a reason on its way to becoming a ConfigError
    """Why a value does not fit."""


def _boolean(text: str, _: ConfigType) -> bool:
    if text.lower() not in {"true", "false"}:
        raise _Unfit("Expected value to be either true or false")
    return text.lower() == "true"


def _whole(text: str, kind: ConfigType) -> int:
    # The longest number of 64 bits has 19 digits; leading zeros apart, a longer text cannot be one.
    if _WHOLE.fullmatch(text) and len(text) <= 4_000:  # noqa: PLR2004 - below the interpreter's own limit
        number = int(text)
        if _fits(number, kind):
            return number
    raise _Unfit(f"Not a number of type {kind.value}")


def _fits(number: int, kind: ConfigType) -> bool:
    limit: int = 1 << (_BITS[kind] - 1)
    return -limit <= number < limit


def _real(text: str, kind: ConfigType) -> float:
    if not _REAL.fullmatch(text):
        raise _Unfit(f"Not a number of type {kind.value}")
    return float(text if text.endswith(("NaN", "Infinity")) else text.rstrip("fFdD"))


def _list(text: str, _: ConfigType) -> list[str]:
    return _COMMA.split(text) if text else []


_FROM_TEXT: dict[ConfigType, Callable[[str, ConfigType], Any]] = {
    ConfigType.BOOLEAN: _boolean,
    ConfigType.STRING: lambda text, _: text,
    ConfigType.INT: _whole,
    ConfigType.SHORT: _whole,
    ConfigType.LONG: _whole,
    ConfigType.DOUBLE: _real,
    ConfigType.LIST: _list,
    ConfigType.PASSWORD: lambda text, _: Password(text),
}


def _typed_boolean(value: Any, _: ConfigType) -> bool:
    if not isinstance(value, bool):
        raise _Unfit("Expected value to be either true or false")
    return value


def _typed_string(value: Any, _: ConfigType) -> Any:
    raise _Unfit(f"Expected value to be a string, but it was a {type(value).__name__}")


def _typed_password(value: Any, kind: ConfigType) -> Any:
    return value if isinstance(value, Password) else _typed_string(value, kind)


def _typed_whole(value: Any, kind: ConfigType) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _Unfit(f"Expected value to be a {_WIDTHS[kind]}, but it was a {type(value).__name__}")
    if not _fits(value, kind):
        raise _Unfit(f"Expected value to be a {_WIDTHS[kind]}, but it needs more bits")
    return value


def _typed_real(value: Any, kind: ConfigType) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _Unfit(f"Expected value to be a double, but it was a {type(value).__name__}")
    try:
        return float(value)
    except OverflowError:
        raise _Unfit(f"Not a number of type {kind.value}") from None


def _typed_list(value: Any, _: ConfigType) -> list[Any]:
    if not isinstance(value, list | tuple | set | frozenset):
        raise _Unfit("Expected a comma separated list.")
    return list(value)


_FROM_TYPED: dict[ConfigType, Callable[[Any, ConfigType], Any]] = {
    ConfigType.BOOLEAN: _typed_boolean,
    ConfigType.STRING: _typed_string,
    ConfigType.INT: _typed_whole,
    ConfigType.SHORT: _typed_whole,
    ConfigType.LONG: _typed_whole,
    ConfigType.DOUBLE: _typed_real,
    ConfigType.LIST: _typed_list,
    ConfigType.PASSWORD: _typed_password,
}


def _class(key: str, value: Any, resolve: Resolve | None) -> Any:
    if isinstance(value, type):
        return value
    if not isinstance(value, str):
        raise invalid(key, value, "Expected a Class instance or class name.")
    name = value.strip(_BLANKS)
    if resolve is None:
        return name
    try:
        return resolve(name)
    except Exception as error:
        message = invalid(key, value, f"Class {name} could not be found.")
        raise message from error


def _element_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, type):
        return f"{value.__module__}.{value.__qualname__}"
    if isinstance(value, float):
        return str(value).replace("inf", "Infinity").replace("nan", "NaN")
    return "null" if value is None else str(value)


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_shown, value))}]"
    return _element_text(value)
