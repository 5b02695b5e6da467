"""Does `connectsdk run` do what it says, with the real worker and the broker in the process?"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

LINES = "".join(f"line {number}\n" for number in range(1, 1001))
STRINGS = (
    "key.converter=org.apache.kafka.connect.storage.StringConverter\n"
    "value.converter=org.apache.kafka.connect.storage.StringConverter\n"
)
SOURCE = f"name=lines\nconnector.class=FileStreamSource\nfile=in.txt\ntopic=lines\n{STRINGS}"
SINK = f"name=copy\nconnector.class=FileStreamSink\nfile=out.txt\ntopics=lines\n{STRINGS}"
HOSTILE = """
from connectsdk import EndOfStream, SourceConnector, SourceRecord, SourceTask


class Ending(SourceTask):
    async def poll(self):
        if getattr(self, "done", False):
            raise EndOfStream
        self.done = True
        return [SourceRecord("lines", value="x")]


class Failing(SourceTask):
    async def poll(self):
        raise ValueError("out of tea")


class EndingSource(SourceConnector):
    task_class = Ending


class FailingSource(SourceConnector):
    task_class = Failing
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.txt").write_text(LINES)
    (tmp_path / "source.properties").write_text(SOURCE)
    (tmp_path / "sink.properties").write_text(SINK)
    (tmp_path / "hostile.py").write_text(HOSTILE)
    return tmp_path


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "connectsdk", *arguments]


def _run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        _command("run", *arguments), capture_output=True, text=True, timeout=60, check=False
    )


def test_a_worker_s_properties_may_refer_to_secrets(folder: Path) -> None:
    (folder / "secrets.properties").write_text(f"data={folder}/elsewhere\n")
    (folder / "worker.properties").write_text(
        "config.providers=file\nconfig.providers.file.class=FileConfigProvider\n"
        f"config.providers.file.param.allowed.paths={folder}\ndata.dir=${{file:{folder}/secrets.properties:data}}\n"
    )
    answer = _run("source.properties", "-w", "worker.properties", "--until-idle", "0.5")
    assert answer.returncode == 0, answer.stderr
    assert (folder / "elsewhere").is_dir()


def test_a_file_goes_through_a_topic_into_a_file(folder: Path) -> None:
    answer = _run("source.properties", "sink.properties", "--until-idle", "0.5")
    assert (answer.returncode, answer.stdout) == (0, "")
    assert (folder / "out.txt").read_text() == LINES
    assert "lines source running: 1/1 tasks" in answer.stderr
    assert "copy sink stopped" in answer.stderr
    assert "1000 records" in answer.stderr


def test_a_second_run_goes_on(folder: Path) -> None:
    for _ in range(2):
        assert _run("source.properties", "sink.properties", "--until-idle", "0.5").returncode == 0
        with (folder / "in.txt").open("a") as file:
            file.write("one more\n")
    assert (folder / "out.txt").read_text() == LINES + "one more\n"


def test_standard_output_belongs_to_the_sink(folder: Path) -> None:
    (folder / "sink.properties").write_text(SINK.replace("file=out.txt\n", ""))
    answer = _run("source.properties", "sink.properties", "--until-idle", "0.5", "--progress", "live")
    assert answer.stdout == LINES


def test_the_data_directory_is_the_one_asked_for(folder: Path) -> None:
    assert _run("source.properties", "--until-idle", "0.2", "--data-dir", "kept").returncode == 0
    assert (folder / "kept").is_dir()
    (folder / "worker.properties").write_text("data.dir=other\n")
    assert _run("-w", "worker.properties", "source.properties", "--until-idle", "0.2").returncode == 0
    assert (folder / "other").is_dir()
    assert not (folder / "connectsdk-data").exists()


def test_it_ends_by_itself_when_every_source_is_finished(folder: Path) -> None:
    (folder / "end.json").write_text('{"name": "end", "connector.class": "hostile.EndingSource"}')
    answer = _run("end.json")
    assert (answer.returncode, "end source finished" in answer.stderr) == (0, True), answer.stderr


def test_a_failed_connector_ends_with_one_and_says_why(folder: Path) -> None:
    (folder / "worker.properties").write_text("errors.restart.max=0\n")
    (folder / "fail.json").write_text('{"name": "fail", "connector.class": "hostile.FailingSource"}')
    answer = _run("-w", "worker.properties", "fail.json")
    assert answer.returncode == 1
    assert "error: fail failed: " in answer.stderr
    assert "out of tea" in answer.stderr
    assert "hostile.py" in answer.stderr, "an author is not shown where it failed"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["none.properties"], ["none.properties: cannot be read: No such file", "check the path"]),
        (["source.properties", "source.properties"], ["name = 'lines'", "give each connector its own"]),
        (
            ["source.properties", "--set", "connector.class=FileStreamSorce"],
            ["connector.class", "FileStreamSource"],
        ),
        (["source.properties", "--set", "tasks.max=many"], ["tasks.max", "'many'", "the command line"]),
        (["source.properties", "--set", "tasks.max"], ["--set", "key=value"]),
        (
            ["source.properties", "--bootstrap", "here:there"],
            ["bootstrap.servers", "'here:there'", "the command line"],
        ),
        (["bad.properties"], ["topic", "bad.properties"]),
        (
            ["-w", "worker.properties", "source.properties"],
            ["offset.flush.interval.ms", "worker.properties line 2"],
        ),
    ],
)
def test_a_configuration_error_ends_with_two_and_says_what_to_do(
    folder: Path, arguments: list[str], told: list[str]
) -> None:
    (folder / "bad.properties").write_text(SOURCE.replace("topic=lines\n", ""))
    (folder / "worker.properties").write_text("# worker\noffset.flush.interval.ms=soon\n")
    answer = _run(*arguments, "--until-idle", "0.2")
    assert answer.returncode == 2, answer.stderr
    assert [part for part in told if part not in answer.stderr] == [], answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_secret_is_not_told(folder: Path) -> None:
    answer = _run("source.properties", "--set", "tasks.max=many", "--set", "my.password=hunter2")
    assert answer.returncode == 2
    assert "hunter2" not in answer.stdout + answer.stderr


def test_a_broker_that_does_not_answer_ends_with_one(folder: Path) -> None:
    answer = _run("source.properties", "--bootstrap", "127.0.0.1:9", "--until-idle", "1")
    assert answer.returncode == 1, answer.stderr
    assert "127.0.0.1:9" in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.fixture
def running(folder: Path) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        _command("run", "source.properties", "sink.properties"), stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 30
    out = folder / "out.txt"
    while not (out.exists() and out.read_text() == LINES):
        assert time.monotonic() < deadline, "nothing arrived"
        time.sleep(0.05)
    yield process
    process.kill()
    process.wait()
    assert process.stderr is not None
    process.stderr.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_cleanly(
    running: "subprocess.Popen[str]", number: signal.Signals, folder: Path
) -> None:
    running.send_signal(number)
    _, told = running.communicate(timeout=30)
    assert running.returncode == 0, told
    assert "Traceback" not in told
    assert _run("source.properties", "sink.properties", "--until-idle", "0.5").returncode == 0
    assert (folder / "out.txt").read_text() == LINES, "records were delivered twice"


def test_a_second_signal_stops_at_once(folder: Path) -> None:
    (folder / "stuck.py").write_text(
        HOSTILE.replace(
            "async def poll",
            "async def stop(self):\n        import anyio\n"
            "        open('stopping', 'w').close()\n        await anyio.sleep(60)\n\n    async def poll",
        ).replace("raise EndOfStream", "import anyio; await anyio.sleep(60)")
    )
    (folder / "stuck.json").write_text('{"name": "stuck", "connector.class": "stuck.EndingSource"}')
    (folder / "worker.properties").write_text("task.shutdown.graceful.timeout.ms=50000\n")
    process = subprocess.Popen(
        _command("run", "-w", "worker.properties", "stuck.json"), stderr=subprocess.PIPE
    )
    with process:
        _wait_for_line(process, b"stuck source running")
        process.send_signal(signal.SIGTERM)
        _wait_for_file(folder / "stopping")
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=40)
        assert process.returncode == 128 + signal.SIGTERM
        assert time.monotonic() - began < 20  # of 50


def _wait_for_line(process: "subprocess.Popen[bytes]", text: bytes) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        if text in line:
            return
    pytest.fail(f"{text!r} was never said")


def _wait_for_file(path: Path) -> None:
    deadline = time.monotonic() + 20
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} was never there"
        time.sleep(0.02)


def test_progress_can_be_off(folder: Path) -> None:
    answer = _run("source.properties", "--until-idle", "0.2", "--progress", "off")
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "", "")


def test_a_connector_may_be_a_module_of_the_current_directory(folder: Path) -> None:
    assert os.fspath(folder) == str(Path.cwd())
    (folder / "end.json").write_text('{"name": "end", "connector.class": "hostile:EndingSource"}')
    assert _run("end.json").returncode == 0
