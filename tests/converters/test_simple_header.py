from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, strategies as st

from connectsdk.converter import HeaderConverter
from connectsdk.converters.simple_header import SimpleHeaderConverter
from connectsdk.errors import DataError
from connectsdk.schema import STRING_SCHEMA, fits
from connectsdk.schema.values import parse_value


def test_it_is_a_header_converter() -> None:
    assert isinstance(SimpleHeaderConverter(), HeaderConverter)


@pytest.mark.parametrize("data", [b"null", b" null ", None])
def test_null_has_no_schema(data: bytes | None) -> None:
    assert SimpleHeaderConverter().to_connect_header("t", "h", data) == (None, None)


def test_bytes_that_are_no_text_are_read_as_such() -> None:
    assert SimpleHeaderConverter().to_connect_header("t", "h", b"a\xff") == (STRING_SCHEMA, "a\ufffd")


def test_what_kafka_connect_does_not_know_is_refused() -> None:
    for value in (object(), [object()], {"a": 1j}):
        with pytest.raises(DataError, match="Failed to serialize unexpected value type"):
            SimpleHeaderConverter().from_connect_header("t", "h", None, value)


def test_of_a_container_that_does_not_close_java_forgets_what_follows_the_blanks() -> None:
    assert parse_value("[1") == (STRING_SCHEMA, "[1")
    assert parse_value(" [1") == (STRING_SCHEMA, " ")


SAME = st.recursive(
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.text(st.characters(exclude_categories=["Cs", "Nd"], exclude_characters='\\"'), max_size=6).filter(
        str.strip
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.integers(0, 99), inner, max_size=3),
    max_leaves=6,
).filter(lambda value: not isinstance(value, str | None))


@given(SAME)
def test_values_come_back(value: Any) -> None:
    converter = SimpleHeaderConverter()
    data = converter.from_connect_header("t", "h", None, value)
    assert converter.to_connect_header("t", "h", data)[1] == value


@pytest.mark.parametrize(
    "value", [datetime(2020, 1, 2, 3, 4, 5, 6000, UTC), time(1, 2, 3, 4000), date(2020, 1, 1), Decimal(2**70)]
)
def test_logical_values_come_back(value: Any) -> None:
    converter = SimpleHeaderConverter()
    schema, read = converter.to_connect_header("t", "h", converter.from_connect_header("t", "h", None, value))
    assert read == value
    assert schema is not None
    assert fits(schema)(read)


@given(st.text(max_size=40) | st.text(alphabet='[]{}:,"\\ 0129+-.eETZtruefalsn', max_size=40))
def test_any_text_says_something(text: str) -> None:
    schema, value = parse_value(text)
    if schema is None:
        assert text.strip() == "null"
    elif schema == STRING_SCHEMA:
        assert value == text or _only_blanks_of_a_container(value, text)
    elif not isinstance(value, list | dict):
        assert fits(schema)(value)


def _only_blanks_of_a_container(value: str, text: str) -> bool:
    """Say whether this is what Kafka Connect makes of a container that does not close after blanks: the blanks."""
    rest = text.removeprefix(value)
    return all(letter <= " " for letter in value) and rest != text and rest[0] in "[{"


@pytest.mark.parametrize(
    ("text", "said"),
    [(" {", " "), ("\t[1,", "\t"), (' {"a":', " "), ("{ ", "{ "), ("a {", "a {")],
)
def test_a_container_that_does_not_close_is_what_kafka_connect_makes_of_it(text: str, said: str) -> None:
    assert parse_value(text) == (STRING_SCHEMA, said)


def test_a_text_that_nests_deep_is_a_string() -> None:
    text = "[" * 100_000
    assert parse_value(text) == (STRING_SCHEMA, text)
