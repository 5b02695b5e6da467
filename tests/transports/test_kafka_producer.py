"""What is particular to producing to Kafka."""

import asyncio
import time

import pytest

from connectsdk.errors import DataError, RecordTooLargeError, UnknownTopicError
from connectsdk.record import ProducerRecord
from connectsdk.testing.broker import KafkaBroker
from connectsdk.transport import ConsumerConfig, NewTopic, ProducerConfig
from connectsdk.transports.kafka import KafkaTransport
from connectsdk.transports.kafka._producer import KafkaProducer
from connectsdk.transports.kafka._topics import TopicLimits

pytestmark = pytest.mark.kafka


@pytest.fixture
async def transport(kafka_broker: KafkaBroker):
    async with KafkaTransport(kafka_broker.bootstrap_servers) as transport:
        yield transport


@pytest.fixture
async def strict(strict_broker: KafkaBroker):
    async with KafkaTransport(strict_broker.bootstrap_servers) as transport:
        yield transport


async def values_in(transport: KafkaTransport, topic: str) -> list[bytes | None]:
    reader = await transport.reader(topic)
    return [record.value for record in await reader.read_to_end()]


async def test_a_missing_topic_that_nobody_creates(strict: KafkaTransport):
    producer = await strict.producer()
    start = time.monotonic()
    with pytest.raises(UnknownTopicError, match=r"nowhere.*do not create it on demand"):
        await producer.send([ProducerRecord("nowhere", 0, None, b"x")])
    assert time.monotonic() - start < 10.0
    await strict.admin.create_topics([NewTopic(name="nowhere")])
    await (await producer.send([ProducerRecord("nowhere", 0, None, b"x")])).wait()
    assert await values_in(strict, "nowhere") == [b"x"]


async def test_a_consumer_of_a_missing_topic(strict: KafkaTransport):
    consumer = await strict.consumer(ConsumerConfig(group="missing", topics=["not-there"]))
    async with asyncio.timeout(15):
        with pytest.raises(UnknownTopicError, match="not-there"):
            await consumer.next_event(14.0)


async def test_records_that_the_topic_refuses_are_rejected_before_they_are_sent(transport: KafkaTransport):
    """A broker refuses a whole batch for one record, and a refused batch costs the producer."""
    topic, now = "limits", int(time.time() * 1000)
    config = {
        "cleanup.policy": "compact",
        "max.message.bytes": "5000",
        "message.timestamp.before.max.ms": "1000000",
    }
    await transport.admin.create_topics([NewTopic(name=topic, config=config)])
    producer = await transport.producer()
    records = [
        ProducerRecord(topic, 0, b"k", b"good"),
        ProducerRecord(topic, 0, None, b"no key"),
        ProducerRecord(topic, 0, b"k", b"x" * 6000),
        ProducerRecord(topic, 0, b"k", b"x", now - 2_000_000),
        ProducerRecord(topic, 0, b"k", b"x", now + 7_200_000),  # an hour is the broker's limit
        ProducerRecord(topic, 0, b"k", b"x", -1),
        ProducerRecord(topic, 1, b"k", b"no such partition"),
        *[ProducerRecord(topic, 0, b"k", b"y" * 3000)] * 5,
    ]
    report = await (await producer.send(records)).wait()
    assert sorted(rejected.index for rejected in report.rejected) == [1, 2, 3, 4, 5, 6]
    kinds = {rejected.index: type(rejected.error) for rejected in report.rejected}
    assert kinds == {
        1: DataError,
        2: RecordTooLargeError,
        3: DataError,
        4: DataError,
        5: DataError,
        6: DataError,
    }
    written = [metadata.offset for metadata in report.metadata() if metadata is not None]
    assert written == [0, 1, 2, 3, 4, 5]


async def test_a_record_refused_by_the_broker_leaves_no_gap(transport: KafkaTransport):
    """The topic's limit was lowered after the producer had learned it."""
    topic = "refused-by-broker"
    await transport.admin.create_topics([NewTopic(name=topic, config={"max.message.bytes": "5000"})])
    producer = await transport.producer()
    assert isinstance(producer, KafkaProducer)
    producer._batching._limits[topic] = (time.monotonic() + 60, TopicLimits())
    await (await producer.send([ProducerRecord(topic, 0, None, b"1")])).wait()
    report = await (await producer.send([ProducerRecord(topic, 0, None, b"x" * 6000)])).wait()
    assert [(each.index, type(each.error)) for each in report.rejected] == [(0, RecordTooLargeError)]
    assert list(report.metadata()) == [None]
    await (await producer.send([ProducerRecord(topic, 0, None, b"2")])).wait()
    assert await values_in(transport, topic) == [b"1", b"2"]


async def test_sequence_numbers_begin_again_after_the_last(transport: KafkaTransport):
    """At full speed that is once an hour; the client library alone would fail there."""
    topic = "sequences"
    await transport.admin.create_topics([NewTopic(name=topic)])
    producer = await transport.producer()
    assert isinstance(producer, KafkaProducer)
    from aiokafka.structs import TopicPartition as ClientPartition

    numbers = producer._batching.client._txn_manager._sequence_numbers
    numbers[ClientPartition(topic, 0)] = 2**31 - 3
    for first in range(0, 12, 4):
        batch = [ProducerRecord(topic, 0, None, b"%d" % n) for n in range(first, first + 4)]
        await (await producer.send(batch)).wait()
    assert await values_in(transport, topic) == [b"%d" % n for n in range(12)]
    assert numbers[ClientPartition(topic, 0)] == 9


async def test_small_sends_share_batches_and_keep_their_order(transport: KafkaTransport):
    topic = "small-sends"
    await transport.admin.create_topics([NewTopic(name=topic, partitions=3)])
    producer = await transport.producer()
    deliveries = [
        await producer.send(
            [ProducerRecord(topic, n % 3, None, b"%d" % n), ProducerRecord(topic, 0, None, b"-%d" % n)]
        )
        for n in range(300)
    ]
    reports = [await delivery.wait() for delivery in deliveries]
    reader = await transport.reader(topic)
    stored = {(r.partition, r.offset): r.value for r in await reader.read_to_end()}
    assert len(stored) == 600
    for n, report in enumerate(reports):
        first, second = report.metadata()
        assert first is not None
        assert second is not None
        assert stored[first.partition, first.offset] == b"%d" % n
        assert stored[second.partition, second.offset] == b"-%d" % n
        assert first.partition == n % 3
        assert abs(first.timestamp - time.time() * 1000) < 60_000
    batches = {id(pending) for delivery in deliveries for pending in delivery.batches}
    assert len(batches) < 300


@pytest.mark.parametrize("compression", ["gzip", None])
async def test_many_batches_of_one_partition_under_way_keep_their_order(
    transport: KafkaTransport, compression
):
    topic = f"order-{compression}"
    await transport.admin.create_topics([NewTopic(name=topic)])
    config = ProducerConfig(compression=compression, overrides={"batch.size": "2000"})
    producer = await transport.producer(config)
    deliveries = [
        await producer.send([ProducerRecord(topic, 0, None, b"%d" % (n * 100 + k)) for k in range(100)])
        for n in range(50)
    ]
    for delivery in deliveries:
        await delivery.wait()
        assert delivery.done
    assert await values_in(transport, topic) == [b"%d" % n for n in range(5000)]


async def test_send_waits_while_too_much_is_under_way(transport: KafkaTransport):
    topic = "back-pressure"
    await transport.admin.create_topics([NewTopic(name=topic)])
    producer = await transport.producer(ProducerConfig(buffer_bytes=100_000))
    assert isinstance(producer, KafkaProducer)
    most = 0
    for _ in range(100):
        await producer.send([ProducerRecord(topic, 0, None, b"x" * 10_000)] * 3)
        most = max(most, producer._batching._bytes)
    assert most < 100_000 + 40_000
    await producer.close()
    assert len(await values_in(transport, topic)) == 300


async def test_a_partition_that_was_added_a_moment_ago(transport: KafkaTransport, kafka_broker: KafkaBroker):
    from aiokafka.admin import AIOKafkaAdminClient, NewPartitions

    topic = "grown"
    await transport.admin.create_topics([NewTopic(name=topic)])
    producer = await transport.producer()
    await (await producer.send([ProducerRecord(topic, 0, None, b"0")])).wait()
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka_broker.bootstrap_servers)
    await admin.start()
    await admin.create_partitions({topic: NewPartitions(total_count=2)})
    await admin.close()
    async with asyncio.timeout(20):
        while (await transport.admin.describe_topics([topic]))[topic].partitions < 2:  # noqa: ASYNC110 - no event
            await asyncio.sleep(0.05)
    report = await (await producer.send([ProducerRecord(topic, 1, None, b"1")])).wait()
    assert not report.rejected
