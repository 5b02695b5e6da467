"""A config provider whose values expire, or that misbehaves."""

import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

import attrs

from connectsdk.config import ConfigData


@attrs.define(eq=False)
class Leases:
    """Gives another value each time.

    Attributes:
        ttl: What it says of how long they are valid.
        behave: Called first each time.
        asked: How often it was asked.
    """

    ttl: Any = None
    behave: Callable[[], object] = lambda: None
    asked: int = 0
    closed: bool = False

    def configure(self, config: Mapping[str, Any]) -> None:
        pass

    def get(self, path: str, keys: Collection[str]) -> ConfigData:
        self.asked += 1
        self.behave()
        return ConfigData(dict.fromkeys(keys, f"lease-{self.asked}"), self.ttl)

    def close(self) -> None:
        self.closed = True

    def properties(self) -> dict[str, Any]:
        """Return the worker's properties that make it the provider `l`."""
        return {"config.providers": "l", "config.providers.l.class": self}


def spins() -> None:
    while True:
        pass


def blocks() -> None:
    """Block the thread for ever, as far as a test is concerned."""
    time.sleep(30)
