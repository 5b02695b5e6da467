"""What becomes of the records of one `send`?"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import compress
from operator import itemgetter
from typing import Any

import attrs

from connectsdk._core.partitioner import Partitioner
from connectsdk.errors import DataError, RecordTooLargeError
from connectsdk.record import ProducerRecord, RecordMetadata, TopicPartition
from connectsdk.transport import Rejected
from connectsdk.transports.embedded._batch import Columns
from connectsdk.transports.embedded._engine import Engine
from connectsdk.transports.embedded._topic_logs import TopicLogs
from connectsdk.transports.embedded._transactions import Transaction

__all__ = ("Delivered", "Report", "produce")

_topic = itemgetter(0)
_NONE = type(None)
_BYTES = {bytes, _NONE}
_TIMES = {int, _NONE}


@attrs.frozen
class Report:
    """A `DeliveryReport`: everything is settled when it is made."""

    rejected: Sequence[Rejected]
    _count: int
    _written: Mapping[TopicPartition, tuple[Sequence[int], int, Sequence[int]]]

    def metadata(self) -> Sequence[RecordMetadata | None]:
        """Return where each record ended up; see `DeliveryReport.metadata`."""
        found: list[RecordMetadata | None] = [None] * self._count
        for (topic, partition), (places, base, timestamps) in self._written.items():
            for offset, (place, timestamp) in enumerate(zip(places, timestamps, strict=True), base):
                found[place] = RecordMetadata(topic, partition, offset, timestamp)
        return found


@attrs.frozen
class Delivered:
    """A `Delivery` that is settled already."""

    _report: Report

    @property
    def done(self) -> bool:
        """Always."""
        return True

    async def wait(self) -> Report:
        """Return the report at once."""
        return self._report


def produce(
    engine: Engine,
    records: Sequence[ProducerRecord],
    partitioner: Partitioner,
    max_record_bytes: int,
    transaction: Transaction | None = None,
) -> Report:
    """Write a batch: all of it but the records that are refused for their own sake, or nothing.

    Raises:
        FencedError: If the transaction's producer has a successor.
        IllegalStateError: If no transaction is open.
        TransportError: If it cannot be written.
        UnknownTopicError: If a topic or partition does not exist.
    """
    count = len(records)
    if not count:
        return Report((), 0, {})
    topics = dict.fromkeys(map(_topic, records))
    engine.require_topics(topics)
    logs = engine.logs
    refused = _refused(records, topics, logs, max_record_bytes)
    kept: Sequence[int] = range(count)
    if refused:
        kept = [place for place in kept if place not in refused]
        records = [records[place] for place in kept]
    now = engine.now()
    parts = {}
    places = {}
    for where, chosen in partitioner.split(
        records, {topic: logs.topics[topic].partitions for topic in topics}
    ).items():
        part = records if len(chosen) == len(records) else [records[place] for place in chosen]
        parts[where] = _columns(part, logs.settings(where.topic).timestamp_type, now.ms)
        places[where] = [kept[place] for place in chosen] if refused else chosen
    bases = engine.broker.append(parts, now, transaction) if parts else {}
    engine.announce_records(topics)
    written = {where: (places[where], base, parts[where][0].timestamps) for where, base in bases.items()}
    return Report([Rejected(place, error) for place, error in refused.items()], count, written)


def _columns(records: Sequence[ProducerRecord], timestamp_type: int, now_ms: int) -> tuple[Columns, int]:
    _, _, keys, values, timestamps, headers = zip(*records, strict=True)
    if timestamp_type == 1:
        timestamps = (now_ms,) * len(timestamps)
    elif None in timestamps:
        timestamps = tuple([now_ms if timestamp is None else timestamp for timestamp in timestamps])
    size = sum(map(len, filter(None, keys))) + sum(map(len, filter(None, values)))
    if any(headers):
        size += sum(map(_headers_size, headers))
    return Columns(timestamps, keys, values, headers, timestamp_type), size


def _headers_size(headers: Iterable[tuple[str, bytes | None]]) -> int:
    return sum(len(name) + len(value or b"") for name, value in headers)


def _refused(
    records: Sequence[ProducerRecord], topics: Iterable[str], logs: TopicLogs, most: int
) -> Mapping[int, Exception]:
    """Return the records that cannot be written, by place; the usual answer is found without a look at each."""
    smallest = min(most, *(logs.settings(topic).max_record_bytes for topic in topics))
    _, _, keys, values, timestamps, headers = zip(*records, strict=True)
    well_formed = (
        set(map(type, keys)) <= _BYTES
        and set(map(type, values)) <= _BYTES
        and set(map(type, timestamps)) <= _TIMES
    )
    if well_formed and not any(headers) and not any(logs.settings(topic).compact for topic in topics):
        longest = max(map(len, compress(values, values)), default=0) + max(
            map(len, filter(None, keys)), default=0
        )
        if longest <= smallest and min(filter(None, timestamps), default=0) >= 0:
            return {}
    refused = {}
    for place, record in enumerate(records):
        error = _malformed(record) or _unfit(record, logs, most)
        if error is not None:
            refused[place] = error
    return refused


def _malformed(record: ProducerRecord) -> Exception | None:
    topic = record.topic
    key: Any
    value: Any
    timestamp: Any
    headers: Any
    _, _, key, value, timestamp, headers = record  # whatever an untyped caller gave
    if type(key) not in _BYTES or type(value) not in _BYTES:
        return DataError(f"A record for topic {topic} has a key or value that is neither bytes nor None")
    if type(timestamp) not in _TIMES or (timestamp or 0) < 0:
        return DataError(f"A record for topic {topic} has a timestamp that is no number of milliseconds")
    if not isinstance(headers, tuple) or not all(
        isinstance(name, str) and type(content) in _BYTES for name, content in headers
    ):
        return DataError(
            f"A record for topic {topic} has headers that are not pairs of str and bytes or None"
        )
    return None


def _unfit(record: ProducerRecord, logs: TopicLogs, most: int) -> Exception | None:
    topic, _, key, value, _, headers = record
    settings = logs.settings(topic)
    if settings.compact and key is None:
        return DataError(f"A record for the compacted topic {topic} has no key")
    size = len(key or b"") + len(value or b"") + _headers_size(headers)
    largest = min(most, settings.max_record_bytes)
    if size > largest:
        return RecordTooLargeError(f"A record for topic {topic} has {size} bytes; {largest} are allowed")
    return None
