"""Is a later record treated as the first, and a batch as its records? The later ones take the quick ways."""

import json
from collections.abc import Iterator
from typing import Any

import attrs
import pytest

from connectsdk.converter import BatchConverter
from connectsdk.errors import ConnectError
from connectsdk.transform import Columns, ColumnsTransform
from tests.differential import answer as asked
from tests.differential.generate import recorded

TIMES = 3
CONVERTERS = ("json_writes", "json_reads", "strings", "fixed")
TRANSFORMS = (
    "hoist_field",
    "insert_field",
    "replace_field",
    "cast",
    "extract_field",
    "value_to_key",
    "chains",
)


def _cases(family: str) -> Iterator[dict[str, Any]]:
    return (case for case, _ in recorded(family) if case["op"] in asked.OPERATIONS)


def _plain(said: Any) -> str:
    """Return an answer to be compared; numbers that are not finite equal themselves."""
    return repr(said)


def _tried(act: Any, *arguments: Any) -> Any:
    try:
        return _plain(act(*arguments))
    except ConnectError as error:
        return type(error), str(error)


def _converter(case: dict[str, Any]) -> Any:
    try:
        return asked._converter(case)
    except ConnectError:
        return None


@pytest.mark.parametrize("family", CONVERTERS)
def test_a_converter_says_the_same_again_and_of_a_batch(family: str) -> None:
    for case in _cases(family):
        converter = _converter(case) if case["op"].endswith("connect_data") else None
        if converter is None:
            continue
        if case["op"] == "from_connect_data":
            schema, value = asked._data(case["data"], case)
            one = [_tried(converter.from_connect_data, "t", (), schema, value) for _ in range(TIMES)]
            _check_batch(case, one, converter, "from_connect_batch", (schema, [value] * TIMES))
        else:
            data = asked._bytes(case)
            one = [_tried(converter.to_connect_data, "t", (), data) for _ in range(TIMES)]
            _check_batch(case, one, converter, "to_connect_batch", ([data] * TIMES,))
        assert one[1:] == one[:1] * (TIMES - 1), case


def _check_batch(
    case: dict[str, Any], one: list[Any], converter: Any, name: str, arguments: tuple[Any, ...]
) -> None:
    if not isinstance(converter, BatchConverter):
        return
    try:
        said: Any = getattr(converter, name)("t", *arguments)
    except Exception:  # noqa: BLE001 - a batch may be refused in any way
        return
    found = said if name.startswith("from") else [(said[0], value) for value in said[1]]
    assert [_plain(value) for value in found] == one, case


@pytest.mark.parametrize("family", TRANSFORMS)
def test_a_transform_says_the_same_again_and_of_columns(family: str) -> None:
    for case in _cases(family):
        try:
            record = asked._record(case["record"], case)
        except ConnectError:
            continue
        before = _plain(record)
        for step in case.get("transforms", (case,)):
            try:
                transform = asked._configured(asked.PLUGINS.transform("class", step["class"]), step)
            except ConnectError:
                break
            one = [_tried(transform.apply, record) for _ in range(TIMES)]
            assert one[1:] == one[:1] * (TIMES - 1), case
            assert _plain(record) == before, f"{step['class']} edited its record: {json.dumps(case)}"
            _check_columns(case, transform, record, one[0])


def _check_columns(case: dict[str, Any], transform: Any, record: Any, one: Any) -> None:
    if record.headers or not isinstance(transform, ColumnsTransform):
        return
    offset = getattr(record, "offset", None)
    columns = Columns(
        record.topic,
        [record.partition] * 2,
        record.key_schema,
        [record.key] * 2,
        record.value_schema,
        [record.value] * 2,
        [record.timestamp] * 2,
        None if offset is None else [offset] * 2,
    )
    try:
        said = transform.apply_columns(columns)
    except Exception:  # noqa: BLE001 - a batch may be refused in any way
        return
    for nth in range(2):
        made = attrs.evolve(
            record,
            topic=said.topic,
            partition=said.partitions[nth],
            key_schema=said.key_schema,
            key=said.keys[nth],
            value_schema=said.value_schema,
            value=said.values[nth],
            timestamp=said.timestamps[nth],
        )
        if said.topic == record.topic:
            assert _plain(made) == one, case
