"""What may plugin code ask of the runtime?

The implementations of the context protocols in `connectsdk.source` and `connectsdk.sink`.
"""

from collections.abc import Mapping, Set as AbstractSet
from typing import Any

import attrs

from connectsdk.errors import IllegalStateError
from connectsdk.record import TopicPartition
from connectsdk.runtime._signals import Signals
from connectsdk.runtime._sink_loop import SinkLoop
from connectsdk.runtime._source_offsets import ConnectorOffsets
from connectsdk.sink import ErrantRecordReporter
from connectsdk.source import TransactionContext

__all__ = ("ConnectorContext", "SinkContext", "SourceConnectorOffsetsContext", "SourceContext")


@attrs.define(eq=False)
class ConnectorContext:
    """A sink connector's context."""

    connector: str
    config: Mapping[str, Any]
    _signals: Signals

    def request_task_reconfiguration(self) -> None:
        """Ask for `task_configs` to be called again soon."""
        self._signals.request_reconfiguration()

    def raise_error(self, error: Exception) -> None:
        """Fail the connector from outside of any call."""
        self._signals.raise_error(error)


@attrs.define(eq=False)
class SourceConnectorOffsetsContext(ConnectorContext):
    """A source connector's context."""

    offsets: ConnectorOffsets


@attrs.define(eq=False)
class SourceContext:
    """A source task's context."""

    connector: str
    task: int
    config: Mapping[str, Any]
    offsets: ConnectorOffsets
    _signals: Signals
    transactions: TransactionContext | None = None

    def request_reconfiguration(self) -> None:
        """Ask for the connector's `task_configs` to be called again soon."""
        self._signals.request_reconfiguration()


@attrs.define(eq=False)
class SinkContext:
    """A sink task's context; its loop is known once the task has started."""

    connector: str
    task: int
    config: Mapping[str, Any]
    errant_record_reporter: ErrantRecordReporter | None = None
    loop: SinkLoop | None = None

    @property
    def assignment(self) -> AbstractSet[TopicPartition]:
        """The partitions this task owns now."""
        return frozenset() if self.loop is None else self.loop.assignment

    def seek(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Continue from these offsets; applied before the next records are read.

        Raises:
            IllegalStateError: If a partition is not assigned.
        """
        self._running(frozenset(offsets)).seek(offsets)

    def pause(self, *partitions: TopicPartition) -> None:
        """Hand out no more records of these partitions until `resume`.

        Raises:
            IllegalStateError: If a partition is not assigned.
        """
        self._running(frozenset(partitions)).pause(frozenset(partitions))

    def resume(self, *partitions: TopicPartition) -> None:
        """Hand out records of these partitions again.

        Raises:
            IllegalStateError: If a partition is not assigned.
        """
        self._running(frozenset(partitions)).resume(frozenset(partitions))

    def request_commit(self) -> None:
        """Commit at the next opportunity instead of waiting for the interval."""
        if self.loop is not None:
            self.loop.request_commit()

    def _running(self, partitions: AbstractSet[TopicPartition]) -> SinkLoop:
        foreign = partitions - self.assignment
        if self.loop is None or foreign:
            named = ", ".join(sorted(map(str, foreign))) or "any partition"
            message = f"connector {self.connector} task {self.task} does not own {named}"
            raise IllegalStateError(message)
        return self.loop
