"""What does it cost to manage many connectors?

`python -m benchmarks.operating [CONNECTORS [IDLE]]` starts a worker as an operator does, creates, lists, restarts and
deletes connectors through REST. In another worker, which had none before, it looks at connectors that have nothing to
do: how much of a core they take, and how much memory. Times are those of whoever asks; memory and processor time are
the worker's.
"""

import json
import re
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import anyio
import attrs
import httpx

from benchmarks._operated import Operating, Step
from benchmarks._processes import WorkerError, WorkerProcess

__all__ = ("measure",)

STARTS = 5
AT_ONCE = 20
WARM = 20
SETTLE, WATCH = 25.0, 15.0
REST_A_MOMENT, LOOK_EVERY = 2.0, 0.2
LIMIT = 300.0
NAME = "c{:04d}"
LISTENING = re.compile(r"is up at (http://[^,; ]+)")
SOURCE = {"connector.class": "benchmarks.idle:IdleSource"}
SINK = {"connector.class": "benchmarks.idle:IdleSink", "topics": "quiet"}


async def measure(connectors: int, idle: int, folder: Path, python: str = sys.executable) -> Operating:
    """Start workers; manage connectors in one of them, and watch idle ones in another."""
    start = [await _time_to_answer(folder, python) for _ in range(STARTS)]
    share, rss = await _watch(idle, folder, python) if idle else (0.0, 0.0)
    with _worker(folder, python) as worker:
        async with _client(await _url(worker, folder)) as client:
            steps: list[Step] = []
            await _all(client, WARM, worker, [])
            before = worker.rss()
            for _ in range(2):
                await _all(client, connectors, worker, steps)
            return Operating(connectors, start, before, steps, idle, share, rss)


async def _time_to_answer(folder: Path, python: str) -> float:
    with _worker(folder, python) as worker:
        async with _client(await _url(worker, folder)) as client:
            (await client.get("/")).raise_for_status()
            return time.monotonic() - worker.begun


def _worker(folder: Path, python: str) -> WorkerProcess:
    file, data = folder / "worker.properties", tempfile.mkdtemp(dir=folder)
    settings = {"listeners": "http://127.0.0.1:0", "plugin.import.allow": "benchmarks", "data.dir": data}
    file.write_text("".join(f"{key}={value}\n" for key, value in settings.items()))
    root = str(Path(__file__).parent.parent)
    return WorkerProcess(
        [python, "-m", "connectsdk", "worker", "-w", str(file)], folder / "log", {"PYTHONPATH": root}
    )


async def _url(worker: WorkerProcess, folder: Path) -> str:
    """Wait until the worker says where it is reached."""
    with anyio.fail_after(LIMIT):
        while (said := LISTENING.search((folder / "log").read_text())) is None:
            worker.check()
            await anyio.sleep(0.005)
    return said[1]


def _client(url: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=url, timeout=LIMIT)


async def _all(client: httpx.AsyncClient, count: int, worker: WorkerProcess, steps: list[Step]) -> None:
    """Create, list, restart and delete so many connectors."""
    for name, change in (("create", _create), ("list", _list), ("restart", _restart), ("delete", _delete)):
        begun, cpu = time.monotonic(), worker.cpu_seconds()
        with anyio.fail_after(LIMIT):
            await change(client, count)
        seconds = time.monotonic() - begun
        await anyio.sleep(REST_A_MOMENT)
        steps.append(Step(f"{name} {count:,}", seconds, worker.cpu_seconds() - cpu, worker.rss()))
        worker.check()


async def _create(client: httpx.AsyncClient, count: int) -> None:
    async def one(number: int) -> None:
        body = {"name": NAME.format(number), "config": SINK if number % 2 else SOURCE}
        (await client.post("/connectors", json=body)).raise_for_status()

    await _for_each(count, one)
    await _until_running(client, count)


async def _list(client: httpx.AsyncClient, count: int) -> None:
    found = await client.get("/connectors?expand=status&expand=info")
    if len(found.raise_for_status().json()) != count:
        raise WorkerError(f"{count} connectors were created, {len(found.json())} are listed")


async def _restart(client: httpx.AsyncClient, count: int) -> None:
    async def one(number: int) -> None:
        path = f"/connectors/{NAME.format(number)}/restart?includeTasks=true"
        (await client.post(path)).raise_for_status()

    await _for_each(count, one)
    await _until_running(client, count)


async def _delete(client: httpx.AsyncClient, count: int) -> None:
    async def one(number: int) -> None:
        (await client.delete(f"/connectors/{NAME.format(number)}")).raise_for_status()

    await _for_each(count, one)
    await _list(client, 0)


async def _for_each(count: int, change: Callable[[int], Awaitable[None]]) -> None:
    """Do something with every connector, a few at a time."""
    turns = anyio.CapacityLimiter(AT_ONCE)

    async def one(number: int) -> None:
        async with turns:
            await change(number)

    async with anyio.create_task_group() as group:
        for number in range(count):
            group.start_soon(one, number)


async def _until_running(client: httpx.AsyncClient, count: int) -> None:
    """Ask for one after the other: all of them at once, again and again, would be most of what is measured."""
    for number in range(count):
        while not _runs(found := (await client.get(f"/connectors/{NAME.format(number)}/status")).json()):
            if found["connector"]["state"] == "FAILED":
                raise WorkerError(f"{NAME.format(number)} failed: {found}")
            await anyio.sleep(LOOK_EVERY)


def _runs(status: dict[str, Any]) -> bool:
    states = [part["state"] for part in (status["connector"], *status["tasks"])]
    return states == ["RUNNING", "RUNNING"]


async def _watch(count: int, folder: Path, python: str) -> tuple[float, float]:
    """Return which share of a core connectors take that have nothing to do, and the resident megabytes with them."""
    with _worker(folder, python) as worker:
        async with _client(await _url(worker, folder)) as client:
            await _create(client, count)
            await anyio.sleep(SETTLE)
            cpu, begun = worker.cpu_seconds(), time.monotonic()
            await anyio.sleep(WATCH)
            return (worker.cpu_seconds() - cpu) / (time.monotonic() - begun), worker.rss()


async def main(numbers: Sequence[str]) -> None:
    connectors, idle = (int(number) for number in (*numbers, *("1000", "200")[len(numbers) :]))
    with tempfile.TemporaryDirectory() as folder:
        found = await measure(connectors, idle, Path(folder))
    print(json.dumps(attrs.asdict(found), indent=1))


if __name__ == "__main__":
    anyio.run(main, sys.argv[1:])
