"""What is a task busy with?"""

from collections.abc import Mapping, Sequence
from typing import Protocol

import attrs

from connectsdk.record import TopicPartition
from connectsdk.transport import Consumer, Producer, ShowsBytes, ShowsEnds

__all__ = ("Load", "PartitionFacts", "sink_load", "source_load")


@attrs.frozen(kw_only=True)
class PartitionFacts:
    """How far a sink task is in one partition that it owns.

    Attributes:
        topic: The topic.
        partition: Its partition.
        delivered: The offset after the last record that the task has taken.
        committed: The offset that its group has committed, or from which it began.
        end: The offset after the partition's last record, as last heard; None when nothing was heard yet.
    """

    topic: str
    partition: int
    delivered: int
    committed: int
    end: int | None

    @property
    def lag(self) -> int | None:
        """How many offsets the task is behind; None when the end is not known."""
        return None if self.end is None else max(0, self.end - self.delivered)


@attrs.frozen(kw_only=True)
class Load:
    """What one life of a task has under way.

    Attributes:
        unsettled_since: When the oldest records that are not settled were sent, or taken; None when all are.
        bytes_in_flight: Bytes that wait for the transport's acknowledgement.
        partitions: Those a sink task owns.
    """

    unsettled_since: float | None = None
    bytes_in_flight: int = 0
    partitions: Sequence[PartitionFacts] = ()


class _Sent(Protocol):
    @property
    def since(self) -> float: ...


def source_load(producer: Producer, under_way: Sequence[_Sent]) -> Load:
    """Return what a source has under way, the oldest first."""
    return Load(
        unsettled_since=under_way[0].since if under_way else None,
        bytes_in_flight=producer.bytes_in_flight() if isinstance(producer, ShowsBytes) else 0,
    )


def sink_load(
    consumer: Consumer, positions: Mapping[TopicPartition, tuple[int, int]], busy_since: float | None
) -> Load:
    """Return what a sink has under way.

    Args:
        consumer: Where its records come from.
        positions: Per partition, what is committed and what is delivered.
        busy_since: When the oldest of its records was taken.
    """
    ends = consumer.known_ends() if isinstance(consumer, ShowsEnds) else {}
    partitions = [
        PartitionFacts(
            topic=partition.topic,
            partition=partition.partition,
            delivered=delivered,
            committed=committed,
            end=ends.get(partition),
        )
        for partition, (committed, delivered) in positions.items()
    ]
    return Load(unsettled_since=busy_since, partitions=partitions)
