"""Which texts in a key or value are not to be seen?

Texts are looked for anywhere in the data, with and without a schema, or in some fields alone; numbers, bytes, names of fields and
keys of maps are not looked at. A text that cannot be searched is a `DataError`: nothing passes that was not looked at.
"""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from connectsdk.config import config, option
from connectsdk.errors import ConfigError, DataError
from connectsdk.record import ConnectRecord
from connectsdk.transforms._field_path import FieldPath
from connectsdk.transforms._redactions import KNOWN, redaction

__all__ = ("RedactConfig", "RedactKey", "RedactValue")

R = TypeVar("R", bound=ConnectRecord)
_Redact = Callable[[str], str]

_DEEPEST = 100


@config
class RedactConfig:
    """What `Redact` can be told."""

    patterns: tuple[str, ...] = option(
        default=(),
        doc=f"What to look for: {', '.join(KNOWN)}. Credit card numbers count only with a valid check digit.",
    )
    regex: str = option(
        default="",
        doc="A Java regular expression for more; alternatives are separated by |.",
    )
    replacement: str = option(
        default="[redacted]",
        doc="What takes the place of what is found; $1 and ${name} are groups of regex.",
    )
    fields: tuple[str, ...] = option(
        default=(),
        doc="Where to look: names of fields, or paths to nested ones like a.b; with everything that is inside of "
        "them. Without any, everywhere.",
    )


class _Redaction:
    """What is redacted where, whether in a key or a value."""

    def __init__(self, config: RedactConfig) -> None:
        if not config.patterns and not config.regex:
            raise ConfigError("Redact needs patterns or a regex", key="patterns")
        self._redact = redaction(config.patterns, config.regex, config.replacement)
        self._paths = tuple(FieldPath(path, "V2").steps for path in config.fields)

    def of(self, data: Any) -> Any:
        """Return the data redacted; the same object if nothing was found.

        Raises:
            DataError: If a text is too long to be searched, or the data nests too deep.
        """
        if not self._paths:
            return _everywhere(data, self._redact, 0)
        for path in self._paths:
            data = _at(data, path, self._redact)
        return data


def _at(data: Any, path: tuple[str, ...], redact: _Redact) -> Any:
    if not path:
        return _everywhere(data, redact, 0)
    if isinstance(data, list):
        return _of_list(data, lambda item: _at(item, path, redact))
    if not isinstance(data, dict) or path[0] not in data:
        return data
    found = data[path[0]]
    changed = _at(found, path[1:], redact)
    return data if changed is found else {**data, path[0]: changed}


def _everywhere(data: Any, redact: _Redact, depth: int) -> Any:
    """Return data with all its texts redacted; what stays the same is not copied."""
    kind = type(data)
    if kind is str:
        return redact(data)
    if kind is not dict and kind is not list:
        return data
    if depth > _DEEPEST:
        raise DataError(f"Redact does not look into data nested deeper than {_DEEPEST}")
    if kind is list:
        return _of_list(data, lambda item: _everywhere(item, redact, depth + 1))
    changed = None
    for name, item in data.items():
        kind = type(item)
        if kind is str:
            new = redact(item)
        elif kind is dict or kind is list:
            new = _everywhere(item, redact, depth + 1)
        else:
            continue
        if new is not item:
            if changed is None:
                changed = data.copy()
            changed[name] = new
    return data if changed is None else changed


def _of_list(items: list[Any], redact: Callable[[Any], Any]) -> list[Any]:
    changed = [redact(item) for item in items]
    same = all(new is old for new, old in zip(changed, items, strict=True))
    return items if same else changed


class RedactKey:
    """Redact texts in the key."""

    config_class: ClassVar[type[Any]] = RedactConfig

    def configure(self, config: RedactConfig) -> None:
        """Take what is redacted where.

        Raises:
            ConfigError: If nothing is to be looked for, or a pattern cannot be used.
        """
        self._of = _Redaction(config).of

    def apply(self, record: R) -> R:
        """Return the record with its key redacted; the same one if nothing was found.

        Raises:
            DataError: If the key cannot be searched.
        """
        key = record.key
        redacted = self._of(key)
        return record if redacted is key else record.with_key(record.key_schema, redacted)

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""


class RedactValue:
    """Redact texts in the value."""

    config_class: ClassVar[type[Any]] = RedactConfig

    def configure(self, config: RedactConfig) -> None:
        """Take what is redacted where.

        Raises:
            ConfigError: If nothing is to be looked for, or a pattern cannot be used.
        """
        self._of = _Redaction(config).of

    def apply(self, record: R) -> R:
        """Return the record with its value redacted; the same one if nothing was found.

        Raises:
            DataError: If the value cannot be searched.
        """
        value = record.value
        redacted = self._of(value)
        return record if redacted is value else record.with_value(record.value_schema, redacted)

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""
