"""Does a whole batch become what its records become one by one?"""

from collections.abc import Callable, Sequence
from typing import Any

import attrs
import pytest

from connectsdk._core.source_columns import FEWEST, SourceColumns
from connectsdk._core.source_pipeline import SourcePipeline, SourceRun
from connectsdk._core.tolerance import Tolerance
from connectsdk.converters.simple_header import SimpleHeaderConverter
from connectsdk.converters.string import StringConverter
from connectsdk.record import Headers, SourceRecord
from connectsdk.schema import STRING_SCHEMA
from connectsdk.transform import Columns


def records(count: int = FEWEST) -> list[SourceRecord]:
    return [
        SourceRecord("t", None, None, None, STRING_SCHEMA, f"v{nth}", nth, source_offset={"at": nth})
        for nth in range(count)
    ]


class Upper:
    """Changes values, and counts how it was called."""

    def __init__(self) -> None:
        self.single = self.whole = 0

    def apply(self, record: SourceRecord) -> SourceRecord:
        self.single += 1
        return record.with_topic("u").with_value(record.value_schema, record.value.upper())

    def apply_columns(self, columns: Columns) -> Columns:
        self.whole += 1
        return attrs.evolve(columns, topic="u", values=[value.upper() for value in columns.values])


def pipeline(upper: Upper, value: Any = None) -> SourcePipeline:
    key, value = StringConverter(), value or StringConverter()
    columns = SourceColumns((upper.apply_columns,), key, value)
    return SourcePipeline((upper.apply,), key, value, SimpleHeaderConverter(), Tolerance.NONE, columns)


def advanced(upper: Upper, batch: Sequence[SourceRecord]) -> SourceRun:
    run = SourceRun(batch)
    pipeline(upper).advance(run)
    return run


def test_a_batch_of_one_shape_is_taken_as_a_whole() -> None:
    upper, alone = Upper(), Upper()
    whole = advanced(upper, records())
    single = [advanced(alone, [record]).out[0] for record in records()]
    assert whole.out == single
    assert whole.finished
    assert not any(whole.verdicts)
    assert (upper.whole, upper.single) == (1, 0)
    assert (alone.whole, alone.single) == (0, FEWEST)


def another(**parts: Any) -> Callable[[list[SourceRecord]], list[SourceRecord]]:
    return lambda batch: [*batch[:-1], attrs.evolve(batch[-1], **parts)]


@pytest.mark.parametrize(
    "change",
    [
        lambda batch: batch[1:],
        another(topic="other"),
        another(value_schema=None),
        another(key_schema=STRING_SCHEMA, key="k"),
        another(headers=Headers().add("h", "1")),
    ],
    ids=["few", "topics", "schemas", "key schemas", "headers"],
)
def test_any_other_batch_is_taken_record_by_record(change: Callable[[Any], list[SourceRecord]]) -> None:
    upper = Upper()
    batch = change(records())
    assert len(advanced(upper, batch).out) == len(batch)
    assert upper.single == len(batch)
    assert upper.whole == 0


def test_a_record_with_a_negative_timestamp_is_found() -> None:
    run = advanced(Upper(), another(timestamp=-1)(records()))
    assert run.fatal is not None
    assert run.fatal.index == FEWEST - 1


def test_records_without_timestamps_are_of_one_shape() -> None:
    upper = Upper()
    advanced(upper, [attrs.evolve(record, timestamp=None) for record in records()])
    assert upper.whole == 1


def test_a_value_that_the_transform_refuses_is_found_at_its_record() -> None:
    upper = Upper()
    run = advanced(upper, another(value=5)(records()))
    assert run.fatal is not None
    assert run.fatal.index == FEWEST - 1
    assert len(run.out) == FEWEST - 1


class Short(StringConverter):
    """Loses a record of a batch: the worst that a converter can do."""

    def from_connect_batch(self, topic: str, schema: Any, values: Sequence[Any]) -> Sequence[bytes | None]:
        return super().from_connect_batch(topic, schema, values)[1:]


def test_no_record_is_lost_by_a_converter_that_returns_too_few() -> None:
    run = SourceRun(records())
    pipeline(Upper(), Short()).advance(run)
    assert len(run.out) == FEWEST


def test_a_run_that_is_taken_up_again_goes_on_record_by_record() -> None:
    upper = Upper()
    run = SourceRun(records())
    run.next = 3
    pipeline(upper).advance(run)
    assert (upper.whole, upper.single) == (0, FEWEST - 3)


class Fewer(Upper):
    """Leaves a record out of every column, as a transform must not."""

    def apply_columns(self, columns: Columns) -> Columns:
        return attrs.evolve(
            columns,
            partitions=columns.partitions[1:],
            keys=columns.keys[1:],
            values=columns.values[1:],
            timestamps=columns.timestamps[1:],
        )


def test_no_record_is_lost_by_a_transform_that_leaves_one_out() -> None:
    fewer = Fewer()
    assert len(advanced(fewer, records()).out) == FEWEST
    assert fewer.single == FEWEST
