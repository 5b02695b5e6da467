"""What is a request that takes too long told?"""

import re
from collections.abc import AsyncIterator, Callable
from typing import Any

import anyio
import httpx
import pytest

from connectsdk import ConfigValue, EmbeddedTransport, SourceConnector, SourceTask
from connectsdk.http import HttpConfig, app, serve
from connectsdk.runtime import Worker
from connectsdk.runtime._parts.plugins import Plugins
from connectsdk.runtime.herder import Herder
from tests.http.conftest import until

pytestmark = pytest.mark.slow
INSTANT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z"
QUICK = HttpConfig(rest_request_timeout_ms=1_500)


class Task(SourceTask[dict[str, Any]]):
    async def poll(self) -> None:
        await anyio.sleep_forever()


class Hanging(SourceConnector[dict[str, Any]]):
    """Awaits for ever where its properties say so."""

    task_class = Task

    async def _at(self, point: str, config: Any) -> None:
        if config.get("hang") == point:
            await anyio.sleep_forever()

    async def validate(self, config: dict[str, Any]) -> list[ConfigValue]:
        await self._at("validate", config)
        return []

    async def alter_offsets(self, config: Any, offsets: Any) -> bool:
        await self._at("alter_offsets", config)
        return True

    async def stop(self) -> None:
        await self._at("stop", self.context.config)


@pytest.fixture
async def herder() -> AsyncIterator[Herder]:
    worker = Worker(
        EmbeddedTransport(),
        {"task.isolation": "loop", "task.shutdown.graceful.timeout.ms": "6000"},
        plugins=Plugins(classes=(Hanging,)),
    )
    async with worker, Herder(worker) as herder:
        yield herder


@pytest.fixture
def connect(herder: Herder) -> Callable[[HttpConfig], httpx.AsyncClient]:
    def make(config: HttpConfig) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app(herder, config)), base_url="http://localhost"
        )

    return make


def _config(hang: str) -> dict[str, str]:
    return {"connector.class": "Hanging", "hang": hang}


async def _create(client: httpx.AsyncClient, hang: str, state: str = "RUNNING") -> None:
    body = {"name": "a", "config": _config(hang), "initial_state": state}
    assert (await client.post("/connectors", json=body)).status_code == 201
    await until(client, "a", state)


def _check(answer: httpx.Response, stage: str) -> None:
    assert answer.status_code == 500
    assert answer.json()["error_code"] == 500
    told = rf"Request timed out\. The worker is currently {stage}, which began at {INSTANT}\."
    assert re.fullmatch(told, answer.json()["message"])


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "/connectors/a/config"), ("PUT", "/connector-plugins/Hanging/config/validate")],
)
async def test_a_validation_that_takes_too_long(connect: Any, method: str, path: str) -> None:
    answer = await connect(QUICK).request(method, path, json=_config("validate"))
    _check(answer, "performing multi-property validation for the connector")


async def test_offsets_whose_change_takes_too_long(connect: Any) -> None:
    await _create(connect(HttpConfig()), "alter_offsets", "STOPPED")
    answer = await connect(QUICK).delete("/connectors/a/offsets")
    _check(answer, r"waiting for connector a: Hanging\.alter_offsets")


async def test_a_connector_that_takes_too_long_to_end_and_whoever_comes_after(connect: Any) -> None:
    await _create(connect(HttpConfig()), "stop")
    _check(await connect(QUICK).delete("/connectors/a"), "stopping connector a")
    again = await connect(QUICK).put("/connectors/a/config", json=_config("nowhere"))
    _check(again, "waiting for an earlier change of connector a")


async def test_what_is_done_already_is_told_as_done(
    connect: Any, herder: Herder, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = herder.create

    async def and_then_hang(*arguments: Any) -> None:
        await create(*arguments)
        await anyio.sleep_forever()

    monkeypatch.setattr(herder, "create", and_then_hang)
    answer = await connect(QUICK).post("/connectors", json={"name": "a", "config": _config("nowhere")})
    assert re.fullmatch(
        rf"Request timed out\. The last operation the worker completed was writing a config for connector a, "
        rf"which began at {INSTANT} and completed at {INSTANT}\.",
        answer.json()["message"],
    )


@pytest.mark.timeout(60)
async def test_leaving_waits_for_no_look_at_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectsdk.http._serving.TICK", 3_600.0)
    where = HttpConfig(listeners=("http://127.0.0.1:0",))
    async with (
        Worker(EmbeddedTransport()) as worker,
        Herder(worker) as herder,
        serve(herder, where) as served,
        httpx.AsyncClient(base_url=served.url) as client,
    ):
        assert (await client.get("/")).status_code == 200
