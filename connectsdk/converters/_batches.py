"""What do the values of a batch have in common?"""

from collections.abc import Sequence
from typing import Any

__all__ = ("all_none",)


def all_none(values: Sequence[Any]) -> bool:
    """Return whether there is nothing to convert: most topics have no keys."""
    return values.count(None) == len(values)
