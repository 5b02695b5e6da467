"""Plugin code that never returns, and callers that go away, harm nothing of a herder."""

import time
from collections.abc import Awaitable, Callable

import anyio
import pytest

from connectsdk import ConnectError
from connectsdk.runtime._herding import operations
from connectsdk.runtime.herder import FileDesiredState, Herder
from connectsdk.testing.transport_suite import cancel_at_every_await
from tests.runtime.herding import SINK, SOURCE, herding, named, plugins, settled
from tests.runtime.scripted import Journal, until
from tests.runtime.trapped import POINTS, TRIED_OUT, Trap, sleeps

LIMIT = 15.0
READ_WITHIN = 0.5
TRAPS = [Trap(point, sleeps, spared) for point in POINTS for spared in {0, TRIED_OUT.get(point, 0)}]


def read_everything(herder: Herder) -> None:
    begun = time.monotonic()
    for name in herder.connectors():
        herder.info(name)
        herder.status(name)
        herder.tasks(name)
        herder.topics(name)
    herder.health()
    assert time.monotonic() - begun < READ_WITHIN


def trapped() -> tuple[list[type], dict[str, dict[str, str]]]:
    """Return connectors' properties that name classes which block, and these classes."""
    classes: list[type] = []
    configs: dict[str, dict[str, str]] = {}
    for number, trap in enumerate(TRAPS):
        config = configs[trap.name] = trap.properties()
        for key, value in config.items():
            if isinstance(value, type):
                classes.append(named(f"Trap{number}{key.replace('.', '')}", value))
                config[key] = value.__name__
    return classes, configs


async def attempt(write: Awaitable[object]) -> None:
    try:
        await write
    except ConnectError:
        return


async def test_what_blocks_at_any_point_harms_nobody_else(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "END_WITHIN", 1.0)
    classes, configs = trapped()
    known = plugins(journal, *classes, topic="healthy")
    begun = 0.0
    async with anyio.create_task_group() as group:
        async with herding(known, task_isolation="thread") as herder:
            await herder.create("healthy-source", SOURCE)
            for trap in TRAPS:
                group.start_soon(attempt, herder.create(trap.name, configs[trap.name]))
            early = [trap for trap in TRAPS if not trap.point.endswith(("stop", "close"))]
            await until(lambda: all(trap.reached for trap in early), 30)
            read_everything(herder)
            await herder.create("healthy", {**SINK, "topics": "healthy"})
            await settled(herder, "healthy")
            await until(lambda: journal.values)
            await settled(herder, "healthy-source")
            begun = time.monotonic()
            async with anyio.create_task_group() as deletes:
                for name in herder.connectors():
                    if not name.startswith("healthy"):
                        deletes.start_soon(herder.delete, name)
                await herder.restart("healthy", include_tasks=True)
                await settled(herder, "healthy")
            read_everything(herder)
            assert time.monotonic() - begun < LIMIT
            assert herder.connectors() == ["healthy-source", "healthy"]
            worker = herder._worker
            begun = time.monotonic()
        assert time.monotonic() - begun < LIMIT
    assert worker.abandoned >= len(early) // 2


async def test_a_connector_that_is_deleted_while_it_starts_is_gone(journal: Journal) -> None:
    async def for_ever(_: object) -> None:
        await anyio.sleep_forever()

    journal.hooks["source_connector.start"] = for_ever
    async with herding(plugins(journal)) as herder:
        await herder.create("in", SOURCE)
        await until(lambda: "source_connector.start" in journal.events)
        with anyio.fail_after(30):
            await herder.delete("in")
        assert (herder.connectors(), herder._worker.status()) == ([], {})
        del journal.hooks["source_connector.start"]
        await herder.create("in", SOURCE)
        await settled(herder, "in")


CALLS: dict[str, Callable[[Herder], Awaitable[object]]] = {
    "create": lambda herder: herder.create("new", SOURCE),
    "put_config": lambda herder: herder.put_config("in", {**SOURCE, "tasks.max": "2"}),
    "patch_config": lambda herder: herder.patch_config("in", {"tasks.max": "3"}),
    "delete": lambda herder: herder.delete("in"),
    "pause": lambda herder: herder.pause("in"),
    "stop": lambda herder: herder.stop("in"),
    "offsets": lambda herder: herder.offsets("in"),
    "alter_offsets": lambda herder: herder.alter_offsets("idle", [({"share": 0}, {"n": 5})]),
    "reset_offsets": lambda herder: herder.reset_offsets("idle"),
}


@pytest.mark.parametrize("call", CALLS)
async def test_a_call_that_is_cancelled_leaves_the_old_or_the_new_state(
    journal: Journal, tmp_path: object, call: str
) -> None:
    store = FileDesiredState(f"{tmp_path}/connectors.json")
    async with herding(plugins(journal), None, store) as herder:
        await herder.create("in", SOURCE)
        await herder.create("idle", SOURCE, "STOPPED")
        before: dict[str, object] = {}

        async def begin() -> None:
            await prepare()
            await CALLS[call](herder)

        async def prepare() -> None:
            if "in" not in herder.connectors():
                await herder.create("in", SOURCE)
            if "new" in herder.connectors():
                await herder.delete("new")
            before.update(herder._desired._connectors)

        async def consistent() -> None:
            await until(lambda: not herder._operations._under_way)
            followed = {name: herder._flock.get(name).desired for name in herder.connectors()}
            assert followed == herder._desired._connectors

        assert await cancel_at_every_await(begin, consistent) >= 1
        await consistent()
        await until(lambda: all(herder._flock.get(name).settled for name in herder.connectors()))
