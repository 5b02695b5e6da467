"""A worker that is killed during any REST request that writes leaves the old state or the new one."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import anyio
import pytest

from connectsdk.http._routes.table import ROUTES
from connectsdk.runtime._crash_points import StorePoint
from tests.http.rest_nursery import Request, operated

ROOT = Path(__file__).parents[2]
CLASS = {"connector.class": "FileStreamSource", "topic": "t", "file": "not-there.txt"}
PLACE = {"filename": "not-there.txt"}
BEFORE: list[Request] = [
    ("POST", "/connectors", {"name": "one", "config": CLASS}),
    ("POST", "/connectors", {"name": "paused", "config": CLASS, "initial_state": "PAUSED"}),
    ("POST", "/connectors", {"name": "off", "config": CLASS, "initial_state": "STOPPED"}),
    ("PATCH", "/connectors/off/offsets", {"offsets": [{"partition": PLACE, "offset": {"position": 7}}]}),
]
CONFIG = "/connectors/{connector}/config"
WRITES: dict[str, Request] = {
    "POST /connectors": ("POST", "/connectors", {"name": "new", "config": CLASS}),
    "DELETE /connectors/{connector}": ("DELETE", "/connectors/one", None),
    f"PUT {CONFIG}": ("PUT", "/connectors/one/config", {**CLASS, "tasks.max": "2"}),
    f"PATCH {CONFIG}": ("PATCH", "/connectors/one/config", {"topic": "other"}),
    "PUT /connectors/{connector}/pause": ("PUT", "/connectors/one/pause", None),
    "PUT /connectors/{connector}/resume": ("PUT", "/connectors/paused/resume", None),
    "PUT /connectors/{connector}/stop": ("PUT", "/connectors/one/stop", None),
    "PATCH /connectors/{connector}/offsets": (
        "PATCH",
        "/connectors/off/offsets",
        {"offsets": [{"partition": PLACE, "offset": {"position": 9}}]},
    ),
    "DELETE /connectors/{connector}/offsets": ("DELETE", "/connectors/off/offsets", None),
}
STORES_NOTHING = {
    "POST /connectors/{connector}/restart",
    "POST /connectors/{connector}/tasks/{task}/restart",
    "PUT /connectors/{connector}/topics/reset",
    "PUT /connector-plugins/{plugin}/config/validate",
    "PUT /admin/loggers/{logger}",
}
OF_OFFSETS = {name for name in WRITES if name.endswith("/offsets")}
INSTANTS = 3


@pytest.fixture(scope="module")
def nursery() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.http.rest_nursery"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment
    ) as process:
        yield process
        process.kill()


def killed(nursery: subprocess.Popen[str], *asked: Any) -> None:
    """Let a worker answer requests, and return when it was killed."""
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    nursery.stdin.write(json.dumps([str(asked[0]), *asked[1:]]) + "\n")
    nursery.stdin.flush()
    assert int(nursery.stdout.readline()) == -signal.SIGKILL


async def state(directory: Path, kind: str) -> Any:
    """Return what the next worker finds."""
    async with operated(directory, kind) as herder:
        desired = {name: herder._flock.get(name).desired for name in herder.connectors()}
        return desired, await herder.offsets("off")


@pytest.fixture(scope="module", params=["file", "topic"])
def before(
    request: pytest.FixtureRequest, nursery: subprocess.Popen[str], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str]:
    """Return a directory with connectors in it."""
    directory = tmp_path_factory.mktemp(f"before-{request.param}")
    killed(nursery, directory, request.param, BEFORE, "", -1)
    return directory, request.param


def test_every_route_that_writes_is_here() -> None:
    routes = {f"{route.method} {route.path}" for route in ROUTES if route.method != "GET"}
    assert routes == WRITES.keys() | STORES_NOTHING


@pytest.mark.parametrize("name", WRITES)
async def test_a_kill_leaves_the_old_or_the_new_state(
    nursery: subprocess.Popen[str], before: tuple[Path, str], tmp_path: Path, name: str
) -> None:
    original, kind = before
    chance = random.Random(f"{kind} {name}")

    async def after(number: int, point: str, seconds: float) -> Any:
        directory = tmp_path / str(number)
        shutil.copytree(original, directory)
        await anyio.to_thread.run_sync(killed, nursery, directory, kind, [WRITES[name]], point, seconds)
        return await state(directory, kind)

    shutil.copytree(original, tmp_path / "old")
    old = await state(tmp_path / "old", kind)
    new = await after(0, "", -1)  # it had been answered: what is answered is there
    assert new != old
    points = [] if name in OF_OFFSETS else get_args(StorePoint)
    for number, point in enumerate(points, 1):
        assert await after(number, point, -1) in (old, new)
    for number in range(10, 10 + INSTANTS):
        assert await after(number, "", chance.random() * 0.03) in (old, new)
