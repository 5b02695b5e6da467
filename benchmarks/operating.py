"""What does it cost to manage many connectors?

`python -m benchmarks.operating [CONNECTORS [IDLE]]` creates, lists, restarts and deletes connectors through a herder,
and then looks at connectors that have nothing to do: how much of a core they take, and how much memory.
"""

import gc
import resource
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import anyio

from connectsdk import SourceConnector, SourceRecord, SourceTask
from connectsdk.runtime import Worker
from connectsdk.runtime._parts.plugins import Plugins
from connectsdk.runtime.herder import Herder
from connectsdk.transports.embedded import EmbeddedTransport

AT_ONCE = 20
SETTLE, WATCH = 25.0, 10.0
NAME = "c{:04d}"
CLASS = "IdleSource"


class IdleTask(SourceTask[dict[str, str]]):
    """Has no records."""

    async def poll(self) -> Sequence[SourceRecord] | None:
        return None


class IdleSource(SourceConnector[dict[str, str]]):
    """Has nothing to do."""

    task_class = IdleTask


def resident() -> float:
    """Return the megabytes of memory that this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1_000_000


def busy() -> float:
    """Return the seconds of processor time that this process has taken."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def for_each(count: int, change: Callable[[str], Awaitable[object]]) -> None:
    """Do something with every connector, a few at a time."""
    turns = anyio.CapacityLimiter(AT_ONCE)

    async def one(name: str) -> None:
        async with turns:
            await change(name)

    async with anyio.create_task_group() as group:
        for number in range(count):
            group.start_soon(one, NAME.format(number))


async def running(herder: Herder, count: int) -> None:
    """Wait until every task of this many connectors runs."""

    def states() -> set[str]:
        tasks = [herder.status(NAME.format(number)).tasks for number in range(count)]
        return {state for each in tasks for state in ([task.state for task in each] or ["MISSING"])}

    while states() != {"RUNNING"}:  # noqa: ASYNC110 - no one event tells of all
        await anyio.sleep(0.2)


async def create(herder: Herder, count: int) -> None:
    await for_each(count, lambda name: herder.create(name, {"connector.class": CLASS}))
    await running(herder, count)


async def restart(herder: Herder, count: int) -> None:
    await for_each(count, lambda name: herder.restart(name, include_tasks=True))
    await running(herder, count)


async def list_all(herder: Herder, count: int) -> None:
    assert len([(herder.info(name), herder.status(name)) for name in herder.connectors()]) == count


async def delete(herder: Herder, count: int) -> None:
    del count
    await for_each(len(herder.connectors()), herder.delete)


def say(what: str, seconds: float, note: str = "") -> None:
    print(f"{what:<28} {seconds:8.2f} s  {resident():7.1f} MB  {note}", flush=True)


async def main(connectors: str = "1000", idle: str = "200") -> None:
    plugins = Plugins(classes=(IdleSource,))
    async with Worker(EmbeddedTransport(), plugins=plugins) as worker, Herder(worker) as herder:
        count, quiet = int(connectors), int(idle)
        for round_ in ("first", "second"):
            for change in (create, list_all, restart, delete):
                begun = time.monotonic()
                await change(herder, count)
                gc.collect()
                say(f"{change.__name__} {count}, {round_}", time.monotonic() - begun)
        await create(herder, quiet)
        await anyio.sleep(SETTLE)
        before, begun = busy(), time.monotonic()
        await anyio.sleep(WATCH)
        seconds = time.monotonic() - begun
        say(f"idle {quiet}", seconds, f"{(busy() - before) / seconds:.1%} of a core")


if __name__ == "__main__":
    anyio.run(main, *sys.argv[1:])
