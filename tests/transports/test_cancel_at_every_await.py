"""What becomes of a call that is cancelled, wherever it waits?"""

import anyio
import anyio.lowlevel
import pytest

from connectsdk.testing.transport_suite import cancel_at_every_await


async def test_every_suspension_is_tried():
    reached = []

    async def call():
        for step in range(4):
            reached.append(step)
            await anyio.lowlevel.checkpoint()

    checks = []

    async def check():
        checks.append(len(reached))

    assert await cancel_at_every_await(call, check) == 4
    assert reached == [0, *range(2), *range(3), *range(4), *range(4)]
    assert len(checks) == 4


async def test_a_loss_is_found():
    queue = ["a", "b"]
    taken = []

    async def take():  # a planted bug: what was taken is lost when the wait after it is cancelled
        item = queue.pop()
        await anyio.lowlevel.checkpoint()
        taken.append(item)

    async def check():
        assert len(queue) + len(taken) == 2

    with pytest.raises(AssertionError):
        await cancel_at_every_await(take, check)


async def test_an_error_of_the_call_is_raised():
    async def call():
        await anyio.lowlevel.checkpoint()
        raise LookupError

    async def check():
        pass

    with pytest.raises(LookupError):
        await cancel_at_every_await(call, check)


async def test_a_swallowed_cancellation_is_no_success():
    runs = 0

    async def call():
        nonlocal runs
        runs += 1
        try:
            await anyio.lowlevel.checkpoint()
        except anyio.get_cancelled_exc_class():
            await anyio.lowlevel.checkpoint()

    async def check():
        pass

    assert await cancel_at_every_await(call, check, most=3) >= 1
    assert runs >= 2


async def test_waiting_for_a_thread_and_for_an_event():
    event = anyio.Event()
    event.set()

    async def call():
        await anyio.to_thread.run_sync(lambda: None)
        with anyio.move_on_after(30):
            await event.wait()

    async def check():
        pass

    assert await cancel_at_every_await(call, check) >= 1
