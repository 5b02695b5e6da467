"""Which connectors cost nothing, so that what is left is the cost of the runtime?

The twins of the Java ones in `benchmarks/java`: the same records, the same notes.
"""

import tempfile
import time
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

import anyio

from benchmarks._data import row, text
from connectsdk.config import config, option
from connectsdk.record import NO_HEADERS, SinkRecord, SourceRecord
from connectsdk.schema import (
    BOOLEAN_SCHEMA,
    FLOAT64_SCHEMA,
    INT64_SCHEMA,
    OPTIONAL_STRING_SCHEMA,
    STRING_SCHEMA,
    SchemaBuilder,
)
from connectsdk.sink import SinkConnector, SinkTask
from connectsdk.source import SourceConnector, SourceTask

BATCH = 2000
ROW = (
    SchemaBuilder.struct()
    .name("row")
    .field("id", INT64_SCHEMA)
    .field("name", STRING_SCHEMA)
    .field("email", OPTIONAL_STRING_SCHEMA)
    .field("amount", FLOAT64_SCHEMA)
    .field("active", BOOLEAN_SCHEMA)
    .field("ts", INT64_SCHEMA)
    .field("note", OPTIONAL_STRING_SCHEMA)
    .build()
)


@config
class GenConfig:
    """What a generator hands out."""

    topic: str = option(doc="Where to.")
    records: int = option(doc="How many per task.")
    shape: str = option(doc="What they are.", one_of=("string", "struct"))
    size: int = option(default=100, doc="Bytes of a string.")
    partitions: int = option(default=1, doc="Of the topic; more than one are filled in turn.")
    task: int = option(default=0, doc="The number of this task.")


class GenTask(SourceTask[GenConfig]):
    """Hand out generated records as fast as it is asked."""

    async def start(self, config: GenConfig) -> None:
        self._topic = config.topic
        self._rest = config.records
        self._next = 0
        self._text = None if config.shape == "struct" else text(config.size)
        self._partitions = config.partitions
        self._source = {"id": config.task}

    async def poll(self) -> Sequence[SourceRecord] | None:
        begin, end = self._next, min(self._next + BATCH, self._rest)
        if begin == end:
            await anyio.sleep(0.1)
            return None
        self._next = end
        return self._strings(begin, end) if self._text is not None else self._structs(begin, end)

    def _strings(self, begin: int, end: int) -> Sequence[SourceRecord]:
        topic, source, value = self._topic, self._source, self._text
        schema, count = STRING_SCHEMA, self._partitions
        if count == 1:
            return [
                SourceRecord(topic, None, None, None, schema, value, None, NO_HEADERS, source, {"i": i})
                for i in range(begin, end)
            ]
        return [
            SourceRecord(topic, i % count, None, None, schema, value, None, NO_HEADERS, source, {"i": i})
            for i in range(begin, end)
        ]

    def _structs(self, begin: int, end: int) -> Sequence[SourceRecord]:
        topic, source = self._topic, self._source
        return [
            SourceRecord(topic, None, None, None, ROW, row(i), None, NO_HEADERS, source, {"i": i})
            for i in range(begin, end)
        ]


class GenSource(SourceConnector[GenConfig]):
    """One generator per task."""

    task_class = GenTask

    async def task_configs(self, max_tasks: int) -> Sequence[Mapping[str, Any]]:
        return [{**self.context.config, "task": str(number)} for number in range(max_tasks)]


@config
class NullConfig:
    """What a null sink notes."""

    records: int = option(doc="How many are expected per task.")
    notes: str = option(doc="The folder for its notes.")


class NullTask(SinkTask[NullConfig]):
    """Count what it is given and note, at every hundredth part, how many it saw and when."""

    _notes: BinaryIO | None = None

    async def start(self, config: NullConfig) -> None:
        self._records = config.records
        self._seen = self._noted = self._due = 0
        self._notes = tempfile.NamedTemporaryFile(  # noqa: SIM115 - closed by stop
            "wb", dir=config.notes, prefix="task", delete=False, buffering=0
        )

    async def put(self, records: Sequence[SinkRecord]) -> None:
        self._seen += len(records)
        if self._seen >= self._due or self._seen >= self._records or not records:
            self._note()

    def _note(self) -> None:
        if self._seen > self._noted and self._notes is not None:
            self._noted, self._due = self._seen, self._seen + self._records // 100
            self._notes.write(b"%d %d\n" % (self._seen, time.monotonic_ns()))

    async def stop(self) -> None:
        if self._notes is not None:
            self._notes.close()


class NullSink(SinkConnector[NullConfig]):
    """One counter per task."""

    task_class = NullTask
