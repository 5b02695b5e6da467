"""How is `connectsdk run` run often, and its output read, without loading Python each time?

Forks of a process that has loaded everything run the real command: processes of their own, with their own working
directory, output and exit code.
"""

import multiprocessing
import os
import re
import resource
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

import attrs

LOADED = [
    "connectsdk.cli._run",
    "connectsdk.connectors.file_sink",
    "connectsdk.connectors.file_source",
    "connectsdk.converters.json",
    "connectsdk.converters.string",
    "connectsdk.transports.embedded",
    "connectsdk.transports.kafka",
]
PATIENCE = 30.0
FORKED = multiprocessing.get_context("forkserver")
FORKED.set_forkserver_preload(LOADED)


@attrs.frozen
class Answer:
    """How a command ended."""

    code: int
    output: str
    errors: str

    def tells(self, *parts: str) -> None:
        """Check that a user is told these, in this order, and nothing that only a programmer reads."""
        assert re.search(".*".join(map(re.escape, parts)), self.errors, re.DOTALL), self.errors
        assert "Traceback" not in self.errors, self.errors

    def ended(self, code: int, *parts: str) -> None:
        """Check the exit code, and `tells`."""
        assert self.code == code, self.errors
        self.tells(*parts)


@attrs.define(eq=False)
class Command:
    """A command under way in a directory; leaving its context kills it."""

    directory: Path
    process: multiprocessing.Process

    @classmethod
    def start(cls, directory: Path, *arguments: str, largest_file: int | None = None) -> Self:
        process = FORKED.Process(target=_live, args=(directory, arguments, largest_file))
        process.start()
        return cls(directory, process)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.join(PATIENCE)

    @property
    def errors(self) -> str:
        """What it has said so far."""
        path = self.directory / "stderr"
        return path.read_text() if path.exists() else ""

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.process.pid, number)

    def wait_for(self, condition: Callable[[], bool], seconds: float = PATIENCE) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert self.process.is_alive(), self.errors
            assert time.monotonic() < deadline, self.errors
            time.sleep(0.02)

    def wait(self, seconds: float = PATIENCE) -> Answer:
        self.process.join(seconds)
        if self.process.exitcode is None:
            self.process.kill()
            raise TimeoutError(f"did not end within {seconds:.0f} s:\n{self.errors}")
        return Answer(self.process.exitcode, (self.directory / "stdout").read_text(), self.errors)


def run(directory: Path, *arguments: str, seconds: float = PATIENCE, **more: int) -> Answer:
    """Run the command to its end; by default until nothing moves, and without progress."""
    with Command.start(directory, *arguments, **more) as command:
        return command.wait(seconds)


def _live(directory: Path, arguments: Sequence[str], largest_file: int | None) -> None:
    os.chdir(directory)
    for number, name, flags in (
        (0, os.devnull, os.O_RDONLY),
        (1, "stdout", os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
        (2, "stderr", os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
    ):
        os.dup2(os.open(name, flags), number)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - it lives as long as the process
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if largest_file is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    from connectsdk.cli import main

    main(["run", *arguments], prog_name="connectsdk")
