"""Forks workers that are killed in the middle of a REST request.

Each line of standard input asks for one: a directory, a store (`file` or `topic`), requests, a crash point or nothing, and
after how many seconds of the last request it is killed otherwise: -1 is when it was answered. The answer is a line when the
process is dead: how it ended.
"""

import asyncio
import json
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from connectsdk.http import app
from connectsdk.runtime import Worker, _crash_points
from connectsdk.runtime.herder import FileDesiredState, Herder
from connectsdk.transports.embedded import EmbeddedTransport

Request = tuple[str, str, Any]


@asynccontextmanager
async def operated(directory: Path, kind: str) -> AsyncIterator[Herder]:
    """Run a herder on what is in a directory."""
    desired = FileDesiredState(directory / "connectors.json") if kind == "file" else None
    config = {"task.shutdown.graceful.timeout.ms": "500"}
    async with (
        Worker(EmbeddedTransport(directory / "data"), config) as worker,
        Herder(worker, desired) as herder,
    ):
        yield herder


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def send(directory: Path, kind: str, requests: Sequence[Request], point: str, seconds: float) -> None:
    """Send requests, and die in the last one."""
    async with operated(directory, kind) as herder:
        transport = httpx.ASGITransport(app(herder))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            for number, (method, path, body) in enumerate(requests, 1):
                if number == len(requests):
                    _crash_points._point, _crash_points._nth = point, "1"
                    if seconds >= 0 and not point:
                        threading.Timer(seconds, _die).start()
                answer = await client.request(method, path, json=body)
                if answer.is_error:
                    print(answer.text, file=sys.stderr)  # noqa: T201 - for whoever looks why a test failed
                    os._exit(3)
        _die()


def main() -> None:
    """Fork, and say how it ended."""
    for line in sys.stdin:
        directory, kind, requests, point, seconds = json.loads(line)
        pid = os.fork()
        if not pid:
            try:
                asyncio.run(send(Path(directory), kind, requests, point, seconds))
            finally:
                os._exit(70)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201 - its way to answer


if __name__ == "__main__":
    main()
