"""What became of the records of one `send`?"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from connectsdk.errors import ConnectError, TransportError
from connectsdk.record import ProducerRecord, RecordMetadata, TopicPartition
from connectsdk.transport import DeliveryReport, Rejected

__all__ = ("KafkaDelivery", "Pending", "Run")


@attrs.define(eq=False)
class Pending:
    """One batch on its way to one partition.

    Attributes:
        target: The partition.
        builder: The library's batch builder.
        batch: The library's batch, once it is handed over.
        count: Records in it.
        size: Bytes in it, as counted by back-pressure.
        settled: Becomes done with the answer; its exception is one of ours.
        refused: Why the broker refused the only record in it.
    """

    target: TopicPartition
    builder: Any
    settled: "asyncio.Future[Any]"
    batch: Any = None
    count: int = 0
    size: int = 0
    refused: ConnectError | None = None

    @property
    def appendable(self) -> bool:
        """Whether more records may be appended: the library has not taken it yet."""
        batch = self.batch
        return batch is not None and not batch._drain_waiter.done() and not self.builder._closed  # noqa: SLF001


Run = tuple[Pending, int, Sequence[int]]
"""A batch, the place in it of the first record, and the places in the `send` of a run of records."""


@attrs.define(eq=False)
class KafkaDelivery:
    """A `Delivery` and its own `DeliveryReport`.

    Attributes:
        records: What was sent.
        sent_at: Milliseconds since the epoch, the timestamp of records without one.
        deadline: When, by the loop's clock, unanswered batches count as failed.
        accepts: Per topic the oldest and newest timestamp it takes now, and whether records need a key.
        overdue: Called when they do.
        rejected: The records refused one by one.
        runs: Where the others went.
    """

    records: Sequence[ProducerRecord]
    sent_at: int
    deadline: float
    accepts: Mapping[str, tuple[int, int, bool]]
    overdue: Callable[[TransportError], None]
    rejected: list[Rejected] = attrs.field(factory=list)
    runs: list[Run] = attrs.field(factory=list)
    _batches: "list[Pending] | None" = attrs.field(default=None, init=False)

    @property
    def batches(self) -> Sequence[Pending]:
        """The batches that hold the records, each once."""
        if self._batches is None:
            self._batches = list({id(pending): pending for pending, _, _ in self.runs}.values())
        return self._batches

    @property
    def done(self) -> bool:
        """Whether all batches are answered."""
        return all(pending.settled.done() for pending in self.batches)

    async def wait(self) -> DeliveryReport:
        """Wait for all batches; see `Delivery.wait`."""
        waiting = [pending.settled for pending in self.batches if not pending.settled.done()]
        if waiting:
            left = self.deadline - asyncio.get_running_loop().time()
            _, overdue = await asyncio.wait(waiting, timeout=max(0.0, left))
            if overdue:
                self.overdue(TransportError(f"{len(overdue)} batches were not acknowledged in time"))
        self._check()
        return self

    def metadata(self) -> Sequence[RecordMetadata | None]:
        """Return where each record ended up; see `DeliveryReport.metadata`."""
        where: list[RecordMetadata | None] = [None] * len(self.records)
        for pending, first, places in self.runs:
            answer = pending.settled.result()
            if answer is None:  # its only record was refused
                continue
            topic, partition = pending.target
            stamp = None if answer.timestamp == -1 else answer.timestamp
            for nth, place in enumerate(places, first):
                offset = -1 if answer.offset < 0 else answer.offset + nth
                given = self.records[place].timestamp
                timestamp = stamp if stamp is not None else self.sent_at if given is None else given
                where[place] = RecordMetadata(topic, partition, offset, timestamp)
        return where

    def _check(self) -> None:
        refused = {rejected.index for rejected in self.rejected}
        for pending, _, places in self.runs:
            error = pending.settled.exception()
            if error is not None:
                raise error
            if pending.refused is not None and places[0] not in refused:
                self.rejected.append(Rejected(places[0], pending.refused))
