"""A program that embeds the worker, as mypy and pyright must accept it; never executed."""

from typing import assert_type

import connectsdk
from connectsdk import EmbeddedTransport, KafkaTransport, SinkRecord, SourceRecord, TransformFunction, Worker
from connectsdk.runtime import ConnectorStatus, State, TaskStatus
from connectsdk.transport import Transport


def shout(record: SourceRecord) -> SourceRecord | None:
    return record.with_value(record.value_schema, str(record.value).upper())


def drop(record: SinkRecord) -> None:
    del record


FUNCTION: TransformFunction[SourceRecord] = shout
WRONG: TransformFunction[SinkRecord] = shout  # type: ignore[assignment]  # a source's function on a sink


async def embedded(transport: Transport) -> None:
    async with Worker(transport, {"offset.flush.interval.ms": 1000}) as worker:
        assert_type(worker, Worker)
        await worker.start_connector("a", {"connector.class": "FileStreamSource", "tasks.max": 1})
        await worker.wait_until_idle(2)
        await worker.wait_until_idle(0.5)
        for name, status in worker.status().items():
            assert_type(name, str)
            assert_type(status, ConnectorStatus)
            assert_type(status.state, State)
            assert_type(status.tasks, tuple[TaskStatus, ...])
            assert_type(status.error, str | None)
        await worker.stop_connector("a")
        await worker.wait_until_finished()


async def anywhere() -> None:
    await embedded(EmbeddedTransport())
    await embedded(EmbeddedTransport("directory"))
    await embedded(KafkaTransport("localhost:9092"))
    assert_type(connectsdk.__version__, str)
