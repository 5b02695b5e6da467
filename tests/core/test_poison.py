"""Which records of a batch that a sink refused are to blame?"""

import math

from hypothesis import given, strategies as st

from connectsdk._core.poison import PutRun, origin
from connectsdk.errors import DataError
from connectsdk.record import SinkRecord, TopicPartition


def records(count):
    return [SinkRecord("t", n % 2, offset=n) for n in range(count)]


def put_all(batch, bad, *, together=1):
    """Put a batch into a sink that refuses parts with as many bad records; return what it took, and how often."""
    run, taken, puts = PutRun.of(batch), [], 0
    while not run.finished:
        part = run.part
        puts += 1
        if sum(record.offset in bad for record in part) >= together:
            run.refused(DataError(f"{len(part)}"))
        else:
            taken += part
            run.taken()
    return run, taken, puts


@given(st.integers(1, 60), st.sets(st.integers(0, 59)))
def test_the_culprits_are_found_and_all_others_are_put_in_order(count, bad):
    batch = records(count)
    run, taken, puts = put_all(batch, bad)
    assert taken == [record for record in batch if record.offset not in bad]
    assert [culprit.record for culprit in run.culprits] == [r for r in batch if r.offset in bad]
    assert {str(culprit.error) for culprit in run.culprits} <= {"1"}
    found = len(run.culprits)
    assert puts <= 1 + 2 * found * math.ceil(math.log2(count) if count > 1 else 0)
    assert (run.part, run.left) == ((), 0)


def test_a_batch_that_is_only_too_much_at_once_has_no_culprit():
    batch = records(8)
    run, taken, _ = put_all(batch, set(range(8)), together=3)
    assert (taken, run.culprits) == (batch, [])


def test_a_single_record_is_its_own_culprit():
    run = PutRun.of(records(1))
    error = DataError("no")
    culprit = run.refused(error)
    assert culprit is not None
    assert (culprit.record.offset, culprit.error) == (0, error)
    assert run.finished


@given(st.integers(1, 20), st.integers(0, 19), st.sampled_from([0, 1]))
def test_partitions_that_are_gone_are_left_out(count, bad, gone):
    run = PutRun.of(records(count))
    run.refused(DataError("all"))
    while run.parts and run.left > count // 2:
        if any(record.offset == bad for record in run.part):
            run.refused(DataError("no"))
        else:
            run.taken()
    before = [record for part in reversed(run.parts) for record in part]
    blamed = [culprit.record for culprit in run.culprits]
    dropped = run.drop({TopicPartition("t", gone)})
    kept = [record for part in reversed(run.parts) for record in part]
    assert kept == [record for record in before if record.partition != gone]
    assert all(run.parts)
    assert [culprit.record for culprit in run.culprits] == [r for r in blamed if r.partition != gone]
    assert dropped == len(before) - len(kept) + len(blamed) - len(run.culprits)


def test_a_record_belongs_to_where_it_was_read_from():
    record = SinkRecord("t", 3, offset=1)
    assert origin(record.with_topic("u")) == TopicPartition("t", 3)
    assert origin(SinkRecord("t", None)) == TopicPartition("t", 0)
