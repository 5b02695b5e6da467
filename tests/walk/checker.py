"""Was anything lost, put out of order, or doubled without a reason?

A history is what was written into the source files, what was found in the sinks' files, and what was committed
whenever a worker was killed. The checker knows nothing of workers, topics or files.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

import attrs


@attrs.frozen
class Copy:
    """One line in a sink's file.

    Attributes:
        at: When it was handed to the sink, in nanoseconds of a clock that all workers share.
        partition: The topic's partition from which it came.
        offset: Its offset there.
        source: The source file from which it came.
        number: Its number in that file, from 0.
    """

    at: int
    partition: int
    offset: int
    source: str
    number: int


@attrs.frozen
class Kill:
    """A worker killed, and what a successor knew of its work.

    Attributes:
        at: When, by the clock of `Copy.at`.
        fed: Per source, how many lines its file had.
        stored: Per source, the number of the first line that the stored offset does not cover.
        committed: Per partition, the offset that the sink's group had committed.
    """

    at: int
    fed: Mapping[str, int]
    stored: Mapping[str, int]
    committed: Mapping[int, int]


@attrs.frozen
class History:
    """What went in, what came out, and the kills between, in order."""

    fed: Mapping[str, int]
    copies: Sequence[Copy]
    kills: Sequence[Kill] = ()


@attrs.frozen
class Complaint:
    """Something that must not happen: `lost`, `disorder` or `doubled`."""

    kind: str
    text: str


@attrs.frozen
class Doubles:
    """How often a line was repeated in the topic, and a record of the topic in the sinks."""

    in_topic: int
    in_sinks: int

    @property
    def total(self) -> int:
        return self.in_topic + self.in_sinks


def complaints(history: History) -> list[Complaint]:
    """Return everything that is wrong with a history; nothing is fine."""
    copies = sorted(history.copies, key=lambda copy: copy.at)
    return [
        *_lost(history),
        *_committed_too_early(history),
        *_changed(copies),
        *_sink_disorder(copies),
        *_topic_disorder(copies),
        *_doubled_in_topic(history),
        *_doubled_in_sinks(history),
    ]


def doubles(history: History) -> Doubles:
    """Count repetitions."""
    records = {(copy.partition, copy.offset): (copy.source, copy.number) for copy in history.copies}
    return Doubles(len(records) - len(set(records.values())), len(history.copies) - len(records))


def under_way(history: History) -> int:
    """Return how many lines, over all kills, were in a source file and not covered by the stored offset."""
    return sum(
        number - kill.stored.get(source, 0) for kill in history.kills for source, number in kill.fed.items()
    )


def _lost(history: History) -> Iterator[Complaint]:
    """Every line arrives, and every record of the topic that something after it proves to exist."""
    lines, offsets = defaultdict(set), defaultdict(set)
    for copy in history.copies:
        lines[copy.source].add(copy.number)
        offsets[copy.partition].add(copy.offset)
    for source, fed in history.fed.items():
        yield from _some("lost", f"lines of {source}", set(range(fed)) - lines[source])
    for partition, found in offsets.items():
        yield from _some("lost", f"offsets of partition {partition}", set(range(max(found))) - found)


def _committed_too_early(history: History) -> Iterator[Complaint]:
    """What the group had committed at a kill was in the sinks before, even if it came again later."""
    first = _first_puts(history.copies)
    for index, kill in enumerate(history.kills):
        late = {key for key, at in first.items() if at > kill.at and key[1] < kill.committed.get(key[0], 0)}
        yield from _some("lost", f"offsets that were committed at kill {index} and put after it", late)


def _changed(copies: Iterable[Copy]) -> Iterator[Complaint]:
    """What is at an offset of the topic never changes."""
    contents = defaultdict(set)
    for copy in copies:
        contents[copy.partition, copy.offset].add((copy.source, copy.number))
    yield from _some("disorder", "offsets with two contents", {k for k, v in contents.items() if len(v) > 1})


def _sink_disorder(copies: Iterable[Copy]) -> Iterator[Complaint]:
    """A sink gets each partition offset by offset; a replay goes back, nothing skips ahead."""
    partitions = defaultdict(list)
    for copy in copies:
        partitions[copy.partition].append(copy.offset)
    for partition, offsets in partitions.items():
        yield from _skips(f"partition {partition} in the sinks", offsets)


def _topic_disorder(copies: Iterable[Copy]) -> Iterator[Complaint]:
    """A partition of the topic has the lines of each source in order; a replay goes back, nothing skips ahead."""
    records = {(copy.partition, copy.offset): (copy.source, copy.number) for copy in copies}
    lanes = defaultdict(list)
    for (partition, _), (source, number) in sorted(records.items()):
        lanes[source, partition].append(number)
    for (source, partition), numbers in lanes.items():
        place = {number: index for index, number in enumerate(sorted(set(numbers)))}
        yield from _skips(f"{source} in partition {partition}", [place[number] for number in numbers])


def _skips(where: str, places: Sequence[int]) -> Iterator[Complaint]:
    skips = [(before, after) for before, after in pairwise([-1, *places]) if after > before + 1]
    if skips:
        yield Complaint(
            "disorder", f"{where}: {len(skips)} skips, the first from {skips[0][0]} to {skips[0][1]}"
        )


def _doubled_in_topic(history: History) -> Iterator[Complaint]:
    """A line is sent again only after a kill at which the stored offset did not cover it."""
    records = {(copy.partition, copy.offset): (copy.source, copy.number) for copy in history.copies}
    for (source, number), times in Counter(records.values()).items():
        if times == 1:
            continue
        allowed = 1 + sum(kill.stored.get(source, 0) <= number < kill.fed[source] for kill in history.kills)
        if times > allowed:
            yield Complaint("doubled", f"line {number} of {source}: {times} times, {allowed} have a reason")


def _doubled_in_sinks(history: History) -> Iterator[Complaint]:
    """A record is put again only after a kill at which the group's offset did not cover it."""
    first = _first_puts(history.copies)
    for (partition, offset), found in Counter(
        (copy.partition, copy.offset) for copy in history.copies
    ).items():
        if found == 1:
            continue
        allowed = 1 + sum(
            kill.committed.get(partition, 0) <= offset and first[partition, offset] < kill.at
            for kill in history.kills
        )
        if found > allowed:
            yield Complaint(
                "doubled", f"offset {offset} of partition {partition}: {found} times, {allowed} have a reason"
            )


def _first_puts(copies: Iterable[Copy]) -> dict[tuple[int, int], int]:
    first: dict[tuple[int, int], int] = {}
    for copy in copies:
        key = copy.partition, copy.offset
        first[key] = min(first.get(key, copy.at), copy.at)
    return first


def _some(kind: str, what: str, found: set) -> Iterator[Complaint]:
    if found:
        yield Complaint(kind, f"{len(found)} {what}, the first {min(found)}, the last {max(found)}")
