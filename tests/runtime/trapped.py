"""Connectors that misbehave at one named point each, and behave everywhere else."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import anyio
import attrs

from connectsdk import SinkConnector, SinkRecord, SinkTask, SourceConnector, SourceRecord, SourceTask
from connectsdk.source import StreamSourceTask

SOURCE = ("init", "start", "task_configs", "stop")
SOURCE_TASK = ("task.init", "task.start", "task.poll", "task.commit", "task.commit_record", "task.stop")
SINK_TASK = (
    "task.init",
    "task.start",
    "task.open",
    "task.put",
    "task.flush",
    "task.pre_commit",
    "task.close",
)
PLUGINS = ("configure", "apply", "close")

POINTS = (
    *(f"source.{point}" for point in (*SOURCE, *SOURCE_TASK, "task.stream")),
    *(f"sink.{point}" for point in (*SOURCE, *SINK_TASK, "task.stop")),
    *(f"transform.{point}" for point in PLUGINS),
    *(f"predicate.{point}" for point in PLUGINS),
    *(f"converter.{point}" for point in PLUGINS),
)
"""Every place where the runtime calls plugin code."""

TRIED_OUT = {
    "transform.configure": 1,
    "transform.close": 1,
    "predicate.configure": 2,
    "predicate.close": 2,
    "converter.configure": 1,
}
"""How often a configuration that is tried out comes to a point, before it runs."""

SYNCHRONOUS = frozenset(
    {"source.init", "source.task.init", "sink.init", "sink.task.init"}
    | {point for point in POINTS if point.startswith(("transform", "predicate", "converter"))}
    - {"converter.close"}
)


def spins() -> None:
    """Compute for ever."""
    while True:
        pass


def sleeps() -> None:
    """Block the thread for ever, as far as this test is concerned."""
    time.sleep(30)


async def waits() -> None:
    """Await for ever."""
    await anyio.sleep_forever()


async def is_deaf() -> None:
    """Await for ever, and ignore every cancellation."""
    while True:
        try:
            await anyio.sleep_forever()
        except anyio.get_cancelled_exc_class():
            continue


async def blocks_an_executor() -> None:
    """Block a thread of the event loop's executor."""
    await asyncio.to_thread(sleeps)


class EvilError(Exception):
    """Cannot be shown."""

    def __str__(self) -> str:
        raise SystemExit("shown")


class Odd(BaseException):
    """No `Exception`."""


@attrs.define(eq=False)
class Trap:
    """One point and what happens there.

    Attributes:
        point: Which of `POINTS`.
        behave: A function, or a coroutine function, or an exception to raise.
        spared: How often it goes well before: a configuration is tried out before it runs.
        reached: How often it was reached.
        seen: The points that were come to.
    """

    point: str
    behave: Callable[[], Any] | BaseException
    spared: int = 0
    reached: int = 0
    seen: set[str] = attrs.field(factory=set)
    _passes: int = 0

    @property
    def name(self) -> str:
        """A name for its connector."""
        return f"{self.point}.{self.spared}"

    def at(self, point: str) -> None:
        self.seen.add(point)
        if point == self.point:
            self._passes += 1
            if self._passes <= self.spared:
                return
            self.reached += 1
            if isinstance(self.behave, BaseException):
                raise self.behave
            if self.behave in {spins, sleeps}:
                self.behave()

    async def on(self, point: str) -> None:
        self.at(point)
        if point == self.point and self.reached and not isinstance(self.behave, BaseException):
            answer = self.behave()
            if answer is not None:
                await answer

    # -- what is trapped -------------------------------------------------------------------------------------

    def properties(self) -> dict[str, Any]:
        """Return a connector's properties that reach the point."""
        connector = _sink(self) if self.point.startswith("sink") else _source(self)
        topic = {"topics": "healthy"} if self.point.startswith("sink") else {"topic": "trapped"}
        return {
            "connector.class": connector,
            **topic,
            "transforms": "t",
            "transforms.t.type": _transform(self),
            "transforms.t.predicate": "p",
            "predicates": "p",
            "predicates.p.type": _predicate(self),
            "value.converter": _converter(self),
            "key.converter": "StringConverter",
        }


def _source(trap: Trap) -> type:  # noqa: C901 - one small method per point
    class Task(SourceTask[dict[str, Any]]):
        def __init__(self) -> None:
            trap.at("source.task.init")
            self.position = 0

        async def start(self, config: dict[str, Any]) -> None:
            await trap.on("source.task.start")

        async def poll(self) -> Sequence[SourceRecord] | None:
            if self.position:
                await trap.on("source.task.poll")
            await anyio.sleep(0.01)
            self.position += 1
            offset = {"n": self.position}
            return [SourceRecord("trapped", value="x", source_partition={}, source_offset=offset)]

        async def commit(self, offsets: Any) -> None:
            await trap.on("source.task.commit")

        async def commit_record(self, record: Any, metadata: Any) -> None:
            await trap.on("source.task.commit_record")

        async def stop(self) -> None:
            await trap.on("source.task.stop")

    class Stream(StreamSourceTask[dict[str, Any]]):
        async def stream(self) -> Any:
            yield SourceRecord("trapped", value="x", source_partition={}, source_offset={"n": 1})
            await trap.on("source.task.stream")

    class Connector(SourceConnector[dict[str, Any]]):
        task_class = Stream if trap.point == "source.task.stream" else Task

        def __init__(self) -> None:
            trap.at("source.init")

        async def start(self, config: dict[str, Any]) -> None:
            await trap.on("source.start")

        async def task_configs(self, max_tasks: int) -> Sequence[Mapping[str, Any]]:
            await trap.on("source.task_configs")
            return [dict(self.context.config)]

        async def stop(self) -> None:
            await trap.on("source.stop")

    return Connector


def _sink(trap: Trap) -> type:  # noqa: C901 - one small method per point
    class Task(SinkTask[dict[str, Any]]):
        def __init__(self) -> None:
            trap.at("sink.task.init")

        async def start(self, config: dict[str, Any]) -> None:
            await trap.on("sink.task.start")

        async def open(self, partitions: Any) -> None:
            await trap.on("sink.task.open")

        async def put(self, records: Sequence[SinkRecord]) -> None:
            if records:
                await trap.on("sink.task.put")

        async def flush(self, offsets: Any) -> None:
            await trap.on("sink.task.flush")

        async def pre_commit(self, offsets: Any) -> Any:
            await trap.on("sink.task.pre_commit")
            return await super().pre_commit(offsets)

        async def close(self, partitions: Any) -> None:
            await trap.on("sink.task.close")

        async def stop(self) -> None:
            await trap.on("sink.task.stop")

    class Connector(SinkConnector[dict[str, Any]]):
        task_class = Task

        def __init__(self) -> None:
            trap.at("sink.init")

        async def start(self, config: dict[str, Any]) -> None:
            await trap.on("sink.start")

        async def task_configs(self, max_tasks: int) -> Sequence[Mapping[str, Any]]:
            await trap.on("sink.task_configs")
            return [dict(self.context.config)]

        async def stop(self) -> None:
            await trap.on("sink.stop")

    return Connector


def _transform(trap: Trap) -> type:
    class Transform:
        def configure(self, config: Any) -> None:
            trap.at("transform.configure")

        def apply(self, record: Any) -> Any:
            trap.at("transform.apply")
            return record

        def close(self) -> None:
            trap.at("transform.close")

    return Transform


def _predicate(trap: Trap) -> type:
    class Predicate:
        def configure(self, config: Any) -> None:
            trap.at("predicate.configure")

        def test(self, record: Any) -> bool:
            trap.at("predicate.apply")
            return True

        def close(self) -> None:
            trap.at("predicate.close")

    return Predicate


def _converter(trap: Trap) -> type:
    class Converter:
        def configure(self, config: Any, *, is_key: bool) -> None:
            trap.at("converter.configure")

        def from_connect_data(self, topic: str, headers: Any, schema: Any, value: Any) -> bytes:
            trap.at("converter.apply")
            return str(value).encode()

        def to_connect_data(self, topic: str, headers: Any, data: bytes | None) -> tuple[Any, Any]:
            return None, data

        async def aclose(self) -> None:
            await trap.on("converter.close")

    return Converter
