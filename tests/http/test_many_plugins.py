"""Are plugins listed and validated quickly, and correctly, when many are installed and some are hostile?"""

import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import anyio
import httpx
import pytest

from connectsdk import EmbeddedTransport
from connectsdk.http import app
from connectsdk.runtime import Plugins, Worker
from connectsdk.runtime._parts.imports import Imports
from connectsdk.runtime.herder import Herder

GOOD = """
from connectsdk import SourceConnector, SourceTask
from connectsdk.config import config, option

@config
class Config:
    topic: str = option(doc="Where to.")
    size: int = option(default=1, at_least=1)

class Task(SourceTask[Config]):
    async def poll(self):
        return None

class Many{n}SourceConnector(SourceConnector[Config]):
    version = "1.{n}"
    task_class = Task
"""
HOSTILE = {
    "spins": "while True: pass",
    "sleeps": "import time; time.sleep(600)",
    "exits": "raise SystemExit('bye')",
    "interrupts": "raise KeyboardInterrupt",
    "odd": "class Odd(BaseException):\n    def __str__(self): raise SystemExit\nraise Odd",
    "prints": "import sys; print('I print'); sys.stdout.flush(); raise ImportError('and fails')",
    "syntax": "def f(:\n",
    "missing": "import no_such_module_anywhere",
    "threads": "import threading\nfor _ in range(20): threading.Thread(target=threading.Event().wait, daemon=True).start()\nraise OSError('and fails')",
    "recursive": "def f(): f()\nf()",
    "nothing": "x = 1",
    "no_plugin": "class Plugin: pass",
    "patches": "import json\njson.dumps = None if False else json.dumps\nraise ValueError('x' * 5)",
    "closes": "import sys\nsys.stdin = None\nraise ValueError('closed')",
    "lies": "class Meta(type):\n    def __getattr__(self, name): raise SystemExit(name)\nclass Plugin(metaclass=Meta): pass",
}
COUNT = 240


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    points = []
    for n in range(COUNT):
        (tmp_path / f"many_good_{n}.py").write_text(GOOD.format(n=n))
        points.append(f"many{n} = many_good_{n}:Many{n}SourceConnector")
    for name, text in HOSTILE.items():
        (tmp_path / f"many_hostile_{name}.py").write_text(text)
        points.append(f"hostile_{name} = many_hostile_{name}:Plugin")
    about = tmp_path / "many-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: many\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[connectsdk.connectors]\n" + "\n".join(points) + "\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    stdin = sys.stdin
    yield
    sys.stdin = stdin
    for name in [name for name in sys.modules if name.startswith("many_")]:
        del sys.modules[name]


def p99(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.99)] * 1_000


@pytest.mark.usefixtures("installed")
async def test_hundreds_of_plugins_of_which_some_are_hostile() -> None:
    plugins = Plugins(imports=Imports(deadline=3.0))
    async with Worker(EmbeddedTransport(), plugins=plugins) as worker, Herder(worker) as herder:
        transport = httpx.ASGITransport(app(herder))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8083") as client:
            listing, validating = [], []
            began = time.perf_counter()
            assert (await client.get("/connector-plugins")).status_code == 200
            assert time.perf_counter() - began < 1 or not herder.wait_for_plugins(0), "it waits for no import"
            assert await anyio.to_thread.run_sync(herder.wait_for_plugins, 60.0)
            for _ in range(100):
                began = time.perf_counter()
                answer = await client.get("/connector-plugins?connectorsOnly=false")
                listing.append(time.perf_counter() - began)
            many = [each for each in answer.json() if "Many" in each["class"]]
            assert len(many) == COUNT
            for each in many:
                config = {"connector.class": each["class"], "name": "n", "topic": "t", "size": "0"}
                path = f"/connector-plugins/{each['class']}/config/validate"
                began = time.perf_counter()
                found = await client.put(path, json=config)
                validating.append(time.perf_counter() - began)
                assert found.json()["error_count"] == 1, found.text
            print(f"list p99 {p99(listing):.1f} ms, validate p99 {p99(validating):.1f} ms")  # noqa: T201 - asked for by -s
            assert sorted(listing)[50] < 0.05
            assert sorted(validating)[len(validating) // 2] < 0.05
            bad = (await client.get("/worker")).json()["unusable_plugins"]
            assert {each["name"] for each in bad if each["name"].startswith("hostile_")} == {
                f"hostile_{name}" for name in HOSTILE
            }
            assert all(each["reason"] and each["type"] == "connector" for each in bad)
            assert not any("hostile" in each["class"] for each in answer.json())
    with anyio.fail_after(30):
        while any(  # noqa: ASYNC110 - the interpreter stops it, there is no event
            thread.name.endswith("many_hostile_spins:Plugin") for thread in threading.enumerate()
        ):
            await anyio.sleep(0.05)
