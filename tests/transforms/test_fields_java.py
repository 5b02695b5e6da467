"""Do the field transforms do what Apache Kafka's own do? `field_cases.py` made the cases and the records."""

import importlib
import json
from collections.abc import Iterator
from typing import Any

import pytest

from connectsdk.config import parse
from connectsdk.converters.json import JsonConverter, JsonConverterConfig
from connectsdk.errors import ConfigError, DataError
from connectsdk.record import SourceRecord
from connectsdk.schema.java_text import float32
from connectsdk.transforms import ALIASES
from tests.transforms.field_cases import recorded

REPLACING, EXACT = JsonConverter(), JsonConverter()
EXACT.configure(JsonConverterConfig(replace_null_with_default=False))
ROWS = recorded()
CLASSES = sorted({row["case"]["class"] for row in ROWS})
HIDDEN = (
    "java.",
    "org.apache",
    "[B",
    "was out of range",
    "Unable to convert",
    "value has scale",
    "rename mapping",
    "found: null",
    "null value for field",
)
"""In Java's messages: names of its classes, values, which ours never show, and what ours say more of."""
MEANT = {"ConfigException", "DataException", "SchemaBuilderException"}


def made(case: dict[str, Any]) -> Any:
    module, _, name = ALIASES[case["class"]].partition(":")
    transform = getattr(importlib.import_module(module), name)()
    transform.configure(parse(transform.config_class, case["config"]))
    return transform


def answer(case: dict[str, Any]) -> dict[str, Any]:
    converter = EXACT if case.get("exact") else REPLACING
    transform = made(case)
    (key, value) = (read(case["record"].get(part), converter) for part in ("key", "value"))
    before = SourceRecord("t", None, *key, *value)
    kept = repr(before)
    after = transform.apply(before)
    assert repr(transform.apply(before)) == repr(after), "the second record of a shape differs"
    assert repr(before) == kept, "a transform edited its record"
    transform.close()
    written = (
        converter.from_connect_data("t", (), after.key_schema, after.key),
        converter.from_connect_data("t", (), after.value_schema, after.value),
    )
    key, value = (None if text is None else json.loads(text) for text in written)
    return {"key": key, "value": value}


def read(envelope: Any, converter: JsonConverter) -> tuple[Any, Any]:
    if envelope is None:
        return None, None
    text = json.dumps(envelope)
    if '"default": {' not in text:
        return converter.to_connect_data("t", (), text.encode())
    # Null in the place of a struct is what these cases are about, and what a JsonConverter does not let through.
    nothing = {"schema": {**envelope["schema"], "optional": True}, "payload": None}
    schema, _ = EXACT.to_connect_data("t", (), json.dumps(nothing).encode())
    assert schema is not None
    return schema if envelope["schema"].get("optional") else schema.as_required(), envelope["payload"]


def exactly(data: Any, *, narrow: bool = False) -> Any:
    """Return data that compares with its types: 1 is neither 1.0 nor true.

    Args:
        data: As it was written.
        narrow: Whether real numbers compare as 32-bit floats, of which Java before 19 wrote more digits than it takes.
    """
    if isinstance(data, dict):
        return {key: exactly(item, narrow=narrow) for key, item in data.items()}
    if isinstance(data, list):
        return [exactly(item, narrow=narrow) for item in data]
    return type(data), repr(float32(data) if narrow and isinstance(data, float) else data)


def differences(rows: list[Any]) -> Iterator[str]:
    for row in rows:
        case, java = row["case"], row["java"]
        try:
            ours: Any = answer(case)
        except (ConfigError, DataError) as error:
            ours = error
        if not alike(java, ours, narrow="float32" in case["config"].get("spec", "").lower()):
            yield f"{json.dumps(case)}\n  java: {json.dumps(java)}\n  ours: {ours!r}"


def alike(java: dict[str, Any], ours: Any, *, narrow: bool) -> bool:
    if "error" not in java or not isinstance(ours, Exception):
        return "error" not in java and exactly(java, narrow=narrow) == exactly(ours, narrow=narrow)
    expected = ConfigError if java["error"] == "ConfigException" else DataError
    message = java["message"]
    if java["error"] not in MEANT:  # whatever it was, in Java nobody thought of it
        return True
    return isinstance(ours, expected) and (message in str(ours) or any(word in message for word in HIDDEN))


@pytest.mark.parametrize("name", CLASSES, ids=lambda name: name.rpartition(".")[2])
def test_answers_are_those_of_java(name: str) -> None:
    found = list(differences([row for row in ROWS if row["case"]["class"] == name]))
    assert not found, f"{len(found)} differ:\n" + "\n".join(found[:10])
