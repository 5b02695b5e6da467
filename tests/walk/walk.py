"""How is a long history made, of files that grow while their workers are killed again and again?"""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import anyio
import attrs

from connectsdk.transport import Transport
from tests.walk._child import Orders
from tests.walk.checker import Complaint, Copy, History, Kill, complaints, doubles, under_way

ROOT = Path(__file__).parents[2]
LINE = "{source} {number:010d}\n"
LINE_BYTES = len(LINE.format(source="a", number=0))
TICK = 0.01
LINES_PER_TICK = 5
PATIENCE = 30.0
COPY_WORDS = 6
LOST = "another member may own them"


class Nursery:
    """Where workers are forked; see `_nursery.py`."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.walk._nursery"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )

    def start(self, orders: Orders) -> int:
        return self._ask("start", attrs.asdict(orders))

    def exit_code(self, pid: int) -> int | None:
        """Return how a worker ended; None while it lives."""
        return self._ask("look", pid)

    def close(self) -> None:
        """End it, and with it all of its workers."""
        self._process.stdin.close()
        try:
            self._process.wait(PATIENCE)
        finally:
            self._process.kill()
            self._process.stdout.close()
            self._process.wait()

    def _ask(self, command: str, argument: Any) -> Any:
        self._process.stdin.write(json.dumps([command, argument]).encode() + b"\n")
        self._process.stdin.flush()
        if not select.select([self._process.stdout], [], [], PATIENCE)[0]:
            raise TimeoutError(f"the nursery did not answer {command} within {PATIENCE:.0f} s")
        return json.loads(self._process.stdout.readline())


@attrs.define(eq=False)
class Worker:
    """One worker process."""

    nursery: Nursery
    pid: int
    exit_code: int | None = None

    def alive(self) -> bool:
        if self.exit_code is None:
            self.exit_code = self.nursery.exit_code(self.pid)
        return self.exit_code is None

    def signal(self, number: signal.Signals) -> None:
        if self.alive():
            os.kill(self.pid, number)

    def wait(self, seconds: float = PATIENCE) -> int | None:
        """Return its exit code; None if it does not end in time, and then kill it."""
        deadline = time.monotonic() + seconds
        while self.alive():
            if time.monotonic() > deadline:
                os.kill(self.pid, signal.SIGKILL)
                return None
            time.sleep(TICK)
        return self.exit_code


@attrs.define(eq=False)
class Walk:
    """Two files, a topic, and the sinks' files.

    Attributes:
        directory: Where everything is.
        nursery: Where workers come from.
        open_transport: Makes the transport that the workers use.
        orders: What workers are to do, unless told otherwise.
    """

    directory: Path
    nursery: Nursery
    open_transport: Callable[[], Transport]
    orders: Orders
    fed: dict[str, int] = attrs.field(factory=lambda: {"a": 0, "b": 0})
    kills: list[Kill] = attrs.field(factory=list)
    _files: dict[str, int] = attrs.field(factory=dict)
    _workers: list[Worker] = attrs.field(factory=list)

    def __enter__(self) -> Self:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        self._files = {source: os.open(path, flags, 0o600) for source, path in self._sources()}
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files.values():
            os.close(file)
        for worker in self._workers:
            worker.signal(signal.SIGKILL)

    def start(self, **changes: Any) -> Worker:
        worker = Worker(self.nursery, self.nursery.start(attrs.evolve(self.orders, **changes)))
        self._workers.append(worker)
        return worker

    def feed(self) -> None:
        """Let the source files grow a little."""
        for source, file in self._files.items():
            first = self.fed[source]
            numbers = range(first, first + LINES_PER_TICK)
            os.write(file, "".join(LINE.format(source=source, number=number) for number in numbers).encode())
            self.fed[source] += LINES_PER_TICK

    def feed_for(self, seconds: float, *workers: Worker) -> None:
        """Feed for so long, or until a worker has ended."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and all(worker.alive() for worker in workers):
            self.feed()
            time.sleep(TICK)

    def kill(self, worker: Worker) -> None:
        """Kill a worker, if it has not crashed yet, and take down what its successor will know."""
        worker.signal(signal.SIGKILL)
        assert worker.wait() == -signal.SIGKILL, self.log(worker)
        self.kills.append(anyio.run(self._look_at_commits))

    def kill_one_of_several(self, worker: Worker) -> None:
        """Kill a worker whose work another takes over at once; take down before what it had committed."""
        assert worker.alive(), self.log(worker)
        before = anyio.run(self._look_at_commits)
        worker.signal(signal.SIGKILL)
        assert worker.wait() == -signal.SIGKILL, self.log(worker)
        self.kills.append(attrs.evolve(before, at=time.monotonic_ns(), fed=dict(self.fed)))

    def drain(self) -> None:
        """Let a worker finish everything, undisturbed."""
        worker = self.start(until_idle=True, crash_at="", plants=())
        assert worker.wait() == 0, self.log(worker)

    def history(self) -> History:
        copies = [copy for path in sorted(self.directory.glob("*-*.txt")) for copy in _copies(path)]
        return History(dict(self.fed), copies, list(self.kills))

    def complaints(self) -> list[Complaint]:
        """Return what is wrong with the history; also say in a few words what it was, for whoever looks."""
        history = self.history()
        lines, kills = sum(history.fed.values()), len(history.kills)
        lost = any(LOST in path.read_text() for path in self.directory.glob("*.log"))
        slow = ", a living worker was given up" if lost else ""
        words = f"{kills} kills, {lines} lines, {doubles(history)}, {under_way(history)} under way{slow}"
        print(words)  # noqa: T201 - pytest shows it with -s, and with a failure
        # Where this machine is so slow that the group gives up a living worker, that is as good as a kill.
        return [found for found in complaints(history) if not (lost and found.kind == "doubled")]

    def log(self, worker: Worker) -> str:
        text = "".join(path.read_text()[-4000:] for path in sorted(self.directory.glob("*.log")))
        return f"worker {worker.pid} ended with {worker.exit_code}:\n{text}"

    def _sources(self) -> Iterator[tuple[str, str]]:
        return zip(self.fed, self.orders.sources, strict=True)

    async def _look_at_commits(self) -> Kill:
        async with self.open_transport() as transport:
            store = await transport.offset_store(f"{self.orders.topic}-offsets")
            try:
                positions = {
                    partition["filename"]: offset["position"] // LINE_BYTES
                    for partition, offset in await store.read("in")
                }
            finally:
                await store.close()
            committed = await transport.admin.group_offsets(self.orders.topic)
        return Kill(
            time.monotonic_ns(),
            dict(self.fed),
            {source: positions.get(path, 0) for source, path in self._sources()},
            {place.partition: offset for place, offset in committed.items()},
        )


def _copies(path: Path) -> Iterator[Copy]:
    for line in path.read_text().splitlines():
        words = line.split(" ")
        if len(words) == COPY_WORDS and words[-1] == ".":  # anything else is a line that a kill has torn
            stamp, partition, offset, source, number, _ = words
            yield Copy(int(stamp), int(partition), int(offset), source, int(number))
