"""Which producer may write under a transactional id, and what belongs to its open transaction?"""

from collections.abc import Mapping

import attrs

from connectsdk.errors import FencedError, IllegalStateError
from connectsdk.record import TopicPartition

__all__ = ("Transaction", "TransactionalIds")


@attrs.define(eq=False)
class Transaction:
    """One producer of a transactional id, and the transaction it has open, if any.

    Attributes:
        name: The transactional id.
        epoch: Counts the producers of this id.
        producer: The number its batches carry.
        timeout: Seconds after which an open transaction is aborted.
        is_open: Whether a transaction is open.
        deadline: When an open transaction is aborted.
        partitions: Where the open transaction has written.
        group_offsets: What it commits for groups.
    """

    name: str
    epoch: int
    producer: int
    timeout: float
    is_open: bool = False
    deadline: float = 0.0
    partitions: set[TopicPartition] = attrs.field(factory=set)
    group_offsets: dict[str, dict[TopicPartition, int]] = attrs.field(factory=dict)

    def closed(self) -> None:
        """Take note that the transaction has ended."""
        self.is_open = False
        self.partitions.clear()
        self.group_offsets.clear()


@attrs.define
class TransactionalIds:
    """All transactional ids, and the current producer of each."""

    _current: dict[str, Transaction] = attrs.field(factory=dict)
    _producers: int = 0

    def open(self, name: str, timeout: float) -> Transaction:
        """Return a new producer for this id, which fences the one before.

        The transaction that one has open is to be aborted first; see `current`.
        """
        before = self._current.get(name)
        self._producers += 1
        fresh = Transaction(name, before.epoch + 1 if before else 0, self._producers, timeout)
        self._current[name] = fresh
        return fresh

    def current(self, name: str) -> Transaction | None:
        """Return the producer that may write under this id now."""
        return self._current.get(name)

    def check(self, transaction: Transaction) -> None:
        """Check that a producer may still write.

        Raises:
            FencedError: If a successor exists, or its transaction took too long.
        """
        current = self._current.get(transaction.name)
        if current is not transaction:
            raise FencedError(
                f"Transactional id {transaction.name}: another producer has taken over; close this one"
            )

    def begin(self, transaction: Transaction, now: float) -> None:
        """Begin a transaction.

        Raises:
            FencedError: If a successor exists.
            IllegalStateError: If one is open.
        """
        self.check(transaction)
        if transaction.is_open:
            raise IllegalStateError(
                f"Transactional id {transaction.name}: a transaction is open already; commit or abort it"
            )
        transaction.is_open = True
        transaction.deadline = now + transaction.timeout

    def require_open(self, transaction: Transaction) -> None:
        """Check that a producer may write and has a transaction open.

        Raises:
            FencedError: If a successor exists.
            IllegalStateError: If none is open.
        """
        self.check(transaction)
        if not transaction.is_open:
            raise IllegalStateError(f"Transactional id {transaction.name}: no transaction is open; begin one")

    def add_group_offsets(
        self, transaction: Transaction, group: str, offsets: Mapping[TopicPartition, int]
    ) -> None:
        """Add a group's offsets to the open transaction.

        Raises:
            FencedError: If a successor exists.
            IllegalStateError: If none is open.
        """
        self.require_open(transaction)
        transaction.group_offsets.setdefault(group, {}).update(offsets)

    def expired(self, now: float) -> list[Transaction]:
        """Return the open transactions that took too long."""
        return [t for t in self._current.values() if t.is_open and now >= t.deadline]

    def fence(self, transaction: Transaction) -> None:
        """Let a producer write no more."""
        self.open(transaction.name, transaction.timeout)

    @property
    def next_deadline(self) -> float | None:
        """When an open transaction will have taken too long; None when none is open."""
        return min((t.deadline for t in self._current.values() if t.is_open), default=None)
