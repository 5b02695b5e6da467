"""What becomes of one record, stage by stage?"""

import pytest

from connectsdk._core.preview import (
    Previewed,
    Step,
    advance,
    preview_sink as sink_way,
    preview_source as source_way,
)
from connectsdk._core.sink_pipeline import SinkPipeline, SinkRun
from connectsdk._core.source_pipeline import SourcePipeline, SourceRun
from connectsdk._core.tolerance import Tolerance
from connectsdk.errors import DataError, LookupNeeded
from connectsdk.record import ConsumerRecord, Header, Headers, ProducerRecord, SourceRecord, TimestampType
from connectsdk.schema import INT64_SCHEMA, STRING_SCHEMA

HERE = f"{__name__}."
CONVERTERS = ("header", "key", "value")


class Seen:
    """Converts to a text of all its arguments."""

    def from_connect_data(self, topic, headers, schema, value):
        return f"{topic}/{len(headers)}/{schema and schema.type.value}/{value}".encode()

    def from_connect_header(self, topic, key, schema, value):
        return f"{topic}/{key}/{schema and schema.type.value}/{value}".encode()

    def to_connect_data(self, topic, headers, data):
        return STRING_SCHEMA, f"{topic}/{len(headers)}/{data}"

    def to_connect_header(self, topic, key, data):
        return STRING_SCHEMA, f"{topic}/{key}/{data}"


class Broken:
    """Raises the same error whatever it is asked."""

    def __init__(self, error):
        self.error = error

    def convert(self, *arguments):
        raise self.error

    from_connect_data = from_connect_header = to_connect_data = to_connect_header = convert


class Upper:
    def apply(self, record):
        return record.with_value(record.value_schema, record.value.upper())


async def look_up():
    """Fetch nothing."""


def preview_source(*arguments):
    return advance(source_way(*arguments), None)


def preview_sink(*arguments):
    return advance(sink_way(*arguments), None)


class Lacking(Seen):
    """Has to look something up before each answer, so many times."""

    def __init__(self, times):
        self.times = times
        self.left = times

    def _asked(self):
        if self.left:
            self.left -= 1
            raise LookupNeeded("schema 7", look_up)
        self.left = self.times

    def from_connect_data(self, *arguments):
        self._asked()
        return super().from_connect_data(*arguments)

    def from_connect_header(self, *arguments):
        self._asked()
        return super().from_connect_header(*arguments)

    def to_connect_data(self, *arguments):
        self._asked()
        return super().to_connect_data(*arguments)

    def to_connect_header(self, *arguments):
        self._asked()
        return super().to_connect_header(*arguments)


def driven(way):
    """Take a way to its end; return what it came to, and how often something was looked up."""
    found, times = advance(way, None), 0
    while isinstance(found, LookupNeeded):
        found, times = advance(way, None), times + 1
    return found, times


WAYS = {"source": (source_way, SourcePipeline), "sink": (sink_way, SinkPipeline)}


def rename(record):
    return record.with_topic("u")


def refuse(record):
    raise DataError("no tea")


def drop(record):
    return None


def pipeline_of(kind, *transforms, **converters):
    found = {name: converters.get(name) or Seen() for name in CONVERTERS}
    return kind(transforms, found["key"], found["value"], found["header"], Tolerance.NONE)


READ = SourceRecord("t", 3, INT64_SCHEMA, 1, STRING_SCHEMA, "v", 5, Headers([Header("h", 2, INT64_SCHEMA)]))
CONSUMED = ConsumerRecord("t", 3, 9, 5, 0, b"k", b"v", (("h", b"1"),))


# -- what a source's record comes to -----------------------------------------------------------------------


def test_a_sources_record_is_shown_as_what_would_be_written():
    out = ProducerRecord("t", 3, b"t/1/int64/1", b"t/1/string/v", 5, (("h", b"t/h/int64/2"),))
    assert preview_source(READ, pipeline_of(SourcePipeline), ()) == Previewed(READ, [], "written", out)


def test_each_transform_is_a_step_with_the_record_after_it():
    found = preview_source(READ, pipeline_of(SourcePipeline, Upper().apply, rename), ("up", "to"))
    louder = READ.with_value(STRING_SCHEMA, "V")
    assert found.steps == [
        Step("transforms.up", f"{HERE}Upper", louder),
        Step("transforms.to", f"{HERE}rename", louder.with_topic("u")),
    ]
    assert found.origin == READ
    assert (found.out.topic, found.out.value) == ("u", b"u/1/string/V")


def test_a_sources_record_that_is_filtered_goes_no_further():
    found = preview_source(READ, pipeline_of(SourcePipeline, rename, drop, refuse), ("a", "b", "c"))
    assert (found.outcome, found.out) == ("filtered", None)
    assert found.steps[1:] == [Step("transforms.b", f"{HERE}drop")]


def test_a_sources_record_that_a_transform_refuses_goes_no_further():
    found = preview_source(READ, pipeline_of(SourcePipeline, rename, refuse, drop), ("a", "b", "c"))
    assert (found.outcome, found.out) == ("failed", None)
    assert found.steps[1:] == [Step("transforms.b", f"{HERE}refuse", None, "DataError: no tea")]


@pytest.mark.parametrize("name", CONVERTERS)
def test_a_sources_converter_that_fails_is_the_last_step(name):
    pipeline = pipeline_of(SourcePipeline, rename, **{name: Broken(ValueError("too odd"))})
    found = preview_source(READ, pipeline, ("a",))
    assert (found.outcome, found.out) == ("failed", None)
    assert [step.name for step in found.steps] == ["transforms.a", f"{name}.converter"]
    assert found.steps[-1] == Step(f"{name}.converter", f"{HERE}Broken", None, "ValueError: too odd")


# -- what a topic's record comes to ------------------------------------------------------------------------


def test_a_topics_record_is_shown_as_what_would_be_put():
    found = preview_sink(CONSUMED, pipeline_of(SinkPipeline, rename), ("to",))
    converted, renamed = found.steps
    assert (found.origin, found.outcome, found.out) == (CONSUMED, "put", None)
    assert (converted.name, converted.plugin) == ("converters", f"{HERE}Seen")
    assert (converted.record.key, converted.record.value) == ("t/1/b'k'", "t/1/b'v'")
    assert converted.record.headers == (Header("h", "t/h/b'1'", STRING_SCHEMA),)
    assert renamed == Step("transforms.to", f"{HERE}rename", converted.record.with_topic("u"))


@pytest.mark.parametrize(
    ("transform", "outcome", "error"), [(drop, "filtered", None), (refuse, "failed", "DataError: no tea")]
)
def test_a_topics_record_that_does_not_pass_goes_no_further(transform, outcome, error):
    found = preview_sink(CONSUMED, pipeline_of(SinkPipeline, transform, rename), ("a", "b"))
    assert found.outcome == outcome
    assert [step.name for step in found.steps] == ["converters", "transforms.a"]
    assert (found.steps[-1].record, found.steps[-1].error) == (None, error)


@pytest.mark.parametrize("name", CONVERTERS)
def test_a_sinks_converter_that_fails_is_the_only_step(name):
    pipeline = pipeline_of(SinkPipeline, rename, **{name: Broken(ValueError("too odd"))})
    step = Step(f"{name}.converter", f"{HERE}Broken", None, "ValueError: too odd")
    assert preview_sink(CONSUMED, pipeline, ("a",)) == Previewed(CONSUMED, (step,), "failed")


# -- what has to be looked up first -------------------------------------------------------------------------


@pytest.mark.parametrize("name", CONVERTERS)
@pytest.mark.parametrize("kind", WAYS)
def test_what_a_converter_lacks_is_looked_up_and_no_stage_is_asked_twice(kind, name):
    way, pipeline = WAYS[kind]
    seen = []

    def once(record):
        seen.append(record)
        return record

    record = READ if kind == "source" else CONSUMED
    plain = advance(way(record, pipeline_of(pipeline, once), ("a",)), None)
    found, times = driven(way(record, pipeline_of(pipeline, once, **{name: Lacking(3)}), ("a",)))
    assert (found.outcome, times, len(seen)) == (plain.outcome, 3, 2)
    assert (found.out, found.steps[-1].record) == (plain.out, plain.steps[-1].record)


@pytest.mark.parametrize("name", CONVERTERS)
@pytest.mark.parametrize("kind", WAYS)
def test_a_look_up_that_fails_fails_the_record_where_it_was_needed(kind, name):
    way, pipeline = WAYS[kind]
    record = READ if kind == "source" else CONSUMED
    started = way(record, pipeline_of(pipeline, **{name: Lacking(1)}), ())
    assert isinstance(advance(started, None), LookupNeeded)
    found = advance(started, DataError("no such schema"))
    assert found.outcome == "failed"
    assert found.steps[-1] == Step(f"{name}.converter", f"{HERE}Lacking", None, "DataError: no such schema")


@pytest.mark.parametrize("kind", WAYS)
def test_look_ups_without_end_fail_the_record(kind):
    way, pipeline = WAYS[kind]
    record = READ if kind == "source" else CONSUMED
    found, times = driven(way(record, pipeline_of(pipeline, value=Lacking(1_000)), ()))
    assert (found.outcome, times) == ("failed", 32)
    assert "without end" in found.steps[-1].error


# -- the same as what runs ---------------------------------------------------------------------------------


@pytest.mark.parametrize("record", [READ, SourceRecord("t", value="v")])
def test_a_sources_preview_is_what_its_pipeline_makes(record):
    pipeline, run = pipeline_of(SourcePipeline, Upper().apply, rename), SourceRun([record])
    pipeline.advance(run)
    assert [preview_source(record, pipeline, ("up", "to")).out] == run.out


@pytest.mark.parametrize("timestamp", [-1, 0, 5])
@pytest.mark.parametrize("kind", TimestampType)
@pytest.mark.parametrize("headers", [(), (("h", b"1"), ("h", None))])
def test_a_sinks_preview_is_what_its_pipeline_makes(timestamp, kind, headers):
    record = ConsumerRecord("t", 3, 9, timestamp, int(kind), b"k", b"v", headers)
    pipeline, run = pipeline_of(SinkPipeline, Upper().apply, rename), SinkRun([record])
    pipeline.advance(run)
    assert [preview_sink(record, pipeline, ("up", "to")).steps[-1].record] == run.out


def test_a_sources_record_with_a_negative_timestamp_is_not_written():
    record = SourceRecord("t", 3, None, None, STRING_SCHEMA, "v", -1)
    seen = preview_source(record, pipeline_of(SourcePipeline), ())
    assert (seen.outcome, seen.out) == ("failed", None)
    assert seen.steps[-1].error == "DataError: a record's timestamp must not be negative, but it is -1"
