"""What was measured lately."""

import pytest

from connectsdk._core.window import SAMPLE_SECONDS, Window


def test_nothing_was_measured() -> None:
    window = Window()
    assert (window.rate(1), window.average(1), window.highest(1), window.empty(1)) == (0, 0, 0, True)


def test_a_rate_begins_as_if_a_sample_had_gone_by() -> None:
    window = Window()
    window.record(300, 100.0)
    assert window.rate(100.0) == pytest.approx(300 / SAMPLE_SECONDS)
    assert window.rate(115.0) == pytest.approx(300 / 45)


def test_a_rate_covers_two_samples() -> None:
    window = Window()
    for second in range(60):
        window.record(10, float(second))
    assert window.rate(60.0) == pytest.approx(10, rel=0.51)
    assert window.rate(59.0) == pytest.approx(600 / 59)


def test_what_is_old_is_forgotten() -> None:
    window = Window()
    window.record(7, 0.0)
    window.record(3, 31.0)
    assert window.highest(59.0) == 7
    assert window.highest(61.0) == 3
    assert window.average(61.0) == 3
    assert window.empty(92.0)
