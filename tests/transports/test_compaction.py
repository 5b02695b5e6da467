"""What is left of a partition when only the latest record of each key is kept?"""

from hypothesis import given, strategies as st

from connectsdk.transports.embedded._batch import BatchState, Columns, RecordBatch
from connectsdk.transports.embedded._compaction import compacted

states = st.sampled_from([BatchState.PLAIN, BatchState.COMMITTED, BatchState.ABORTED, BatchState.CONTROL])
records = st.tuples(st.sampled_from([b"a", b"b", b"c"]), st.none() | st.binary(max_size=2), st.integers(0, 9))
batches = st.lists(st.tuples(states, st.lists(records, min_size=1, max_size=4)), max_size=8)


def log_of(drawn):
    log, end = [], 0
    for state, found in drawn:
        rows = [] if state is BatchState.CONTROL else found
        keys, values, stamps = zip(*rows, strict=True) if rows else ((), (), ())
        following = end + max(len(rows), 1)
        columns = Columns(stamps, keys, values, ((),) * len(rows))
        log.append(RecordBatch(end, following, range(end, following)[: len(rows)], columns, 1, state))
        end = following
    return log, end


def records_of(log, stable):
    for batch in log:
        if batch.next <= stable and batch.state in {BatchState.PLAIN, BatchState.COMMITTED}:
            yield from zip(
                batch.offsets, batch.columns.keys, batch.columns.values, batch.columns.timestamps, strict=True
            )


@given(batches, st.integers(0, 8), st.integers(0, 10))
def test_the_latest_of_each_key_is_kept_in_place(drawn, settled, tombstones_from):
    log, end = log_of(drawn)
    stable = log[settled].base if settled < len(log) else end
    kept = [
        record
        for batch in compacted(lambda: log, stable, tombstones_from)
        for record in records_of([batch], end)
    ]
    latest = {}
    for record in records_of(log, stable):
        latest[record[1]] = record
    expected = [r for r in sorted(latest.values()) if r[2] is not None or r[3] >= tombstones_from]
    assert kept == expected


@given(batches)
def test_compacting_twice_changes_nothing(drawn):
    log, end = log_of(drawn)
    once = compacted(lambda: log, end, 5)
    twice = compacted(lambda: once, end, 5)
    assert list(records_of(once, end)) == list(records_of(twice, end))
    assert all(batch.next <= end for batch in once)


def test_many_small_batches_become_few():
    drawn = [(BatchState.PLAIN, [(str(number).encode(), b"v", 0)]) for number in range(2_500)]
    log, end = log_of(drawn)
    merged = compacted(lambda: log, end, 0)
    assert [len(batch.offsets) for batch in merged] == [1_000, 1_000, 500]
    assert [offset for batch in merged for offset in batch.offsets] == list(range(2_500))
