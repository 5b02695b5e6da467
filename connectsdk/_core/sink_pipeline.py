"""What records do these bytes mean?

The key, value and header converters, then transforms, for a whole batch in one synchronous call. Driven by
`connectsdk.runtime._tasks.sink_loop`.
"""

from collections.abc import Callable
from typing import Any

import attrs

from connectsdk._core.batch_run import BatchRun, plugin_name
from connectsdk._core.sink_columns import TIMESTAMP_TYPES, SinkColumns
from connectsdk._core.tolerance import Tolerance
from connectsdk._core.verdict import Failure, Stage, Verdict
from connectsdk.converter import Converter, HeaderConverter
from connectsdk.record import (
    NO_HEADERS,
    ConsumerRecord,
    Header,
    Headers,
    RawHeaders,
    SinkRecord,
)

__all__ = ("SinkPipeline", "SinkRun")

SinkRun = BatchRun[ConsumerRecord, SinkRecord]

# Bound once: looking a member up on its Enum class for each record is slow.
KEY_CONVERTER, VALUE_CONVERTER = Stage.KEY_CONVERTER, Stage.VALUE_CONVERTER
HEADER_CONVERTER, TRANSFORMATION = Stage.HEADER_CONVERTER, Stage.TRANSFORMATION
FILTERED = Verdict.FILTERED
UNCHANGEABLE = frozenset({str, bytes, int, float, bool, type(None)})


@attrs.frozen
class SinkPipeline:
    """Turn consumer records into sink records.

    Attributes:
        transforms: What is applied, in order; each returns a record, or None to filter it.
        key: Converts keys.
        value: Converts values.
        header: Converts header values.
        tolerance: What becomes of a record that cannot be processed.
        columns: Does the same for a whole batch of one shape; None: some plugin takes only single records.
    """

    transforms: tuple[Callable[[SinkRecord], SinkRecord | None], ...]
    key: Converter
    value: Converter
    header: HeaderConverter
    tolerance: Tolerance
    columns: SinkColumns | None = None

    def advance(self, run: SinkRun) -> None:
        """Take the run from its next record to its end, or to a record that stops it.

        Afterwards `run.finished` is true, or `run.stopped` says which record may succeed later.
        """
        columns = self.columns
        if columns is None or run.next or not run.pass_all(columns.convert(run.records)):
            self._one_by_one(run)

    def _one_by_one(self, run: SinkRun) -> None:  # noqa: PLR0915 - written out: a call per record would cost more
        """Look at single records. The hot loop: everything in it is paid per record."""
        transforms = self.transforms
        convert_key = self.key.to_connect_data
        convert_value = self.value.to_connect_data
        append = run.out.append
        transform: Any = None
        alike: RawHeaders = ()  # the headers before: those of a trace, say, are the same for many records in a row
        read_from, converted = "", NO_HEADERS
        for index, (topic, partition, offset, timestamp, kind, key_data, data, raw) in run.resume():
            stage = KEY_CONVERTER
            try:
                key_schema, key = convert_key(topic, raw, key_data)
                stage = VALUE_CONVERTER
                schema, value = convert_value(topic, raw, data)
                headers = NO_HEADERS
                if raw:
                    stage = HEADER_CONVERTER
                    if raw != alike or topic != read_from:
                        converted = self._headers(topic, raw)
                        alike, read_from = (raw, topic) if _shareable(converted) else ((), "")
                    headers = converted
                record: SinkRecord | None = SinkRecord(
                    topic,
                    partition,
                    key_schema,
                    key,
                    schema,
                    value,
                    timestamp if timestamp >= 0 else None,
                    headers,
                    offset,
                    TIMESTAMP_TYPES[kind],
                )
                if transforms:
                    stage = TRANSFORMATION
                    for transform in transforms:
                        record = transform(record)
                        if record is None:
                            break
                    if record is None:
                        run.verdicts[index] = FILTERED
                        continue
                append(record)  # type: ignore[arg-type]  # one that was filtered never comes here
            except Exception as error:  # noqa: BLE001 - whatever a plugin raises is this record's failure
                if not run.failed(self._failure(index, stage, transform, error), self.tolerance):
                    return
        run.complete()

    def _headers(self, topic: str, raw: RawHeaders) -> Headers:
        convert = self.header.to_connect_header
        converted = [(key, convert(topic, key, data)) for key, data in raw]
        return Headers([Header(key, value, schema) for key, (schema, value) in converted])

    def _failure(self, index: int, stage: Stage, transform: Any, error: Exception) -> Failure:
        plugins = {
            TRANSFORMATION: transform,
            HEADER_CONVERTER: self.header,
            KEY_CONVERTER: self.key,
            VALUE_CONVERTER: self.value,
        }
        return Failure(index, stage, plugin_name(plugins[stage]), error)


def _shareable(headers: Headers) -> bool:
    """Return whether records may have these headers in common: nobody can change them."""
    return all(type(header.value) in UNCHANGEABLE for header in headers)
