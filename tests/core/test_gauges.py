"""How fast a task works."""

import pytest

from connectsdk._core.gauges import Gauges, WorkerStartups


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


def test_batches_are_measured() -> None:
    gauges = Gauges()
    gauges.took(10, 10, 1.0)
    gauges.took(30, 40, 2.0)
    gauges.spent(0.5, 1.0)
    gauges.spent(1.5, 2.0)
    readings = gauges.readings(3.0)
    assert (readings.batch_size_max, readings.batch_size_avg) == (30, 20)
    assert (readings.in_flight_max, readings.in_flight_avg) == (40, 25)
    assert (readings.batch_time_max, readings.batch_time_avg) == (1.5, 1.0)


def test_a_step_lasts_from_when_it_began() -> None:
    gauges = Gauges()
    assert (gauges.readings(9.0).step, gauges.readings(9.0).step_for) == ("start", 0)
    gauges.at("poll", 10.0)
    gauges.at("poll", 12.0)
    assert (gauges.readings(15.0).step, gauges.readings(15.0).step_for) == ("poll", 5.0)
    gauges.at("put_again", 16.0, "busy")
    gauges.at("put_again", 17.0)
    assert gauges.readings(18.0).asked_again == "busy"
    gauges.at("put", 19.0)
    assert gauges.readings(20.0).asked_again is None


def test_a_step_inside_of_another_leaves_it_as_it_was() -> None:
    gauges = Gauges()
    gauges.at("put_again", 10.0, "busy")
    with gauges.during("dead_letters", 12.0):
        readings = gauges.readings(15.0)
    assert (readings.step, readings.step_for, readings.asked_again) == ("dead_letters", 3.0, None)
    readings = gauges.readings(20.0)
    assert (readings.step, readings.step_for, readings.asked_again) == ("put_again", 10.0, "busy")


def test_a_task_that_begins_anew_is_at_its_start() -> None:
    gauges = Gauges()
    gauges.at("put_again", 10.0, "busy")
    gauges.begun(12.0)
    readings = gauges.readings(15.0)
    assert (readings.step, readings.step_for, readings.asked_again) == ("start", 3.0, None)


def test_a_start_succeeds_or_fails() -> None:
    startups = WorkerStartups()
    with startups.tasks.attempt():
        pass
    with pytest.raises(KeyboardInterrupt), startups.tasks.attempt():
        raise KeyboardInterrupt
    tasks = startups.tasks
    assert (tasks.attempts, tasks.successes, tasks.failures) == (2, 1, 1)
    assert startups.connectors.attempts == 0
