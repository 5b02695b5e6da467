"""In which headers does a record carry the trace that it belongs to?

The names are the propagator's, W3C's `traceparent` and `tracestate` unless a program chose others. A record that
carries a context of its own keeps it: it says where the record was made, and what passes it on links to it.
"""

from collections.abc import Iterable, Mapping, Sequence, Set as AbstractSet
from itertools import groupby, islice
from operator import itemgetter

import attrs

from connectsdk.record import ConsumerRecord, ProducerRecord, RawHeaders

__all__ = ("Carried", "carried", "carrying", "ranges")

_PLACE = itemgetter(0, 1)
_HEADERS = itemgetter(5)


@attrs.frozen
class Carried:
    """A context that records carry.

    Attributes:
        index: The first record that carries it.
        fields: Its headers as texts.
    """

    index: int
    fields: Mapping[str, str]


def carried(headers: Iterable[RawHeaders], names: AbstractSet[str], most: int) -> list[Carried]:
    """Return the different contexts that records carry, in order, at most so many.

    Args:
        headers: The headers of each record.
        names: Which headers belong to a context; the last of a name counts, as in Kafka.
        most: How many are looked for.
    """
    found: dict[tuple[tuple[str, bytes], ...], int] = {}
    previous: RawHeaders = ()
    for index, own in enumerate(headers):
        if not own or own == previous:
            continue
        previous = own
        context = tuple([(name, data) for name, data in own if name in names and data is not None])
        if context and context not in found:
            found[context] = index
            if len(found) == most:
                break
    return [
        Carried(index, {name: data.decode("utf-8", "replace") for name, data in context})
        for context, index in found.items()
    ]


def carrying(records: Sequence[ProducerRecord], context: Mapping[str, str]) -> list[ProducerRecord]:
    """Return the records with this context in their headers; one that carries a context stays as it is."""
    own = tuple([(name, text.encode()) for name, text in context.items()])
    make = tuple.__new__
    if not any(map(_HEADERS, records)):
        return [
            make(ProducerRecord, (topic, partition, key, value, timestamp, own))
            for topic, partition, key, value, timestamp, _ in records
        ]
    names = frozenset(context)
    return [
        record
        if record[5] and not names.isdisjoint([name for name, _ in record[5]])
        else make(ProducerRecord, (*record[:5], (*record[5], *own)))
        for record in records
    ]


def ranges(records: Sequence[ConsumerRecord], most: int) -> list[str]:
    """Return where consumed records were, run by run, as `topic-partition@first-last`; at most so many."""
    runs = (list(run) for _, run in groupby(records, _PLACE))
    return [f"{run[0][0]}-{run[0][1]}@{run[0][2]}-{run[-1][2]}" for run in islice(runs, most)]
