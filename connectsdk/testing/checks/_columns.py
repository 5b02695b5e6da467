"""Does a transform do to a batch what it does to each record?"""

from typing import Any

from connectsdk.record import NO_HEADERS, ConnectRecord, SinkRecord
from connectsdk.testing.checks._copies import copied
from connectsdk.testing.checks._differences import difference
from connectsdk.testing.checks._history import check_input, differs
from connectsdk.testing.checks._outcomes import Outcome
from connectsdk.transform import Columns

__all__ = ("check_columns",)


def check_columns(transform: Any, given: list[ConnectRecord], outcomes: list[Outcome]) -> Any:
    """Check `apply_columns` with those records that can be in one batch, and return the transform.

    Raises:
        CheckFailed: If it changes what it is given, or does not do what `apply` does.
    """
    apply_columns = getattr(transform, "apply_columns", None)
    chosen = _alike(given)
    if apply_columns is None or not chosen:
        return transform
    columns = _columns([given[at] for at in chosen])
    before = copied(_lists(columns))
    try:
        after: Columns = apply_columns(columns)
    except Exception:  # noqa: BLE001 - it may refuse a batch by raising anything
        return transform
    check_input([_lists(columns)], [before], "apply_columns")
    for row, at in enumerate(chosen):
        kept = outcomes[at].kept
        expected = "refused or filtered" if kept is None else _row_of(kept)
        found = difference(expected, _row(after, row), "")
        if found is not None:
            meaning = (
                "apply_columns does what apply does to each record, and refuses what apply refuses or filters"
            )
            batch = [given[at] for at in chosen]
            raise differs("columns", meaning, batch, found, ("apply", "apply_columns"))
    return transform


def _alike(given: list[ConnectRecord]) -> list[int]:
    """Return which records have no headers and the shape of the first such."""
    plain = [at for at, record in enumerate(given) if record.headers == NO_HEADERS]
    return [at for at in plain if _shape(given[at]) == _shape(given[plain[0]])]


def _shape(record: ConnectRecord) -> tuple[Any, ...]:
    return type(record), record.topic, id(record.key_schema), id(record.value_schema)


def _columns(batch: list[ConnectRecord]) -> Columns:
    first = batch[0]
    return Columns(
        first.topic,
        [record.partition for record in batch],
        first.key_schema,
        [record.key for record in batch],
        first.value_schema,
        [record.value for record in batch],
        [record.timestamp for record in batch],
        [record.offset for record in batch if isinstance(record, SinkRecord)] or None,
    )


def _lists(columns: Columns) -> list[Any]:
    sequences = (columns.partitions, columns.keys, columns.values, columns.timestamps)
    return [list(sequence) for sequence in sequences]


def _row(columns: Columns, at: int) -> dict[str, Any]:
    return {
        "topic": columns.topic,
        "partition": columns.partitions[at],
        "key_schema": columns.key_schema,
        "key": columns.keys[at],
        "value_schema": columns.value_schema,
        "value": columns.values[at],
        "timestamp": columns.timestamps[at],
    }


def _row_of(record: ConnectRecord) -> dict[str, Any]:
    return {name: getattr(record, name) for name in _PARTS}


_PARTS = ("topic", "partition", "key_schema", "key", "value_schema", "value", "timestamp")
