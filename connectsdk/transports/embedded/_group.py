"""What may each member of a consumer group do now?

A group is its members, and each member is in one state of the table below. Everything that happens to a group
is one of the table's events; nothing here waits, and time comes in as an argument.

A change of membership or topics starts a rebalance: every member that owns partitions is asked to give them up
(ASKED), is told so when it next looks (RELEASING), and says when it is done (IDLE). Once no member holds
anything, the next generation begins and each member is offered its share (OFFERED), which it owns from when it
looks (OWNING). A member that misses its deadline is put out of the group (OUT) with its partitions lost; it
joins again when it next looks.
"""

from collections.abc import Mapping, Set as AbstractSet
from enum import Enum, auto

import attrs

from connectsdk.config.java_regex import JavaRegex
from connectsdk.record import TopicPartition
from connectsdk.transports.embedded._assignor import assign_in_turn

__all__ = ("Group", "GroupChange", "Member", "MemberState", "Subscription")


class MemberState(Enum):
    """Where a member stands."""

    IDLE = auto()
    OFFERED = auto()
    OWNING = auto()
    ASKED = auto()
    RELEASING = auto()
    OUT = auto()


class _Event(Enum):
    REBALANCE = auto()
    SETTLED = auto()
    LOOKED = auto()
    DONE = auto()
    EXPIRED = auto()


_S, _E = MemberState, _Event
_TABLE: Mapping[tuple[MemberState, _Event], MemberState] = {
    (_S.IDLE, _E.REBALANCE): _S.IDLE,
    (_S.IDLE, _E.SETTLED): _S.OFFERED,
    (_S.OFFERED, _E.REBALANCE): _S.IDLE,
    (_S.OFFERED, _E.LOOKED): _S.OWNING,
    (_S.OWNING, _E.REBALANCE): _S.ASKED,
    (_S.ASKED, _E.REBALANCE): _S.ASKED,
    (_S.ASKED, _E.LOOKED): _S.RELEASING,
    (_S.ASKED, _E.EXPIRED): _S.OUT,
    (_S.RELEASING, _E.REBALANCE): _S.RELEASING,
    (_S.RELEASING, _E.DONE): _S.IDLE,
    (_S.RELEASING, _E.EXPIRED): _S.OUT,
    (_S.OUT, _E.LOOKED): _S.IDLE,
}
_HOLDING = {MemberState.ASKED, MemberState.RELEASING}


@attrs.frozen
class Subscription:
    """What a member wants to read: topics by name, or by a pattern that matches the whole name."""

    topics: frozenset[str] = frozenset()
    pattern: JavaRegex | None = None

    def wanted(self, existing: AbstractSet[str]) -> frozenset[str]:
        """Return those of the existing topics that are wanted."""
        pattern = self.pattern
        if pattern is None:
            return self.topics & existing
        return frozenset(topic for topic in existing if pattern.matches(topic))


@attrs.define(eq=False)
class Member:
    """One consumer, as its group sees it.

    Attributes:
        id: Its number; numbers are given in the order of joining.
        subscription: What it wants to read.
        rebalance_timeout: Seconds it may take to give up partitions.
        state: Where it stands.
        owned: What it may commit now.
        offered: What becomes its own when it next looks.
        lost: What it has lost and does not know of yet.
        deadline: When it must have given up what it owns.
        round: Counts its hand-overs, so that a late answer is known as one.
    """

    id: int
    subscription: Subscription
    rebalance_timeout: float
    state: MemberState = MemberState.IDLE
    owned: frozenset[TopicPartition] = frozenset()
    offered: frozenset[TopicPartition] = frozenset()
    lost: frozenset[TopicPartition] = frozenset()
    deadline: float = 0.0
    round: int = 0


def _move(member: Member, event: _Event) -> None:
    member.state = _TABLE[member.state, event]


class GroupChange(Enum):
    """What a member learns when it looks."""

    ASSIGNED = auto()
    REVOKED = auto()
    LOST = auto()


@attrs.define
class Group:
    """One consumer group.

    Attributes:
        name: The group's name.
        generation: Counts the assignments.
    """

    name: str
    generation: int = 0
    _partitions: Mapping[str, int] = attrs.field(factory=dict)
    _members: dict[int, Member] = attrs.field(factory=dict, init=False)
    _ids: int = attrs.field(default=0, init=False)
    _joined: set[int] = attrs.field(factory=set, init=False)
    _rebalancing: bool = attrs.field(default=False, init=False)

    @property
    def has_members(self) -> bool:
        """Whether anybody is in the group."""
        return bool(self._members)

    @property
    def is_left(self) -> bool:
        """Whether everybody who ever joined has left; one that was put out for being late has not, it may come back."""
        return not self._joined

    def join(self, subscription: Subscription, rebalance_timeout: float, now: float) -> Member:
        """Add a member."""
        self._ids += 1
        member = Member(self._ids, subscription, rebalance_timeout)
        self._members[member.id] = member
        self._joined.add(member.id)
        self._rebalance(now)
        return member

    def leave(self, member: Member, now: float) -> None:
        """Take a member out at once; what it owned is free."""
        member.state, member.owned, member.offered = MemberState.OUT, frozenset(), frozenset()
        self._joined.discard(member.id)
        if self._members.pop(member.id, None) is not None:
            self._rebalance(now)

    def topics_changed(self, partitions: Mapping[str, int], now: float) -> bool:
        """Take note of the topics there are now; return whether it changes anything for this group."""
        before, self._partitions = self._partitions, dict(partitions)
        changed = {
            topic for topic in before.keys() | partitions.keys() if before.get(topic) != partitions.get(topic)
        }
        members = self._members.values()
        if not any(member.subscription.wanted(changed) for member in members):
            return False
        for member in members:
            gone = frozenset(
                where for where in member.owned if partitions.get(where.topic, 0) <= where.partition
            )
            member.lost |= gone
            member.owned -= gone
        self._rebalance(now)
        return True

    def look(self, member: Member, now: float) -> GroupChange | None:
        """Return what a member should be told next, without telling it."""
        self.tick(now)
        if member.lost:
            return GroupChange.LOST
        if member.state is MemberState.OUT:
            _move(member, _Event.LOOKED)
            self._members[member.id] = member
            self._rebalance(now)
        if member.state is MemberState.ASKED:
            return GroupChange.REVOKED
        return GroupChange.ASSIGNED if member.state is MemberState.OFFERED else None

    def told(self, member: Member, change: GroupChange) -> frozenset[TopicPartition]:
        """Take note that a member was told what `look` returned; return the partitions it is about."""
        if change is GroupChange.LOST:
            lost, member.lost = member.lost, frozenset()
            return lost
        _move(member, _Event.LOOKED)
        if change is GroupChange.ASSIGNED:
            member.owned, member.offered = member.offered, frozenset()
        else:
            member.round += 1
        return member.owned

    def done(self, member: Member, round_: int, now: float) -> None:
        """Take note that a member gave up what it was asked for; too late is no error."""
        self.tick(now)
        if member.state is MemberState.RELEASING and member.round == round_:
            _move(member, _Event.DONE)
            member.owned = frozenset()
            self._settle()

    def may_commit(self, member: Member, partitions: AbstractSet[TopicPartition], now: float) -> bool:
        """Return whether all of these partitions are the member's."""
        self.tick(now)
        return partitions <= member.owned

    def tick(self, now: float) -> None:
        """Put out the members that missed their deadline."""
        for member in list(self._members.values()):
            if member.state in _HOLDING and now >= member.deadline:
                _move(member, _Event.EXPIRED)
                member.lost |= member.owned
                member.owned = frozenset()
                del self._members[member.id]
        self._settle()

    @property
    def next_deadline(self) -> float | None:
        """When `tick` will have something to do; None when never."""
        return min((m.deadline for m in self._members.values() if m.state in _HOLDING), default=None)

    def _rebalance(self, now: float) -> None:
        self._rebalancing = True
        for member in self._members.values():
            was_held = member.state in _HOLDING
            _move(member, _Event.REBALANCE)
            member.offered = frozenset()
            if member.state in _HOLDING and not was_held:
                member.deadline = now + member.rebalance_timeout
            if member.state is MemberState.ASKED and not member.owned:
                member.state = MemberState.IDLE  # its topics are gone: nothing to give up
        self._settle()

    def _settle(self) -> None:
        members = self._members
        if not self._rebalancing or any(member.state in _HOLDING for member in members.values()):
            return
        self._rebalancing = False
        self.generation += 1
        existing = self._partitions.keys()
        subscriptions = {id_: members[id_].subscription.wanted(existing) for id_ in sorted(members)}
        for id_, offered in assign_in_turn(subscriptions, self._partitions).items():
            if offered:
                _move(members[id_], _Event.SETTLED)
                members[id_].offered = offered
