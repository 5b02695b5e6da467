"""Contexts in headers: found, added, never replaced."""

from hypothesis import given, strategies as st

from connectsdk._core.trace_headers import Carried, carried, carrying, ranges
from connectsdk.record import ConsumerRecord, ProducerRecord

NAMES = frozenset({"traceparent", "tracestate"})
CONTEXT = {"traceparent": "00-1-2-01", "tracestate": "a=b"}
RAW = (("traceparent", b"00-1-2-01"), ("tracestate", b"a=b"))
names = st.sampled_from(["traceparent", "tracestate", "color", "size"])
headers = st.lists(st.tuples(names, st.none() | st.binary(max_size=2)), max_size=4).map(tuple)


def record(own: tuple[tuple[str, bytes | None], ...] = (), topic: str = "t") -> ProducerRecord:
    return ProducerRecord(topic, 1, b"k", None, 3, own)


def consumed(partition: int, offset: int, topic: str = "t") -> ConsumerRecord:
    return ConsumerRecord(topic, partition, offset, -1, 0, None, b"")


def test_each_context_is_found_once_at_its_first_record() -> None:
    other = (("x", b"1"), ("traceparent", b"00-3-4-01"))
    assert carried([(), RAW, RAW, other, (), RAW, other], NAMES, 9) == [
        Carried(1, CONTEXT),
        Carried(3, {"traceparent": "00-3-4-01"}),
    ]


def test_no_more_are_found_than_were_asked_for() -> None:
    many = [(("traceparent", b"%d" % n),) for n in range(9)]
    assert [each.index for each in carried(many, NAMES, 3)] == [0, 1, 2]


def test_the_last_header_of_a_name_counts_and_whatever_is_in_it_is_text() -> None:
    (found,) = carried([(("traceparent", b"1"), ("traceparent", b"\xff"), ("tracestate", None))], NAMES, 9)
    assert found.fields == {"traceparent": "\ufffd"}


def test_records_without_headers_get_the_context() -> None:
    assert carrying([record(), record(topic="u")], CONTEXT) == [record(RAW), record(RAW, "u")]


@given(st.lists(headers, max_size=5))
def test_a_record_keeps_what_it_has_and_gets_a_context_only_if_it_has_none(given_headers) -> None:
    records = [record(own) for own in given_headers]
    for before, after in zip(records, carrying(records, CONTEXT), strict=True):
        assert type(after) is ProducerRecord
        assert after[:5] == before[:5]
        has = any(name in NAMES for name, _ in before.headers)
        assert after.headers == (before.headers if has else before.headers + RAW)


def test_ranges_are_told_run_by_run() -> None:
    records = [consumed(0, 5), consumed(0, 6), consumed(0, 9), consumed(1, 0), consumed(0, 1, "u")]
    assert ranges(records, 9) == ["t-0@5-9", "t-1@0-0", "u-0@1-1"]
    assert ranges(records, 2) == ["t-0@5-9", "t-1@0-0"]
