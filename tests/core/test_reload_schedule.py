"""When are a connector's values asked for again?"""

import math
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from connectsdk._core.reload_schedule import LONGEST, LONGEST_RETRY, SHORTEST, ReloadSchedule


@pytest.mark.parametrize(
    ("ttl", "delay"),
    [
        (None, None),
        (3600.0, 3600.0),
        (SHORTEST, SHORTEST),
        (SHORTEST - 1, SHORTEST),
        (0.0, SHORTEST),
        (-5.0, SHORTEST),
        (-math.inf, SHORTEST),
        (math.nan, SHORTEST),
        (5e-324, SHORTEST),
        (LONGEST, LONGEST),
        (LONGEST * 2, None),
        (1e300, None),
        (math.inf, None),
    ],
)
def test_a_time_to_live_is_kept_unless_it_is_too_short_or_for_ever(
    ttl: float | None, delay: float | None
) -> None:
    schedule = ReloadSchedule()
    assert schedule.read(100.0, ttl) == delay
    assert schedule.wait(100.0) == delay
    assert schedule.due_at == (None if delay is None else 100.0 + delay)


def test_the_last_reading_counts_alone() -> None:
    schedule = ReloadSchedule()
    schedule.read(0.0, 100.0)
    schedule.read(10.0, 500.0)
    assert not schedule.is_due(100.0)
    assert schedule.wait(500.0) == 10.0
    assert schedule.is_due(510.0)
    schedule.read(510.0, None)
    assert schedule.wait(9e9) is None


def test_what_is_cancelled_is_never_due() -> None:
    schedule = ReloadSchedule()
    schedule.read(0.0, 100.0)
    schedule.cancel()
    assert schedule.wait(1e9) is None
    assert not schedule.is_due(1e9)


def test_a_provider_that_does_not_answer_is_asked_less_and_less_often() -> None:
    schedule = ReloadSchedule()
    schedule.read(0.0, 100.0)
    assert [schedule.failed(0.0) for _ in range(8)] == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert schedule.failed(0.0) == LONGEST_RETRY
    schedule.read(0.0, 100.0)
    assert schedule.failed(0.0) == SHORTEST


@given(
    st.lists(
        st.one_of(st.floats(), st.none(), st.just("failed")),
        min_size=1,
        max_size=50,
    )
)
def test_there_is_never_a_storm_whatever_a_provider_says(answers: list[float | str | None]) -> None:
    schedule, now, restarts = ReloadSchedule(), 0.0, [0.0]
    schedule.read(now, 0.0)
    for answer in answers:
        if schedule.due_at is None:
            break
        assert schedule.due_at - now >= SHORTEST
        now += schedule.wait(now) or 0.0
        assert schedule.is_due(now)
        restarts.append(now)
        if answer == "failed":
            schedule.failed(now)
        else:
            assert not isinstance(answer, str)
            schedule.read(now, answer)
    assert all(later - earlier >= SHORTEST for earlier, later in pairwise(restarts))
