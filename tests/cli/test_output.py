"""Is what is watched shown again when it changes, on a terminal and through a pipe?"""

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from tests.registry.scripted import Reply, ScriptedServer, reply

Server = Callable[..., ScriptedServer]


def _connectors(state: str) -> Reply:
    config = {"info": {"type": "source", "config": {}}, "status": {"connector": {"state": state}}}
    return reply(200, {"orders": config})


class _Script:
    """Answers with a state until the test takes the next one."""

    def __init__(self, *states: str) -> None:
        self.states = list(states)

    def __call__(self, _: str) -> Reply:
        state = self.states[0]
        return reply(503, {"message": "no"}) if state == "REFUSES" else _connectors(state)

    def next(self) -> None:
        self.states.pop(0)


def _watch(url: str, *arguments: str, **more: Any) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "connectsdk", "get", "--watch", "--every", "0.1", *arguments],
        env={**os.environ, "CONNECTSDK_URL": url, "TERM": "xterm", "COLUMNS": "80", "LINES": "24"},
        text=True,
        **more,
    )


@pytest.fixture
def watching(server: Server) -> Iterator[Callable[..., Any]]:
    running: list[subprocess.Popen[str]] = []

    def start(script: Any, *arguments: str) -> tuple[subprocess.Popen[str], Any]:
        url = server(script).url
        process = _watch(url, *arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        watchdog = threading.Timer(60, process.kill)
        watchdog.start()
        running.append(process)
        return process, watchdog

    yield start
    for process in running:
        process.kill()
        process.communicate()


def test_through_a_pipe_each_change_is_one_line_of_json(watching: Callable[..., Any]) -> None:
    script = _Script("RUNNING", "PAUSED", "FAILED")
    process, watchdog = watching(script, "--output", "json")
    for state in ("RUNNING", "PAUSED", "FAILED"):
        (found,) = json.loads(process.stdout.readline())
        assert (found["name"], found["state"]) == ("orders", state)
        if len(script.states) > 1:
            script.next()
    process.send_signal(signal.SIGINT)
    rest, errors = process.communicate(timeout=60)
    watchdog.cancel()
    assert (process.returncode, rest, errors) == (0, "", ""), "what did not change is not said again"


@pytest.mark.parametrize(("form", "mark"), [("yaml", "---"), ("table", "orders")])
def test_through_a_pipe_people_and_yaml_see_each_change(
    watching: Callable[..., Any], form: str, mark: str
) -> None:
    script = _Script("RUNNING", "PAUSED")
    process, watchdog = watching(script, "--output", form)
    seen = ""
    while "RUNNING" not in seen:
        seen += process.stdout.readline()
    script.next()
    while "PAUSED" not in seen:
        seen += process.stdout.readline()
    process.send_signal(signal.SIGINT)
    seen += process.communicate(timeout=60)[0]
    watchdog.cancel()
    assert (process.returncode, seen.count(mark)) == (0, 2), seen


def test_a_worker_that_comes_back_is_seen_to(watching: Callable[..., Any], server: Server) -> None:
    first = server(_Script("RUNNING"))
    port = int(first.url.rpartition(":")[2])
    process = _watch(
        first.url.replace("localhost", "127.0.0.1"),
        "--output",
        "json",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    watchdog = threading.Timer(60, process.kill)
    watchdog.start()
    assert process.stdout is not None and process.stderr is not None  # noqa: PT018 - for the type checker
    assert json.loads(process.stdout.readline())[0]["state"] == "RUNNING"
    first.close()
    assert "no worker answers" in process.stderr.readline()
    with _At(port, _Script("RUNNING")):
        assert json.loads(process.stdout.readline())[0]["state"] == "RUNNING", "said again: it came back"
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    watchdog.cancel()
    assert process.returncode == 0


def test_the_first_answer_must_come(watching: Callable[..., Any]) -> None:
    process, watchdog = watching(_Script("REFUSES"))
    _, errors = process.communicate(timeout=60)
    watchdog.cancel()
    assert (process.returncode, len(errors.splitlines())) == (1, 1), errors


def test_on_a_terminal_it_is_drawn_in_place(server: Server) -> None:
    script = _Script("RUNNING", "PAUSED")
    main_end, other_end = pty.openpty()
    process = _watch(server(script).url, stdout=other_end, stderr=other_end, stdin=other_end)
    os.close(other_end)
    try:
        seen = _read(main_end, "RUNNING")
        script.next()
        seen += _read(main_end, "PAUSED")
        assert re.search(r"\x1b\[\d*A", seen), "the cursor goes up to draw over what was there"
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()
        os.close(main_end)


@pytest.mark.parametrize("columns", [80, 200])
def test_a_table_is_as_wide_as_the_terminal_at_most(server: Server, columns: int) -> None:
    name = "orders-from-the-warehouse-to-the-analytics-cluster-" * 4
    status = {"connector": {"state": "RUNNING", "worker_id": "10.0.0.1:8083"}}
    url = server(reply(200, {name: {"info": {"type": "sink", "config": {}}, "status": status}})).url
    main_end, other_end = pty.openpty()
    environment = {**os.environ, "CONNECTSDK_URL": url, "TERM": "xterm", "COLUMNS": str(columns)}
    command = [sys.executable, "-m", "connectsdk", "get"]
    process = subprocess.Popen(command, env=environment, stdout=other_end, stderr=other_end)
    os.close(other_end)
    try:
        seen = ""
        with suppress(OSError):  # the other end is closed
            while part := os.read(main_end, 65_536):
                seen += part.decode()
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()
        os.close(main_end)
    lines = [re.sub(r"\x1b\[[\d;]*m", "", line).rstrip() for line in seen.splitlines()]
    assert max(len(line) for line in lines) <= columns
    assert (
        "".join(re.findall(r"[a-z-]{9,}", " ".join(line[:columns] for line in lines))).count("orders-from")
        == 4
    )
    assert any("10.0.0.1:8083" in line for line in lines), "what is short is not cut"


def _read(terminal: int, until: str) -> str:
    seen, deadline = "", time.monotonic() + 30
    while until not in seen:
        assert time.monotonic() < deadline, seen
        if select.select([terminal], [], [], 1)[0]:
            seen += os.read(terminal, 65_536).decode()
    return seen


class _At:
    """A server at a port that was used before."""

    def __init__(self, port: int, *answers: Any) -> None:
        self._port, self._answers = port, answers

    def __enter__(self) -> None:
        deadline = time.monotonic() + 30
        while True:
            try:
                self._server = ScriptedServer(*self._answers, port=self._port)
            except OSError:
                assert time.monotonic() < deadline, "the port is not free"
                time.sleep(0.05)
            else:
                return

    def __exit__(self, *_: object) -> None:
        self._server.close()
