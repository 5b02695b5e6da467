"""How does a system's data come in?

An author writes a `SourceConnector`, which divides the work, and a `SourceTask`, which does one share of it.
A source that is naturally an async iterator (a websocket, a cursor) subclasses `StreamSourceTask` instead.

Every method states *When* it is called, how long it *Blocks*, what *Cancellation* may do, and what
*Runs beside* it.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping, Sequence
from enum import Enum
from typing import Any, ClassVar, Generic, Protocol

from connectsdk.config import Config, ConfigValue, config_class_of
from connectsdk.errors import IllegalStateError
from connectsdk.record import RecordMetadata, SourceRecord

__all__ = (
    "ConnectorTransactionBoundaries",
    "EndOfStream",
    "ExactlyOnceSupport",
    "OffsetReader",
    "SourceConnector",
    "SourceConnectorContext",
    "SourceOffset",
    "SourceTask",
    "SourceTaskContext",
    "StreamSourceTask",
    "TransactionContext",
)

SourceOffset = tuple[Mapping[str, Any], Mapping[str, Any] | None]
"""A source partition and its offset; None in place of the offset forgets the partition."""


class EndOfStream(Exception):  # noqa: N818 - it says where the stream is, not that something is wrong
    """Raised from `SourceTask.poll`: there are no more records, now or later.

    The task is finished: its last records are delivered, its offsets stored, and it is stopped.
    """


class ExactlyOnceSupport(Enum):
    """Whether a source connector can take part in exactly-once delivery with a given configuration."""

    SUPPORTED = "supported"
    UNSUPPORTED = "unsupported"


class ConnectorTransactionBoundaries(Enum):
    """Whether a source connector can say where its transactions begin and end."""

    SUPPORTED = "supported"
    UNSUPPORTED = "unsupported"


class OffsetReader(Protocol):
    """Read what was stored when this connector ran before."""

    async def offset(self, partition: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return the stored offset of one source partition, or None.

        Raises:
            TransportError: If the store cannot be read.
        """
        ...

    async def offsets(self, partitions: Sequence[Mapping[str, Any]]) -> Sequence[SourceOffset]:
        """Return the stored offsets of these source partitions; those without one are left out.

        Raises:
            TransportError: If the store cannot be read.
        """
        ...


class TransactionContext(Protocol):
    """Say where transactions end, when `transaction.boundary` is `connector`."""

    def commit_transaction(self, record: SourceRecord | None = None) -> None:
        """Commit after this record, or after the next batch when None."""
        ...

    def abort_transaction(self, record: SourceRecord | None = None) -> None:
        """Abort after this record, or after the next batch when None; the records' offsets still advance."""
        ...


class SourceConnectorContext(Protocol):
    """What the runtime offers to a source connector."""

    @property
    def connector(self) -> str:
        """The connector's name."""
        ...

    @property
    def config(self) -> Mapping[str, Any]:
        """The connector's properties as they are written."""
        ...

    @property
    def offsets(self) -> OffsetReader:
        """What was stored when this connector ran before."""
        ...

    def request_task_reconfiguration(self) -> None:
        """Ask for `task_configs` to be called again soon."""
        ...

    def raise_error(self, error: Exception) -> None:
        """Fail the connector from outside of any call."""
        ...


class SourceTaskContext(Protocol):
    """What the runtime offers to a source task."""

    @property
    def connector(self) -> str:
        """The connector's name."""
        ...

    @property
    def task(self) -> int:
        """This task's number, from 0."""
        ...

    @property
    def config(self) -> Mapping[str, Any]:
        """The task's current properties; may be newer than those given to `start`."""
        ...

    @property
    def offsets(self) -> OffsetReader:
        """What was stored when this connector ran before."""
        ...

    @property
    def transactions(self) -> TransactionContext | None:
        """Transaction boundaries; None unless exactly-once is on and the boundary is `connector`."""
        ...

    def request_reconfiguration(self) -> None:
        """Ask for the connector's `task_configs` to be called again soon."""
        ...


class SourceTask(ABC, Generic[Config]):
    """Read records from one share of a system.

    Called by one runtime task, in the order start, poll ..., stop. Its configuration class is the type
    argument: `class MyTask(SourceTask[MyConfig])`.
    """

    config_class: ClassVar[type[Any]]
    context: SourceTaskContext
    """Set by the runtime before `start`."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        config_class_of(cls, SourceTask)

    async def start(self, config: Config) -> None:
        """Open what the task reads from.

        When: once, before any `poll`. Look up stored offsets here: `await self.context.offsets.offset(...)`.
        Blocks: as long as opening takes, inside the runtime's start deadline.
        Cancellation: at any await; `stop` is still called.
        Runs beside: nothing.

        Raises:
            Exception: Fails the task; the supervisor may restart it.
        """

    @abstractmethod
    async def poll(self) -> Sequence[SourceRecord] | None:
        """Return the next records, in source order.

        When: again and again, as soon as there is room for more.
        Blocks: until there are records. An empty answer or None is polled again soon, so wait rather than spin.
        Cancellation: at any await, when the task stops. A record not returned counts as not read.
        Runs beside: `commit` and `commit_record`.

        Raises:
            EndOfStream: If there will never be another record.
            RetriableError: If asking again may help; the runtime backs off.
            Exception: Fails the task; the supervisor may restart it.
        """

    async def commit(self, offsets: Sequence[SourceOffset]) -> None:
        """Learn that these offsets are stored, for instance to acknowledge upstream.

        When: after each time the runtime stored offsets.
        Blocks: shortly; the next store waits for it.
        Cancellation: at any await, at the end of the graceful limit.
        Runs beside: `poll`.

        Raises:
            Exception: Logged and counted; the offsets are stored already.
        """

    async def commit_record(self, record: SourceRecord, metadata: RecordMetadata | None) -> None:
        """Learn that one record is settled. Called only when overridden: it costs a call per record.

        When: after the record was delivered; with `metadata` None when it was filtered or skipped.
        Blocks: shortly; later records wait for it.
        Cancellation: at any await, at the end of the graceful limit.
        Runs beside: `poll`.

        Raises:
            Exception: Logged and counted; the record is settled already.
        """

    async def stop(self) -> None:
        """Close what `start` opened.

        When: once, after the last `poll`; also when `start` or `poll` failed or was cancelled.
        Blocks: inside the graceful limit; then it is cancelled and abandoned.
        Cancellation: at any await.
        Runs beside: nothing.

        Raises:
            Exception: Logged; the task ends as it would have.
        """


class StreamSourceTask(SourceTask[Config]):
    """A source task that is naturally an async iterator: write `stream`, the runtime makes the batches.

    A batch ends at `max_batch_records`, at about `max_batch_bytes` (as far as str and bytes values tell), or
    `max_batch_seconds` after its first record, whichever is first.
    """

    max_batch_records: ClassVar[int] = 2_000
    max_batch_bytes: ClassVar[int] = 1_048_576
    max_batch_seconds: ClassVar[float] = 0.05

    @abstractmethod
    def stream(self) -> AsyncIterator[SourceRecord]:
        """Yield records in source order; write it as an async generator: `async def` with `yield`.

        When: called once after `start`, then driven as long as there is room for more. Returning ends the
            task as `EndOfStream` does.
        Blocks: between records, as long as the source takes.
        Cancellation: at any await, when the task stops; the generator is closed.
        Runs beside: `commit` and `commit_record`.

        Raises:
            Exception: Fails the task, after the records yielded before it were delivered.
        """

    async def poll(self) -> Sequence[SourceRecord] | None:
        """Not called: the runtime drives `stream`."""
        message = f"{type(self).__name__} is driven by its stream(), not polled"
        raise IllegalStateError(message)


class SourceConnector(ABC, Generic[Config]):
    """Divide a system's data into shares for tasks.

    Its configuration class is the type argument: `class MySource(SourceConnector[MyConfig])`.

    Attributes:
        task_class: The task that reads one share.
        version: The connector's version, for status and plugin lists.
    """

    config_class: ClassVar[type[Any]]
    task_class: ClassVar[type[SourceTask[Any]]]
    version: ClassVar[str] = "undefined"
    context: SourceConnectorContext
    """Set by the runtime before `start`."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        config_class_of(cls, SourceConnector)

    async def start(self, config: Config) -> None:
        """Prepare; for instance watch the system for new shares.

        When: once, before `task_configs`.
        Blocks: inside the runtime's start deadline.
        Cancellation: at any await; `stop` is still called.
        Runs beside: nothing.

        Raises:
            Exception: Fails the connector.
        """

    async def task_configs(self, max_tasks: int) -> Sequence[Mapping[str, Any]]:
        """Return the properties of each task, at most `max_tasks` of them.

        When: after `start`, and after each `request_task_reconfiguration`.
        Blocks: inside the runtime's start deadline.
        Cancellation: at any await.
        Runs beside: whatever `start` left running.

        The default is one task with the connector's own properties.

        Raises:
            Exception: Fails the connector; a running set of tasks stays.
        """
        del max_tasks
        return [dict(self.context.config)]

    async def stop(self) -> None:
        """Close what `start` opened.

        When: once; also when `start` failed or was cancelled.
        Blocks: inside the graceful limit; then it is cancelled and abandoned.
        Cancellation: at any await.
        Runs beside: nothing.

        Raises:
            Exception: Logged; the connector ends as it would have.
        """

    async def validate(self, config: Config) -> Sequence[ConfigValue]:
        """Return what is wrong beyond what the configuration class can tell, per key.

        When: before a configuration is accepted, on an instance that need never start; only when every key
            parses.
        Blocks: inside the validation deadline; open a connection only when asked for by the configuration.
        Cancellation: at any await.
        Runs beside: nothing.

        Raises:
            Exception: Reported as a problem of the whole configuration.
        """
        del config
        return ()

    def exactly_once_support(self, config: Config) -> ExactlyOnceSupport | None:
        """Return whether delivery can be exactly once with this configuration; None: it does not say.

        When: in validation, when `exactly.once.support` is `required`.
        Blocks: not at all.
        Cancellation: none, it does not await.
        Runs beside: nothing.
        """
        del config
        return None

    def can_define_transaction_boundaries(self, config: Config) -> ConnectorTransactionBoundaries:
        """Return whether its tasks use `TransactionContext` with this configuration.

        When: in validation, when `transaction.boundary` is `connector`.
        Blocks: not at all.
        Cancellation: none, it does not await.
        Runs beside: nothing.
        """
        del config
        return ConnectorTransactionBoundaries.UNSUPPORTED

    async def alter_offsets(self, config: Mapping[str, Any], offsets: Sequence[SourceOffset]) -> bool:
        """Check, and outside of the runtime apply, an operator's change of offsets.

        When: before stored offsets are altered or reset (offset None), on a stopped connector; may be called
            again with the same arguments.
        Blocks: inside the runtime's deadline.
        Cancellation: at any await.
        Runs beside: nothing.

        Returns:
            True when the connector handled or checked the change, False when it knows nothing of it.

        Raises:
            ConfigError: If these offsets make no sense for it.
        """
        del config, offsets
        return False
