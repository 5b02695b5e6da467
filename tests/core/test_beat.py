"""When does something wake up that may as well wake up a little earlier?"""

import pytest
from hypothesis import given, strategies as st

from connectsdk._core.beat import BEAT, until_beat

CLOCKS = st.floats(0, 1e7, allow_nan=False)


@given(CLOCKS, st.floats(2 * BEAT, 1e4))
def test_a_long_wait_ends_at_a_beat_and_is_never_longer_nor_much_shorter(now: float, wait: float) -> None:
    waited = until_beat(now, wait)
    assert wait / 2 - 1e-6 <= waited <= wait + 1e-6
    ends = (now + waited) / BEAT
    assert ends == pytest.approx(round(ends), abs=1e-6)


@given(CLOCKS, st.floats(0, 2 * BEAT, exclude_max=True))
def test_a_short_wait_stays_as_it_is(now: float, wait: float) -> None:
    assert until_beat(now, wait) == wait


@given(st.lists(CLOCKS.map(lambda moment: 100 + moment % 0.2), min_size=2, max_size=9))
def test_those_who_wait_equally_long_wake_at_the_same_moment(begun: list[float]) -> None:
    assert len({round(now + until_beat(now, 1.0), 6) for now in begun}) == 1


@given(CLOCKS, st.integers(2, 40))
def test_whoever_woke_at_a_beat_waits_whole_beats_again(now: float, beats: int) -> None:
    woken = int(now) + 0.001
    assert until_beat(woken, beats * BEAT) == pytest.approx(beats * BEAT - 0.001, abs=1e-6)
