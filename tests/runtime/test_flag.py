"""Does everybody who waits learn that it has happened?"""

import anyio

from connectsdk.runtime._calls.flag import Flag


async def test_who_waits_before_goes_on_and_who_comes_after_need_not_wait() -> None:
    flag, on = Flag(), list[str]()

    async def wait(name: str) -> None:
        await flag.wait()
        on.append(name)

    with anyio.fail_after(10):
        async with anyio.create_task_group() as group:
            group.start_soon(wait, "first")
            group.start_soon(wait, "second")
            await anyio.wait_all_tasks_blocked()
            assert (flag.is_set(), on) == (False, [])
            flag.set()
            assert flag.is_set()
        assert sorted(on) == ["first", "second"]
        await flag.wait()


async def test_a_wait_that_is_cancelled_takes_nothing_from_the_others() -> None:
    flag = Flag()
    with anyio.move_on_after(0) as scope:
        await flag.wait()
    assert (scope.cancelled_caught, flag.is_set()) == (True, False)
    async with anyio.create_task_group() as group:
        group.start_soon(flag.wait)
        await anyio.wait_all_tasks_blocked()
        flag.set()
