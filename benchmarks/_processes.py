"""How does a worker start, and end for sure?

A shell waits beside each worker for the end of a pipe that only this process holds open: a worker is killed
also when this process dies without a chance to clean up.
"""

import contextlib
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

__all__ = ("WorkerError", "WorkerProcess")

WATCHDOG = "read _; kill -9 {pid}"
MEGABYTE = 1_048_576
TICKS = os.sysconf("SC_CLK_TCK")


class WorkerError(Exception):
    """A worker ended, or did not get on."""


class WorkerProcess:
    """A process that is measured; use it as a context manager."""

    def __init__(self, command: Sequence[str], log: Path, environment: Mapping[str, str]) -> None:
        self._log = log
        self.begun = time.monotonic()
        with log.open("wb") as output:
            self._child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **environment},
                start_new_session=True,
            )
        self._watchdog = subprocess.Popen(
            ["/bin/sh", "-c", WATCHDOG.format(pid=self._child.pid)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for process in (
            self._child,
            self._watchdog,
        ):  # every runner alike: the run is over, nothing is awaited
            process.kill()
            process.wait()
        if self._watchdog.stdin is not None:
            self._watchdog.stdin.close()

    def check(self) -> None:
        """Raise if it is no longer alive.

        Raises:
            WorkerError: With the end of what it printed.
        """
        if self._child.poll() is not None:
            raise WorkerError(f"the worker ended with code {self._child.returncode}:\n{self.last_output()}")

    def last_output(self, lines: int = 12) -> str:
        """Return the end of what it printed."""
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-lines:])

    def cpu_seconds(self) -> float:
        """Return the processor time used so far by all its threads; 0 where the system does not tell."""
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{self._child.pid}/stat").read_text().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / TICKS
        return 0.0

    def rss(self) -> float:
        """Return the resident memory now, in MB; 0 where the system does not tell."""
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{self._child.pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Rss:"):
                    return int(line.split()[1]) * 1024 / MEGABYTE
        return 0.0

    def peak_rss(self) -> float:
        """Return the largest resident memory so far, in MB; 0 where the system does not tell."""
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{self._child.pid}/status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024 / MEGABYTE
        return 0.0
