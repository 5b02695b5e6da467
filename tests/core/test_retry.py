"""How long to wait before asking again, and when to give up?"""

import pytest
from hypothesis import given, strategies as st

from connectsdk._core.retry import Retry, RetryPolicy

CHANCE = st.floats(0, 1, exclude_max=True)


def test_delays_double_until_the_cap():
    policy = RetryPolicy(timeout=-1, max_delay=5)
    assert [policy.delay(attempt, 0.5) for attempt in range(1, 6)] == [0.3, 0.6, 1.2, 2.4, 4.8]


@pytest.mark.parametrize(("chance", "delay"), [(0.0, 2.5), (0.5, 3.75), (0.999, 4.9975)])
def test_at_the_cap_chance_spreads_the_delays(chance, delay):
    policy = RetryPolicy(timeout=-1, max_delay=5)
    assert policy.delay(6, chance) == pytest.approx(delay)
    assert policy.delay(10_000, chance) == pytest.approx(delay)


def test_a_cap_of_zero_never_waits():
    assert RetryPolicy(timeout=-1, max_delay=0).delay(1, 0.9) == 0


@given(attempt=st.integers(1, 5_000), chance=CHANCE, cap=st.floats(0, 1e6), initial=st.floats(0.001, 10))
def test_delays_grow_to_the_cap_and_never_beyond_it(attempt, chance, cap, initial):
    policy = RetryPolicy(-1, cap, initial)
    delay, following = policy.delay(attempt, chance), policy.delay(attempt + 1, chance)
    assert 0 <= delay <= cap
    if initial * 2.0 ** min(attempt, 62) < cap:
        assert following == 2 * delay
    else:
        assert following >= cap / 2


def test_a_timeout_of_zero_gives_up_at_once():
    assert Retry(RetryPolicy(timeout=0)).failed(100, 0.5) is None


def test_a_negative_timeout_never_gives_up():
    retry = Retry(RetryPolicy(timeout=-1, max_delay=1))
    assert all(retry.failed(now, 0.5) is not None for now in range(0, 100_000, 1_000))


def test_the_last_attempt_comes_when_the_timeout_is_reached():
    retry = Retry(RetryPolicy(timeout=1))
    assert retry.failed(100.0, 0.5) == 0.3
    assert retry.failed(100.75, 0.5) == 0.25
    assert retry.failed(101.0, 0.5) is None
    assert retry.failed(200.0, 0.5) is None


def test_the_timeout_counts_from_the_first_failure():
    retry = Retry(RetryPolicy(timeout=10))
    assert retry.failed(100, 0.5) == 0.3
    retry.succeeded()
    assert retry.attempts == 0
    assert retry.failed(1_000, 0.5) == 0.3


@pytest.mark.parametrize(("after", "delay"), [(2, 2), (0, 0), (-1, 0), (50, 10)])
def test_a_failure_may_say_when_to_ask_again_inside_the_timeout(after, delay):
    assert Retry(RetryPolicy(timeout=10)).failed(100, 0.5, after) == delay


def test_a_failure_may_ask_for_a_longer_wait_than_the_cap():
    assert Retry(RetryPolicy(timeout=-1, max_delay=1)).failed(100, 0.5, 30) == 30


@given(
    timeout=st.integers(0, 200),
    attempts=st.lists(st.tuples(st.integers(0, 30), CHANCE, st.none() | st.integers(0, 300)), min_size=1),
)
def test_no_wait_goes_beyond_the_timeout(timeout, attempts):
    """Each attempt takes its time, fails, and is followed by exactly the wait that was answered."""
    retry, now = Retry(RetryPolicy(timeout, max_delay=20)), 0.0
    first = attempts[0][0]
    for count, (takes, chance, after) in enumerate(attempts, 1):
        now += takes
        wait = retry.failed(now, chance, after)
        assert retry.attempts == count
        assert (wait is None) == (now >= first + timeout)
        if wait is None:
            return
        assert 0 <= wait <= (20 if after is None else after)
        now += wait
        assert now <= first + timeout + 1e-9
        now = min(now, first + timeout)
