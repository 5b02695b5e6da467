"""Which record does a dead-letter topic get for a failure?"""

import orjson
import pytest

from connectsdk._core.dead_letters import LONGEST_TEXT, DeadLetterBox, reduced
from connectsdk._core.verdict import Failure, Stage
from connectsdk.errors import DataError
from connectsdk.record import ConsumerRecord, Header, Headers, ProducerRecord, SourceRecord
from connectsdk.schema import STRING_SCHEMA

PREFIX = "__connect.errors."
BOX = DeadLetterBox("letters", "orders", 2, context_headers=True)
PLAIN = DeadLetterBox("letters", "orders", 2)


class Unshowable(Exception):  # noqa: N818 - a name for a test
    def __str__(self):
        raise ValueError


def raised(error):
    try:
        raise error
    except type(error) as caught:
        return caught


def failure(error=None):
    return Failure(7, Stage.VALUE_CONVERTER, "some.Converter", raised(error or DataError("no number")))


def consumed(**changes):
    record = ConsumerRecord("t", 3, 9, 5, 0, b"k", b"v", (("h", b"1"), ("h", None)))
    return record._replace(**changes)


def encode(topic, headers, schema, value):
    if value is None:
        return None
    if value == "bad":
        raise DataError(topic)
    return orjson.dumps({"topic": topic, "schema": schema and schema.type.value, "payload": value})


# -- sinks ---------------------------------------------------------------------------------------------------


def test_a_consumed_record_is_kept_as_it_was():
    record = consumed()
    letter = PLAIN.of_consumed(record, failure())
    assert letter == ProducerRecord("letters", None, b"k", b"v", 5, record.headers)
    assert letter.key is record.key
    assert letter.value is record.value


def test_a_record_without_timestamp_has_none_as_a_dead_letter():
    assert PLAIN.of_consumed(consumed(timestamp=-1), failure()).timestamp is None


def test_the_context_is_in_javas_headers_and_in_its_order():
    letter = BOX.of_consumed(consumed(), failure())
    assert letter.headers[:2] == (("h", b"1"), ("h", None))
    *context, (last, trace) = letter.headers[2:]
    assert context == [
        (PREFIX + "topic", b"t"),
        (PREFIX + "partition", b"3"),
        (PREFIX + "offset", b"9"),
        (PREFIX + "connector.name", b"orders"),
        (PREFIX + "task.id", b"2"),
        (PREFIX + "stage", b"VALUE_CONVERTER"),
        (PREFIX + "class.name", b"some.Converter"),
        (PREFIX + "exception.class.name", b"connectsdk.errors.DataError"),
        (PREFIX + "exception.message", b"no number"),
    ]
    assert last == PREFIX + "exception.stacktrace"
    assert trace.startswith(b"Traceback")
    assert trace.endswith(b"DataError: no number\n")


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (DataError(), None),
        (Unshowable(), None),
        (DataError("\ud800"), b"?"),
        (DataError("x" * LONGEST_TEXT + "y"), b"x" * LONGEST_TEXT),
    ],
)
def test_any_error_can_be_told(error, message):
    told = dict(BOX.of_consumed(consumed(), failure(error)).headers)
    assert told[PREFIX + "exception.message"] == message
    assert 0 < len(told[PREFIX + "exception.stacktrace"]) <= LONGEST_TEXT


# -- sources -------------------------------------------------------------------------------------------------


def handed_out(**changes):
    found = {
        "topic": "t",
        "key": 1,
        "value_schema": STRING_SCHEMA,
        "value": "v",
        "timestamp": 5,
        "source_partition": {"file": "a"},
        "source_offset": {"line": 3},
    }
    return SourceRecord(**{**found, **changes})


def test_a_sources_record_is_written_as_json_with_its_schema():
    letter = PLAIN.of_source(handed_out(), failure(), encode)
    assert letter[:5] == (
        "letters",
        None,
        b'{"topic":"t","schema":null,"payload":1}',
        b'{"topic":"t","schema":"string","payload":"v"}',
        5,
    )
    assert letter.headers == (
        (PREFIX + "topic", b"t"),
        (PREFIX + "source.partition", b'{"file":"a"}'),
        (PREFIX + "source.offset", b'{"line":3}'),
        (PREFIX + "source.key", b"json"),
        (PREFIX + "source.value", b"json"),
        (PREFIX + "source.headers", b"json"),
    )


def test_a_sources_dead_letter_has_the_context_too():
    told = dict(BOX.of_source(handed_out(partition=4), failure(), encode).headers)
    assert told[PREFIX + "stage"] == b"VALUE_CONVERTER"
    assert told[PREFIX + "source.topic.partition"] == b"4"
    assert PREFIX + "partition" not in told


@pytest.mark.parametrize("timestamp", [-1, None])
def test_a_timestamp_that_kafka_refuses_is_left_out(timestamp):
    assert PLAIN.of_source(handed_out(timestamp=timestamp), failure(), encode).timestamp is None


def test_headers_are_written_like_values():
    headers = Headers([Header("a", 1), Header("b", "bad")])
    letter = PLAIN.of_source(handed_out(headers=headers), failure(), encode)
    assert letter.headers[:2] == (("a", b'{"topic":"t","schema":null,"payload":1}'), ("b", b'"bad"'))
    assert dict(letter.headers)[PREFIX + "source.headers"] == b"text"


def cyclic():
    found = []
    found.append(found)
    return found


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("bad", b'"bad"'),
        ({1: b"x"}, b'{"1":"b\'x\'"}'),
        (cyclic(), b"<list that cannot be written>"),
    ],
)
def test_what_does_not_fit_its_schema_is_written_as_text_and_said_so(value, text):
    def refuse(*_):
        raise DataError("no")

    letter = PLAIN.of_source(handed_out(value=value), failure(), refuse)
    assert letter.value == text
    assert dict(letter.headers)[PREFIX + "source.value"] == b"text"


def test_no_value_is_no_value():
    letter = PLAIN.of_source(handed_out(value=None, key=None), failure(), encode)
    assert (letter.key, letter.value) == (None, None)


# -- too large -----------------------------------------------------------------------------------------------


def test_a_dead_letter_that_is_too_large_gives_up_one_part_after_the_other():
    letter = BOX.of_consumed(consumed(), failure())
    steps = []
    following = reduced(letter)
    while following is not None:
        letter = following
        steps.append(letter)
        following = reduced(letter)
    assert [PREFIX + "exception.stacktrace" in dict(step.headers) for step in steps] == [False] * 4
    assert [step.value for step in steps] == [b"v", None, None, None]
    assert [step.key for step in steps] == [b"k", b"k", None, None]
    assert [len([name for name, _ in step.headers if name == "h"]) for step in steps] == [2, 2, 2, 0]
    assert letter.headers[-3:] == (
        (PREFIX + "omitted.value.bytes", b"1"),
        (PREFIX + "omitted.key.bytes", b"1"),
        (PREFIX + "omitted.headers", b"2"),
    )
    assert dict(letter.headers)[PREFIX + "offset"] == b"9"


def test_nothing_can_be_left_out_of_nothing():
    assert reduced(ProducerRecord("letters")) is None
