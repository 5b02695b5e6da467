"""Does a restart take the values that references stand for now?"""

import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import anyio
import attrs
import pytest

from connectsdk.errors import ConnectError
from connectsdk.record import SinkRecord, SourceRecord
from connectsdk.runtime import Plugins, Worker
from connectsdk.runtime.herder import Herder
from connectsdk.sink import SinkConnector, SinkTask
from connectsdk.source import SourceConnector, SourceTask
from connectsdk.transform import Transform
from connectsdk.transports.embedded import EmbeddedTransport
from tests.runtime.conftest import QUICK
from tests.runtime.leases import Leases
from tests.runtime.scripted import until

REFERENCE = "${l:p:k}"
SEEN: list[tuple[str, str]] = []


class RotatedTask(SourceTask[dict[str, Any]]):
    async def start(self, config: dict[str, Any]) -> None:
        SEEN.append((f"task {config.get('share', 0)}", config["password"]))

    async def poll(self) -> list[SourceRecord] | None:
        await anyio.sleep(0.01)
        return None


class RotatedSourceConnector(SourceConnector[dict[str, Any]]):
    task_class = RotatedTask

    async def start(self, config: dict[str, Any]) -> None:
        self.config = config
        SEEN.append(("connector", config["password"]))

    async def task_configs(self, max_tasks: int) -> list[dict[str, Any]]:
        return [{**self.config, "share": number} for number in range(max_tasks)]


class RotatedSinkTask(SinkTask[dict[str, Any]]):
    async def start(self, config: dict[str, Any]) -> None:
        SEEN.append(("sink task", config["password"]))

    async def put(self, records: Sequence[SinkRecord]) -> None:
        pass


class RotatedSinkConnector(SinkConnector[dict[str, Any]]):
    task_class = RotatedSinkTask


class Sealing(Transform[SourceRecord]):
    def configure(self, config: Mapping[str, Any]) -> None:
        SEEN.append(("transform", config["seal"]))

    def apply(self, record: SourceRecord) -> SourceRecord:
        return record


SOURCE = {
    "connector.class": "RotatedSource",
    "tasks.max": "2",
    "password": REFERENCE,
    "transforms": "seal",
    "transforms.seal.type": "Sealing",
    "transforms.seal.seal": REFERENCE,
}
SINK = {"connector.class": "RotatedSink", "topics": "t", "password": REFERENCE}


@attrs.define(eq=False)
class Rotated(Leases):
    """Gives a value until it is changed."""

    value: str = "old-value"

    def get(self, path: str, keys: Any) -> Any:
        return attrs.evolve(super().get(path, keys), values=dict.fromkeys(keys, self.value))


@pytest.fixture(autouse=True)
def _nothing_seen() -> None:
    SEEN.clear()


@pytest.fixture
def vault() -> Rotated:
    return Rotated()


@pytest.fixture(params=["loop", "thread"])
async def herder(request: pytest.FixtureRequest, vault: Rotated) -> AsyncIterator[Herder]:
    async with opened(vault, request.param) as herder:
        yield herder


@asynccontextmanager
async def opened(vault: Rotated, isolation: str, **more: str) -> AsyncIterator[Herder]:
    classes: tuple[Any, ...] = (RotatedSourceConnector, RotatedSinkConnector, Sealing)
    known = Plugins(classes=classes)
    properties = QUICK | vault.properties() | {"task.isolation": isolation} | more
    async with Worker(EmbeddedTransport(), properties, plugins=known) as worker, Herder(worker) as herder:
        yield herder


async def running(herder: Herder, name: str, tasks: int) -> None:
    def there() -> bool:
        status = herder.status(name)
        states = [status.state, *(task.state for task in status.tasks)]
        return states == ["RUNNING"] * (tasks + 1)

    await until(there)


async def rotated(herder: Herder, vault: Rotated, config: dict[str, str], tasks: int) -> None:
    """Start a connector, then change what its references stand for."""
    await herder.create("n", config)
    await running(herder, "n", tasks)
    assert {value for _, value in SEEN} == {"old-value"}
    vault.value = "new-value"
    SEEN.clear()


def seen(*names: str) -> set[tuple[str, str]]:
    return {each for each in SEEN if each[0] in names}


async def test_a_restarted_connector_takes_new_values_and_its_tasks_keep_theirs(
    herder: Herder, vault: Rotated
) -> None:
    await rotated(herder, vault, SOURCE, 2)
    await herder.restart("n")
    await until(lambda: ("connector", "new-value") in SEEN)
    await herder._flock.get("n").wait_until_settled()
    await running(herder, "n", 2)
    assert seen("task 0", "task 1") == set()


async def test_connector_and_tasks_restarted_take_new_values(herder: Herder, vault: Rotated) -> None:
    await rotated(herder, vault, SOURCE, 2)
    await herder.restart("n", include_tasks=True)
    await until(lambda: len(seen("connector", "task 0", "task 1")) == 3)
    await running(herder, "n", 2)
    assert {value for _, value in SEEN} == {"new-value"}
    assert vault.asked <= 6  # one reading serves the tasks that ask at the same time


@pytest.mark.parametrize("before", ["nothing", "connector"])
async def test_a_restarted_task_takes_new_values_alone(herder: Herder, vault: Rotated, before: str) -> None:
    await rotated(herder, vault, SOURCE, 2)
    if before == "connector":
        await herder.restart("n")
        await until(lambda: ("connector", "new-value") in SEEN)
        vault.value = "newer-value"
        SEEN.clear()
    await herder.restart_task("n", 1)
    await until(lambda: ("task 1", vault.value) in SEEN)
    await running(herder, "n", 2)
    assert seen("connector", "task 0") == set()
    assert ("transform", vault.value) in SEEN
    assert [each.config["password"] for each in herder.tasks("n")] == [REFERENCE] * 2


async def test_a_restarted_sink_task_takes_new_values(herder: Herder, vault: Rotated) -> None:
    await rotated(herder, vault, SINK, 1)
    await herder.restart_task("n", 0)
    await until(lambda: ("sink task", "new-value") in SEEN)
    await running(herder, "n", 1)
    assert herder.tasks("n")[0].config["password"] == REFERENCE


async def test_the_same_configuration_again_starts_the_connector_with_new_values(
    herder: Herder, vault: Rotated
) -> None:
    await rotated(herder, vault, SOURCE, 2)
    await herder.put_config("n", SOURCE)
    await until(lambda: ("connector", "new-value") in SEEN)
    await running(herder, "n", 2)
    assert seen("task 0", "task 1") == set()


async def test_a_failed_task_gets_the_new_value_by_itself(vault: Rotated, monkeypatch: Any) -> None:
    async def poll(_: RotatedTask) -> None:
        await anyio.sleep(0.001)
        if SEEN[-1][1] == "old-value":
            vault.value = "new-value"
            raise ConnectError("the password has expired")

    monkeypatch.setattr(RotatedTask, "poll", poll)
    async with opened(vault, "loop") as herder:
        await herder.create("n", {**SOURCE, "tasks.max": "1"})
        await until(lambda: ("task 0", "new-value") in SEEN)
        await running(herder, "n", 1)


async def test_tasks_run_on_while_the_provider_does_not_answer_a_restarted_connector(
    herder: Herder, vault: Rotated
) -> None:
    def refuse() -> None:
        raise RuntimeError("canary-of-the-provider")

    await rotated(herder, vault, SOURCE, 2)
    vault.behave = refuse
    for _ in range(2):
        await herder.restart("n")
        await herder._flock.get("n").wait_until_settled()
        status = herder.status("n")
        assert status.state == "FAILED"
        assert "config provider l" in str(status.trace)
        assert "canary" not in str(status.trace)
        assert [task.state for task in status.tasks] == ["RUNNING", "RUNNING"]
    vault.behave = lambda: None
    await herder.restart("n")
    await running(herder, "n", 2)
    assert ("connector", "new-value") in SEEN


@pytest.mark.parametrize("attempts", ["0", "1000"])
async def test_a_task_without_an_answer_waits_for_one_as_after_other_failures(
    vault: Rotated, attempts: str
) -> None:
    def refuse() -> None:
        raise RuntimeError("canary-of-the-provider")

    async with opened(vault, "thread", **{"errors.restart.max": attempts}) as herder:
        await rotated(herder, vault, SOURCE, 2)
        vault.behave = refuse
        await herder.restart_task("n", 1)
        wanted = "FAILED" if attempts == "0" else "RESTARTING"
        await until(lambda: herder.status("n").tasks[1].state == wanted)
        asked = vault.asked
        assert herder.status("n").tasks[0].state == "RUNNING"
        if attempts != "0":
            await until(lambda: vault.asked > asked)
        vault.behave = lambda: None
        if attempts == "0":
            assert "config provider l" in str(herder.status("n").tasks[1].trace)
            await herder.restart_task("n", 1)
        await running(herder, "n", 2)
        assert ("task 1", "new-value") in SEEN


async def test_a_key_that_had_no_value_yet_gets_one(vault: Rotated, monkeypatch: Any) -> None:
    answers: list[dict[str, str]] = [{}]
    monkeypatch.setattr(
        Rotated, "get", lambda _, path, keys: attrs.evolve(Leases.get(vault, path, keys), values=answers[-1])
    )
    async with opened(vault, "loop") as herder:
        await herder.create("n", {**SOURCE, "tasks.max": "1"})
        await running(herder, "n", 1)
        assert ("task 0", REFERENCE) in SEEN
        answers.append({"k": "come-later"})
        await herder.restart_task("n", 0)
        await until(lambda: ("task 0", "come-later") in SEEN)
        assert herder.tasks("n")[0].config["password"] == REFERENCE


async def test_a_stop_does_not_wait_for_a_provider_that_is_asked_again(vault: Rotated) -> None:
    held, let_go = threading.Event(), threading.Event()

    def hang() -> None:
        held.set()
        let_go.wait(20)

    async with opened(vault, "thread") as herder:
        await rotated(herder, vault, SOURCE, 2)
        vault.behave = hang
        await herder.restart_task("n", 1)
        await until(held.is_set)
        with anyio.fail_after(5):
            await herder.stop("n")
            await until(lambda: herder.status("n").state == "STOPPED" and not herder.status("n").tasks)
        let_go.set()
