"""Which partition does each record of a batch go to?

A given partition wins; else the key decides, exactly as Java's producer does (`murmur2`, made positive, modulo
the number of partitions); else all keyless records of one topic in one batch share a partition, and the next
batch takes the next one.
"""

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from struct import iter_unpack

import attrs

from connectsdk.record import ProducerRecord, TopicPartition

__all__ = ("Partitioner", "murmur2", "partition_of_key")

_SEED = 0x9747B28C
_MULTIPLIER = 0x5BD1E995
_MASK = 0xFFFFFFFF
_POSITIVE = 0x7FFFFFFF
_DESTINATION = itemgetter(0, 1, 2)


def murmur2(data: bytes) -> int:
    """Return the 32 bits of Java's `Utils.murmur2`, as a non-negative number."""
    length = len(data)
    whole = length & ~3
    mixed = (_SEED ^ length) & _MASK
    for (word,) in iter_unpack("<I", data[:whole]):
        word = word * _MULTIPLIER & _MASK  # noqa: PLW2901 - the algorithm's own way to write it
        word ^= word >> 24  # noqa: PLW2901 - as above
        mixed = (mixed * _MULTIPLIER & _MASK) ^ (word * _MULTIPLIER & _MASK)
    if whole < length:
        mixed ^= int.from_bytes(data[whole:], "little")
        mixed = mixed * _MULTIPLIER & _MASK
    mixed ^= mixed >> 13
    mixed = mixed * _MULTIPLIER & _MASK
    return mixed ^ (mixed >> 15)


def partition_of_key(key: bytes, partitions: int) -> int:
    """Return the partition to which Java's producer sends this key."""
    return (murmur2(key) & _POSITIVE) % partitions


@attrs.define
class Partitioner:
    """Split batches by destination; one per producer.

    Attributes:
        turn: Where keyless records begin; producers that begin at different turns spread their load.
        cached_keys: Most keys whose hash is remembered.
    """

    turn: int = 0
    cached_keys: int = 10_000
    _hashes: dict[bytes, int] = attrs.field(factory=dict, init=False)

    def split(
        self, records: Sequence[ProducerRecord], partitions: Mapping[str, int]
    ) -> Mapping[TopicPartition, Sequence[int]]:
        """Return per destination the places in `records` that go there, in order.

        A given partition is taken as it is, whether it exists or not.

        Args:
            records: The batch.
            partitions: How many partitions each topic of the batch has.
        """
        destinations = dict.fromkeys(map(_DESTINATION, records))  # unlike a set, in the same order every time
        if len(destinations) == 1:  # one topic and one key or none: no look at single records
            [(topic, partition, key)] = destinations
            only = self._partition(partition, key, partitions[topic])
            self._next_turn(destinations)
            return {TopicPartition(topic, only): range(len(records))}
        chosen = {
            (topic, partition, key): TopicPartition(topic, self._partition(partition, key, partitions[topic]))
            for topic, partition, key in destinations
        }
        self._next_turn(destinations)
        places: dict[TopicPartition, list[int]] = {}
        lists = {destination: places.setdefault(target, []) for destination, target in chosen.items()}
        for place, destination in enumerate(map(_DESTINATION, records)):
            lists[destination].append(place)
        return places

    def _partition(self, given: int | None, key: bytes | None, partitions: int) -> int:
        if given is not None:
            return given
        if key is None:
            return self.turn % partitions
        hashed = self._hashes.get(key)
        if hashed is None:
            if len(self._hashes) >= self.cached_keys:
                self._hashes.clear()
            hashed = self._hashes[key] = murmur2(key) & _POSITIVE
        return hashed % partitions

    def _next_turn(self, destinations: Iterable[tuple[str, int | None, bytes | None]]) -> None:
        if any(partition is None and key is None for _, partition, key in destinations):
            self.turn += 1
