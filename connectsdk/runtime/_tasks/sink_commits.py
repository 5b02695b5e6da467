"""How do a sink's offsets get committed?

The task's `pre_commit` is asked first; `connectsdk._core.sink_offsets` approves its answer. Driven by
`sink_loop`.
"""

import logging
from collections.abc import Mapping, Set as AbstractSet
from typing import Any

import anyio
import attrs

from connectsdk._core.counters import Counters
from connectsdk._core.sink_offsets import SinkOffsets
from connectsdk.errors import ConnectError, FencedError, TransportError
from connectsdk.record import TopicPartition
from connectsdk.runtime._calls.plugin_calls import PluginError, describe
from connectsdk.runtime._calls.room import Room
from connectsdk.runtime._crash_points import reach
from connectsdk.runtime._tasks.errant_records import ErrantRecords
from connectsdk.runtime._tasks.meter import Meter
from connectsdk.runtime._tracing.steps import UNTRACED, Commit, Trace
from connectsdk.sink import SinkTask
from connectsdk.transport import Consumer

__all__ = ("SinkCommits",)

log = logging.getLogger("connectsdk.task")


@attrs.define(eq=False)
class SinkCommits:
    """The commits of one incarnation of a sink task.

    Attributes:
        owner: Connector and task, for messages.
        task: The author's task.
        room: Where it runs.
        consumer: Where offsets are committed.
        offsets: What was delivered and what is committed.
        counters: Where commits are counted.
        timeout: Seconds that a commit may take.
        errant: What the task reports; None when it cannot.
        trace: What traces its steps.
    """

    owner: str
    task: SinkTask[Any]
    room: Room
    consumer: Consumer
    offsets: SinkOffsets
    counters: Counters
    timeout: float
    errant: ErrantRecords | None = None
    trace: Trace = UNTRACED
    _asked: Mapping[TopicPartition, int] = attrs.field(factory=dict)
    _meter: Meter = attrs.field(init=False)
    _commit: Commit = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._meter = Meter(self.counters)
        self._commit = self.trace.committing(self._ask_and_commit)

    @property
    def settled(self) -> bool:
        """Whether the task was asked to commit everything it has taken."""
        return self.offsets.pending() in ({}, self._asked)

    async def commit(self, partitions: AbstractSet[TopicPartition] | None) -> bool:
        """Commit what was delivered, of these partitions or of all.

        Returns:
            False when the task could not make it durable: read again from the last commit.

        Raises:
            TransportError: If the offsets could not be stored.
        """
        asked = self.offsets.pending(partitions)
        if not asked:
            await self._settle_reports()
            return True
        began = self._meter.at("commit")
        try:
            with anyio.fail_after(self.timeout):
                approved = await self._commit(asked, partitions)
        except FencedError as error:
            log.warning("%s: %s; the records are read again by their new owner", self.owner, error)
            return True
        except TransportError:
            self._meter.committed(began, success=False)
            raise
        except (ConnectError, TimeoutError) as error:
            self._meter.committed(began, success=False)
            log.warning("%s: commit failed, reading again from the last one: %s", self.owner, describe(error))
            return False
        self.offsets.committed(approved)
        self._asked = self.offsets.pending()
        self._meter.committed(began, success=True)
        return True

    async def _ask_and_commit(
        self, asked: dict[TopicPartition, int], partitions: AbstractSet[TopicPartition] | None
    ) -> Mapping[TopicPartition, int]:
        approved = await self._approved(asked)
        if self.errant is not None:
            await self.errant.settle()
        if partitions is not None:
            reach("in_rebalance_after_flush_before_commit")
        if approved:
            await self.consumer.commit(approved)
        return approved

    async def _settle_reports(self) -> None:
        if self.errant is None:
            return
        with anyio.move_on_after(self.timeout) as scope:
            await self.errant.settle()
        if scope.cancelled_caught:
            message = f"{self.owner}: dead letters were not written within {self.timeout:.0f} s"
            raise TransportError(message)

    async def _approved(self, asked: dict[TopicPartition, int]) -> Mapping[TopicPartition, int]:
        name = f"{self.owner}: {type(self.task).__name__}.pre_commit"
        answered = await self.room.call(name, self.task.pre_commit, dict(asked))
        if not isinstance(answered, Mapping):
            message = f"{name} must return the offsets to commit, but returned {type(answered).__name__}"
            raise PluginError(message)
        approval = self.offsets.approve(asked, answered)
        for warning in approval.warnings:
            log.warning("%s: %s", self.owner, warning)
        return approval.offsets
