"""Nothing that plugin code does at any point harms another connector, the worker's answers or its stop."""

import gc
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import anyio
import pytest

from connectsdk._core.lifecycle import State
from connectsdk.errors import ConnectError
from connectsdk.runtime import Worker
from connectsdk.transports.embedded import EmbeddedTransport
from tests.runtime.conftest import QUICK
from tests.runtime.scripted import Journal, sink, source, until
from tests.runtime.trapped import (
    POINTS,
    SYNCHRONOUS,
    TRIED_OUT,
    EvilError,
    Odd,
    Trap,
    is_deaf,
    sleeps,
    spins,
    waits,
)

SECONDS = 0.4
APART = QUICK | {
    "task.isolation": "thread",
    "task.shutdown.graceful.timeout.ms": str(int(SECONDS * 1000)),
    "errors.restart.max": "1",
}
LIMIT = 2 * SECONDS + 1.0 + 10.0
"""Seconds a stop may take: the limit for tasks, for connectors, what cancelling adds, and a busy machine."""

RUNS = {"source.task.poll", "sink.task.put"}
"""Points that show that a connector runs."""

RAISED = [
    ValueError("x"),
    Odd("x"),
    SystemExit(3),
    KeyboardInterrupt(),
    GeneratorExit(),
    MemoryError(),
    StopIteration(),
    __import__("asyncio").CancelledError(),
    EvilError(),
]

pytestmark = pytest.mark.filterwarnings("ignore:Exception ignored in")


@asynccontextmanager
async def healthy(worker: Worker) -> AsyncIterator[Callable[[], int]]:
    """Run a source and a sink that go on for ever; yield how many records have arrived."""
    journal = Journal()

    async def slowly(_: object) -> None:
        await anyio.sleep(0.005)

    journal.hooks["source.poll"] = slowly
    good = {"connector.class": source(journal, total=10**9, batch=10, topic="healthy", end=False)}
    await worker.start_connector("good-in", good)
    await worker.start_connector("good-out", {"connector.class": sink(journal), "topics": "healthy"})
    arrived = journal.values
    await until(lambda: arrived)
    yield lambda: len(arrived)


def traps(points: Iterable[str], behave: Any) -> list[Trap]:
    """Return a trap for each point, and another one for those that are reached before anything runs."""
    return [Trap(p, behave, spared) for p in points for spared in {0, TRIED_OUT.get(p, 0)}]


async def start(worker: Worker, trap: Trap) -> None:
    """Start a trapped connector; it may fail, or take for ever in its trap: then give up soon."""
    async with anyio.create_task_group() as group:
        group.start_soon(give_up, group.cancel_scope, trap)
        with suppress(ConnectError):
            await worker.start_connector(trap.name, trap.properties())
        group.cancel_scope.cancel()


async def give_up(scope: anyio.CancelScope, trap: Trap) -> None:
    """Cancel what is held up, a moment after it came to its trap."""
    while not trap.reached:  # noqa: ASYNC110 - it may be reached on a thread
        await anyio.sleep(0.02)
    await anyio.sleep(1.0)
    scope.cancel()


def only_its_end_is_left(trap: Trap) -> bool:
    """Return whether a connector runs whose trap is reached only when it is stopped."""
    return trap.point.endswith(("stop", "close")) and not trap.seen.isdisjoint(RUNS)


async def keeps_delivering(arrived: Callable[[], int], records: int = 100) -> None:
    before = arrived()
    await until(lambda: arrived() >= before + records)


def answers(worker: Worker) -> None:
    begun = time.monotonic()
    worker.status()
    assert time.monotonic() - begun < 10


async def run_all(trapped: list[Trap]) -> None:
    """Run trapped connectors beside a healthy pair; everything they must not harm is looked at."""
    worker = Worker(EmbeddedTransport(), APART)
    supervisors: list[Any] = []
    async with worker, healthy(worker) as arrived, anyio.create_task_group() as group:
        for trap in trapped:
            group.start_soon(start, worker, trap)
        await until(lambda: all(trap.reached or only_its_end_is_left(trap) for trap in trapped), seconds=60)
        answers(worker)
        await keeps_delivering(arrived)
        answers(worker)
        supervisors = [task for runner in worker._runners.values() for task in runner.supervisors]
        group.cancel_scope.cancel()
        with anyio.CancelScope(shield=True):
            begun = time.monotonic()
            async with anyio.create_task_group() as stops:
                for trap in trapped:
                    if trap.name in worker._runners:
                        stops.start_soon(worker.stop_connector, trap.name)
                await keeps_delivering(arrived)
            assert time.monotonic() - begun < LIMIT
        assert all(trap.reached for trap in trapped)
        begun = time.monotonic()
    assert time.monotonic() - begun < LIMIT
    assert [task for task in supervisors if not task.counters.conserved] == []


@pytest.mark.parametrize("error", RAISED, ids=lambda error: type(error).__name__)
async def test_whatever_is_raised_at_any_point_harms_no_other(error: BaseException) -> None:
    await run_all(traps(POINTS, error))


@pytest.mark.parametrize("behave", [sleeps, waits, is_deaf], ids=lambda behave: behave.__name__)
async def test_whatever_hangs_at_any_point_harms_no_other(behave: Callable[[], Any]) -> None:
    asynchronous = behave is not sleeps
    await run_all(traps([p for p in POINTS if not (asynchronous and p in SYNCHRONOUS)], behave))
    gc.collect()


@pytest.mark.parametrize("point", POINTS)
async def test_whatever_spins_at_any_point_harms_no_other(point: str) -> None:
    threads = threading.active_count()
    await run_all(traps([point], spins))
    await until(lambda: threading.active_count() <= threads)  # what was left behind was made to end


@pytest.mark.parametrize(
    "point", ["source.task.poll", "sink.task.put", "transform.apply", "source.task.stop"]
)
async def test_what_is_left_behind_is_counted_and_named(point: str, caplog: pytest.LogCaptureFixture) -> None:
    trap = Trap(point, sleeps)
    async with Worker(EmbeddedTransport(), APART) as worker, healthy(worker):
        await worker.start_connector("bad", trap.properties())
        [task] = worker._runners["bad"].supervisors
        await until(lambda: trap.reached or (point.endswith("stop") and task.state is State.RUNNING))
        await worker.stop_connector("bad")
        assert task.status(0).abandoned == 1
        assert worker.abandoned == 1
    said = [record.getMessage() for record in caplog.records if "left behind" in record.getMessage()]
    assert any("in sleeps (" in message and "connector bad task 0" in message for message in said)


async def test_nothing_is_left_in_the_clean_case(journal: Journal) -> None:
    def left() -> tuple[int, int]:
        gc.collect()
        return threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))

    async def one_round() -> None:
        async with Worker(EmbeddedTransport(), APART) as worker, healthy(worker) as arrived:
            await keeps_delivering(arrived)

    await one_round()
    before = left()
    for _ in range(3):
        await one_round()
    assert left() <= before


@pytest.mark.parametrize("behave", ["sleeps", "spins", "is_deaf", "blocks_an_executor"])
def test_a_program_ends_also_when_something_was_left_behind(behave: str) -> None:
    code = f"""
import anyio
from connectsdk.runtime import Worker
from connectsdk.transports.embedded import EmbeddedTransport
from tests.runtime import trapped

async def main():
    config = {{"task.isolation": "thread", "task.shutdown.graceful.timeout.ms": "200"}}
    async with Worker(EmbeddedTransport(), config) as worker:
        trap = trapped.Trap("source.task.poll", trapped.{behave})
        await worker.start_connector("bad", trap.properties())
        while not trap.reached:
            await anyio.sleep(0.01)
    print("stopped")

anyio.run(main)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=25, check=True)
    assert run.stdout == "stopped\n"


@pytest.mark.parametrize("point", ["converter.configure", "source.start", "source.task_configs"])
async def test_what_hangs_before_a_connector_runs_is_counted(point: str) -> None:
    async with Worker(EmbeddedTransport(), APART) as worker:
        await start(worker, Trap(point, sleeps))
        assert (worker.abandoned, worker.status()) == (1, {})
