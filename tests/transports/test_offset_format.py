"""How is a source offset written to an offsets topic?"""

import math

import pytest
from hypothesis import given, strategies as st

from connectsdk.errors import DataError
from connectsdk.transports._offset_format import (
    decode_key,
    decode_value,
    encode_key,
    encode_value,
    identity,
)


def test_the_bytes_are_kafka_connects():
    assert encode_key("file-src", {"filename": "/a"}) == b'["file-src",{"filename":"/a"}]'
    assert encode_value("file-src", {"position": 42}) == b'{"position":42}'
    assert encode_value("file-src", None) is None


def test_the_order_of_members_does_not_matter():
    assert encode_key("c", {"b": 1, "a": 2}) == encode_key("c", {"a": 2, "b": 1})
    assert identity("c", {"b": 1, "a": 2}) == identity("c", {"a": 2, "b": 1})
    assert identity("c", {"a": 1}) != identity("c", {"a": "1"})
    assert identity("c", {"a": 1}) != identity("d", {"a": 1})


@pytest.mark.parametrize(
    "data",
    [
        {"a": {}},
        {"a": []},
        {"a": b"x"},
        {1: "a"},
        {"a": math.nan},
        {"a": math.inf},
        {"a": 2**70},
        {"a": "\ud800"},
        {"\ud800": 1},
        [("a", 1)],
        "a",
    ],
)
def test_what_is_not_flat_is_refused(data):
    with pytest.raises(DataError, match="connector c"):
        encode_key("c", data)
    with pytest.raises(DataError, match="connector c"):
        encode_value("c", data)


@pytest.mark.parametrize(
    "key",
    [
        None,
        b"",
        b"{",
        b"\xff",
        b"null",
        b"[]",
        b'["c"]',
        b'["c",{},1]',
        b"[1,{}]",
        b'["c",[]]',
        b'["c",null]',
        b'"c"',
    ],
)
def test_a_malformed_key_is_nobodys(key):
    assert decode_key(key) is None


@pytest.mark.parametrize("value", [None, b"", b"nonsense", b"[1]", b"3", b"null"])
def test_a_malformed_value_is_no_offset(value):
    assert decode_value(value) is None


flat = st.dictionaries(
    st.text(st.characters(codec="utf-8")),
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    max_size=5,
)


@given(st.text(st.characters(codec="utf-8")), flat, flat)
def test_what_was_written_is_read(connector, partition, offset):
    assert decode_key(encode_key(connector, partition)) == (connector, partition)
    assert decode_value(encode_value(connector, offset)) == offset


@given(st.binary(max_size=40))
def test_no_bytes_are_an_error(data):
    decode_key(data)
    decode_value(data)
