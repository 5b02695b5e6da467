"""What does an operator's request to change offsets ask for?

A sink's offsets are written `{"kafka_topic": t, "kafka_partition": p}` and `{"kafka_offset": o}`; numbers may be text.
An offset of None resets its partition.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectsdk.errors import ConfigError
from connectsdk.record import TopicPartition

__all__ = (
    "DONE_BY_CONNECTOR",
    "DONE_BY_FRAMEWORK",
    "read_sink_offsets",
    "read_source_offsets",
    "written_sink_offset",
)

TOPIC, PARTITION, OFFSET = "kafka_topic", "kafka_partition", "kafka_offset"
DONE_BY_CONNECTOR = "The offsets for this connector have been {done} successfully"
DONE_BY_FRAMEWORK = (
    "The Connect framework-managed offsets for this connector have been {done} successfully. "
    "However, if this connector manages offsets externally, they will need to be manually {done} in the system that the "
    "connector uses."
)
_MAX_INT, _MAX_LONG = 2**31 - 1, 2**63 - 1
MANY_DIGITS = 20  # no number of so many fits into 64 bits

Wanted = Sequence[tuple[Any, Any]]
"""Pairs of a partition and an offset, as they came."""


def read_source_offsets(wanted: Wanted) -> list[tuple[Mapping[str, Any], Mapping[str, Any] | None]]:
    """Return what a source connector's offsets are to become.

    Raises:
        ConfigError: If a partition is missing, or there is nothing to change.
    """
    _check_some(wanted)
    for partition, offset in wanted:
        if not isinstance(partition, Mapping):
            raise ConfigError("The partition for a source connector offset cannot be null or missing")
        if offset is not None and not isinstance(offset, Mapping):
            raise ConfigError("The offset for a source connector must be null or an object")
    return [(partition, offset) for partition, offset in wanted]


def read_sink_offsets(wanted: Wanted) -> dict[TopicPartition, int | None]:
    """Return what a sink connector's offsets are to become.

    Raises:
        ConfigError: If anything is missing or no integer, or there is nothing to change.
    """
    _check_some(wanted)
    return {_read_partition(partition): _read_offset(offset) for partition, offset in wanted}


def written_sink_offset(partition: TopicPartition, offset: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a group's offset as operators read and write it."""
    return {TOPIC: partition.topic, PARTITION: partition.partition}, {OFFSET: offset}


def _check_some(wanted: Wanted) -> None:
    if not wanted:
        raise ConfigError("Partitions / offsets need to be provided for an alter offsets request")


def _read_partition(partition: Any) -> TopicPartition:
    if not isinstance(partition, Mapping):
        raise ConfigError("The partition for a sink connector offset cannot be null or missing")
    if TOPIC not in partition or PARTITION not in partition:
        raise ConfigError(
            f"The partition for a sink connector offset must contain the keys '{TOPIC}' and '{PARTITION}'"
        )
    number = _integer("partition", partition[PARTITION], _MAX_INT)
    return TopicPartition(str(partition[TOPIC]), number)


def _read_offset(offset: Any) -> int | None:
    if offset is None:
        return None
    if not isinstance(offset, Mapping) or OFFSET not in offset:
        raise ConfigError(
            f"The offset for a sink connector should either be null or contain the key '{OFFSET}'"
        )
    return _integer("offset", offset[OFFSET], _MAX_LONG)


def _integer(what: str, written: Any, most: int) -> int:
    """Return an integer that may be written as text; a negative one is nowhere in a topic."""
    text = written if isinstance(written, str) else str(written)
    digits = text.removeprefix("+")
    plain = digits.isascii() and digits.isdigit() and len(digits) < MANY_DIGITS
    if isinstance(written, bool) or not plain or int(digits) > most:
        raise ConfigError(
            f"Failed to parse the following Kafka {what} value in the provided offsets: '{written}'. "
            f"{what.capitalize()} values for sink connectors need to be integers."
        )
    return int(digits)
