"""Which record does a dead-letter topic get for a failure?

A sink's dead letter is the consumed record as it was: key, value, headers and timestamp, by reference. A source's
record failed before it was bytes, so its dead letter is what the task handed out, as JSON with schema; headers say so.
The context headers are Kafka Connect's own, so that tools made for its dead letters read these.
"""

import traceback
from collections.abc import Callable
from typing import Any

import attrs
import orjson

from connectsdk._core.verdict import Failure
from connectsdk.record import ConsumerRecord, ProducerRecord, RawHeaders, SourceRecord
from connectsdk.schema import Schema

__all__ = ("PREFIX", "DeadLetterBox", "Encode", "reduced")

PREFIX = "__connect.errors."
TOPIC, PARTITION, OFFSET = PREFIX + "topic", PREFIX + "partition", PREFIX + "offset"
CONNECTOR, TASK = PREFIX + "connector.name", PREFIX + "task.id"
STAGE, PLUGIN = PREFIX + "stage", PREFIX + "class.name"
ERROR, MESSAGE = PREFIX + "exception.class.name", PREFIX + "exception.message"
STACKTRACE = PREFIX + "exception.stacktrace"

SOURCE = PREFIX + "source."
SOURCE_PARTITION, SOURCE_OFFSET = SOURCE + "partition", SOURCE + "offset"
SOURCE_TOPIC_PARTITION = SOURCE + "topic.partition"
SOURCE_KEY, SOURCE_VALUE, SOURCE_HEADERS = SOURCE + "key", SOURCE + "value", SOURCE + "headers"
EXACT, TEXT = b"json", b"text"

OMITTED_VALUE, OMITTED_KEY = PREFIX + "omitted.value.bytes", PREFIX + "omitted.key.bytes"
OMITTED_HEADERS = PREFIX + "omitted.headers"

LONGEST_TEXT = 32_768
"""Bytes of a message or a stack trace: they are written once more for every dead letter."""

Encode = Callable[[str, RawHeaders, Schema | None, Any], bytes | None]
"""Return a value as JSON with its schema, or raise."""


@attrs.frozen
class DeadLetterBox:
    """One task's way of writing dead letters.

    Attributes:
        topic: The dead-letter topic.
        connector: The connector's name.
        task: The task's number.
        context_headers: Whether dead letters say where and why they failed.
        hide: Returns a text without secrets: what a plugin says of an error may hold some.
    """

    topic: str
    connector: str
    task: int
    context_headers: bool = False
    hide: Callable[[str], str] = str

    def of_consumed(self, record: ConsumerRecord, failure: Failure) -> ProducerRecord:
        """Return the dead letter for a consumed record: its own bytes."""
        headers = record.headers
        if self.context_headers:
            place = (
                (TOPIC, _text(record.topic)),
                (PARTITION, _text(record.partition)),
                (OFFSET, _text(record.offset)),
            )
            headers = (*headers, *place, *self._context(failure))
        timestamp = record.timestamp if record.timestamp >= 0 else None
        return ProducerRecord(self.topic, None, record.key, record.value, timestamp, headers)

    def of_source(self, record: SourceRecord, failure: Failure, encode: Encode) -> ProducerRecord:
        """Return the dead letter for a record that a source task handed out, as it was before any transform.

        Where it came from in the source, and how its parts are written, is always in its headers: without them
        it could not be read again.
        """
        topic = str(record.topic)
        key, key_form = _encoded(encode, topic, record.key_schema, record.key)
        value, value_form = _encoded(encode, topic, record.value_schema, record.value)
        own = [
            (str(name), *_encoded(encode, topic, schema, content)) for name, content, schema in record.headers
        ]
        headers_form = TEXT if any(form is TEXT for _, _, form in own) else EXACT
        place: list[tuple[str, bytes | None]] = [
            (TOPIC, _text(topic)),
            (SOURCE_PARTITION, _plain_json(record.source_partition)),
            (SOURCE_OFFSET, _plain_json(record.source_offset)),
            (SOURCE_KEY, key_form),
            (SOURCE_VALUE, value_form),
            (SOURCE_HEADERS, headers_form),
        ]
        if record.partition is not None:
            place.append((SOURCE_TOPIC_PARTITION, _text(record.partition)))
        context = self._context(failure) if self.context_headers else ()
        headers = (*((name, data) for name, data, _ in own), *place, *context)
        timestamp = record.timestamp if record.timestamp is not None and record.timestamp >= 0 else None
        return ProducerRecord(self.topic, None, key, value, timestamp, headers)

    def _context(self, failure: Failure) -> RawHeaders:
        error = failure.error
        return (
            (CONNECTOR, _text(self.connector)),
            (TASK, _text(self.task)),
            (STAGE, _text(failure.stage.value)),
            (PLUGIN, _text(failure.plugin)),
            (ERROR, _text(f"{type(error).__module__}.{type(error).__qualname__}")),
            (MESSAGE, _message(error, self.hide)),
            (STACKTRACE, _text(self.hide("".join(traceback.format_exception(error))))[-LONGEST_TEXT:]),
        )


def reduced(letter: ProducerRecord) -> ProducerRecord | None:
    """Return a smaller dead letter for one that the topic does not carry; None when nothing more can be left out.

    The stack trace goes first, then the value, the key and the record's own headers: what is written instead says
    how much is missing, and where the record is to be found.
    """
    own = [name for name, _ in letter.headers if not name.startswith(PREFIX)]
    if any(name == STACKTRACE for name, _ in letter.headers):
        return letter._replace(headers=tuple(h for h in letter.headers if h[0] != STACKTRACE))
    if letter.value is not None:
        return letter._replace(
            value=None, headers=(*letter.headers, (OMITTED_VALUE, _text(len(letter.value))))
        )
    if letter.key is not None:
        return letter._replace(key=None, headers=(*letter.headers, (OMITTED_KEY, _text(len(letter.key)))))
    if own:
        kept = (header for header in letter.headers if header[0].startswith(PREFIX))
        return letter._replace(headers=(*kept, (OMITTED_HEADERS, _text(len(own)))))
    return None


def _encoded(encode: Encode, topic: str, schema: Schema | None, content: Any) -> tuple[bytes | None, bytes]:
    """Return a part of a record as bytes, and whether they hold all of it."""
    try:
        return encode(topic, (), schema, content), EXACT
    except Exception:  # noqa: BLE001 - it does not fit its schema: that may be why it failed
        return _plain_json(content), TEXT


def _plain_json(content: Any) -> bytes:
    try:
        return orjson.dumps(content, default=repr, option=orjson.OPT_NON_STR_KEYS)
    except Exception:  # noqa: BLE001 - whatever cannot be written is at least named
        return _text(f"<{type(content).__name__} that cannot be written>")


def _message(error: Exception, hide: Callable[[str], str]) -> bytes | None:
    try:
        return _text(hide(str(error)))[:LONGEST_TEXT] or None
    except Exception:  # noqa: BLE001 - a plugin's __str__ may raise anything
        return None


def _text(value: Any) -> bytes:
    return str(value).encode("utf-8", "replace")
