"""Which source offsets may be stored?"""

from itertools import groupby
from types import MappingProxyType

import pytest
from hypothesis import Phase, settings, strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from connectsdk._core.submitted_records import SubmittedRecords
from connectsdk._core.verdict import Verdict
from connectsdk.errors import DataError, IllegalStateError
from connectsdk.record import SourceRecord

PASS, FILTERED, SKIPPED, DEAD, FAILED = Verdict
FILE = {"file": "a"}


def record(position=None, partition=FILE):
    offset = None if position is None else {"position": position}
    return SourceRecord("t", source_partition=partition, source_offset=offset)


def committable(ledger):
    return {str(partition["file"]): offset["position"] for partition, offset in ledger.committable()}


# -- one behaviour each ------------------------------------------------------------------------------------


def test_a_new_ledger_has_nothing_to_store():
    ledger = SubmittedRecords()
    assert ledger.clean
    assert ledger.outstanding == 0
    assert ledger.committable() == []


def test_an_empty_batch_is_settled_at_once():
    ledger = SubmittedRecords()
    assert ledger.submit([], b"").settled
    assert ledger.clean


def test_an_offset_waits_for_its_flight():
    ledger = SubmittedRecords()
    flight = ledger.submit([record(1), record(2)], bytes(2))
    assert committable(ledger) == {}
    assert ledger.outstanding == 2
    ledger.settle(flight)
    assert committable(ledger) == {"a": 2}


def test_a_later_flight_waits_for_an_earlier_one():
    """The highest acknowledged offset is not it: the first unsettled record is never passed."""
    ledger = SubmittedRecords()
    flights = [ledger.submit([record(position)], bytes(1)) for position in (1, 2, 3)]
    ledger.settle(flights[2])
    ledger.settle(flights[1])
    assert committable(ledger) == {}
    ledger.settle(flights[0])
    assert committable(ledger) == {"a": 3}


def test_partitions_do_not_wait_for_each_other():
    ledger = SubmittedRecords()
    slow = ledger.submit([record(1)], bytes(1))
    quick = ledger.submit([record(7, {"file": "b"})], bytes(1))
    ledger.settle(quick)
    assert committable(ledger) == {"b": 7}
    ledger.settle(slow)
    assert committable(ledger) == {"a": 1, "b": 7}


@pytest.mark.parametrize("verdict", [FILTERED, SKIPPED, DEAD])
def test_records_without_a_flight_advance_the_offset_at_once(verdict):
    ledger = SubmittedRecords()
    assert ledger.submit([record(1), record(2)], bytes([verdict] * 2)).settled
    assert ledger.outstanding == 0
    assert committable(ledger) == {"a": 2}


def test_filtered_records_still_wait_for_those_before_them():
    ledger = SubmittedRecords()
    flight = ledger.submit([record(1)], bytes(1))
    ledger.submit([record(2)], bytes([FILTERED]))
    assert committable(ledger) == {}
    ledger.settle(flight)
    assert committable(ledger) == {"a": 2}


def test_a_failed_record_is_never_passed():
    ledger = SubmittedRecords()
    ledger.settle(ledger.submit([record(1)], bytes(1)))
    ledger.settle(ledger.submit([record(2), record(3)], bytes([FILTERED, FAILED])))
    ledger.settle(ledger.submit([record(4)], bytes(1)))
    assert committable(ledger) == {"a": 1}
    assert ledger.outstanding == 0
    assert not ledger.clean


def test_settling_twice_counts_once():
    ledger = SubmittedRecords()
    other = ledger.submit([record(1)], bytes(1))
    flight = ledger.submit([record(2)], bytes(1))
    ledger.settle(flight)
    ledger.settle(flight)
    assert ledger.outstanding == 1
    ledger.settle(other)
    assert ledger.outstanding == 0


def test_a_record_without_an_offset_moves_nothing_and_holds_up_those_behind_it():
    ledger = SubmittedRecords()
    flights = [ledger.submit([record(position)], bytes(1)) for position in (1, None, 3)]
    ledger.settle(flights[0])
    ledger.settle(flights[2])
    assert committable(ledger) == {"a": 1}
    ledger.settle(flights[1])
    assert committable(ledger) == {"a": 3}


def test_the_last_offset_of_a_batch_counts_even_if_records_without_one_follow():
    ledger = SubmittedRecords()
    ledger.settle(ledger.submit([record(1), record(2), record(None)], bytes(3)))
    ledger.settle(ledger.submit([record(None)], bytes(1)))
    assert committable(ledger) == {"a": 2}


def test_a_partition_that_never_has_an_offset_is_not_named():
    ledger = SubmittedRecords()
    ledger.settle(ledger.submit([record(None), record(None)], bytes(2)))
    assert committable(ledger) == {}
    assert ledger.clean


def test_records_without_a_partition_are_counted_and_not_tracked():
    ledger = SubmittedRecords()
    flight = ledger.submit([record(1, None), record(2, None)], bytes(2))
    assert ledger.outstanding == 2
    assert not ledger.clean
    ledger.settle(flight)
    assert ledger.clean
    assert ledger.committable() == []


def test_offsets_are_offered_until_they_are_stored():
    ledger = SubmittedRecords()
    ledger.settle(ledger.submit([record(1)], bytes(1)))
    offered = ledger.committable()
    assert ledger.committable() == offered
    assert not ledger.clean
    ledger.stored(offered)
    assert ledger.committable() == []
    assert ledger.clean
    ledger.stored(offered)
    assert ledger.clean


def test_storing_an_old_offset_leaves_the_newer_one_to_be_stored():
    ledger = SubmittedRecords()
    ledger.settle(ledger.submit([record(1)], bytes(1)))
    offered = ledger.committable()
    ledger.settle(ledger.submit([record(2)], bytes(1)))
    assert committable(ledger) == {"a": 2}
    ledger.stored(offered)
    assert committable(ledger) == {"a": 2}


def test_the_order_of_a_partitions_keys_is_not_part_of_it():
    ledger = SubmittedRecords()
    first = ledger.submit([record(1, {"file": "a", "part": 1})], bytes(1))
    ledger.settle(ledger.submit([record(2, {"part": 1, "file": "a"})], bytes(1)))
    assert committable(ledger) == {}
    ledger.settle(first)
    assert committable(ledger) == {"a": 2}


def test_any_mapping_names_a_partition():
    ledger = SubmittedRecords()
    ledger.settle(ledger.submit([record(1, MappingProxyType(FILE)), record(2)], bytes(2)))
    assert ledger.committable() == [(FILE, {"position": 2})]


def test_a_task_may_edit_its_maps_once_the_batch_is_submitted():
    """One map that the task moves forward must not take unsettled records with it."""
    ledger, partition, offset = SubmittedRecords(), {"file": "a"}, {"position": 1}
    mine = SourceRecord("t", source_partition=partition, source_offset=offset)
    ledger.settle(ledger.submit([mine], bytes(1)))
    offset["position"] = 2
    ledger.submit([mine], bytes(1))
    partition["file"] = "b"
    assert ledger.committable() == [({"file": "a"}, {"position": 1})]


@pytest.mark.parametrize(
    ("partition", "words"),
    [
        ({"file": b"a"}, ["dict with keys ['file']", "bytes"]),
        ({1: "a"}, ["dict with keys ['1']", "str"]),
        ("a file", ["str with no keys"]),
        (7, ["int with no keys"]),
    ],
)
def test_a_partition_that_cannot_be_an_identity_is_the_records_fault(partition, words):
    ledger = SubmittedRecords()
    with pytest.raises(DataError, match="a flat map") as caught:
        ledger.submit([record(1, partition)], bytes(1))
    assert all(word in str(caught.value) for word in words)
    assert ledger.clean


def test_an_offset_that_is_no_map_is_the_records_fault():
    ledger = SubmittedRecords()
    with pytest.raises(DataError, match="a source offset must be a map like its source partition, not int"):
        ledger.submit([SourceRecord("t", source_partition=FILE, source_offset=7)], bytes(1))
    assert ledger.outstanding == 0


@pytest.mark.parametrize("verdicts", [b"", bytes(2)])
def test_every_record_needs_a_verdict(verdicts):
    with pytest.raises(IllegalStateError, match=f"1 records came with {len(verdicts)} verdicts"):
        SubmittedRecords().submit([record(1)], verdicts)


# -- a list and a loop -------------------------------------------------------------------------------------


class Line:
    """What the model keeps per record: consecutive records of one partition in one batch settle as one."""

    def __init__(self, partition, offset, verdict, flight, run):
        self.partition, self.offset, self.verdict, self.flight, self.run = (
            partition,
            offset,
            verdict,
            flight,
            run,
        )

    @property
    def settled(self):
        return self.verdict != FAILED and (self.verdict != PASS or self.flight.settled)


BATCH = st.lists(
    st.tuples(
        st.sampled_from(["a", "a", "b", "c", None]),
        st.sampled_from([PASS, PASS, PASS, FILTERED, SKIPPED, DEAD]),
        st.integers(0, 4).map(bool),
    ),
    max_size=6,
)


class LedgerMachine(RuleBasedStateMachine):
    """The ledger against a list of all records ever submitted, walked from the start each time."""

    flights = Bundle("flights")
    offers = Bundle("offers")

    def __init__(self):
        super().__init__()
        self.ledger = SubmittedRecords()
        self.lines = []
        self.stored = {}
        self.position = 0

    @rule(target=flights, batch=BATCH, last=st.sampled_from([None] * 8 + [FAILED]))
    def submit(self, batch, last):
        records, lines, maps = [], [], []
        for partition, _, has_offset in batch:
            self.position += 1
            maps += [
                partition and {"file": partition, "n": 1},
                {"position": self.position} if has_offset else None,
            ]
            records.append(SourceRecord("t", source_partition=maps[-2], source_offset=maps[-1]))
        verdicts = [verdict for _, verdict, _ in batch]
        if last is not None and verdicts:
            verdicts[-1] = last
        flight = self.ledger.submit(records, bytes(verdicts))
        items = list(zip(batch, records, verdicts, strict=True))
        for run, (partition, part) in enumerate(groupby(items, lambda item: item[0][0])):
            for _, submitted, verdict in part:
                offset = submitted.source_offset and submitted.source_offset["position"]
                lines.append(Line(partition, offset, verdict, flight, (len(self.lines), run)))
        self.lines += lines
        for edited in filter(None, maps):
            edited.clear()
        return flight

    @rule(flight=flights)
    def settle(self, flight):
        self.ledger.settle(flight)

    @rule(target=offers)
    def offer(self):
        offered = self.ledger.committable()
        found = {partition["file"]: offset["position"] for partition, offset in offered}
        assert len(found) == len(offered)
        assert found == self.expected()
        for partition, offset in found.items():
            before = [line for line in self.lines if line.partition == partition and line.offset == offset]
            passed = self.lines[: self.lines.index(before[0]) + 1]
            assert all(line.settled for line in passed if line.partition == partition)
        return offered

    @rule(offer=consumes(offers))
    def store(self, offer):
        """May come late: others were offered, and stored, meanwhile."""
        self.ledger.stored(offer)
        for partition, offset in offer:
            name, position = partition["file"], offset["position"]
            self.stored[name] = max(position, self.stored.get(name, 0))

    def expected(self):
        found = {}
        for partition in {line.partition for line in self.lines} - {None}:
            newest = None
            for line in self.lines:
                if line.partition == partition:
                    if not all(other.settled for other in self.lines if other.run == line.run):
                        break
                    newest = line.offset or newest
            if newest is not None and newest > self.stored.get(partition, 0):
                found[partition] = newest
        return found

    @invariant()
    def outstanding_records_are_counted(self):
        unsettled = sum(1 for line in self.lines if line.verdict == PASS and not line.flight.settled)
        assert self.ledger.outstanding == unsettled

    @invariant()
    def a_clean_ledger_has_nothing_left_to_do(self):
        if self.ledger.clean:
            assert not self.expected()
            assert self.ledger.outstanding == 0
            assert all(line.settled for line in self.lines if line.partition is not None)

    def teardown(self):
        """Everything settled is committable in the end, and storing it leaves a clean ledger."""
        failed = {line.partition for line in self.lines if line.verdict == FAILED} - {None}
        for line in self.lines:
            self.ledger.settle(line.flight)
        self.store(self.offer())
        assert self.ledger.clean == (not failed)
        for partition in {line.partition for line in self.lines} - failed - {None}:
            offsets = [line.offset for line in self.lines if line.partition == partition and line.offset]
            assert self.stored.get(partition) == (offsets[-1] if offsets else None)


# Explaining a failure takes longer than finding it.
QUICK = settings(max_examples=60, stateful_step_count=25, phases=set(Phase) - {Phase.explain})
TestLedgerMachine = LedgerMachine.TestCase
TestLedgerMachine.settings = QUICK
