"""Code that blocks the event loop is named."""

import logging
import time

import pytest

from connectsdk.runtime import Worker
from tests.runtime.conftest import in_the_loop
from tests.runtime.scripted import Journal, source, until


@in_the_loop
async def test_a_task_that_blocks_the_loop_is_named(
    worker: Worker, journal: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[str] = []

    async def block(_: object) -> None:
        begun = time.monotonic()
        while not told and time.monotonic() - begun < 20:
            time.sleep(0.01)  # noqa: ASYNC251 - that is the point
            told.extend(line for line in caplog.messages if "blocked" in line)

    journal.hooks["source.poll"] = block
    with caplog.at_level(logging.ERROR, "connectsdk.watchdog"):
        await worker.start_connector("slow", {"connector.class": source(journal)})
        await until(lambda: told, 30)
    assert "by connector slow task 0, in " in told[0]
    assert "to_thread" in told[0]
