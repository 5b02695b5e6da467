"""What records do these bytes mean, when the whole batch is of one shape?

The same answer as `sink_pipeline` gives record by record, several times as fast: each converter and transform is
called once. A batch that is not of one shape, or that anything refuses, is left to the other way, which says
which record was at fault.
"""

from collections.abc import Callable, Sequence

import attrs

from connectsdk.converter import BatchConverter
from connectsdk.record import NO_HEADERS, ConsumerRecord, SinkRecord, TimestampType, TopicPartition
from connectsdk.transform import Columns

__all__ = ("TIMESTAMP_TYPES", "SinkColumns")

TIMESTAMP_TYPES = (TimestampType.CREATE_TIME, TimestampType.LOG_APPEND_TIME, TimestampType.NO_TIMESTAMP_TYPE)
"""By their own numbers 0, 1 and -1."""

FEWEST = 16
"""Records below which a batch costs more than its records one by one."""


@attrs.frozen
class SinkColumns:
    """Turn a whole batch of consumer records into sink records.

    Attributes:
        transforms: What is applied, in order.
        key: Converts keys.
        value: Converts values.
    """

    transforms: tuple[Callable[[Columns], Columns], ...]
    key: BatchConverter
    value: BatchConverter

    def convert(self, records: Sequence[ConsumerRecord]) -> list[SinkRecord] | None:
        """Return a sink record for each, or None: they are to be looked at one by one."""
        if len(records) < FEWEST:
            return None
        try:
            return self._convert(records)
        except Exception:  # noqa: BLE001 - whatever it was, one by one it is found at its record
            return None

    def _convert(self, records: Sequence[ConsumerRecord]) -> list[SinkRecord] | None:
        topics, partitions, offsets, stamps, kinds, keys, data, headers = zip(*records, strict=True)
        if topics.count(topics[0]) != len(topics) or headers.count(()) != len(headers):
            return None
        topic = topics[0]
        if min(stamps) < 0:
            stamps = tuple([stamp if stamp >= 0 else None for stamp in stamps])
        columns = Columns(
            topic,
            partitions,
            *self.key.to_connect_batch(topic, keys),
            *self.value.to_connect_batch(topic, data),
            stamps,
            offsets,
        )
        for transform in self.transforms:
            columns = transform(columns)
        return _records(topic, partitions, kinds, columns)


def _records(
    topic: str, partitions: tuple[int, ...], kinds: tuple[int, ...], columns: Columns
) -> list[SinkRecord]:
    changed, key_schema, schema = columns.topic, columns.key_schema, columns.value_schema
    rows = zip(
        columns.partitions,
        columns.keys,
        columns.values,
        columns.timestamps,
        columns.offsets or (),
        kinds,
        strict=True,
    )
    if changed == topic and columns.partitions is partitions:
        types = TIMESTAMP_TYPES
        return [
            SinkRecord(
                topic, partition, key_schema, key, schema, value, stamp, NO_HEADERS, offset, types[kind]
            )
            for partition, key, value, stamp, offset, kind in rows
        ]
    return [
        SinkRecord(
            changed,
            partition,
            key_schema,
            key,
            schema,
            value,
            stamp,
            NO_HEADERS,
            offset,
            TIMESTAMP_TYPES[kind],
            None if changed == topic and partition == read_from else TopicPartition(topic, read_from),
        )
        for (partition, key, value, stamp, offset, kind), read_from in zip(rows, partitions, strict=True)
    ]
