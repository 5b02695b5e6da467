"""What records do these bytes mean?"""

import pytest

from connectsdk._core.sink_pipeline import SinkPipeline, SinkRun
from connectsdk._core.tolerance import Tolerance
from connectsdk._core.verdict import Stage, Verdict
from connectsdk.errors import DataError, RetriableError
from connectsdk.record import (
    NO_HEADERS,
    ConsumerRecord,
    Header,
    Headers,
    SinkRecord,
    TimestampType,
    TopicPartition,
)
from connectsdk.schema import STRING_SCHEMA


class Seen:
    """Converts to a text of all its arguments."""

    def to_connect_data(self, topic, headers, data):
        return STRING_SCHEMA, f"{topic}/{len(headers)}/{data}"

    def to_connect_header(self, topic, key, data):
        return STRING_SCHEMA, f"{topic}/{key}/{data}"


class Broken(Seen):
    def to_connect_data(self, topic, headers, data):
        raise ValueError(topic)

    def to_connect_header(self, topic, key, data):
        raise ValueError(topic)


class Upper:
    def apply(self, record):
        return record.with_value(record.value_schema, record.value.upper())


def rename(record):
    return record.with_topic("u")


def refuse(record):
    raise DataError("no")


def drop_x(record):
    return None if "x" in record.value else record


def consumed(offset=0, value=b"v", headers=(), timestamp=5, kind=0, key=b"k"):
    return ConsumerRecord("t", 3, offset, timestamp, kind, key, value, headers)


def run_of(*records, transforms=(), key=None, value=None, header=None, tolerance=Tolerance.NONE):
    run = SinkRun(list(records))
    SinkPipeline(transforms, key or Seen(), value or Seen(), header or Seen(), tolerance).advance(run)
    return run


def test_bytes_become_a_record():
    run = run_of(consumed(9, headers=(("h", b"1"), ("h", None))))
    headers = Headers([Header("h", "t/h/b'1'", STRING_SCHEMA), Header("h", "t/h/None", STRING_SCHEMA)])
    expected = SinkRecord("t", 3, STRING_SCHEMA, "t/2/b'k'", STRING_SCHEMA, "t/2/b'v'", 5, headers, 9)
    expected.timestamp_type = TimestampType.CREATE_TIME
    assert run.finished
    assert run.out == [expected]


def test_a_record_without_headers_shares_the_empty_ones():
    assert run_of(consumed()).out[0].headers is NO_HEADERS


def test_missing_bytes_are_the_converters_to_judge():
    (record,) = run_of(consumed(key=None, value=None)).out
    assert (record.key, record.value) == ("t/0/None", "t/0/None")


@pytest.mark.parametrize("kind", TimestampType)
def test_who_set_the_timestamp_is_told(kind):
    assert run_of(consumed(kind=int(kind))).out[0].timestamp_type is kind


@pytest.mark.parametrize(("timestamp", "told"), [(-1, None), (0, 0), (5, 5)])
def test_no_timestamp_is_none(timestamp, told):
    assert run_of(consumed(timestamp=timestamp)).out[0].timestamp == told


def test_transforms_come_in_order_and_after_converters():
    (record,) = run_of(consumed(9), transforms=(rename, Upper().apply)).out
    assert (record.topic, record.value, record.offset) == ("u", "T/0/B'V'", 9)
    assert record.origin == TopicPartition("t", 3)


def test_a_filtered_record_goes_no_further():
    run = run_of(*(consumed(value=value) for value in (b"a", b"x", b"b")), transforms=(drop_x, Upper().apply))
    assert [out.value for out in run.out] == ["T/0/B'A'", "T/0/B'B'"]
    assert list(run.verdicts) == [Verdict.PASS, Verdict.FILTERED, Verdict.PASS]


HERE = f"{__name__}."


@pytest.mark.parametrize(
    ("plugins", "stage", "plugin"),
    [
        ({"key": Broken()}, Stage.KEY_CONVERTER, HERE + "Broken"),
        ({"value": Broken()}, Stage.VALUE_CONVERTER, HERE + "Broken"),
        ({"header": Broken()}, Stage.HEADER_CONVERTER, HERE + "Broken"),
        ({"transforms": (Upper().apply, refuse)}, Stage.TRANSFORMATION, HERE + "refuse"),
    ],
)
def test_a_failure_says_where_and_whose(plugins, stage, plugin):
    run = run_of(consumed(), consumed(headers=(("h", b""),)), **plugins, tolerance=Tolerance.ALL)
    failure = run.failures[-1]
    assert (failure.index, failure.stage, failure.plugin) == (1, stage, plugin)
    assert run.verdicts[1] == Verdict.SKIPPED


def test_what_is_not_tolerated_ends_the_batch():
    run = run_of(consumed(), consumed(), key=Broken())
    assert run.fatal.index == 0
    assert run.out == []
    assert run.next == 1


def test_a_retriable_failure_stops_until_it_is_asked_again():
    class Busy(Seen):
        busy = True

        def to_connect_data(self, topic, headers, data):
            if self.busy and data == b"b":
                raise RetriableError(after=3)
            return None, data

    busy, run = Busy(), SinkRun([consumed(value=value) for value in (b"a", b"b", b"c")])
    pipeline = SinkPipeline((), Seen(), busy, Seen(), Tolerance.NONE)
    pipeline.advance(run)
    assert (run.stopped.index, run.stopped.error.after, len(run.out)) == (1, 3, 1)
    busy.busy = False
    pipeline.advance(run)
    assert run.finished
    assert [record.value for record in run.out] == [b"a", b"b", b"c"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_what_is_not_an_exception_is_let_through(error):
    def stop(record):
        raise error

    with pytest.raises(error):
        run_of(consumed(), transforms=(stop,), tolerance=Tolerance.ALL)


class Counting(Seen):
    """Counts what it converts, into what it is told."""

    def __init__(self, make=str):
        self.make, self.asked = make, []

    def to_connect_header(self, topic, key, data):
        self.asked.append((topic, key, data))
        return None, self.make(data)


A, B = (("trace", b"1"),), (("trace", b"2"), ("x", None))


def test_headers_that_records_in_a_row_have_in_common_are_converted_once():
    header = Counting(repr)
    run = run_of(*[consumed(n, headers=raw) for n, raw in enumerate([A, A, (), A, B, B, A])], header=header)
    assert header.asked == [
        ("t", "trace", b"1"),
        ("t", "trace", b"2"),
        ("t", "x", None),
        ("t", "trace", b"1"),
    ]
    first, second = (
        Headers([Header("trace", "b'1'", None)]),
        Headers([Header("trace", "b'2'", None), Header("x", "None", None)]),
    )
    assert [record.headers for record in run.out] == [first, first, NO_HEADERS, first, second, second, first]


def test_header_values_that_can_be_changed_are_not_shared():
    run = run_of(consumed(headers=A), consumed(1, headers=A), header=Counting(lambda data: [data]))
    one, other = [record.headers.last("trace").value for record in run.out]
    assert one == other
    assert one is not other


def test_headers_are_converted_for_each_topic():
    header = Counting()
    run_of(consumed(headers=A), consumed(1, headers=A)._replace(topic="u"), header=header)
    assert [topic for topic, _, _ in header.asked] == ["t", "u"]
