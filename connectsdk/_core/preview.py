"""What becomes of one record, stage by stage?

The same transforms and converters as in `source_pipeline` and `sink_pipeline`, one at a time and with everything kept
in between: for people who look, not for speed.
"""

from collections.abc import Sequence
from typing import Any, Literal

import attrs

from connectsdk._core.batch_run import plugin_name
from connectsdk._core.sink_columns import TIMESTAMP_TYPES
from connectsdk._core.sink_pipeline import SinkPipeline
from connectsdk._core.source_pipeline import SourcePipeline, negative_timestamp
from connectsdk.errors import LookupNeeded
from connectsdk.record import ConsumerRecord, Header, Headers, ProducerRecord, SinkRecord, SourceRecord

__all__ = ("Previewed", "Step", "preview_sink", "preview_source")

Outcome = Literal["written", "put", "filtered", "failed", "unknown"]


@attrs.frozen
class Step:
    """One stage.

    Attributes:
        name: Where.
        plugin: The class that did it.
        record: The record after it; None when it was filtered, or failed.
        error: What went wrong.
    """

    name: str
    plugin: str
    record: Any = None
    error: str | None = None


@attrs.frozen
class Previewed:
    """One record's way.

    Attributes:
        origin: What was read: a source's record, or the bytes of a topic.
        steps: The stages, in order.
        outcome: What becomes of it; unknown when a converter would have to ask another system first.
        out: What would be written to the topic.
    """

    origin: SourceRecord | ConsumerRecord
    steps: Sequence[Step]
    outcome: Outcome
    out: ProducerRecord | None = None


def preview_source(record: SourceRecord, pipeline: SourcePipeline, aliases: Sequence[str]) -> Previewed:
    """Return what would become of a source's record.

    Args:
        record: The record.
        pipeline: Its transforms and converters.
        aliases: The transforms' names, in order.
    """
    steps, last = _transformed(record, pipeline.transforms, aliases)
    if last is None:
        return Previewed(record, steps, "failed" if steps[-1].error else "filtered")
    raw: dict[str, Any] = {"headers": ()}
    for name, converter in (
        ("header.converter", pipeline.header),
        ("key.converter", pipeline.key),
        ("value.converter", pipeline.value),
    ):
        try:
            raw |= _to_bytes(name, converter, last, raw["headers"])
        except LookupNeeded as needed:
            return Previewed(
                record, (*steps, Step(name, plugin_name(converter), None, str(needed))), "unknown"
            )
        except Exception as error:  # noqa: BLE001 - whatever a plugin raises is this record's failure
            return Previewed(record, (*steps, _failed(name, converter, error)), "failed")
    if last.timestamp is not None and last.timestamp < 0:
        refused = _failed("send", pipeline, negative_timestamp(last.timestamp))
        return Previewed(record, (*steps, refused), "failed")
    out = ProducerRecord(last.topic, last.partition, raw["key"], raw["value"], last.timestamp, raw["headers"])
    return Previewed(record, steps, "written", out)


def preview_sink(record: ConsumerRecord, pipeline: SinkPipeline, aliases: Sequence[str]) -> Previewed:
    """Return what would become of a topic's record.

    Args:
        record: What is in the topic.
        pipeline: Its converters and transforms.
        aliases: The transforms' names, in order.

    Raises:
        LookupNeeded: If a converter has to ask another system first; then try again.
    """
    stage: tuple[str, Any] = ("key.converter", pipeline.key)
    topic, partition, offset, timestamp, kind, key_data, data, raw = record
    try:
        key_schema, key = pipeline.key.to_connect_data(topic, raw, key_data)
        stage = ("value.converter", pipeline.value)
        schema, value = pipeline.value.to_connect_data(topic, raw, data)
        stage = ("header.converter", pipeline.header)
        found = [(name, pipeline.header.to_connect_header(topic, name, text)) for name, text in raw]
    except LookupNeeded:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a plugin raises is this record's failure
        return Previewed(record, (_failed(*stage, error),), "failed")
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


def _to_bytes(name: str, converter: Any, record: Any, headers: Any) -> dict[str, Any]:
    topic = record.topic
    if name == "header.converter":
        convert = converter.from_connect_header
        return {
            "headers": tuple(
                (key, convert(topic, key, schema, value)) for key, value, schema in record.headers
            )
        }
    if name == "key.converter":
        return {"key": converter.from_connect_data(topic, headers, record.key_schema, record.key)}
    return {"value": converter.from_connect_data(topic, headers, record.value_schema, record.value)}


def _failed(name: str, plugin: Any, error: Exception) -> Step:
    return Step(name, plugin_name(plugin), None, f"{type(error).__name__}: {error}")
