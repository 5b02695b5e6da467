"""A worker with a herder, and a client of its REST API that needs no port."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from connectsdk import EmbeddedTransport
from connectsdk.http import HttpConfig, app
from connectsdk.runtime import Worker
from connectsdk.runtime.herder import Herder

Connect = Callable[..., httpx.AsyncClient]


@pytest.fixture
async def herder() -> AsyncIterator[Herder]:
    async with Worker(EmbeddedTransport()) as worker, Herder(worker) as herder:
        yield herder


@pytest.fixture
async def connect(herder: Herder) -> AsyncIterator[Connect]:
    """Returns clients of the REST API with this configuration."""
    opened: list[httpx.AsyncClient] = []

    def make(config: HttpConfig | None = None, **options: Any) -> httpx.AsyncClient:
        authorise = options.pop("authorise", None)
        transport = httpx.ASGITransport(app(herder, config, authorise=authorise))
        client = httpx.AsyncClient(**{"transport": transport, "base_url": "http://localhost:8083", **options})
        opened.append(client)
        return client

    yield make
    for client in opened:
        await client.aclose()


@pytest.fixture
def client(connect: Connect) -> httpx.AsyncClient:
    return connect()


@pytest.fixture
def source(tmp_path: Path) -> dict[str, str]:
    """The properties of a source of two lines."""
    lines = tmp_path / "lines.txt"
    lines.write_text("one\ntwo\n")
    return {"connector.class": "FileStreamSource", "tasks.max": "1", "topic": "lines", "file": str(lines)}


@pytest.fixture
async def orders(client: httpx.AsyncClient, source: dict[str, str]) -> dict[str, str]:
    """A running source of the name orders; its properties."""
    answer = await client.post("/connectors", json={"name": "orders", "config": source})
    assert answer.status_code == 201, answer.text
    await until(client, "orders", "RUNNING")
    return {**source, "name": "orders"}


async def until(client: httpx.AsyncClient, name: str, state: str, tasks: int = 1) -> dict[str, Any]:
    """Wait for a state of a connector and of all its tasks; return the status."""

    async def look() -> dict[str, Any]:
        answer = await client.get(f"/connectors/{name}/status")
        found: dict[str, Any] = answer.json()
        return found

    def reached(found: dict[str, Any]) -> bool:
        states = [
            found.get("connector", {}).get("state"),
            *(task["state"] for task in found.get("tasks", ())),
        ]
        expected = 0 if state == "STOPPED" else tasks
        return set(states) == {state} and len(states) == 1 + expected

    return await eventually(look, reached)


async def eventually(look: Callable[[], Awaitable[Any]], good: Callable[[Any], bool]) -> Any:
    """Look until it is good; return it."""
    with anyio.move_on_after(30):
        while True:
            found = await look()
            if good(found):
                return found
            await anyio.sleep(0.01)
    pytest.fail(f"not reached in time: {found}")
