"""How many records went where?"""

import attrs
import pytest
from hypothesis import Phase, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from connectsdk._core.counters import Counters, StageCounters
from connectsdk._core.verdict import Stage, Verdict

FIELDS = {
    Verdict.FILTERED: "filtered",
    Verdict.SKIPPED: "skipped",
    Verdict.DEAD_LETTERED: "dead_lettered",
    Verdict.FAILED: "failed",
}


def test_what_was_read_is_in_flight():
    counters = Counters()
    counters.take(5)
    assert counters == Counters(read=5, in_flight=5)


@pytest.mark.parametrize(("verdict", "field"), FIELDS.items())
def test_what_the_pipeline_settled_is_counted_under_its_verdict(verdict, field):
    counters = Counters(read=5, in_flight=5)
    counters.judge(verdict, 2)
    assert counters == Counters(read=5, in_flight=3, **{field: 2})


def test_what_passes_the_pipeline_is_still_in_flight():
    counters = Counters(read=5, in_flight=5)
    counters.judge(Verdict.PASS, 5)
    assert counters == Counters(read=5, in_flight=5)


def test_what_was_delivered_is_counted():
    counters = Counters(read=5, in_flight=5)
    counters.deliver(2)
    assert counters == Counters(read=5, in_flight=3, delivered=2)


@pytest.mark.parametrize(("asked", "returned"), [((), 5), ((2,), 2), ((0,), 0)])
def test_all_or_some_are_given_back(asked, returned):
    counters = Counters(read=5, in_flight=5)
    counters.give_back(*asked)
    assert counters == Counters(read=5, in_flight=5 - returned, returned=returned)


@pytest.mark.parametrize("field", ["retried", "commits", "commit_failures"])
def test_what_is_no_record_is_not_part_of_the_law(field):
    assert Counters(**{field: 3}).conserved


@pytest.mark.parametrize("field", [field.name for field in attrs.fields(Counters)][:8])
def test_a_record_that_is_counted_once_too_often_breaks_the_law(field):
    assert not Counters(**{field: 1}).conserved


@pytest.mark.parametrize("verdict", [Verdict.SKIPPED, Verdict.DEAD_LETTERED, Verdict.FAILED])
def test_what_goes_wrong_is_counted_at_its_stage(verdict):
    counters = Counters(read=5, in_flight=5)
    counters.blame(Stage.TASK_PUT, verdict, 2)
    counters.blame(Stage.VALUE_CONVERTER, verdict)
    field = FIELDS[verdict]
    assert counters.stages == {
        Stage.TASK_PUT: StageCounters(**{field: 2}),
        Stage.VALUE_CONVERTER: StageCounters(**{field: 1}),
    }
    assert (getattr(counters, field), counters.in_flight) == (3, 2)
    assert counters.explained
    counters.judge(verdict, 1)
    assert not counters.explained


def test_attempts_are_counted_at_their_stage():
    counters = Counters()
    counters.retry(Stage.TASK_PUT, 2)
    counters.retry(Stage.TASK_POLL, 0)
    assert counters == Counters(retried=2, stages={Stage.TASK_PUT: StageCounters(retried=2)})


def test_every_attempt_that_went_wrong_is_an_error():
    counters = Counters(delivered=1000, filtered=2000, returned=4000, commit_failures=8000)
    for count, verdict in zip((1, 20, 300), [*FIELDS][1:], strict=True):
        counters.blame(Stage.TASK_PUT, verdict, count)
    counters.retry(Stage.TASK_PUT, 4)
    assert counters.errors == 325


def test_a_copy_stays_as_it_was():
    counters = Counters()
    counters.retry(Stage.TASK_PUT)
    before = counters.copy()
    counters.retry(Stage.TASK_PUT)
    assert before == Counters(retried=1, stages={Stage.TASK_PUT: StageCounters(retried=1)})


class CountersMachine(RuleBasedStateMachine):
    """A list of every record read, and what became of it."""

    def __init__(self):
        super().__init__()
        self.counters = Counters()
        self.records = []

    def move(self, count, fate):
        """Settle the oldest records in flight; return how many there were."""
        chosen = [index for index, found in enumerate(self.records) if found == "in_flight"][:count]
        for index in chosen:
            self.records[index] = fate
        return len(chosen)

    @rule(count=st.integers(0, 5))
    def take(self, count):
        self.counters.take(count)
        self.records += ["in_flight"] * count

    @rule(verdict=st.sampled_from(Verdict), count=st.integers(0, 5))
    def judge(self, verdict, count):
        self.counters.judge(verdict, self.move(count, FIELDS.get(verdict, "in_flight")))

    @rule(count=st.integers(0, 5))
    def deliver(self, count):
        self.counters.deliver(self.move(count, "delivered"))

    @rule(stage=st.sampled_from(Stage), verdict=st.sampled_from([*FIELDS][1:]), late=st.booleans())
    def blame(self, stage, verdict, late):
        if late and "delivered" in self.records:
            self.counters.recall(1)
            self.records[self.records.index("delivered")] = "in_flight"
        if moved := self.move(1, FIELDS[verdict]):
            self.counters.blame(stage, verdict, moved)

    @rule(count=st.integers(0, 5))
    def give_some_back(self, count):
        self.counters.give_back(self.move(count, "returned"))

    @rule()
    def give_all_back(self):
        self.move(len(self.records), "returned")
        self.counters.give_back()

    @invariant()
    def every_record_is_counted_where_it_went(self):
        assert self.counters.read == len(self.records)
        for field in ("in_flight", "delivered", "returned", *FIELDS.values()):
            assert getattr(self.counters, field) == self.records.count(field)
        assert self.counters.settled == len(self.records) - self.records.count("in_flight")
        assert self.counters.conserved


# Explaining a failure takes longer than finding it.
QUICK = settings(max_examples=60, stateful_step_count=25, phases=set(Phase) - {Phase.explain})
TestCountersMachine = CountersMachine.TestCase
TestCountersMachine.settings = QUICK
