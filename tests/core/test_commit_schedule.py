"""When is the next commit due?"""

from hypothesis import given, strategies as st

from connectsdk._core.commit_schedule import CommitSchedule


def test_the_first_commit_is_an_interval_away():
    schedule = CommitSchedule.starting(60, 100)
    assert not schedule.due(100)
    assert schedule.wait(100) == 60
    assert not schedule.due(159.9)
    assert schedule.due(160)
    assert schedule.wait(170) == 0


def test_the_next_one_comes_an_interval_after_the_last_one_ended():
    schedule = CommitSchedule.starting(60, 100)
    schedule.ended(165)
    assert schedule.wait(165) == 60


def test_a_request_makes_it_due_at_once():
    schedule = CommitSchedule.starting(60, 100)
    schedule.request(110)
    assert schedule.due(110)
    assert schedule.wait(110) == 0
    schedule.ended(111)
    assert not schedule.due(111)


def test_a_request_never_puts_an_overdue_commit_off():
    schedule = CommitSchedule.starting(60, 100)
    schedule.request(200)
    assert schedule.next_at == 160


@given(
    interval=st.integers(0, 100),
    steps=st.lists(st.tuples(st.integers(0, 50), st.sampled_from(["ask", "request", "end"]))),
)
def test_it_is_due_when_asked_for_or_an_interval_after_the_last(interval, steps):
    now, ended, requested = 0, 0, False
    schedule = CommitSchedule.starting(interval, now)
    for passed, step in steps:
        now += passed
        if step == "request":
            schedule.request(now)
            requested = True
        elif step == "end":
            schedule.ended(now)
            ended, requested = now, False
        assert schedule.due(now) == (requested or now - ended >= interval)
        assert schedule.due(now + schedule.wait(now))
        assert schedule.due(now) == (schedule.wait(now) == 0)
