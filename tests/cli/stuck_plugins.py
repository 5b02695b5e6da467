"""Connectors that are slow, stuck or failing in the way that their configuration says."""

import time
from typing import Any

import anyio

from connectsdk import SinkConnector, SinkTask, SourceConnector, SourceRecord, SourceTask
from connectsdk.errors import RetriableError

__all__ = ("OddSinkConnector", "OddSourceConnector", "burst", "spin")


def spin(record: Any) -> Any:
    """Compute for ever, but let others compute meanwhile."""
    while True:
        time.sleep(0.001)


def burst(record: Any) -> Any:
    """Refuse every record."""
    message = "too hot"
    raise ValueError(message)


class OddSourceTask(SourceTask[dict[str, Any]]):
    """Does what `odd` says."""

    async def start(self, config: dict[str, Any]) -> None:
        self.odd = config.get("odd", "")
        self.topic = config["topic"]
        self.left = int(config.get("records", "10"))
        if self.odd == "start":
            await anyio.sleep(3_600)

    async def poll(self) -> list[SourceRecord] | None:
        if self.odd == "fail":
            message = "no tea left"
            raise ValueError(message)
        if self.odd == "again":
            message = "the tea shop is closed"
            raise RetriableError(message, after=0.2)
        if self.odd == "poll" or not self.left:
            await anyio.sleep(3_600)
        if self.odd == "endless":
            await anyio.sleep(0.05)
        else:
            self.left -= 1
        return [SourceRecord(self.topic, value="tea", source_partition={"p": 1}, source_offset={"o": 1})]


class OddSourceConnector(SourceConnector[dict[str, Any]]):
    """Starts the task."""

    task_class = OddSourceTask


class OddSinkTask(SinkTask[dict[str, Any]]):
    """Does what `odd` says."""

    async def start(self, config: dict[str, Any]) -> None:
        self.odd = config.get("odd", "")

    async def put(self, records: Any) -> None:
        if self.odd == "put":
            await anyio.sleep(3_600)
        if self.odd == "block":
            time.sleep(3_600)  # noqa: ASYNC251 - that is what it is to do
        if self.odd == "again" and records:
            message = "the cups are being washed"
            raise RetriableError(message, after=0.2)
        if self.odd == "slow":
            await anyio.sleep(0.3)

    async def flush(self, offsets: Any) -> None:
        if self.odd == "flush":
            await anyio.sleep(3_600)


class OddSinkConnector(SinkConnector[dict[str, Any]]):
    """Starts the task."""

    task_class = OddSinkTask
