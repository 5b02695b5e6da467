"""What a connector is meant to do, by the names that operators use."""

import pytest

from connectsdk._core.target_state import TargetState


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("RUNNING", TargetState.STARTED),
        ("running", TargetState.STARTED),
        ("PAUSED", TargetState.PAUSED),
        ("Stopped", TargetState.STOPPED),
    ],
)
def test_an_initial_state_has_a_target(name: str, expected: TargetState) -> None:
    assert TargetState.initial(name) is expected


@pytest.mark.parametrize("name", ["", "STARTED", "FAILED", "RUNNING "])
def test_other_initial_states_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="must be RUNNING, PAUSED or STOPPED"):
        TargetState.initial(name)
