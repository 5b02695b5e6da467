"""What does each request do to the embedded broker?

Every call decides and returns at once. Time comes in as an argument: milliseconds since the epoch for records,
seconds of a clock that never jumps for deadlines.
"""

from collections.abc import Iterable, Mapping, Sequence, Set as AbstractSet

import attrs

from connectsdk.errors import FencedError, IllegalStateError
from connectsdk.record import TopicPartition
from connectsdk.transport import NewTopic
from connectsdk.transports.embedded._batch import BatchState, Columns
from connectsdk.transports.embedded._group import Group, Member, Subscription
from connectsdk.transports.embedded._store import Store
from connectsdk.transports.embedded._topic_logs import TopicLogs
from connectsdk.transports.embedded._topic_settings import check_topic
from connectsdk.transports.embedded._transactions import Transaction, TransactionalIds

__all__ = ("Broker", "Now")


@attrs.frozen
class Now:
    """The time of a request.

    Attributes:
        ms: Milliseconds since the epoch, for timestamps.
        seconds: Seconds of a monotonic clock, for deadlines.
    """

    ms: int
    seconds: float


@attrs.define
class Broker:
    """Topics, groups and transactions over one store.

    Attributes:
        store: Where data is kept.
        logs: The topics.
        transactions: The transactional ids.
    """

    store: Store
    logs: TopicLogs = attrs.field(init=False)
    transactions: TransactionalIds = attrs.field(factory=TransactionalIds, init=False)
    _groups: dict[str, Group] = attrs.field(factory=dict, init=False)
    _offsets: dict[str, dict[TopicPartition, int]] = attrs.field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        self.logs = TopicLogs(self.store)

    def load(self) -> None:
        """Take over what the store holds, and abort the transactions that were cut off.

        Raises:
            TransportError: If the store cannot be read or written.
        """
        state = self.store.open()
        self.logs.load(state)
        self._offsets = {group: dict(offsets) for group, offsets in state.groups.items()}
        for producer, partitions in state.open_batches.items():
            with self.store.atomic():
                markers = self.logs.write_settled(producer, partitions.keys(), BatchState.ABORTED)
            self.logs.note_settled(producer, markers)

    # -- topics --------------------------------------------------------------------------------------------

    def create_topics(self, topics: Sequence[NewTopic], now: Now) -> AbstractSet[str]:
        """Create those that do not exist; return their names.

        Raises:
            ConfigError: If a name or setting is invalid; then none is created.
            TransportError: If they cannot be stored.
        """
        for topic in topics:
            check_topic(topic)
        new = {topic.name: topic for topic in topics if topic.name not in self.logs.topics}
        if new:
            self.logs.create(new.values())
            self._topics_changed(now)
        return new.keys()

    def delete_topics(self, names: Iterable[str], now: Now) -> None:
        """Delete those that exist; what groups have stored for them goes too.

        Raises:
            TransportError: If that cannot be stored.
        """
        existing = set(names) & self.logs.topics.keys()
        if not existing:
            return
        self.logs.delete(existing)
        for group, offsets in self._offsets.items():
            self._offsets[group] = {w: offset for w, offset in offsets.items() if w.topic not in existing}
        self._topics_changed(now)

    def _topics_changed(self, now: Now) -> None:
        partitions = self.logs.partitions
        for group in self._groups.values():
            group.topics_changed(partitions, now.seconds)

    # -- writing -------------------------------------------------------------------------------------------

    def append(
        self,
        parts: Mapping[TopicPartition, tuple[Columns, int]],
        now: Now,
        transaction: Transaction | None = None,
    ) -> Mapping[TopicPartition, int]:
        """Write to partitions, all or none; return the first offset of each.

        Raises:
            FencedError: If the transaction's producer has a successor.
            IllegalStateError: If no transaction is open.
            TransportError: If that cannot be stored.
            UnknownTopicError: If a partition does not exist.
        """
        if transaction is None:
            return self.logs.append(parts, now.ms)
        self.transactions.require_open(transaction)
        bases = self.logs.append(parts, now.ms, transaction.producer)
        transaction.partitions.update(parts)
        return bases

    def open_transactional(self, name: str, timeout: float) -> Transaction:
        """Return a new producer for a transactional id; its predecessor's open transaction is aborted.

        Raises:
            TransportError: If the abort cannot be stored.
        """
        before = self.transactions.current(name)
        if before is not None and before.is_open:
            self.end_transaction(before, BatchState.ABORTED)
        return self.transactions.open(name, timeout)

    def write_group_offsets(
        self, transaction: Transaction, group: str, offsets: Mapping[TopicPartition, int]
    ) -> None:
        """Add a group's offsets to the open transaction.

        Raises:
            FencedError: If a successor exists.
            IllegalStateError: If none is open.
            UnknownTopicError: If a partition does not exist.
        """
        self.transactions.require_open(transaction)
        for where in offsets:
            self.logs.log(where)
        self.transactions.add_group_offsets(transaction, group, offsets)

    def end_transaction(self, transaction: Transaction, state: BatchState) -> None:
        """Commit or abort what a transaction wrote, in all partitions at once.

        Raises:
            FencedError: If a successor exists.
            IllegalStateError: If none is open.
            TransportError: If that cannot be stored; the transaction is still open.
        """
        self.transactions.require_open(transaction)
        committed = transaction.group_offsets if state is BatchState.COMMITTED else {}
        with self.store.atomic():
            markers = self.logs.write_settled(transaction.producer, transaction.partitions, state)
            for group, offsets in committed.items():
                self.store.put_group_offsets(group, offsets)
        self.logs.note_settled(transaction.producer, markers)
        for group, offsets in committed.items():
            self._offsets.setdefault(group, {}).update(offsets)
        transaction.closed()

    def expire_transactions(self, now: Now) -> bool:
        """Abort and fence the transactions that took too long; return whether there were any.

        Raises:
            TransportError: If that cannot be stored.
        """
        expired = self.transactions.expired(now.seconds)
        for transaction in expired:
            self.end_transaction(transaction, BatchState.ABORTED)
            self.transactions.fence(transaction)
        return bool(expired)

    # -- groups --------------------------------------------------------------------------------------------

    def join(
        self, group: str, subscription: Subscription, rebalance_timeout: float, now: Now
    ) -> tuple[Group, Member]:
        """Add a member to a group, which begins with its first member."""
        joined = self._groups.get(group)
        if joined is None:
            joined = self._groups[group] = Group(group)
            joined.topics_changed(self.logs.partitions, now.seconds)
        return joined, joined.join(subscription, rebalance_timeout, now.seconds)

    def leave(self, group: Group, member: Member, now: float) -> None:
        """Take a member out of its group, which ends with its last member; its offsets stay."""
        group.leave(member, now)
        if group.is_left and self._groups.get(group.name) is group:
            del self._groups[group.name]

    def commit_offsets(
        self, group: Group, member: Member, offsets: Mapping[TopicPartition, int], now: Now
    ) -> None:
        """Store a group's offsets for one of its members.

        Raises:
            FencedError: If a partition is not the member's; nothing is stored.
            TransportError: If they cannot be stored.
        """
        if not group.may_commit(member, offsets.keys(), now.seconds):
            foreign = ", ".join(map(str, sorted(offsets.keys() - member.owned)))
            raise FencedError(f"Group {group.name}: {foreign} is not, or no longer, this consumer's")
        self._put(group.name, offsets)

    def group_offsets(self, group: str) -> Mapping[TopicPartition, int]:
        """Return all offsets that a group has stored."""
        return dict(self._offsets.get(group, {}))

    def alter_group_offsets(self, group: str, offsets: Mapping[TopicPartition, int | None], now: Now) -> None:
        """Store offsets of a group without members; None forgets a partition's.

        Raises:
            IllegalStateError: If it has members.
            TransportError: If they cannot be stored.
            UnknownTopicError: If a partition does not exist.
        """
        self._require_empty(group, "change its offsets", now)
        for where, offset in offsets.items():
            if offset is not None:
                self.logs.log(where)
        self._put(group, offsets)

    def delete_group(self, group: str, now: Now) -> None:
        """Forget a group without members.

        Raises:
            IllegalStateError: If it has members.
            TransportError: If that cannot be stored.
        """
        self._require_empty(group, "delete it", now)
        with self.store.atomic():
            self.store.delete_group(group)
        self._offsets.pop(group, None)

    def _put(self, group: str, offsets: Mapping[TopicPartition, int | None]) -> None:
        with self.store.atomic():
            self.store.put_group_offsets(group, offsets)
        merged = {**self._offsets.get(group, {}), **offsets}
        self._offsets[group] = {where: offset for where, offset in merged.items() if offset is not None}

    def _require_empty(self, group: str, purpose: str, now: Now) -> None:
        found = self._groups.get(group)
        if found is None:
            return
        found.tick(now.seconds)
        if found.has_members:
            raise IllegalStateError(f"Group {group} has members: stop its consumers to {purpose}")
