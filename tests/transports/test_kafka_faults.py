"""A broker that is killed, missing, or comes back: nothing acknowledged is lost, and nothing is left behind."""

import asyncio
import signal
import socket
import time
from pathlib import Path

import pytest

from connectsdk.errors import FencedError, TransportError, UnknownOutcomeError
from connectsdk.record import ProducerRecord, TopicPartition
from connectsdk.testing.broker import KafkaBroker
from connectsdk.testing.broker_fixtures import QUICK_START
from connectsdk.transport import Assigned, ConsumerConfig, Fetched, Lost, NewTopic, ProducerConfig
from connectsdk.transports.kafka import KafkaTransport

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

FLUSHED = {"log.flush.interval.messages": "1"}


@pytest.fixture(scope="module")
def module_broker(require_kafka: None):
    with KafkaBroker(java_options=QUICK_START) as broker:
        yield broker


@pytest.fixture
def broker(module_broker: KafkaBroker):
    """A broker to kill; up again for the next test."""
    yield module_broker
    if not module_broker.running:
        module_broker.start()


@pytest.fixture
async def nothing_left():
    """No task and no socket of a test survives it."""
    tasks, sockets = asyncio.all_tasks(), open_sockets()
    yield
    deadline = time.monotonic() + 10.0

    def more() -> set[asyncio.Task]:
        return asyncio.all_tasks() - tasks - {asyncio.current_task()}

    while (more() or open_sockets() > sockets) and time.monotonic() < deadline:  # noqa: ASYNC110 - nothing tells
        await asyncio.sleep(0.01)
    assert more() == set()
    assert open_sockets() <= sockets


def open_sockets() -> int:
    return sum(1 for each in Path("/proc/self/fd").iterdir() if is_socket(each))


def is_socket(descriptor: Path) -> bool:
    try:
        return str(descriptor.readlink()).startswith("socket:")
    except OSError:  # the one of the listing itself
        return False


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


async def restart(broker: KafkaBroker) -> None:
    await asyncio.to_thread(broker.kill)
    await asyncio.to_thread(broker.start)


async def read_all(transport: KafkaTransport, topic: str) -> list[bytes | None]:
    reader = await transport.reader(topic)
    values = [record.value for record in await reader.read_to_end()]
    await reader.close()
    return values


@pytest.mark.timeout(120)
async def test_nothing_acknowledged_is_lost_when_the_broker_is_killed_in_mid_send(broker, nothing_left):
    async with KafkaTransport(broker.bootstrap_servers) as transport:
        topic = "killed-in-mid-send"
        await transport.admin.create_topics([NewTopic(name=topic)])
        producer = await transport.producer()
        restarting = asyncio.ensure_future(asyncio.sleep(0))
        deliveries, number = [], 0
        while number < 200 or not restarting.done():
            if number == 100:
                restarting = asyncio.ensure_future(restart(broker))
            batch = [ProducerRecord(topic, 0, None, b"%d" % (number * 10 + n)) for n in range(10)]
            deliveries.append(await producer.send(batch))
            number += 1
            await asyncio.sleep(0.01)
        for delivery in deliveries:
            await delivery.wait()
        values = await read_all(transport, topic)
        assert values == [b"%d" % n for n in range(number * 10)]  # also in order, and each once


@pytest.mark.timeout(120)
async def test_a_consumer_goes_on_after_the_broker_was_killed(broker, nothing_left):
    async with KafkaTransport(broker.bootstrap_servers) as transport:
        topic = "killed-in-mid-consume"
        await transport.admin.create_topics([NewTopic(name=topic)])
        producer = await transport.producer()
        await (await producer.send([ProducerRecord(topic, 0, None, b"%d" % n) for n in range(500)])).wait()
        consumer = await transport.consumer(ConsumerConfig(group="killed", topics=[topic], max_records=50))
        where, values = TopicPartition(topic, 0), []
        killed = False
        deadline = time.monotonic() + 60
        while len(values) < 510:
            event = await consumer.next_event(1.0)
            if isinstance(event, Assigned):
                values = values[: event.positions[where]]
            elif isinstance(event, Fetched):
                assert event.records[0].offset == len(values)
                values += [record.value for record in event.records]
                await consumer.commit({where: len(values)})
            if not killed and len(values) >= 200:
                killed = True
                await restart(broker)
                await (
                    await producer.send([ProducerRecord(topic, 0, None, b"%d" % n) for n in range(500, 510)])
                ).wait()
            assert time.monotonic() < deadline
        assert values == [b"%d" % n for n in range(510)]
        assert await consumer.committed({where}) == {where: 510}


@pytest.mark.timeout(120)
async def test_everything_closes_in_time_while_the_broker_is_dead(broker, nothing_left):
    transport = KafkaTransport(broker.bootstrap_servers)
    await transport.start()
    topic = "closing-without-broker"
    await transport.admin.create_topics([NewTopic(name=topic)])
    producer = await transport.producer()
    await (await producer.send([ProducerRecord(topic, 0, None, b"x")])).wait()
    transactional = await transport.transactional_producer("closing")
    await transactional.begin()
    await transactional.send([ProducerRecord(topic, 0, None, b"x")])
    consumer = await transport.consumer(ConsumerConfig(group="closing", topics=[topic]))
    while not isinstance(await consumer.next_event(1.0), Assigned):
        pass
    await transport.reader(topic)
    await transport.offset_store("closing-offsets", partitions=1)
    await asyncio.to_thread(broker.kill)
    under_way = await producer.send([ProducerRecord(topic, 0, None, b"never")])
    start = time.monotonic()
    await transport.close()
    assert time.monotonic() - start < 18.0  # ten for all together; two after the other would take twenty
    with pytest.raises(TransportError):
        await under_way.wait()


@pytest.mark.timeout(120)
async def test_a_delivery_has_a_deadline(broker, nothing_left):
    async with KafkaTransport(broker.bootstrap_servers) as transport:
        topic = "delivery-deadline"
        await transport.admin.create_topics([NewTopic(name=topic)])
        producer = await transport.producer(ProducerConfig(delivery_timeout=1.0))
        await (await producer.send([ProducerRecord(topic, 0, None, b"x")])).wait()
        await asyncio.to_thread(broker.kill)
        delivery = await producer.send([ProducerRecord(topic, 0, None, b"late")])
        start = time.monotonic()
        with pytest.raises(TransportError, match="in time"):
            await delivery.wait()
        assert time.monotonic() - start < 10.0  # and not the 120 s that there are otherwise
        with pytest.raises(TransportError):  # it is finished, whatever comes
            await producer.send([ProducerRecord(topic, 0, None, b"x")])
        await asyncio.to_thread(broker.start)
        await producer.close()
        fresh = await transport.producer()
        await (await fresh.send([ProducerRecord(topic, 0, None, b"fresh")])).wait()
        values = await read_all(transport, topic)
        assert values[0] == b"x"
        assert values[-1] == b"fresh"


async def test_no_broker_is_named_within_the_deadline(nothing_left):
    address = f"127.0.0.1:{free_port()}"
    transport = KafkaTransport(address)
    start = time.monotonic()
    with pytest.raises(TransportError, match=rf"{address}.*check bootstrap\.servers"):
        await transport.start()
    assert time.monotonic() - start < 18.0  # ten, and not twice ten
    await transport.close()


async def test_something_that_is_no_broker_is_given_up_in_time(nothing_left):
    async def silent(reader, writer):
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    transport = KafkaTransport(f"127.0.0.1:{port}")
    with pytest.raises(TransportError, match="within 10 s"):
        await transport.start()
    server.close()
    await server.wait_closed()
    await transport.close()


async def test_the_second_of_two_addresses_will_do(kafka_broker, nothing_left):
    servers = f"127.0.0.1:{free_port()},{kafka_broker.bootstrap_servers}"
    async with KafkaTransport(servers) as transport:
        assert isinstance(await transport.admin.describe_topics([]), dict)


@pytest.mark.timeout(120)
async def test_a_silent_group_means_lost_partitions_and_a_new_membership_afterwards(broker, nothing_left):
    async with KafkaTransport(broker.bootstrap_servers) as transport:
        topic, where = "silent-group", TopicPartition("silent-group", 0)
        await transport.admin.create_topics([NewTopic(name=topic)])
        config = ConsumerConfig(group="silent", topics=[topic], session_timeout=6.0)
        consumer = await transport.consumer(config)
        while not isinstance(await consumer.next_event(1.0), Assigned):
            pass
        broker.process.send_signal(signal.SIGSTOP)
        try:
            async with asyncio.timeout(20):
                while not isinstance(event := await consumer.next_event(1.0), Lost):
                    assert event is None
            assert event.partitions == {where}
            assert consumer.assignment == frozenset()
            with pytest.raises(FencedError):
                await consumer.commit({where: 1})
        finally:
            broker.process.send_signal(signal.SIGCONT)
        async with asyncio.timeout(60):
            while not isinstance(await consumer.next_event(1.0), Assigned):
                pass
        await consumer.commit({where: 0})


@pytest.mark.timeout(120)
async def test_a_commit_without_an_answer_is_neither_yes_nor_no(broker, nothing_left):
    async with KafkaTransport(broker.bootstrap_servers) as transport:
        topic = "commit-without-answer"
        await transport.admin.create_topics([NewTopic(name=topic)])
        config = ProducerConfig(delivery_timeout=3.0)
        producer = await transport.transactional_producer("no-answer", config)
        await producer.begin()
        await (await producer.send([ProducerRecord(topic, 0, None, b"x")])).wait()
        broker.process.send_signal(signal.SIGSTOP)
        try:
            with pytest.raises(UnknownOutcomeError):
                await producer.commit()
            with pytest.raises(UnknownOutcomeError):  # only a successor may find out
                await producer.begin()
            await producer.close()
        finally:
            broker.process.send_signal(signal.SIGCONT)
        successor = await transport.transactional_producer("no-answer")
        values = await read_all(transport, topic)
        assert values in ([], [b"x"])
        await successor.begin()
        await successor.send([ProducerRecord(topic, 0, None, b"y")])
        await successor.commit()
        assert await read_all(transport, topic) == [*values, b"y"]


@pytest.mark.timeout(120)
async def test_a_failed_record_is_never_part_of_a_commit(broker, nothing_left):
    """The client library would commit without it."""
    async with KafkaTransport(broker.bootstrap_servers) as transport:
        topic = "failed-record"
        await transport.admin.create_topics([NewTopic(name=topic)])
        config = ProducerConfig(delivery_timeout=2.0)
        producer = await transport.transactional_producer("failed-record", config)
        await producer.begin()
        await (await producer.send([ProducerRecord(topic, 0, None, b"first")])).wait()
        broker.process.send_signal(signal.SIGSTOP)
        try:
            await producer.send([ProducerRecord(topic, 0, None, b"second")])
            with pytest.raises(TransportError, match="in time"):
                await producer.commit()
            await producer.close()
        finally:
            broker.process.send_signal(signal.SIGCONT)
        successor = await transport.transactional_producer("failed-record")
        assert await read_all(transport, topic) == []
        await successor.close()
