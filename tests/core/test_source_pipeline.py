"""What do a source's records look like as bytes?"""

import pytest

from connectsdk._core.source_pipeline import SourcePipeline, SourceRun
from connectsdk._core.tolerance import Tolerance
from connectsdk._core.verdict import Stage, Verdict
from connectsdk.errors import DataError, RetriableError
from connectsdk.record import Header, Headers, ProducerRecord, SourceRecord
from connectsdk.schema import INT64_SCHEMA, STRING_SCHEMA


class Seen:
    """Converts to a text of all its arguments."""

    def from_connect_data(self, topic, headers, schema, value):
        kind = schema and schema.type.value
        return f"{topic}/{len(headers)}/{kind}/{value}".encode()

    def from_connect_header(self, topic, key, schema, value):
        return f"{topic}/{key}/{schema and schema.type.value}/{value}".encode()


class Broken(Seen):
    def from_connect_data(self, topic, headers, schema, value):
        raise ValueError(topic)

    def from_connect_header(self, topic, key, schema, value):
        raise ValueError(topic)


class Upper:
    def apply(self, record):
        return record.with_value(record.value_schema, record.value.upper())


def rename(record):
    return record.with_topic("u")


def refuse(record):
    raise DataError("no")


def spoil(record):
    return 7 if record.value is None else record


def drop_x(record):
    return None if record.value == "x" else record


def run_of(*records, transforms=(), key=None, value=None, header=None, tolerance=Tolerance.NONE):
    run = SourceRun(list(records))
    SourcePipeline(transforms, key or Seen(), value or Seen(), header or Seen(), tolerance).advance(run)
    return run


def test_a_record_becomes_bytes():
    record = SourceRecord(
        "t", 3, INT64_SCHEMA, 1, STRING_SCHEMA, "v", 5, Headers([Header("h", 2, INT64_SCHEMA)])
    )
    run = run_of(record)
    assert run.finished
    assert run.out == [ProducerRecord("t", 3, b"t/1/int64/1", b"t/1/string/v", 5, (("h", b"t/h/int64/2"),))]
    assert type(run.out[0]) is ProducerRecord


def test_what_a_record_lacks_stays_away():
    assert run_of(SourceRecord("t")).out == [
        ProducerRecord("t", None, b"t/0/None/None", b"t/0/None/None", None, ())
    ]


def test_duplicate_headers_keep_their_order():
    headers = Headers([Header("h", 1), Header("g", 2), Header("h", 3)])
    (out,) = run_of(SourceRecord("t", headers=headers)).out
    assert [key for key, _ in out.headers] == ["h", "g", "h"]


def test_transforms_come_in_order_and_before_converters():
    record = SourceRecord("t", value="v")
    run = run_of(record, transforms=(Upper().apply, rename))
    assert run.out == [ProducerRecord("u", None, b"u/0/None/None", b"u/0/None/V")]
    assert run.records == [record]
    assert record.value == "v"


def test_a_filtered_record_goes_no_further():
    records = [SourceRecord("t", value=value) for value in "axb"]
    run = run_of(*records, transforms=(drop_x, Upper().apply))
    assert [out.value[-1:] for out in run.out] == [b"A", b"B"]
    assert list(run.verdicts) == [Verdict.PASS, Verdict.FILTERED, Verdict.PASS]


@pytest.mark.parametrize("timestamp", [None, 0, 2**40])
def test_any_timestamp_from_the_epoch_on_will_do(timestamp):
    assert run_of(SourceRecord("t", timestamp=timestamp)).out[0].timestamp == timestamp


HEADERS = Headers([Header("h", 1)])
HERE = f"{__name__}."
OURS = "connectsdk._core.source_pipeline.SourcePipeline"


@pytest.mark.parametrize(
    ("record", "plugins", "stage", "plugin"),
    [
        (SourceRecord("t"), {"transforms": (refuse,)}, Stage.TRANSFORMATION, HERE + "refuse"),
        (
            SourceRecord("t"),
            {"transforms": (rename, Upper().apply, rename)},
            Stage.TRANSFORMATION,
            HERE + "Upper",
        ),
        (SourceRecord("t"), {"transforms": (spoil,)}, Stage.TRANSFORMATION, HERE + "spoil"),
        (SourceRecord("t", headers=HEADERS), {"header": Broken()}, Stage.HEADER_CONVERTER, HERE + "Broken"),
        (SourceRecord("t"), {"key": Broken()}, Stage.KEY_CONVERTER, HERE + "Broken"),
        (SourceRecord("t"), {"value": Broken()}, Stage.VALUE_CONVERTER, HERE + "Broken"),
        (SourceRecord("t", timestamp=-1), {}, Stage.KAFKA_PRODUCE, OURS),
        ({"topic": "t"}, {}, Stage.TASK_POLL, OURS),
        (None, {}, Stage.TASK_POLL, OURS),
    ],
)
def test_a_failure_says_where_and_whose(record, plugins, stage, plugin):
    """Also after a good record: nothing of it is left over."""
    for before in ((), (SourceRecord("t", value="v"),)):
        plan = {**plugins, "tolerance": Tolerance.ALL}
        run = run_of(*before, record, **plan)
        failure = run.failures[-1]
        assert (failure.index, failure.stage, failure.plugin) == (len(before), stage, plugin)
        assert run.verdicts[len(before)] == Verdict.SKIPPED


def test_a_negative_timestamp_is_the_records_fault():
    run = run_of(SourceRecord("t", timestamp=-1))
    assert isinstance(run.fatal.error, DataError)
    assert str(run.fatal.error) == "a record's timestamp must not be negative, but it is -1"


def test_what_is_not_tolerated_ends_the_batch():
    run = run_of(SourceRecord("t"), SourceRecord("t"), value=Broken())
    assert run.fatal.index == 0
    assert run.out == []
    assert run.next == 1


def test_a_retriable_failure_stops_until_it_is_asked_again():
    class Busy(Seen):
        busy = True

        def from_connect_data(self, topic, headers, schema, value):
            if self.busy and value == "b":
                raise RetriableError(after=3)
            return b"done"

    busy, run = Busy(), SourceRun([SourceRecord("t", value=value) for value in "abc"])
    pipeline = SourcePipeline((), Seen(), busy, Seen(), Tolerance.NONE)
    pipeline.advance(run)
    assert (run.stopped.index, run.stopped.error.after, len(run.out)) == (1, 3, 1)
    busy.busy = False
    pipeline.advance(run)
    assert run.finished
    assert run.stopped is None
    assert len(run.out) == 3


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_what_is_not_an_exception_is_let_through(error):
    def stop(record):
        raise error

    with pytest.raises(error):
        run_of(SourceRecord("t"), transforms=(stop,), tolerance=Tolerance.ALL)
