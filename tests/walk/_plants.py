"""Bugs that lose or double records, and troubles that must not: planted into a worker process by replacing methods."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence, Set as AbstractSet
from types import MappingProxyType
from typing import Any

import anyio
import attrs

from connectsdk._core import submitted_records
from connectsdk._core.partitioner import partition_of_key
from connectsdk.connectors.file_sink import FileStreamSinkTask
from connectsdk.record import ProducerRecord, SinkRecord, TopicPartition
from connectsdk.runtime._crash_points import reach
from connectsdk.runtime._tasks.sink_loop import SinkLoop
from connectsdk.runtime._tasks.source_loop import SourceLoop
from connectsdk.transport import Delivery, DeliveryReport
from connectsdk.transports.embedded._producer import EmbeddedProducer
from tests.walk import _child

SLOW_PARTITION, DELAY = 0, 0.15


def plant(names: Iterable[str]) -> None:
    """Plant these."""
    for name in names:
        PLANTS[name]()


# -- troubles ------------------------------------------------------------------------------------------------


@attrs.define(eq=False)
class _Late:
    """A delivery that is under way in a task of its own."""

    sending: "asyncio.Task[DeliveryReport]"

    async def wait(self) -> DeliveryReport:
        return await asyncio.shield(self.sending)


def slow_partition() -> None:
    """Let one partition take its records later than the others."""
    send = EmbeddedProducer.send

    async def later(self: EmbeddedProducer, records: Sequence[ProducerRecord]) -> DeliveryReport:
        await asyncio.sleep(DELAY)
        return await (await send(self, records)).wait()

    async def slowly(self: EmbeddedProducer, records: Sequence[ProducerRecord]) -> Delivery:
        slow = [record for record in records if _is_slow(record)]
        if not slow:
            return await send(self, records)
        if len(slow) < len(records):
            await send(self, [record for record in records if not _is_slow(record)])
        return _Late(asyncio.get_running_loop().create_task(later(self, slow)))

    EmbeddedProducer.send = slowly


def _is_slow(record: ProducerRecord) -> bool:
    if record.partition is not None or record.topic.endswith("offsets"):
        return False
    return partition_of_key(record.key, _child.PARTITIONS) == SLOW_PARTITION


def settle_as_they_come() -> None:
    """Take acknowledgements in any order, as several brokers give them."""

    async def one(self: SourceLoop, sent: Any) -> None:
        await self._settle(sent, await sent.delivery.wait())
        self._under_way.remove(sent)
        self._announce()

    async def settle(self: SourceLoop) -> None:
        seen = set()
        async with anyio.create_task_group() as group:
            while True:
                for sent in self._under_way:
                    if sent not in seen:
                        seen.add(sent)
                        group.start_soon(one, self, sent)
                await self._changed.wait()

    SourceLoop._settle_deliveries = settle


def reach_put() -> None:
    """Make a crash point of the sink's own `put`."""
    put = FileStreamSinkTask.put

    async def reaching(self: FileStreamSinkTask, records: Sequence[SinkRecord]) -> None:
        if records:
            reach("in_put")
        await put(self, records)

    FileStreamSinkTask.put = reaching


def hesitate() -> None:
    """Let the sinks ask for every other batch again, much later."""
    _child.HesitantFileTask.turn, _child.HesitantFileTask.wait = 2, 0.3


# -- bugs ----------------------------------------------------------------------------------------------------


def commit_the_highest_acknowledged() -> None:
    """Store the newest offset that is acknowledged, whatever is under way before it."""

    def pop(self: Any) -> Mapping[str, Any] | None:
        settled = [
            place for place, (_, flight) in enumerate(self.entries) if flight is None or flight.settled
        ]
        offsets = [self.entries.popleft()[0] for _ in range(settled[-1] + 1 if settled else 0)]
        return offsets[-1] if offsets else None

    submitted_records._Lane.pop_settled = pop


def commit_before_put() -> None:
    """Commit a batch, then hand it to the sink."""
    put = SinkLoop._put

    async def commit_first(self: SinkLoop, batch: Any) -> None:
        self._offsets.delivered(batch.positions)
        await self._commits.commit(None)
        await put(self, batch)

    SinkLoop._put = commit_first


def forget_what_waits_when_revoked() -> None:
    """Count a batch as delivered that the sink wants again, when its partitions go to another member."""
    hand_over = SinkLoop._hand_over

    async def forget(self: SinkLoop, partitions: AbstractSet[TopicPartition]) -> None:
        if self._pending is not None:
            self._offsets.delivered(self._pending.positions)
        await hand_over(self, partitions)

    SinkLoop._hand_over = forget


def let_go_without_a_commit() -> None:
    """Lose nothing, but commit nothing at a rebalance or a clean stop either."""
    SinkLoop._hand_over = SinkLoop._close


PLANTS = MappingProxyType(
    {
        function.__name__: function
        for function in (
            slow_partition,
            settle_as_they_come,
            reach_put,
            hesitate,
            commit_the_highest_acknowledged,
            commit_before_put,
            forget_what_waits_when_revoked,
            let_go_without_a_commit,
        )
    }
)
