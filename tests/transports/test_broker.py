"""What does each request do to the embedded broker?"""

import gc
import tempfile
import weakref
from pathlib import Path

import attrs
import pytest
from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from connectsdk.errors import FencedError, IllegalStateError
from connectsdk.record import TopicPartition
from connectsdk.transport import NewTopic
from connectsdk.transports.embedded._batch import BatchState, Columns
from connectsdk.transports.embedded._broker import Broker, Now
from connectsdk.transports.embedded._group import Subscription
from connectsdk.transports.embedded._memory_store import MemoryStore
from connectsdk.transports.embedded._sqlite_store import SQLiteStore
from connectsdk.transports.embedded._topic_logs import FetchLimits

WHERE = [TopicPartition("t", 0), TopicPartition("t", 1)]
NOW = Now(1_000_000, 0.0)


def columns(values, keys=None, timestamp=NOW.ms):
    values = tuple(values)
    columns = Columns((timestamp,) * len(values), tuple(keys or values), values, ((),) * len(values))
    return columns, sum(map(len, values))


@attrs.define
class Written:
    """What the model knows of one record."""

    offset: int
    value: bytes
    state: str = "open"


class BrokerMachine(RuleBasedStateMachine):
    """Partitions and transactions against lists."""

    @initialize()
    def begin(self):
        self.open_store()
        self.broker.create_topics([NewTopic(name="t", partitions=2)], NOW)
        self.records = {where: [] for where in WHERE}
        self.ends = dict.fromkeys(WHERE, 0)
        self.transactions = {}
        self.pending = {}
        self.offsets = {}
        self.number = 0

    def open_store(self):
        self.broker = Broker(MemoryStore())
        self.broker.load()

    def some_values(self, count):
        self.number += count
        return [str(number).encode() for number in range(self.number - count, self.number)]

    def note(self, where, base, values, state):
        assert base == self.ends[where]
        written = [Written(base + place, value, state) for place, value in enumerate(values)]
        self.records[where] += written
        self.ends[where] += len(values)
        return written

    @rule(where=st.sampled_from(WHERE), count=st.integers(1, 5))
    def append(self, where, count):
        values = self.some_values(count)
        bases = self.broker.append({where: columns(values)}, NOW)
        self.note(where, bases[where], values, "plain")

    @rule(name=st.sampled_from(["x", "y"]))
    def open_transactional(self, name):
        self.end_in_model(name, "aborted")
        before = self.transactions.get(name)
        self.transactions[name] = self.broker.open_transactional(name, 60.0)
        if before is not None:
            with pytest.raises(FencedError):
                self.broker.append({WHERE[0]: columns([b"zombie"])}, NOW, before)

    @rule(name=st.sampled_from(["x", "y"]), parts=st.lists(st.integers(1, 3), min_size=2, max_size=2))
    def append_in_transaction(self, name, parts):
        transaction = self.transactions.get(name)
        if transaction is None:
            return
        if name not in self.pending:
            with pytest.raises(IllegalStateError):
                self.broker.append({WHERE[0]: columns([b"early"])}, NOW, transaction)
            self.broker.transactions.begin(transaction, NOW.seconds)
            self.pending[name] = ([], {})
        values = {where: self.some_values(count) for where, count in zip(WHERE, parts, strict=True)}
        bases = self.broker.append({w: columns(v) for w, v in values.items()}, NOW, transaction)
        for where, base in bases.items():
            self.pending[name][0].extend(
                (where, written) for written in self.note(where, base, values[where], "open")
            )
        offset = self.number
        self.broker.write_group_offsets(transaction, "g", {WHERE[0]: offset})
        self.pending[name][1][WHERE[0]] = offset

    @rule(name=st.sampled_from(["x", "y"]), state=st.sampled_from(["committed", "aborted"]))
    def end(self, name, state):
        if name in self.pending:
            self.broker.end_transaction(self.transactions[name], BatchState[state.upper()])
            self.end_in_model(name, state)

    def end_in_model(self, name, state):
        if name not in self.pending:
            return
        written, offsets = self.pending.pop(name)
        for where in {where for where, _ in written}:
            self.ends[where] += 1
        for _, record in written:
            record.state = state
        if state == "committed":
            self.offsets.update(offsets)

    @rule(
        where=st.sampled_from(WHERE),
        start=st.integers(0, 30),
        most=st.integers(1, 6),
        committed=st.booleans(),
    )
    def fetch(self, where, start, most, committed):
        found = self.broker.logs.fetch(where, start, FetchLimits(most, 1_000_000, committed))
        if start > self.ends[where]:
            assert found is None
            return
        records, position = found
        expected = [r for r in self.visible(where, committed) if r.offset >= start][:most]
        assert [(r.offset, r.value) for r in records] == [(r.offset, r.value) for r in expected]
        following = [r.offset for r in self.visible(where, committed) if r.offset >= position]
        skipped = [r for r in self.visible(where, committed) if start <= r.offset < position]
        assert len(skipped) == len(expected)
        assert start <= position <= (following[0] if following else self.ends[where])

    def visible(self, where, committed):
        if not committed:
            return self.records[where]
        stable = min((r.offset for r in self.records[where] if r.state == "open"), default=self.ends[where])
        return [r for r in self.records[where] if r.state in {"plain", "committed"} and r.offset < stable]

    @invariant()
    def the_broker_agrees(self):
        if not hasattr(self, "records"):
            return
        for where in WHERE:
            log = self.broker.logs.log(where)
            assert log.end == self.ends[where]
            for committed in (True, False):
                records, _ = self.broker.logs.fetch(where, 0, FetchLimits(10_000, 1 << 30, committed))
                assert [(r.offset, r.value) for r in records] == [
                    (r.offset, r.value) for r in self.visible(where, committed)
                ]
        assert self.broker.group_offsets("g") == self.offsets


class DirectoryMachine(BrokerMachine):
    """The same in a directory, which is closed and opened again at any time."""

    def open_store(self):
        self.folder = getattr(self, "folder", None) or tempfile.TemporaryDirectory()
        self.broker = Broker(SQLiteStore(Path(self.folder.name) / "broker"))
        self.broker.load()

    @precondition(lambda self: hasattr(self, "records"))
    @rule()
    def reopen(self):
        self.broker.store.close()
        self.open_store()
        for name in sorted(self.pending, key=lambda name: self.transactions[name].producer):
            self.end_in_model(name, "aborted")
        self.transactions.clear()

    def teardown(self):
        if hasattr(self, "broker"):
            self.broker.store.close()
            self.folder.cleanup()


TestBrokerMachine = BrokerMachine.TestCase
TestBrokerMachine.settings = settings(max_examples=80, stateful_step_count=30, deadline=None)
TestDirectoryMachine = DirectoryMachine.TestCase
TestDirectoryMachine.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)


@pytest.fixture(params=["memory", "directory"])
def broker(request, tmp_path):
    store = MemoryStore() if request.param == "memory" else SQLiteStore(tmp_path / "broker")
    broker = Broker(store)
    broker.load()
    yield broker
    store.close()


def everything(broker, where):
    records, _ = broker.logs.fetch(where, broker.logs.log(where).start, FetchLimits(10_000, 1 << 30))
    return records


def test_retention_by_bytes_keeps_the_newest(broker):
    broker.create_topics([NewTopic(name="t", config={"retention.bytes": "100"})], NOW)
    for number in range(20):
        broker.append({WHERE[0]: columns([b"%02d" % number * 10])}, NOW)
    log = broker.logs.log(WHERE[0])
    assert (log.start, log.end) == (14, 20)
    assert [record.offset for record in everything(broker, WHERE[0])] == list(range(14, 20))
    assert broker.logs.fetch(WHERE[0], 13, FetchLimits(1, 1)) is None


def test_retention_by_time_keeps_the_youngest(broker):
    broker.create_topics([NewTopic(name="t", config={"retention.ms": "1000"})], NOW)
    for second in range(5):
        now = Now(second * 600, 0.0)
        broker.append({WHERE[0]: columns([b"v"], timestamp=now.ms)}, now)
    log = broker.logs.log(WHERE[0])
    assert (log.start, log.end) == (3, 5)


def test_retention_never_moves_the_end_back(broker):
    broker.create_topics([NewTopic(name="t", config={"retention.ms": "1"})], NOW)
    broker.append({WHERE[0]: columns([b"a", b"b"], timestamp=5)}, Now(5, 0.0))
    bases = broker.append({WHERE[0]: columns([b"c"], timestamp=100)}, Now(100, 0.0))
    assert bases == {WHERE[0]: 2}
    assert broker.logs.log(WHERE[0]).start == 2


def test_the_end_is_remembered_when_nothing_is_left(tmp_path):
    store = SQLiteStore(tmp_path)
    broker = Broker(store)
    broker.load()
    broker.create_topics([NewTopic(name="t", config={"retention.ms": "1"})], NOW)
    broker.append({WHERE[0]: columns([b"a", b"b"], timestamp=5)}, Now(5, 0.0))
    broker.logs._tidy(WHERE[0], 100)  # and the process dies before the append that asked for it
    store.close()
    again = Broker(store)
    again.load()
    assert again.append({WHERE[0]: columns([b"c"])}, NOW) == {WHERE[0]: 2}
    store.close()


def test_retention_spares_an_open_transaction(broker):
    broker.create_topics([NewTopic(name="t", config={"retention.bytes": "1"})], NOW)
    transaction = broker.open_transactional("x", 60.0)
    broker.transactions.begin(transaction, 0.0)
    broker.append({WHERE[0]: columns([b"abc"])}, NOW, transaction)
    for _ in range(3):
        broker.append({WHERE[0]: columns([b"abc"])}, NOW)
    assert broker.logs.log(WHERE[0]).start == 0
    broker.end_transaction(transaction, BatchState.COMMITTED)
    broker.append({WHERE[0]: columns([b"abc"])}, NOW)
    assert broker.logs.log(WHERE[0]).start > 0


COMPACT = {"cleanup.policy": "compact", "segment.bytes": "200", "delete.retention.ms": "1000"}


def test_compaction_keeps_the_latest_of_each_key_under_its_offset(broker):
    broker.create_topics([NewTopic(name="t", config=COMPACT)], NOW)
    for number in range(100):
        broker.append({WHERE[0]: columns([b"%010d" % number], [b"%d" % (number % 5)])}, NOW)
    found = everything(broker, WHERE[0])
    assert len(found) < 60
    assert {record.key: record.offset for record in found} == {b"%d" % (n % 5): n for n in range(95, 100)}
    assert all(record.value == b"%010d" % record.offset for record in found)
    assert broker.logs.log(WHERE[0]).end == 100


def test_compaction_forgets_tombstones_later(broker):
    broker.create_topics([NewTopic(name="t", config=COMPACT)], NOW)
    tombstone = Columns((NOW.ms,), (b"gone",), (None,), ((),))
    broker.append({WHERE[0]: (tombstone, 4)}, NOW)
    for later, there in ((0, True), (5_000, False)):
        now = Now(NOW.ms + later, 0.0)
        for number in range(50):
            broker.append({WHERE[0]: columns([b"%010d" % number], [b"k"], now.ms)}, now)
        assert (b"gone" in {record.key for record in everything(broker, WHERE[0])}) == there


def test_compaction_leaves_open_transactions_alone(broker):
    broker.create_topics([NewTopic(name="t", config=COMPACT)], NOW)
    broker.append({WHERE[0]: columns([b"old"], [b"k"])}, NOW)
    transaction = broker.open_transactional("x", 60.0)
    broker.transactions.begin(transaction, 0.0)
    broker.append({WHERE[0]: columns([b"new"], [b"k"])}, NOW, transaction)
    for number in range(100):
        broker.append({WHERE[0]: columns([b"%010d" % number], [b"other"])}, NOW)
    assert [record.value for record in everything(broker, WHERE[0])] == [b"old"]
    broker.end_transaction(transaction, BatchState.ABORTED)
    for number in range(100):
        broker.append({WHERE[0]: columns([b"%010d" % number], [b"other"])}, NOW)
    table = {record.key: record.value for record in everything(broker, WHERE[0])}
    assert table == {b"k": b"old", b"other": b"%010d" % 99}


def test_compaction_never_moves_the_end_back(broker):
    broker.create_topics([NewTopic(name="t", config=COMPACT)], NOW)
    transaction = broker.open_transactional("x", 60.0)
    for _ in range(2):
        broker.transactions.begin(transaction, 0.0)
        broker.append({WHERE[0]: columns([b"aborted" * 50], [b"k"])}, NOW, transaction)
        broker.end_transaction(transaction, BatchState.ABORTED)
    assert broker.append({WHERE[0]: columns([b"new"], [b"k"])}, NOW) == {WHERE[0]: 4}
    assert [record.offset for record in everything(broker, WHERE[0])] == [4]
    if isinstance(broker.store, SQLiteStore):
        broker.store.close()
        again = Broker(broker.store)
        again.load()
        assert again.append({WHERE[0]: columns([b"newer"], [b"k"])}, NOW) == {WHERE[0]: 5}


def test_a_transaction_that_takes_too_long_is_aborted_and_fenced(broker):
    broker.create_topics([NewTopic(name="t")], NOW)
    transaction = broker.open_transactional("x", 10.0)
    broker.transactions.begin(transaction, 0.0)
    broker.append({WHERE[0]: columns([b"late"])}, NOW, transaction)
    assert not broker.expire_transactions(Now(0, 9.9))
    assert broker.expire_transactions(Now(0, 10.0))
    assert broker.logs.log(WHERE[0]).stable == 2
    with pytest.raises(FencedError):
        broker.end_transaction(transaction, BatchState.COMMITTED)
    assert everything(broker, WHERE[0]) == []


def test_a_deleted_topic_takes_its_group_offsets_with_it(broker):
    broker.create_topics([NewTopic(name="t", partitions=2), NewTopic(name="u")], NOW)
    other = TopicPartition("u", 0)
    broker.alter_group_offsets("g", {WHERE[0]: 3, other: 4}, NOW)
    broker.delete_topics(["t"], NOW)
    assert broker.group_offsets("g") == {other: 4}
    broker.create_topics([NewTopic(name="t")], NOW)
    assert broker.append({WHERE[0]: columns([b"v"])}, NOW) == {WHERE[0]: 0}


def test_a_failed_change_leaves_nothing(tmp_path):
    store = SQLiteStore(tmp_path)
    store.open()

    def fail():
        with store.atomic():
            store.put_group_offsets("g", {WHERE[0]: 1})
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    with store.atomic():
        store.put_group_offsets("g", {WHERE[1]: 2})
    store.close()
    assert store.open().groups == {"g": {WHERE[1]: 2}}
    store.close()


def test_a_group_ends_with_its_last_consumer_and_keeps_its_offsets(broker):
    broker.create_topics([NewTopic(name="t", partitions=2)], NOW)
    groups = []
    for number in range(20):
        group, member = broker.join(f"g{number}", Subscription(frozenset({"t"})), 60.0, NOW)
        group.told(member, group.look(member, NOW.seconds))
        broker.commit_offsets(group, member, {WHERE[0]: number}, NOW)
        broker.leave(group, member, NOW.seconds)
        groups.append(weakref.ref(group))
    del group, member
    gc.collect()
    assert [group() for group in groups] == [None] * 20
    assert [broker.group_offsets(f"g{number}") for number in range(20)] == [
        {WHERE[0]: number} for number in range(20)
    ]


def test_a_group_does_not_end_while_a_late_consumer_may_come_back(broker):
    broker.create_topics([NewTopic(name="t", partitions=1)], NOW)
    wanted = Subscription(frozenset({"t"}))
    group, late = broker.join("g", wanted, 1.0, NOW)
    group.told(late, group.look(late, 0.0))
    _, other = broker.join("g", wanted, 60.0, NOW)
    group.tick(2.0)  # the first did not give up its partition
    broker.leave(group, other, 2.0)
    assert not group.has_members
    again, third = broker.join("g", wanted, 60.0, NOW)
    assert again is group
    broker.leave(group, third, 2.0)
    broker.leave(group, late, 2.0)
    assert broker.join("g", wanted, 60.0, NOW)[0] is not group
