"""What is remembered, for how long, and when may the registry be asked?"""

import pytest
from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from connectsdk.errors import DataError
from connectsdk.registry._answers import Answers

KEYS = st.integers(0, 6)
SIZE, MISSING_SIZE, TTL, PAUSE = 3, 2, 5.0, 1.0


class Model(RuleBasedStateMachine):
    """Beside two lists, oldest first, and a clock that only goes forward."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: Answers[int, str] = Answers(SIZE, MISSING_SIZE, TTL, PAUSE)
        self.now = 0.0
        self.found: list[tuple[int, str, float]] = []
        self.missing: list[tuple[int, str, float]] = []
        self.asked: list[float] = []
        self.last_miss = -100.0
        self.count = 0

    @rule(seconds=st.sampled_from([0.0, 0.25, 0.5, 1.0, 3.0, 10.0]))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    def forget(self, key: int) -> None:
        self.found = [entry for entry in self.found if entry[0] != key]
        self.missing = [entry for entry in self.missing if entry[0] != key]

    @rule(key=KEYS, lasts=st.sampled_from([0.5, 2.0, float("inf")]))
    def find(self, key: int, lasts: float) -> None:
        self.count += 1
        self.answers.found(key, f"v{self.count}", self.now + lasts)
        self.forget(key)
        self.found = [*self.found, (key, f"v{self.count}", self.now + lasts)][-SIZE:]
        assert self.answers.get(key, self.now) == f"v{self.count}"  # it is there for the call that asked

    @rule(key=KEYS)
    def miss(self, key: int) -> None:
        self.count += 1
        self.answers.missed(key, DataError(f"e{self.count}"), self.now)
        self.last_miss = self.now
        self.forget(key)
        self.missing = [*self.missing, (key, f"e{self.count}", self.now + TTL)][-MISSING_SIZE:]

    @rule(key=KEYS)
    def get(self, key: int) -> None:
        good = [value for known, value, until in self.found if known == key and self.now < until]
        bad = [error for known, error, until in self.missing if known == key and self.now < until]
        if bad:
            with pytest.raises(DataError, match=f"^{bad[0]}$"):
                self.answers.get(key, self.now)
        else:
            assert self.answers.get(key, self.now) == (good[0] if good else None)
        # What is over is thrown away when it is asked for.
        self.found = [entry for entry in self.found if entry[0] != key or self.now < entry[2]]
        self.missing = [entry for entry in self.missing if entry[0] != key or self.now < entry[2]]

    @invariant()
    def pauses_after_a_miss(self) -> None:
        assert self.answers.wait(self.now) == max(0.0, self.last_miss + PAUSE - self.now)

    @invariant()
    def is_bounded(self) -> None:
        assert len(self.answers) <= SIZE + MISSING_SIZE


Model.TestCase.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
test_model = Model.TestCase


def test_a_bad_answer_is_a_new_error_each_time() -> None:
    answers: Answers[int, str] = Answers(1, 1, 1.0)
    answers.missed(1, DataError("no"), 0.0)
    errors = []
    for _ in range(2):
        with pytest.raises(DataError) as caught:
            answers.get(1, 0.0)
        errors.append(caught.value)
    assert errors[0] is not errors[1]
