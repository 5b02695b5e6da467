"""How are fetched batches unpacked into records?

The client library makes a frozen dataclass of every record. `DirectFetch` reads its decoded batches instead and
makes `ConsumerRecord` tuples at once; `PublicFetch` goes through the library's public call. Both hand out the
same records. `fetch_for` chooses the first where it knows the library's inside.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Protocol

import aiokafka
import attrs
from aiokafka.consumer.fetcher import READ_COMMITTED, FetchResult, PartitionRecords
from aiokafka.errors import CorruptRecordException

from connectsdk.record import ConsumerRecord

__all__ = ("DirectFetch", "Fetch", "PublicFetch", "fetch_for")

KNOWN_VERSIONS = ("0.14.",)
NEEDED = ("_records", "_aborted_transactions", "_check_crcs", "_isolation_level", "next_fetch_offset")
POLL = 0.02


class Fetch(Protocol):
    """Hand out what was fetched of the assigned partitions that are not paused."""

    async def take(self, limit: int) -> Sequence[ConsumerRecord]:
        """Return at most `limit` records that are there, without waiting.

        Raises:
            KafkaError: If a partition cannot be read.
        """
        ...

    def arrival(self) -> "asyncio.Future[Any]":
        """Return what becomes done when it is worth to try `take` again; cancel it when it is not needed."""
        ...


def fetch_for(consumer: Any) -> Fetch:
    """Return the fastest way to read from a started consumer."""
    if aiokafka.__version__.startswith(KNOWN_VERSIONS) and hasattr(consumer._fetcher, "_records"):  # noqa: SLF001
        return DirectFetch(consumer)
    return PublicFetch(consumer)


@attrs.define(eq=False)
class PublicFetch:
    """Read by the library's public `getmany`."""

    _consumer: Any  # an AIOKafkaConsumer; its inside is not typed

    async def take(self, limit: int) -> Sequence[ConsumerRecord]:
        """Return at most `limit` records; see `Fetch.take`."""
        fetched = await self._consumer.getmany(timeout_ms=0, max_records=limit)
        return [
            ConsumerRecord(
                record.topic,
                record.partition,
                record.offset,
                record.timestamp,
                record.timestamp_type,
                record.key,
                record.value,
                tuple(record.headers),
            )
            for records in fetched.values()
            for record in records
        ]

    def arrival(self) -> "asyncio.Future[Any]":
        """Return what becomes done a little later; see `Fetch.arrival`."""
        return asyncio.ensure_future(asyncio.sleep(POLL))


@attrs.define(eq=False)
class DirectFetch:
    """Read the fetched batches out of the library's fetcher, position by position as its own reader does."""

    _consumer: Any  # an AIOKafkaConsumer; its inside is not typed

    async def take(self, limit: int) -> Sequence[ConsumerRecord]:
        """Return at most `limit` records; see `Fetch.take`."""
        fetcher = self._consumer._fetcher  # noqa: SLF001 - the point of this class
        found: list[ConsumerRecord] = []
        for partition in list(fetcher._records):  # noqa: SLF001
            held: Any = fetcher._records[partition]  # noqa: SLF001
            is_error = type(held) is not FetchResult
            if not is_error:
                found += self._take_from(held, partition, limit - len(found))
                if held.has_more():
                    if len(found) >= limit:
                        break
                    continue
            elif found:
                break  # an error, for the next call
            del fetcher._records[partition]  # noqa: SLF001
            fetcher._notify(fetcher._wait_consume_future)  # noqa: SLF001 - fetch on
            if is_error:
                held.check_raise()
        return found

    def arrival(self) -> "asyncio.Future[Any]":
        """Return what becomes done when something was fetched; see `Fetch.arrival`."""
        waiter: asyncio.Future[Any] = self._consumer._fetcher._create_fetch_waiter()  # noqa: SLF001 - as above
        return waiter

    @staticmethod
    def _take_from(held: Any, partition: Any, limit: int) -> Sequence[ConsumerRecord]:
        if not held.check_assignment(partition) or not held.has_more():
            return ()
        reader = held._partition_records  # noqa: SLF001
        if type(reader) is PartitionRecords:
            reader = held._partition_records = BatchReader(reader, partition.topic, partition.partition)  # noqa: SLF001
        records: Sequence[ConsumerRecord] = reader.take(limit)
        held._update_position()  # noqa: SLF001
        if reader.exhausted:
            held._partition_records = None  # noqa: SLF001
        return records


class BatchReader:
    """Takes the place of the library's `PartitionRecords`: what was fetched of one partition, batch by batch."""

    __slots__ = (
        "_batches",
        "_corrupt",
        "_left",
        "_library",
        "_next",
        "_partition",
        "_topic",
        "next_fetch_offset",
    )

    def __init__(self, library: Any, topic: str, partition: int) -> None:
        library._records_iterator = None  # noqa: SLF001 - a cycle: it keeps what was fetched until a collection
        self._library = library
        self._batches = library._records  # noqa: SLF001
        self._topic = topic
        self._partition = partition
        self._left: list[ConsumerRecord] = []  # of the current batch
        self._corrupt: CorruptRecordException | None = None
        self._next = library.next_fetch_offset  # the offset after the current batch
        self.next_fetch_offset: int = library.next_fetch_offset

    @property
    def exhausted(self) -> bool:
        """Whether everything has been taken."""
        return not self._left and self._corrupt is None and not self._batches.has_next()

    def take(self, limit: int) -> Sequence[ConsumerRecord]:
        """Return at most `limit` records.

        Raises:
            CorruptRecordException: If a batch's checksum is wrong; what came before it is handed out first.
        """
        taken: list[ConsumerRecord] = []
        while len(taken) < limit:
            if not self._left and not self._unpack_next():
                if self._corrupt is not None and not taken:
                    raise self._corrupt
                break
            room = limit - len(taken)
            if len(self._left) <= room:
                taken += self._left
                self._left = []
                self.next_fetch_offset = self._next
            else:
                taken += self._left[:room]
                del self._left[:room]
                self.next_fetch_offset = taken[-1].offset + 1
        return taken

    def _unpack_next(self) -> bool:
        """Unpack the next batch with records; return False when there is none, or it is corrupt."""
        while self._corrupt is None and self._batches.has_next():
            batch = self._batches.next_batch()
            if self._library._check_crcs and not batch.validate_crc():  # noqa: SLF001
                where = f"{self._topic}-{self._partition} at offset {batch.base_offset}"
                self._corrupt = CorruptRecordException(f"wrong checksum of the batch of {where}")
                return False
            if not self._is_hidden(batch):
                self._left = self._unpack(batch)
            self._next = batch.next_offset
            if self._left:
                return True
            self.next_fetch_offset = self._next
        return False

    def _is_hidden(self, batch: Any) -> bool:
        """Return whether a batch is a marker, or of an aborted transaction."""
        library = self._library
        if library._isolation_level == READ_COMMITTED and batch.producer_id is not None:  # noqa: SLF001
            library._consume_aborted_up_to(batch.base_offset)  # noqa: SLF001
            aborted = library._aborted_producers  # noqa: SLF001
            if batch.is_control_batch and library._contains_abort_marker(batch):  # noqa: SLF001
                aborted.discard(batch.producer_id)
            if batch.is_transactional and batch.producer_id in aborted:
                return True
        return bool(batch.is_control_batch)

    def _unpack(self, batch: Any) -> list[ConsumerRecord]:
        new, kind = tuple.__new__, ConsumerRecord
        topic, partition, start = self._topic, self._partition, self.next_fetch_offset
        if batch.producer_id is None:
            return [record for record in self._unpack_old(batch) if record.offset >= start]
        stamp = batch.timestamp_type
        records = [
            new(
                kind,
                (
                    topic,
                    partition,
                    record.offset,
                    record.timestamp,
                    stamp,
                    record.key,
                    record.value,
                    tuple(headers) if (headers := record.headers) else (),
                ),
            )
            for record in batch
        ]
        if records and records[0].offset < start:  # a fetch begins with the whole batch
            return [record for record in records if record.offset >= start]
        return records

    def _unpack_old(self, batch: Any) -> list[ConsumerRecord]:
        """Unpack a batch in the message format of Kafka 0.10 and before."""
        return [
            ConsumerRecord(
                self._topic,
                self._partition,
                record.offset,
                -1 if record.timestamp is None else record.timestamp,
                -1 if record.timestamp_type is None else record.timestamp_type,
                record.key,
                record.value,
                (),
            )
            for record in batch
        ]
