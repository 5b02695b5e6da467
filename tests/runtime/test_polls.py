"""How often a source is asked that has nothing, and from where."""

from collections.abc import Sequence

import anyio
import pytest

from connectsdk._core.counters import Counters
from connectsdk.runtime._tasks.gate import Gate
from connectsdk.runtime._tasks.meter import Meter
from connectsdk.runtime._tasks.polls import FIRST_PAUSE, LONGEST, MOST, Polls
from tests.runtime.scripted import until

RECORDS: list[object] = ["a record"]


def asking(answers: Sequence[object], gate: Gate | None = None) -> tuple[Polls, list[float]]:
    left, calls = list(answers), []

    async def poll() -> object:
        calls.append(anyio.current_time())
        answer = left.pop(0) if left else None
        if isinstance(answer, Exception):
            raise answer
        return answer

    return Polls(poll, 0.004, gate or Gate(), Meter(Counters())), calls  # type: ignore[arg-type]


async def test_what_comes_at_last_is_returned() -> None:
    polls, calls = asking([None, [], None, RECORDS])
    assert await polls.until_records() is RECORDS
    assert (len(calls), polls.answered) == (4, 4)
    assert polls.began <= anyio.current_time()


async def test_pauses_grow_up_to_ten_times_the_usual_one_and_begin_anew_after_records() -> None:
    polls, _ = asking([])
    pauses = [polls._longer() for _ in range(30)]
    assert pauses[:3] == [0.001, 0.002, 0.004]
    assert pauses == sorted(pauses)
    assert pauses[-1] == pytest.approx(0.04)
    polls.poll = asking([RECORDS])[0].poll
    await polls.until_records()
    assert polls._longer() == 0.001


async def test_pauses_go_on_growing_from_one_call_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectsdk.runtime._tasks.polls.LONGEST", 0.02)
    polls, _ = asking([])
    assert await polls.until_records() is None
    grown = polls._wait
    assert grown > FIRST_PAUSE
    assert await polls.until_records() is None
    assert polls._wait > grown
    assert LONGEST <= 10  # the trace of a source that has nothing ends its span now and then


async def test_a_source_is_not_asked_while_its_connector_is_paused() -> None:
    gate = Gate()
    polls, calls = asking([], gate)
    async with anyio.create_task_group() as group:
        group.start_soon(polls.until_records)
        await until(lambda: calls)
        gate.close()
    before = len(calls)
    assert await polls.until_records() is None
    assert len(calls) == before


async def test_what_a_poll_raises_is_raised() -> None:
    polls, _ = asking([None, ValueError("x")])
    with pytest.raises(ValueError, match="x"):
        await polls.until_records()
    assert polls.answered == 1


async def test_the_loop_hears_ever_more_seldom_of_a_source_that_has_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("connectsdk.runtime._tasks.polls.LONGEST", 0.02)
    polls, _ = asking([])
    waits = []
    for _ in range(MOST + 2):
        began = anyio.current_time()
        assert await polls.until_records() is None
        waits.append(anyio.current_time() - began)
    assert waits[MOST - 1] >= 0.02 * MOST
    assert LONGEST * MOST < 60  # longer ones the trace of a source leaves out
    polls.poll = asking([RECORDS])[0].poll
    await polls.until_records()
    assert polls._silences == 0
