"""How many records have arrived?

One gauge per kind of destination. Asking costs about a millisecond, and is the same for every runner.
"""

import time
from pathlib import Path
from typing import Protocol

from aiokafka import AIOKafkaConsumer, TopicPartition

__all__ = ("FileGauge", "Gauge", "NotesGauge", "TopicGauge")


class Gauge(Protocol):
    """See how far a run is."""

    async def read(self) -> tuple[float, int]:
        """Return a moment of the monotonic clock, and how many records had arrived then."""
        ...


class TopicGauge:
    """Count what a topic holds, by its end offsets."""

    def __init__(self, observer: AIOKafkaConsumer, topic: str, partitions: int) -> None:
        self._observer = observer
        self._partitions = [TopicPartition(topic, number) for number in range(partitions)]

    async def read(self) -> tuple[float, int]:
        before = time.monotonic()
        offsets = await self._observer.end_offsets(self._partitions)
        return (before + time.monotonic()) / 2, sum(offsets.values())


class FileGauge:
    """Count the lines of a file whose lines are equally long, by its size."""

    def __init__(self, path: Path, line_bytes: int) -> None:
        self._path = path
        self._line_bytes = line_bytes

    async def read(self) -> tuple[float, int]:
        size = self._path.stat().st_size if self._path.exists() else 0
        return time.monotonic(), size // self._line_bytes


class NotesGauge:
    """Read the notes of null sinks: lines of a count and a moment of the monotonic clock in nanoseconds.

    Each task of a connector writes a file of its own; the counts are added.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def read(self) -> tuple[float, int]:
        moment, total = 0.0, 0
        for path in self._folder.iterdir():
            lines = path.read_bytes().splitlines(keepends=True)
            if whole := [line for line in lines if line.endswith(b"\n")]:
                count, nanoseconds = whole[-1].split()
                total += int(count)
                moment = max(moment, int(nanoseconds) / 1e9)
        return moment or time.monotonic(), total
