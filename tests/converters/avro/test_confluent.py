"""Does Confluent's own `AvroData` answer the same?

`answers/written.jsonl` and `answers/read.jsonl` hold what it answered (release 8.4, with Apache Avro 1.12.1) to drawn schemas and
values, under the switches in `config`: Connect data as JsonConverter writes it, the Avro schema, and Avro's bytes in base64.
"""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connectsdk.converters.json import JsonConverter, JsonConverterConfig

ANSWERS = Path(__file__).parent / "answers"
HEADER = 5


def cases(name: str) -> list[Any]:
    lines = (ANSWERS / name).read_text().splitlines()
    return [pytest.param(json.loads(line), id=str(number)) for number, line in enumerate(lines)]


@pytest.fixture(scope="module")
def json_converter() -> JsonConverter:
    converter = JsonConverter()
    converter.configure(JsonConverterConfig(replace_null_with_default=False))
    return converter


def in_order(schema: Any) -> Any:
    """Return an Avro schema that is equal to another one only if the members are in the same order; those of a default may differ."""
    if isinstance(schema, dict):
        return [(key, value if "default" in key else in_order(value)) for key, value in schema.items()]
    return [in_order(part) for part in schema] if isinstance(schema, list) else schema


@pytest.mark.parametrize("case", cases("written.jsonl"))
def test_written(case: Any, avro: Callable[..., Any], json_converter: JsonConverter) -> None:
    schema, value = json_converter.to_connect_data("t", (), json.dumps(case["data"]).encode())
    converter = avro(**case["config"])
    message = converter.write(schema, value)
    assert in_order(converter.schema()) == in_order(case["avro"])
    assert message[HEADER:] == base64.b64decode(case["body"])


@pytest.mark.parametrize("case", cases("read.jsonl"))
def test_read(case: Any, avro: Callable[..., Any]) -> None:
    converter = avro(**case["config"])
    schema, value = converter.read(converter.message(case["avro"], base64.b64decode(case["body"])))
    written = JsonConverter().from_connect_data("t", (), schema, value)
    assert written is not None
    found = json.loads(written)
    assert without_nulls(found) == without_nulls(case["data"])


def without_nulls(data: Any) -> Any:
    """Leave out members that are null: of a union's struct, Java writes all fields."""
    if isinstance(data, dict):
        return {key: without_nulls(value) for key, value in data.items() if value is not None}
    return [without_nulls(part) for part in data] if isinstance(data, list) else data
