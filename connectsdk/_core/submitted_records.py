"""Which source offsets may be stored?

Records are tracked in the order in which the task handed them out, per source partition. An offset may be
stored when its record and all records before it in the same partition are settled: delivered, filtered or
skipped. A stored offset therefore never passes the first unsettled record.

The unit is the *flight*: what went to the producer in one call. All records of one partition in one flight
are one entry, so the ledger costs a few steps per batch, and next to nothing per record. Driven by
`connectsdk.runtime._tasks.source_loop`.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs
import orjson

from connectsdk._core.verdict import Verdict
from connectsdk.errors import DataError, IllegalStateError
from connectsdk.record import SourceRecord
from connectsdk.source import SourceOffset

__all__ = ("Flight", "SubmittedRecords")


@attrs.define(eq=False)
class Flight:
    """Some records on their way.

    Attributes:
        size: How many of them the transport has to acknowledge.
        settled: Whether it has.
    """

    size: int
    settled: bool = attrs.field(default=False, kw_only=True)


@attrs.define(eq=False)
class _Lane:
    """One source partition's entries, oldest first: the offset after each, and what it waits for."""

    partition: Mapping[str, Any]
    entries: deque[tuple[Mapping[str, Any] | None, Flight | None]] = attrs.field(factory=deque)

    def pop_settled(self) -> Mapping[str, Any] | None:
        """Drop the settled entries at the front; return the newest offset among them, if any."""
        entries, newest = self.entries, None
        while entries and (entries[0][1] is None or entries[0][1].settled):
            offset = entries.popleft()[0]
            newest = newest if offset is None else offset
        return newest


@attrs.define(eq=False)
class SubmittedRecords:
    """The ledger of one source task."""

    _lanes: dict[bytes, _Lane] = attrs.field(factory=dict)
    _ready: dict[bytes, SourceOffset] = attrs.field(factory=dict)
    _outstanding: int = 0

    @property
    def clean(self) -> bool:
        """Whether everything submitted is settled and stored."""
        return not (self._outstanding or self._lanes or self._ready)

    @property
    def outstanding(self) -> int:
        """How many records are submitted and not settled."""
        return self._outstanding

    def submit(self, records: Sequence[SourceRecord], verdicts: Sequence[int]) -> Flight:
        """Enter a batch, in the order in which the task handed it out.

        Args:
            records: The batch, or its part that has verdicts.
            verdicts: A `Verdict` per record. Records that pass wait for the flight; failed ones are never
                settled; the others are settled.

        Raises:
            DataError: If a source partition cannot be an identity.
            IllegalStateError: If not every record has a verdict.
        """
        if len(records) != len(verdicts):
            message = f"{len(records)} records came with {len(verdicts)} verdicts"
            raise IllegalStateError(message)
        size = verdicts.count(Verdict.PASS)
        flight = Flight(size, settled=size == 0)
        for start, end in _runs(records):
            partition = records[end - 1].source_partition
            if partition is not None:
                offset = records[end - 1].source_offset or _newest_offset(records, start, end)
                waits_for = flight if size == len(records) else _waits_for(verdicts[start:end], flight)
                self._lane(partition).entries.append((_copied(offset), waits_for))
        self._outstanding += size
        return flight

    def settle(self, flight: Flight) -> None:
        """Take note that the transport has acknowledged, or refused for good, all of a flight. Idempotent."""
        if not flight.settled:
            flight.settled = True
            self._outstanding -= flight.size

    def committable(self) -> list[SourceOffset]:
        """Return the newest offset per source partition that may be stored and is not reported as `stored`.

        A record that carries no offset holds up those behind it, but moves nothing itself.
        """
        for key, lane in list(self._lanes.items()):
            offset = lane.pop_settled()
            if offset is not None:
                self._ready[key] = (lane.partition, offset)
            if not lane.entries:
                del self._lanes[key]
        return list(self._ready.values())

    def stored(self, offsets: Sequence[SourceOffset]) -> None:
        """Take note that these offsets, returned by `committable`, are stored; newer ones stay committable."""
        for partition, offset in offsets:
            key = _identity(partition)
            ready = self._ready.get(key)
            if ready is not None and ready[1] is offset:
                del self._ready[key]

    def _lane(self, partition: Mapping[str, Any]) -> _Lane:
        key = _identity(partition)
        lane = self._lanes.get(key)
        if lane is None:
            lane = self._lanes[key] = _Lane(dict(partition))
        return lane


def _identity(partition: Any) -> bytes:
    try:
        plain = partition if type(partition) is dict else dict(partition)
        return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)
    except (TypeError, ValueError) as error:
        keys = f"keys {sorted(map(str, partition))}" if isinstance(partition, Mapping) else "no keys"
        message = (
            "a source partition must be a flat map of str to str, number, bool or None; "
            f"this {type(partition).__name__} with {keys} is not: {error}"
        )
        raise DataError(message) from error


def _copied(offset: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Return an offset that stays as it is when its task goes on to edit its own."""
    try:
        return None if offset is None else dict(offset)
    except (TypeError, ValueError) as error:
        message = f"a source offset must be a map like its source partition, not {type(offset).__name__}"
        raise DataError(message) from error


def _newest_offset(records: Sequence[SourceRecord], start: int, end: int) -> Mapping[str, Any] | None:
    """Return the last offset in this part, if any record in it carries one."""
    offsets = (records[index].source_offset for index in range(end - 1, start - 1, -1))
    return next((offset for offset in offsets if offset is not None), None)


def _waits_for(verdicts: Sequence[int], flight: Flight) -> Flight | None:
    """Return what must be settled before the offset after records with these verdicts may be stored."""
    if Verdict.FAILED in verdicts:
        return Flight(0)
    return flight if Verdict.PASS in verdicts else None


def _runs(records: Sequence[SourceRecord]) -> Iterator[tuple[int, int]]:
    """Yield where each run of consecutive records of one source partition begins and ends."""
    partitions = [record.source_partition for record in records]
    total = len(partitions)
    if total and partitions.count(partitions[0]) == total:  # the usual batch, looked at once in C
        yield 0, total
        return
    start = 0
    for index in range(1, total):
        if partitions[index] is not partitions[start] and partitions[index] != partitions[start]:
            yield start, index
            start = index
    if total:
        yield start, total
