"""Requests to change offsets are read as Kafka Connect reads them, and refused in its words."""

from typing import Any

import pytest
from hypothesis import given, strategies as st

from connectsdk._core.offset_requests import read_sink_offsets, read_source_offsets, written_sink_offset
from connectsdk.errors import ConfigError
from connectsdk.record import TopicPartition


def test_source_offsets_are_taken_as_they_are() -> None:
    wanted = [({"file": "a"}, {"position": 3}), ({"file": "b"}, None)]
    assert read_source_offsets(wanted) == wanted


def test_sink_offsets_may_be_text() -> None:
    wanted = [
        ({"kafka_topic": "t", "kafka_partition": 0}, {"kafka_offset": 7}),
        ({"kafka_topic": "t", "kafka_partition": "1"}, {"kafka_offset": "+8"}),
        ({"kafka_topic": 5, "kafka_partition": 2}, None),
    ]
    expected = {TopicPartition("t", 0): 7, TopicPartition("t", 1): 8, TopicPartition("5", 2): None}
    assert read_sink_offsets(wanted) == expected


@given(st.text(min_size=1), st.integers(0, 2**31 - 1), st.integers(0, 2**63 - 1))
def test_what_is_written_is_read(topic: str, partition: int, offset: int) -> None:
    where = TopicPartition(topic, partition)
    assert read_sink_offsets([written_sink_offset(where, offset)]) == {where: offset}


@pytest.mark.parametrize("read", [read_source_offsets, read_sink_offsets])
def test_nothing_to_change_is_refused(read: Any) -> None:
    with pytest.raises(
        ConfigError, match=r"^Partitions / offsets need to be provided for an alter offsets request$"
    ):
        read([])


@pytest.mark.parametrize(
    ("partition", "offset", "message"),
    [
        (None, {"p": 1}, "The partition for a source connector offset cannot be null or missing"),
        ("a", {"p": 1}, "The partition for a source connector offset cannot be null or missing"),
        ({"f": 1}, 3, "The offset for a source connector must be null or an object"),
    ],
)
def test_a_source_offset_that_makes_no_sense(partition: Any, offset: Any, message: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read_source_offsets([({"f": 0}, {}), (partition, offset)])
    assert str(refused.value) == message


OFFSET = {"kafka_offset": 1}
WHERE = {"kafka_topic": "t", "kafka_partition": 0}
KEYS = "The partition for a sink connector offset must contain the keys 'kafka_topic' and 'kafka_partition'"


def unreadable(what: str, value: object) -> str:
    return (
        f"Failed to parse the following Kafka {what} value in the provided offsets: '{value}'. "
        f"{what.capitalize()} values for sink connectors need to be integers."
    )


@pytest.mark.parametrize(
    ("partition", "offset", "message"),
    [
        (None, OFFSET, "The partition for a sink connector offset cannot be null or missing"),
        ({"kafka_topic": "t"}, OFFSET, KEYS),
        ({"kafka_partition": 0}, OFFSET, KEYS),
        (
            WHERE,
            {},
            "The offset for a sink connector should either be null or contain the key 'kafka_offset'",
        ),
        (
            WHERE,
            4,
            "The offset for a sink connector should either be null or contain the key 'kafka_offset'",
        ),
        *(
            ({**WHERE, "kafka_partition": bad}, OFFSET, unreadable("partition", bad))
            for bad in ("x", "", "-1", -1, 1.5, True, None, 2**31, "٣", "9" * 30)
        ),
        *(
            (WHERE, {"kafka_offset": bad}, unreadable("offset", bad))
            for bad in ("x", -1, True, None, 2**63, [1])
        ),
    ],
)
def test_a_sink_offset_that_makes_no_sense(partition: Any, offset: Any, message: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read_sink_offsets([(partition, offset)])
    assert str(refused.value) == message
