"""Forks processes that write what connectors are meant to do, to be killed in the middle of it.

Each line of standard input asks for one: a directory, a store (`file` or `topic`), a crash point or nothing, and
after how many seconds it is killed otherwise. The answer is a line when it is dead.
"""

import asyncio
import json
import os
import signal
import sys
import time
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path

from connectsdk._core.config_records import Desired
from connectsdk._core.target_state import TargetState
from connectsdk.runtime import _crash_points
from connectsdk.runtime.herder import DesiredState, FileDesiredState, TopicDesiredState
from connectsdk.transports.embedded import EmbeddedTransport

TARGETS = tuple(TargetState)


async def opened(stack: AsyncExitStack, kind: str, directory: Path) -> DesiredState:
    """Return a store that is closed with the stack."""
    if kind == "file":
        store: DesiredState = FileDesiredState(directory / "connectors.json")
    else:
        transport = EmbeddedTransport(directory / "data")
        await transport.start()
        stack.push_async_callback(transport.close)
        store = TopicDesiredState(transport)
    stack.push_async_callback(store.close)
    return store


def wanted(step: int) -> tuple[str, Desired | None]:
    """Return what the write number `step` does: put, change or remove a connector."""
    name = f"c{step % 3}"
    if step % 7 == 6:
        return name, None
    return name, Desired({"step": str(step), "filler": "x" * (step % 5) * 1_000}, TARGETS[step % 3])


async def write(kind: str, directory: Path) -> None:
    """Write without end, and say before and after each write how far it is."""
    async with AsyncExitStack() as stack:
        store = await opened(stack, kind, directory)
        await store.load()
        progress = (directory / "progress").open("a")
        lines = (directory / "progress").read_text().split()
        for step in count(int(lines[-1][1:]) + 1 if lines else 0):
            print(f"b{step}", file=progress, flush=True)
            name, desired = wanted(step)
            await (store.remove(name) if desired is None else store.put(name, desired))
            print(f"e{step}", file=progress, flush=True)


def main() -> None:
    """Fork and kill."""
    for line in sys.stdin:
        directory, kind, point, seconds = json.loads(line)
        pid = os.fork()
        if not pid:
            if point:
                _crash_points._point, _, _crash_points._nth = point.partition(":")
            try:
                asyncio.run(write(kind, Path(directory)))
            finally:
                os._exit(70)
        time.sleep(0 if point else seconds)
        if not point:
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201 - its way to answer


if __name__ == "__main__":
    main()
