"""Does a reader see a topic as the table that it is?"""

# ruff: noqa: PLR2004, S101 - a check asserts, and its numbers are the point

from collections.abc import Mapping

import anyio
import pytest

from connectsdk.errors import UnknownTopicError
from connectsdk.record import ConsumerRecord, ProducerRecord, TopicPartition
from connectsdk.testing.transport_suite._steps import Steps, fresh_name, records_to, texts
from connectsdk.transport import TopicReader, Transport

__all__ = ("TableChecks",)


class TableChecks(Steps):
    """Checks of `TopicReader`."""

    async def test_a_reader_reads_all_partitions_from_the_first_offset(self, transport: Transport) -> None:
        """The first call returns everything, in order per partition."""
        topic = await self.new_topic(transport, 3)
        await self.write(
            transport, [record for part in range(3) for record in records_to(topic, range(5), part)]
        )
        found = await self.all_committed(transport, topic)
        for partition in range(3):
            assert [r.offset for r in found if r.partition == partition] == list(range(5))

    async def test_a_reader_sees_all_that_was_acknowledged(self, transport: Transport) -> None:
        """Whatever was acknowledged before the call is in its answer, every time."""
        topic = await self.new_topic(transport, 2)
        reader = await self._table_reader(transport, topic)
        producer = await self.producer(transport)
        for number in range(20):
            await self.send(producer, records_to(topic, [number], number % 2))
            assert [record.value for record in await self._read_new(reader)] == [str(number).encode()]

    async def test_a_reader_returns_only_what_is_new(self, transport: Transport) -> None:
        """A second call without news returns nothing, at once."""
        topic = await self.new_topic(transport)
        await self.write_values(transport, topic, range(3))
        reader = await self._table_reader(transport, topic)
        assert len(await self._read_new(reader)) == 3
        assert list(await self._read_new(reader)) == []
        await self.write_values(transport, topic, range(2))
        assert len(await self._read_new(reader)) == 2

    async def test_an_empty_topic_is_read_at_once(self, transport: Transport) -> None:
        """There is nothing to wait for in an empty topic."""
        topic = await self.new_topic(transport, 5)
        assert await self.all_committed(transport, topic) == []

    async def test_a_missing_topic_cannot_be_read(self, transport: Transport) -> None:
        """A reader does not create its topic."""
        topic = fresh_name("missing")
        with pytest.raises(UnknownTopicError, match=topic), anyio.fail_after(self.deadline):
            await transport.reader(topic)
        assert await transport.admin.describe_topics([topic]) == {}

    async def test_the_end_may_be_no_record(self, transport: Transport) -> None:
        """A topic that ends with what readers do not see is read to its end."""
        topic = await self.new_topic(transport)
        await self.write_values(transport, topic, [1])
        with anyio.fail_after(self.deadline):
            producer = await transport.transactional_producer(fresh_name("tx"))
            await producer.begin()
            await self.send(producer, records_to(topic, ["aborted"] * 3))
            await producer.abort()
        reader = await self._table_reader(transport, topic)
        assert [record.value for record in await self._read_new(reader)] == [b"1"]
        assert list(await self._read_new(reader)) == []

    async def test_a_reader_waits_for_no_open_transaction(self, transport: Transport) -> None:
        """What is open is not seen now, and is seen after its commit."""
        topic = await self.new_topic(transport)
        with anyio.fail_after(self.deadline):
            producer = await transport.transactional_producer(fresh_name("tx"))
            await producer.begin()
        await self.send(producer, records_to(topic, ["open"]))
        reader = await self._table_reader(transport, topic)
        assert list(await self._read_new(reader)) == []
        await producer.commit()
        assert [record.value for record in await self._read_new(reader)] == [b"open"]

    async def test_the_latest_of_each_key_wins(self, transport: Transport) -> None:
        """A table built from a compacted topic holds the latest value of each key, whatever was compacted."""
        settings = {"segment_bytes": "1048576", "segment_ms": "100", "min_cleanable_dirty_ratio": "0.01"}
        topic = await self.new_topic(transport, 2, cleanup_policy="compact", **settings)
        producer = await self.producer(transport)
        expected: dict[bytes | None, bytes | None] = {}
        for round_ in range(40):
            keys = range(20) if round_ < 10 else range(10)  # the others are not written again
            batch = [ProducerRecord(topic, None, str(key).encode(), _content(round_, key)) for key in keys]
            await self.send(producer, batch)
            expected.update((record.key, record.value) for record in batch)
        table: dict[bytes | None, bytes | None] = {}
        offsets: dict[int, int] = {}
        for record in await self.all_committed(transport, topic):
            assert record.offset > offsets.get(record.partition, -1)
            offsets[record.partition] = record.offset
            table[record.key] = record.value
        assert _without_tombstones(table) == _without_tombstones(expected)
        ends = await transport.admin.end_offsets({TopicPartition(topic, part) for part in (0, 1)})
        assert sum(ends.values()) == 10 * 20 + 30 * 10

    async def test_readers_are_independent(self, transport: Transport) -> None:
        """Two readers of one topic each read all of it."""
        topic = await self.new_topic(transport)
        one, two = await self._table_reader(transport, topic), await self._table_reader(transport, topic)
        await self.write_values(transport, topic, range(3))
        for reader in (one, two):
            found = [(record.value or b"").decode() for record in await self._read_new(reader)]
            assert found == texts(range(3))

    async def test_a_cancelled_read_loses_nothing(self, transport: Transport) -> None:
        """What a cancelled call would have returned is in the next answer."""
        topic = await self.new_topic(transport, 3)
        reader = await self._table_reader(transport, topic)
        for part in range(3):
            await self.write(transport, records_to(topic, range(5), part))
        for pause in (0.0, 0.0005, 0.001, 0.002, 0.005):
            answers = []
            with anyio.move_on_after(pause):
                answers = list(await reader.read_to_end())
            if answers:
                break
        found = answers or await self._read_new(reader)
        assert sorted((record.partition, record.offset) for record in found) == [
            (part, offset) for part in range(3) for offset in range(5)
        ]

    async def _table_reader(self, transport: Transport, topic: str) -> TopicReader:
        with anyio.fail_after(self.deadline):
            return await transport.reader(topic)

    async def _read_new(self, reader: TopicReader) -> list[ConsumerRecord]:
        with anyio.fail_after(self.deadline):
            return list(await reader.read_to_end())


def _content(round_: int, key: int) -> bytes | None:
    return None if (round_ + key) % 7 == 0 else f"{round_}-{key}-{'x' * 8_000}".encode()


def _without_tombstones(table: Mapping[bytes | None, bytes | None]) -> Mapping[bytes | None, bytes]:
    return {key: value for key, value in table.items() if value is not None}
