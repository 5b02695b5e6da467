"""How does a worker start in a few milliseconds?

Python and the libraries take most of a second to load. This process loads them once and forks a worker for each
line of its standard input; the forks are processes of their own, to be killed and stopped like any other. They die
with this process, and it with the one that holds the other end of its standard input.
"""

import ctypes
import json
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from tests.walk._child import Orders, live

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Answer commands: `start` with a fork's process id, `look` with its exit code, or null while it lives."""
    # A worker that has no handler yet must not die of SIGTERM: it comes when the worker is ready for it.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    alive: set[int] = set()
    try:
        for line in sys.stdin:
            command, argument = json.loads(line)
            if command == "start":
                answer = _start(Orders(**argument))
                alive.add(answer)
            else:
                answer = _look(argument)
                if answer is not None:
                    alive.discard(argument)
            print(json.dumps(answer), flush=True)  # noqa: T201 - its way to answer
    finally:
        for pid in alive:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _start(orders: Orders) -> int:
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    code = 70
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == parent:
            log = os.open(
                Path(orders.directory) / f"{orders.name}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND
            )
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(log, 1)
            os.dup2(log, 2)
            code = live(orders)
            sys.stdout.flush()
    finally:
        os._exit(code)


def _look(pid: int) -> int | None:
    found, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None


if __name__ == "__main__":
    main()
