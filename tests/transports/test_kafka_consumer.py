"""What is particular to consuming from Kafka, and to its transactions."""

import asyncio
import time

import anyio
import pytest

from connectsdk.errors import TransportError, UnknownOutcomeError
from connectsdk.record import ProducerRecord, TopicPartition
from connectsdk.testing.broker import KafkaBroker
from connectsdk.transport import Assigned, Consumer, ConsumerConfig, Fetched, NewTopic
from connectsdk.transports.kafka import KafkaTransport
from connectsdk.transports.kafka._topics import TopicLimits
from connectsdk.transports.kafka._transactions import KafkaTransactionalProducer

pytestmark = pytest.mark.kafka


@pytest.fixture
async def transport(kafka_broker: KafkaBroker):
    async with KafkaTransport(kafka_broker.bootstrap_servers) as transport:
        yield transport


async def write(transport: KafkaTransport, topic: str, count: int) -> None:
    await transport.admin.create_topics([NewTopic(name=topic)])
    producer = await transport.producer()
    await (await producer.send([ProducerRecord(topic, 0, None, b"%d" % n) for n in range(count)])).wait()
    await producer.close()


async def assigned(consumer: Consumer, within: float = 20.0) -> Assigned:
    async with asyncio.timeout(within):
        while not isinstance(event := await consumer.next_event(1.0), Assigned):
            pass
    return event


@pytest.mark.parametrize("level", ["asyncio", "anyio"])
async def test_a_cancelled_close_still_leaves_the_group(transport: KafkaTransport, level):
    topic = f"cancelled-close-{level}"
    await write(transport, topic, 1)
    config = ConsumerConfig(group=topic, topics=[topic], session_timeout=30.0)
    first = await transport.consumer(config)
    await assigned(first)
    if level == "anyio":
        with anyio.CancelScope() as scope:
            scope.cancel()
            await first.close()
    else:
        closing = asyncio.ensure_future(first.close())
        await asyncio.sleep(0)
        closing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await closing
    second = await transport.consumer(config)
    await assigned(second, within=15.0)  # not only after the session


async def test_a_lost_range_of_offsets_is_for_people_to_judge(transport: KafkaTransport):
    topic, where = "out-of-range", TopicPartition("out-of-range", 0)
    await write(transport, topic, 5)
    await transport.admin.alter_group_offsets("out-of-range", {where: 40})
    consumer = await transport.consumer(ConsumerConfig(group="out-of-range", topics=[topic]))
    await assigned(consumer)
    async with asyncio.timeout(15):
        with pytest.raises(
            TransportError, match=r"offset 40 of out-of-range-0 does not exist, it has 0 to 5"
        ):
            await consumer.next_event(14.0)


async def test_fetched_ahead_but_not_unpacked(transport: KafkaTransport):
    """While a sink is busy, nothing but bytes waits for it."""
    topic = "fetched-ahead"
    await write(transport, topic, 1000)
    consumer = await transport.consumer(ConsumerConfig(group=topic, topics=[topic], max_records=10))
    await assigned(consumer)
    event = await consumer.next_event(10.0)
    assert isinstance(event, Fetched)
    assert [record.offset for record in event.records] == list(range(10))
    consumer.seek({TopicPartition(topic, 0): 500})
    event = await consumer.next_event(10.0)
    assert isinstance(event, Fetched)
    assert event.records[0].offset == 500


async def test_a_transaction_with_a_refused_batch_is_aborted(transport: KafkaTransport):
    """The client library alone would commit the rest of it."""
    topic = "refused-in-transaction"
    await transport.admin.create_topics([NewTopic(name=topic, config={"max.message.bytes": "5000"})])
    producer = await transport.transactional_producer("refused-in-transaction")
    assert isinstance(producer, KafkaTransactionalProducer)
    producer._batching._limits[topic] = (time.monotonic() + 60, TopicLimits())
    await producer.begin()
    await (await producer.send([ProducerRecord(topic, 0, None, b"first")])).wait()
    await producer.send([ProducerRecord(topic, 0, None, b"x" * 3000)] * 2)  # each would do, not the batch
    with pytest.raises(TransportError) as caught:
        await producer.commit()
    assert not isinstance(caught.value, UnknownOutcomeError)
    await producer.close()
    successor = await transport.transactional_producer("refused-in-transaction")
    reader = await transport.reader(topic)
    assert await reader.read_to_end() == []
    await successor.close()
