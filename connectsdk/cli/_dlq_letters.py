"""What does a dead letter say?

It is read from the record's own bytes and headers; nothing here asks anybody.
"""

import base64
from collections.abc import Mapping
from typing import Any

import attrs
import orjson

from connectsdk._core.dead_letters import (
    CONNECTOR,
    ERROR,
    MESSAGE,
    OFFSET,
    OMITTED_VALUE,
    PARTITION,
    PREFIX,
    SOURCE_OFFSET,
    SOURCE_PARTITION,
    SOURCE_VALUE,
    STACKTRACE,
    STAGE,
    TASK,
    TOPIC,
)
from connectsdk.record import ConsumerRecord, RawHeaders
from connectsdk.runtime import ConsumedData

__all__ = ("Letter", "Selection", "decoded", "shown")


@attrs.frozen
class Letter:
    """One dead letter.

    Attributes:
        record: As it is in the dead letter topic.
        context: The error headers, as texts; the last one of each name.
        headers: The failed record's own headers.
        decoded: What its connector's converters read; None when they were not asked.
    """

    record: ConsumerRecord
    context: Mapping[str, str]
    headers: RawHeaders
    decoded: ConsumedData | None = None

    @classmethod
    def read(cls, record: ConsumerRecord) -> "Letter":
        """Return what a record of a dead letter topic says."""
        context = {
            name: data.decode("utf-8", "replace")
            for name, data in record.headers
            if name.startswith(PREFIX) and data is not None
        }
        own = tuple(header for header in record.headers if not header[0].startswith(PREFIX))
        return cls(record, context, own)

    @property
    def id(self) -> str:
        """Its place in the dead letter topic, `partition-offset`."""
        return f"{self.record.partition}-{self.record.offset}"

    @property
    def from_source(self) -> bool:
        """Whether a source task handed the record out; otherwise it was consumed for a sink."""
        return SOURCE_VALUE in self.context

    @property
    def origin(self) -> str:
        """Where the record came from."""
        if self.from_source:
            return f"{self.context.get(SOURCE_PARTITION)} {self.context.get(SOURCE_OFFSET)}"
        if TOPIC not in self.context:
            return ""
        return f"{self.context[TOPIC]}-{self.context.get(PARTITION)} @ {self.context.get(OFFSET)}"

    def told(self) -> dict[str, Any]:
        """Return it as plain data, everything decoded as far as that goes."""
        context = self.context
        record = self.record
        found: dict[str, Any] = {
            "id": self.id,
            "kind": "source" if self.from_source else "sink",
            "connector": context.get(CONNECTOR),
            "task": _number(context.get(TASK)),
            "stage": context.get(STAGE),
            "error": context.get(ERROR),
            "message": context.get(MESSAGE),
            "topic": context.get(TOPIC),
            "partition": _number(context.get(PARTITION)),
            "offset": _number(context.get(OFFSET)),
            "timestamp": record.timestamp if record.timestamp >= 0 else None,
            "key": told_as(self.key),
            "value": told_as(self.value),
            "headers": [[name, told_as(said)] for name, said in self.own_headers],
            "context": {name.removeprefix(PREFIX): text for name, text in context.items()},
        }
        if self.from_source:
            found["source_partition"] = decoded(context.get(SOURCE_PARTITION, "null").encode())
            found["source_offset"] = decoded(context.get(SOURCE_OFFSET, "null").encode())
        if self.decoded is not None:
            found["refused"] = self.refusals
        return found

    @property
    def key(self) -> Any:
        """The key as plain data, or as JSON that a converter's data became."""
        return _said(self.record.key, None if self.decoded is None else self.decoded.key)

    @property
    def value(self) -> Any:
        """The value, as `key`."""
        return _said(self.record.value, None if self.decoded is None else self.decoded.value)

    @property
    def own_headers(self) -> list[tuple[str, Any]]:
        """The failed record's own headers, each value as `key`."""
        read = (None,) * len(self.headers) if self.decoded is None else self.decoded.headers
        return [(name, _said(data, said)) for (name, data), said in zip(self.headers, read, strict=True)]

    @property
    def refusals(self) -> dict[str, str]:
        """What its connector's converters refuse, by part, and why."""
        if self.decoded is None:
            return {}
        names = (f"header {name}" for name, _ in self.headers)
        parts = zip(
            ("key", "value", *names),
            (self.decoded.key, self.decoded.value, *self.decoded.headers),
            strict=True,
        )
        return {part: said for part, said in parts if isinstance(said, str)}

    def consumed(self) -> ConsumerRecord:
        """Return the record as it was consumed, as far as it says."""
        return self.record._replace(topic=self.context.get(TOPIC, self.record.topic), headers=self.headers)

    @property
    def reason(self) -> str:
        """Why it failed, in one line."""
        kind = self.context.get(ERROR, "").rpartition(".")[2]
        message = self.context.get(MESSAGE, "").partition("\n")[0]
        return f"{kind}: {message}" if message else kind

    @property
    def stacktrace(self) -> str:
        """Where in the code it failed."""
        return self.context.get(STACKTRACE, "")

    @property
    def incomplete(self) -> bool:
        """Whether its value was too large for the dead letter topic and was left out."""
        return OMITTED_VALUE in self.context


@attrs.frozen(kw_only=True)
class Selection:
    """Which dead letters are meant; what is empty or None does not matter.

    Attributes:
        ids: Their places, `partition-offset`.
        connector: The connector's name.
        stage: Where they failed, by Kafka Connect's names, in any case.
        error: A part of the error's class.
        since: The failed record's timestamp at the earliest, in milliseconds.
        until: The failed record's timestamp before which, in milliseconds.
    """

    ids: frozenset[str] = frozenset()
    connector: str | None = None
    stage: str | None = None
    error: str | None = None
    since: int | None = None
    until: int | None = None

    @property
    def everything(self) -> bool:
        """Whether nothing was said."""
        return self == Selection()

    def takes(self, letter: Letter) -> bool:
        """Return whether a dead letter is among them."""
        context, timestamp = letter.context, letter.record.timestamp
        return (
            (not self.ids or letter.id in self.ids)
            and (self.connector is None or context.get(CONNECTOR) == self.connector)
            and (self.stage is None or context.get(STAGE) == self.stage.upper())
            and (self.error is None or self.error in context.get(ERROR, ""))
            and (self.since is None or timestamp >= self.since)
            and (self.until is None or timestamp < self.until)
        )


def decoded(data: bytes | None) -> Any:
    """Return bytes as what they are likely to be: JSON, a text, or a map that holds them in Base64."""
    if data is None:
        return None
    try:
        return orjson.loads(data)
    except ValueError:
        pass
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def shown(said: Any) -> str:
    """Return what a part says as a text for people."""
    if isinstance(said, Said):
        said = said.text if not said.text.startswith(b'"') else orjson.loads(said.text)
        return said if isinstance(said, str) else said.decode()
    return said if isinstance(said, str) else orjson.dumps(said).decode()


def told_as(said: Any) -> Any:
    """Return what a part says as something that orjson writes."""
    return orjson.Fragment(said.text) if isinstance(said, Said) else said


@attrs.frozen
class Said:
    """What a converter read, as JSON: written as it is, no digit is lost."""

    text: bytes


def _said(data: bytes | None, read: bytes | str | None) -> Any:
    return Said(read) if isinstance(read, bytes) else decoded(data)


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() else None
