"""Do the commands show the same of this worker and of Java's?

The same commands, in the same order, go to both. Exit codes and what programs read are compared; what may differ is named
in `DIFFERENT`, and a difference that is not there fails, as does one that is there no longer.
"""

import json
import logging
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import anyio.from_thread
import attrs
import pytest
from click.testing import CliRunner

from connectsdk.cli import main
from connectsdk.http import HttpConfig, serve
from connectsdk.runtime import Worker
from connectsdk.runtime.herder import Herder
from connectsdk.testing.broker import KafkaBroker
from connectsdk.transports.embedded import EmbeddedTransport
from tests.http.java_worker import STRING, java_worker

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]

VOLATILE = re.compile(r"(http://)?127\.0\.0\.1:\d+|(?<=\"last_modified\": 1)\d+")
"""Where the worker is, and when its loggers were changed."""
LONGEST = 40.0


@attrs.frozen
class Seen:
    """What somebody saw."""

    code: int
    data: Any
    text: str


@attrs.frozen
class Command:
    """One command.

    Attributes:
        arguments: What is typed; `--output json` is added where the answer is one for programs.
        until: Words that its text must have before it counts; it is repeated until then.
        program: Whether it has an answer for programs.
    """

    arguments: Sequence[str]
    until: str = ""
    program: bool = False


def says(*arguments: str, until: str = "") -> Command:
    return Command(arguments, until)


def answers(*arguments: str, until: str = "") -> Command:
    return Command(arguments, until, program=True)


COMMANDS: Mapping[str, Command] = {
    "health": answers("health"),
    "nothing yet": answers("get"),
    "nothing yet, for people": says("get"),
    "describe what is not there": says("describe", "lines"),
    "explain what is not there": says("explain", "lines"),
    "delete what is not there": says("delete", "lines", "-y"),
    "pause what is not there": says("pause", "lines"),
    "restart what is not there": says("restart", "lines"),
    "restart a task of what is not there": says("restart", "lines", "--task", "0"),
    "offsets of what is not there": says("offsets", "lines"),
    "dry run": answers("apply", "-f", "lines.json", "--dry-run"),
    "dry run, for people": says("apply", "-f", "lines.json", "--dry-run"),
    "dry run of what cannot work": answers("apply", "-f", "wrong.json", "--dry-run"),
    "apply what cannot work": says("apply", "-f", "wrong.json", "-y"),
    "dry run of a class that is not there": says("apply", "-f", "unknown.json", "--dry-run"),
    "apply": says("apply", "-f", "lines.json", "-y"),
    "apply again": says("apply", "-f", "lines.json", "-y"),
    "apply another way": says("apply", "-f", "changed.json", "-y"),
    "and back": says("apply", "-f", "lines.json", "-y"),
    "running": answers("get", until='"RUNNING"'),
    "running, for people": says("get", until="1/1"),
    "tasks": answers("get", "tasks", until='"RUNNING"'),
    "tasks, for people": says("get", "tasks"),
    "topics": answers("get", "topics", until='"words"'),
    "topics, for people": says("get", "topics"),
    "describe": answers("describe", "lines", until='"position": 8'),
    "describe, for people": says("describe", "lines"),
    "describe all of it": answers("describe", "lines", "--reveal"),
    "explain": answers("explain", "lines"),
    "pause": says("pause", "lines"),
    "paused": answers("get", "tasks", until='"PAUSED"'),
    "resume": says("resume", "lines"),
    "resumed": says("get", until="1/1"),
    "restart": says("restart", "lines"),
    "restart with tasks": says("restart", "lines", "--tasks"),
    "restart what has failed": says("restart", "lines", "--tasks", "--only-failed"),
    "restart a task": says("restart", "lines", "--task", "0"),
    "restarted": says("get", until="1/1"),
    "offsets": answers("offsets", "lines"),
    "offsets, for people": says("offsets", "lines"),
    "alter while it runs": says("offsets", "lines", "alter", "-f", "offsets.json", "-y"),
    "reset while it runs": says("offsets", "lines", "reset", "-y"),
    "stop": says("stop", "lines"),
    "stopped": answers("get", until='"STOPPED"'),
    "alter": says("offsets", "lines", "alter", "-f", "offsets.json", "-y", until="altered"),
    "altered": answers("offsets", "lines", until='"position": 4'),
    "reset": says("offsets", "lines", "reset", "-y", until="reset"),
    "none are left": answers("offsets", "lines", until='"offsets": []'),
    "none are left, for people": says("offsets", "lines"),
    "stopped, explained": answers("explain", "lines"),
    "plugins": answers("get", "plugins"),
    "loggers": answers("loggers", "get", "org.example"),
    "set a logger": says("loggers", "set", "org.example", "debug"),
    "the logger": answers("loggers", "get", "org.example"),
    "set it to what is no level": says("loggers", "set", "org.example", "loud"),
    "delete": says("delete", "lines", "-y"),
    "deleted": says("get", until="There are no connectors"),
}

DIFFERENT: Mapping[str, str] = {
    "health": "each says which version it is, and in which cluster",
    "plugins": "each has its own",
    "explain": "only this worker says what a task is at",
    "pause what is not there": "the words",
    "restart what is not there": "Java's standalone worker answers with an internal error",
    "restart a task of what is not there": "Java's standalone worker answers with an internal error",
    "dry run of a class that is not there": "Java lists all that it knows; this worker says what to do",
}
"""Commands whose answers differ, and why."""


async def _serve(*, task_status: Any) -> None:
    config = HttpConfig(listeners=("http://127.0.0.1:0",))
    own = {"key.converter": STRING, "value.converter": STRING, "offset.flush.interval.ms": "500"}
    async with (
        Worker(EmbeddedTransport(), own) as worker,
        Herder(worker) as herder,
        serve(herder, config) as served,
    ):
        task_status.started(served.url)
        await anyio.sleep_forever()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    (folder / "in.txt").write_text("one\ntwo\n")
    config = {
        "connector.class": "FileStreamSource",
        "file": str(folder / "in.txt"),
        "topic": "words",
        "tasks.max": "1",
        "my.password": "hunter2",
    }
    wrong = {key: value for key, value in config.items() if key != "topic"}
    files = {
        "lines": config,
        "changed": {**config, "batch.size": "7", "my.password": "hunter3"},
        "wrong": {**wrong, "tasks.max": "none"},
        "unknown": {**config, "connector.class": "org.example.None"},
    }
    for name, found in files.items():
        (folder / f"{name}.json").write_text(json.dumps({"name": "lines", "config": found}))
    offsets = [{"partition": {"filename": str(folder / "in.txt")}, "offset": {"position": 4}}]
    (folder / "offsets.json").write_text(json.dumps({"offsets": offsets}))
    return folder


@pytest.fixture(scope="module")
def both(
    kafka_broker: KafkaBroker, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[dict[str, Seen], dict[str, Seen]]]:
    """Run all commands at both."""
    java_folder = tmp_path_factory.mktemp("java")
    with (
        java_worker(kafka_broker.bootstrap_servers, java_folder) as java,
        anyio.from_thread.start_blocking_portal() as portal,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.chdir(folder)
        future, own = portal.start_task(partial(_serve))
        yield _all(own), _all(java)
        future.cancel()
    logging.getLogger("org.example").setLevel(logging.NOTSET)  # it is a logger of this process


def _all(url: str) -> dict[str, Seen]:
    return {name: _carried_out(url, command) for name, command in COMMANDS.items()}


def _carried_out(url: str, command: Command) -> Seen:
    form = ("--output", "json") if command.program else ()
    deadline = time.monotonic() + LONGEST
    while True:
        answer = CliRunner().invoke(
            main, [*command.arguments, *form], env={"CONNECTSDK_URL": url, "COLUMNS": "80"}
        )
        if command.until in answer.output:
            break
        assert time.monotonic() < deadline, f"{command}: {answer.output}"
        time.sleep(0.1)
    assert answer.exception is None or isinstance(answer.exception, SystemExit), answer.exception
    assert "hunter2" not in answer.output or "--reveal" in command.arguments
    same = partial(re.sub, VOLATILE, "")
    data = json.loads(same(answer.stdout)) if command.program and answer.stdout else None
    return Seen(answer.exit_code, data, same(answer.output))


def _squeezed(text: str) -> str:
    """Return a table without its widths, which follow the longest address."""
    return re.sub(r"[ ─━]+", " ", text).strip()


@pytest.mark.parametrize("name", COMMANDS)
def test_both_show_the_same(both: tuple[dict[str, Seen], dict[str, Seen]], name: str) -> None:
    own, java = both[0][name], both[1][name]
    if name in DIFFERENT:
        assert (own.code, own.text) != (java.code, java.text), "it does not differ any more: take it out"
        if isinstance(own.data, dict):
            assert java.data.keys() <= own.data.keys()
        return
    assert own.code == java.code, (own.text, java.text)
    if COMMANDS[name].program:
        assert own.data == java.data
    else:
        assert _squeezed(own.text) == _squeezed(java.text)
