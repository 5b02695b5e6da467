"""How does data get out to a system?

An author writes a `SinkConnector`, which divides the work, and a `SinkTask`, which does one share of it. The
topic's partitions are shared among a connector's tasks by the transport.

Every method states *When* it is called, how long it *Blocks*, what *Cancellation* may do, and what
*Runs beside* it.
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Mapping, Sequence, Set as AbstractSet
from typing import Any, ClassVar, Generic, Protocol

from connectsdk.config import Config, ConfigValue, config_class_of
from connectsdk.record import SinkRecord, TopicPartition

__all__ = ("ErrantRecordReporter", "SinkConnector", "SinkConnectorContext", "SinkTask", "SinkTaskContext")


class ErrantRecordReporter(Protocol):
    """Hand back single records that a sink could not deliver, instead of failing the whole batch."""

    def report(self, record: SinkRecord, error: Exception) -> Awaitable[None]:
        """Settle this record by the connector's declared tolerance.

        A record as it was given to `put`, reported before that `put` returns, is dead-lettered with the bytes it was
        consumed as; any other one is written by the connector's converters. A report that was made in a `put`
        that fails is forgotten: the record is put again.

        Returns:
            Something that may be awaited to know that the report is safe. Nobody has to: no offset is
            committed before all reports are.

        Raises:
            DataError: If errors are not tolerated; let it pass.
        """
        ...


class SinkConnectorContext(Protocol):
    """What the runtime offers to a sink connector."""

    @property
    def connector(self) -> str:
        """The connector's name."""
        ...

    @property
    def config(self) -> Mapping[str, Any]:
        """The connector's properties as they are written."""
        ...

    def request_task_reconfiguration(self) -> None:
        """Ask for `task_configs` to be called again soon."""
        ...

    def raise_error(self, error: Exception) -> None:
        """Fail the connector from outside of any call."""
        ...


class SinkTaskContext(Protocol):
    """What the runtime offers to a sink task."""

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
    def assignment(self) -> AbstractSet[TopicPartition]:
        """The partitions this task owns now."""
        ...

    @property
    def errant_record_reporter(self) -> ErrantRecordReporter | None:
        """Where to report single bad records.

        None when errors are neither tolerated nor logged: then raise.
        """
        ...

    def seek(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Continue from these offsets; applied before the next records are read.

        Raises:
            IllegalStateError: If a partition is not assigned.
        """
        ...

    def pause(self, *partitions: TopicPartition) -> None:
        """Hand out no more records of these partitions until `resume`.

        Raises:
            IllegalStateError: If a partition is not assigned.
        """
        ...

    def resume(self, *partitions: TopicPartition) -> None:
        """Hand out records of these partitions again.

        Raises:
            IllegalStateError: If a partition is not assigned.
        """
        ...

    def request_commit(self) -> None:
        """Commit at the next opportunity instead of waiting for the interval."""
        ...


class SinkTask(ABC, Generic[Config]):
    """Write records to one share of a system.

    Called by one runtime task, one method at a time, in the order start, open, put ..., flush/pre_commit,
    close, stop. Its configuration class is the type argument: `class MyTask(SinkTask[MyConfig])`.

    Attributes:
        supports_isolation: Whether a batch that `put` refused with a `DataError` may be put again in parts, to
            find the records that are to blame: `put` must then be all or nothing, or writing a record twice must
            be the same as writing it once.
    """

    supports_isolation: ClassVar[bool] = False

    config_class: ClassVar[type[Any]]
    context: SinkTaskContext
    """Set by the runtime before `start`."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        config_class_of(cls, SinkTask)

    async def start(self, config: Config) -> None:
        """Open what the task writes to.

        When: once, before any partition is assigned.
        Blocks: as long as opening takes, inside the runtime's start deadline.
        Cancellation: at any await; `stop` is still called.
        Runs beside: nothing.

        Raises:
            Exception: Fails the task; the supervisor may restart it.
        """

    async def open(self, partitions: AbstractSet[TopicPartition]) -> None:
        """Prepare for newly assigned partitions; the place for `context.seek`.

        When: after each assignment, with the partitions added by it.
        Blocks: inside the rebalance deadline.
        Cancellation: at any await; the partitions count as lost.
        Runs beside: nothing.

        Raises:
            Exception: Fails the task; the supervisor may restart it.
        """

    @abstractmethod
    async def put(self, records: Sequence[SinkRecord]) -> None:
        """Write these records, or take them into a buffer that `flush` writes.

        When: again and again; also with no records, when there were none for a while.
        Blocks: as long as writing takes; group membership lives on meanwhile. More records than fit the
            transport's buffer are not fetched.
        Cancellation: at any await, at the end of the graceful limit; what was put is put again.
        Runs beside: nothing.

        Raises:
            RetriableError: The same records are put again, after `error.after` or a back-off.
            DataError: Some of the records are at fault. Where `supports_isolation` is declared, they are found
                and settled by the connector's declared tolerance; otherwise it fails the task.
            Exception: Fails the task; the supervisor may restart it.
        """

    async def flush(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Make everything put so far durable.

        When: from the default `pre_commit`, before offsets are committed. `offsets` holds, per partition,
            the offset after the last record put.
        Blocks: inside the commit deadline.
        Cancellation: at any await; nothing is committed.
        Runs beside: nothing.

        Raises:
            Exception: Nothing is committed, and the records since the last commit are put again.
        """

    async def pre_commit(self, offsets: Mapping[TopicPartition, int]) -> Mapping[TopicPartition, int]:
        """Return what may be committed: these offsets, smaller ones, or fewer partitions.

        When: before each commit: at the interval, on request, before partitions are given up, at the end.
        Blocks: inside the commit deadline.
        Cancellation: at any await; nothing is committed.
        Runs beside: nothing.

        Returns:
            Per partition, the offset after the last record that is safe. Larger ones than asked, and foreign
            partitions, are ignored with a warning.

        Raises:
            Exception: Nothing is committed, and the records since the last commit are put again.
        """
        await self.flush(offsets)
        return offsets

    async def close(self, partitions: AbstractSet[TopicPartition]) -> None:
        """Let go of partitions; nothing may be written for them afterwards.

        When: before partitions are given up (after their last commit), when they were lost, and at the end.
        Blocks: inside the rebalance deadline.
        Cancellation: at any await.
        Runs beside: nothing.

        Raises:
            Exception: Fails the task, after the partitions were given up.
        """

    async def stop(self) -> None:
        """Close what `start` opened.

        When: once, after `close`; also when another method failed or was cancelled.
        Blocks: inside the graceful limit; then it is cancelled and abandoned.
        Cancellation: at any await.
        Runs beside: nothing.

        Raises:
            Exception: Logged; the task ends as it would have.
        """


class SinkConnector(ABC, Generic[Config]):
    """Divide the work of writing to a system among tasks.

    Its configuration class is the type argument: `class MySink(SinkConnector[MyConfig])`.

    Attributes:
        task_class: The task that writes one share.
        version: The connector's version, for status and plugin lists.
    """

    config_class: ClassVar[type[Any]]
    task_class: ClassVar[type[SinkTask[Any]]]
    version: ClassVar[str] = "undefined"
    context: SinkConnectorContext
    """Set by the runtime before `start`."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        config_class_of(cls, SinkConnector)

    async def start(self, config: Config) -> None:
        """Prepare.

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

        The default is `max_tasks` tasks with the connector's own properties: the transport shares the topic's
        partitions among them.

        Raises:
            Exception: Fails the connector; a running set of tasks stays.
        """
        return [dict(self.context.config) for _ in range(max_tasks)]

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

    async def alter_offsets(
        self, config: Mapping[str, Any], offsets: Mapping[TopicPartition, int | None]
    ) -> bool:
        """Check, and outside of the runtime apply, an operator's change of offsets.

        When: before committed offsets are altered or reset (None), on a stopped connector; may be called
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
