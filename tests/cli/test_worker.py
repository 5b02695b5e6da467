"""Does `connectsdk worker` serve, keep what connectors are meant to do, and stop as it says?"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import pytest

from connectsdk.http import hash_token
from connectsdk.testing.broker import KafkaBroker

SOURCE = "name=lines\nconnector.class=FileStreamSource\nfile=in.txt\ntopic=lines\n"
BEGIN_WITHIN = 30.0


@attrs.define
class Running:
    """A worker in a process of its own."""

    process: "subprocess.Popen[str]"
    url: str
    lines: Sequence[str]

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(f"{self.url}/{path}", timeout=30) as answer:  # noqa: S310 - our own
            return json.load(answer)

    def send(self, method: str, path: str, content: Any = None) -> None:
        body = None if content is None else json.dumps(content).encode()
        request = urllib.request.Request(  # noqa: S310 - our own
            f"{self.url}/{path}", body, {"Content-Type": "application/json"}, method=method
        )
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - our own
            assert answer.status < 300

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(30)


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "connectsdk", "worker", "--set", "listeners=http://127.0.0.1:0", *arguments]


@contextmanager
def _worker(*arguments: str) -> Iterator[Running]:
    process = subprocess.Popen(_command(*arguments), stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    watchdog = threading.Timer(BEGIN_WITHIN, process.kill)
    watchdog.start()
    lines = [process.stderr.readline()]
    watchdog.cancel()
    reader = threading.Thread(target=lambda: lines.extend(process.stderr or ()))
    reader.start()
    try:
        yield Running(process, "http://127" + lines[0].rpartition("http://127")[2].strip(' \n"}'), lines)
    finally:
        process.kill()
        process.wait()
        reader.join(30)
        process.stderr.close()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.txt").write_text("one\ntwo\n")
    (tmp_path / "source.properties").write_text(SOURCE)
    return tmp_path


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_and_a_signal_stops_it_cleanly(folder: Path, number: signal.Signals) -> None:
    with _worker() as worker:
        assert worker.get("connectors") == []
        assert worker.stop(number) == 0
    assert "Traceback" not in "".join(worker.lines)
    assert "REST API listens on http://127.0.0.1:" in worker.lines[0]


def test_connectors_of_the_command_line_are_created_once_and_updated(folder: Path) -> None:
    for told in ("created from source.properties", "as in source.properties already"):
        with _worker("source.properties") as worker:
            assert _until(lambda: worker.get("connectors")) == ["lines"]
            assert worker.stop() == 0
        assert f"connector lines: {told}" in "".join(worker.lines)
    (folder / "source.properties").write_text(SOURCE.replace("in.txt", "other.txt"))
    with _worker("source.properties") as worker:
        assert _until(lambda: worker.get("connectors/lines/config")["file"] == "other.txt")


def test_what_was_created_over_rest_is_there_after_a_kill(folder: Path) -> None:
    with _worker() as worker:
        config = dict(line.split("=") for line in SOURCE.split())
        body = json.dumps({"name": "lines", "config": config}).encode()
        request = urllib.request.Request(  # noqa: S310 - our own
            f"{worker.url}/connectors", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own
            assert answer.status == 201
        worker.process.kill()
    with _worker() as worker:
        assert worker.get("connectors/lines")["config"] == config


def test_a_connector_may_begin_stopped(folder: Path) -> None:
    config = dict(line.split("=") for line in SOURCE.split())
    (folder / "x.json").write_text(json.dumps({"config": config, "initial_state": "STOPPED"}))
    with _worker("x.json") as worker:
        assert _until(lambda: worker.get("connectors"))
        assert _until(lambda: worker.get("connectors/lines/status")["connector"]["state"] == "STOPPED")


def test_log_lines_may_be_json(folder: Path) -> None:
    with _worker("--log-format", "json", "source.properties") as worker:
        _until(lambda: worker.get("connectors"))
        assert worker.stop() == 0
    lines = [json.loads(line) for line in worker.lines]
    assert lines[0]["level"] == "INFO"
    assert "listens on" in lines[0]["message"]


def _referring(folder: Path, secrets: str, *properties: str) -> None:
    """Write `worker.properties` that refer to what is in a file."""
    (folder / "secrets.properties").write_text(secrets)
    provider = f"class=FileConfigProvider\nconfig.providers.file.param.allowed.paths={folder}"
    text = f"config.providers=file\nconfig.providers.file.{provider}\n" + "\n".join(properties)
    (folder / "worker.properties").write_text(text.replace("IN", f"file:{folder}/secrets.properties"))


def test_rest_properties_may_refer_to_secrets(folder: Path) -> None:
    (folder / "data").mkdir()
    _referring(
        folder,
        f"token=bob:{hash_token('a-long-token')}\nrole=read\ndata={folder}/data\n",
        "rest.auth.tokens=${IN:token}",
        "rest.auth.roles=bob=${IN:role}",
        "data.dir=${IN:data}",
    )
    with _worker("-w", "worker.properties") as worker:
        with pytest.raises(urllib.error.HTTPError) as refused:
            worker.get("connectors")
        refused.value.close()
        assert refused.value.code == 401
        request = urllib.request.Request(  # noqa: S310 - our own
            f"{worker.url}/connectors", headers={"Authorization": "Bearer a-long-token"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own
            assert json.load(answer) == []
        assert worker.stop() == 0
    assert list((folder / "data").iterdir())
    assert "Traceback" not in "".join(worker.lines)


@pytest.mark.parametrize("key", ["rest.auth.tokens", "rest.auth.roles", "rest.request.timeout.ms"])
def test_what_a_rest_property_stands_for_is_not_told(folder: Path, key: str) -> None:
    _referring(folder, "bad=canary-value\n", f"{key}=${{IN:bad}}")
    answer = subprocess.run(
        _command("-w", "worker.properties"), capture_output=True, text=True, timeout=60, check=False
    )
    assert answer.returncode == 2, answer.stderr
    assert key in answer.stderr
    assert "canary" not in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["none.properties"], 2, ["none.properties: cannot be read"]),
        (["--set", "offset.flush.interval.ms=soon"], 2, ["offset.flush.interval.ms", "the command line"]),
        (["--set", "listeners=there"], 2, ["listeners", "there"]),
        (["bad.properties"], 2, ["Failed to find any class", "Did you mean FileStreamSource?"]),
        (["--bootstrap", "127.0.0.1:9"], 1, ["127.0.0.1:9"]),
        (["--set", "listeners"], 2, ["key=value"]),
    ],
)
def test_what_cannot_work_is_told_with_an_exit_code(
    folder: Path, arguments: list[str], code: int, told: list[str]
) -> None:
    (folder / "bad.properties").write_text(SOURCE.replace("Source", "Sorce"))
    answer = subprocess.run(
        _command(*arguments), capture_output=True, text=True, timeout=60, check=False, env=os.environ
    )
    assert answer.returncode == code, answer.stderr
    assert [part for part in told if part not in answer.stderr] == [], answer.stderr
    assert "INFO stopped" not in answer.stderr, "it never ran"
    assert "Traceback" not in answer.stderr


def test_a_port_that_is_taken(folder: Path) -> None:
    with _worker() as first:
        answer = subprocess.run(
            _command("--data-dir", "other", "--set", f"listeners={first.url}"),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert answer.returncode == 1, answer.stderr
    assert f"error: REST cannot listen on {first.url}" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_second_signal_stops_at_once(folder: Path) -> None:
    (folder / "stuck.py").write_text(
        "import anyio\nfrom connectsdk import SourceConnector, SourceTask\n\n"
        "class Stuck(SourceTask):\n"
        "    async def poll(self):\n        open('polled', 'w').close()\n        await anyio.sleep(0.1)\n"
        "    async def stop(self):\n        open('stopping', 'w').close()\n        await anyio.sleep(60)\n\n"
        "class StuckSource(SourceConnector):\n    task_class = Stuck\n"
    )
    (folder / "stuck.json").write_text('{"name": "stuck", "connector.class": "stuck.StuckSource"}')
    allowed = "plugin.import.allow=stuck"
    with _worker(
        "stuck.json", "--set", allowed, "--set", "task.shutdown.graceful.timeout.ms=50000"
    ) as worker:
        _until((folder / "polled").exists)
        worker.process.send_signal(signal.SIGTERM)
        _until((folder / "stopping").exists)
        began = time.monotonic()
        assert worker.stop() == 128 + signal.SIGTERM
        assert time.monotonic() - began < 20  # of 50


@pytest.mark.kafka
@pytest.mark.timeout(240)
def test_a_kill_on_a_kafka_cluster_loses_nothing(folder: Path, kafka_broker: KafkaBroker) -> None:
    """The desired state is in a file, offsets and records in the cluster: whoever comes next goes on from there."""
    total = 20_000
    (folder / "in.txt").write_text("".join(f"{number}\n" for number in range(total)))
    (folder / "kafka.properties").write_text(
        f"bootstrap.servers={kafka_broker.bootstrap_servers}\ndata.dir=own\noffset.storage.topic=kill-offsets\n"
        "offset.flush.interval.ms=100\nkey.converter=StringConverter\nvalue.converter=StringConverter\n"
        "consumer.session.timeout.ms=6000\nconsumer.heartbeat.interval.ms=1500\n"  # what was killed is soon forgotten
    )
    own = ("-w", "kafka.properties")
    source = {
        "connector.class": "FileStreamSource",
        "file": "in.txt",
        "topic": "killed",
        "batch.size": "50",
    }
    sink = {"connector.class": "FileStreamSink", "file": "out.txt", "topics": "killed"}
    configs = {"from": source, "into": sink, "rests": {**source, "topic": "unused"}}
    with _worker(*own) as worker:
        for name, config in configs.items():
            worker.send("POST", "connectors", {"name": name, "config": config})
        worker.send("PUT", "connectors/rests/stop")
        _until(lambda: _numbers(folder))
        worker.process.kill()
        worker.process.wait(30)
    for _ in range(2):  # and again, in the middle of it
        with _worker(*own) as worker:
            assert worker.get("connectors") == sorted(configs)
            assert worker.get("connectors/from")["config"] == {**source, "name": "from"}
            _until(lambda: '"RUNNING"' in json.dumps(worker.get("connectors/into/status")["tasks"]))
            assert worker.get("connectors/rests/status")["connector"]["state"] == "STOPPED"
            worker.process.kill()
            worker.process.wait(30)
    with _worker(*own) as worker:
        _until(lambda: set(_numbers(folder)) >= set(range(total)))
        worker.send("DELETE", "connectors/rests")
        assert worker.stop() == 0
    with _worker(*own) as worker:
        assert worker.get("connectors") == ["from", "into"]


def _numbers(folder: Path) -> list[int]:
    """Return the whole lines in the file that the sink writes."""
    try:
        lines = (folder / "out.txt").read_text().split("\n")[:-1]
    except FileNotFoundError:
        return []
    return [int(line) for line in lines if line.isdecimal()]


def _until(look: Any) -> Any:
    deadline = time.monotonic() + 30
    while not (found := look()):
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)
    return found
