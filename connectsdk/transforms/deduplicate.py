"""Has a record with this key been seen a short while ago?

What was seen is remembered per topic in memory, bounded by count and, if wanted, by time: the records' own timestamps count, no
clock. It is not stored: after a restart everything is new, so that duplicates may pass, but nothing is lost. A record that
comes a second time because it is being retried is not taken for a duplicate of itself.
"""

from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple, TypeVar

from connectsdk.config import config, option
from connectsdk.errors import DataError
from connectsdk.record import ConnectRecord, SinkRecord, SourceRecord
from connectsdk.transforms._field_path import FieldPath

__all__ = ("Deduplicate", "DeduplicateConfig")

R = TypeVar("R", bound=ConnectRecord)

_DEEPEST = 50
_MOST_TOPICS = 1_000


@config
class DeduplicateConfig:
    """What `Deduplicate` can be told."""

    fields: tuple[str, ...] = option(
        default=(),
        doc="The fields of the value that make a record the same as another; a path leads to a nested one. "
        "Without any, the record's key does.",
    )
    window_records: int = option(
        default=10_000,
        at_least=1,
        doc="How many different records of a topic are remembered, the latest ones.",
    )
    window_ms: int = option(
        default=-1,
        at_least=-1,
        doc="How far the timestamps of duplicates may be apart, in milliseconds; -1: any distance.",
    )


class _Seen(NamedTuple):
    """The first record with a key: its timestamp, and for a sink where it was read from."""

    timestamp: int | None
    origin: Any


class Deduplicate:
    """Filter records whose key, or some fields of the value, were in another record of the topic inside a window."""

    config_class: ClassVar[type[Any]] = DeduplicateConfig

    def configure(self, config: DeduplicateConfig) -> None:
        """Take what makes records the same, and how long it is remembered.

        Raises:
            ConfigError: If a path is not one.
        """
        self._identity = _identity(tuple(FieldPath(path, "V2") for path in config.fields))
        self._most = config.window_records
        self._distance = config.window_ms
        self._topics: dict[str, dict[Any, _Seen]] = {}
        self._last: ConnectRecord | None = None

    def apply(self, record: R) -> R | None:
        """Return the record, or None if it is a duplicate.

        Raises:
            DataError: If a field cannot be looked at.
        """
        identity = self._identity(record)
        try:
            known = self._topics[record.topic]
        except KeyError:
            if len(self._topics) >= _MOST_TOPICS:
                del self._topics[next(iter(self._topics))]
            known = self._topics[record.topic] = {}
        seen = known.get(identity)
        if seen is not None:
            if self._is_again(seen, record):
                return record
            if self._is_near(seen.timestamp, record.timestamp):
                return None
            del known[identity]  # it is remembered anew, as the latest
        elif len(known) >= self._most:
            del known[next(iter(known))]
        known[identity] = _Seen(record.timestamp, _origin(record))
        self._last = record
        return record

    def close(self) -> None:
        """Forget everything."""
        self._topics.clear()
        self._last = None

    def _is_again(self, seen: _Seen, record: ConnectRecord) -> bool:
        """Return whether this is the record itself, which is being retried: in doubt it is, because then nothing is lost."""
        if isinstance(record, SinkRecord):
            return bool(seen.origin == _origin(record))
        last = self._last
        if last is None or last is record:
            return last is record
        value = record.value
        if (
            isinstance(record, SourceRecord)
            and isinstance(last, SourceRecord)
            and record.source_offset is not None
        ):
            same = (
                record.source_offset == last.source_offset
                and record.source_partition == last.source_partition
            )
            return same and bool(value == last.value)
        return value is last.value and isinstance(value, dict | list)

    def _is_near(self, first: int | None, second: int | None) -> bool:
        if self._distance < 0 or first is None or second is None:
            return True
        return abs(second - first) <= self._distance


def _origin(record: ConnectRecord) -> Any:
    if isinstance(record, SinkRecord):
        return record.original_topic, record.original_partition, record.offset
    return None


def _identity(paths: tuple[FieldPath, ...]) -> Callable[[ConnectRecord], Any]:
    if not paths:
        return lambda record: _frozen(record.key, 0)

    def of_fields(record: ConnectRecord) -> Any:
        value = record.value
        if value is None:
            return None
        if not isinstance(value, dict):
            raise DataError(
                f"Deduplicate looks at fields, and the value is no struct or map: {type(value).__name__}"
            )
        return tuple(_frozen(path.value_in(value), 0) for path in paths)

    return of_fields


def _frozen(value: Any, depth: int) -> Any:
    """Return something hashable that is equal for equal data: `True`, `1` and `1.0` differ."""
    if depth > _DEEPEST:
        raise DataError(f"Deduplicate does not look at data nested deeper than {_DEEPEST}")
    kind = type(value)
    if kind is str or kind is bytes or value is None:
        return value
    if kind is dict:
        return "{", frozenset(
            (_frozen(key, depth + 1), _frozen(item, depth + 1)) for key, item in value.items()
        )
    if kind is list or kind is tuple:
        return "[", tuple(_frozen(item, depth + 1) for item in value)
    return kind, value
