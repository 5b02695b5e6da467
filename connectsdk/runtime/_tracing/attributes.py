"""What is told of a batch, and by which names?

They are those of OpenTelemetry's conventions for messaging; what these have no names for is below `connectsdk.`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectsdk._core.batch_run import BatchRun
from connectsdk._core.trace_headers import ranges
from connectsdk._core.verdict import Failure, Verdict
from connectsdk.record import ConsumerRecord, SourceRecord

__all__ = ("COUNT", "MOST", "of_batch", "of_failure", "of_operation", "of_place", "of_run", "of_topic")

COUNT = "messaging.batch.message_count"
DESTINATION = "messaging.destination.name"
PARTITION, OFFSET = "messaging.destination.partition.id", "messaging.kafka.offset"

MOST = 32
"""Contexts of a batch that its span links to, and ranges of offsets that it tells."""

TYPES = {"receive": "receive", "send": "send", "put": "process", "commit": "settle"}
"""The conventions' types of the operations that they know."""


def of_topic(operation: str, records: Sequence[Any]) -> tuple[str, Mapping[str, Any]]:
    """Return the name of a span that is about these records, and its attributes."""
    topics = {record.topic for record in records}
    about = {**of_operation(operation), COUNT: len(records)}
    if len(topics) != 1:
        return operation, about
    topic = topics.pop()
    return f"{operation} {topic}", {**about, DESTINATION: topic}


def of_operation(operation: str) -> Mapping[str, Any]:
    """Return what the conventions want to know of an operation."""
    if operation not in TYPES:
        return {}
    return {
        "messaging.system": "kafka",
        "messaging.operation.name": operation,
        "messaging.operation.type": TYPES[operation],
    }


def of_batch(records: Sequence[ConsumerRecord]) -> Mapping[str, Any]:
    """Return where consumed records were."""
    where = ranges(records, MOST)
    alone = of_place(records[0]) if len(where) == 1 else {}
    return {"connectsdk.offsets": where, **alone}


def of_place(record: ConsumerRecord) -> Mapping[str, Any]:
    """Return where one consumed record was."""
    return {PARTITION: str(record.partition), OFFSET: record.offset}


def of_run(run: BatchRun[Any, Any]) -> Mapping[str, Any]:
    """Return what became of a batch in its pipeline."""
    return {
        "connectsdk.records.out": len(run.out),
        "connectsdk.records.filtered": run.count(Verdict.FILTERED),
        "connectsdk.records.failed": len(run.failures),
    }


def of_failure(failure: Failure, record: SourceRecord | ConsumerRecord) -> Mapping[str, Any]:
    """Return which record failed, and in what."""
    place = of_place(record) if isinstance(record, ConsumerRecord) else {}
    return {"connectsdk.stage": failure.stage.value, "connectsdk.plugin": failure.plugin, **place}
