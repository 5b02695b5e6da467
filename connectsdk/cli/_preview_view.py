"""How does a record's way look? Every stage shows what it changed."""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from connectsdk.record import ConsumerRecord, ProducerRecord
from connectsdk.runtime.preview import Preview, Previewed, Step
from connectsdk.schema import Schema

__all__ = ("preview_data", "preview_view")

COLOURS = {"written": "green", "put": "green", "filtered": "yellow", "failed": "red", "unknown": "yellow"}
OUTCOMES = {
    "written": "would be written",
    "put": "would be put",
    "filtered": "would be filtered",
    "failed": "would fail",
    "unknown": "would be written, once its schema is registered",
}
SIGNS = {"+": "green", "-": "red", " ": ""}


def preview_data(found: Preview) -> Mapping[str, Any]:
    """Return it for programs."""
    return {"type": found.kind, "records": [_record_data(each) for each in found.records]}


def preview_view(found: Preview, waited: float) -> RenderableType:
    """Return it for people; a source was polled for so many seconds."""
    if not found.records:
        return Text(_nothing(found, waited))
    counts: dict[str, int] = {}
    for each in found.records:
        counts[each.outcome] = counts.get(each.outcome, 0) + 1
    total = ", ".join(f"{number} {OUTCOMES[outcome]}" for outcome, number in counts.items())
    parts: list[RenderableType] = []
    for number, each in enumerate(found.records, 1):
        parts += [_record_view(number, each), Text()]
    return Group(*parts, Text(f"{total}. Nothing was written or stored.", style="bold"))


def _nothing(found: Preview, waited: float) -> str:
    if found.kind == "sink":
        return "There are no records to show: the sink's topics are empty, or there are none."
    return (
        f"There are no records to show: the source gave none within {waited:g} s (--wait). "
        "It is asked for what comes after the offsets that are stored."
    )


def _record_data(found: Previewed) -> Mapping[str, Any]:
    return {
        "read": _native(found.origin),
        "stages": [
            {
                "stage": step.name,
                "plugin": step.plugin,
                "after": None if step.record is None else _native(step.record),
                "error": step.error,
            }
            for step in found.steps
        ],
        "outcome": found.outcome,
        "written": None if found.out is None else _native(found.out),
    }


def _record_view(number: int, found: Previewed) -> Text:
    outcome = found.outcome
    drawn = Text.assemble((f"record {number}: ", "bold"), (OUTCOMES[outcome], COLOURS[outcome]))
    before: Mapping[str, str] = _fields(found.origin)
    _append(drawn, "read", [(" ", line) for line in _lines(before)])
    for step in found.steps:
        drawn.append(f"\n  {step.name}", "bold cyan").append(f"  {step.plugin}", "dim")
        before = _append_step(drawn, step, before)
    if found.out is not None:
        _append(drawn, "converters", [("+", line) for line in _lines(_fields(found.out))])
    return drawn


def _append_step(drawn: Text, step: Step, before: Mapping[str, str]) -> Mapping[str, str]:
    if step.error is not None:
        drawn.append(f"\n    ! {step.error}", "red")
    elif step.record is None:
        drawn.append("\n    filtered: the record ends here", "yellow")
    else:
        after = _fields(step.record)
        lines = _difference(before, after)
        _put(drawn, lines or [(" ", "nothing changed")])
        return after
    return before


def _append(drawn: Text, title: str, lines: Sequence[tuple[str, str]]) -> None:
    drawn.append(f"\n  {title}", "bold cyan")
    _put(drawn, lines)


def _put(drawn: Text, lines: Sequence[tuple[str, str]]) -> None:
    for sign, line in lines:
        drawn.append(f"\n    {sign} {line}", SIGNS[sign])


def _lines(fields: Mapping[str, str]) -> list[str]:
    return [f"{name}: {text}" for name, text in fields.items() if text != ""]


def _difference(before: Mapping[str, str], after: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what went and what came, field by field."""
    changed: list[tuple[str, str]] = []
    for name in {**before, **after}:
        old, new = before.get(name, ""), after.get(name, "")
        if old != new:
            changed += [("-", f"{name}: {old}")] if old else []
            changed += [("+", f"{name}: {new}")] if new else []
    return changed


def _fields(record: Any) -> dict[str, str]:
    """Return a record's fields as texts; those that it has not are empty."""
    fields = {
        "topic": record.topic or "",
        "partition": "" if record.partition is None else str(record.partition),
        "key": _shown(record.key, getattr(record, "key_schema", None)),
        "value": _shown(record.value, getattr(record, "value_schema", None)),
        "key schema": _schema(getattr(record, "key_schema", None)),
        "value schema": _schema(getattr(record, "value_schema", None)),
        "timestamp": "" if record.timestamp is None else str(record.timestamp),
        "headers": _headers(record),
    }
    if isinstance(record, ConsumerRecord):
        fields["offset"] = str(record.offset)
    for name in ("source_partition", "source_offset", "offset"):
        value = getattr(record, name, None)
        if value is not None:
            fields[name.replace("_", " ")] = _json(value)
    return fields


def _native(record: Any) -> dict[str, Any]:
    """Return a record's fields as JSON can say them; bytes are text where they are text."""
    names = ("topic", "partition", "offset", "timestamp", "key", "value", "source_partition", "source_offset")
    found = {name: getattr(record, name) for name in names if hasattr(record, name)}
    for name in ("key", "value"):
        schema = getattr(record, f"{name}_schema", None)
        if schema is not None:
            found[f"{name}_schema"] = _schema(schema)
        if isinstance(found[name], bytes):
            found[name] = _shown(found[name], None)
    plain: dict[str, Any] = json.loads(_json(found))
    return {**plain, "headers": _headers(record)}


def _headers(record: Any) -> str:
    if isinstance(record, ConsumerRecord | ProducerRecord):
        return ", ".join(f"{key}={_shown(data, None)}" for key, data in record.headers)
    return ", ".join(f"{key}={_shown(value, schema)}" for key, value, schema in record.headers or ())


def _schema(schema: Schema | None) -> str:
    if schema is None:
        return ""
    fields = ", ".join(
        f"{field.name}: {_schema(field.schema)}" for field in getattr(schema, "fields", ()) or ()
    )
    name = schema.name or schema.type.name.lower()
    text = f"{name} {{{fields}}}" if fields else name
    return f"{text}?" if schema.optional else text


def _shown(value: Any, schema: Schema | None) -> str:
    """Return data or bytes for people; bytes are shown as text where they are text."""
    if value is None:
        return "" if schema is None else "null"
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return f"base64 {b64encode(value).decode()}"
    return _json(value)


def _json(value: Any) -> str:
    return json.dumps(value, default=_plain, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | bytearray):
        return f"base64 {b64encode(value).decode()}"
    return value.isoformat() if isinstance(value, datetime | date | time) else str(value)
