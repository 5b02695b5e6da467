"""How is a whole topic of the embedded broker read, without a group?"""

from collections.abc import Mapping, Sequence

import anyio.lowlevel
import attrs

from connectsdk.errors import IllegalStateError
from connectsdk.record import ConsumerRecord, TopicPartition
from connectsdk.transports.embedded._engine import Engine
from connectsdk.transports.embedded._topic_logs import FetchLimits

__all__ = ("EmbeddedTopicReader",)

_AT_ONCE = FetchLimits(records=5_000, bytes=1_048_576)


@attrs.define(eq=False)
class EmbeddedTopicReader:
    """A `TopicReader`. A cancelled call is as if it had not been made."""

    _engine: Engine = attrs.field(repr=False)
    _topic: str
    _positions: dict[TopicPartition, int] = attrs.field(factory=dict, init=False)
    _closed: bool = attrs.field(default=False, init=False)

    def __attrs_post_init__(self) -> None:
        partitions = self._engine.logs.partitions[self._topic]
        self._positions = {TopicPartition(self._topic, number): 0 for number in range(partitions)}

    async def read_to_end(self) -> Sequence[ConsumerRecord]:
        """Return what is new since the last call; see `TopicReader.read_to_end`."""
        self._check_open()
        self._engine.expire_transactions()
        ends = {where: self._engine.logs.log(where).stable for where in self._positions}
        return await self._read_until(ends)

    async def read_ranges(self, ranges: Mapping[TopicPartition, tuple[int, int]]) -> Sequence[ConsumerRecord]:
        """Return parts of the topic; see `ReadsRanges.read_ranges`."""
        self._check_open()
        self._positions = {where: begin for where, (begin, _) in ranges.items()}
        return await self._read_until({where: end for where, (_, end) in ranges.items()})

    async def _read_until(self, ends: Mapping[TopicPartition, int]) -> Sequence[ConsumerRecord]:
        positions = dict(self._positions)
        records: list[ConsumerRecord] = []
        for where, end in ends.items():
            while positions[where] < end:
                taken, positions[where] = self._fetch(where, positions[where])
                records += [record for record in taken if record.offset < end]
                await anyio.lowlevel.checkpoint()
                self._check_open()
            positions[where] = max(end, self._positions[where])
        await anyio.lowlevel.checkpoint()
        self._positions = positions
        return records

    async def close(self) -> None:
        """Read no more."""
        self._closed = True

    def _fetch(self, where: TopicPartition, position: int) -> tuple[Sequence[ConsumerRecord], int]:
        fetched = self._engine.logs.fetch(where, position, _AT_ONCE)
        return fetched if fetched is not None else ((), self._engine.logs.log(where).start)

    def _check_open(self) -> None:
        self._engine.check_open()
        if self._closed:
            raise IllegalStateError(f"The reader of topic {self._topic} is closed")
