"""What may happen to a record between a connector and its topic?

A transform is synchronous and does no I/O: it runs once per record, in the pipeline. A plain function from
a record to a record (or None, which filters it) is accepted wherever a transform is.
"""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar, runtime_checkable

from connectsdk.record import ConnectRecord

__all__ = ("Predicate", "Transform", "TransformFunction")

R = TypeVar("R", bound=ConnectRecord)
R_contra = TypeVar("R_contra", bound=ConnectRecord, contravariant=True)

TransformFunction = Callable[[R], R | None]
"""A plain function that is accepted as a transform."""


@runtime_checkable
class Transform(Protocol[R]):
    """Change, route or filter records, one at a time.

    A transform class that names an attrs class in `config_class` gets an instance of it in `configure`;
    otherwise it gets the properties as they are written.
    """

    def configure(self, config: Any) -> None:
        """Take the configuration.

        When: once, before any other call.
        Blocks: not at all; no I/O.
        Cancellation: none, it does not await.
        Runs beside: nothing.

        Raises:
            ConfigError: If the configuration cannot work.
        """
        ...

    def apply(self, record: R) -> R | None:
        """Return the record to go on with, or None to filter this one.

        When: per record, in the order of the `transforms` list.
        Blocks: not at all; no I/O.
        Cancellation: none, it does not await.
        Runs beside: nothing; one task calls it, one record at a time.

        Never edit `record`: return a new one, or the same one unchanged.

        Raises:
            DataError: If this record cannot be transformed.
            RetriableError: If the same call may succeed later.
        """
        ...

    def close(self) -> None:
        """Let go of what `configure` took.

        When: once, after the last `apply`; also when the task failed.
        Blocks: not at all.
        Cancellation: none, it does not await.
        Runs beside: nothing.
        """
        ...


@runtime_checkable
class Predicate(Protocol[R_contra]):
    """Say whether a transform applies to a record; the rules are `Transform`'s."""

    def configure(self, config: Any) -> None:
        """Take the configuration; as `Transform.configure`."""
        ...

    def test(self, record: R_contra) -> bool:
        """Return whether the transform applies; as `Transform.apply`."""
        ...

    def close(self) -> None:
        """Let go of what `configure` took; as `Transform.close`."""
        ...
