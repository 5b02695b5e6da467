"""Where does each microsecond of a record go?

`python -m benchmarks.stages [JOB ...]` runs file-strings, generator-100 and null-100 on a Kafka of its own, in
this process, with a stop watch around the calls that are made once per batch, so that measuring costs a record
nothing. A stage's time is its own: what it calls in another stage counts there. Times are processor time;
what no stage claims is the event loop, the client's protocol and the sockets.
"""

import asyncio
import gc
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Generator
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import attrs
from aiokafka.conn import AIOKafkaConnection
from aiokafka.producer.message_accumulator import BatchBuilder

from benchmarks._commands import Assignment, connector_properties
from benchmarks._gauges import Gauge, NotesGauge
from benchmarks._jobs import Job, select
from benchmarks._runs import Laboratory, scratch
from benchmarks._suite import Plan, laboratory_of
from benchmarks.connectors import GenTask, NullTask
from benchmarks.worker import with_classes
from connectsdk._core.sink_pipeline import SinkPipeline
from connectsdk._core.source_pipeline import SourcePipeline
from connectsdk._core.submitted_records import SubmittedRecords
from connectsdk.connectors.file_source import FileStreamSourceTask
from connectsdk.runtime import Worker, collect_less_often
from connectsdk.transports.kafka import KafkaTransport
from connectsdk.transports.kafka._consumer import KafkaConsumer
from connectsdk.transports.kafka._producer import KafkaProducer

STAGES: tuple[tuple[str, type, str], ...] = (
    ("the task's poll", FileStreamSourceTask, "poll"),
    ("the task's poll", GenTask, "poll"),
    ("transforms and converters", SourcePipeline, "advance"),
    ("transforms and converters", SinkPipeline, "advance"),
    ("the ledger", SubmittedRecords, "submit"),
    ("the ledger", SubmittedRecords, "committable"),
    ("the producer: records into batches", KafkaProducer, "send"),
    ("the client: closing batches, checksums", BatchBuilder, "_build"),
    ("the client: requests to the socket", AIOKafkaConnection, "send"),
    ("the client: answers from the socket", AIOKafkaConnection, "_handle_frame"),
    ("the consumer: batches into records", KafkaConsumer, "next_event"),
    ("the task's put", NullTask, "put"),
)
GARBAGE = "the garbage collector"
REST = "event loop, protocol, sockets"


@attrs.define
class StopWatch:
    """Keep each stage's own processor time."""

    spent: Counter[str] = attrs.field(factory=Counter)
    _open: list[str] = attrs.field(factory=list)
    _since: float = 0.0

    def enter(self, stage: str) -> None:
        """Stop the clock of the stage around this one, and start this one's."""
        self._switch()
        self._open.append(stage)

    def leave(self) -> None:
        """Stop this stage's clock, and start again that of the one around it."""
        self._switch()
        self._open.pop()

    def on_collection(self, phase: str, _: dict[str, int]) -> None:
        """Count the garbage collector as a stage."""
        if phase == "start":
            self.enter(GARBAGE)
        else:
            self.leave()

    def _switch(self) -> None:
        now = time.thread_time()
        if self._open:
            self.spent[self._open[-1]] += now - self._since
        self._since = now

    def around(self, stage: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """Return the call with the clock around it; of an awaitable, around each step."""

        def timed(*arguments: Any, **named: Any) -> Any:
            self.enter(stage)
            try:
                answer = call(*arguments, **named)
            finally:
                self.leave()
            return _Stepwise(self, stage, answer) if asyncio.iscoroutine(answer) else answer

        return timed


@attrs.frozen
class _Stepwise:
    watch: StopWatch
    stage: str
    coroutine: Awaitable[Any]

    def __await__(self) -> Generator[Any, Any, Any]:
        steps: Any = self.coroutine.__await__()
        advance: Callable[[], Any] = partial(steps.send, None)
        while True:
            self.watch.enter(self.stage)
            try:
                wanted = advance()
            except StopIteration as end:
                return end.value
            finally:
                self.watch.leave()
            try:
                advance = partial(steps.send, (yield wanted))
            except BaseException as error:  # noqa: BLE001 - a cancellation is for the coroutine inside
                advance = partial(steps.throw, error)


async def measure(
    job: Job, laboratory: Laboratory, gauge: Gauge, properties: dict[str, Any]
) -> dict[str, float]:
    """Return each stage's microseconds per record, over the run without its first fifth."""
    watch = StopWatch()
    originals = [(owner, name, getattr(owner, name)) for _, owner, name in STAGES]
    for stage, owner, name in STAGES:
        setattr(owner, name, watch.around(stage, getattr(owner, name)))
    gc.callbacks.append(watch.on_collection)
    try:
        async with Worker(KafkaTransport(laboratory.tools.bootstrap)) as worker:
            await worker.start_connector(properties["name"], with_classes(properties))
            arrived = await _wait_for(gauge, job.records // 5)
            before, begun = watch.spent.copy(), time.process_time()
            moved = await _wait_for(gauge, job.records) - arrived
            whole = time.process_time() - begun
            spent = {stage: watch.spent[stage] - before[stage] for stage in watch.spent}
    finally:
        gc.callbacks.remove(watch.on_collection)
        for owner, name, original in originals:
            setattr(owner, name, original)
    spent[REST] = whole - sum(spent.values())
    return {stage: seconds / moved * 1e6 for stage, seconds in spent.items() if seconds > 0}


async def _wait_for(gauge: Gauge, records: int) -> int:
    with anyio.fail_after(120):
        while True:
            await anyio.sleep(0.1)
            _, arrived = await gauge.read()
            if arrived >= records:
                return arrived


async def main(names: list[str]) -> None:
    """Measure these jobs and print a table for each."""
    collect_less_often()
    jobs = select(names or ["file-strings", "generator-100", "null-100"], None, 0.5)
    with tempfile.TemporaryDirectory() as folder:
        plan = Plan(jobs=jobs, runners=("connectsdk",), folder=Path(folder))
        async with laboratory_of(plan) as laboratory:
            for job in jobs:
                print(f"\n| {job.title} | us per record |\n| --- | ---: |")
                spent = await _stages_of(job, laboratory)
                for stage, microseconds in sorted(spent.items(), key=lambda each: -each[1]):
                    print(f"| {stage} | {microseconds:.2f} |")
                print(f"| together | {sum(spent.values()):.2f} |", flush=True)


async def _stages_of(job: Job, laboratory: Laboratory) -> dict[str, float]:
    with scratch(laboratory.folder) as folder:
        assignment = Assignment(
            job=job,
            name=job.name,
            topic=job.name if job.is_source else await laboratory.input_topic(job, 1),
            folder=folder,
            input=laboratory.input_file(job),
        )
        properties = connector_properties(assignment)
        gauge = await laboratory.topics.make(job.name) if job.is_source else NotesGauge(folder / "notes")
        return await measure(job, laboratory, gauge, properties)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
