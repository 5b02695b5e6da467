"""What is connected when there is nothing to do?

`benchmarks.operating` creates these by the hundred: what is measured is the worker around them.
"""

from collections.abc import Sequence

from connectsdk import SinkConnector, SinkRecord, SinkTask, SourceConnector, SourceRecord, SourceTask

__all__ = ("IdleSink", "IdleSource")


class IdleSourceTask(SourceTask[dict[str, str]]):
    """Has no records."""

    async def poll(self) -> Sequence[SourceRecord] | None:
        return None


class IdleSource(SourceConnector[dict[str, str]]):
    """Has nothing to read."""

    task_class = IdleSourceTask


class IdleSinkTask(SinkTask[dict[str, str]]):
    """Takes records that never come."""

    async def put(self, records: Sequence[SinkRecord]) -> None:
        del records


class IdleSink(SinkConnector[dict[str, str]]):
    """Has nothing to write."""

    task_class = IdleSinkTask
