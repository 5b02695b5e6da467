"""Which offsets may a sink's group commit?"""

import pytest
from hypothesis import Phase, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from connectsdk._core.sink_offsets import Approval, SinkOffsets
from connectsdk.record import TopicPartition

A, B, C = (TopicPartition("t", partition) for partition in range(3))


def owning(committed=0, delivered=0, partition=A):
    offsets = SinkOffsets()
    offsets.assigned({partition: committed})
    offsets.delivered({partition: delivered})
    return offsets


# -- one behaviour each ------------------------------------------------------------------------------------


def test_nothing_is_owned_at_first():
    offsets = SinkOffsets()
    assert offsets.partitions == frozenset()
    assert offsets.pending() == {}
    assert offsets.rewind() == {}


def test_an_assignment_adds_partitions():
    offsets = SinkOffsets()
    offsets.assigned({A: 3})
    offsets.assigned({B: 0})
    assert offsets.partitions == {A, B}
    assert offsets.pending() == {}


def test_what_was_delivered_is_pending_until_it_is_committed():
    offsets = owning(3, 8)
    assert offsets.pending() == {A: 8}
    offsets.committed({A: 8})
    assert offsets.pending() == {}


def test_each_partition_says_what_is_committed_and_what_is_delivered():
    offsets = owning(3, 8)
    offsets.assigned({B: 5})
    assert offsets.positions() == {A: (3, 8), B: (5, 5)}
    offsets.committed({A: 4})
    offsets.forget([B])
    assert offsets.positions() == {A: (4, 8)}


def test_a_part_of_what_was_delivered_may_be_committed():
    offsets = owning(3, 8)
    offsets.committed({A: 5})
    assert offsets.pending() == {A: 8}
    assert offsets.rewind() == {A: 5}


def test_pending_can_be_asked_for_some_partitions():
    offsets = owning(3, 8)
    offsets.assigned({B: 0})
    offsets.delivered({B: 1})
    assert offsets.pending([A, C]) == {A: 8}
    assert offsets.pending([]) == {}


def test_partitions_that_are_not_owned_are_ignored():
    offsets = owning(3, 8)
    offsets.forget([A, B])
    for change in (offsets.delivered, offsets.committed, offsets.sought):
        change({A: 9})
    assert offsets.partitions == frozenset()
    assert offsets.pending() == {}


@pytest.mark.parametrize("answer", [4, 8])
def test_what_the_task_holds_back_is_not_committed(answer):
    assert owning(3, 8).approve({A: 8}, {A: answer}) == Approval({A: answer})


@pytest.mark.parametrize("answered", [{}, {A: 3}])
def test_nothing_new_is_nothing_to_commit(answered):
    assert owning(3, 8).approve({A: 8}, answered) == Approval({})


@pytest.mark.parametrize(
    ("answered", "warning"),
    [
        ({A: 9}, "pre_commit named offset 9 of t-0, beyond the 8 it was given: ignored"),
        ({A: 2}, "pre_commit named offset 2 of t-0, but 3 is committed: ignored"),
        ({A: -1}, "pre_commit named offset -1 of t-0, but 3 is committed: ignored"),
        ({B: 1}, "pre_commit named t-1, which it was not asked about: ignored"),
    ],
)
def test_an_answer_that_cannot_be_followed_is_ignored_with_a_warning(answered, warning):
    assert owning(3, 8).approve({A: 8}, answered) == Approval({}, (warning,))


def test_a_bad_answer_does_not_spoil_the_others():
    offsets = owning(3, 8)
    offsets.assigned({B: 0})
    approval = offsets.approve({A: 8, B: 1}, {A: 9, B: 1})
    assert approval.offsets == {B: 1}
    assert len(approval.warnings) == 1


def test_nothing_is_approved_for_a_partition_that_went_away_meanwhile():
    offsets = owning(3, 8)
    offsets.forget([A])
    assert offsets.approve({A: 8}, {A: 8}).offsets == {}


def test_rewinding_goes_back_to_the_last_commit():
    offsets = owning(3, 8)
    offsets.assigned({B: 5})
    assert offsets.rewind() == {A: 3}
    assert offsets.pending() == {}
    assert offsets.rewind() == {}
    offsets.delivered({A: 4})
    assert offsets.pending() == {A: 4}


@pytest.mark.parametrize("offset", [0, 5, 100])
def test_a_seek_goes_anywhere_and_leaves_nothing_pending(offset):
    offsets = owning(3, 8)
    offsets.sought({A: offset})
    assert offsets.pending() == {}
    assert offsets.rewind() == {}
    offsets.delivered({A: offset + 1})
    assert offsets.pending() == {A: offset + 1}


# -- a list and a loop -------------------------------------------------------------------------------------


class Part:
    """What the model keeps per owned partition: each record that the task took, and the last commit."""

    def __init__(self, start):
        self.start, self.taken, self.committed = start, [], start

    @property
    def next(self):
        return self.taken[-1] + 1 if self.taken else self.start

    def restart(self, offset):
        self.start, self.taken, self.committed = offset, [], offset


PARTITIONS = st.sampled_from([A, B, C])
SOME = st.sets(PARTITIONS)


class SinkMachine(RuleBasedStateMachine):
    """A consumer, a task and a group, one event at a time."""

    def __init__(self):
        super().__init__()
        self.offsets = SinkOffsets()
        self.parts = {}
        self.group = {}

    @rule(partitions=SOME)
    def assign(self, partitions):
        added = {p: self.group.get(p, 0) for p in partitions - self.parts.keys()}
        self.offsets.assigned(added)
        self.parts |= {p: Part(offset) for p, offset in added.items()}

    @rule(partitions=SOME)
    def forget(self, partitions):
        self.offsets.forget(partitions)
        for partition in partitions:
            self.parts.pop(partition, None)

    @rule(records=st.lists(PARTITIONS, max_size=6), gap=st.integers(0, 2))
    def deliver(self, records, gap):
        """Gaps are what compaction and transactions leave; records of lost partitions may still come."""
        positions = {}
        for partition in records:
            part = self.parts.get(partition)
            if part is None:
                positions[partition] = 99
            else:
                part.taken.append(part.next + gap)
                positions[partition] = part.next
        self.offsets.delivered(positions)

    @rule(
        chosen=st.none() | SOME,
        answers=st.dictionaries(PARTITIONS, st.integers(-3, 3)),
        fate=st.sampled_from(["stored", "stored", "refused", "not durable", "lost"]),
    )
    def commit(self, chosen, answers, fate):
        asked = self.offsets.pending(chosen)
        named = self.parts.keys() if chosen is None else self.parts.keys() & chosen
        assert asked == {p: self.parts[p].next for p in named if self.parts[p].taken[-1:] and self.due(p)}
        answered = {p: asked.get(p, 0) + shift for p, shift in answers.items()}
        if fate == "lost":
            self.forget(set(asked))
        approval = self.offsets.approve(asked, answered)
        self.check(approval, asked, answered)
        if fate == "stored":
            self.offsets.committed(approval.offsets)
            for partition, offset in approval.offsets.items():
                self.parts[partition].committed = self.group[partition] = offset
        elif fate == "not durable":
            self.rewind()

    def due(self, partition):
        return self.parts[partition].next != self.parts[partition].committed

    def check(self, approval, asked, answered):
        for partition, offset in approval.offsets.items():
            part = self.parts[partition]
            assert offset == answered[partition]
            assert part.committed < offset <= asked[partition] == part.next
        followed = {
            p for p, offset in answered.items() if p in self.parts and offset == self.parts[p].committed
        }
        left_out = answered.keys() - approval.offsets.keys() - (followed & asked.keys())
        assert len(approval.warnings) == len(left_out)

    @rule()
    def rewind(self):
        moved = {p: part.committed for p, part in self.parts.items() if part.next != part.committed}
        assert self.offsets.rewind() == moved
        for partition, offset in moved.items():
            self.parts[partition].restart(offset)

    @rule(offsets=st.dictionaries(PARTITIONS, st.integers(0, 20)))
    def seek(self, offsets):
        self.offsets.sought(offsets)
        for partition in offsets.keys() & self.parts.keys():
            self.parts[partition].restart(offsets[partition])

    @invariant()
    def what_is_owned_and_pending_is_known(self):
        assert self.offsets.partitions == self.parts.keys()
        assert self.offsets.pending() == {p: part.next for p, part in self.parts.items() if self.due(p)}

    def teardown(self):
        """A task that says yes to everything gets everything committed."""
        asked = self.offsets.pending()
        approval = self.offsets.approve(asked, asked)
        self.offsets.committed(approval.offsets)
        assert approval == Approval({p: part.next for p, part in self.parts.items() if self.due(p)})
        assert self.offsets.pending() == {}


# Explaining a failure takes longer than finding it.
QUICK = settings(max_examples=60, stateful_step_count=25, phases=set(Phase) - {Phase.explain})
TestSinkMachine = SinkMachine.TestCase
TestSinkMachine.settings = QUICK
