"""Is `import connectsdk` light?"""

import json
import subprocess
import sys

import pytest

LIMIT_SECONDS = 0.1
HEAVY = (
    "aiokafka",
    "anyio",
    "asyncio",
    "click",
    "connectsdk._core",
    "connectsdk.cli",
    "connectsdk.connectors",
    "connectsdk.converters",
    "connectsdk.runtime",
    "connectsdk.transforms",
    "connectsdk.transports",
    "orjson",
    "rich",
    "sqlite3",
    "ssl",
)
PROBE = """
import json, sys, time
began = time.process_time()  # that of the clock depends on what else runs
import connectsdk
print(json.dumps([time.process_time() - began, sorted(sys.modules)]))
"""


def _import() -> tuple[float, set[str]]:
    command = [sys.executable, "-I", "-c", PROBE]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    seconds, modules = json.loads(answer.stdout)
    return seconds, set(modules)


@pytest.mark.slow
def test_importing_takes_less_than_a_tenth_of_a_second() -> None:
    best = min(_import()[0] for _ in range(7))
    assert best < LIMIT_SECONDS


def test_importing_loads_neither_the_runtime_nor_a_client() -> None:
    _, modules = _import()
    assert [name for name in HEAVY if name in modules] == []
