"""A loop of a room knows its own tasks, however many others there are."""

import asyncio
import gc
from typing import Any

import anyio
import pytest

from connectsdk.runtime._calls.started_tasks import StartedTasks
from connectsdk.runtime._calls.thread_room import ThreadRoom


async def _nothing() -> None:
    pass


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where something was looked at that grows with the number of threads or tasks of the process."""
    found: list[str] = []

    def counted(module: str, name: str) -> None:
        before: Any = getattr({"sys": __import__("sys"), "asyncio": asyncio}[module], name)

        def look(*arguments: Any) -> Any:
            found.append(name)
            return before(*arguments)

        monkeypatch.setattr(f"{module}.{name}", look)

    counted("sys", "_current_frames")
    counted("asyncio", "all_tasks")
    return found


async def test_a_room_that_is_left_in_order_looks_at_no_other_thread_or_task(looks: list[str]) -> None:
    begun = anyio.Event()
    room = ThreadRoom("task", 5.0)

    async def forever() -> None:
        await room.ask(_set, begun)
        await anyio.sleep(60)

    async with anyio.create_task_group() as group:
        group.start_soon(room.call, "forever", forever)
        await begun.wait()
        group.cancel_scope.cancel()
    await room.call("again", _nothing)
    await room.rest()
    await room.call("and again", _nothing)
    await room.close()
    assert (looks, room.left_behind) == ([], None)


async def test_what_plugin_code_left_running_is_cancelled() -> None:
    ended: list[str] = []

    async def runs(name: str) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(name)

    async def leave() -> None:
        loop = asyncio.get_running_loop()
        first = loop.create_task(runs("a task"), name="a task")
        second = asyncio.ensure_future(runs("a future"))
        assert first.get_name() == "a task"
        await asyncio.sleep(0)
        await asyncio.wait([first, second], timeout=0.01)

    room = ThreadRoom("task", 5.0)
    await room.call("leave", leave)
    await room.close()
    assert sorted(ended) == ["a future", "a task"]


async def test_so_is_what_it_starts_by_a_factory_of_its_own() -> None:
    ended: list[bool] = []
    kept: list[asyncio.Task[None]] = []

    def own(loop: asyncio.AbstractEventLoop, coroutine: Any, **how: Any) -> asyncio.Task[Any]:
        return asyncio.Task(coroutine, loop=loop, **how)

    async def runs() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(True)

    async def leave() -> None:
        loop = asyncio.get_running_loop()
        loop.set_task_factory(own)
        kept.append(loop.create_task(runs()))
        await asyncio.sleep(0)

    room = ThreadRoom("task", 5.0)
    await room.call("leave", leave)
    await room.close()
    assert ended == [True]


def test_ended_tasks_are_not_kept() -> None:
    loop = asyncio.new_event_loop()
    try:
        started = StartedTasks(loop)
        for _ in range(3):
            loop.run_until_complete(_nothing())
        waits = loop.create_task(asyncio.sleep(60))
        assert started.left() == [waits]
        waits.cancel()
        with pytest.raises(asyncio.CancelledError):
            loop.run_until_complete(waits)
        assert started.left() == []
        del waits
        gc.collect()
        assert not started._tasks
    finally:
        loop.close()


async def _set(event: anyio.Event) -> None:
    event.set()
