"""What do a source's records look like as bytes?

Transforms, then the header, key and value converters, for a whole batch in one synchronous call. Driven by
`connectsdk.runtime._tasks.source_loop`.
"""

from collections.abc import Callable
from typing import Any

import attrs

from connectsdk._core.batch_run import BatchRun, plugin_name
from connectsdk._core.source_columns import SourceColumns
from connectsdk._core.tolerance import Tolerance
from connectsdk._core.verdict import Failure, Stage, Verdict
from connectsdk.converter import Converter, HeaderConverter
from connectsdk.errors import DataError
from connectsdk.record import Headers, ProducerRecord, RawHeaders, SourceRecord

__all__ = ("SourcePipeline", "SourceRun", "negative_timestamp")

SourceRun = BatchRun[SourceRecord, ProducerRecord]

# Bound once: looking a member up on its Enum class for each record is slow.
TASK_POLL, KAFKA_PRODUCE = Stage.TASK_POLL, Stage.KAFKA_PRODUCE
KEY_CONVERTER, VALUE_CONVERTER = Stage.KEY_CONVERTER, Stage.VALUE_CONVERTER
HEADER_CONVERTER, TRANSFORMATION = Stage.HEADER_CONVERTER, Stage.TRANSFORMATION
FILTERED = Verdict.FILTERED


@attrs.frozen
class SourcePipeline:
    """Turn source records into producer records.

    Attributes:
        transforms: What is applied, in order; each returns a record, or None to filter it.
        key: Converts keys.
        value: Converts values.
        header: Converts header values.
        tolerance: What becomes of a record that cannot be processed.
        columns: Does the same for a whole batch of one shape; None: some plugin takes only single records.
    """

    transforms: tuple[Callable[[SourceRecord], SourceRecord | None], ...]
    key: Converter
    value: Converter
    header: HeaderConverter
    tolerance: Tolerance
    columns: SourceColumns | None = None

    def advance(self, run: SourceRun) -> None:
        """Take the run from its next record to its end, or to a record that stops it.

        Afterwards `run.finished` is true, or `run.stopped` says which record may succeed later.
        """
        columns = self.columns
        if columns is None or run.next or not run.pass_all(columns.convert(run.records)):
            self._one_by_one(run)

    def _one_by_one(self, run: SourceRun) -> None:  # noqa: PLR0915 - written out: a call per record would cost more
        """Look at single records. The hot loop: everything in it is paid per record."""
        transforms = self.transforms
        convert_key = self.key.from_connect_data
        convert_value = self.value.from_connect_data
        append = run.out.append
        make = tuple.__new__
        first = TRANSFORMATION if transforms else TASK_POLL
        transform: Any = None
        for index, record in run.resume():
            stage = first
            try:
                if transforms:
                    for transform in transforms:
                        record = transform(record)  # noqa: PLW2901 - the record as it is now
                        if record is None:
                            break
                    if record is None:
                        run.verdicts[index] = FILTERED
                        continue
                topic = record.topic
                headers: RawHeaders = ()
                if record.headers:
                    stage = HEADER_CONVERTER
                    headers = self._raw_headers(topic, record.headers)
                stage = KEY_CONVERTER
                key = convert_key(topic, headers, record.key_schema, record.key)
                stage = VALUE_CONVERTER
                value = convert_value(topic, headers, record.value_schema, record.value)
                timestamp = record.timestamp
                if timestamp is not None and timestamp < 0:
                    stage = KAFKA_PRODUCE
                    raise negative_timestamp(timestamp)  # noqa: TRY301 - this record's failure, like any other
                append(make(ProducerRecord, (topic, record.partition, key, value, timestamp, headers)))
            except Exception as error:  # noqa: BLE001 - whatever a plugin raises is this record's failure
                if not run.failed(self._failure(index, stage, transform, error), self.tolerance):
                    return
        run.complete()

    def _raw_headers(self, topic: str, headers: Headers) -> RawHeaders:
        convert = self.header.from_connect_header
        return tuple([(key, convert(topic, key, schema, value)) for key, value, schema in headers])

    def _failure(self, index: int, stage: Stage, transform: Any, error: Exception) -> Failure:
        plugins = {
            TRANSFORMATION: transform,
            HEADER_CONVERTER: self.header,
            KEY_CONVERTER: self.key,
            VALUE_CONVERTER: self.value,
        }
        return Failure(index, stage, plugin_name(plugins.get(stage, self)), error)


def negative_timestamp(timestamp: int) -> DataError:
    """Return why no topic takes a record with this timestamp."""
    return DataError(f"a record's timestamp must not be negative, but it is {timestamp}")
