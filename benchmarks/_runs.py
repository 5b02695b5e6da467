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

from benchmarks._commands import Assignment, Tools, command
from benchmarks._curve import Measurement, Sample, measure
from benchmarks._gauges import FileGauge, Gauge, NotesGauge
from benchmarks._jobs import Job, Runner
from benchmarks._processes import WorkerError, WorkerProcess
from benchmarks._topics import Topics, text

__all__ = ("Laboratory", "watch")

INTERVAL = 0.05
STALLED = 30.0


@attrs.define
class Laboratory:
    """Where runs happen: a broker, a folder, and the input that jobs share.

    Attributes:
        tools: What is used by all runs.
        topics: Of the broker.
        folder: For files.
        timeout: Seconds after which a run has failed.
    """

    tools: Tools
    topics: Topics
    folder: Path
    timeout: float = 120.0
    _numbers: Iterator[int] = attrs.field(factory=count)
    _filled: dict[tuple[str, int, int], str] = attrs.field(factory=dict)

    async def run(
        self, job: Job, runner: Runner, *, tasks: int = 1, partitions: int = 1, interval: float = INTERVAL
    ) -> Measurement:
        """Do a job once.

        Raises:
            WorkerError: If it ended early or did not finish in time.
        """
        name = f"{job.name}-{runner}-{next(self._numbers)}"
        output = name if job.is_source else await self._input_topic(job, partitions)
        with self._scratch() as folder:
            assignment = Assignment(
                job=job,
                name=name,
                topic=output,
                folder=folder,
                input=self.input_file(job),
                tasks=tasks,
                partitions=partitions,
            )
            gauge = await self._gauge(assignment)
            try:
                return await self.observe(command(runner, assignment, self.tools), gauge, job.records, interval)
            finally:
                if job.is_source:
                    await self.topics.delete(name)

    async def observe(
        self, arguments: list[str], gauge: Gauge, records: int, interval: float = INTERVAL
    ) -> Measurement:
        """Run a command until the gauge shows this many records."""
        with self._scratch() as folder, WorkerProcess(arguments, folder / "log", {}) as worker:
            samples = await watch(worker, gauge, records, interval=interval, timeout=self.timeout)
            return measure(samples, records, begun=worker.begun, rss=worker.peak_rss())

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

    async def _input_topic(self, job: Job, partitions: int) -> str:
        key = (job.data, job.records, partitions)
        if key not in self._filled:
            name = f"input-{job.data}-{job.records}-{partitions}"
            await self.topics.make(name, partitions)
            await self.topics.fill(name, job, partitions)
            self._filled[key] = name
        return self._filled[key]

    @contextmanager
    def _scratch(self) -> Iterator[Path]:
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


async def watch(
    worker: WorkerProcess, gauge: Gauge, records: int, *, interval: float, timeout: float
) -> list[Sample]:
    """Note how far a worker is until it has moved all records.

    Raises:
        WorkerError: If it ended early, stands still, or did not finish in time.
    """
    samples: list[Sample] = []
    deadline = time.monotonic() + timeout
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
