"""Does a preview show every stage, and leave no trace?"""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import anyio
import pytest
from aiokafka.admin import AIOKafkaAdminClient
from click.testing import CliRunner

from connectsdk.cli import main
from connectsdk.record import ProducerRecord, TopicPartition
from connectsdk.testing.broker import KafkaBroker
from connectsdk.transport import NewTopic, ProducerConfig
from connectsdk.transports.embedded import EmbeddedTransport
from connectsdk.transports.kafka import KafkaTransport

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
from connectsdk import SinkConnector, SinkTask, SourceConnector, SourceTask


def keep(record):
    if record.value["line"] == "bad":
        raise ValueError("out of tea")
    return None if record.value["line"] == "drop" else record


def spin(record):
    open("spinning", "w").close()
    while True:
        pass


class Spinning(SourceTask):
    async def poll(self):
        spin(None)


class SpinningSource(SourceConnector):
    task_class = Spinning


class SpinningStart(Spinning):
    async def start(self, config):
        spin(None)


class SpinningStartSource(SourceConnector):
    task_class = SpinningStart


class SpinningConnectorSource(SourceConnector):
    task_class = Spinning

    async def start(self, config):
        spin(None)


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


def test_why_there_is_nothing_to_show_is_told(folder: Path) -> None:
    answer = _preview("sink.properties")
    assert (answer.returncode, "topics are empty" in answer.stdout) == (0, True), answer.stdout
    answer = _preview("source.properties", "--set", "file=gone.txt", "--wait", "0.5")
    assert (answer.returncode, "gave none within 0.5 s (--wait)" in answer.stdout) == (0, True), answer.stdout
    assert "gone.txt does not exist" in answer.stderr


async def test_a_directory_in_use_is_not_the_connectors_mistake(folder: Path) -> None:
    async with EmbeddedTransport("connectsdk-data"):
        answer = await anyio.to_thread.run_sync(_preview, "source.properties")
    assert (answer.returncode, "connectsdk-data is in use" in answer.stderr) == (2, True), answer.stderr
    assert "source.properties" not in answer.stderr


SPINNING = {
    "a poll": ["connector.class=plugs.SpinningSource"],
    "a task's start": ["connector.class=plugs.SpinningStartSource"],
    "a connector's start": ["connector.class=plugs.SpinningConnectorSource"],
    "a transform": ["transforms=spin", "transforms.spin.type=plugs.spin"],
}


def _spinning(what: str) -> list[str]:
    changes = [part for text in SPINNING[what] for part in ("--set", text)]
    return ["source.properties", *changes, "-w", "worker.properties"]


@pytest.fixture
def impatient(folder: Path) -> Path:
    (folder / "worker.properties").write_text("task.shutdown.graceful.timeout.ms=1000\n")
    return folder


@pytest.mark.parametrize("what", SPINNING)
def test_what_spins_is_named_and_left_behind(impatient: Path, what: str) -> None:
    began = time.monotonic()
    answer = _preview(*_spinning(what), "--wait", "1", "--deadline", "1")
    assert answer.returncode == 1, answer.stderr
    assert "did not return within 1 s" in answer.stderr
    assert "plugs.py" in answer.stderr, "it says where"
    assert time.monotonic() - began < 20


@pytest.mark.parametrize("what", SPINNING)
def test_ctrl_c_ends_what_spins(impatient: Path, what: str) -> None:
    command = [sys.executable, "-m", "connectsdk", "preview", *_spinning(what), "--wait", "50", "-n", "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            deadline = time.monotonic() + 30
            while not (impatient / "spinning").exists():
                assert time.monotonic() < deadline, "it never spun"
                time.sleep(0.02)
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=40)
        finally:
            process.kill()
    assert process.returncode == 130, errors
    assert "Traceback" not in errors


def test_what_a_source_gave_before_it_hung_is_shown(impatient: Path) -> None:
    (impatient / "then.py").write_text(
        "import time\nfrom connectsdk import SourceConnector, SourceRecord, SourceTask\n\n"
        "class Then(SourceTask):\n    polled = False\n\n"
        "    async def poll(self):\n        if self.polled:\n            time.sleep(60)\n"
        "        self.polled = True\n        return [SourceRecord('t', value='early')]\n\n"
        "class ThenSource(SourceConnector):\n    task_class = Then\n"
    )
    changes = ["--set", "connector.class=then.ThenSource", "--set", "transforms="]
    found = _data("source.properties", *changes, "-w", "worker.properties", "--wait", "1")
    assert [each["read"]["value"] for each in found["records"]] == ["early"]


@pytest.mark.parametrize(
    ("pattern", "topics"),
    [
        (r"\\Qa.b\\E.*", {"a.b-1"}),  # Python's `re` does not know \\Q
        (r"\\p{Alpha}+", {"lines"}),
        (r"line", set()),  # the whole name
        (r"[a-z&&[^l]]\\.b-1", {"a.b-1"}),
    ],
)
async def test_topics_are_matched_by_javas_rules(folder: Path, pattern: str, topics: set[str]) -> None:
    async with EmbeddedTransport("connectsdk-data") as transport:
        for name in ("a.b-1", "lines"):
            await transport.admin.create_topics([NewTopic(name=name)])
            producer = await transport.producer(ProducerConfig())
            await producer.send([ProducerRecord(name, value=b'"v"')])
            await producer.close()
    sink = SINK.replace("topics=lines", f"topics.regex={pattern}").replace("transforms=add", "transforms=")
    (folder / "sink.properties").write_text(sink)
    found = _data("sink.properties")
    assert {each["read"]["topic"] for each in found["records"]} == topics


@pytest.mark.kafka
@pytest.mark.timeout(180)
async def test_a_cluster_sees_neither_a_group_nor_an_offset_nor_a_record(
    folder: Path, kafka_broker: KafkaBroker
) -> None:
    (folder / "kafka.properties").write_text(
        f"bootstrap.servers={kafka_broker.bootstrap_servers}\noffset.storage.topic=preview-offsets\n"
        "offset.storage.partitions=1\noffset.flush.interval.ms=100\n"
    )
    own = ("-w", "kafka.properties")
    (folder / "in.txt").write_text("one\ntwo\nthree\n")
    source = ("--set", "topic=previewed", "--set", "name=previewed-source")
    answer = _command("run", "source.properties", *source, *own, "--until-idle", "1")
    assert answer.returncode == 0, answer.stderr
    with (folder / "in.txt").open("a") as file:
        file.write("four\n")
    before = await _seen(kafka_broker)
    found = _data("source.properties", *source, *own, "-n", "1")
    assert [each["read"]["value"] for each in found["records"]] == ["four"], "the stored offset is read"
    sink = ("--set", "topics=previewed", "--set", "name=previewed-sink")
    assert len(_data("sink.properties", *sink, *own)["records"]) == 3
    pattern = ("--set", "topics=", "--set", r"topics.regex=\Qpreviewed\E")
    assert len(_data("sink.properties", *pattern, *own)["records"]) == 3
    assert await _seen(kafka_broker) == before
    assert not (folder / "made").exists()


async def _seen(broker: KafkaBroker) -> tuple[set[str], dict[str, int]]:
    """Return the groups of a cluster, and the ends of its topics."""
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap_servers)
    await admin.start()
    groups = {name for name, *_ in await admin.list_consumer_groups()}
    await admin.close()
    ends: dict[str, int] = {}
    async with KafkaTransport(broker.bootstrap_servers) as transport:
        for name, topic in (await transport.admin.describe_topics()).items():
            partitions = {TopicPartition(name, number) for number in range(topic.partitions)}
            ends[name] = sum((await transport.admin.end_offsets(partitions)).values())
    return groups, ends


def test_help_has_examples() -> None:
    assert "connectsdk preview source.properties" in CliRunner().invoke(main, ["preview", "--help"]).output
