"""Which source offsets may be stored?

Records are tracked in the order in which the task handed them out, per source partition. An offset may be
stored when its record and all records before it in the same partition are settled: delivered, filtered or
skipped. A stored offset therefore never passes the first unsettled record.

The unit is the *flight*: what went to the producer in one call. All records of one partition in one flight
are one entry, so the ledger costs a few steps per batch, and next to nothing per record. Driven by
`connectsdk.runtime._source_loop`.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs
import orjson

from connectsdk._core.verdict import Verdict
from connectsdk.errors import DataError
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
    settled: bool = False


@attrs.define(eq=False)
class _Lane:
    """One source partition's entries, oldest first: the offset after each, and what it waits for."""

    partition: Mapping[str, Any]
    entries: deque[tuple[Mapping[str, Any] | None, Flight | None]] = attrs.field(factory=deque)

    def pop_settled(self) -> tuple[bool, Mapping[str, Any] | None]:
        """Drop the settled entries at the front; return whether there were any, and the last one's offset."""
        entries, popped, offset = self.entries, False, None
        while entries and (entries[0][1] is None or entries[0][1].settled):
            offset, popped = entries.popleft()[0], True
        return popped, offset


@attrs.define(eq=False)
class SubmittedRecords:
    """The ledger of one source task."""

    _lanes: dict[bytes, _Lane] = attrs.field(factory=dict)
    _outstanding: int = 0

    @property
    def outstanding(self) -> int:
        """How many records are submitted and not settled."""
        return self._outstanding

    def submit(self, records: Sequence[SourceRecord], verdicts: Sequence[int]) -> Flight:
        """Enter a batch, in the order in which the task handed it out.

        Args:
            records: The batch, or its part that has verdicts.
            verdicts: A `Verdict` per record. Records that pass wait for the flight; the others are settled.

        Raises:
            DataError: If a source partition cannot be an identity.
        """
        flight = Flight(sum(1 for verdict in verdicts if verdict == Verdict.PASS) if any(verdicts) else len(records))
        self._outstanding += flight.size
        if flight.size == 0:
            flight.settled = True
        for start, end in _runs(records):
            record = records[end - 1]
            if record.source_partition is not None:
                waits = Verdict.PASS in verdicts[start:end]
                entry = (record.source_offset, flight if waits else None)
                self._lane(record.source_partition).entries.append(entry)
        return flight

    def settle(self, flight: Flight) -> None:
        """Take note that the transport has acknowledged, or refused for good, all of a flight. Idempotent."""
        if not flight.settled:
            flight.settled = True
            self._outstanding -= flight.size

    def committable(self) -> list[SourceOffset]:
        """Return, once, the offsets that may be stored since the last call: the newest per source partition.

        A partition whose newest settled record carries no offset is left out.
        """
        offsets: list[SourceOffset] = []
        for key, lane in list(self._lanes.items()):
            popped, offset = lane.pop_settled()
            if popped and offset is not None:
                offsets.append((lane.partition, offset))
            if not lane.entries:
                del self._lanes[key]
        return offsets

    def _lane(self, partition: Mapping[str, Any]) -> _Lane:
        try:
            key = orjson.dumps(partition, option=orjson.OPT_SORT_KEYS)
        except TypeError as error:
            message = (
                f"a source partition must be a flat map of str to str, number, bool or None: {error}; "
                f"its keys are {sorted(map(str, partition))}"
            )
            raise DataError(message) from error
        lane = self._lanes.get(key)
        if lane is None:
            lane = self._lanes[key] = _Lane(partition)
        return lane


def _runs(records: Sequence[SourceRecord]) -> Iterator[tuple[int, int]]:
    """Yield where each run of consecutive records of one source partition begins and ends."""
    start, partition = 0, records[0].source_partition if records else None
    for index, record in enumerate(records):
        following = record.source_partition
        if following is not partition and following != partition:
            yield start, index
            start, partition = index, following
    if records:
        yield start, len(records)
