"""Do routers, header transforms, predicates and TimestampConverter do what Apache Kafka's own do?

`record_cases.py` made the cases and the records.
"""

import importlib
import json
from collections.abc import Iterator
from typing import Any

import pytest

from connectsdk.config import parse
from connectsdk.converters.json import JsonConverter
from connectsdk.errors import ConfigError, DataError
from connectsdk.record import Header, Headers, SourceRecord
from connectsdk.transforms import ALIASES
from tests.transforms.record_cases import recorded

ROWS = list(recorded())
CLASSES = sorted({case["class"] for case, _ in ROWS})
ON_PURPOSE = (
    "counterpart here",
    "behind an intersection",
    "stands before the end of that group",  # it never matches in Java
    "does not fit the pattern",  # of a replacement: told when it is configured, not at the first match
    "outside the years",
)
"""What our errors say where Java has an answer."""


def data_of(envelope: Any) -> Any:
    text = None if envelope is None else json.dumps(envelope).encode()
    return JsonConverter().to_connect_data("t", (), text)


def shown(schema: Any, value: Any) -> Any:
    text = JsonConverter().from_connect_data("t", (), schema, value)
    return None if text is None else json.loads(text)


def record_of(written: dict[str, Any]) -> SourceRecord:
    headers = []
    for header in written.get("headers", ()):
        schema, value = data_of(header["data"])
        headers.append(Header(header["key"], value, schema))
    key, value = data_of(written.get("key")), data_of(written.get("value"))
    return SourceRecord(written["topic"], None, *key, *value, written["timestamp"], Headers(headers))


def answer(case: dict[str, Any]) -> dict[str, Any]:
    module, _, name = ALIASES[case["class"]].partition(":")
    plugin = getattr(importlib.import_module(module), name)()
    plugin.configure(parse(getattr(plugin, "config_class", dict), case["config"]))
    before = record_of(case["record"])
    if case["op"] == "predicate":
        assert plugin.test(before) == plugin.test(before)
        return {"result": plugin.test(before)}
    kept = repr(before)
    after = plugin.apply(before)
    assert repr(plugin.apply(before)) == repr(after), "the second record of a shape differs"
    assert repr(before) == kept, "a transform edited its record"
    plugin.close()
    if after is None:
        return {"record": None}
    record = {
        "topic": after.topic,
        "partition": after.partition,
        "timestamp": after.timestamp,
        "key": shown(after.key_schema, after.key),
        "value": shown(after.value_schema, after.value),
        "headers": [{"key": key, "data": shown(schema, value)} for key, value, schema in after.headers],
    }
    return {"record": record}


def differences(rows: list[Any]) -> Iterator[str]:
    for case, java in rows:
        try:
            ours: Any = answer(case)
        except (ConfigError, DataError) as error:
            ours = error
        if not alike(java, ours):
            yield f"{json.dumps(case)}\n  java: {json.dumps(java)}\n  ours: {ours!r}"


def alike(java: dict[str, Any], ours: Any) -> bool:
    if not isinstance(ours, Exception):
        return json.dumps(java, sort_keys=True) == json.dumps(ours, sort_keys=True)
    if "error" not in java:
        return any(words in str(ours) for words in ON_PURPOSE)
    if java["error"] in {"ConfigException", "PatternSyntaxException"}:
        return isinstance(ours, ConfigError)
    # Java's other errors come with the first record; what is wrong with a configuration is told before.
    return java["error"] not in {"DataException", "SchemaBuilderException"} or isinstance(ours, DataError)


@pytest.mark.parametrize("name", CLASSES, ids=lambda name: name.rpartition(".")[2])
def test_answers_are_those_of_java(name: str) -> None:
    found = list(differences([row for row in ROWS if row[0]["class"] == name]))
    assert not found, f"{len(found)} differ:\n" + "\n".join(found[:40])


def test_there_are_hardly_any_differences_on_purpose() -> None:
    meant = 0
    for case, java in ROWS:
        try:
            answer(case)
        except (ConfigError, DataError):
            meant += "error" not in java
    assert meant < len(ROWS) / 50
