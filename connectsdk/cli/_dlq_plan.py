"""As what, and to where, does a dead letter go again?

A sink's dead letter goes back to the topic it was consumed from, as it was. A source's goes through the connector's
current transforms and converters to its topic. Either is accompanied by a marker, a record in a compacted topic
that says that it was replayed; both are written in one transaction, so that it is never replayed twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from connectsdk._core.dead_letters import (
    PARTITION,
    PREFIX,
    SOURCE_HEADERS,
    SOURCE_KEY,
    SOURCE_OFFSET,
    SOURCE_PARTITION,
    SOURCE_TOPIC_PARTITION,
    SOURCE_VALUE,
    TOPIC,
)
from connectsdk.cli._dlq_letters import Letter
from connectsdk.converters.json import JsonConverter
from connectsdk.errors import DataError
from connectsdk.record import ConsumerRecord, Header, Headers, ProducerRecord, SourceRecord
from connectsdk.schema import Schema

__all__ = (
    "Refused",
    "check_kept",
    "marker",
    "marker_key",
    "marker_topic",
    "replayed_ids",
    "sink_record",
    "source_record",
    "stamped",
)

REPLAYED = PREFIX + "replayed.from"


class Refused(DataError):  # noqa: N818 - an answer, not a fault
    """This dead letter cannot be replayed as it is."""


def sink_record(letter: Letter, topic: str | None, value: bytes | None) -> ProducerRecord:
    """Return the record to send for a sink's dead letter.

    Args:
        letter: The dead letter.
        topic: Where it goes; None for where it came from.
        value: What replaces its value; None keeps it.

    Raises:
        Refused: If it is not known where it came from, or its value is missing.
    """
    original = letter.context.get(TOPIC)
    if topic is None and original is None:
        message = "it does not say which topic it came from: name one with --to"
        raise Refused(message)
    partition = letter.context.get(PARTITION, "") if topic in {None, original} else ""
    record = letter.record
    return ProducerRecord(
        topic or original or "",
        int(partition) if partition.isdecimal() else None,
        record.key,
        _value(letter, value),
        record.timestamp if record.timestamp >= 0 else None,
        letter.headers,
    )


def source_record(letter: Letter, value: bytes | None) -> SourceRecord:
    """Return what the source task handed out.

    Args:
        letter: A source's dead letter.
        value: What replaces its value, as JSON, with or without a schema; None keeps it.

    Raises:
        Refused: If it does not hold the whole record.
    """
    context, record = letter.context, letter.record
    for part, name in ((SOURCE_KEY, "key"), (SOURCE_HEADERS, "headers")):
        if context.get(part) != "json":
            message = f"its {name} could not be written exactly: let the source read the record again"
            raise Refused(message)
    if value is None and context.get(SOURCE_VALUE) != "json":
        message = "its value could not be written exactly: give one with --value"
        raise Refused(message)
    try:
        key_schema, key = _read(record.key)
        value_schema, content = _read(_enveloped(record.value, _value(letter, value)))
        headers = Headers(
            [
                Header(name, found, schema)
                for name, (schema, found) in ((n, _read(d)) for n, d in letter.headers)
            ]
        )
    except DataError as error:
        raise Refused(str(error)) from error
    partition = context.get(SOURCE_TOPIC_PARTITION)
    return SourceRecord(
        context.get(TOPIC, ""),
        None if partition is None else int(partition),
        key_schema,
        key,
        value_schema,
        content,
        record.timestamp if record.timestamp >= 0 else None,
        headers,
        orjson.loads(context.get(SOURCE_PARTITION, "null")),
        orjson.loads(context.get(SOURCE_OFFSET, "null")),
    )


def stamped(letter: Letter, record: ProducerRecord, topic: str | None) -> ProducerRecord:
    """Return a record that says which dead letter it was, for another topic if one is named."""
    place = f"{letter.record.topic}-{letter.id}".encode()
    partition = record.partition if topic in {None, record.topic} else None
    return record._replace(
        topic=topic or record.topic, partition=partition, headers=(*record.headers, (REPLAYED, place))
    )


def check_kept(record: ProducerRecord, config: Mapping[str, str], now: int) -> None:
    """Refuse a record that its topic would delete as too old.

    Args:
        record: What would be sent.
        config: The topic's settings.
        now: Milliseconds since the epoch.

    Raises:
        Refused: If its timestamp is older than the topic keeps records.
    """
    kept = int(config.get("retention.ms", "-1"))
    deletes = "delete" in config.get("cleanup.policy", "delete")
    if record.timestamp is not None and deletes and 0 <= kept < now - record.timestamp:
        message = (
            f"its timestamp is older than the {kept} ms for which {record.topic} keeps records: it would be deleted; "
            "--timestamp now sends it as of now"
        )
        raise Refused(message)


# -- markers -------------------------------------------------------------------------------------------------


def marker_topic(topic: str) -> str:
    """Return the compacted topic that says which dead letters of a topic were replayed."""
    return f"{topic}.replayed"


def marker_key(letter: Letter) -> bytes:
    """Return the key of a dead letter's marker."""
    return f"{letter.record.topic}-{letter.id}".encode()


def marker(letter: Letter, sent: Sequence[ProducerRecord], now: int) -> ProducerRecord:
    """Return the record that says that a dead letter was replayed.

    Args:
        letter: The dead letter.
        sent: What it became; nothing when a transform filtered it.
        now: Milliseconds since the epoch.
    """
    said = {"topic": sent[0].topic if sent else None, "at": now}
    return ProducerRecord(
        marker_topic(letter.record.topic), None, marker_key(letter), orjson.dumps(said), now
    )


def replayed_ids(markers: Iterable[ConsumerRecord]) -> frozenset[bytes]:
    """Return the keys of all dead letters that were replayed."""
    found: dict[bytes, bool] = {}
    for record in markers:
        if record.key is not None:
            found[record.key] = record.value is not None
    return frozenset(key for key, there in found.items() if there)


def _value(letter: Letter, value: bytes | None) -> bytes | None:
    if value is None and letter.incomplete:
        message = "its value was too large for the dead letter topic and is not in it: give one with --value"
        raise Refused(message)
    return letter.record.value if value is None else value


def _enveloped(old: bytes | None, new: bytes | None) -> bytes | None:
    """Return a value with its schema: its own, or that of the value which it replaces."""
    if new is None or new is old:
        return new
    try:
        given = orjson.loads(new)
    except ValueError as error:
        message = f"the value of a source's record must be JSON: {error}"
        raise Refused(message) from error
    if isinstance(given, dict) and set(given) == {"schema", "payload"}:
        return new
    kept: Any = None
    if old is not None:
        before = orjson.loads(old)
        kept = before.get("schema") if isinstance(before, dict) else None
    return orjson.dumps({"schema": kept, "payload": given})


def _read(data: bytes | None) -> tuple[Schema | None, Any]:
    return JsonConverter().to_connect_data("", (), data)
