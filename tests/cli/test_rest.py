"""Do the commands manage a worker over REST: this one's, and Java's?"""

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import anyio.from_thread
import click
import pytest
import yaml
from click.testing import CliRunner, Result

from connectsdk.cli import main
from connectsdk.http import HttpConfig, serve
from connectsdk.runtime import Worker
from connectsdk.runtime.herder import Herder
from connectsdk.testing.broker import KafkaBroker
from connectsdk.transports.embedded import EmbeddedTransport
from tests.http.java_worker import java_worker

Command = Callable[..., Result]


async def _serve(*, task_status: Any) -> None:
    async with (
        Worker(EmbeddedTransport()) as worker,
        Herder(worker) as herder,
        serve(herder, HttpConfig(listeners=("http://127.0.0.1:0",))) as served,
    ):
        task_status.started(served.url)
        await anyio.sleep_forever()


@pytest.fixture
def own_worker() -> Iterator[str]:
    with anyio.from_thread.start_blocking_portal() as portal:
        future, url = portal.start_task(_serve)
        yield url
        future.cancel()


@pytest.fixture(scope="module", name="java_worker")
def _java_worker(kafka_broker: KafkaBroker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("java")
    with java_worker(kafka_broker.bootstrap_servers, folder) as url:
        yield url


@pytest.fixture(
    params=["own", pytest.param("java", marks=[pytest.mark.kafka, pytest.mark.xdist_group("kafka")])]
)
def run(request: pytest.FixtureRequest) -> Command:
    url = request.getfixturevalue(f"{request.param}_worker")

    def command(*arguments: str, text: str = "") -> Result:
        return _invoke(url, *arguments, text=text)

    return command


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "in.txt").write_text("one\ntwo\n")
    path = tmp_path / "lines.json"
    config = {
        "connector.class": "FileStreamSource",
        "file": str(tmp_path / "in.txt"),
        "topic": "lines",
        "my.password": "hunter2",
    }
    path.write_text(json.dumps({"name": "lines ü", "config": config}))
    return path


def _invoke(url: str, *arguments: str, text: str = "") -> Result:
    return CliRunner().invoke(main, list(arguments), input=text, env={"CONNECTSDK_URL": url, "COLUMNS": "80"})


def _until(look: Callable[[], Any], seconds: float = 30) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.1)
    return found


def _json(answer: Result) -> Any:
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)


def test_a_connector_through_its_life(run: Command, file: Path) -> None:
    name = "lines ü"

    def state() -> str:
        return str(_json(run("describe", name, "--output", "json"))["state"])

    assert run("health").exit_code == 0
    answer = run("apply", "-f", str(file), "--dry-run")
    assert (answer.exit_code, "+ topic = lines" in answer.output) == (0, True), answer.output
    assert run("describe", name).exit_code == 3
    assert run("apply", "-f", str(file), text="n\n").exit_code == 1
    assert run("describe", name).exit_code == 3
    answer = run("apply", "-f", str(file), text="y\n")
    assert answer.exit_code == 0, answer.output
    assert "hunter2" not in answer.output
    _until(lambda: "1/1" in run("get").output)
    assert [each["state"] for each in _json(run("get", "tasks", "--output", "json"))] == ["RUNNING"]
    _until(lambda: _json(run("get", "topics", "--output", "json")) == {name: ["lines"]})
    assert "stays as it is" in run("apply", "-f", str(file)).output
    assert "hunter2" not in run("describe", name).output
    assert "hunter2" in run("describe", name, "--reveal").output
    assert run("pause", name).exit_code == 0
    _until(lambda: state() == "PAUSED")
    assert run("resume", name).exit_code == 0
    _until(lambda: state() == "RUNNING")
    assert run("restart", name, "--tasks").exit_code == 0
    assert run("delete", name, "--yes").exit_code == 0
    assert run("delete", name, "--yes").exit_code == 3
    assert "There are no connectors" in run("get").output


def test_offsets_of_a_stopped_connector(run: Command, file: Path) -> None:
    name = "offsets ü"
    file.write_text(file.read_text().replace("lines \\u00fc", "offsets \\u00fc"))

    def state() -> str:
        return str(_json(run("describe", name, "--output", "json"))["state"])

    assert run("apply", "-f", str(file), "-y").exit_code == 0
    _until(lambda: _json(run("get", "topics", "--output", "json")).get(name) == ["lines"])
    answer = run("offsets", name, "reset", "--yes")
    assert (answer.exit_code, "must be in the STOPPED state" in answer.output) == (1, True)
    assert run("stop", name).exit_code == 0
    _until(lambda: state() == "STOPPED")
    offsets = _until(lambda: _json(run("offsets", name, "--output", "json"))["offsets"])
    assert offsets[0]["offset"] == {"position": 8}
    kept = file.with_name("offsets.json")
    kept.write_text(json.dumps({"offsets": [{**offsets[0], "offset": {"position": 4}}]}))
    answer = run("offsets", name, "alter", "-f", str(kept), "--yes")
    assert answer.exit_code == 0, answer.output
    assert _json(run("offsets", name, "--output", "json"))["offsets"][0]["offset"] == {"position": 4}
    assert "been reset" in run("offsets", name, "reset", "--yes").output
    assert "stopped" in run("explain", name).output
    assert run("delete", name, "--yes").exit_code == 0


def test_changes_are_shown_key_by_key(run: Command, file: Path) -> None:
    assert run("apply", "-f", str(file), "-y").exit_code == 0
    document = json.loads(file.read_text())
    del document["config"]["my.password"]
    document["config"] |= {"topic": "others", "tasks.max": 1}
    file.write_text(json.dumps(document))
    answer = _json(run("apply", "-f", str(file), "--dry-run", "--output", "json"))
    changes = {each["key"]: (each["change"], each["before"], each["after"]) for each in answer[0]["changes"]}
    assert changes == {
        "my.password": ("removed", "[hidden]", None),
        "tasks.max": ("added", None, "1"),
        "topic": ("changed", "lines", "others"),
    }
    assert run("delete", "lines ü", "-y").exit_code == 0


def test_what_cannot_work_is_said_before_it_is_applied(run: Command, file: Path) -> None:
    file.write_text(file.read_text().replace("FileStreamSource", "FileStreamSorce"))
    answer = run("apply", "-f", str(file), "--dry-run")
    assert (answer.exit_code, "FileStreamSorce" in answer.output) == (1, True)
    assert run("apply", "-f", str(file), "-y").exit_code == 1
    file.write_text(
        file.read_text().replace("FileStreamSorce", "FileStreamSource").replace('"topic"', '"tpc"')
    )
    answer = run("apply", "-f", str(file), "--dry-run")
    assert (answer.exit_code, "! topic:" in answer.output) == (1, True), answer.output


def test_one_name_that_is_wrong_does_not_keep_a_command_from_the_others(run: Command, file: Path) -> None:
    assert run("apply", "-f", str(file), "-y").exit_code == 0
    answer = run("pause", "nobody", "lines ü")
    assert (answer.exit_code, answer.stdout) == (3, "lines ü is pausing\n"), answer.output
    assert len(answer.stderr.splitlines()) == 1, answer.stderr
    answer = run("delete", "nobody", "lines ü", "nobody else", "--yes")
    assert (answer.exit_code, answer.stdout) == (3, "lines ü deleted\n"), answer.output
    assert len(answer.stderr.splitlines()) == 2, answer.stderr


def test_a_question_that_nobody_answers_changes_nothing(run: Command, file: Path) -> None:
    answer = run("apply", "-f", str(file))
    assert (answer.exit_code, "Aborted" in answer.output) == (1, False), answer.output
    assert "nobody answered, so nothing was changed: --yes" in answer.stderr
    assert run("describe", "lines ü").exit_code == 3


@pytest.mark.parametrize("command", [["apply", "-f", "{file}"], ["delete", "x"], ["offsets", "x", "reset"]])
def test_ctrl_c_at_a_question_is_told_by_the_exit_code(
    own_worker: str, file: Path, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any, **__: Any) -> bool:
        abort = click.Abort()
        abort.__context__ = KeyboardInterrupt()  # as click leaves it
        raise abort

    monkeypatch.setattr(click, "confirm", interrupted)
    answer = _invoke(own_worker, *(part.format(file=file) for part in command))
    assert (answer.exit_code, "Aborted" in answer.output) == (130, False), answer.output
    assert answer.exception is None or isinstance(answer.exception, SystemExit)


def test_what_a_worker_advises_is_told_as_a_command(run: Command, file: Path) -> None:
    assert run("apply", "-f", str(file), "-y").exit_code == 0
    answer = run("offsets", "lines ü", "reset", "--yes")
    assert (answer.exit_code, "`connectsdk stop NAME`" in answer.stderr) == (1, True), answer.output
    assert "PUT" not in answer.output
    assert run("delete", "lines ü", "--yes").exit_code == 0
    file.write_text(json.dumps({"name": "x", "config": {"connector.class": "FileStreamSource"}}))
    answer = run("apply", "-f", str(file), "-y")
    assert answer.stderr.splitlines()[1:] == [
        'Missing required configuration "topic" which has no default value.'
    ], answer.output


def test_a_level_that_is_none_is_a_wrong_command_line(own_worker: str) -> None:
    answer = _invoke(own_worker, "loggers", "set", "org.example", "loud")
    assert (answer.exit_code, "trace" in answer.output.lower()) == (2, True), answer.output


def test_health_says_which_software_it_is(own_worker: str) -> None:
    answer = _invoke(own_worker, "health")
    assert re.search(r"version +connectsdk \S+, answers as Kafka Connect \d", answer.stdout), answer.output


def test_plugins_and_loggers(run: Command) -> None:
    plugins = _json(run("get", "plugins", "--output", "json"))
    assert any(each["class_name"].endswith("FileStreamSourceConnector") for each in plugins)
    assert run("loggers", "set", "connectsdk.some", "debug").exit_code == 0
    assert _json(run("loggers", "get", "connectsdk.some", "--output", "json"))[0]["level"] == "DEBUG"
    assert run("loggers", "set", "connectsdk.some", "info").exit_code == 0


def test_a_worker_that_does_not_answer() -> None:
    answer = _invoke("http://127.0.0.1:9", "get")
    assert (answer.exit_code, "no worker answers at http://127.0.0.1:9" in answer.output) == (4, True)


@pytest.mark.parametrize(
    "arguments",
    [["get", "--url", "ftp://x"], ["get", "--user", "x"], ["get", "--ca-file", "none.pem"], ["get", "all"]],
)
def test_a_command_line_that_cannot_work(arguments: list[str]) -> None:
    assert CliRunner().invoke(main, arguments).exit_code == 2


@pytest.mark.parametrize(
    "text",
    [
        '{"offsets": [{"partition": 1, "offset": {}}]}',
        '{"offsets": [{"partition": {}, "offset": "x"}]}',
        '{"offsets": [{"partition": {}}]}',
        '{"offsets": [1]}',
        '{"offsets": 1}',
        "[]",
        '{"offsets": ',
        "[" * 100_000,
    ],
    ids=range(8),
)
def test_offsets_that_cannot_be_read_are_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "offsets.json").write_text(text)
    arguments = ["offsets", "orders", "alter", "-y", "-f", str(tmp_path / "offsets.json")]
    answer = _invoke("http://127.0.0.1:9", *arguments)
    assert (answer.exit_code, "as `connectsdk offsets NAME --output json` does" in answer.output) == (2, True)
    assert len(answer.output.strip().splitlines()) == 1, answer.output


def test_a_password_in_the_address_is_not_told() -> None:
    answer = _invoke("http://me:hunter2@127.0.0.1:9", "get")
    assert (answer.exit_code, "hunter2" in answer.output) == (4, False)


def test_explain_says_what_a_task_is_at(own_worker: str, file: Path) -> None:
    assert _invoke(own_worker, "apply", "-f", str(file), "-y").exit_code == 0
    found = _until(lambda: _json(_invoke(own_worker, "explain", "lines ü", "--output", "json"))["tasks"])
    assert {"verdict", "cause", "remedy", "step", "in_flight"} <= found[0].keys()


TASK = {"id", "state", "worker_id", "trace"}
CONNECTOR = {"name", "type", "state", "worker_id", "trace", "config", "tasks"}
READ: dict[str, set[str]] = {
    "get": CONNECTOR,
    "get tasks": {"connector", *TASK},
    "get topics": {"lines ü"},
    "get plugins": {"class_name", "type", "version"},
    "get loggers": {"name", "level", "last_modified"},
    "loggers get": {"name", "level", "last_modified"},
    "describe NAME": {*CONNECTOR, "topics", "offsets"},
    "explain NAME": {"name", "type", "state", "verdict", "cause", "remedy", "tasks"},
    "apply --dry-run -f FILE": {"connector", "action", "changes", "problems"},
    "offsets NAME": {"offsets"},
    "health": {"status", "message", "version", "kafka_cluster_id", "commit"},
}
"""What programs read, as it is documented: it may grow, but nothing goes."""
REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "command-line.md"


def test_what_programs_read_stays_as_it_is_documented(own_worker: str, file: Path) -> None:
    assert _invoke(own_worker, "apply", "-f", str(file), "-y").exit_code == 0
    _until(lambda: _json(_invoke(own_worker, "get", "topics", "--output", "json")) == {"lines ü": ["lines"]})
    assert _invoke(own_worker, "loggers", "set", "org.example", "info").exit_code == 0
    documented = REFERENCE.read_text("utf-8").partition("## What programs read")[2]
    for command, keys in READ.items():
        words = [{"NAME": "lines ü", "FILE": str(file)}.get(word, word) for word in command.split()]
        found = _json(_invoke(own_worker, *words, "--output", "json"))
        assert set(found[0] if isinstance(found, list) else found) == keys, command
        assert [key for key in keys - {"lines ü"} if f"`{key}`" not in documented] == [], command
        in_yaml = yaml.safe_load(_invoke(own_worker, *words, "--output", "yaml").stdout)
        assert type(in_yaml) is type(found), command
        assert set(in_yaml[0] if isinstance(in_yaml, list) else in_yaml) == keys, command
    for task in _json(_invoke(own_worker, "describe", "lines ü", "--output", "json"))["tasks"]:
        assert set(task) == TASK


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str) -> None:
    answer = CliRunner().invoke(main, ["completion", shell])
    assert re.search(f"_CONNECTSDK_COMPLETE={shell}_complete", answer.output)


def test_the_names_of_connectors_are_completed(own_worker: str, file: Path) -> None:
    assert _invoke(own_worker, "apply", "-f", str(file), "-y").exit_code == 0
    context = main.commands["describe"].make_context("describe", ["x", "--url", own_worker])
    (parameter,) = [each for each in context.command.params if each.name == "name"]
    found = parameter.shell_complete(context, "li")
    assert [each.value for each in found] == ["lines ü"]
