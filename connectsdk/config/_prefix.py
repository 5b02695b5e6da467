"""Which properties belong to a part of the configuration?"""

from collections.abc import Mapping
from typing import Any

__all__ = ("with_prefix",)


def with_prefix(properties: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """Return the properties whose key begins with a prefix, the prefix taken off."""
    return {
        key[len(prefix) :]: value
        for key, value in properties.items()
        if key.startswith(prefix) and len(key) > len(prefix)
    }
