"""What is measured, in which order?

Runners take turns, so that whatever else the machine does meets all of them alike; everybody runs again in
the next round, so that the difference between two equal runs is seen too.
"""

import json
import os
import platform
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import anyio
import attrs

from benchmarks import operating
from benchmarks._commands import Tools, compile_java
from benchmarks._curve import Measurement
from benchmarks._gauges import NotesGauge
from benchmarks._jobs import JOBS, Job, Runner
from benchmarks._operated import Latency
from benchmarks._processes import WorkerError
from benchmarks._results import BesideRow, JobResult, Results, ScalingRow
from benchmarks._runs import Laboratory, observe, scratch
from benchmarks._topics import Topics
from connectsdk.testing.broker import KAFKA_VERSION, KafkaBroker

__all__ = ("PARTS", "Plan", "laboratory_of", "run")

PARTS = ("jobs", "start", "memory", "scaling", "embedded", "avro", "plugins", "operating", "rest")
WITHOUT_KAFKA = {"embedded", "avro", "plugins", "operating", "rest"}
CONNECTORS, IDLE, REST_SECONDS = 1_000, 200, 10
ARTIFACTS = tuple(
    f"org.apache.kafka:{name}:{KAFKA_VERSION}"
    for name in ("connect-runtime", "connect-json", "connect-transforms", "connect-file")
)
BROKER_SETTINGS = {"auto.create.topics.enable": "false", "log.segment.delete.delay.ms": "500"}
FILE, GENERATOR, NULL = (
    next(job for job in JOBS if job.name == name) for name in ("file-strings", "generator-100", "null-100")
)


@attrs.frozen(kw_only=True)
class Plan:
    """What is asked for.

    Attributes:
        jobs: Which, with how many records.
        parts: Which of `PARTS`.
        rounds: How often everybody runs.
        share: Of the usual number of records, for the parts beside the jobs.
        runners: Who takes part.
        python: The interpreter of connectsdk and of the loop by hand.
        folder: For files.
    """

    jobs: Sequence[Job]
    parts: Sequence[str] = PARTS
    rounds: int = 2
    share: float = 1.0
    runners: Sequence[Runner] = ("java", "hand", "connectsdk")
    python: str = sys.executable
    folder: Path

    def records(self, usual: int) -> int:
        """Return how many records are meant where usually this many are."""
        return max(1, int(usual * self.share))


async def run(plan: Plan) -> Results:
    """Measure what the plan says; a run that fails is a problem in the results, not an end."""
    results = Results(machine=_machine(plan))
    if set(plan.parts) - WITHOUT_KAFKA:
        async with laboratory_of(plan) as laboratory:
            await _on_kafka(plan, laboratory, results)
    if "embedded" in plan.parts:
        await _embedded(plan, results)
    if "avro" in plan.parts:
        with _noted(results, "avro"):
            results.avro = [BesideRow.of(row) for row in await _asked(plan, "benchmarks.avro", "--json")]
    if "plugins" in plan.parts:
        with _noted(results, "plugins"):
            results.plugins = await _asked(plan, "benchmarks.plugins")
    if "operating" in plan.parts:
        await _operating(plan, results)
    if "rest" in plan.parts:
        await _rest(plan, results)
    return results


async def _on_kafka(plan: Plan, laboratory: Laboratory, results: Results) -> None:
    if "start" in plan.parts:
        await _start(plan, laboratory, results)
    if "jobs" in plan.parts:
        for job in plan.jobs:
            await _job(plan, laboratory, results, job)
    await laboratory.clean()
    if "memory" in plan.parts:
        await _memory(plan, laboratory, results)
    if "scaling" in plan.parts:
        await _scaling(plan, laboratory, results)
    await laboratory.clean()


async def _job(plan: Plan, laboratory: Laboratory, results: Results, job: Job) -> None:
    kept = results.jobs[job.name] = JobResult(job.title, job.records)
    for _ in range(plan.rounds):
        for runner in job.runners:
            if runner in plan.runners:
                with _noted(results, f"{job.name}, {runner}"):
                    measured = await laboratory.run(job, runner)
                    kept.runs.setdefault(runner, []).append(measured)
                    _say(f"{job.name}, {runner}", measured)


async def _start(plan: Plan, laboratory: Laboratory, results: Results) -> None:
    job = attrs.evolve(FILE, name="start", records=10)
    for _ in range(plan.rounds):
        for runner in plan.runners:
            if runner != "hand":
                with _noted(results, f"start, {runner}"):
                    measured = await laboratory.run(job, runner, start=True)
                    results.start.setdefault(runner, []).append(measured.first)
                    print(f"start, {runner}: first record after {measured.first:.2f} s", flush=True)


async def _memory(plan: Plan, laboratory: Laboratory, results: Results) -> None:
    for lines in (plan.records(500_000), plan.records(2_500_000)):
        with _noted(results, f"memory, {lines:,} lines"):
            measured = await laboratory.run(attrs.evolve(FILE, records=lines), "connectsdk")
            results.memory[lines] = measured.rss
            _say(f"memory, {lines:,} lines", measured)
        await laboratory.clean()


async def _scaling(plan: Plan, laboratory: Laboratory, results: Results) -> None:
    for job in (GENERATOR, NULL):
        usual = plan.records(1_000_000)
        for what, numbers in (
            ("records", (usual, 4 * usual)),
            ("partitions", (1, 12, 100)),
            ("tasks", (1, 8, 50)),
        ):
            for number in numbers:
                await _scaled(laboratory, results, attrs.evolve(job, records=usual), what, number)
            await laboratory.clean()


async def _scaled(laboratory: Laboratory, results: Results, job: Job, what: str, number: int) -> None:
    tasks = number if what == "tasks" else 1
    partitions = {"records": 1, "partitions": number, "tasks": 50}[what]
    records = {"records": number, "partitions": job.records, "tasks": 4 * job.records}[what]
    size = attrs.evolve(job, records=records // tasks * tasks)
    with _noted(results, f"{job.name}, {number:,} {what}"):
        measured = await laboratory.run(size, "connectsdk", tasks=tasks, partitions=partitions)
        results.scaling.append(ScalingRow(job.title, what, number, measured.rate, measured.cpu))
        _say(f"{job.name}, {number:,} {what}", measured)


async def _embedded(plan: Plan, results: Results) -> None:
    records = plan.records(600_000)
    for _ in range(plan.rounds):
        for store in ("memory", "sqlite"):
            with scratch(plan.folder) as folder, _noted(results, f"embedded, {store}"):
                notes = folder / "notes"
                notes.mkdir()
                module = [plan.python, "-m", "benchmarks.embedded"]
                arguments = [*module, store, str(records), str(notes), str(folder / "data")]
                measured = await observe(arguments, NotesGauge(notes), records, log=folder / "log")
                results.embedded.setdefault(store, []).append(measured)
                _say(f"embedded, {store}", measured)


async def _asked(plan: Plan, module: str, *arguments: str) -> Any:
    done = await anyio.run_process([plan.python, "-m", module, *arguments], check=False)
    if done.returncode:
        raise WorkerError(done.stderr.decode())
    return json.loads(done.stdout)


async def _operating(plan: Plan, results: Results) -> None:
    with scratch(plan.folder) as folder, _noted(results, "operating"):
        found = await operating.measure(
            plan.records(CONNECTORS), plan.records(IDLE), folder, python=plan.python
        )
        results.operating = found
        print(f"operating: {found.seconds:.1f} s, {found.growth:.2f} x the memory", flush=True)


async def _rest(plan: Plan, results: Results) -> None:
    for _ in range(plan.rounds):
        for isolation in ("thread", "loop"):
            with _noted(results, f"rest, {isolation}"):
                seconds = str(REST_SECONDS * plan.share)
                found = Latency(**await _asked(plan, "benchmarks.rest", seconds, isolation))
                results.rest.setdefault(isolation, []).append(found)
                print(f"rest, {isolation}: p99 {found.p99:.1f} ms", flush=True)


@asynccontextmanager
async def laboratory_of(plan: Plan) -> AsyncIterator[Laboratory]:
    """Start a broker, and open everything that runs need."""
    broker = KafkaBroker(
        artifacts=ARTIFACTS, heap="1g", properties=BROKER_SETTINGS, directory=plan.folder / "kafka"
    )
    with broker, scratch(plan.folder) as classes:
        classpath = compile_java(broker.classpath, classes) if "java" in plan.runners else ""
        tools = Tools(bootstrap=broker.bootstrap_servers, python=plan.python, classpath=classpath)
        async with Topics(broker.bootstrap_servers) as topics:
            yield Laboratory(tools=tools, topics=topics, folder=plan.folder)


@contextmanager
def _noted(results: Results, what: str) -> Iterator[None]:
    try:
        yield
    except (WorkerError, ValueError) as error:
        lines = str(error).splitlines() or [type(error).__name__]
        results.problems.append(f"{what}: {lines[0]} {lines[-1]}")
        print(f"{what} FAILED: {error}", flush=True)


def _say(what: str, measured: Measurement) -> None:
    print(
        f"{what}: {measured.rate:,.0f} records/s, {measured.cpu:.2f} us each, {measured.rss:.0f} MB",
        flush=True,
    )


def _machine(plan: Plan) -> dict[str, str]:
    ask = [plan.python, "-c", "import platform; print(platform.python_version())"]
    version = subprocess.run(ask, check=True, capture_output=True, text=True, timeout=30).stdout.strip()
    return {
        "Apache Kafka": KAFKA_VERSION,
        "CPython": version,
        platform.system(): f"on {platform.machine()} with {os.cpu_count()} processors",
    }
