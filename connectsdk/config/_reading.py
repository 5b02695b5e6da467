"""What does one key's property say, and is it valid?"""

from collections.abc import Mapping
from enum import Enum
from typing import Any

import attrs

from connectsdk.config._key import ConfigKey, Convert
from connectsdk.config._validators import Validator
from connectsdk.config._values import Resolve, invalid, parse_value
from connectsdk.errors import ConfigError

__all__ = ("Reading", "complaints", "problems_between", "read", "read_value")


@attrs.frozen
class Reading:
    """One key as it was read.

    Attributes:
        value: The parsed value; None when it did not parse.
        converted: What the key's field holds; None unless there are no problems.
        problems: What is wrong.
        parsed: Whether there was a value and it parsed.
    """

    value: Any = None
    converted: Any = None
    problems: tuple[str, ...] = ()
    parsed: bool = False


def read(key: ConfigKey, properties: Mapping[str, Any], resolve: Resolve | None = None) -> Reading:
    """Read one key from the properties; its default when it is absent."""
    if key.name in properties:
        return read_value(key, properties[key.name], resolve)
    if key.required:
        missing = f'Missing required configuration "{key.name}" which has no default value.'
        return Reading(problems=(missing,))
    return read_value(key, key.default, resolve)


def read_value(key: ConfigKey, raw: Any, resolve: Resolve | None = None) -> Reading:
    """Read one key's value as it is written, or as it is when it has the key's type already."""
    try:
        value = _parsed(key, raw, resolve)
    except ConfigError as error:
        return Reading(problems=error.problems)
    problems = complaints(key.validator, key.name, value)
    if problems:
        return Reading(value, problems=problems, parsed=True)
    if value is None:
        refused = () if key.nullable else (str(invalid(key.name, None, "Value must be non-null")),)
        return Reading(problems=refused, parsed=True)
    converted, problems = _converted(key.convert, key.name, value)
    return Reading(value, converted, problems, parsed=True)


def _parsed(key: ConfigKey, raw: Any, resolve: Resolve | None) -> Any:
    if isinstance(raw, key.accepts):
        return raw
    return parse_value(key.name, _plain(raw), key.type, resolve if key.resolves else None)


def complaints(validator: Validator | None, name: str, value: Any) -> tuple[str, ...]:
    """Return what the validator says against a value."""
    if validator is None:
        return ()
    try:
        validator(name, value)
    except ConfigError as error:
        return error.problems
    except Exception as error:  # noqa: BLE001 - an author's function; whatever it raises is its answer
        return (str(invalid(name, value, str(error) or type(error).__name__)),)
    return ()


def problems_between(source: Any, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what a configuration class's own `config_problems` finds wrong between keys."""
    find = getattr(source, "config_problems", None)
    try:
        return [] if find is None else list(find(values))
    except ConfigError as error:
        return [(error.key or source.__qualname__, problem) for problem in error.problems]
    except Exception as error:  # noqa: BLE001 - an author's function; whatever it raises is its answer
        return [(source.__qualname__, f"{source.__qualname__}: {error}")]


def _converted(convert: Convert | None, name: str, value: Any) -> tuple[Any, tuple[str, ...]]:
    if convert is None:
        return value, ()
    try:
        return convert(name, value), ()
    except ConfigError as error:
        return None, error.problems
    except Exception as error:  # noqa: BLE001 - an author's function; whatever it raises is its answer
        return None, (str(invalid(name, value, str(error) or type(error).__name__)),)


def _plain(raw: Any) -> Any:
    """Return an enum's member as its text, also inside a list; anything else as it is."""
    if isinstance(raw, Enum):
        members = type(raw)
        return raw.value if all(isinstance(member.value, str) for member in members) else raw.name
    if isinstance(raw, list | tuple | set | frozenset):
        return [_plain(element) for element in raw]
    return raw
