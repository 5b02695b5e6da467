"""Which states may a connector or task go through?"""

from itertools import product

import pytest
from hypothesis import given, strategies as st

from connectsdk._core.lifecycle import MOVES, Event, Lifecycle, State
from connectsdk.errors import IllegalStateError

ALIVE = [state for state in State if not state.ended]


def walk(*events):
    lifecycle = Lifecycle("orders-0")
    for event in events:
        lifecycle.move(event)
    return lifecycle.state


@pytest.mark.parametrize(("state", "event"), list(product(State, Event)))
def test_the_table_is_followed(state, event):
    lifecycle = Lifecycle("orders-0", state)
    if (state, event) in MOVES:
        assert lifecycle.move(event) == lifecycle.state == MOVES[state, event]
    else:
        with pytest.raises(IllegalStateError, match=f"^orders-0 is {state.value}: it cannot {event.value}$"):
            lifecycle.move(event)
        assert lifecycle.state == state


@given(st.lists(st.sampled_from(Event)))
def test_any_walk_stays_on_the_table(events):
    lifecycle, path = Lifecycle("orders-0"), [State.UNASSIGNED]
    for event in events:
        try:
            path.append(lifecycle.move(event))
        except IllegalStateError:
            path.append(path[-1])
        assert lifecycle.state == path[-1]
    after_stop = path[path.index(State.STOPPED) :] if State.STOPPED in path else []
    assert set(after_stop) <= {State.STOPPED}


@pytest.mark.parametrize(
    ("events", "state"),
    [
        ((), State.UNASSIGNED),
        ((Event.STARTED,), State.RUNNING),
        ((Event.PAUSE,), State.PAUSED),
        ((Event.PAUSE, Event.RESUME), State.RUNNING),
        ((Event.STARTED, Event.PAUSE, Event.RESUME), State.RUNNING),
        ((Event.STARTED, Event.FINISH), State.FINISHED),
        ((Event.STARTED, Event.PAUSE, Event.FINISH), State.FINISHED),
        ((Event.STARTED, Event.RETRY), State.RESTARTING),
        ((Event.STARTED, Event.RETRY, Event.PAUSE), State.PAUSED),
        ((Event.STARTED, Event.RETRY, Event.RETRY, Event.STARTED), State.RUNNING),
        ((Event.FAIL, Event.RETRY, Event.STARTED), State.RUNNING),
        ((Event.STARTED, Event.FAIL, Event.STOP), State.STOPPED),
    ],
)
def test_lives_that_happen(events, state):
    assert walk(*events) == state


def test_states_are_named_as_kafka_connects():
    assert [state.value.upper() for state in State] == [state.name for state in State]


@pytest.mark.parametrize("state", [state for state in State if state != State.STOPPED])
def test_everything_can_be_stopped(state):
    assert MOVES[state, Event.STOP] == State.STOPPED


@pytest.mark.parametrize("state", ALIVE)
def test_everything_alive_can_fail_and_be_tried_again(state):
    assert MOVES[state, Event.FAIL] == State.FAILED
    assert MOVES[state, Event.RETRY] == State.RESTARTING


def test_only_a_command_moves_what_has_ended():
    ended = {(state, event) for state, event in MOVES if state.ended}
    assert ended == {(State.FAILED, Event.STOP), (State.FAILED, Event.RETRY), (State.FINISHED, Event.STOP)}


def test_every_state_can_be_reached():
    assert set(MOVES.values()) | {State.UNASSIGNED} == set(State)
