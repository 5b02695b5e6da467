"""What a converter lacks is looked up: once per batch and missing thing, and what comes of it."""

from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import attrs
import pytest

from connectsdk.converter import MOST_LOOK_UPS, resolve
from connectsdk.errors import (
    AuthenticationError,
    ConnectError,
    DataError,
    LookupNeeded,
    RetriableError,
    TransportError,
)
from connectsdk.runtime import Worker
from connectsdk.runtime._calls import look_ups
from tests.runtime.scripted import Journal, sink, source, until


@attrs.define(eq=False)
class Shelf:
    """What is known about groups of ten values, and what a look-up does."""

    known: set[int] = attrs.field(factory=set)
    calls: list[int] = attrs.field(factory=list)
    converted: list[int] = attrs.field(factory=list)
    closed: int = 0
    fetch: Callable[[int], Awaitable[None]] | None = None

    async def look_up(self, group: int) -> None:
        self.calls.append(group)
        if self.fetch is None:
            await anyio.lowlevel.checkpoint()
            self.known.add(group)
        else:
            await self.fetch(group)


def converter(shelf: Shelf) -> type:
    """Return a converter of numbers that must know a number's tens first."""

    class Converter:
        def configure(self, config: Any, *, is_key: bool) -> None:
            pass

        def from_connect_data(self, topic: str, headers: Any, schema: Any, value: Any) -> bytes:
            self.know(value)
            return str(value).encode()

        def to_connect_data(self, topic: str, headers: Any, data: Any) -> tuple[None, int]:
            self.know(int(data))
            return None, int(data)

        def know(self, value: int) -> None:
            group = value // 10
            shelf.converted.append(value)
            if group not in shelf.known:
                message = f"group {group} is not known"
                raise LookupNeeded(message, lambda: shelf.look_up(group))

        async def aclose(self) -> None:
            await anyio.lowlevel.checkpoint()
            shelf.closed += 1

    return Converter


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def reader(journal: Journal, shelf: Shelf, **more: str) -> dict[str, Any]:
    return {"connector.class": sink(journal), "topics": "t", "value.converter": converter(shelf), **more}


async def written(worker: Worker, journal: Journal, total: int = 40) -> None:
    await worker.start_connector("in", {"connector.class": source(journal, total=total, batch=total)})
    await worker.wait_until_finished()


async def test_a_sink_looks_up_once_for_each_thing_missing(
    worker: Worker, journal: Journal, shelf: Shelf
) -> None:
    await written(worker, journal)
    await worker.start_connector("out", reader(journal, shelf))
    await worker.wait_until_idle(0.1)
    assert journal.values == list(range(40))
    assert shelf.calls == [0, 1, 2, 3]
    assert shelf.converted == sorted(
        [*range(40), 0, 10, 20, 30]
    )  # only what lacked something is converted again
    counters = worker.status()["out"].tasks[0].counters
    assert (counters.delivered, counters.retried, counters.conserved) == (40, 0, True)


async def test_a_source_looks_up_once_for_each_thing_missing(
    worker: Worker, journal: Journal, shelf: Shelf
) -> None:
    config = {"connector.class": source(journal, total=40, batch=40), "value.converter": converter(shelf)}
    await worker.start_connector("in", config)
    await worker.wait_until_finished()
    assert shelf.calls == [0, 1, 2, 3]
    assert worker.status()["in"].tasks[0].counters.delivered == 40


async def test_a_converter_is_closed_when_its_task_ends(
    worker: Worker, journal: Journal, shelf: Shelf
) -> None:
    await written(worker, journal)
    await worker.start_connector("out", reader(journal, shelf))
    await worker.wait_until_idle(0.1)
    assert shelf.closed == 0
    await worker.stop_connector("out")
    assert shelf.closed == 1


async def test_a_look_up_is_made_again_as_errors_retry_says(
    worker: Worker, journal: Journal, shelf: Shelf
) -> None:
    async def fetch(group: int) -> None:
        if shelf.calls.count(group) < 3:
            raise RetriableError(after=0.001)
        shelf.known.add(group)

    shelf.fetch = fetch
    await written(worker, journal)
    await worker.start_connector("out", reader(journal, shelf, **{"errors.retry.timeout": "10000"}))
    await worker.wait_until_idle(0.1)
    assert journal.values == list(range(40))
    assert shelf.calls == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert worker.status()["out"].tasks[0].counters.retried == 8


@pytest.mark.parametrize(
    "error", [DataError("no such schema"), ZeroDivisionError("a bug")], ids=["data", "bug"]
)
async def test_what_cannot_be_found_is_the_records_own_failure(
    worker: Worker, journal: Journal, shelf: Shelf, error: Exception
) -> None:
    async def fetch(group: int) -> None:
        if group == 1:
            raise error
        shelf.known.add(group)

    shelf.fetch = fetch
    await written(worker, journal)
    await worker.start_connector("out", reader(journal, shelf, **{"errors.tolerance": "all"}))
    await worker.wait_until_idle(0.1)
    assert journal.values == [*range(10), *range(20, 40)]
    counters = worker.status()["out"].tasks[0].counters
    assert (counters.skipped, counters.conserved) == (10, True)


async def test_what_cannot_be_found_fails_the_task_when_nothing_is_tolerated(
    worker: Worker, journal: Journal, shelf: Shelf
) -> None:
    async def fetch(group: int) -> None:
        if group == 1:
            raise DataError("no such schema")
        shelf.known.add(group)

    shelf.fetch = fetch
    await written(worker, journal)
    await worker.start_connector("out", reader(journal, shelf))
    with pytest.raises(ConnectError, match=r"VALUE_CONVERTER failed in .*no such schema"):
        await worker.wait_until_idle(0.1)
    assert journal.values == list(range(10))
    counters = worker.status()["out"].tasks[0].counters
    assert (counters.failed, counters.conserved) == (1, True)


@pytest.mark.parametrize(
    "error", [RetriableError("away"), TransportError("nonsense")], ids=["unreachable", "transport"]
)
async def test_a_registry_that_is_away_loses_no_record_although_all_is_tolerated(
    worker: Worker, journal: Journal, shelf: Shelf, error: Exception
) -> None:
    async def fetch(group: int) -> None:
        if group == 1 and shelf.calls.count(group) < 3:
            raise error
        shelf.known.add(group)

    shelf.fetch = fetch
    await written(worker, journal)
    await worker.start_connector("out", reader(journal, shelf, **{"errors.tolerance": "all"}))
    await until(lambda: len(set(journal.values)) == 40)
    assert sorted(set(journal.values)) == list(range(40))
    task = worker.status()["out"].tasks[0]
    assert task.restarts > 0
    assert task.counters.skipped == 0


async def test_refused_credentials_fail_the_task_for_good(
    worker: Worker, journal: Journal, shelf: Shelf
) -> None:
    async def fetch(_: int) -> None:
        raise AuthenticationError("401")

    shelf.fetch = fetch
    await written(worker, journal)
    await worker.start_connector("out", reader(journal, shelf, **{"errors.tolerance": "all"}))
    with pytest.raises(ConnectError, match="AuthenticationError: 401"):
        await worker.wait_until_idle(0.1)
    task = worker.status()["out"].tasks[0]
    assert (task.restarts, task.counters.skipped, task.counters.delivered) == (0, 0, 0)


async def test_a_stop_cuts_a_look_up_short(worker: Worker, journal: Journal, shelf: Shelf) -> None:
    ended: list[str] = []

    async def fetch(_: int) -> None:
        try:
            await anyio.sleep_forever()
        finally:
            ended.append("cancelled")

    shelf.fetch = fetch
    await written(worker, journal)
    await worker.start_connector("out", reader(journal, shelf))
    await until(lambda: shelf.calls)
    with anyio.fail_after(3):
        await worker.stop_connector("out")
    assert ended == ["cancelled"]
    assert journal.values == []


async def test_a_look_up_has_a_deadline(
    worker: Worker, journal: Journal, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fetch(group: int) -> None:
        if len(shelf.calls) == 1:
            await anyio.sleep_forever()
        shelf.known.add(group)

    shelf.fetch = fetch
    monkeypatch.setattr(look_ups, "DEADLINE", 0.01)
    await written(worker, journal)
    await worker.start_connector("out", reader(journal, shelf, **{"errors.retry.timeout": "10000"}))
    await worker.wait_until_idle(0.4)
    assert journal.values == list(range(40))


async def test_a_converter_that_is_never_content_fails_the_record(
    worker: Worker, journal: Journal, shelf: Shelf
) -> None:
    async def fetch(_: int) -> None:
        await anyio.lowlevel.checkpoint()

    shelf.fetch = fetch
    await written(worker, journal)
    await worker.start_connector("out", reader(journal, shelf))
    with pytest.raises(ConnectError, match="asks for look-ups without end"):
        await worker.wait_until_idle(0.1)
    assert len(shelf.calls) == MOST_LOOK_UPS


async def test_resolve_does_the_same_without_a_runtime(shelf: Shelf) -> None:
    one = converter(shelf)()
    assert await resolve(one.to_connect_data, "t", (), b"17") == (None, 17)
    assert shelf.calls == [1]
    assert await resolve(one.from_connect_data, "t", (), None, 18) == b"18"
    assert shelf.calls == [1]


async def test_resolve_ends(shelf: Shelf) -> None:
    async def fetch(_: int) -> None:
        await anyio.lowlevel.checkpoint()

    shelf.fetch = fetch
    with pytest.raises(DataError, match="without end"):
        await resolve(converter(shelf)().to_connect_data, "t", (), b"1")
