"""Do the converters write and read what Apache Kafka's own do? `record_java_answers.py` made the records."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from connectsdk.config import parse
from connectsdk.converters.bytes import ByteArrayConverter
from connectsdk.converters.json import JsonConverter
from connectsdk.converters.simple_header import SimpleHeaderConverter
from connectsdk.converters.string import StringConverter
from connectsdk.errors import DataError
from connectsdk.schema.values import parse_value

FIXTURES = Path(__file__).parent / "fixtures"
CONVERTERS = {made.__name__: made for made in (ByteArrayConverter, JsonConverter, StringConverter)}


def recorded(name: str) -> list[Any]:
    lines = (FIXTURES / name).read_text().splitlines()
    return [
        pytest.param(found["case"], found["java"], id=f"{at}")
        for at, found in enumerate(map(json.loads, lines))
    ]


def configured(case: dict[str, Any]) -> Any:
    converter = CONVERTERS[case["class"].rpartition(".")[2]]()
    converter.configure(parse(converter.config_class, case["config"]), is_key=False)
    return converter


def data_of(envelope: dict[str, Any]) -> Any:
    return JsonConverter().to_connect_data("t", (), json.dumps(envelope).encode())


def shown(schema: Any, value: Any) -> Any:
    text = JsonConverter().from_connect_data("t", (), schema, value)
    return None if text is None else json.loads(text)


def assert_same_error(error: DataError, java: dict[str, Any]) -> None:
    """Our text is Java's, less its class names, plus the place."""
    message = java["message"]
    if not any(words in message for words in ("class ", "java.", "Decimal value has", "Time values")):
        assert str(error).startswith(message)


def write(case: dict[str, Any]) -> bytes | None:
    return configured(case).from_connect_data("t", (), *data_of(case["data"]))


def read(case: dict[str, Any]) -> Any:
    return configured(case).to_connect_data("t", (), base64.b64decode(case["bytes"]))


@pytest.mark.parametrize(("case", "java"), recorded("json.jsonl") + recorded("text.jsonl"))
def test_answers_are_those_of_java(case: dict[str, Any], java: dict[str, Any]) -> None:
    run = write if case["op"] == "from_connect_data" else read
    if case.get("ours") == "error":
        with pytest.raises(DataError):
            run(case)
    elif "ours" in case:
        assert run(case) == (None, case["ours"])
    elif "error" in java:
        with pytest.raises(DataError) as caught:
            run(case)
        assert_same_error(caught.value, java)
    elif run is write:
        assert write(case) == (None if java["bytes"] is None else base64.b64decode(java["bytes"]))
    else:
        assert shown(*read(case)) == java["data"]


@pytest.mark.parametrize(("case", "java"), recorded("json.jsonl"))
def test_a_second_record_of_a_shape_is_treated_as_the_first(
    case: dict[str, Any], java: dict[str, Any]
) -> None:
    """The second takes the quick ways."""
    converter = configured(case)
    answers = []
    for _ in range(3):
        try:
            if case["op"] == "from_connect_data":
                answers.append(converter.from_connect_data("t", (), *data_of(case["data"])))
            else:
                answers.append(repr(converter.to_connect_data("t", (), base64.b64decode(case["bytes"]))))
        except DataError as error:
            answers.append(str(error))
    assert answers[1:] == answers[:1] * 2


@pytest.mark.parametrize(("case", "java"), recorded("headers.jsonl"))
def test_header_values_are_those_of_java(case: dict[str, Any], java: dict[str, Any]) -> None:
    if case["op"] == "header_from_connect":
        written = SimpleHeaderConverter().from_connect_header("t", "h", *data_of(case["data"]))
        assert written == (None if java["bytes"] is None else base64.b64decode(java["bytes"]))
        return
    text = case["text"]
    if (
        text == " [1]" or java["data"]["payload"] != " "
    ):  # Java forgets what follows a blank that no container follows
        assert shown(*parse_value(text)) == java["data"]


def test_there_are_enough_records() -> None:
    assert sum(len(recorded(path.name)) for path in FIXTURES.iterdir()) > 300
