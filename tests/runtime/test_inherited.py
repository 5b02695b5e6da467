"""What a plugin inherits from the SDK wakes no thread, and what it brings along is called."""

import threading
from collections.abc import Sequence
from typing import Any

import pytest

from connectsdk import SinkConnector, SinkRecord, SinkTask, SourceConnector, SourceRecord, SourceTask
from connectsdk.runtime import Worker
from connectsdk.runtime._calls.inherited import inherited
from connectsdk.transports.embedded import EmbeddedTransport


class QuietTask(SourceTask[dict[str, str]]):
    """Has no records."""

    async def poll(self) -> Sequence[SourceRecord] | None:
        return None


class Quiet(SourceConnector[dict[str, str]]):
    """Has nothing to say."""

    task_class = QuietTask


class TellingTask(SinkTask[dict[str, str]]):
    """Says what it is called for."""

    calls: list[str]

    async def start(self, config: dict[str, str]) -> None:
        self.calls.append("task start")

    async def open(self, partitions: Any) -> None:
        self.calls.append("open")

    async def put(self, records: Sequence[SinkRecord]) -> None:
        pass

    async def close(self, partitions: Any) -> None:
        self.calls.append("close")

    async def stop(self) -> None:
        self.calls.append("task stop")


class Telling(SinkConnector[dict[str, str]]):
    """Says what it is called for."""

    task_class = TellingTask
    calls: list[str]

    async def start(self, config: dict[str, str]) -> None:
        self.calls.append("start")

    async def stop(self) -> None:
        self.calls.append("stop")


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whose threads began."""
    names: list[str] = []
    start = threading.Thread.start

    def noted(thread: threading.Thread) -> None:
        if thread.name.startswith("connector ") and ": " not in thread.name:
            names.append(thread.name)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", noted)
    return names


async def test_a_connector_that_does_nothing_when_it_is_stopped_needs_no_thread_for_it(
    begun: list[str],
) -> None:
    async with Worker(EmbeddedTransport(), {"task.isolation": "thread"}) as worker:
        await worker.start_connector("quiet", {"connector.class": Quiet})
        await worker.wait_until_idle(0.05)
        assert begun == ["connector quiet", "connector quiet task 0"]
        begun.clear()
        await worker.restart_connector("quiet")
        await worker.restart_task("quiet", 0)
        await worker.wait_until_idle(0.05)
        assert begun == ["connector quiet", "connector quiet task 0"]
        begun.clear()
        await worker.stop_connector("quiet")
        assert begun == []


@pytest.mark.parametrize("isolation", ["thread", "loop"])
async def test_what_a_plugin_brings_along_is_called(isolation: str) -> None:
    Telling.calls = TellingTask.calls = calls = list[str]()
    async with Worker(EmbeddedTransport(), {"task.isolation": isolation}) as worker:
        await worker.start_connector("telling", {"connector.class": Telling, "topics": "t"})
        await worker.wait_until_idle(0.05)
        await worker.stop_connector("telling")
    assert calls == ["start", "task start", "open", "close", "task stop", "stop"]


def test_methods_of_instances_are_their_own() -> None:
    connector = Quiet()
    assert inherited(connector.start)
    connector.start = Telling().start  # type: ignore[method-assign]
    assert not inherited(connector.start)
    assert not inherited(lambda: None)
