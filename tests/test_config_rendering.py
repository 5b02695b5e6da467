from typing import Any, Literal

import attrs
import orjson
import pytest

from connectsdk.config import (
    TABLE_HEADER,
    Importance,
    NonEmptyString,
    Password,
    Range,
    option,
    to_json_schema,
    to_markdown,
    to_table,
)
from connectsdk.config.connector import SinkConnectorConfig, SourceConnectorConfig
from connectsdk.config.worker import WorkerConfig

SECRET = "pa55phrase"  # noqa: S105 - what the tests look for


@attrs.frozen
class Shown:
    maybe: str | None = option()
    topic: str = option(doc="Where to:\na|b.", importance=Importance.HIGH, validator=NonEmptyString())
    password: Password = option(Password(SECRET))
    size: int = option(5, at_least=1, validator=Range.between(0, 9), display_name="Size")
    limit: float | None = option(None, at_least=0)
    mode: Literal["a", "b"] = "a"
    items: tuple[str, ...] = option((), one_of=["x", "y"])
    any_items: list[str] = option(["a", "b"])
    plugin: type[Any] | str = option(dict)
    named: type[Any] | str | None = None
    ready: bool = False
    inside: int = option(1, internal=True)


def test_a_table():
    assert TABLE_HEADER == ("Key", "Type", "Default", "Valid values", "Importance", "Description")
    assert to_table(Shown) == [
        ("topic", "string", "(required)", "non-empty string", "high", "Where to:\na|b."),
        ("maybe", "string", "(required)", "", "medium", ""),
        ("any.items", "list", "a,b", "", "medium", ""),
        ("items", "list", '""', "[x, y]", "medium", ""),
        ("limit", "double", "null", "[0,...]", "medium", ""),
        ("mode", "string", "a", "[a, b]", "medium", ""),
        ("named", "class", "null", "", "medium", ""),
        ("password", "password", "[hidden]", "", "medium", ""),
        ("plugin", "class", "builtins.dict", "", "medium", ""),
        ("ready", "boolean", "false", "", "medium", ""),
        ("size", "int", "5", "[1,...], [0,...,9]", "medium", ""),
    ]


def test_markdown():
    lines = to_markdown(Shown).splitlines()
    assert lines[:3] == [
        "| Key | Type | Default | Valid values | Importance | Description |",
        "| --- | --- | --- | --- | --- | --- |",
        "| `topic` | string | (required) | non-empty string | high | Where to:<br>a\\|b. |",
    ]
    assert len(lines) == 13


def test_a_json_schema():
    schema = to_json_schema(Shown)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["type"] == "object"
    assert schema["required"] == ["topic", "maybe"]
    text = {"type": "string"}
    assert schema["properties"] == {
        "topic": {"title": "topic", "description": "Where to:\na|b.", "type": "string"},
        "any.items": {
            "title": "any.items",
            "anyOf": [{"type": "array", "items": text}, text],
            "default": ["a", "b"],
        },
        "items": {
            "title": "items",
            "anyOf": [{"type": "array", "items": {"type": "string", "enum": ["x", "y"]}}, text],
            "default": [],
        },
        "limit": {"title": "limit", "anyOf": [{"type": "number", "minimum": 0}, text, {"type": "null"}]},
        "maybe": {"title": "maybe", "anyOf": [text, {"type": "null"}]},
        "mode": {"title": "mode", "type": "string", "enum": ["a", "b"], "default": "a"},
        "named": {"title": "named", "anyOf": [text, {"type": "null"}]},
        "password": {"title": "password", "type": "string", "writeOnly": True},
        "plugin": {"title": "plugin", "type": "string", "default": "builtins.dict"},
        "ready": {"title": "ready", "anyOf": [{"type": "boolean"}, text], "default": False},
        "size": {
            "title": "Size",
            "anyOf": [{"type": "integer", "allOf": [{"minimum": 1}, {"minimum": 0, "maximum": 9}]}, text],
            "default": 5,
        },
    }


@pytest.mark.parametrize("cls", [Shown, SourceConnectorConfig, SinkConnectorConfig, WorkerConfig])
def test_everything_can_be_shown(cls):
    assert orjson.dumps(to_json_schema(cls))
    assert SECRET not in to_markdown(cls) + str(to_json_schema(cls))
