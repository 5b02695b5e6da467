"""When a worker that many connectors have left gives their memory back."""

import gc
import sys
import weakref

import anyio

from connectsdk.runtime._worker.memory import MANY, give_back, give_memory_back
from tests.runtime.scripted import until


class Circle:
    def __init__(self) -> None:
        self.me = self


async def test_it_is_given_back_when_most_connectors_are_gone() -> None:
    there, tidied = 4 * MANY, list[int]()
    looks = 0

    def count() -> int:
        nonlocal looks
        looks += 1
        return there

    async def seen() -> None:
        before = looks
        await until(lambda: looks > before + 2)

    async with anyio.create_task_group() as group:
        group.start_soon(
            lambda: give_memory_back(count, every=0.001, tidy=lambda: tidied.append(there)), name="memory"
        )
        await seen()
        there = 4 * MANY - 1  # one of many is gone: that is not worth a look at all the others
        await seen()
        assert tidied == []
        there = 2 * MANY
        await until(lambda: tidied == [2 * MANY])
        await seen()
        assert tidied == [2 * MANY]  # once
        there = 0
        await until(lambda: tidied == [2 * MANY, 0])
        there = MANY - 1
        await seen()
        there = 0
        await seen()
        assert tidied == [2 * MANY, 0]
        group.cancel_scope.cancel()


def test_what_nobody_refers_to_is_freed() -> None:
    gc.disable()
    try:
        gone = weakref.ref(Circle())
        assert gone() is not None
        give_back()
        assert gone() is None
    finally:
        gc.enable()


def test_names_that_were_looked_up_are_forgotten() -> None:
    names = [f"looked_up_once_{number}" for number in range(50)]
    for name in names:
        getattr(Circle, name, None)
    held = [sys.getrefcount(name) for name in names]
    give_back()
    left = [sys.getrefcount(name) for name in names]  # counted in the same way: a `zip` would hold one more
    assert all(now <= before for now, before in zip(left, held, strict=True))
    assert sum(left) < sum(held)
