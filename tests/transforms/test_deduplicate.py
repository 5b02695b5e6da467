from typing import Any

import pytest
from hypothesis import given, strategies as st

from connectsdk.config import parse
from connectsdk.errors import DataError
from connectsdk.record import SinkRecord, SourceRecord
from connectsdk.transforms.deduplicate import Deduplicate, DeduplicateConfig


def made(**settings: str) -> Deduplicate:
    deduplicate = Deduplicate()
    deduplicate.configure(
        parse(DeduplicateConfig, {key.replace("_", "."): value for key, value in settings.items()})
    )
    return deduplicate


def sink(offset: int, key: Any, timestamp: int | None = None, topic: str = "t") -> SinkRecord:
    return SinkRecord(topic, 0, key=key, value=[offset], timestamp=timestamp, offset=offset)


def passed(deduplicate: Deduplicate, *records: Any) -> list[int]:
    return [place for place, record in enumerate(records) if deduplicate.apply(record) is not None]


def test_the_first_of_equal_keys_passes() -> None:
    keys = ["a", "b", "a", None, None, {"x": [1]}, {"x": [1]}, {"x": [1.0]}, 1, True, 1]
    records = [sink(offset, key) for offset, key in enumerate(keys)]
    assert passed(made(), *records) == [0, 1, 3, 5, 7, 8, 9]


def test_topics_are_apart() -> None:
    assert passed(made(), sink(0, "a"), sink(1, "a", topic="u"), sink(2, "a")) == [0, 1]


def test_fields_of_the_value() -> None:
    values = [{"id": 1, "n": {"m": 2}}, {"id": 1, "n": {"m": 2}, "x": 0}, {"id": 1, "n": {"m": 3}}, {"id": 1}]
    records = [SourceRecord("t", value=value) for value in values]
    assert passed(made(fields="id,n.m"), *records) == [0, 2, 3]
    with pytest.raises(DataError, match="no struct or map"):
        made(fields="id").apply(SourceRecord("t", value=5))


def test_a_window_of_records() -> None:
    records = [sink(offset, key) for offset, key in enumerate("abcaab")]
    assert passed(made(window_records="2"), *records) == [0, 1, 2, 3, 5]


def test_a_window_of_time_by_the_records_own_timestamps() -> None:
    stamps = [1_000, 1_100, 1_101, 1_050, None, 1_202]
    records = [sink(offset, "a", stamp) for offset, stamp in enumerate(stamps)]
    assert passed(made(window_ms="100"), *records) == [0, 2, 5]


def test_a_record_that_is_retried_is_no_duplicate_of_itself() -> None:
    deduplicate = made()
    first = sink(7, "a")
    assert passed(deduplicate, first, first.with_value(None, "changed"), sink(8, "a")) == [0, 1]
    source = SourceRecord("t", key="b", value={"n": 1}, source_offset={"at": 1})
    again = source.with_value(None, {"n": 1})
    other = SourceRecord("t", key="b", value={"n": 1}, source_offset={"at": 2})
    assert passed(deduplicate, source, again, other) == [0, 1]


def test_closing_forgets() -> None:
    deduplicate = made()
    assert passed(deduplicate, sink(0, "a")) == [0]
    deduplicate.close()
    assert passed(deduplicate, sink(1, "a")) == [0]


@given(st.lists(st.integers(0, 8)), st.integers(1, 6))
def test_as_a_list_of_the_latest_keys_would_do_it(keys: list[int], window: int) -> None:
    latest: list[int] = []
    expected = []
    for place, key in enumerate(keys):
        if key in latest:
            continue
        expected.append(place)
        latest = [*latest, key][-window:]
    records = [sink(offset, key) for offset, key in enumerate(keys)]
    assert passed(made(window_records=str(window)), *records) == expected


def test_what_tells_a_retried_source_record_from_a_duplicate() -> None:
    """The last case is the one that the how-to warns of."""
    rows = {"a": 1}
    for value, again, retried in ((rows, rows, True), ("x", "x", False), (rows, {"a": 1}, False)):
        for offset in (None, {"at": 1}):
            once = made()
            first = SourceRecord("t", key="k", value=value, source_offset=offset)
            assert once.apply(first) is first
            assert once.apply(first) is first  # nothing before made it anew
            second = SourceRecord("t", key="k", value=again, source_offset=offset)
            assert (once.apply(second) is second) == (retried or offset is not None)
