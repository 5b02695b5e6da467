"""Is a failed task started again, and when?"""

import pytest
from hypothesis import given, strategies as st

from connectsdk._core.restart_budget import RestartBudget, RestartPolicy

CHANCE = st.floats(0, 1, exclude_max=True)


def test_restarts_come_later_and_later():
    budget = RestartBudget(RestartPolicy(limit=8, initial_delay=1, max_delay=20))
    delays = [budget.failed(100 + second, 0.5) for second in range(8)]
    assert delays == [1, 2, 4, 8, 16, 20, 20, 20]
    assert budget.total == 8


def test_a_spent_budget_restarts_no_more():
    budget = RestartBudget(RestartPolicy(limit=2, window=60))
    assert budget.failed(100, 0.5) is not None
    assert budget.failed(101, 0.5) is not None
    assert budget.failed(102, 0.5) is None
    assert budget.total == 2
    assert budget.used(102) == 2


def test_a_restart_counts_for_one_window():
    budget = RestartBudget(RestartPolicy(limit=1, window=60))
    budget.failed(100, 0.5)
    assert budget.used(159.9) == 1
    assert budget.failed(159.9, 0.5) is None
    assert budget.used(160) == 0
    assert budget.failed(160, 0.5) == 1


def test_a_limit_of_zero_never_restarts():
    assert RestartBudget(RestartPolicy(limit=0)).failed(100, 0.5) is None


def test_a_negative_limit_always_restarts():
    budget = RestartBudget(RestartPolicy(limit=-1))
    assert all(budget.failed(100, 0.5) is not None for _ in range(200))
    assert budget.total == 200


@pytest.mark.parametrize(("chance", "delay"), [(0.0, 6), (0.5, 8), (0.75, 9), (0.999, 9)])
def test_chance_spreads_the_delays_below_the_cap(chance, delay):
    budget = RestartBudget(RestartPolicy(initial_delay=8, max_delay=9))
    assert budget.failed(100, chance) == pytest.approx(delay)


@given(
    policy=st.builds(
        RestartPolicy,
        limit=st.integers(-1, 5),
        window=st.integers(1, 100),
        initial_delay=st.floats(0, 10),
        max_delay=st.floats(0, 100),
    ),
    failures=st.lists(st.tuples(st.integers(0, 40), CHANCE), max_size=40),
)
def test_no_window_ever_has_more_restarts_than_the_limit(policy, failures):
    budget, now, granted = RestartBudget(policy), 0, []
    for passed, chance in failures:
        now += passed
        recent = [time for time in granted if time > now - policy.window]
        assert budget.used(now) == len(recent)
        delay = budget.failed(now, chance)
        assert (delay is None) == (0 <= policy.limit <= len(recent))
        if delay is not None:
            assert 0 <= delay <= policy.max_delay
            granted.append(now)
        assert budget.total == len(granted)
    if policy.limit >= 0:
        windows = ([time for time in granted if start <= time < start + policy.window] for start in granted)
        assert all(len(window) <= policy.limit for window in windows)
