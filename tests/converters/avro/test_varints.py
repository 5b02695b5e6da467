"""Are whole numbers written as Avro has them?"""

import io

import fastavro
import pytest
from hypothesis import given, strategies as st

from connectsdk.converters.avro._varints import SHORT, SHORT_MAX, SHORT_MIN, varint

PLAIN = fastavro.parse_schema({"type": "record", "name": "r", "fields": [{"name": "a", "type": "long"}]})
EDGES = [
    sign * 2**power + near
    for power in range(64)
    for near in (-1, 0, 1)
    for sign in (1, -1)
    if -(2**63) <= sign * 2**power + near < 2**63
]


def plain(number: int) -> bytes:
    stream = io.BytesIO()
    fastavro.schemaless_writer(stream, PLAIN, {"a": number})
    return stream.getvalue()


def test_short_numbers_are_in_a_table() -> None:
    assert (SHORT_MIN, SHORT_MAX, len(SHORT)) == (-8192, 8191, 16384)
    for number in range(SHORT_MIN, SHORT_MAX + 1):
        assert SHORT[number] == plain(number)


@pytest.mark.parametrize("number", EDGES)
def test_numbers_at_the_edges(number: int) -> None:
    assert varint(number) == plain(number)


@given(st.integers(-(2**63), 2**63 - 1))
def test_any_number(number: int) -> None:
    assert varint(number) == plain(number)


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**30])
def test_a_number_of_more_than_64_bits_is_refused(number: int) -> None:
    with pytest.raises(OverflowError):
        varint(number)
