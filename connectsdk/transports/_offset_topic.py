"""Where does a source go on, according to an offsets topic?

A table over a compacted topic: `read` takes in what is new and answers from memory; `write` sends and waits.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import anyio
import attrs

from connectsdk.record import ConsumerRecord, ProducerRecord
from connectsdk.source import SourceOffset
from connectsdk.transport import Producer, TopicReader
from connectsdk.transports._offset_format import (
    decode_key,
    decode_value,
    encode_key,
    encode_value,
    identity,
)

__all__ = ("TopicOffsetStore", "offset_records")


def offset_records(topic: str, connector: str, offsets: Sequence[SourceOffset]) -> list[ProducerRecord]:
    """Return the records that store these offsets.

    Raises:
        DataError: If a partition or offset is not a flat map of str to str, number, bool or None.
    """
    return [
        ProducerRecord(topic, None, encode_key(connector, partition), encode_value(connector, offset))
        for partition, offset in offsets
    ]


@attrs.define
class _Entry:
    """What is stored for one source partition, per spelling of its key (other writers order members otherwise)."""

    partition: Mapping[str, Any]
    spellings: dict[bytes, tuple[int, Mapping[str, Any] | None]] = attrs.field(factory=dict)

    def latest(self) -> tuple[bytes, Mapping[str, Any] | None]:
        key = max(self.spellings, key=lambda spelling: self.spellings[spelling][0])
        return key, self.spellings[key][1]


@attrs.define
class TopicOffsetStore:
    """An `OffsetStore` made of a producer and a reader of one compacted topic; it closes both.

    Attributes:
        topic: The offsets topic.
    """

    topic: str
    _producer: Producer
    _reader: TopicReader
    _tables: dict[str, dict[bytes, _Entry]] = attrs.field(factory=dict, init=False)
    _lock: anyio.Lock = attrs.field(factory=anyio.Lock, init=False)
    _was_read: bool = attrs.field(default=False, init=False)

    async def read(self, connector: str) -> Sequence[SourceOffset]:
        """Return all stored offsets of a connector; see `OffsetStore.read`."""
        await self._catch_up()
        found = ((entry.partition, entry.latest()[1]) for entry in self._tables.get(connector, {}).values())
        return [(partition, offset) for partition, offset in found if offset is not None]

    async def write(self, connector: str, offsets: Sequence[SourceOffset]) -> None:
        """Store offsets durably; see `OffsetStore.write`."""
        records = offset_records(self.topic, connector, offsets)
        if not records:
            return
        if not self._was_read:
            await self._catch_up()  # to know how others have spelled the keys
        delivery = await self._producer.send(self._respell(connector, offsets, records))
        report = await delivery.wait()
        if report.rejected:
            raise report.rejected[0].error

    async def close(self) -> None:
        """Let go of the producer and the reader; see `OffsetStore.close`."""
        try:
            await self._producer.close()
        finally:
            await self._reader.close()

    async def _catch_up(self) -> None:
        async with self._lock:
            for record in await self._reader.read_to_end():
                self._take_in(record)
            self._was_read = True

    def _take_in(self, record: ConsumerRecord) -> None:
        parts = decode_key(record.key)
        if parts is None or record.key is None:
            return  # not ours: others may write to the topic, and one bad record must not stop a worker
        connector, partition = parts
        table = self._tables.setdefault(connector, {})
        entry = table.setdefault(identity(connector, partition), _Entry(partition))
        entry.spellings[record.key] = (record.timestamp, decode_value(record.value))

    def _respell(
        self, connector: str, offsets: Sequence[SourceOffset], records: Sequence[ProducerRecord]
    ) -> list[ProducerRecord]:
        """Return the records with the key under which each partition is stored already.

        Compaction and other workers know a partition by the bytes of its key alone.
        """
        table = self._tables.get(connector)
        if not table:
            return list(records)
        respelled = []
        for (partition, _), record in zip(offsets, records, strict=True):
            entry = table.get(identity(connector, dict(partition)))
            respelled.append(record if entry is None else record._replace(key=entry.latest()[0]))
        return respelled
