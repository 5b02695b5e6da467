"""Which offsets may a sink's group commit?

Per owned partition: `delivered`, the offset after the last record that the task has taken, and `committed`.
What the task says before a commit (`pre_commit`) can hold a commit back, but never takes it beyond `delivered`,
nor back behind `committed`; only a seek goes back. Nothing is committed for a partition that is not owned.
Driven by `connectsdk.runtime._tasks.sink_loop`.
"""

from collections.abc import Iterable, Mapping

import attrs

from connectsdk.record import TopicPartition

__all__ = ("Approval", "SinkOffsets")


@attrs.frozen
class Approval:
    """What may be committed.

    Attributes:
        offsets: Per partition, the next offset to read.
        warnings: What the task said that cannot be followed, one sentence each.
    """

    offsets: Mapping[TopicPartition, int]
    warnings: tuple[str, ...] = ()


@attrs.define(eq=False)
class _Position:
    committed: int
    delivered: int


@attrs.define(eq=False)
class SinkOffsets:
    """The offsets of one sink task."""

    _positions: dict[TopicPartition, _Position] = attrs.field(factory=dict)

    @property
    def partitions(self) -> frozenset[TopicPartition]:
        """The partitions this task owns."""
        return frozenset(self._positions)

    def positions(self) -> dict[TopicPartition, tuple[int, int]]:
        """Return, per partition, what is committed and what is delivered."""
        return {
            partition: (position.committed, position.delivered)
            for partition, position in self._positions.items()
        }

    def assigned(self, positions: Mapping[TopicPartition, int]) -> None:
        """Take partitions, each read from the given offset."""
        for partition, position in positions.items():
            self._positions[partition] = _Position(position, position)

    def forget(self, partitions: Iterable[TopicPartition]) -> None:
        """Let go of partitions: handed over, or lost."""
        for partition in partitions:
            self._positions.pop(partition, None)

    def delivered(self, positions: Mapping[TopicPartition, int]) -> None:
        """Take note of what the task has taken: per partition, the offset after the last record.

        Partitions that are not owned (any more) are ignored.
        """
        for partition, position in positions.items():
            owned = self._positions.get(partition)
            if owned is not None:
                owned.delivered = position

    def pending(self, partitions: Iterable[TopicPartition] | None = None) -> dict[TopicPartition, int]:
        """Return what could be committed, of these partitions or of all: delivered and not committed."""
        chosen = self._positions if partitions is None else partitions
        found = ((partition, self._positions.get(partition)) for partition in chosen)
        return {
            partition: position.delivered
            for partition, position in found
            if position is not None and position.delivered != position.committed
        }

    def approve(
        self, asked: Mapping[TopicPartition, int], answered: Mapping[TopicPartition, int]
    ) -> Approval:
        """Return what may be committed, given what the task was asked about and what it answered."""
        offsets, warnings = {}, []
        for partition, offset in answered.items():
            limit = asked.get(partition)
            position = self._positions.get(partition)
            if limit is None or position is None:
                warnings.append(f"pre_commit named {partition}, which it was not asked about: ignored")
            elif offset > limit:
                warnings.append(
                    f"pre_commit named offset {offset} of {partition}, beyond the {limit} it was given: ignored"
                )
            elif offset < position.committed:
                warnings.append(
                    f"pre_commit named offset {offset} of {partition}, but {position.committed} is committed: ignored"
                )
            elif offset > position.committed:
                offsets[partition] = offset
        return Approval(offsets, tuple(warnings))

    def committed(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Take note of a commit that succeeded."""
        for partition, offset in offsets.items():
            owned = self._positions.get(partition)
            if owned is not None:
                owned.committed = offset

    def rewind(self) -> dict[TopicPartition, int]:
        """Go back to the last commit everywhere; return the partitions that moved, and where to seek them."""
        moved = {}
        for partition, position in self._positions.items():
            if position.delivered != position.committed:
                position.delivered = position.committed
                moved[partition] = position.committed
        return moved

    def sought(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Take note that the task continues from other offsets; nothing is pending for them."""
        for partition, offset in offsets.items():
            owned = self._positions.get(partition)
            if owned is not None:
                owned.committed = owned.delivered = offset
