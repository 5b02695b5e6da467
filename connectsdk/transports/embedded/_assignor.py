"""Which member of a group reads which partition?"""

from collections.abc import Mapping, Set as AbstractSet
from itertools import cycle

from connectsdk.record import TopicPartition

__all__ = ("assign_in_turn",)


def assign_in_turn(
    subscriptions: Mapping[int, AbstractSet[str]], partitions: Mapping[str, int]
) -> Mapping[int, frozenset[TopicPartition]]:
    """Hand out partitions one by one, in order, to the members in turn (Kafka's round-robin assignor).

    Args:
        subscriptions: The topics of each member; members take turns in this order.
        partitions: How many partitions each existing topic has.
    """
    assigned: dict[int, set[TopicPartition]] = {member: set() for member in subscriptions}
    wanted = {topic for topics in subscriptions.values() for topic in topics if topic in partitions}
    turns = cycle(subscriptions)
    for topic in sorted(wanted):
        for partition in range(partitions[topic]):
            member = next(candidate for candidate in turns if topic in subscriptions[candidate])
            assigned[member].add(TopicPartition(topic, partition))
    return {member: frozenset(owned) for member, owned in assigned.items()}
