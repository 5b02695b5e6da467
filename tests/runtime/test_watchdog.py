"""Code that blocks the event loop is named."""

import logging
import re
import time

import anyio
import attrs
import pytest

from connectsdk.runtime import Worker
from connectsdk.runtime._worker.watchdog import Watchdog
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


@attrs.define(eq=False)
class Busy:
    """One of many that take their turns, none of them long."""

    owner: str
    told: list[str]

    async def run(self) -> None:
        while not self.told:
            time.sleep(0.01)  # noqa: ASYNC251 - that is the point
            await anyio.lowlevel.checkpoint()


async def test_nobody_is_blamed_where_many_take_their_turns() -> None:
    told: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            told.append(record.getMessage())

    listener, log = Listener(), logging.getLogger("connectsdk.watchdog")
    log.addHandler(listener)
    try:
        with anyio.fail_after(30):
            async with anyio.create_task_group() as watch:
                watch.start_soon(Watchdog().run)
                async with anyio.create_task_group() as group:
                    for number in range(300):
                        group.start_soon(Busy(f"connector c task {number}", told).run)
                watch.cancel_scope.cancel()
    finally:
        log.removeHandler(listener)
    assert "busy for" in told[0]
    assert "connector c" not in told[0]
    assert re.search(r"a round of [2-9]\d* connectors", told[0])
