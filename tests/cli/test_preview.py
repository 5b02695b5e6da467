"""Does a preview show every stage, and leave no trace?"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from connectsdk.cli import main
from connectsdk.transports.embedded import EmbeddedTransport

SOURCE = """name=lines
connector.class=FileStreamSource
file=in.txt
topic=lines
transforms=hoist,keep
transforms.hoist.type=org.apache.kafka.connect.transforms.HoistField$Value
transforms.hoist.field=line
transforms.keep.type=plugs.keep
"""
SINK = """name=copy
connector.class=plugs.NeverMadeSink
topics=lines
transforms=add
transforms.add.type=org.apache.kafka.connect.transforms.InsertField$Value
transforms.add.static.field=seen
transforms.add.static.value=yes
"""
PLUGS = """
from connectsdk import SinkConnector, SinkTask


def keep(record):
    if record.value["line"] == "bad":
        raise ValueError("out of tea")
    return None if record.value["line"] == "drop" else record


class NeverMade(SinkTask):
    def __init__(self):
        open("made", "w").close()

    async def put(self, records):
        open("put", "w").close()


class NeverMadeSink(SinkConnector):
    task_class = NeverMade
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.txt").write_text("one\ndrop\ntwo\nthree\n")
    (tmp_path / "plugs.py").write_text(PLUGS)
    (tmp_path / "source.properties").write_text(SOURCE)
    (tmp_path / "sink.properties").write_text(SINK)
    return tmp_path


def _command(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "connectsdk", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def _preview(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return _command("preview", *arguments)


def _data(*arguments: str) -> Any:
    answer = _preview(*arguments, "--output", "json")
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


async def test_a_source_is_polled_and_nothing_is_written(folder: Path) -> None:
    for _ in range(2):  # the second one sees the same: no offset was stored
        found = _data("source.properties", "-n", "3")
        assert [each["outcome"] for each in found["records"]] == ["written", "filtered", "written"]
    first = found["records"][0]
    assert first["read"]["value"] == "one"
    assert [stage["stage"] for stage in first["stages"]] == ["transforms.hoist", "transforms.keep"]
    assert first["stages"][0]["after"]["value"] == {"line": "one"}
    assert first["written"]["value"] == '{"line":"one"}'
    async with EmbeddedTransport("connectsdk-data") as transport:
        assert await transport.admin.describe_topics() == {}


def test_people_see_what_each_stage_changed(folder: Path) -> None:
    answer = _preview("source.properties", "-n", "2")
    assert answer.returncode == 0, answer.stderr
    for line in (
        "record 1: would be written",
        '- value: "one"',
        '+ value: {"line": "one"}',
        "nothing changed",
        "record 2: would be filtered",
        "1 would be written, 1 would be filtered. Nothing was written or stored.",
    ):
        assert line in answer.stdout


def test_a_record_that_fails_is_shown_with_its_stage(folder: Path) -> None:
    (folder / "in.txt").write_text("bad\n")
    answer = _preview("source.properties", "--wait", "0.5")
    assert answer.returncode == 1
    assert "! ValueError: out of tea" in answer.stdout
    assert "transforms.keep" in answer.stdout


async def test_a_sinks_topic_is_read_without_its_group_or_its_task(folder: Path) -> None:
    assert _command("run", "source.properties", "--until-idle", "0.3").returncode == 0
    found = _data("sink.properties", "-n", "1")
    (record,) = found["records"]
    assert (record["outcome"], record["read"]["offset"]) == ("put", 2)
    assert record["stages"][-1]["after"]["value"] == {"line": "three", "seen": "yes"}
    (record,) = _data("sink.properties", "-n", "1", "--first")["records"]
    assert record["read"]["offset"] == 0
    assert not (folder / "made").exists()
    async with EmbeddedTransport("connectsdk-data") as transport:
        assert await transport.admin.group_offsets("connect-copy") == {}


def test_a_configuration_that_cannot_work(folder: Path) -> None:
    answer = _preview("source.properties", "--set", "transforms.hoist.type=Nothing")
    assert answer.returncode == 2
    assert "transforms.hoist.type" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_help_has_examples() -> None:
    assert "connectsdk preview source.properties" in CliRunner().invoke(main, ["preview", "--help"]).output
