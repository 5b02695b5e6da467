"""Which records of a batch that a sink refused are to blame?"""

import math

from hypothesis import given, strategies as st

from connectsdk._core.poison import PutRun, origin, place, positions_after
from connectsdk.record import SinkRecord, TopicPartition


def records(count):
    return [SinkRecord("t", n % 2, offset=n) for n in range(count)]


def put_all(batch, bad, *, together=1):
    """Put a batch into a sink that refuses parts with as many bad records; return what came out, and how often."""
    run, taken, culprits, puts = PutRun.of(batch), [], [], 0
    while not run.finished:
        part = run.part
        puts += 1
        if sum(record.offset in bad for record in part) < together:
            taken += part
            run.taken()
        elif (culprit := run.refused()) is not None:
            culprits.append(culprit)
            before = [record for record in batch if record.offset < culprit.offset]
            assert taken + culprits[:-1] == sorted(taken, key=lambda r: r.offset) + culprits[:-1]
            assert len(taken) + len(culprits) - 1 == len(before), "what comes before a culprit is settled"
    assert (run.part, run.left) == ((), 0)
    return taken, culprits, puts


@given(st.integers(1, 60), st.sets(st.integers(0, 59)))
def test_the_culprits_are_found_and_all_others_are_put_in_order(count, bad):
    batch = records(count)
    taken, culprits, puts = put_all(batch, bad)
    assert taken == [record for record in batch if record.offset not in bad]
    assert culprits == [record for record in batch if record.offset in bad]
    assert puts <= 1 + 2 * len(culprits) * math.ceil(math.log2(count))


def test_a_batch_that_is_only_too_much_at_once_has_no_culprit():
    batch = records(8)
    taken, culprits, _ = put_all(batch, set(range(8)), together=3)
    assert (taken, culprits) == (batch, [])


def test_no_records_are_one_empty_part():
    run = PutRun.of(())
    assert (run.part, run.finished) == ((), False)
    run.taken()
    assert run.finished


@given(st.integers(1, 20), st.integers(0, 4), st.sampled_from([0, 1]))
def test_partitions_that_are_gone_are_left_out(count, refusals, gone):
    run = PutRun.of(records(count))
    for _ in range(refusals):
        if run.parts:
            run.refused()
    before = [record for part in reversed(run.parts) for record in part]
    dropped = run.drop({TopicPartition("t", gone)})
    kept = [record for part in reversed(run.parts) for record in part]
    assert kept == [record for record in before if record.partition != gone]
    assert all(run.parts)
    assert dropped == len(before) - len(kept)


def test_a_record_belongs_to_where_it_was_read_from():
    record = SinkRecord("t", 3, offset=1)
    assert origin(record.with_topic("u")) == TopicPartition("t", 3)
    assert origin(SinkRecord("t", None)) == TopicPartition("t", 0)
    assert place(record.with_topic("u")) == ("t", 3, 1)


def test_the_position_is_after_the_last_record_of_each_partition():
    assert positions_after(records(5)) == {TopicPartition("t", 0): 5, TopicPartition("t", 1): 4}
