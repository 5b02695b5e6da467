"""Bugs that lose records, and troubles that do not: planted into a worker process by replacing methods."""

from collections.abc import Callable, Iterable


def plant(names: Iterable[str]) -> None:
    """Plant these."""
    for name in names:
        PLANTS[name]()


PLANTS: dict[str, Callable[[], None]] = {}
