"""What does a dead letter say?"""

import pytest

from connectsdk._core.dead_letters import DeadLetterBox
from connectsdk._core.verdict import Failure, Stage
from connectsdk.cli._dlq_letters import Letter, Selection, decoded, shown
from connectsdk.converters.json import JsonConverter
from connectsdk.errors import DataError
from connectsdk.record import ConsumerRecord, ProducerRecord, SourceRecord

BOX = DeadLetterBox("letters", "orders", 2, context_headers=True)
FAILURE = Failure(0, Stage.VALUE_CONVERTER, "some.Converter", DataError("no number\nat all"))
CONSUMED = ConsumerRecord("t", 3, 9, 5_000, 0, b"k", b'{"a":1}', (("h", b"x"),))


def arrived(letter: ProducerRecord, offset: int = 7) -> Letter:
    timestamp = -1 if letter.timestamp is None else letter.timestamp
    return Letter.read(
        ConsumerRecord(letter.topic, 0, offset, timestamp, 0, letter.key, letter.value, letter.headers)
    )


def of_sink(record: ConsumerRecord = CONSUMED, box: DeadLetterBox = BOX) -> Letter:
    return arrived(box.of_consumed(record, FAILURE))


def of_source(**changes: object) -> Letter:
    found = {"value": 1, "source_partition": {"f": "a"}, "source_offset": {"n": 2}, **changes}
    record = SourceRecord("t", **found)  # type: ignore[arg-type]
    return arrived(BOX.of_source(record, FAILURE, JsonConverter().from_connect_data))


def test_a_sinks_dead_letter_tells_everything():
    told = of_sink().told()
    assert {key: told[key] for key in list(told) if key != "context"} == {
        "id": "0-7",
        "kind": "sink",
        "connector": "orders",
        "task": 2,
        "stage": "VALUE_CONVERTER",
        "error": "connectsdk.errors.DataError",
        "message": "no number\nat all",
        "topic": "t",
        "partition": 3,
        "offset": 9,
        "timestamp": 5_000,
        "key": "k",
        "value": {"a": 1},
        "headers": [["h", "x"]],
    }
    assert (of_sink().reason, of_sink().origin) == ("DataError: no number", "t-3 @ 9")
    assert of_sink().stacktrace


def test_a_sources_dead_letter_tells_its_place_in_the_source():
    told = of_source().told()
    assert (told["kind"], told["source_partition"], told["source_offset"]) == ("source", {"f": "a"}, {"n": 2})
    assert of_source().origin == '{"f":"a"} {"n":2}'


def test_a_record_without_context_is_still_a_dead_letter():
    letter = of_sink(box=DeadLetterBox("letters", "orders", 2))
    told = letter.told()
    assert (told["connector"], told["task"], told["offset"], told["value"]) == (None, None, None, {"a": 1})
    assert (letter.origin, letter.reason, letter.stacktrace) == ("", "", "")


def test_the_newest_context_counts():
    again = of_sink(CONSUMED._replace(headers=of_sink().record.headers, offset=10))
    assert again.told()["offset"] == 10
    assert again.headers == (("h", b"x"),)


@pytest.mark.parametrize(
    ("data", "found", "text"),
    [
        (None, None, "null"),
        (b'{"a":1}', {"a": 1}, '{"a":1}'),
        (b"text", "text", "text"),
        (b"\xff", {"base64": "/w=="}, '{"base64":"/w=="}'),
    ],
)
def test_bytes_are_shown_as_what_they_are_likely_to_be(data, found, text):
    assert decoded(data) == found
    assert shown(found) == text


@pytest.mark.parametrize(
    ("selection", "takes"),
    [
        ({}, True),
        ({"ids": frozenset({"0-7"})}, True),
        ({"ids": frozenset({"0-8"})}, False),
        ({"connector": "orders"}, True),
        ({"connector": "other"}, False),
        ({"stage": "value_converter"}, True),
        ({"stage": "TASK_PUT"}, False),
        ({"error": "DataError"}, True),
        ({"error": "KeyError"}, False),
        ({"since": 5_000}, True),
        ({"since": 5_001}, False),
        ({"until": 5_001}, True),
        ({"until": 5_000}, False),
    ],
)
def test_dead_letters_are_selected(selection, takes):
    chosen = Selection(**selection)
    assert chosen.takes(of_sink()) is takes
    assert chosen.everything is (not selection)
