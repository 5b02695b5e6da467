"""Which partition does each record of a batch go to?"""

import pytest
from aiokafka.partitioner import murmur2 as murmur2_of_aiokafka
from hypothesis import given, strategies as st

from connectsdk._core.partitioner import Partitioner, murmur2, partition_of_key
from connectsdk.record import ProducerRecord, TopicPartition

# What Java's Utils.murmur2 answers, from Apache Kafka's own tests.
JAVA = {
    b"21": -973932308,
    b"foobar": -790332482,
    b"a-little-bit-long-string": -985981536,
    b"a-little-bit-longer-string": -1486304829,
    b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
    b"abc": 479470107,
}


@pytest.mark.parametrize(("data", "expected"), JAVA.items())
def test_murmur2_is_javas(data, expected):
    assert murmur2(data) == expected & 0xFFFFFFFF
    assert partition_of_key(data, 7) == (expected & 0x7FFFFFFF) % 7


@given(st.binary(max_size=200))
def test_murmur2_is_that_of_another_client(data):
    assert murmur2(data) == murmur2_of_aiokafka(data) & 0xFFFFFFFF


def test_a_given_partition_wins():
    records = [ProducerRecord("t", 3, b"21"), ProducerRecord("t", 0)]
    assert Partitioner().split(records, {"t": 4}) == {
        TopicPartition("t", 3): [0],
        TopicPartition("t", 0): [1],
    }


def test_an_empty_batch_goes_nowhere():
    assert Partitioner().split([], {}) == {}


def test_keyless_batches_take_turns():
    partitioner = Partitioner(turn=1)
    batch = [ProducerRecord("t", None, None, b"v")] * 3
    taken = [list(partitioner.split(batch, {"t": 3})) for _ in range(4)]
    assert taken == [[("t", 1)], [("t", 2)], [("t", 0)], [("t", 1)]]


def test_one_key_keeps_its_partition_between_keyless_batches():
    partitioner = Partitioner()
    batch = [ProducerRecord("t", None, b"21", b"v")] * 2
    keyless = [ProducerRecord("t", None, None, b"v")]
    expected = {TopicPartition("t", partition_of_key(b"21", 5)): range(2)}
    for _ in range(3):
        assert partitioner.split(batch, {"t": 5}) == expected
        partitioner.split(keyless, {"t": 5})


destinations = st.tuples(
    st.sampled_from(["a", "b"]), st.none() | st.integers(0, 2), st.none() | st.binary(max_size=2)
)


@given(st.lists(st.lists(destinations, max_size=20), max_size=5), st.integers(1, 5))
def test_every_record_goes_to_one_place_in_order(batches, cached):
    partitioner = Partitioner(cached_keys=cached)
    counts = {"a": 3, "b": 5}
    for batch in batches:
        records = [ProducerRecord(*destination) for destination in batch]
        turn = partitioner.turn
        split = partitioner.split(records, counts)
        assert sorted(place for places in split.values() for place in places) == list(range(len(records)))
        for (topic, partition), places in split.items():
            assert list(places) == sorted(places)
            for place in places:
                record = records[place]
                assert record.topic == topic
                if record.partition is not None:
                    assert partition == record.partition
                elif record.key is not None:
                    assert partition == partition_of_key(record.key, counts[topic])
                else:
                    assert partition == turn % counts[topic]


def test_the_cache_of_keys_is_bounded():
    partitioner = Partitioner(cached_keys=10)
    for number in range(100):
        partitioner.split([ProducerRecord("t", None, str(number).encode())], {"t": 3})
    assert len(partitioner._hashes) <= 10
