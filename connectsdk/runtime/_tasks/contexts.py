"""What may plugin code ask of the runtime?

The implementations of the context protocols in `connectsdk.source` and `connectsdk.sink`. Plugin code may call
them from its room, which may be another thread: what they ask for happens on the worker's loop.
"""

from collections.abc import Callable, Mapping, Sequence, Set as AbstractSet
from typing import Any

import attrs

from connectsdk.errors import IllegalStateError
from connectsdk.record import TopicPartition
from connectsdk.runtime._calls.room import LoopRoom, Room
from connectsdk.runtime._calls.signals import Signals
from connectsdk.runtime._tasks.sink_loop import SinkLoop
from connectsdk.runtime._tasks.source_offsets import ConnectorOffsets
from connectsdk.sink import ErrantRecordReporter
from connectsdk.source import OffsetReader, SourceOffset, TransactionContext

__all__ = ("ConnectorContext", "SinkContext", "SourceConnectorOffsetsContext", "SourceContext")


@attrs.frozen
class _Reader:
    """Stored offsets, for plugin code."""

    room: Room
    stored: ConnectorOffsets

    async def offset(self, partition: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return the stored offset of one source partition, or None.

        Raises:
            TransportError: If the store cannot be read.
        """
        return await self.room.ask(self.stored.offset, partition)

    async def offsets(self, partitions: Sequence[Mapping[str, Any]]) -> Sequence[SourceOffset]:
        """Return the stored offsets of these source partitions; those without one are left out.

        Raises:
            TransportError: If the store cannot be read.
        """
        return await self.room.ask(self.stored.offsets, partitions)


@attrs.define(eq=False)
class ConnectorContext:
    """A sink connector's context."""

    connector: str
    config: Mapping[str, Any]
    _signals: Signals
    room: Room = attrs.field(factory=LoopRoom)

    def request_task_reconfiguration(self) -> None:
        """Ask for `task_configs` to be called again soon."""
        self.room.post(self._signals.request_reconfiguration)

    def raise_error(self, error: Exception) -> None:
        """Fail the connector from outside of any call."""
        self.room.post(self._signals.raise_error, error)


@attrs.define(eq=False)
class SourceConnectorOffsetsContext(ConnectorContext):
    """A source connector's context."""

    stored: ConnectorOffsets = attrs.field(kw_only=True)

    @property
    def offsets(self) -> OffsetReader:
        """What was stored when this connector ran before."""
        return _Reader(self.room, self.stored)


@attrs.define(eq=False)
class SourceContext:
    """A source task's context."""

    connector: str
    task: int
    config: Mapping[str, Any]
    stored: ConnectorOffsets
    _signals: Signals
    room: Room = attrs.field(factory=LoopRoom)
    transactions: TransactionContext | None = None

    @property
    def offsets(self) -> OffsetReader:
        """What was stored when this connector ran before."""
        return _Reader(self.room, self.stored)

    def request_reconfiguration(self) -> None:
        """Ask for the connector's `task_configs` to be called again soon."""
        self.room.post(self._signals.request_reconfiguration)


@attrs.define(eq=False)
class SinkContext:
    """A sink task's context; its loop is known once the task has started."""

    connector: str
    task: int
    config: Mapping[str, Any]
    errant_record_reporter: ErrantRecordReporter | None = None
    loop: SinkLoop | None = None
    room: Room = attrs.field(factory=LoopRoom)

    @property
    def assignment(self) -> AbstractSet[TopicPartition]:
        """The partitions this task owns now."""
        return frozenset() if self.loop is None else self.loop.assignment

    def seek(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Continue from these offsets; applied before the next records are read.

        Raises:
            IllegalStateError: If a partition is not assigned.
        """
        self.room.post(self._running(frozenset(offsets)).seek, dict(offsets))

    def pause(self, *partitions: TopicPartition) -> None:
        """Hand out no more records of these partitions until `resume`.

        Raises:
            IllegalStateError: If a partition is not assigned.
        """
        loop = self._running(frozenset(partitions))
        self.room.post(_if_owned, loop, loop.pause, frozenset(partitions))

    def resume(self, *partitions: TopicPartition) -> None:
        """Hand out records of these partitions again.

        Raises:
            IllegalStateError: If a partition is not assigned.
        """
        loop = self._running(frozenset(partitions))
        self.room.post(_if_owned, loop, loop.resume, frozenset(partitions))

    def request_commit(self) -> None:
        """Commit at the next opportunity instead of waiting for the interval."""
        if self.loop is not None:
            self.room.post(self.loop.request_commit)

    def _running(self, partitions: AbstractSet[TopicPartition]) -> SinkLoop:
        foreign = partitions - self.assignment
        if self.loop is None or foreign:
            named = ", ".join(sorted(map(str, foreign))) or "any partition"
            message = f"connector {self.connector} task {self.task} does not own {named}"
            raise IllegalStateError(message)
        return self.loop


def _if_owned(
    loop: SinkLoop,
    method: Callable[[AbstractSet[TopicPartition]], None],
    partitions: AbstractSet[TopicPartition],
) -> None:
    """Do it for what is still owned: the partitions may have been revoked since the task asked."""
    method(partitions & loop.assignment)
