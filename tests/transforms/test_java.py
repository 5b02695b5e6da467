"""Do the transforms do what Apache Kafka's own do? `tests/converters/record_java_answers.py` made the records."""

import importlib
import json
from pathlib import Path
from typing import Any

import pytest

from connectsdk.config import parse
from connectsdk.converters.json import JsonConverter
from connectsdk.errors import ConfigError, DataError
from connectsdk.record import ConnectRecord, SinkRecord, SourceRecord
from connectsdk.transforms import ALIASES

RECORDS = (Path(__file__).parent / "fixtures" / "transforms.jsonl").read_text().splitlines()


def data_of(envelope: dict[str, Any]) -> Any:
    return JsonConverter().to_connect_data("t", (), json.dumps(envelope).encode())


def shown(schema: Any, value: Any) -> Any:
    text = JsonConverter().from_connect_data("t", (), schema, value)
    return None if text is None else json.loads(text)


def record_of(written: dict[str, Any]) -> ConnectRecord:
    key, value = data_of(written["key"]), data_of(written["value"])
    parts = (written["topic"], written["partition"], *key, *value, written["timestamp"])
    if written.get("kind") == "sink":
        return SinkRecord(*parts, offset=written["offset"])
    return SourceRecord(*parts)


def applied(case: dict[str, Any]) -> dict[str, Any]:
    module, _, name = ALIASES[case["class"]].partition(":")
    transform = getattr(importlib.import_module(module), name)()
    transform.configure(parse(transform.config_class, case["config"]))
    before = record_of(case["record"])
    kept = repr(before)
    for _ in range(2):  # the second time from the cache
        after = transform.apply(before)
        answer = {
            "topic": after.topic,
            "partition": after.partition,
            "timestamp": after.timestamp,
            "key": shown(after.key_schema, after.key),
            "value": shown(after.value_schema, after.value),
            "headers": [],
        }
    assert repr(before) == kept, "a transform edited its record"
    transform.close()
    return answer


@pytest.mark.parametrize("line", [pytest.param(line, id=f"{at}") for at, line in enumerate(RECORDS)])
def test_answers_are_those_of_java(line: str) -> None:
    case, java = json.loads(line)["case"], json.loads(line)["java"]
    if "error" not in java:
        assert applied(case) == java["record"]
        return
    with pytest.raises((ConfigError, DataError)) as caught:
        applied(case)
    expected = ConfigError if java["error"] == "ConfigException" else DataError
    assert isinstance(caught.value, expected)
    if (
        "$InsertionSpec" not in java["message"]
        and "org.apache" not in java["message"]
        and "java.lang" not in java["message"]
    ):
        assert java["message"] in str(caught.value)
