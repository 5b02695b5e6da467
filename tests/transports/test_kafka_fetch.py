"""Our own unpacking of fetched batches hands out what the client library's does."""

import struct

import pytest
from aiokafka.consumer.fetcher import PartitionRecords
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.structs import TopicPartition as ClientPartition
from hypothesis import given, strategies as st

from connectsdk.record import ConsumerRecord, ProducerRecord, TopicPartition
from connectsdk.testing.broker import KafkaBroker
from connectsdk.transport import Assigned, ConsumerConfig, Fetched, NewTopic
from connectsdk.transports.kafka import KafkaTransport, _consumer as consumer_module
from connectsdk.transports.kafka._fetch import BatchReader, DirectFetch, PublicFetch

CONTROL = 0x20
ATTRIBUTES = 21  # where a batch has its attributes
CRC = 17
ABORT, COMMIT = b"\x00\x00\x00\x00", b"\x00\x00\x00\x01"


def batch(base, records, *, producer=None, transactional=False, codec=0, gap_after=0) -> bytes:
    """One batch: records are (offset delta, timestamp, key, value, headers)."""
    builder = DefaultRecordBatchBuilder(
        2,
        codec,
        is_transactional=transactional,
        producer_id=-1 if producer is None else producer,
        producer_epoch=0,
        base_sequence=0,
        batch_size=1 << 24,
    )
    for delta, timestamp, key, value, headers in records:
        builder.append(delta, timestamp, key, value, list(headers))
    data = bytearray(builder.build())
    struct.pack_into(">q", data, 0, base)
    if gap_after:  # compaction keeps the last offset of a batch whose last records are gone
        last = struct.unpack_from(">i", data, 23)[0]
        struct.pack_into(">i", data, 23, last + gap_after)
    return with_crc(data)


def marker(base, producer, kind) -> bytes:
    data = bytearray(batch(base, [(0, 1, kind, b"\x00" * 6, ())], producer=producer, transactional=True))
    attributes = struct.unpack_from(">h", data, ATTRIBUTES)[0]
    struct.pack_into(">h", data, ATTRIBUTES, attributes | CONTROL)
    return with_crc(data)


def with_crc(data: bytearray) -> bytes:
    from aiokafka.record.util import calc_crc32c

    struct.pack_into(">I", data, CRC, calc_crc32c(bytes(data[CRC + 4 :])))
    return bytes(data)


def library_reader(data: bytes, start=0, aborted=(), isolation=1) -> PartitionRecords:
    partition = ClientPartition("t", 3)
    return PartitionRecords(partition, MemoryRecords(data), list(aborted), start, None, None, True, isolation)


def by_library(reader: PartitionRecords) -> tuple[list[ConsumerRecord], int]:
    records = [
        ConsumerRecord(
            r.topic, r.partition, r.offset, r.timestamp, r.timestamp_type, r.key, r.value, tuple(r.headers)
        )
        for r in reader
    ]
    return records, reader.next_fetch_offset


def by_us(reader: PartitionRecords, limit=1_000_000) -> tuple[list[ConsumerRecord], int]:
    ours = BatchReader(reader, "t", 3)
    records: list[ConsumerRecord] = []
    while not ours.exhausted:
        taken = ours.take(limit)
        assert len(taken) <= limit
        records += taken
    return records, ours.next_fetch_offset


data_bytes = st.none() | st.binary(max_size=20)
headers = st.lists(st.tuples(st.text(max_size=5), data_bytes), max_size=3)
batches = st.lists(
    st.tuples(
        st.lists(
            st.tuples(st.integers(1, 3), st.integers(0, 10**12), data_bytes, data_bytes, headers), max_size=6
        ),
        st.sampled_from(["plain", "idempotent", "open", "commit", "abort"]),
        st.integers(1, 2),
        st.sampled_from([0, 1]),
        st.integers(0, 3),
    ),
    max_size=8,
)


def build(plan) -> tuple[bytes, int, list[tuple[int, int]]]:
    """Return the bytes of a partition, its end, and the aborted transactions."""
    data, end, aborted = b"", 0, []
    first: dict[int, int] = {}
    for records, kind, producer, codec, gap in plan:
        if kind in {"commit", "abort"}:
            data += marker(end, producer, ABORT if kind == "abort" else COMMIT)
            begun = first.pop(producer, None)
            if kind == "abort" and begun is not None:
                aborted.append((producer, begun))
            end += 1
            continue
        delta, filled = -1, []
        for step, timestamp, key, value, attached in records:
            delta += step if delta >= 0 else 1
            filled.append((delta, timestamp, key, value, attached))
        if not filled:
            continue
        known = None if kind == "plain" else producer if kind == "open" else 9
        data += batch(end, filled, producer=known, transactional=kind == "open", codec=codec, gap_after=gap)
        if kind == "open":
            first.setdefault(producer, end)
        end += delta + gap + 1
    return data, end, aborted


@given(plan=batches, start=st.integers(0, 12), limit=st.integers(1, 7), isolation=st.sampled_from([0, 1]))
def test_the_same_as_the_library(plan, start, limit, isolation):
    """Aborted ranges, markers, gaps of compaction, headers, compression, and a start within a batch."""
    data, end, aborted = build(plan)
    start = min(start, end)
    expected = by_library(library_reader(data, start, aborted, isolation))
    assert by_us(library_reader(data, start, aborted, isolation)) == expected
    assert by_us(library_reader(data, start, aborted, isolation), limit) == expected


def test_the_position_follows_what_was_taken():
    records = [(n, 5, None, b"%d" % n, ()) for n in range(5)]
    reader = BatchReader(library_reader(batch(10, records, gap_after=2), 10), "t", 3)
    assert [record.offset for record in reader.take(2)] == [10, 11]
    assert reader.next_fetch_offset == 12
    assert len(reader.take(9)) == 3
    assert reader.next_fetch_offset == 17


def test_what_is_before_a_corrupt_batch_is_handed_out_first():
    broken = bytearray(batch(1, [(0, 5, None, b"bad", ())]))
    broken[-2] ^= 1
    reader = BatchReader(library_reader(batch(0, [(0, 5, None, b"good", ())]) + bytes(broken)), "t", 3)
    assert [record.value for record in reader.take(10)] == [b"good"]
    assert not reader.exhausted
    with pytest.raises(CorruptRecordException, match="t-3 at offset 1"):
        reader.take(10)


@pytest.mark.kafka
async def test_both_ways_read_the_same_from_a_broker(kafka_broker: KafkaBroker, monkeypatch):
    async with KafkaTransport(kafka_broker.bootstrap_servers) as transport:
        topic = "fetch-both-ways"
        await transport.admin.create_topics([NewTopic(name=topic, partitions=2)])
        producer = await transport.producer()
        attached = (("h", b"1"), ("h", None))
        plain = [ProducerRecord(topic, n % 2, b"k%d" % n, b"v" * n, n, attached) for n in range(50)]
        await (await producer.send(plain)).wait()
        tx = await transport.transactional_producer("fetch-both-ways")
        for end in (tx.abort, tx.commit):
            await tx.begin()
            await tx.send([ProducerRecord(topic, n % 2, None, b"tx") for n in range(20)])
            await end()
        read = {}
        for way in (DirectFetch, PublicFetch):
            monkeypatch.setattr(consumer_module, "fetch_for", way)
            config = ConsumerConfig(group=f"both-{way.__name__}", topics=[topic], max_records=7)
            consumer = await transport.consumer(config)
            records: list[ConsumerRecord] = []
            while len(records) < 70:
                event = await consumer.next_event(20.0)
                assert isinstance(event, (Assigned, Fetched))
                if isinstance(event, Fetched):
                    assert len(event.records) <= 7
                    records += event.records
            assert await consumer.next_event(0.3) is None
            read[way] = sorted(records, key=lambda record: (record.partition, record.offset))
            await consumer.close()
        assert read[DirectFetch] == read[PublicFetch]
        assert {TopicPartition(r.topic, r.partition) for r in read[DirectFetch]} == {(topic, 0), (topic, 1)}
