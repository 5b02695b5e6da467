"""What becomes of one record, stage by stage?

The same transforms and converters as in `source_pipeline` and `sink_pipeline`, one at a time and with everything kept
in between: for people who look, not for speed.

A record's way is a generator: what a converter has to look up first is handed out, and whoever drives it sends in what
went wrong, or None. No stage is asked twice for one record because another one had to wait.
"""

from collections.abc import Callable, Generator, Sequence
from typing import Any, Literal

import attrs

from connectsdk._core.batch_run import plugin_name
from connectsdk._core.sink_columns import TIMESTAMP_TYPES
from connectsdk._core.sink_pipeline import SinkPipeline
from connectsdk._core.source_pipeline import SourcePipeline, negative_timestamp
from connectsdk.converter import MOST_LOOK_UPS, endless
from connectsdk.errors import LookupNeeded
from connectsdk.record import ConsumerRecord, Header, Headers, ProducerRecord, SinkRecord, SourceRecord

__all__ = ("Previewed", "Step", "Way", "advance", "preview_sink", "preview_source")

Outcome = Literal["written", "put", "filtered", "failed", "unknown"]


@attrs.frozen
class Step:
    """One stage.

    Attributes:
        name: Where.
        plugin: The class that did it.
        record: The record after it; None when it was filtered, or failed.
        error: What went wrong.
        cause: The same as it was raised.
    """

    name: str
    plugin: str
    record: Any = None
    error: str | None = None
    cause: Exception | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen
class Previewed:
    """One record's way.

    Attributes:
        origin: What was read: a source's record, or the bytes of a topic.
        steps: The stages, in order.
        outcome: What becomes of it; unknown when another system would have to be changed first.
        out: What would be written to the topic.
    """

    origin: SourceRecord | ConsumerRecord
    steps: Sequence[Step]
    outcome: Outcome
    out: ProducerRecord | None = None


Way = Generator[LookupNeeded, Exception | None, Previewed]
"""A record on its way: gives what has to be looked up, takes what went wrong with that, returns what it came to."""


class _StageError(Exception):
    """A stage did not let the record pass."""

    def __init__(self, step: Step) -> None:
        super().__init__(step.error)
        self.step = step


def advance(way: Way, error: Exception | None) -> LookupNeeded | Previewed:
    """Take a record on: return what has to be looked up next, or what it came to.

    Args:
        way: The record's way.
        error: What went wrong with the last look-up; None when nothing did, and at the start.
    """
    try:
        return way.send(error)
    except StopIteration as end:
        found: Previewed = end.value
        return found


def preview_source(record: SourceRecord, pipeline: SourcePipeline, aliases: Sequence[str]) -> Way:
    """Return the way of a source's record.

    Args:
        record: The record.
        pipeline: Its transforms and converters.
        aliases: The transforms' names, in order.
    """
    steps, last = _transformed(record, pipeline.transforms, aliases)
    if last is None:
        return Previewed(record, steps, "failed" if steps[-1].error else "filtered")
    topic = last.topic
    try:
        headers = yield from _headers(pipeline.header, last)
        key = yield from _converted(
            "key.converter", pipeline.key, "from_connect_data", topic, headers, last.key_schema, last.key
        )
        value = yield from _converted(
            "value.converter",
            pipeline.value,
            "from_connect_data",
            topic,
            headers,
            last.value_schema,
            last.value,
        )
    except _StageError as failed:
        return Previewed(record, (*steps, failed.step), "failed")
    if last.timestamp is not None and last.timestamp < 0:
        refused = _failed("send", pipeline, negative_timestamp(last.timestamp))
        return Previewed(record, (*steps, refused), "failed")
    out = ProducerRecord(topic, last.partition, key, value, last.timestamp, headers)
    return Previewed(record, steps, "written", out)


def preview_sink(record: ConsumerRecord, pipeline: SinkPipeline, aliases: Sequence[str]) -> Way:
    """Return the way of a topic's record.

    Args:
        record: What is in the topic.
        pipeline: Its converters and transforms.
        aliases: The transforms' names, in order.
    """
    topic, partition, offset, timestamp, kind, key_data, data, raw = record
    read = "to_connect_data"
    found = []
    try:
        key_schema, key = yield from _converted("key.converter", pipeline.key, read, topic, raw, key_data)
        schema, value = yield from _converted("value.converter", pipeline.value, read, topic, raw, data)
        for name, text in raw:
            header = yield from _converted(
                "header.converter", pipeline.header, "to_connect_header", topic, name, text
            )
            found.append((name, header))
    except _StageError as failed:
        return Previewed(record, (failed.step,), "failed")
    converted = SinkRecord(
        topic,
        partition,
        key_schema,
        key,
        schema,
        value,
        timestamp if timestamp >= 0 else None,
        Headers([Header(name, each, header_schema) for name, (header_schema, each) in found]),
        offset,
        TIMESTAMP_TYPES[kind],
    )
    first = Step("converters", plugin_name(pipeline.value), converted)
    steps, last = _transformed(converted, pipeline.transforms, aliases)
    outcome: Outcome = "put" if last is not None else "failed" if steps[-1].error else "filtered"
    return Previewed(record, (first, *steps), outcome)


def _transformed(record: Any, transforms: Sequence[Any], aliases: Sequence[str]) -> tuple[list[Step], Any]:
    steps: list[Step] = []
    for transform, alias in zip(transforms, aliases, strict=True):
        name = f"transforms.{alias}"
        try:
            record = transform(record)
        except Exception as error:  # noqa: BLE001 - whatever a plugin raises is this record's failure
            return [*steps, _failed(name, transform, error)], None
        steps.append(Step(name, plugin_name(transform), record))
        if record is None:
            return steps, None
    return steps, record


def _headers(
    converter: Any, record: SourceRecord
) -> Generator[LookupNeeded, Exception | None, tuple[tuple[str, bytes | None], ...]]:
    found = []
    for key, value, schema in record.headers:
        data = yield from _converted(
            "header.converter", converter, "from_connect_header", record.topic, key, schema, value
        )
        found.append((key, data))
    return tuple(found)


def _converted(
    stage: str, converter: Any, method: str, *arguments: Any
) -> Generator[LookupNeeded, Exception | None, Any]:
    """Return what a converter answers, having handed out what it has to look up first."""
    convert: Callable[..., Any] = getattr(converter, method)
    made = 0
    while True:
        try:
            return convert(*arguments)
        except LookupNeeded as needed:
            lacking = needed
        except Exception as error:
            raise _StageError(_failed(stage, converter, error)) from error
        if made == MOST_LOOK_UPS:
            raise _StageError(_failed(stage, converter, endless(plugin_name(converter))))
        failure = yield lacking
        if failure is not None:
            raise _StageError(_failed(stage, converter, failure))
        made += 1


def _failed(name: str, plugin: Any, error: Exception) -> Step:
    return Step(name, plugin_name(plugin), None, f"{type(error).__name__}: {error}", error)
