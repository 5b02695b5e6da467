"""Does a change of level reach every logger that it is about, also one that nobody has asked for yet?"""

import logging
from collections.abc import Iterator

import httpx
import pytest

NAMES = (
    "level_tests",
    "level_tests.early",
    "level_tests.early.own",
    "aiokafka",
    "connectsdk",
    "connectsdk.task",
)


@pytest.fixture(autouse=True)
def _levels_as_before() -> Iterator[None]:
    for name in NAMES:
        logging.getLogger(name)
    root = logging.getLogger().level
    everything = {name: logging.getLogger(name).level for name in list(logging.Logger.manager.loggerDict)}
    yield
    for name in list(logging.Logger.manager.loggerDict):
        logging.getLogger(name).setLevel(everything.get(name, logging.NOTSET))
    logging.getLogger().setLevel(root)


async def _put(client: httpx.AsyncClient, logger: str, level: str) -> list[str]:
    answer = await client.put(f"/admin/loggers/{logger}", json={"level": level})
    assert answer.status_code == 200, answer.text
    changed: list[str] = answer.json()
    return changed


async def test_it_reaches_loggers_that_there_are_and_those_that_come_later(client: httpx.AsyncClient) -> None:
    logging.getLogger("level_tests.early.own").setLevel(logging.ERROR)
    changed = await _put(client, "level_tests", "DEBUG")
    assert {"level_tests", "level_tests.early", "level_tests.early.own"} <= set(changed)
    assert logging.getLogger("level_tests.early.own").getEffectiveLevel() == logging.DEBUG
    later = logging.getLogger("level_tests.later.still")
    assert later.isEnabledFor(logging.DEBUG)
    assert (await client.get("/admin/loggers/level_tests.later.still")).json()["level"] == "DEBUG"
    await _put(client, "level_tests", "WARN")
    assert not later.isEnabledFor(logging.INFO)
    assert not logging.getLogger("level_tests.last").isEnabledFor(logging.INFO)


async def test_a_level_of_a_logger_that_nobody_has_made_yet_waits_for_it(client: httpx.AsyncClient) -> None:
    await _put(client, "level_tests.future", "TRACE")
    assert logging.getLogger("level_tests.future").getEffectiveLevel() == 5
    assert logging.getLogger("level_tests.future.child").isEnabledFor(5)
    assert not logging.getLogger("level_tests.other").isEnabledFor(5)


async def test_root_reaches_all_but_those_that_would_write_secrets(client: httpx.AsyncClient) -> None:
    await _put(client, "root", "DEBUG")
    assert logging.getLogger("connectsdk.made_later").isEnabledFor(logging.DEBUG)
    assert not logging.getLogger("aiokafka.made_later").isEnabledFor(logging.DEBUG)
    refused = await client.put("/admin/loggers/aiokafka.made_later.still", json={"level": "DEBUG"})
    assert refused.status_code == 400
    assert "passwords" in refused.json()["message"]
