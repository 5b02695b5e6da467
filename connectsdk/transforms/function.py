"""How does a plain function become a transform?"""

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from connectsdk.record import ConnectRecord
from connectsdk.transform import TransformFunction

__all__ = ("FunctionTransform",)

R = TypeVar("R", bound=ConnectRecord)


class FunctionTransform(Generic[R]):
    """A transform that is one function of a record; it has nothing to configure.

    Args:
        function: Returns the record to go on with, or None to filter it.
    """

    apply: TransformFunction[R]
    """The function itself, so that a call costs no more than calling it."""

    def __init__(self, function: TransformFunction[R]) -> None:
        self.apply = function

    def configure(self, config: Mapping[str, Any]) -> None:
        """Take nothing."""

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""

    def __repr__(self) -> str:
        return f"FunctionTransform({getattr(self.apply, '__qualname__', self.apply)})"
