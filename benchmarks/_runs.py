"""How does one run go?"""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import attrs

from benchmarks._commands import Assignment, Tools, command, start_command
from benchmarks._curve import Measurement, Sample, measure
from benchmarks._data import text
from benchmarks._gauges import FileGauge, Gauge, NotesGauge
from benchmarks._jobs import Job, Runner
from benchmarks._processes import WorkerError, WorkerProcess
from benchmarks._topics import Topics

__all__ = ("Laboratory", "observe", "scratch", "watch")

INTERVAL = 0.05
START_INTERVAL = 0.005
SMALL_BUFFER = {"producer.override.buffer.memory": "1048576"}
STALLED = 60.0


@attrs.define
class Laboratory:
    """Where runs happen: a broker, a folder, and the input that jobs share.

    Attributes:
        tools: What is used by all runs.
        topics: Of the broker.
        folder: For files.
        limit: Seconds after which a run has failed.
    """

    tools: Tools
    topics: Topics
    folder: Path
    limit: float = 300.0
    _numbers: Iterator[int] = attrs.field(factory=count)
    _filled: dict[tuple[str, int, int], str] = attrs.field(factory=dict)

    async def run(
        self, job: Job, runner: Runner, *, tasks: int = 1, partitions: int = 1, start: bool = False
    ) -> Measurement:
        """Do a job once.

        Several tasks get smaller buffers, or the whole run would fit into them.

        Args:
            job: What.
            runner: Who.
            tasks: How many share the work.
            partitions: Of the topic.
            start: Whether its start is what counts: the command line is used, and observed more closely.

        Raises:
            WorkerError: If it ended early or did not finish in time.
        """
        name = f"{job.name}-{runner}-{next(self._numbers)}"
        output = name if job.is_source else await self.input_topic(job, partitions)
        with scratch(self.folder) as folder:
            assignment = Assignment(
                job=job,
                name=name,
                topic=output,
                folder=folder,
                input=self.input_file(job),
                tasks=tasks,
                partitions=partitions,
                extra=SMALL_BUFFER if tasks > 1 and job.is_source else {},
            )
            gauge = await self._gauge(assignment)
            try:
                arguments = (start_command if start else command)(runner, assignment, self.tools)
                return await observe(
                    arguments,
                    gauge,
                    job.records,
                    log=folder / "log",
                    interval=START_INTERVAL if start else INTERVAL,
                    limit=self.limit,
                )
            finally:
                if job.is_source:
                    await self.topics.delete(name)

    def input_file(self, job: Job) -> Path:
        """Return the file of as many lines as this job has records; it is written once per length."""
        path = self.folder / f"lines-{job.records}"
        if job.kind == "file-source" and not path.exists():
            filler = text(job.size - 11)
            with path.open("w") as file:
                file.writelines(f"{number:010d} {filler}\n" for number in range(job.records))
        return path

    async def clean(self) -> None:
        """Delete what jobs shared."""
        for topic in self._filled.values():
            await self.topics.delete(topic)
        self._filled.clear()
        for path in self.folder.glob("lines-*"):
            path.unlink()

    async def _gauge(self, assignment: Assignment) -> Gauge:
        job = assignment.job
        if job.is_source:
            return await self.topics.make(assignment.topic, assignment.partitions)
        if job.kind == "file-sink":
            return FileGauge(assignment.folder / "output", job.size + 1)
        return NotesGauge(assignment.folder / "notes")

    async def input_topic(self, job: Job, partitions: int) -> str:
        """Return the topic that holds what a sink job reads; it is filled once per kind of data."""
        key = (job.data, job.records, partitions)
        if key not in self._filled:
            name = f"input-{job.data}-{job.records}-{partitions}"
            await self.topics.make(name, partitions)
            await self.topics.fill(name, job, partitions)
            self._filled[key] = name
        return self._filled[key]


async def observe(
    arguments: list[str],
    gauge: Gauge,
    records: int,
    *,
    log: Path,
    interval: float = INTERVAL,
    limit: float = 300.0,
) -> Measurement:
    """Run a command until the gauge shows this many records, then kill it.

    Raises:
        WorkerError: If it ended early or did not finish in time.
    """
    with WorkerProcess(arguments, log, {}) as worker:
        samples = await watch(worker, gauge, records, interval=interval, limit=limit)
        return measure(samples, records, begun=worker.begun, rss=worker.peak_rss())


@contextmanager
def scratch(parent: Path) -> Iterator[Path]:
    """Make a folder that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def watch(
    worker: WorkerProcess, gauge: Gauge, records: int, *, interval: float, limit: float
) -> list[Sample]:
    """Note how far a worker is until it has moved all records.

    Raises:
        WorkerError: If it ended early, stands still, or did not finish in time.
    """
    samples: list[Sample] = []
    deadline = time.monotonic() + limit
    while not samples or samples[-1].count < records:
        await asyncio.sleep(interval)
        at, arrived = await gauge.read()
        if not samples or arrived > samples[-1].count:
            samples.append(Sample(at, arrived, worker.cpu_seconds()))
        elif arrived == samples[-1].count == 0:
            samples[-1] = Sample(at, arrived, worker.cpu_seconds())
        worker.check()
        now = time.monotonic()
        if now > deadline or now - max(samples[-1].at, worker.begun) > STALLED:
            raise WorkerError(f"only {arrived:,} of {records:,} records arrived:\n{worker.last_output()}")
    return samples
