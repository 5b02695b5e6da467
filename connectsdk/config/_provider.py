"""Where do values come from that must not be written into a configuration?

A value may refer to a config provider: `${provider:path:key}` or `${provider:key}`. References are replaced once; what comes
in their place is not looked at again. A reference to an unknown provider, or to a key that the provider does not have,
stays as it is.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Protocol, runtime_checkable

import attrs

__all__ = ("ConfigData", "ConfigProvider", "Reference", "references", "replace_references")


@attrs.frozen
class ConfigData:
    """What a provider knows.

    Attributes:
        values: Values by key; they are not in the repr.
        ttl: Seconds for which they are valid; then a connector that uses them is restarted with new ones. None if they do not
            change.
    """

    values: Mapping[str, str] = attrs.field(repr=False)
    ttl: float | None = None


@runtime_checkable
class ConfigProvider(Protocol):
    """Knows values that configurations refer to.

    It is called on threads, also on several at once, and has ten seconds; what takes longer is left behind.
    """

    def configure(self, config: Mapping[str, Any]) -> None:
        """Take the worker's properties `config.providers.<name>.param.*`, without that prefix.

        Raises:
            ConfigError: If it cannot work with them.
        """
        ...

    def get(self, path: str, keys: Collection[str]) -> ConfigData:
        """Return the values of those of the keys that are there.

        Args:
            path: What stands between the provider's name and the key; empty when nothing does.
            keys: The keys.

        Raises:
            ConfigError: If the path cannot be read, or is not allowed. Its message must not hold a value.
        """
        ...

    def close(self) -> None:
        """Let go of whatever it holds."""
        ...


@attrs.frozen
class Reference:
    """A place in a text that refers to a value.

    Attributes:
        start: Where it begins.
        end: The place after it.
        provider: The provider's name.
        path: The path; empty when there is none.
        key: The key.
    """

    start: int
    end: int
    provider: str
    path: str
    key: str


def references(text: str) -> Iterator[Reference]:
    """Return the references in a text, in order; in time that grows with its length."""
    start = text.find("${")
    while start >= 0:
        close = text.find("}", start + 2)
        if close < 0:
            return
        provider, *rest = text[start + 2 : close].split(":", 2)
        if rest:
            yield Reference(start, close + 1, provider, rest[0] if len(rest) > 1 else "", rest[-1])
        start = text.find("${", close + 1)


def replace_references(text: str, known: Mapping[tuple[str, str, str], str]) -> tuple[str, Iterable[str]]:
    """Return a text with references replaced, and what came in their place.

    Args:
        text: The text.
        known: Values by provider, path and key.
    """
    parts, used, end = [], [], 0
    for found in references(text):
        value = known.get((found.provider, found.path, found.key))
        if value is not None:
            parts += [text[end : found.start], value]
            used.append(value)
            end = found.end
    return "".join((*parts, text[end:])), used
