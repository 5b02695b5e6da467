"""How fast a task works."""

import pytest

from connectsdk._core.gauges import Gauges


def test_time_is_divided_among_running_and_paused() -> None:
    gauges = Gauges()
    gauges.enter("running", 10.0)
    gauges.enter("paused", 16.0)
    gauges.enter("running", 18.0)
    readings = gauges.readings(20.0)
    assert readings.running_ratio == pytest.approx(0.8)
    assert readings.pause_ratio == pytest.approx(0.2)


def test_a_life_that_is_over_runs_no_more() -> None:
    gauges = Gauges()
    gauges.enter("running", 0.0)
    gauges.enter("over", 5.0)
    assert gauges.readings(10.0).running_ratio == pytest.approx(0.5)


def test_shares_of_commits_add_up_to_one() -> None:
    gauges = Gauges()
    assert gauges.readings(0.0).commit_success == gauges.readings(0.0).commit_failure == 0
    for success in (True, True, True, False):
        gauges.committed(0.5, 1.0, success=success)
    readings = gauges.readings(2.0)
    assert (readings.commit_success, readings.commit_failure) == (0.75, 0.25)
    assert (readings.commit_time_max, readings.commit_time_avg) == (0.5, 0.5)


def test_progress_and_errors_have_a_time() -> None:
    gauges = Gauges()
    assert gauges.readings(5.0).since_progress is None
    assert gauges.readings(5.0).since_error is None
    gauges.delivered(3, 6.0)
    gauges.look(0, 7.0)
    gauges.look(2, 8.0)
    gauges.look(2, 9.0)
    readings = gauges.readings(10.0)
    assert (readings.since_progress, readings.since_error) == (4.0, 2.0)
