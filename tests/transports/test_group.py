"""What may each member of a consumer group do now?"""

import pytest
from hypothesis import settings, strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from connectsdk.config.java_regex import compile_java
from connectsdk.record import TopicPartition
from connectsdk.transports.embedded._assignor import assign_in_turn
from connectsdk.transports.embedded._group import Group, GroupChange, Subscription

A0, A1 = TopicPartition("a", 0), TopicPartition("a", 1)


def subscribed(*topics):
    return Subscription(frozenset(topics))


def group_of(**partitions):
    group = Group("g")
    group.topics_changed(partitions, 0.0)
    return group


def take(group, member, now=0.0):
    change = group.look(member, now)
    return (change, group.told(member, change)) if change else None


def test_a_first_member_is_offered_everything():
    group = group_of(a=2, b=1)
    member = group.join(subscribed("a"), 60.0, 0.0)
    assert take(group, member) == (GroupChange.ASSIGNED, {A0, A1})
    assert member.owned == {A0, A1}
    assert group.generation == 1


def test_a_second_member_waits_until_the_first_is_done():
    group = group_of(a=2)
    one = group.join(subscribed("a"), 60.0, 0.0)
    take(group, one)
    two = group.join(subscribed("a"), 60.0, 0.0)
    assert take(group, two) is None
    assert take(group, one) == (GroupChange.REVOKED, {A0, A1})
    assert group.may_commit(one, {A0}, 0.0)
    assert take(group, two) is None
    group.done(one, one.round, 0.0)
    assert not group.may_commit(one, {A0}, 0.0)
    assert take(group, one) == (GroupChange.ASSIGNED, {A0})
    assert take(group, two) == (GroupChange.ASSIGNED, {A1})


def test_an_offer_that_nobody_saw_is_withdrawn_in_silence():
    group = group_of(a=2)
    one = group.join(subscribed("a"), 60.0, 0.0)
    two = group.join(subscribed("a"), 60.0, 0.0)
    assert group.generation == 2
    assert take(group, one) == (GroupChange.ASSIGNED, {A0})
    assert take(group, two) == (GroupChange.ASSIGNED, {A1})


@pytest.mark.parametrize("looked", [False, True])
def test_a_missed_deadline_is_noticed_by_the_others(looked):
    group = group_of(a=1)
    one = group.join(subscribed("a"), 10.0, 0.0)
    take(group, one)
    two = group.join(subscribed("a"), 60.0, 5.0)
    if looked:
        take(group, one, 6.0)
    assert group.next_deadline == 15.0
    assert take(group, two, 14.9) is None
    assert take(group, two, 15.0) == (GroupChange.ASSIGNED, {A0})
    assert not group.may_commit(one, {A0}, 15.0)
    assert take(group, one, 16.0) == (GroupChange.LOST, {A0})
    assert take(group, one, 16.0) is None  # it is a member again, and waits
    assert take(group, two, 16.0) == (GroupChange.REVOKED, {A0})


def test_an_answer_to_an_older_question_is_no_answer():
    group = group_of(a=1)
    one = group.join(subscribed("a"), 60.0, 0.0)
    take(group, one)
    two = group.join(subscribed("a"), 60.0, 0.0)
    take(group, one)
    first = one.round
    group.done(one, first, 0.0)
    take(group, one)
    group.leave(two, 0.0)
    assert take(group, one) == (GroupChange.REVOKED, {A0})
    group.done(one, first, 0.0)
    assert group.may_commit(one, {A0}, 0.0)


def test_a_new_topic_that_nobody_wants_changes_nothing():
    group = group_of(a=1)
    member = group.join(Subscription(pattern=compile_java("a|b")), 60.0, 0.0)
    take(group, member)
    assert not group.topics_changed({"a": 1, "c": 1}, 0.0)
    assert take(group, member) is None
    assert group.topics_changed({"a": 1, "b": 1, "c": 1}, 0.0)
    assert take(group, member) == (GroupChange.REVOKED, {A0})


def test_a_deleted_topic_is_lost_at_once():
    group = group_of(a=1, b=1)
    member = group.join(subscribed("a", "b"), 60.0, 0.0)
    take(group, member)
    group.topics_changed({"b": 1}, 0.0)
    assert not group.may_commit(member, {A0}, 0.0)
    assert take(group, member) == (GroupChange.LOST, {A0})
    assert take(group, member) == (GroupChange.REVOKED, {TopicPartition("b", 0)})


def test_partitions_go_round():
    subscriptions = {1: {"a"}, 2: {"a", "b"}, 3: {"c"}}
    assert assign_in_turn(subscriptions, {"a": 2, "b": 2}) == {
        1: {A0},
        2: {A1, TopicPartition("b", 0), TopicPartition("b", 1)},
        3: set(),
    }


class GroupMachine(RuleBasedStateMachine):
    """A group against what must be true of any group: no partition with two owners, nobody waits for ever."""

    members = Bundle("members")

    @initialize(partitions=st.integers(1, 4))
    def begin(self, partitions):
        self.now = 0.0
        self.partitions = {"a": partitions, "b": 2}
        self.group = Group("g")
        self.group.topics_changed(self.partitions, self.now)
        self.alive = []
        self.told = {}  # what each member was told that it has
        self.asked = {}

    @rule(
        target=members,
        topics=st.sampled_from([("a",), ("b",), ("a", "b")]),
        timeout=st.sampled_from([5.0, 20.0]),
    )
    def join(self, topics, timeout):
        member = self.group.join(subscribed(*topics), timeout, self.now)
        self.alive.append(member)
        self.told[member.id] = frozenset()
        return member

    @rule(member=members)
    def look(self, member):
        found = take(self.group, member, self.now)
        if found is None:
            return
        change, partitions = found
        assert partitions
        if change is GroupChange.ASSIGNED:
            assert not self.told[member.id]
            self.told[member.id] = partitions
        elif change is GroupChange.REVOKED:
            assert partitions == self.told[member.id]
            self.asked[member.id] = member.round
        else:
            assert partitions <= self.told[member.id]
            self.told[member.id] -= partitions
            if not self.told[member.id]:
                self.asked.pop(member.id, None)

    @rule(member=members)
    def done(self, member):
        round_ = self.asked.pop(member.id, None)
        if round_ is not None:
            self.group.done(member, round_, self.now)
            self.told[member.id] = member.lost  # what was lost before the answer is still to be told

    @rule(member=consumes(members))
    def leave(self, member):
        self.group.leave(member, self.now)
        self.alive.remove(member)
        self.told.pop(member.id)
        self.asked.pop(member.id, None)

    @rule(seconds=st.sampled_from([1.0, 6.0, 30.0]))
    def wait(self, seconds):
        self.now += seconds
        self.group.tick(self.now)

    @rule(partitions=st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(1, 3)))
    def change_topics(self, partitions):
        self.partitions = partitions
        self.group.topics_changed(partitions, self.now)

    @invariant()
    def no_partition_has_two_owners(self):
        if not hasattr(self, "group"):
            return
        owned = [where for member in self.alive for where in member.owned | member.offered]
        assert len(owned) == len(set(owned))
        assert all(where.partition < self.partitions.get(where.topic, 0) for where in owned)
        for member in self.alive:
            assert member.owned <= self.told[member.id]
            assert self.group.may_commit(member, member.owned, self.now)

    def teardown(self):
        """Whatever happened, members that do their duty share all partitions in the end."""
        if not hasattr(self, "group"):
            return
        for _ in range(4):
            for member in self.alive:
                while (found := take(self.group, member, self.now)) is not None:
                    if found[0] is GroupChange.REVOKED:
                        self.group.done(member, member.round, self.now)
            self.now += 25.0
        wanted = {
            TopicPartition(topic, number)
            for topic, count in self.partitions.items()
            for number in range(count)
            if any(topic in member.subscription.topics for member in self.alive)
        }
        assert {where for member in self.alive for where in member.owned} == wanted
        assert self.group.next_deadline is None


TestGroupMachine = GroupMachine.TestCase
TestGroupMachine.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
