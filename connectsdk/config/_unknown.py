"""Which properties does nobody define?"""

from collections.abc import Iterable, Mapping
from typing import Any

from connectsdk.config._definition import Definition, definition

__all__ = ("unknown_keys",)


def unknown_keys(
    source: Definition, properties: Mapping[str, Any], *, prefixes: Iterable[str] = ()
) -> dict[str, str | None]:
    """Return the keys that the definition does not know, each with the known key most like it, or None.

    Args:
        source: A configuration class, or keys.
        properties: What an operator wrote.
        prefixes: Keys that begin with one of these are not the definition's business.
    """
    from difflib import get_close_matches

    known = [key.name for key in definition(source)]
    ignored = tuple(prefixes)
    unknown = [key for key in map(str, properties) if key not in known and not key.startswith(ignored)]
    return {key: next(iter(get_close_matches(key, known, n=1)), None) for key in unknown}
