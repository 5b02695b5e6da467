"""What does connectsdk do with a case that Apache Kafka's own classes can be asked about?

    python -m tests.differential.answer < cases > answers

A case is one line of JSON, and so is its answer; an `id` comes back. Data is written as JsonConverter's envelope, bytes are
base64. Where something fails, the answer is `{"error": KIND, "message": TEXT}`; a KIND other than `ConfigError` and
`DataError` is a defect of ours.

| `op` | takes | answers |
| --- | --- | --- |
| `transform` | `class`, `config`, `record` | `record`, or null when filtered |
| `chain` | `transforms` (each `class`, `config`), `record` | `record`, or null when filtered |
| `predicate` | `class`, `config`, `record` | `result` |
| `from_connect_data` | `class`, `config`, `is_key`, `topic`, `data` | `bytes` |
| `to_connect_data` | `class`, `config`, `is_key`, `topic`, `bytes` | `data` |
| `header_from_connect`, `header_to_connect` | `class`, `config`, `topic`, `key`, `data` or `bytes` | `bytes` or `data` |
| `parse_value` | `text` | `data` |
| `config_def` | `class` | `keys` |

In a case with `"exact": true` null is not replaced by a default, and `"NaN"`, `"Infinity"` and `"-Infinity"` are numbers,
in the data that goes in and in the data that comes out.
"""

import base64
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import attrs

from connectsdk.config import ConfigKey, definition, parse
from connectsdk.converters.json import JsonConverter, JsonConverterConfig
from connectsdk.converters.simple_header import SimpleHeaderConverter
from connectsdk.errors import ConfigError, DataError
from connectsdk.record import ConnectRecord, Header, Headers, SinkRecord, SourceRecord, TimestampType
from connectsdk.runtime._parts.plugins import Plugins
from connectsdk.schema import Schema
from connectsdk.schema.values import parse_value
from tests.differential._text import json_text

Case = Mapping[str, Any]
Answer = dict[str, Any]

PLUGINS = Plugins()
REPLACING, EXACT = JsonConverter(), JsonConverter()
DEPTH = 10_000
EXACT.configure(JsonConverterConfig(replace_null_with_default=False))


def answers(lines: Iterable[str]) -> Iterator[str]:
    """Answer cases, line by line."""
    for line in lines:
        if line.strip():
            yield _text_of(answer(line))


def answer(line: str) -> Answer:
    """Answer one case."""
    found: Answer = {}
    try:
        case = json.loads(line)
        if "id" in case:
            found["id"] = case["id"]
        found.update(OPERATIONS[case["op"]](case))
    except Exception as error:  # noqa: BLE001 - whatever fails is the answer
        found.update(error=_kind(error), message=str(error))
    return found


def _text_of(said: Any) -> str:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, DEPTH))  # data may be nested as deep as JSON is read
    try:
        return json_text(said)
    finally:
        sys.setrecursionlimit(limit)


def _kind(error: Exception) -> str:
    for kind in (ConfigError, DataError):
        if isinstance(error, kind):
            return kind.__name__
    return type(error).__name__


# -- plugins -------------------------------------------------------------------------------------------------


def _configured(found: Callable[[], Any], case: Case, **arguments: bool) -> Any:
    plugin = found()
    settings = {name: _as_text(value) for name, value in (case.get("config") or {}).items()}
    plugin.configure(parse(getattr(plugin, "config_class", dict), settings), **arguments)
    return plugin


def _as_text(value: Any) -> str | None:
    """Return a property as text: what is no text in JSON is written as text."""
    if value is None or isinstance(value, str):
        return value
    return "" if isinstance(value, (dict, list)) else json_text(value)


def _converter(case: Case) -> Any:
    found = PLUGINS.converter("class", str(case["class"]))
    if not hasattr(found, "to_connect_data"):
        raise ConfigError(f"Class {case['class']} is no converter of keys and values.")
    return _configured(found, case, is_key=case.get("is_key") in {True, "true"})


def _header_converter(case: Case) -> Any:
    return _configured(PLUGINS.converter("class", str(case["class"])), case)


# -- operations ----------------------------------------------------------------------------------------------


def _transform(case: Case) -> Answer:
    return _chain({**case, "transforms": [case]})


def _chain(case: Case) -> Answer:
    transforms = [
        _configured(PLUGINS.transform("class", str(step["class"])), step) for step in case["transforms"]
    ]
    record: Any = _record(case["record"], case)
    for transform in transforms:
        record = transform.apply(record)
        transform.close()
        if record is None:
            return {"record": None}
    return {"record": _shown_record(record, case)}


def _predicate(case: Case) -> Answer:
    predicate = _configured(PLUGINS.predicate("class", str(case["class"])), case)
    return {"result": predicate.test(_record(case["record"], case))}


def _from_connect_data(case: Case) -> Answer:
    converter = _converter(case)
    return _shown_bytes(converter.from_connect_data(_topic(case), (), *_data(case.get("data"), case)))


def _to_connect_data(case: Case) -> Answer:
    return {"data": _shown(*_converter(case).to_connect_data(_topic(case), (), _bytes(case)), case)}


def _header_from_connect(case: Case) -> Answer:
    converter, key = _header_converter(case), case.get("key", "h")
    return _shown_bytes(converter.from_connect_header(_topic(case), key, *_data(case.get("data"), case)))


def _header_to_connect(case: Case) -> Answer:
    converter, key = _header_converter(case), case.get("key", "h")
    found = converter.to_connect_header(_topic(case), key, _bytes(case))
    guessed = isinstance(converter, SimpleHeaderConverter)
    return _shown_guess(*found, case) if guessed else {"data": _shown(*found, case)}


def _parse_value(case: Case) -> Answer:
    text = _as_text(case["text"]) or ""
    return _shown_guess(*parse_value(text), {**case, "text": text})


def _shown_guess(schema: Schema | None, value: Any, case: Case) -> Answer:
    data = _shown(schema, value, case)
    if data is None and (case.get("text") or case.get("bytes")):
        # Kafka Connect has nothing, not even an empty pair, for the word null; that has no envelope.
        raise DataError("the text says null")
    return {"data": data}


def _config_def(case: Case) -> Answer:
    found = _named(str(case["class"]))
    source = getattr(found, "config_class", dict)
    keys = definition(source)
    if attrs.has(source):
        places = {attribute.alias: place for place, attribute in enumerate(attrs.fields(source))}
        keys = tuple(sorted(keys, key=lambda key: places[key.field]))
    return {"keys": [_shown_key(key) for key in keys if not key.internal]}


def _named(name: str) -> Any:
    """Return the plugin class with this name, of whichever family."""
    families = (PLUGINS.transform, PLUGINS.predicate, PLUGINS.converter, PLUGINS.connector)
    for find in families[:-1]:
        try:
            return find("class", name)
        except ConfigError:
            continue
    return families[-1](name)


def _shown_key(key: ConfigKey) -> Answer:
    return {
        "name": key.name,
        "type": key.type.name,
        "importance": key.importance.name,
        "doc": key.documentation,
        "required": key.required,
        "default": None if key.required else _java_default(key.default),
        "group": key.group,
        "order": key.order,
        "width": key.width.name,
        "display_name": key.display_name,
    }


def _java_default(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_java_default, value))}]"
    return value if isinstance(value, str) else json_text(value)


OPERATIONS: Mapping[str, Callable[[Case], Answer]] = {
    "transform": _transform,
    "chain": _chain,
    "predicate": _predicate,
    "from_connect_data": _from_connect_data,
    "to_connect_data": _to_connect_data,
    "header_from_connect": _header_from_connect,
    "header_to_connect": _header_to_connect,
    "parse_value": _parse_value,
    "config_def": _config_def,
}

# -- data ----------------------------------------------------------------------------------------------------


def _topic(case: Case) -> str:
    return _as_text(case.get("topic")) or "t"


def _bytes(case: Case) -> bytes | None:
    written = case.get("bytes")
    if written is None:
        return None
    text = str(_as_text(written))
    return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)


def _shown_bytes(data: bytes | None) -> Answer:
    return {"bytes": None if data is None else base64.b64encode(data).decode("ascii")}


def _data(envelope: Any, case: Case) -> tuple[Schema | None, Any]:
    if envelope is None:
        return None, None
    converter = EXACT if case.get("exact") else REPLACING
    return converter.to_connect_data("t", (), _text_of(envelope).encode())


def _shown(schema: Schema | None, value: Any, case: Case) -> Any:
    converter = EXACT if case.get("exact") else REPLACING
    text = converter.from_connect_data("t", (), schema, value)
    return None if text is None else json.loads(text)


def _record(written: Case | None, case: Case) -> ConnectRecord:
    said = written or {}
    key, value = _data(said.get("key"), case), _data(said.get("value"), case)
    headers = Headers(
        Header(str(_as_text(header["key"])), *reversed(_data(header.get("data"), case)))
        for header in said.get("headers") or ()
    )
    partition, timestamp = _as_int(said.get("partition")), _as_int(said.get("timestamp"))
    topic = _as_text(said.get("topic"))
    parts = ("t" if topic is None else topic, partition, *key, *value, timestamp, headers)
    if said.get("kind") != "sink":
        return SourceRecord(*parts, {}, {})
    record = SinkRecord(*parts, _as_int(said.get("offset")) or 0, TimestampType.CREATE_TIME)
    record.partition = partition or 0
    return record


def _as_int(value: Any) -> int | None:
    """Return a number of a record: what is no whole number in JSON is read as one, and as 0 if it says none."""
    try:
        return None if value is None else int(value)
    except (TypeError, ValueError):
        return 0


def _shown_record(record: ConnectRecord, case: Case) -> Answer:
    return {
        "topic": record.topic,
        "partition": record.partition,
        "timestamp": record.timestamp,
        "key": _shown(record.key_schema, record.key, case),
        "value": _shown(record.value_schema, record.value, case),
        "headers": [
            {"key": header.key, "data": _shown(header.schema, header.value, case)}
            for header in record.headers
        ],
    }


if __name__ == "__main__":
    sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr] - a text stream of a terminal or file
    for text in answers(sys.stdin):
        sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
        sys.stdout.buffer.flush()
