"""Records and headers: copies keep what is not changed, and originals stay as they are."""

import copy
import pickle

import pytest
from hypothesis import given, strategies as st

from connectsdk.record import (
    ConnectRecord,
    ConsumerRecord,
    Header,
    Headers,
    ProducerRecord,
    RecordMetadata,
    SinkRecord,
    SourceRecord,
    TimestampType,
    TopicPartition,
)
from connectsdk.schema import INT64_SCHEMA, STRING_SCHEMA

HEADERS = Headers([Header("a", 1), Header("b", 2, INT64_SCHEMA), Header("a", 3)])


def plain():
    return ConnectRecord("t", 1, STRING_SCHEMA, "k", INT64_SCHEMA, 2, 1000, HEADERS)


def source():
    return SourceRecord(
        "t", 1, STRING_SCHEMA, "k", INT64_SCHEMA, 2, 1000, HEADERS, {"file": "f"}, {"position": 7}
    )


def sink():
    return SinkRecord(
        "t", 1, STRING_SCHEMA, "k", INT64_SCHEMA, 2, 1000, HEADERS, 42, TimestampType.LOG_APPEND_TIME
    )


KINDS = pytest.mark.parametrize("make", [plain, source, sink])
COMMON = ("topic", "partition", "key_schema", "key", "value_schema", "value", "timestamp", "headers")
OWN = {
    ConnectRecord: (),
    SourceRecord: ("source_partition", "source_offset"),
    SinkRecord: ("offset", "timestamp_type"),
}


def differing(one, other):
    return {name for name in (*COMMON, *OWN[type(one)]) if getattr(one, name) is not getattr(other, name)}


@KINDS
@pytest.mark.parametrize(
    ("change", "changed"),
    [
        (lambda record: record.with_value(None, "v"), {"value": "v", "value_schema": None}),
        (lambda record: record.with_key(None, "other"), {"key": "other", "key_schema": None}),
        (lambda record: record.with_topic("u"), {"topic": "u"}),
        (lambda record: record.with_headers(Headers()), {"headers": Headers()}),
        (
            lambda record: record.new_record("u", 2, None, None, None, None, None, Headers()),
            {
                "topic": "u",
                "partition": 2,
                "key_schema": None,
                "key": None,
                "value_schema": None,
                "value": None,
                "timestamp": None,
                "headers": Headers(),
            },
        ),
    ],
)
def test_a_copy_differs_only_in_what_was_asked(make, change, changed):
    record = make()
    copied = change(record)
    assert record == make()
    assert type(copied) is type(record)
    assert {name: getattr(copied, name) for name in changed} == changed
    assert differing(record, copied) == set(changed)


@KINDS
def test_can_be_pickled_and_copied(make):
    record = make()
    assert pickle.loads(pickle.dumps(record)) == record  # noqa: S301 - our own bytes
    assert copy.deepcopy(record) == record


@KINDS
def test_has_slots(make):
    with pytest.raises(AttributeError):
        make().other = 1


def test_everything_but_the_topic_may_be_left_out():
    record = SourceRecord("t", value="v")
    assert (record.partition, record.key, record.timestamp, record.headers) == (None, None, None, ())
    assert (record.source_partition, record.source_offset) == (None, None)
    assert (SinkRecord("t").offset, SinkRecord("t").timestamp_type) == (-1, TimestampType.NO_TIMESTAMP_TYPE)


def test_records_of_different_kinds_are_not_equal():
    assert ConnectRecord("t") != SourceRecord("t")
    assert SourceRecord("t") != SinkRecord("t")


class TestOrigin:
    def test_is_the_record_itself_until_it_is_routed(self):
        record = sink()
        assert record.origin is None
        assert (record.original_topic, record.original_partition, record.original_offset) == ("t", 1, 42)

    @pytest.mark.parametrize(
        "route",
        [
            lambda record: record.with_topic("u"),
            lambda record: record.with_topic("u").with_topic("w").with_value(None, 1),
            lambda record: record.new_record("t", 9, None, None, None, None, None, Headers()),
            lambda record: record.new_record("t", None, None, None, None, None, None, Headers()),
            lambda record: record.with_topic("u").with_topic("t"),
        ],
    )
    def test_survives_every_route(self, route):
        routed = route(sink())
        assert routed.origin == TopicPartition("t", 1)
        assert (routed.original_topic, routed.original_partition, routed.original_offset) == ("t", 1, 42)

    def test_is_not_set_by_what_is_no_route(self):
        assert (
            sink().with_value(None, 1).with_key(None, 2).with_headers(Headers()).with_topic("t").origin
            is None
        )


class TestHeaders:
    def test_keep_order_and_duplicates(self):
        assert list(HEADERS) == [("a", 1, None), ("b", 2, INT64_SCHEMA), ("a", 3, None)]
        assert HEADERS.last("a") == Header("a", 3)
        assert HEADERS.last("c") is None
        assert HEADERS.all("a") == (Header("a", 1), Header("a", 3))
        assert HEADERS.all("c") == ()

    def test_add_returns_new_ones(self):
        more = HEADERS.add("c", 4, STRING_SCHEMA)
        assert more == (*HEADERS, Header("c", 4, STRING_SCHEMA))
        assert len(HEADERS) == 3
        assert Headers().add("a", None) == (Header("a", None, None),)

    def test_without_drops_every_header_of_the_keys(self):
        assert HEADERS.without("a") == (Header("b", 2, INT64_SCHEMA),)
        assert HEADERS.without("a", "b") == ()
        assert HEADERS.without("c") is HEADERS
        assert HEADERS.without() is HEADERS

    def test_latest_keeps_the_last_of_each_key(self):
        assert HEADERS.latest() == (Header("b", 2, INT64_SCHEMA), Header("a", 3))
        unique = Headers([Header("a", 1), Header("b", 2)])
        assert unique.latest() is unique

    @pytest.mark.parametrize(
        "made",
        [
            HEADERS.add("c", 1),
            HEADERS.all("a"),
            HEADERS.without("a"),
            HEADERS.latest(),
            HEADERS[1:],
            HEADERS + HEADERS,
            HEADERS + [Header("c", 1)],  # noqa: RUF005 - the sum is the point
            pickle.loads(pickle.dumps(HEADERS)),  # noqa: S301 - our own bytes
        ],
    )
    def test_stay_headers(self, made):
        assert type(made) is Headers

    def test_are_indexed_as_a_tuple_is(self):
        assert HEADERS[0] == Header("a", 1)
        assert HEADERS[-1] == Header("a", 3)
        assert HEADERS[1:] == (HEADERS[1], HEADERS[2])
        with pytest.raises(IndexError):
            HEADERS[3]

    def test_repr_shows_keys_and_values_in_order(self):
        assert repr(HEADERS) == "Headers(a=1, b=2, a=3)"

    @given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9))), st.sampled_from("abcd"))
    def test_agree_with_a_list(self, pairs, key):
        headers = Headers(Header(*pair) for pair in pairs)
        same = [Header(*pair) for pair in pairs if pair[0] == key]
        assert list(headers.all(key)) == same
        assert headers.last(key) == (same[-1] if same else None)
        assert list(headers.without(key)) == [Header(*pair) for pair in pairs if pair[0] != key]
        assert sorted(headers.latest()) == sorted(headers.last(key) for key in {pair[0] for pair in pairs})


def test_the_transports_records_are_plain_tuples():
    assert ProducerRecord("t") == ("t", None, None, None, None, ())
    assert ConsumerRecord("t", 0, 1, -1, 0, None, b"v") == ("t", 0, 1, -1, 0, None, b"v", ())
    assert RecordMetadata("t", 0, 1, -1).offset == 1


def test_a_topic_partition_shows_itself_as_kafka_does():
    assert str(TopicPartition("t", 3)) == "t-3"


def test_timestamp_types_have_kafkas_numbers():
    assert [kind.value for kind in TimestampType] == [-1, 0, 1]
