"""Which partition does each record of a batch go to?

A given partition wins; else the key decides, exactly as Java's producer does (`murmur2`, made positive, modulo
the number of partitions); else all keyless records of one topic in one batch share a partition, and the next
batch takes the next one.
"""

from collections.abc import Mapping, Sequence
from itertools import islice
from struct import iter_unpack
from typing import Any, TypeVar

import attrs

from connectsdk.record import ProducerRecord, TopicPartition

__all__ = ("Partitioner", "murmur2", "partition_of_key")

_SEED = 0x9747B28C
_MULTIPLIER = 0x5BD1E995
_MASK = 0xFFFFFFFF
_POSITIVE = 0x7FFFFFFF

T = TypeVar("T")


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
        if not records:
            return {}
        topics, given, keys = islice(zip(*records, strict=True), 3)
        by_topic = _places(topics)
        if len(by_topic) == 1:
            chosen, keyless = self._chosen(given, keys, partitions[topics[0]])
            self.turn += keyless
            return {TopicPartition(topics[0], at): places for at, places in _places(chosen).items()}
        return self._split_topics(by_topic, given, keys, partitions)

    def _split_topics(
        self,
        by_topic: Mapping[str, Sequence[int]],
        given: Sequence[int | None],
        keys: Sequence[bytes | None],
        partitions: Mapping[str, int],
    ) -> Mapping[TopicPartition, Sequence[int]]:
        split: dict[TopicPartition, Sequence[int]] = {}
        turned = False
        for topic, at in by_topic.items():
            chosen, keyless = self._chosen(
                [given[place] for place in at], [keys[place] for place in at], partitions[topic]
            )
            turned = turned or keyless
            for partition, places in _places(chosen).items():
                split[TopicPartition(topic, partition)] = [at[nth] for nth in places]
        self.turn += turned
        return split

    def _chosen(
        self, given: Sequence[int | None], keys: Sequence[bytes | None], partitions: int
    ) -> tuple[Sequence[Any], bool]:
        """Return the partition of each of a topic's records, and whether any of them took the turn's."""
        if None not in given:
            return given, False
        if given.count(None) == len(given):
            if keys.count(None) == len(keys):
                return [self.turn % partitions] * len(keys), True
            by_key = {key: self._partition(key, partitions) for key in set(keys)}
            return [by_key[key] for key in keys], None in by_key
        pairs = list(zip(given, keys, strict=True))
        return [
            self._partition(key, partitions) if partition is None else partition for partition, key in pairs
        ], (None, None) in pairs

    def _partition(self, key: bytes | None, partitions: int) -> int:
        if key is None:
            return self.turn % partitions
        hashed = self._hashes.get(key)
        if hashed is None:
            if len(self._hashes) >= self.cached_keys:
                self._hashes.clear()
            hashed = self._hashes[key] = murmur2(key) & _POSITIVE
        return hashed % partitions


def _places(targets: Sequence[T]) -> Mapping[T, Sequence[int]]:
    """Return where in a batch each of the targets comes up, in the order in which they first do."""
    if targets.count(targets[0]) == len(targets):
        return {targets[0]: range(len(targets))}
    places: dict[T, list[int]] = {target: [] for target in dict.fromkeys(targets)}
    for place, target in enumerate(targets):
        places[target].append(place)
    return places
