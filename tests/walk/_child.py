"""What runs in a worker process that is to be killed: files -> topic -> files, with rebalances all the while."""

import logging
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import anyio
import attrs

from connectsdk import RetriableError, SinkConnector, SinkRecord, SourceConnector, SourceRecord
from connectsdk.connectors.file_sink import FileStreamSinkConfig, FileStreamSinkTask
from connectsdk.connectors.file_source import FileStreamSourceConfig, FileStreamSourceTask
from connectsdk.runtime import Worker, _crash_points
from connectsdk.schema import STRING_SCHEMA
from connectsdk.transport import Transport
from connectsdk.transports.embedded import EmbeddedTransport
from connectsdk.transports.kafka import KafkaTransport
from tests.walk import _plants

log = logging.getLogger(__name__)

PARTITIONS = 3
BATCH = 10
KEYS = 7  # per source, in turn for so many lines; so most batches go to two partitions
COMMIT_MS = 50
REBALANCE_EVERY = 0.25
IDLE = 0.3


@attrs.frozen(kw_only=True)
class Orders:
    """What a worker is to do.

    Attributes:
        directory: Where the sinks' files and its log go; the embedded broker's data too.
        name: The worker's name: two that live at once have two.
        topic: The topic between; the consumer group has its name too.
        sources: Paths of the source files; none runs sinks only.
        bootstrap: The Kafka cluster; None is the embedded broker.
        crash_at: What `CONNECTSDK_CRASH_AT` would say.
        plants: Names of bugs and of troubles in `_plants`.
        rebalances: Whether another sink joins the group and leaves it again, over and over.
        until_idle: Whether to end when everything is in the sinks.
        session_ms: The group's session timeout.
    """

    directory: str
    name: str
    topic: str
    sources: Sequence[str]
    bootstrap: str | None = None
    crash_at: str = ""
    plants: Sequence[str] = ()
    rebalances: bool = True
    until_idle: bool = False
    session_ms: int = 45_000


class FilesSource(SourceConnector[FileStreamSourceConfig]):
    """One task a file."""

    task_class = FileStreamSourceTask

    async def task_configs(self, max_tasks: int) -> Sequence[Mapping[str, Any]]:
        files = str(self.context.config["files"]).split(",")
        return [{**self.context.config, "file": file} for file in files]


class HesitantFileTask(FileStreamSinkTask):
    """Asks for a batch again now and then, so that kills and rebalances meet batches that wait."""

    turn, wait = 5, 0.02
    puts = 0

    async def put(self, records: Sequence[SinkRecord]) -> None:
        if records:
            self.puts += 1
            if self.puts % self.turn == 0:
                raise RetriableError("not now", after=self.wait)
        await super().put(records)


class FilesSink(SinkConnector[FileStreamSinkConfig]):
    """One file a task."""

    task_class = HesitantFileTask

    async def task_configs(self, max_tasks: int) -> Sequence[Mapping[str, Any]]:
        config = self.context.config
        return [{**config, "file": f"{config['file']}-{task}.txt"} for task in range(max_tasks)]


def with_key(record: SourceRecord) -> SourceRecord:
    """Spread a file over the partitions."""
    source, number = record.value.split()
    return record.with_key(STRING_SCHEMA, f"{source}:{int(number) // BATCH % KEYS}")


def with_place(record: SinkRecord) -> SinkRecord:
    """Say in the line where and when it was; the dot at its end tells a whole line from a torn one."""
    stamp = time.monotonic_ns()
    return record.with_value(STRING_SCHEMA, f"{stamp} {record.partition} {record.offset} {record.value} .")


def live(orders: Orders) -> int:
    """Run a worker; return its exit code."""
    _crash_points._point, _, _crash_points._nth = orders.crash_at.partition(":")
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(name)s: %(message)s")
    logging.getLogger("connectsdk").setLevel(logging.DEBUG)
    _plants.plant(orders.plants)
    return anyio.run(_run, orders)


async def _run(orders: Orders) -> int:
    with anyio.open_signal_receiver(signal.SIGTERM) as signals:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        async with anyio.create_task_group() as group:
            group.start_soon(_cancel_at, signals, group.cancel_scope)
            await _work(orders)
            group.cancel_scope.cancel()
    return 0


async def _cancel_at(signals: Any, scope: anyio.CancelScope) -> None:
    async for _ in signals:
        log.info("stopping")
        scope.cancel()
        return


async def _work(orders: Orders) -> None:
    config = {
        "offset.flush.interval.ms": COMMIT_MS,
        "errors.restart.delay.initial.ms": 10,
        "errors.restart.max": -1,
        "offset.storage.topic": f"{orders.topic}-offsets",
        "key.converter": "StringConverter",
        "value.converter": "StringConverter",
    }
    async with Worker(_transport(orders), config) as worker:
        if orders.sources:
            await worker.start_connector("in", _source(orders))
        await worker.start_connector("out", _sink(orders, f"{orders.name}-out", 2))
        if orders.until_idle:
            await worker.wait_until_idle(IDLE)
        else:
            await _rebalance(worker, orders)


def _transport(orders: Orders) -> Transport:
    if orders.bootstrap is not None:
        return KafkaTransport(orders.bootstrap)
    return EmbeddedTransport(Path(orders.directory) / "broker", default_partitions=PARTITIONS)


def _source(orders: Orders) -> dict[str, Any]:
    return {
        "connector.class": FilesSource,
        "tasks.max": len(orders.sources),
        "files": ",".join(orders.sources),
        "topic": orders.topic,
        "batch.size": BATCH,
        "transforms": "key",
        "transforms.key.type": with_key,
    }


def _sink(orders: Orders, name: str, tasks: int) -> dict[str, Any]:
    return {
        "connector.class": FilesSink,
        "tasks.max": tasks,
        "topics": orders.topic,
        "file": str(Path(orders.directory) / name),
        "transforms": "place",
        "transforms.place.type": with_place,
        "consumer.override.group.id": orders.topic,
        "consumer.override.max.poll.records": 100,
        "consumer.override.session.timeout.ms": orders.session_ms,
        "consumer.override.heartbeat.interval.ms": 100,
    }


async def _rebalance(worker: Worker, orders: Orders) -> None:
    while orders.rebalances:
        await anyio.sleep(REBALANCE_EVERY)
        await worker.start_connector("late", _sink(orders, f"{orders.name}-late", 1))
        await anyio.sleep(REBALANCE_EVERY)
        await worker.stop_connector("late")
    await anyio.sleep_forever()
