"""How quickly does the REST API answer while connectors run at full speed?

`python -m benchmarks.rest SECONDS [loop|thread]`: a generator and a null sink run as fast as they can, and another process
asks for the status and the list of connectors, one request at a time. Prints milliseconds.
"""

import json
import statistics
import sys
import tempfile
import time
from typing import Any

import anyio
import attrs
import httpx

from benchmarks._operated import Latency
from benchmarks.connectors import GenSource, NullSink
from benchmarks.embedded import STRING
from connectsdk.http import HttpConfig, serve
from connectsdk.runtime import Plugins, Worker, collect_less_often
from connectsdk.runtime.herder import Herder
from connectsdk.transports.embedded import EmbeddedTransport

PATHS = ("/connectors/source/status", "/connectors?expand=status&expand=info", "/connectors/sink/config")
ENDLESS = str(2**31 - 1)


async def measure(seconds: float, isolation: str = "thread") -> Latency:
    """Return how long requests took while a source and a sink were running."""
    collect_less_often()
    plugins = Plugins(classes=(GenSource, NullSink))
    config = {"key.converter": STRING, "value.converter": STRING, "task.isolation": isolation}
    http = HttpConfig(listeners=("http://127.0.0.1:0",))
    async with (
        Worker(EmbeddedTransport(), config, plugins=plugins) as worker,
        Herder(worker) as herder,
        serve(herder, http) as served,
    ):
        with tempfile.TemporaryDirectory() as notes:
            for name, properties in _connectors(notes).items():
                await herder.create(name, properties)
            command = [sys.executable, "-m", "benchmarks.rest", "ask", served.url, str(seconds)]
            answer = await anyio.run_process(command, stderr=None)
            for name in _connectors(notes):
                await herder.delete(name)
    return Latency(**json.loads(answer.stdout))


def _connectors(notes: str) -> dict[str, dict[str, Any]]:
    return {
        "sink": {"connector.class": "NullSink", "topics": "numbers", "records": ENDLESS, "notes": notes},
        "source": {"connector.class": "GenSource", "topic": "numbers", "records": ENDLESS, "shape": "string"},
    }


def ask(url: str, seconds: float) -> Latency:
    """Send requests for so long."""
    taken: list[float] = []
    with httpx.Client(base_url=url, timeout=30) as client:
        _wait_until_both_run(client)
        end = time.perf_counter() + seconds
        while (began := time.perf_counter()) < end:
            client.get(PATHS[len(taken) % len(PATHS)]).raise_for_status()
            taken.append((time.perf_counter() - began) * 1_000)
    hundredths = statistics.quantiles(taken, n=100)
    return Latency(len(taken), hundredths[49], hundredths[89], hundredths[98], max(taken))


def _wait_until_both_run(client: httpx.Client) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found = client.get("/connectors?expand=status").json()
        states = [task["state"] for each in found.values() for task in each["status"]["tasks"]]
        if states == ["RUNNING", "RUNNING"]:
            return
        time.sleep(0.05)
    raise TimeoutError(f"the connectors do not run: {states}")


if __name__ == "__main__":
    if sys.argv[1] == "ask":
        print(json.dumps(attrs.asdict(ask(sys.argv[2], float(sys.argv[3])))))
    else:
        print(json.dumps(attrs.asdict(anyio.run(measure, float(sys.argv[1]), *sys.argv[2:3]))))
