"""Do clients that others wrote for Kafka Connect work unchanged, with all of their methods?"""

import re
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import anyio.from_thread
import pytest
from kafka_connect import KafkaConnect
from requests.exceptions import HTTPError

from connectsdk.config import Password
from connectsdk.http import HttpConfig, hash_password
from connectsdk.testing._maven import fetch_jars
from tests.http.served import served

JAVA_CLIENT = "org.sourcelab:kafka-connect-client:4.0.5"
WALK = Path(__file__).parent / "java" / "Walk.java"
UNDERSTOOD = """\
version: 4.1.0
created: walk source 1
connectors: [walk]
connector: 1
config: walk
status: source RUNNING
expanded info: walk
expanded status: walk
expanded: 1 1
topics: [walk]
topics reset: true
tasks: walk
task status: RUNNING
updated: 7
restarted: true
restarted with tasks: true
task restarted: true
paused: true
resumed: true
stopped: true
plugins: [sink, source]
validated: 1
deleted: true
gone: Connector walk not found
methods: 23
never called: []
"""


@pytest.fixture
def url() -> Iterator[str]:
    """A worker on a thread of its own, that knows alice."""
    users = Password(f"alice:{hash_password('wonderland')}")
    worker = served(HttpConfig(rest_auth_users=users))
    with (
        anyio.from_thread.start_blocking_portal() as portal,
        portal.wrap_async_context_manager(worker) as url,
    ):
        yield url


@pytest.fixture
def lines(tmp_path: Path) -> str:
    (tmp_path / "lines.txt").write_text("one\ntwo\n")
    return str(tmp_path / "lines.txt")


@pytest.mark.kafka
@pytest.mark.slow
def test_the_java_client(require_kafka: None, url: str, lines: str, tmp_path: Path) -> None:
    classpath = f"{fetch_jars([JAVA_CLIENT])}/*"
    subprocess.run(["javac", "-cp", classpath, "-d", str(tmp_path), str(WALK)], check=True, timeout=100)
    command = ["java", "-XX:TieredStopAtLevel=1", "-cp", f"{tmp_path}:{classpath}", "Walk", url, lines]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert answer.stdout.splitlines() == UNDERSTOOD.splitlines(), answer.stderr


def test_the_python_client(url: str, lines: str) -> None:
    client = Noting(url, auth="alice:wonderland")
    config = {"connector.class": "FileStreamSource", "tasks.max": 1, "topic": "walk", "file": lines}
    assert client.get_cluster_info()["version"] == "4.1.0"
    assert client.create_connector({"name": "walk", "config": config})["type"] == "source"
    _until(lambda: client.get_connector_status("walk"), "RUNNING")
    assert client.list_connectors() == ["walk"]
    assert list(client.list_connectors(expand="status", pattern="w.*", state="RUNNING")) == ["walk"]
    assert client.list_connectors(expand="info")["walk"]["info"]["name"] == "walk"
    assert client.get_connector("walk")["tasks"] == [{"connector": "walk", "task": 0}]
    assert client.get_connector_config("walk")["tasks.max"] == "1"
    assert client.update_connector("walk", {**config, "batch.size": 7})["config"]["batch.size"] == "7"
    _eventually(
        lambda: [each["config"].get("batch.size") for each in client.list_connector_tasks("walk")],
        lambda found: found == ["7"],
    )
    _until(lambda: client.get_connector_status("walk"), "RUNNING")
    assert client.list_connector_tasks("walk")[0]["id"] == {"connector": "walk", "task": 0}
    _eventually(
        lambda: client.get_connector_task_status("walk", 0)["state"], lambda found: found == "RUNNING"
    )
    _operate(client)
    checked = client.validate_connector_config(
        "FileStreamSource", {**config, "name": "walk", "tasks.max": "0"}
    )
    assert checked["error_count"] == 1
    client.delete_connector("walk")
    with pytest.raises(HTTPError, match=re.escape("404")):
        client.get_connector("walk")
    client.create_connector({"name": "walk", "config": config})
    _operate_all(client)
    assert client.list_connectors() == []
    public = {name for name in vars(KafkaConnect) if not name.startswith("_")}
    assert len(public) >= 20
    assert public - client.called == set()


def _operate_all(client: KafkaConnect) -> None:
    _until(lambda: client.get_connector_status("walk"), "RUNNING")
    client.restart_all_connectors(include_tasks=True)
    _until(lambda: client.get_connector_status("walk"), "RUNNING")
    client.pause_all_connectors()
    _until(lambda: client.get_connector_status("walk"), "PAUSED")
    client.resume_all_connectors(pattern="w.*", state="PAUSED")
    _until(lambda: client.get_connector_status("walk"), "RUNNING")
    client.stop_all_connectors()
    _eventually(
        lambda: client.get_connector_status("walk")["connector"]["state"], lambda found: found == "STOPPED"
    )
    client.delete_all_connectors()


class Noting(KafkaConnect):
    """The client, which takes note of the methods that are called."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.called: set[str] = set()
        super().__init__(*arguments, **options)

    def __getattribute__(self, name: str) -> Any:
        if name in vars(KafkaConnect):
            self.called.add(name)
        return super().__getattribute__(name)


def _operate(client: KafkaConnect) -> None:
    client.restart_connector("walk")
    _until(lambda: client.get_connector_status("walk"), "RUNNING")
    assert client.restart_connector("walk", include_tasks=True)["connector"]["state"] == "RESTARTING"
    _until(lambda: client.get_connector_status("walk"), "RUNNING")
    client.restart_connector_task("walk", 0)
    _until(lambda: client.get_connector_status("walk"), "RUNNING")
    client.pause_connector("walk")
    _until(lambda: client.get_connector_status("walk"), "PAUSED")
    client.resume_connector("walk")
    _until(lambda: client.get_connector_status("walk"), "RUNNING")
    _eventually(lambda: client.list_connector_topics("walk"), lambda found: "walk" in found)
    client.reset_connector_topics("walk")
    client.stop_connector("walk")
    assert {each["type"] for each in client.list_connector_plugins()} == {"source", "sink"}


def _until(look: Callable[[], Any], state: str) -> None:
    """Wait until a connector and its task are in a state."""
    _eventually(
        look,
        lambda found: (
            [found["connector"]["state"], *(each["state"] for each in found["tasks"])] == [state] * 2
        ),
    )


def _eventually(look: Callable[[], Any], good: Callable[[Any], bool]) -> None:
    deadline = time.monotonic() + 30
    while not good(found := look()):
        assert time.monotonic() < deadline, found
        time.sleep(0.02)
