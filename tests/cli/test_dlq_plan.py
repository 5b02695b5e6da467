"""As what, and to where, does a dead letter go again?"""

import pytest

from connectsdk._core.dead_letters import DeadLetterBox, reduced
from connectsdk.cli._dlq_plan import (
    Refused,
    check_kept,
    marker,
    marker_key,
    marker_topic,
    replayed_ids,
    sink_record,
    source_record,
    stamped,
)
from connectsdk.record import ConsumerRecord, Header, Headers, ProducerRecord, SourceRecord
from connectsdk.schema import INT32_SCHEMA, STRING_SCHEMA
from tests.cli.test_dlq_letters import BOX, CONSUMED, FAILURE, arrived, of_sink, of_source


def without_value(letter):
    smaller = reduced(reduced(letter))
    assert smaller is not None
    return arrived(smaller)


def test_a_sinks_record_goes_back_as_it_was():
    assert sink_record(of_sink(), None, None) == ProducerRecord(
        "t", 3, b"k", b'{"a":1}', 5_000, (("h", b"x"),)
    )


def test_in_another_topic_the_key_decides_the_partition():
    assert sink_record(of_sink(), "u", None)[:2] == ("u", None)


def test_a_new_value_replaces_the_old_one():
    assert sink_record(of_sink(), None, b"new").value == b"new"


def test_without_a_timestamp_it_is_sent_as_of_now():
    assert sink_record(of_sink(CONSUMED._replace(timestamp=-1)), None, None).timestamp is None


def test_where_it_came_from_has_to_be_known_or_said():
    letter = of_sink(box=DeadLetterBox("letters", "orders", 2))
    with pytest.raises(Refused, match="name one with --to"):
        sink_record(letter, None, None)
    assert sink_record(letter, "u", None).topic == "u"


def test_a_value_that_was_left_out_has_to_be_given():
    letter = without_value(BOX.of_consumed(CONSUMED, FAILURE))
    with pytest.raises(Refused, match="too large"):
        sink_record(letter, None, None)
    assert sink_record(letter, None, b"new").value == b"new"


def test_a_sources_record_is_what_its_task_handed_out():
    changes = {
        "partition": 4,
        "key_schema": INT32_SCHEMA,
        "key": 5,
        "value_schema": STRING_SCHEMA,
        "value": "v",
        "timestamp": 6,
        "headers": Headers([Header("h", 7, INT32_SCHEMA)]),
    }
    expected = SourceRecord("t", source_partition={"f": "a"}, source_offset={"n": 2}, **changes)
    assert source_record(of_source(**changes), None) == expected


def test_nothing_is_nothing_again():
    record = source_record(of_source(value=None, key=None), None)
    assert (record.key, record.value, record.timestamp) == (None, None, None)


@pytest.mark.parametrize(
    ("new", "schema", "value"),
    [
        (b'"new"', STRING_SCHEMA, "new"),
        (b'{"schema":{"type":"int32","optional":false},"payload":3}', INT32_SCHEMA, 3),
    ],
)
def test_a_new_value_has_its_own_schema_or_the_old_one(new, schema, value):
    record = source_record(of_source(value_schema=STRING_SCHEMA, value="old"), new)
    assert (record.value_schema, record.value) == (schema, value)


@pytest.mark.parametrize("old", [None, 1])
def test_a_new_value_without_any_schema_is_plain(old):
    record = source_record(of_source(value=old), b'{"a":1}')
    assert (record.value_schema, record.value) == (None, {"a": 1})


def test_a_new_value_replaces_one_that_could_not_be_written():
    letter = of_source(value={1, 2})
    with pytest.raises(Refused, match="give one with --value"):
        source_record(letter, None)
    assert source_record(letter, b"3").value == 3


@pytest.mark.parametrize(
    ("letter", "new", "told"),
    [
        (of_source(key={1}), None, "its key could not be written exactly"),
        (of_source(headers=Headers([Header("h", {1})])), None, "its headers could not be written exactly"),
        (of_source(), b"{", "must be JSON"),
        (of_source(value_schema=STRING_SCHEMA, value="old"), b"3", "STRING|string|type"),
    ],
)
def test_what_is_not_whole_is_refused(letter, new, told):
    with pytest.raises(Refused, match=told):
        source_record(letter, new)


@pytest.mark.parametrize(("to", "topic", "partition"), [(None, "t", 3), ("t", "t", 3), ("u", "u", None)])
def test_a_replayed_record_says_which_dead_letter_it_was(to, topic, partition):
    record = stamped(of_sink(), ProducerRecord("t", 3, headers=(("h", None),)), to)
    assert (record.topic, record.partition) == (topic, partition)
    assert record.headers == (("h", None), ("__connect.errors.replayed.from", b"letters-0-7"))


@pytest.mark.parametrize(
    ("timestamp", "config", "kept"),
    [
        (None, {"retention.ms": "1000"}, True),
        (9_000, {"retention.ms": "1000"}, True),
        (8_999, {"retention.ms": "1000"}, False),
        (8_999, {"retention.ms": "1000", "cleanup.policy": "compact"}, True),
        (8_999, {"retention.ms": "1000", "cleanup.policy": "compact,delete"}, False),
        (8_999, {"retention.ms": "-1"}, True),
        (8_999, {}, True),
    ],
)
def test_what_a_topic_would_delete_is_refused(timestamp, config, kept):
    record = ProducerRecord("t", timestamp=timestamp)
    if kept:
        check_kept(record, config, 10_000)
        return
    with pytest.raises(Refused, match="--timestamp now"):
        check_kept(record, config, 10_000)


def test_a_marker_says_where_and_when():
    letter = of_sink()
    said = marker(letter, [ProducerRecord("t")], 9)
    assert said == ProducerRecord("letters.replayed", None, b"letters-0-7", b'{"topic":"t","at":9}', 9)
    assert marker(letter, [], 9).value == b'{"topic":null,"at":9}'
    assert marker_topic("letters") == "letters.replayed"


def test_markers_are_a_compacted_table():
    def row(key, value):
        return ConsumerRecord("letters.replayed", 0, 0, 0, 0, key, value)

    rows = [row(b"a", b"1"), row(b"b", b"1"), row(b"a", None), row(None, b"1"), row(b"c", b"1")]
    assert replayed_ids(rows) == {b"b", b"c"}
    assert marker_key(of_sink()) == b"letters-0-7"
