"""What may happen to a record between a connector and its topic?

A transform is synchronous and does no I/O: it runs once per record, in the pipeline. A plain function from
a record to a record (or None, which filters it) is accepted wherever a transform is.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar, runtime_checkable

import attrs

from connectsdk.record import ConnectRecord
from connectsdk.schema import Schema

__all__ = ("Columns", "ColumnsTransform", "Predicate", "Transform", "TransformFunction")

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


@attrs.define
class Columns:
    """A batch of records of one topic, turned on its side: the n-th of each sequence belongs to the n-th record.

    Treated as immutable, as records are: a transform makes new sequences. No record has headers.

    Attributes:
        topic: The topic of all of them.
        partitions: Their partitions.
        key_schema: The schema of all keys.
        keys: Plain Python data.
        value_schema: The schema of all values.
        values: Plain Python data.
        timestamps: Milliseconds since the epoch, UTC; None where unknown.
        offsets: Their offsets in the topic that a sink reads; None for a source.
    """

    topic: str
    partitions: Sequence[int | None]
    key_schema: Schema | None
    keys: Sequence[Any]
    value_schema: Schema | None
    values: Sequence[Any]
    timestamps: Sequence[int | None]
    offsets: Sequence[int] | None


@runtime_checkable
class ColumnsTransform(Protocol):
    """A transform that can also change a whole batch in one call, several times as fast as record by record.

    Optional: a transform that has `apply_columns` beside `apply` gets whole batches when the records are of one topic
    and shape, and every other plugin of the connector takes them too. It may refuse a batch by raising anything: its
    records then go through `apply` one by one, which says whose fault it was. So `apply_columns` must do what `apply`
    does for each record, must not filter, and must not remember records.
    """

    def apply_columns(self, columns: Columns) -> Columns:
        """Return the batch to go on with.

        When: instead of `apply` for each record of a batch.
        Blocks: not at all; no I/O.
        Cancellation: none, it does not await.
        Runs beside: nothing.

        Raises:
            Exception: If the batch is better taken record by record.
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
