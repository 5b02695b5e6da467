"""Does the page manage a real worker?"""

import asyncio
import re
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectsdk import EmbeddedTransport, SinkConnector, SinkRecord, SinkTask
from connectsdk.http import HttpConfig, serve
from connectsdk.runtime import Worker
from connectsdk.runtime._parts.plugins import Plugins
from connectsdk.runtime.herder import Herder
from tests.http.ui.conftest import Visiting, playwright, until

HANGS_FOR = 60.0


class HangsTask(SinkTask[dict[str, Any]]):
    async def put(self, records: Sequence[SinkRecord]) -> None:
        if records:
            time.sleep(HANGS_FOR)  # noqa: ASYNC251 - this is what is tested


class Hangs(SinkConnector[dict[str, Any]]):
    """Never comes back from its first batch, as far as this test is concerned."""

    task_class = HangsTask


pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]
expect = playwright.expect
QUICK = {"task.shutdown.graceful.timeout.ms": "500"}


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a worker that runs in a thread."""
    urls: list[str] = []
    ready, leave = threading.Event(), threading.Event()

    async def run() -> None:
        config = HttpConfig(listeners=("http://127.0.0.1:0",))
        async with (
            Worker(EmbeddedTransport(), QUICK, plugins=Plugins(classes=(Hangs,))) as worker,
            Herder(worker) as herder,
            serve(herder, config) as it,
        ):
            urls.append(it.url)
            ready.set()
            await asyncio.to_thread(leave.wait)

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    assert ready.wait(30)
    folder = tmp_path_factory.mktemp("files")
    with httpx.Client(base_url=urls[0]) as client:
        _create(client, "lines", _source(folder))
        _create(client, "broken", _broken(folder))
        yield client
    leave.set()
    thread.join(30)
    assert not thread.is_alive()


def _create(client: httpx.Client, name: str, config: dict[str, str]) -> None:
    answer = client.post("/connectors", json={"name": name, "config": config})
    assert answer.status_code == 201, answer.text


def _source(folder: Path) -> dict[str, str]:
    (folder / "lines.txt").write_text("one\ntwo\nthree\n")
    return {"connector.class": "FileStreamSource", "topic": "lines", "file": str(folder / "lines.txt"), "value.converter": "StringConverter", "a.password": "hunter2"}  # fmt: skip


def _hanging() -> dict[str, str]:
    return {"connector.class": "Hangs", "topics": "lines", "value.converter": "StringConverter", "task.isolation": "thread"}  # fmt: skip


def _with_dead_letters(folder: Path) -> dict[str, str]:
    return {**_broken(folder), "errors.tolerance": "all", "errors.deadletterqueue.topic.name": "letters"}


def _broken(folder: Path) -> dict[str, str]:
    """Return a sink that reads JSON from a topic where there is none."""
    return {"connector.class": "FileStreamSink", "topics": "lines", "file": str(folder / "out.txt"), "value.converter": "JsonConverter", "errors.restart.max": "0"}  # fmt: skip


def _state(client: httpx.Client, name: str) -> Any:
    return client.get(f"/connectors/{name}/status").json()["connector"]["state"]


def test_it_shows_connectors_as_they_come(visit: Visiting, worker: httpx.Client, tmp_path: Path) -> None:
    visited = visit(str(worker.base_url).rstrip("/"))
    visited.open()
    expect(visited.row("lines")).to_contain_text("Running")
    _create(worker, "later", _source(tmp_path))
    expect(visited.row("later")).to_contain_text("Running")
    worker.delete("/connectors/later")
    expect(visited.row("later")).to_be_hidden()
    assert visited.complaints == []


def test_it_pauses_resumes_restarts_and_stops(visit: Visiting, worker: httpx.Client) -> None:
    visited = visit(str(worker.base_url).rstrip("/"))
    page = visited.open()
    row = visited.row("lines")
    for button, shown, state in (
        ("Pause", "Paused", "PAUSED"),
        ("Resume", "Running", "RUNNING"),
        ("Restart", "Running", "RUNNING"),
        ("Stop", "Stopped", "STOPPED"),
        ("Resume", "Running", "RUNNING"),
    ):
        row.get_by_text(button, exact=True).click()
        page.locator("#confirm-yes").click()
        expect(page.get_by_role("dialog")).to_be_hidden()
        expect(row).to_contain_text(shown)
        until(
            lambda expected=state: _state(worker, "lines") == expected
        )  # a restart is answered before it is done
    assert visited.complaints == []


def test_it_shows_why_a_task_failed_and_restarts_it(visit: Visiting, worker: httpx.Client) -> None:
    visited = visit(str(worker.base_url).rstrip("/"))
    page = visited.open()
    expect(visited.row("broken")).to_contain_text("Failed")
    why = page.locator("[data-key='why broken']")
    why.locator("summary").click()
    expect(why.locator("pre")).to_contain_text(
        "VALUE_CONVERTER failed in connectsdk.converters.json.JsonConverter"
    )
    visited.row("broken").get_by_text("Restart failed").click()
    page.locator("#confirm-yes").click()
    expect(page.locator("#toast")).to_contain_text("broken")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert visited.complaints == []


def test_it_shows_what_hangs_what_is_dead_lettered_and_what_was_left_behind(
    visit: Visiting, worker: httpx.Client, tmp_path: Path
) -> None:
    visited = visit(str(worker.base_url).rstrip("/"))
    _create(worker, "hangs", _hanging())
    _create(worker, "letters", _with_dead_letters(tmp_path))
    page = visited.open()
    expect(visited.row("letters").locator(".warn")).to_have_text(re.compile("[3-9]"))
    page.goto(visited.address + "#/connectors/hangs")
    expect(page.locator(".tile").filter(has_text="In flight")).to_contain_text(re.compile("[1-9]"))
    worker.put("/connectors/hangs/stop")
    expect(page.get_by_role("heading", name="hangs").locator("..")).to_contain_text("Stopped")
    page.goto(visited.address)
    page.reload()  # the worker itself is asked for less often
    expect(page.get_by_role("list", name="Notices")).to_contain_text("1 call of plugin code did not end")
    for name in ("hangs", "letters"):
        worker.delete(f"/connectors/{name}")
    assert visited.complaints == []


def test_it_shows_records_configuration_offsets_and_topics(visit: Visiting, worker: httpx.Client) -> None:
    visited = visit(str(worker.base_url).rstrip("/"))
    page = visited.open("#/connectors/lines")
    with Path(worker.get("/connectors/lines/config").json()["file"]).open("a") as lines:
        lines.write("four\n")
    expect(page.locator(".tile").filter(has_text="Delivered")).to_contain_text(re.compile("[1-9]"))
    page.reload()  # offsets and topics are asked for less often
    expect(page.locator(".topics")).to_contain_text("lines")
    expect(page.locator("#h-offsets + table")).to_contain_text("position=")
    expect(page.locator(".pairs")).to_contain_text("FileStreamSource")
    assert "hunter2" not in page.content()
    page.goto(visited.address + "#/plugins")
    expect(page.locator(".plugins").first).to_contain_text("FileStreamSource")
    assert visited.complaints == []
