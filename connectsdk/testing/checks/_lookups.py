"""How does a converter get what it asks for, where no loop runs?"""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, Self

from anyio.from_thread import BlockingPortal, start_blocking_portal

from connectsdk.converter import resolve
from connectsdk.errors import LookupNeeded

__all__ = ("Lookups",)


class Lookups:
    """Runs look-ups on one event loop in a thread of its own, which is started when the first is needed."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._portal: BlockingPortal | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def resolving(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """Return the call, which looks up what it lacks."""

        def resolved(*arguments: Any) -> Any:
            try:
                return call(*arguments)
            except LookupNeeded:
                return self._opened().call(resolve, call, *arguments)

        return resolved

    def close(self, plugs: list[Any]) -> None:
        """Close converters that hold something open."""
        for plug in plugs:
            aclose = getattr(plug, "aclose", None)
            if aclose is not None:
                self._opened().call(aclose)

    def _opened(self) -> BlockingPortal:
        if self._portal is None:
            self._portal = self._stack.enter_context(start_blocking_portal())
        return self._portal
