"""Does a whole batch become what its records become one by one?"""

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from connectsdk._core.sink_columns import FEWEST, SinkColumns
from connectsdk._core.sink_pipeline import SinkPipeline, SinkRun
from connectsdk._core.tolerance import Tolerance
from connectsdk.converters.simple_header import SimpleHeaderConverter
from connectsdk.converters.string import StringConverter
from connectsdk.record import ConsumerRecord, SinkRecord
from connectsdk.transform import Columns

Change = Callable[[Any], Any]


def records(count: int = FEWEST) -> list[ConsumerRecord]:
    return [ConsumerRecord("t", nth % 2, nth, nth, nth % 2, None, b"v%d" % nth) for nth in range(count)]


class Moving:
    """Moves records elsewhere, in both ways."""

    def __init__(self, topic: str, partition: int | None) -> None:
        self.topic, self.partition = topic, partition
        self.single = self.whole = 0

    def apply(self, record: SinkRecord) -> SinkRecord:
        self.single += 1
        return record.new_record(
            self.topic,
            record.partition if self.partition is None else self.partition,
            record.key_schema,
            record.key,
            record.value_schema,
            record.value,
            record.timestamp,
            record.headers,
        )

    def apply_columns(self, columns: Columns) -> Columns:
        self.whole += 1
        count = len(columns.partitions)
        partitions = columns.partitions if self.partition is None else [self.partition] * count
        return attrs.evolve(columns, topic=self.topic, partitions=partitions)


def advanced(moving: Moving, batch: list[ConsumerRecord]) -> SinkRun:
    key = value = StringConverter()
    columns = SinkColumns((moving.apply_columns,), key, value)
    run = SinkRun(batch)
    SinkPipeline((moving.apply,), key, value, SimpleHeaderConverter(), Tolerance.NONE, columns).advance(run)
    return run


@pytest.mark.parametrize(("topic", "partition"), [("t", None), ("u", None), ("t", 1), ("u", 5)])
def test_a_batch_of_one_topic_is_taken_as_a_whole(topic: str, partition: int | None) -> None:
    moving, alone = Moving(topic, partition), Moving(topic, partition)
    whole = advanced(moving, records())
    single = [advanced(alone, [record]).out[0] for record in records()]
    assert whole.out == single
    assert whole.finished
    assert [record.original_partition for record in whole.out] == [0, 1] * (FEWEST // 2)
    assert {record.original_topic for record in whole.out} == {"t"}
    assert (moving.whole, moving.single) == (1, 0)
    assert (alone.whole, alone.single) == (0, FEWEST)


def test_a_record_without_a_timestamp_has_none() -> None:
    moving = Moving("t", None)
    run = advanced(moving, [*records(), ConsumerRecord("t", 0, 99, -1, -1, None, b"v")])
    assert moving.whole == 1
    assert [record.timestamp for record in run.out] == [*range(FEWEST), None]


@pytest.mark.parametrize(
    "change",
    [
        lambda batch: batch[1:],
        lambda batch: [*batch, batch[0]._replace(topic="other")],
        lambda batch: [*batch, batch[0]._replace(headers=(("h", b"1"),))],
    ],
    ids=["few", "topics", "headers"],
)
def test_any_other_batch_is_taken_record_by_record(change: Change) -> None:
    moving, batch = Moving("t", None), change(records())
    assert len(advanced(moving, batch).out) == len(batch)
    assert (moving.whole, moving.single) == (0, len(batch))


class Short(Moving):
    """Loses a record of a batch."""

    def apply_columns(self, columns: Columns) -> Columns:
        return attrs.evolve(columns, values=columns.values[1:])


def test_no_record_is_lost_by_a_transform_that_returns_too_few() -> None:
    short = Short("t", None)
    assert len(advanced(short, records()).out) == FEWEST
    assert short.single == FEWEST
