"""Connectors that do what a test's script says."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import anyio
import attrs

from connectsdk import (
    EndOfStream,
    SinkConnector,
    SinkRecord,
    SinkTask,
    SourceConnector,
    SourceRecord,
    SourceTask,
)
from connectsdk.record import TopicPartition

Hook = Callable[..., Awaitable[Any]]


@attrs.define(eq=False)
class Journal:
    """What happened, in order, and what a test wants to happen.

    Attributes:
        events: Names of calls, in order.
        values: What a sink was given.
        hooks: By `role.method`: awaited in place of the plain behaviour, with the task and the call's arguments.
    """

    events: list[str] = attrs.field(factory=list)
    values: list[Any] = attrs.field(factory=list)
    hooks: dict[str, Hook] = attrs.field(factory=dict)
    tasks: list[Any] = attrs.field(factory=list)

    async def call(self, name: str, *arguments: Any) -> Any:
        self.events.append(name)
        hook = self.hooks.get(name)
        return None if hook is None else await hook(*arguments)


def source(  # noqa: C901 - one small method per call
    journal: Journal, *, total: int = 100, batch: int = 10, topic: str = "t", end: bool = True
) -> type:
    """Return a source connector of numbered records in one source partition per task."""

    class Task(SourceTask[dict[str, Any]]):
        async def start(self, config: dict[str, Any]) -> None:
            journal.tasks.append(self)
            self.partition = {"share": config.get("share", 0)}
            stored = await self.context.offsets.offset(self.partition)
            self.position = stored["n"] if stored else 0
            journal.events.append(f"source.resume:{self.position}")
            await journal.call("source.start", self)

        async def poll(self) -> Sequence[SourceRecord] | None:
            answer = await journal.call("source.poll", self)
            if answer is not None:
                return answer
            if self.position >= total:
                if end:
                    raise EndOfStream
                return None
            first, self.position = self.position, min(self.position + batch, total)
            return [self.record(n) for n in range(first, self.position)]

        def record(self, n: int) -> SourceRecord:
            return SourceRecord(
                topic,
                value=n,
                key=self.partition["share"],
                source_partition=self.partition,
                source_offset={"n": n + 1},
            )

        async def commit(self, offsets: Sequence[Any]) -> None:
            await journal.call("source.commit", self, offsets)

        async def stop(self) -> None:
            await journal.call("source.stop", self)

    class Connector(SourceConnector[dict[str, Any]]):
        task_class = Task

        async def start(self, config: dict[str, Any]) -> None:
            journal.tasks.append(self)
            await journal.call("source_connector.start", self)

        async def task_configs(self, max_tasks: int) -> Sequence[Mapping[str, Any]]:
            answer = await journal.call("source_connector.task_configs", self)
            return answer or [{**self.context.config, "share": n} for n in range(max_tasks)]

        async def stop(self) -> None:
            await journal.call("source_connector.stop", self)

    return Connector


def sink(journal: Journal) -> type:
    """Return a sink connector that writes down what it is given."""

    class Task(SinkTask[dict[str, Any]]):
        async def start(self, config: dict[str, Any]) -> None:
            journal.tasks.append(self)
            await journal.call("sink.start", self)

        async def open(self, partitions: Any) -> None:
            await journal.call("sink.open", self, partitions)

        async def put(self, records: Sequence[SinkRecord]) -> None:
            if records:
                await journal.call("sink.put", self, records)
                journal.values += [record.value for record in records]

        async def flush(self, offsets: Mapping[TopicPartition, int]) -> None:
            await journal.call("sink.flush", self, offsets)

        async def close(self, partitions: Any) -> None:
            await journal.call("sink.close", self, partitions)

        async def stop(self) -> None:
            await journal.call("sink.stop", self)

    class Connector(SinkConnector[dict[str, Any]]):
        task_class = Task

    return Connector


async def until(condition: Callable[[], Any], seconds: float = 30) -> None:
    """Wait for a condition with a deadline."""
    with anyio.fail_after(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for is anything at all
            await anyio.sleep(0.002)
