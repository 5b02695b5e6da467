"""How far do a consumer's partitions go, as far as it has heard?

Every answer to a fetch says so; nothing is asked for here.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from aiokafka.structs import TopicPartition as ClientPartition

from connectsdk.record import TopicPartition

__all__ = ("heard_ends",)


def heard_ends(
    client: Any, partitions: Iterable[TopicPartition], isolation: str
) -> Mapping[TopicPartition, int]:
    """Return the offset after the last record that this consumer may see, of those partitions where it is known.

    Args:
        client: An AIOKafkaConsumer; its inside is not typed.
        partitions: The partitions.
        isolation: With `read_committed` records of open transactions do not count.
    """
    assigned = client.assignment()
    ends: dict[TopicPartition, int] = {}
    for partition in partitions:
        named = ClientPartition(*partition)
        if named not in assigned:
            continue
        end = client.last_stable_offset(named) if isolation == "read_committed" else None
        end = client.highwater(named) if end is None or end < 0 else end
        if end is not None:
            ends[partition] = end
    return ends
