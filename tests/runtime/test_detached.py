"""Can a plugin that does not stop be left behind?"""

import asyncio
import inspect

import anyio

from connectsdk.runtime._calls.detached import Detached


async def test_one_that_is_cancelled_before_it_began_is_over() -> None:
    began = False

    async def run() -> None:
        nonlocal began
        began = True

    detached = Detached(run(), "never")
    detached.cancel()
    with anyio.fail_after(30):
        assert isinstance(await detached.wait(), asyncio.CancelledError)
    assert (detached.finished, began) == (True, False)


async def test_a_coroutine_that_never_begins_is_closed_by_who_waits_for_its_end() -> None:
    async def run() -> None: ...

    never = run()
    detached = Detached(never, "never")
    detached.cancel()
    assert await detached.wait_for(10)
    assert inspect.getcoroutinestate(never) == inspect.CORO_CLOSED
