"""Does a producer write what it was given?"""

# ruff: noqa: PLR2004, S101 - a check asserts, and its numbers are the point

import time

import anyio
import pytest

from connectsdk.errors import RecordTooLargeError, UnknownTopicError
from connectsdk.record import ProducerRecord, TimestampType, TopicPartition
from connectsdk.testing.transport_suite._steps import Steps, fresh_name, records_to, texts
from connectsdk.transport import ProducerConfig, Transport

__all__ = ("ProducingChecks",)

# Java's `Utils.toPositive(Utils.murmur2(key)) % 10`
_PARTITION_OF_KEY = {
    b"21": 0,
    b"foobar": 6,
    b"a-little-bit-long-string": 2,
    b"a-little-bit-longer-string": 9,
    b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": 7,
    b"abc": 7,
}


class ProducingChecks(Steps):
    """Checks of `Producer`, `Delivery` and `DeliveryReport`."""

    async def test_records_keep_their_order(self, transport: Transport) -> None:
        """One batch is read as it was written."""
        topic = await self.new_topic(transport)
        await self.write_values(transport, topic, range(500))
        consumer = await self.consumer(transport, topic)
        assert await self.values(consumer, 500) == texts(range(500))

    async def test_batches_under_way_keep_their_order(self, transport: Transport) -> None:
        """Batches sent without waiting are read in the order sent."""
        topic = await self.new_topic(transport)
        producer = await self.producer(transport)
        deliveries = [
            await producer.send(records_to(topic, range(start, start + 10))) for start in range(0, 500, 10)
        ]
        with anyio.fail_after(self.deadline):
            for delivery in deliveries:
                await delivery.wait()
        assert await self.committed_values(transport, topic) == texts(range(500))

    @pytest.mark.parametrize(("key", "partition"), _PARTITION_OF_KEY.items())
    async def test_a_key_goes_where_java_sends_it(
        self, transport: Transport, key: bytes, partition: int
    ) -> None:
        """The key decides the partition by Java's murmur2."""
        topic = await self.new_topic(transport, 10)
        report = await self.write(transport, records_to(topic, ["v"], None, key))
        assert [metadata and metadata.partition for metadata in report.metadata()] == [partition]
        assert [record.partition for record in await self.all_committed(transport, topic)] == [partition]

    async def test_keys_of_one_batch_go_to_their_own_partitions(self, transport: Transport) -> None:
        """Every key of a mixed batch goes to its partition, in order."""
        topic = await self.new_topic(transport, 10)
        keys = list(_PARTITION_OF_KEY)
        batch = [ProducerRecord(topic, None, keys[n % len(keys)], str(n).encode()) for n in range(60)]
        await self.write(transport, batch)
        found = await self.all_committed(transport, topic)
        assert {(record.key, record.partition) for record in found} == set(_PARTITION_OF_KEY.items())
        for key in keys:
            mine = [int(record.value or b"") for record in found if record.key == key]
            assert mine == sorted(mine)
            assert len(mine) == len(batch) // len(keys)

    async def test_a_given_partition_wins(self, transport: Transport) -> None:
        """A record with a partition goes there, whatever its key."""
        topic = await self.new_topic(transport, 3)
        await self.write(transport, [ProducerRecord(topic, n, b"21", b"") for n in range(3)])
        found = await self.all_committed(transport, topic)
        assert sorted(record.partition for record in found) == [0, 1, 2]

    async def test_records_without_key_or_partition_arrive(self, transport: Transport) -> None:
        """The producer chooses a partition that exists."""
        topic = await self.new_topic(transport, 3)
        await self.write(transport, records_to(topic, range(30), None))
        found = await self.all_committed(transport, topic)
        assert sorted(int(record.value or b"") for record in found) == list(range(30))
        assert {record.key for record in found} == {None}

    async def test_headers_keep_order_duplicates_and_nulls(self, transport: Transport) -> None:
        """Headers are read as they were written."""
        topic = await self.new_topic(transport)
        headers = (("b", b"1"), ("a", None), ("b", b""), ("b", b"1"), ("ü", b"\x00\xff"))
        await self.write(
            transport, [ProducerRecord(topic, 0, None, b"v", None, headers), ProducerRecord(topic, 0)]
        )
        found = await self.all_committed(transport, topic)
        assert [tuple(map(tuple, record.headers)) for record in found] == [headers, ()]

    async def test_nothing_and_empty_differ(self, transport: Transport) -> None:
        """None, a tombstone or a missing key, is not the same as no bytes."""
        topic = await self.new_topic(transport)
        pairs = [(None, None), (b"", b""), (b"k", None), (None, b"v"), (b"", None), (None, b"")]
        await self.write(transport, [ProducerRecord(topic, 0, key, value) for key, value in pairs])
        found = await self.all_committed(transport, topic)
        assert [(record.key, record.value) for record in found] == pairs

    async def test_a_given_timestamp_is_kept(self, transport: Transport) -> None:
        """Timestamps are those given, each its own, in any order."""
        topic = await self.new_topic(transport)
        now = time.time_ns() // 1_000_000
        given = [now - 5_000, now - 1_000, now - 9_000]
        report = await self.write(transport, [ProducerRecord(topic, 0, None, b"", stamp) for stamp in given])
        found = await self.all_committed(transport, topic)
        assert [record.timestamp for record in found] == given
        assert {record.timestamp_type for record in found} == {TimestampType.CREATE_TIME}
        assert all(
            metadata is not None and metadata.timestamp in {stamp, -1}
            for metadata, stamp in zip(report.metadata(), given, strict=True)
        )

    async def test_a_missing_timestamp_is_now(self, transport: Transport) -> None:
        """A record without a timestamp gets the time of sending."""
        topic = await self.new_topic(transport)
        before = time.time_ns() // 1_000_000
        await self.write(transport, [ProducerRecord(topic, 0)])
        after = time.time_ns() // 1_000_000
        [record] = await self.all_committed(transport, topic)
        assert before <= record.timestamp <= after

    async def test_a_topic_may_set_the_time_itself(self, transport: Transport) -> None:
        """With LogAppendTime the given timestamp is replaced."""
        topic = await self.new_topic(transport, message_timestamp_type="LogAppendTime")
        await self.write(transport, [ProducerRecord(topic, 0, None, b"", 1_000)])
        [record] = await self.all_committed(transport, topic)
        assert record.timestamp > 1_000
        assert record.timestamp_type == TimestampType.LOG_APPEND_TIME

    async def test_an_empty_batch_is_fine(self, transport: Transport) -> None:
        """Sending nothing is delivered."""
        producer = await self.producer(transport)
        report = await self.send(producer, [])
        assert list(report.metadata()) == []
        assert list(report.rejected) == []

    async def test_metadata_tells_where_each_record_is(self, transport: Transport) -> None:
        """Metadata is in the order sent, with the offsets that readers see."""
        topic = await self.new_topic(transport, 3)
        await self.write(transport, [record for part in range(3) for record in records_to(topic, "ab", part)])
        batch = [ProducerRecord(topic, n % 3, None, str(n).encode()) for n in range(30)]
        report = await self.write(transport, batch)
        told = [(m.topic, m.partition, m.offset) if m else None for m in report.metadata()]
        found = {
            record.value: (record.topic, record.partition, record.offset)
            for record in await self.all_committed(transport, topic)
        }
        assert told == [found[record.value] for record in batch]

    async def test_offsets_count_up_from_zero(self, transport: Transport) -> None:
        """Offsets of one partition have no gaps when there are no transactions."""
        topic = await self.new_topic(transport)
        for _ in range(3):
            await self.write_values(transport, topic, range(7))
        found = await self.all_committed(transport, topic)
        assert [record.offset for record in found] == list(range(21))

    async def test_a_delivery_may_be_waited_for_again(self, transport: Transport) -> None:
        """`wait` answers every caller, and `done` is true afterwards."""
        topic = await self.new_topic(transport)
        producer = await self.producer(transport)
        delivery = await producer.send(records_to(topic, range(10)))
        answers = []

        async def wait() -> None:
            answers.append(len((await delivery.wait()).metadata()))

        with anyio.fail_after(self.deadline):
            async with anyio.create_task_group() as group:
                for _ in range(3):
                    group.start_soon(wait)
            await wait()
        assert answers == [10] * 4
        assert delivery.done

    async def test_a_cancelled_wait_leaves_the_batch_under_way(self, transport: Transport) -> None:
        """Cancelling `wait` cancels only the wait."""
        topic = await self.new_topic(transport)
        producer = await self.producer(transport)
        delivery = await producer.send(records_to(topic, range(10)))
        with anyio.CancelScope() as scope:
            scope.cancel()
            await delivery.wait()
        with anyio.fail_after(self.deadline):
            await delivery.wait()
        assert await self.committed_values(transport, topic) == texts(range(10))

    async def test_close_waits_for_what_is_under_way(self, transport: Transport) -> None:
        """What was accepted before `close` is written after it."""
        topic = await self.new_topic(transport)
        producer = await self.producer(transport)
        await producer.send(records_to(topic, range(100)))
        with anyio.fail_after(self.deadline):
            await producer.close()
        assert await self.committed_values(transport, topic) == texts(range(100))

    async def test_one_batch_may_go_to_several_topics(self, transport: Transport) -> None:
        """Records of several topics in one batch all arrive."""
        topics = [await self.new_topic(transport) for _ in range(3)]
        await self.write(transport, [record for topic in topics for record in records_to(topic, range(5))])
        for topic in topics:
            assert await self.committed_values(transport, topic) == texts(range(5))

    async def test_a_large_batch_arrives_whole(self, transport: Transport) -> None:
        """More records than one request carries are one batch to the caller."""
        topic = await self.new_topic(transport)
        value = b"x" * 200
        records = [ProducerRecord(topic, 0, None, value + str(n).encode()) for n in range(12_000)]
        report = await self.write(transport, records)
        assert len(report.metadata()) == len(records)
        found = await self.all_committed(transport, topic)
        assert [record.value for record in found] == [record.value for record in records]

    async def test_a_record_too_large_is_rejected_alone(self, transport: Transport) -> None:
        """A record above the limit is rejected with its place and reason; its neighbours are written."""
        topic = await self.new_topic(transport)
        config = ProducerConfig(max_request_size=self.max_request_size)
        with anyio.fail_after(self.deadline):
            producer = await transport.producer(config)
        large = ProducerRecord(topic, 0, None, b"x" * (self.max_request_size + 1))
        batch = [*records_to(topic, [0, 1]), large, *records_to(topic, [3]), large, *records_to(topic, [5])]
        report = await self.send(producer, batch)
        assert [rejected.index for rejected in report.rejected] == [2, 4]
        assert all(isinstance(rejected.error, RecordTooLargeError) for rejected in report.rejected)
        assert [metadata is None for metadata in report.metadata()] == [
            False,
            False,
            True,
            False,
            True,
            False,
        ]
        assert await self.committed_values(transport, topic) == texts([0, 1, 3, 5])

    async def test_a_producer_goes_on_after_a_rejected_record(self, transport: Transport) -> None:
        """A rejected record is no failure of the producer."""
        topic = await self.new_topic(transport)
        config = ProducerConfig(max_request_size=self.max_request_size)
        with anyio.fail_after(self.deadline):
            producer = await transport.producer(config)
        report = await self.send(producer, [ProducerRecord(topic, 0, b"k" * (self.max_request_size + 1))])
        assert len(report.rejected) == 1
        await self.send(producer, records_to(topic, range(3)))
        assert await self.committed_values(transport, topic) == texts(range(3))

    async def test_a_missing_topic(self, transport: Transport) -> None:
        """A missing topic is created on demand, or is an error that says so."""
        topic = fresh_name("missing")
        producer = await self.producer(transport)
        if self.supports_auto_create:
            await self.send(producer, records_to(topic, [1]))
            assert await self.committed_values(transport, topic) == ["1"]
        else:
            with pytest.raises(UnknownTopicError, match=topic):
                await self.send(producer, records_to(topic, [1]))

    async def test_producers_do_not_disturb_each_other(self, transport: Transport) -> None:
        """Several producers write at once, each in its order."""
        topic = await self.new_topic(transport)

        async def write(name: str) -> None:
            producer = await self.producer(transport)
            for n in range(10):
                await self.send(producer, records_to(topic, [f"{name}{n}"]))

        async with anyio.create_task_group() as group:
            for name in "abc":
                group.start_soon(write, name)
        found = await self.committed_values(transport, topic)
        for name in "abc":
            assert [value for value in found if value[0] == name] == [f"{name}{n}" for n in range(10)]
        end = await transport.admin.end_offsets({TopicPartition(topic, 0)})
        assert end == {TopicPartition(topic, 0): 30}
