"""Which records would a sink's task be given? They are read without a group, and nothing is committed."""

from collections.abc import Sequence
from typing import cast

from connectsdk.config.connector import SinkConnectorConfig
from connectsdk.config.java_regex import compile_java
from connectsdk.errors import TransportError
from connectsdk.record import ConsumerRecord, TopicPartition
from connectsdk.runtime._previewing.plan import Plan
from connectsdk.runtime._worker.blueprint import Blueprint
from connectsdk.runtime._worker.worker import Worker
from connectsdk.transport import ReadsRanges

__all__ = ("consumed",)


async def consumed(worker: Worker, blueprint: Blueprint, plan: Plan) -> Sequence[ConsumerRecord]:
    """Return the first or last records of the connector's topics.

    Raises:
        ConnectError: If nothing can be read.
    """
    sink = cast("SinkConnectorConfig", blueprint.common)
    pattern = compile_java(sink.topics_regex) if sink.topics_regex else None
    names = await worker.transport.admin.describe_topics(None if pattern else list(sink.topics or ()))
    found: list[ConsumerRecord] = []
    for name, topic in names.items():
        if pattern is None or pattern.matches(name):
            partitions = {TopicPartition(name, number) for number in range(topic.partitions)}
            found += await _of_topic(worker, name, partitions, plan)
    found.sort(key=lambda record: (record.timestamp, record.topic, record.partition, record.offset))
    return found[: plan.records] if plan.which == "first" else found[-plan.records :]


async def _of_topic(
    worker: Worker, topic: str, partitions: set[TopicPartition], plan: Plan
) -> Sequence[ConsumerRecord]:
    admin = worker.transport.admin
    begins, ends = await admin.beginning_offsets(partitions), await admin.end_offsets(partitions)
    ranges = {}
    for each in partitions:
        begin, end = begins[each], ends[each]
        if plan.which == "first":
            ranges[each] = (begin, min(end, begin + plan.records))
        else:
            ranges[each] = (max(begin, end - plan.records), end)
    reader = await worker.transport.reader(topic)
    try:
        if not isinstance(reader, ReadsRanges):
            raise TransportError(f"{worker.transport.description} cannot read a part of a topic")
        return await reader.read_ranges(ranges)
    finally:
        await reader.close()
