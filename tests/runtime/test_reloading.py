"""Is a connector restarted when values from config providers expire?"""

import logging
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import pytest

from connectsdk._core import reload_schedule
from connectsdk.record import SourceRecord
from connectsdk.runtime import Plugins, Worker
from connectsdk.runtime.herder import FileDesiredState, Herder
from connectsdk.source import SourceConnector, SourceTask
from connectsdk.transports.embedded import EmbeddedTransport
from tests.runtime.conftest import QUICK
from tests.runtime.leases import Leases
from tests.runtime.scripted import until

SOON = 0.05
STARTS: list[tuple[str, str]] = []


class LeasedTask(SourceTask[dict[str, Any]]):
    async def start(self, config: dict[str, Any]) -> None:
        STARTS.append((config["name"], config["password"]))

    async def poll(self) -> list[SourceRecord] | None:
        await anyio.sleep(0.01)
        return None


class LeasedSourceConnector(SourceConnector[dict[str, Any]]):
    task_class = LeasedTask


CONFIG = {"connector.class": "LeasedSource", "password": "${l:p:k}"}


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reload_schedule, "SHORTEST", SOON)
    STARTS.clear()


@asynccontextmanager
async def herding(leases: Leases, path: Any) -> AsyncIterator[Herder]:
    plugins = Plugins(classes=(LeasedSourceConnector,))
    worker = Worker(EmbeddedTransport(), QUICK | leases.properties(), plugins=plugins)
    async with worker, Herder(worker, FileDesiredState(path / "desired.json")) as herder:
        yield herder


def started(name: str = "n") -> list[str]:
    return [value for connector, value in STARTS if connector == name]


async def test_a_connector_gets_new_values_when_the_old_ones_expire(
    tmp_path: Any, caplog: pytest.LogCaptureFixture
) -> None:
    leases = Leases(ttl=0.1)
    with caplog.at_level(logging.INFO, "connectsdk.herder"):
        async with herding(leases, tmp_path) as herder:
            await herder.create("n", CONFIG)
            await until(lambda: len(started()) >= 3)
            assert len(set(started())) == len(started())
            assert dict(herder.info("n").config) == {**CONFIG, "name": "n"}
    assert any("connector n: it is restarted with new values" in each for each in caplog.messages)
    assert leases.closed


@pytest.mark.parametrize("ttl", [0, -1, -math.inf, math.nan, 1e-9])
async def test_hostile_times_to_live_are_no_storm(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, ttl: float
) -> None:
    monkeypatch.setattr(reload_schedule, "SHORTEST", 3600.0)
    leases = Leases(ttl=ttl)
    async with herding(leases, tmp_path) as herder:
        await herder.create("n", CONFIG)
        await until(lambda: len(started()) == 1)
        wait = herder._flock.get("n")._reloading.wait
        assert wait is not None
        assert wait > 3500


@pytest.mark.parametrize("ttl", [1e300, math.inf, 10**400, None])
async def test_for_ever_is_for_ever(tmp_path: Any, ttl: Any) -> None:
    async with herding(Leases(ttl=ttl), tmp_path) as herder:
        await herder.create("n", CONFIG)
        await until(lambda: len(started()) == 1)
        assert herder._flock.get("n")._reloading.wait is None


@pytest.mark.parametrize("change", ["stop", "delete", "none", "other"])
async def test_what_ends_the_validity_s_meaning_cancels_the_restart(tmp_path: Any, change: str) -> None:
    leases = Leases(ttl=3600.0)
    async with herding(leases, tmp_path) as herder:
        await herder.create("n", CONFIG)
        await until(lambda: len(started()) == 1)
        managed = herder._flock.get("n")
        assert managed._reloading.wait is not None
        if change == "stop":
            await herder.stop("n")
        elif change == "delete":
            await herder.delete("n")
        elif change == "none":
            await herder.put_config("n", {**CONFIG, "config.action.reload": "none"})
        else:
            await herder.put_config("n", {**CONFIG, "password": "written"})
        await until(lambda: managed.settled and managed._reloading.wait is None)


async def test_a_new_configuration_replaces_the_restart(tmp_path: Any) -> None:
    leases = Leases(ttl=3600.0)
    async with herding(leases, tmp_path) as herder:
        await herder.create("n", CONFIG)
        await until(lambda: len(started()) == 1)
        leases.ttl = 7200.0
        await herder.put_config("n", {**CONFIG, "more": "x"})
        await until(lambda: len(started()) == 2)
        assert 7100 < (herder._flock.get("n")._reloading.wait or 0) <= 7200


async def test_a_connector_runs_on_while_its_provider_does_not_answer(
    tmp_path: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse() -> None:
        raise RuntimeError("canary-of-the-provider")

    leases = Leases(ttl=0.1)
    async with herding(leases, tmp_path) as herder:
        await herder.create("n", CONFIG)
        await until(lambda: len(started()) == 1)
        leases.behave = refuse
        before, asked = len(started()), leases.asked
        await until(lambda: leases.asked >= asked + 2)
        assert herder.status("n").state == "RUNNING"
        assert len(started()) == before
        leases.behave = lambda: None
        await until(lambda: len(started()) > before)
    assert "it runs on with the values that it has" in caplog.text
    assert "canary" not in caplog.text


async def test_a_paused_connector_is_paused_with_new_values(tmp_path: Any) -> None:
    leases = Leases(ttl=0.1)
    async with herding(leases, tmp_path) as herder:
        await herder.create("n", CONFIG, "PAUSED")
        await until(lambda: leases.asked > 6)
        assert herder.status("n").state in {"PAUSED", "UNASSIGNED"}
        assert started() == []
