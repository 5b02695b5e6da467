"""A room answers, cancels, gives up and ends."""

import asyncio
import threading
import time
from typing import Any

import anyio
import pytest

from connectsdk.errors import ConnectError, IllegalStateError
from connectsdk.runtime._calls.thread_room import ThreadRoom


async def test_what_plugin_code_left_running_may_raise_anything() -> None:
    async def leave() -> None:
        async def exits() -> None:
            raise SystemExit(3)

        asyncio.get_running_loop().create_task(exits())

    async def thread() -> int:
        await asyncio.sleep(0.01)
        return threading.get_ident()

    room = ThreadRoom("task", 10.0)
    await room.call("leave", leave)
    assert await room.call("thread", thread) != threading.get_ident()
    await room.close()
    assert room.left_behind is None


async def test_a_call_that_waits_for_its_turn_can_be_taken_back() -> None:
    room, calls = ThreadRoom("task", 0.05), []
    gate = threading.Event()

    async def second() -> None:
        calls.append("second")

    async with anyio.create_task_group() as group:
        group.start_soon(room.compute, "first", gate.wait, 10)
        await anyio.wait_all_tasks_blocked()
        with pytest.raises(ConnectError, match="waiting for its turn"):
            await room.call_within(0.05, "second", second)
        gate.set()
    assert room.left_behind is None
    await room.call("second", second)
    assert calls == ["second"]
    await room.close()


async def test_a_room_that_lost_its_thread_refuses_and_gives_up_what_waits_in_it() -> None:
    room, gate, failures = ThreadRoom("task", 0.05), threading.Event(), []

    async def nothing() -> None:
        pass

    async def waits() -> None:
        with pytest.raises(
            ConnectError, match=r"was given up: first does not end, it is in .*test_thread_room"
        ):
            await room.call("second", nothing)
        failures.append("second")

    def first() -> None:
        gate.wait(10)

    async with anyio.create_task_group() as group:
        with anyio.move_on_after(0.1):
            group.start_soon(waits)
            await room.compute("first", first)
    assert failures == ["second"]
    with pytest.raises(IllegalStateError, match=r"cannot be called: its thread was left behind in .*first"):
        await room.call("third", nothing)
    gate.set()


async def test_a_deadline_says_where_the_call_is() -> None:
    async def slow() -> None:
        await anyio.sleep(60)

    room = ThreadRoom("task", 10.0)
    begun = time.monotonic()
    with pytest.raises(ConnectError, match=r"slow did not return within 0.05 s; it is in .*slow \("):
        await room.call_within(0.05, "slow", slow)
    assert time.monotonic() - begun < 20
    await room.close()
    assert room.left_behind is None


async def test_a_room_rests_and_is_closed_for_good() -> None:
    room = ThreadRoom("task", 10.0)
    first = await room.compute("x", threading.current_thread)
    assert first.is_alive()
    await room.rest()
    assert not first.is_alive()
    second = await room.compute("x", threading.current_thread)
    assert second.is_alive()
    await room.close()
    assert not second.is_alive()
    with pytest.raises(IllegalStateError, match="has ended"):
        await room.compute("x", threading.get_ident)


async def test_a_call_that_is_just_beginning_can_be_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    room = ThreadRoom("task", 60.0)
    inside: Any = await room.call("its loop", own_loop)
    begins, goes_on, begin = threading.Event(), threading.Event(), inside.create_task

    def slowly(*arguments: Any, **more: Any) -> Any:
        begins.set()
        goes_on.wait(10)
        return begin(*arguments, **more)

    monkeypatch.setattr(inside, "create_task", slowly)
    scope, started = anyio.CancelScope(), time.monotonic()

    async def call() -> None:
        with scope:
            await room.call("for ever", anyio.sleep_forever)

    async with anyio.create_task_group() as group:
        group.start_soon(call)
        assert await anyio.to_thread.run_sync(begins.wait, 10)
        scope.cancel()
        await anyio.wait_all_tasks_blocked()
        goes_on.set()
    assert room.left_behind is None
    assert time.monotonic() - started < 30
    await room.close()


async def own_loop() -> Any:
    return asyncio.get_running_loop()
