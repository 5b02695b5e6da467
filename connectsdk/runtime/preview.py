"""What would a connector do with real records, without doing it?

A source's task is started and polled; nothing is produced, and no offset is stored. A sink's topics are read without a
group, and its task is never made. Stored offsets are read, so that a source goes on where it would go on.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal, cast

import anyio
import attrs

from connectsdk._core.preview import Previewed, Step, preview_sink, preview_source
from connectsdk.config.connector import SinkConnectorConfig
from connectsdk.errors import ConfigError, LookupNeeded, RetriableError, TransportError
from connectsdk.record import ConsumerRecord, SourceRecord, TopicPartition
from connectsdk.runtime._calls.plugin_life import end, make, start
from connectsdk.runtime._calls.room import LoopRoom
from connectsdk.runtime._calls.signals import Signals
from connectsdk.runtime._calls.stream_pump import StreamPump
from connectsdk.runtime._tasks.contexts import SourceConnectorOffsetsContext, SourceContext
from connectsdk.runtime._tasks.source_offsets import ConnectorOffsets, WorkerOffsets
from connectsdk.runtime._worker.blueprint import Blueprint
from connectsdk.runtime._worker.task_configs import task_configs_of
from connectsdk.runtime._worker.worker import Worker
from connectsdk.source import EndOfStream, SourceConnector, SourceOffset, SourceTask, StreamSourceTask
from connectsdk.transport import ReadsRanges

__all__ = ("Plan", "Preview", "Previewed", "Step", "preview")

IDLE = 0.1


@attrs.frozen(kw_only=True)
class Plan:
    """What to look at.

    Attributes:
        records: How many records at most.
        which: The first or the last ones of a sink's topics.
        task: Which of a source's tasks.
        wait: Seconds after which a source that has no more is left alone.
    """

    records: int = 20
    which: Literal["first", "last"] = "last"
    task: int = 0
    wait: float = 10.0


@attrs.frozen(kw_only=True)
class Preview:
    """What was seen.

    Attributes:
        kind: Whether it is a source or a sink.
        records: Each record's way.
    """

    kind: Literal["source", "sink"]
    records: Sequence[Previewed]


async def preview(worker: Worker, name: str, config: Mapping[str, Any], plan: Plan) -> Preview:
    """Return what would become of some records.

    Args:
        worker: What would run the connector; it is open.
        name: The connector's name.
        config: Its properties.
        plan: What to look at.

    Raises:
        ConfigError: If the configuration cannot work.
        ConnectError: If nothing can be read.
    """
    blueprint = await worker.read_config(name, config)
    look = _source if blueprint.kind == "source" else _sink
    return Preview(kind=blueprint.kind, records=await look(worker, blueprint, plan))


# -- sources -----------------------------------------------------------------------------------------------


async def _source(worker: Worker, blueprint: Blueprint, plan: Plan) -> list[Previewed]:
    plumbing = blueprint.plumbing.open_source()
    try:
        aliases = blueprint.plumbing.aliases
        records = await _polled(worker, blueprint, plan)
        return [preview_source(record, plumbing.pipeline, aliases) for record in records]
    finally:
        await plumbing.aclose()


async def _polled(worker: Worker, blueprint: Blueprint, plan: Plan) -> Sequence[SourceRecord]:
    """Return what the connector's task reads."""
    owner, room, signals = f"connector {blueprint.name} task {plan.task}", LoopRoom(), Signals()
    stored = ConnectorOffsets(await _stored(worker, blueprint), blueprint.name)
    connector_class = cast("type[SourceConnector[Any]]", blueprint.connector_class)
    connector = connector_class()
    connector.context = SourceConnectorOffsetsContext(
        blueprint.name, blueprint.properties, signals, room, stored=stored
    )
    within = blueprint.settings.start_timeout
    await room.call_within(within, f"{owner}: start", connector.start, _own_config(blueprint))
    try:
        configs = await task_configs_of(blueprint, room, connector)
        if plan.task >= len(configs):
            raise ConfigError(
                f"connector {blueprint.name} has {len(configs)} tasks: there is no task {plan.task}"
            )
        properties = configs[plan.task]
        context = SourceContext(blueprint.name, plan.task, properties, stored, signals)
        task = await make(owner, room, connector_class.task_class, context)
        try:
            await start(owner, room, task, properties, within)
            return await _read(owner, task, plan)
        finally:
            await end(owner, room, task, blueprint.settings.graceful)
    finally:
        await room.call_within(within, f"{owner}: stop", connector.stop)


async def _read(owner: str, task: SourceTask[Any], plan: Plan) -> Sequence[SourceRecord]:
    found: list[SourceRecord] = []
    pump = StreamPump(owner, task) if isinstance(task, StreamSourceTask) else None
    async with anyio.create_task_group() as group:
        if pump is not None:
            group.start_soon(pump.run)
        poll = task.poll if pump is None else pump.poll
        with anyio.move_on_after(plan.wait):
            while len(found) < plan.records:
                try:
                    records = await LoopRoom().call(f"{owner}: {type(task).__name__}.poll", poll)
                except EndOfStream:
                    break
                except RetriableError:
                    records = None
                found.extend(records or ())
                await anyio.sleep(0 if records else IDLE)
        group.cancel_scope.cancel()
    return found[: plan.records]


async def _stored(worker: Worker, blueprint: Blueprint) -> WorkerOffsets:
    """Return the stored offsets; there are none when there is no topic of them, and none is created."""
    offsets = worker.offsets_of(blueprint)
    there = await worker.transport.admin.describe_topics([offsets.topic])
    return offsets if there else cast("WorkerOffsets", _NothingStored())


class _NothingStored:
    async def read(self, connector: str) -> Sequence[SourceOffset]:
        return ()


def _own_config(blueprint: Blueprint) -> Any:
    from connectsdk.config import parse

    return parse(blueprint.connector_class.config_class, blueprint.properties)


# -- sinks -------------------------------------------------------------------------------------------------


async def _sink(worker: Worker, blueprint: Blueprint, plan: Plan) -> list[Previewed]:
    plumbing = blueprint.plumbing.open_sink()
    try:
        previewed = []
        for record in await _consumed(worker, blueprint, plan):
            while True:
                try:
                    previewed.append(preview_sink(record, plumbing.pipeline, blueprint.plumbing.aliases))
                    break
                except LookupNeeded as needed:
                    await needed.look_up()
        return previewed
    finally:
        await plumbing.aclose()


async def _consumed(worker: Worker, blueprint: Blueprint, plan: Plan) -> Sequence[ConsumerRecord]:
    """Return the first or last records of the connector's topics."""
    sink = cast("SinkConnectorConfig", blueprint.common)
    pattern = sink.topics_regex
    names = await worker.transport.admin.describe_topics(None if pattern else list(sink.topics or ()))
    found: list[ConsumerRecord] = []
    for name, topic in names.items():
        if not pattern or re.fullmatch(pattern, name):
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
        begin, end_ = begins[each], ends[each]
        if plan.which == "first":
            ranges[each] = (begin, min(end_, begin + plan.records))
        else:
            ranges[each] = (max(begin, end_ - plan.records), end_)
    reader = await worker.transport.reader(topic)
    try:
        if not isinstance(reader, ReadsRanges):
            raise TransportError(f"{worker.transport.description} cannot read a part of a topic")
        return await reader.read_ranges(ranges)
    finally:
        await reader.close()
