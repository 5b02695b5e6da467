"""Does plugin code that never returns hold up REST when it is asked for what only operators ask for?

A plugin's `validate`, `alter_offsets`, `version`, and the making of its configuration, beside what `test_herder_hangs` has.
"""

import re
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import anyio
import attrs
import httpx
import pytest

from connectsdk import ConfigValue, EmbeddedTransport, SinkConnector, SinkTask, SourceConnector, SourceTask
from connectsdk.config import config, option
from connectsdk.http import HttpConfig, app
from connectsdk.runtime import Worker
from connectsdk.runtime._checking import operated_plugins
from connectsdk.runtime._parts.plugins import Plugins
from connectsdk.runtime._settings import TaskSettings
from connectsdk.runtime._worker import blueprint
from connectsdk.runtime.herder import Herder
from tests.http.conftest import until

READ_WITHIN = 2.0
STUCK = 20.0
POINTS = ("version", "config", "validate", "alter_offsets")
READS = (
    "/",
    "/health",
    "/worker",
    "/metrics",
    "/connectors?expand=info&expand=status&expand=facts",
    "/connectors/fine",
    "/connectors/fine/explain",
    "/connectors/fine/offsets",
    "/connector-plugins",
    "/admin/loggers",
)


@attrs.define
class Trap:
    """What is blocked, from the moment that it is set."""

    point: str | None = None
    reached: int = 0

    def at(self, point: str) -> None:
        if point == self.point:
            self.reached += 1
            time.sleep(STUCK)


@attrs.define
class Slow:
    """An attribute of a class that is computed, and may never be."""

    trap: Trap
    point: str
    value: Any

    def __get__(self, instance: object, owner: type) -> Any:
        self.trap.at(self.point)
        return self.value


def connectors(trap: Trap) -> tuple[type, type]:
    """Return a source and a sink that block where the trap is set."""

    class FineTask(SourceTask[dict[str, Any]]):
        async def poll(self) -> None:
            await anyio.sleep(0.01)

    class Fine(SourceConnector[dict[str, Any]]):
        task_class = FineTask

    class StuckTask(SinkTask[dict[str, Any]]):
        async def put(self, records: Any) -> None:
            return

    @config
    class Settings:
        limit: int = option(default=1, doc="A number.")

        def __attrs_post_init__(self) -> None:
            trap.at("config")

    class Stuck(SinkConnector[Settings]):
        task_class = StuckTask
        version = Slow(trap, "version", "1.0")

        async def validate(self, config: Settings) -> list[ConfigValue]:
            trap.at("validate")
            return []

        async def alter_offsets(self, config: Any, offsets: Any) -> bool:
            trap.at("alter_offsets")
            return True

    for made in (Fine, Stuck):
        made.__qualname__ = made.__name__
    return Fine, Stuck


@pytest.fixture
def trap() -> Trap:
    return Trap()


@pytest.fixture
async def client(trap: Trap, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    soon = TaskSettings(isolation="thread", start_timeout=1.0, graceful=0.5)
    monkeypatch.setattr(operated_plugins, "VALIDATION", soon)
    monkeypatch.setattr(blueprint, "task_settings", lambda *_: soon)
    properties = {"task.isolation": "thread", "task.shutdown.graceful.timeout.ms": "300"}
    worker = Worker(EmbeddedTransport(), properties, plugins=Plugins(classes=connectors(trap)))
    begun = 0.0
    async with worker:
        async with Herder(worker) as herder:
            transport = httpx.ASGITransport(app(herder, HttpConfig()))
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
                await client.put("/connectors/fine/config", json={"connector.class": "Fine", "topic": "t"})
                await until(client, "fine", "RUNNING")
                yield client
                await client.get("/connectors/fine/status")
        begun = time.monotonic()
    assert time.monotonic() - begun < STUCK / 2  # and nothing of it holds up the end


Asked = Callable[[httpx.AsyncClient], Coroutine[Any, Any, httpx.Response]]
CONFIG = {"connector.class": "Stuck", "topics": "t"}
OFFSETS = {"offsets": [{"partition": {"kafka_topic": "t", "kafka_partition": 0}, "offset": None}]}
ASKED: dict[str, tuple[str, str, Any]] = {
    "validate": ("PUT", "/connector-plugins/Stuck/config/validate", CONFIG),
    "create": ("PUT", "/connectors/new/config", CONFIG),
    "update": ("PUT", "/connectors/stuck/config", {**CONFIG, "tasks.max": "2"}),
    "patch": ("PATCH", "/connectors/stuck/config", {"tasks.max": "2"}),
    "keys": ("GET", "/connector-plugins/Stuck/config", None),
    "alter": ("PATCH", "/connectors/stuck/offsets", OFFSETS),
    "reset": ("DELETE", "/connectors/stuck/offsets", None),
}
WHERE = {
    "version": ("validate", "create", "update", "patch", "keys"),
    "config": ("validate", "create", "update", "patch"),
    "validate": ("validate", "create", "update", "patch"),
    "alter_offsets": ("alter", "reset"),
}


@pytest.mark.slow
@pytest.mark.parametrize(("point", "asked"), [(point, asked) for point in POINTS for asked in WHERE[point]])
async def test_what_never_returns_holds_up_nobody_else(
    client: httpx.AsyncClient, trap: Trap, point: str, asked: str, caplog: pytest.LogCaptureFixture
) -> None:
    body = {"name": "stuck", "config": CONFIG, "initial_state": "STOPPED"}
    assert (await client.post("/connectors", json=body)).status_code == 201
    await until(client, "stuck", "STOPPED")
    trap.point = point
    method, path, content = ASKED[asked]
    answers: list[httpx.Response] = []

    async def ask() -> None:
        answers.append(await client.request(method, path, json=content))

    async with anyio.create_task_group() as group:
        group.start_soon(ask)
        with anyio.fail_after(15):
            while not trap.reached:  # noqa: ASYNC110 - it is reached on a thread
                await anyio.sleep(0.005)
        for read in READS:
            begun = time.monotonic()
            answer = await client.get(read)
            assert answer.status_code == 200, answer.text
            assert time.monotonic() - begun < READ_WITHIN, read
    assert answers[0].status_code in {400, 500}
    assert "did not return within" in answers[0].json()["message"]
    trap.point = None
    await _is_visible(client, caplog)
    assert (await client.delete("/connectors/stuck")).status_code == 204
    assert (await client.put("/connectors/fine/pause")).status_code == 202
    await until(client, "fine", "PAUSED")


async def _is_visible(client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    """Make sure that the call is counted and told: by REST, in the metrics, and in the log."""
    assert (await client.get("/worker")).json()["abandoned"] == 1
    assert re.search(
        r"^connectsdk_abandoned_total(\{.*\})? 1(\.0)?$", (await client.get("/metrics")).text, re.MULTILINE
    )
    assert "its thread is left behind" in caplog.text
