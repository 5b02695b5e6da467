"""How far has a batch come through the pipeline?

The conservation law, for both pipelines: each record ends with exactly one verdict, whatever its plugins do.
"""

from functools import partial

import pytest
from hypothesis import Phase, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from connectsdk._core.batch_run import BatchRun, plugin_name
from connectsdk._core.counters import Counters
from connectsdk._core.sink_pipeline import SinkPipeline
from connectsdk._core.source_pipeline import SourcePipeline
from connectsdk._core.tolerance import Tolerance
from connectsdk._core.verdict import Failure, Stage, Verdict
from connectsdk.errors import DataError, RetriableError
from connectsdk.record import ConsumerRecord, Header, Headers, SourceRecord


def failure(index, error=None):
    return Failure(index, Stage.KEY_CONVERTER, "a.B", error or DataError("no"))


# -- one behaviour each ------------------------------------------------------------------------------------


def test_an_empty_batch_is_finished():
    run = BatchRun([])
    assert run.finished
    assert list(run.resume()) == []


def test_a_new_run_has_everything_before_it():
    run = BatchRun("abc")
    assert not run.finished
    assert run.fatal is None
    assert list(run.resume()) == [(0, "a"), (1, "b"), (2, "c")]
    assert [run.count(verdict) for verdict in Verdict] == [0] * len(Verdict)


def test_a_complete_run_is_finished():
    run = BatchRun("abc")
    run.complete()
    assert run.finished
    assert run.count(Verdict.PASS) == 3


def test_a_run_is_taken_up_where_it_stopped():
    run = BatchRun("abc")
    stopped = failure(1, RetriableError())
    assert run.failed(stopped, Tolerance.ALL) is False
    assert run.stopped is stopped
    assert run.failures == []
    assert run.count(Verdict.PASS) == 1
    assert list(run.resume()) == [(1, "b"), (2, "c")]
    assert run.stopped is None


@pytest.mark.parametrize("tolerance", [Tolerance.ALL, Tolerance.DEAD_LETTER])
def test_a_tolerated_failure_does_not_hold_the_others_up(tolerance):
    run = BatchRun("abc")
    assert run.failed(failure(1), tolerance) is True
    assert run.fatal is None
    assert run.count(tolerance.verdict) == 1
    assert list(run.resume()) == [(2, "c")]


def test_nothing_is_looked_at_after_a_fatal_failure():
    run, fatal = BatchRun("abc"), failure(1)
    assert run.failed(fatal, Tolerance.NONE) is False
    assert run.fatal is fatal
    assert run.finished
    assert run.next == 2
    assert list(run.resume()) == []
    run.complete()
    assert run.next == 2
    assert run.count(Verdict.PASS) == 1


@pytest.mark.parametrize("tolerance", Tolerance)
def test_an_exhausted_retry_is_an_error_like_any_other(tolerance):
    """It is never dropped: with no tolerance it fails the task."""
    run, stopped = BatchRun("abc"), failure(1, RetriableError())
    run.failed(stopped, tolerance)
    run.give_up(tolerance)
    assert run.stopped is None
    assert run.failures == [stopped]
    assert run.count(tolerance.verdict) == 1
    assert (run.fatal is stopped) == (tolerance is Tolerance.NONE)
    run.give_up(tolerance)
    assert run.failures == [stopped]


def test_another_error_may_be_blamed_for_a_stop():
    run = BatchRun("abc")
    run.failed(failure(1, RetriableError()), Tolerance.ALL)
    error = DataError("the look-up found nothing")
    run.blame(error)
    run.give_up(Tolerance.ALL)
    assert run.failures[0].error is error


def test_nothing_is_blamed_or_asked_again_while_nothing_waits():
    run = BatchRun("abc")
    run.blame(DataError("no"))
    run.ask_again()
    assert (run.stopped, run.attempts) == (None, {})


def test_what_was_settled_and_repeated_is_counted():
    run, counters = BatchRun("abcd"), Counters(read=4, in_flight=4)
    for _ in range(2):
        run.failed(failure(1, RetriableError()), Tolerance.ALL)
        run.ask_again()
        run.resume()
    run.failed(failure(1), Tolerance.ALL)
    run.verdicts[2] = Verdict.FILTERED
    run.complete()
    run.tell(counters)
    assert (counters.skipped, counters.filtered, counters.retried, counters.in_flight) == (1, 1, 2, 2)
    stage = counters.stages[Stage.KEY_CONVERTER]
    assert (stage.skipped, stage.retried) == (1, 2)


def test_giving_up_while_nothing_waits_changes_nothing():
    run = BatchRun("abc")
    run.give_up(Tolerance.NONE)
    assert run.next == 0
    assert run.fatal is None


class Plugin:
    def apply(self, record):
        return record

    def __call__(self, record):
        return record


def plain(record):
    return record


@pytest.mark.parametrize(
    ("plugin", "name"),
    [
        (Plugin(), f"{__name__}.Plugin"),
        (Plugin, f"{__name__}.Plugin"),
        (Plugin().apply, f"{__name__}.Plugin"),
        (plain, f"{__name__}.plain"),
        (partial(plain), "functools.partial"),
    ],
)
def test_a_plugin_is_named_by_its_class_or_function(plugin, name):
    assert plugin_name(plugin) == name


# -- the conservation law ----------------------------------------------------------------------------------


class Script:
    """What each plugin does with each record: raise `RetriableError` some times, then this."""

    def __init__(self, stages, plans):
        self.stages = stages
        self.left = [{stage: [retries, act] for stage, (retries, act) in plan.items()} for plan in plans]
        self.plans = plans
        self.calls = []
        self.ends = []

    def plugin(self, stage, act_on):
        """Return a plugin that follows the script, then calls `act_on`."""

        def follow(number, *rest):
            self.calls.append((number, stage))
            plan = self.left[number].get(stage, [0, "pass"])
            if plan[0]:
                plan[0] -= 1
                raise RetriableError
            if plan[1] in ERRORS:
                self.ends.append(number)
                raise ERRORS[plan[1]]
            if plan[1] == "filter" or stage == self.stages[-1]:
                self.ends.append(number)
            return None if plan[1] == "filter" else act_on(*rest)

        return follow

    def fate(self, number, given_up, tolerance):
        """Say what becomes of a record: the obvious loop."""
        for stage in self.stages:
            retries, act = self.plans[number].get(stage, (0, "pass"))
            if given_up == stage and retries:
                return tolerance.verdict
            if act in ERRORS:
                return tolerance.verdict
            if act == "filter":
                return Verdict.FILTERED
        return Verdict.PASS


ERRORS = {"data": DataError("no"), "value": ValueError("no"), "base": ZeroDivisionError()}
TRANSFORMS = ("first", "second")


class ScriptedConverter:
    def __init__(self, script, stage):
        self.follow = script.plugin(stage, lambda result: result)

    def from_connect_data(self, topic, headers, schema, value):
        return self.follow(value, b"%d" % value)

    def to_connect_data(self, topic, headers, data):
        return self.follow(int(data), (None, int(data)))

    def from_connect_header(self, topic, key, schema, value):
        return self.follow(value, b"%d" % value)

    def to_connect_header(self, topic, key, data):
        return self.follow(int(data), (None, int(data)))


class SourceSide:
    stages = (*TRANSFORMS, "header", "key", "value")
    pipeline = SourcePipeline

    @staticmethod
    def record(number):
        return SourceRecord("t", key=number, value=number, headers=Headers([Header("h", number)]))

    @staticmethod
    def number(out):
        assert out.key == out.value == out.headers[0][1]
        return int(out.value)


class SinkSide:
    stages = ("key", "value", "header", *TRANSFORMS)
    pipeline = SinkPipeline

    @staticmethod
    def record(number):
        data = b"%d" % number
        return ConsumerRecord("t", 0, number, 0, 0, data, data, (("h", data),))

    @staticmethod
    def number(out):
        assert out.key == out.value == out.headers[0].value == out.offset
        return out.value


ACT = st.sampled_from(["pass"] * 4 + list(ERRORS))
TRANSFORM_ACT = st.sampled_from(["pass"] * 4 + ["filter", "filter", *ERRORS])
RETRIES = st.sampled_from([0, 0, 0, 1, 2])
PLAN = st.fixed_dictionaries(
    {},
    optional={
        **{stage: st.tuples(RETRIES, TRANSFORM_ACT) for stage in TRANSFORMS},
        **{stage: st.tuples(RETRIES, ACT) for stage in ("header", "key", "value")},
    },
)


class ConservationMachine(RuleBasedStateMachine):
    """One batch, driven as a loop drives it: advance, wait, ask again, give up, or leave it."""

    side: type[SourceSide] | type[SinkSide]

    @initialize(plans=st.lists(PLAN, max_size=6), tolerance=st.sampled_from(Tolerance))
    def begin(self, plans, tolerance):
        self.script = Script(self.side.stages, plans)
        self.tolerance = tolerance
        self.given_up = {}
        converters = [ScriptedConverter(self.script, stage) for stage in ("key", "value", "header")]
        transforms = tuple(
            partial(self.apply, self.script.plugin(stage, lambda same: same)) for stage in TRANSFORMS
        )
        self.pipeline = self.side.pipeline(transforms, *converters, tolerance)
        self.run = BatchRun([self.side.record(number) for number in range(len(plans))])
        self.counters = Counters()
        self.counters.take(len(plans))

    @staticmethod
    def apply(plugin, record):
        return plugin(record.value, record)

    @rule()
    def advance(self):
        before, calls = self.run.next, len(self.script.calls)
        was_finished = self.run.finished
        self.pipeline.advance(self.run)
        assert self.run.finished != (self.run.stopped is not None)
        assert self.run.next >= before
        assert all(number >= before for number, _ in self.script.calls[calls:])
        if was_finished:
            assert len(self.script.calls) == calls

    @precondition(lambda self: self.run.stopped is not None)
    @rule()
    def give_up(self):
        index = self.run.stopped.index
        self.given_up[index] = self.script.calls[-1][1]
        self.run.give_up(self.tolerance)
        assert self.run.next == index + 1

    @invariant()
    def every_record_so_far_has_exactly_its_verdict(self):
        run = self.run
        fates = [self.fate(number) for number in range(run.next)]
        assert list(run.verdicts[: run.next]) == fates
        assert [run.count(verdict) for verdict in Verdict] == [fates.count(verdict) for verdict in Verdict]
        failed = [number for number, fate in enumerate(fates) if fate == self.tolerance.verdict]
        assert [failure.index for failure in run.failures] == failed
        if run.stopped is not None:
            assert run.stopped.index == run.next
            assert isinstance(run.stopped.error, RetriableError)
        else:
            assert run.next in (0, *(number + 1 for number in failed), len(run.records))

    @invariant()
    def what_goes_on_is_what_passed_in_order(self):
        passed = [number for number in range(self.run.next) if self.fate(number) == Verdict.PASS]
        assert [self.side.number(out) for out in self.run.out] == passed

    @invariant()
    def nothing_is_processed_twice(self):
        numbers = [number for number, _ in self.script.calls]
        assert numbers == sorted(numbers)
        assert len(self.script.ends) == len(set(self.script.ends))
        for number in range(self.run.next):
            for stage in self.side.stages:
                retries, _ = self.script.plans[number].get(stage, (0, "pass"))
                later = self.side.stages[self.side.stages.index(stage) :]
                again = sum(self.script.plans[number].get(other, (0, ""))[0] for other in later)
                assert self.script.calls.count((number, stage)) <= 1 + again, (number, stage, retries)

    @invariant()
    def nothing_comes_after_a_fatal_failure(self):
        fatal = self.run.fatal
        failed = [number for number in range(self.run.next) if self.fate(number) == Verdict.FAILED]
        assert ([fatal.index] if fatal else []) == failed
        if fatal:
            assert self.run.next == fatal.index + 1
            assert max(number for number, _ in self.script.calls) == fatal.index

    def fate(self, number):
        return self.script.fate(number, self.given_up.get(number), self.tolerance)

    def teardown(self):
        """Settle the rest as a stopping loop does, and count."""
        if not hasattr(self, "run"):
            return
        for verdict in Verdict:
            self.counters.judge(verdict, self.run.count(verdict))
        self.counters.deliver(len(self.run.out))
        assert self.counters.conserved
        assert self.counters.in_flight == len(self.run.records) - self.run.next
        self.counters.give_back()
        assert self.counters.in_flight == 0
        assert self.counters.settled == self.counters.read == len(self.run.records)


class SourceMachine(ConservationMachine):
    side = SourceSide


class SinkMachine(ConservationMachine):
    side = SinkSide


# Explaining a failure takes longer than finding it.
QUICK = settings(max_examples=60, stateful_step_count=25, phases=set(Phase) - {Phase.explain})
TestSourceMachine = SourceMachine.TestCase
TestSourceMachine.settings = QUICK
TestSinkMachine = SinkMachine.TestCase
TestSinkMachine.settings = QUICK
