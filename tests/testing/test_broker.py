"""A real Apache Kafka for tests: it stops, dies, comes back, and never outlives its owner."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from connectsdk.errors import ConfigError, IllegalStateError
from connectsdk.testing import _maven
from connectsdk.testing.broker import JavaProcess, KafkaBroker
from connectsdk.testing.broker_fixtures import QUICK_START

OWNER = """
import sys, time
from pathlib import Path
from connectsdk.testing.broker import JavaProcess
source = Path(sys.argv[1])
source.write_text("class Sleep { public static void main(String[] a) throws Exception { Thread.sleep(600000); } }")
process = JavaProcess([str(source)], source.with_suffix(".log"))
print(process.pid, flush=True)
time.sleep(600)
"""


def wait_until(condition, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"  # nobody may be there to reap it


@pytest.mark.kafka
@pytest.mark.slow
def test_it_comes_back_with_its_data_and_address(require_kafka: None, tmp_path: Path):
    broker = KafkaBroker(directory=tmp_path / "kafka", java_options=QUICK_START)
    broker.start()
    try:
        address, first = broker.bootstrap_servers, broker.process.pid
        with pytest.raises(IllegalStateError):
            broker.start()
        broker.kill()
        assert not broker.running
        assert not alive(first)
        broker.start()
        assert broker.bootstrap_servers == address
        broker.stop()
        broker.stop()
        assert not broker.running
    finally:
        broker.remove()
    assert (tmp_path / "kafka" / "log" / "meta.properties").exists()  # a given directory is the caller's


@pytest.mark.kafka
@pytest.mark.slow
def test_a_setting_that_kafka_refuses_is_reported(require_kafka: None):
    broker = KafkaBroker(properties={"num.network.threads": "none"}, java_options=QUICK_START)
    with pytest.raises(ConfigError, match=r"num\.network\.threads"):
        broker.start()
    broker.remove()


@pytest.mark.kafka
@pytest.mark.slow
def test_a_java_process_dies_with_its_owner(require_kafka: None, tmp_path: Path):
    command = [sys.executable, "-c", OWNER, str(tmp_path / "Sleep.java")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        java = int(owner.stdout.readline())
        assert alive(java)
        owner.send_signal(signal.SIGKILL)
        owner.wait()
        wait_until(lambda: not alive(java))


@pytest.mark.kafka
def test_a_java_process_that_does_not_end_is_killed(require_kafka: None, tmp_path: Path):
    process = JavaProcess(["-version"], tmp_path / "output.log")
    wait_until(lambda: not process.running)
    process.end(signal.SIGTERM)
    assert "version" in process.last_output()


def test_no_listener_before_the_start():
    with pytest.raises(IllegalStateError, match="was never started"):
        _ = KafkaBroker().bootstrap_servers


def test_a_password_is_not_shown():
    assert "hidden" not in repr(KafkaBroker(users={"alice": "hidden"}))


def test_two_fetch_the_same_jars_at_once(tmp_path: Path, monkeypatch):
    """Each finds a whole folder, whoever was first."""
    monkeypatch.setenv("CONNECTSDK_KAFKA_CACHE", str(tmp_path))
    monkeypatch.setattr(_maven, "missing_tools", tuple)
    both = threading.Barrier(2)

    def copy(scratch: Path, project: str) -> None:
        both.wait(30)
        (scratch / "jars").mkdir()
        (scratch / "jars" / "one.jar").write_text(project)
        both.wait(30)

    monkeypatch.setattr(_maven, "_copy_dependencies", copy)
    found: list[Path] = []
    threads = [threading.Thread(target=lambda: found.append(_maven.fetch_jars(["g:a:1"]))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(found) == 2
    assert found[0] == found[1]
    assert "<artifactId>a</artifactId>" in (found[0] / "one.jar").read_text()
    assert os.listdir(tmp_path) == [found[0].name]  # noqa: PTH208 - names only
    assert _maven.fetch_jars(["g:a:1"]) == found[0]


@pytest.mark.parametrize("artifact", ["", "group:artifact", "group::1"])
def test_an_artifact_is_written_in_three_parts(artifact):
    with pytest.raises(ConfigError, match="group:artifact:version"):
        _maven.fetch_jars([artifact])


def test_missing_programs_are_named(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("CONNECTSDK_KAFKA_CACHE", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigError, match="java and mvn"):
        _maven.fetch_jars(["g:a:1"])
