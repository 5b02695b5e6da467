from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, strategies as st

from connectsdk.config import parse
from connectsdk.converter import Converter, HeaderConverter
from connectsdk.converters.bytes import ByteArrayConverter
from connectsdk.converters.string import StringConverter, StringConverterConfig
from connectsdk.errors import ConfigError, DataError
from connectsdk.schema import BYTES_SCHEMA, OPTIONAL_BYTES_SCHEMA, OPTIONAL_STRING_SCHEMA
from connectsdk.schema.java_text import double_text, float32, float_text, java_text


def made(encoding: str = "UTF-8") -> StringConverter:
    converter = StringConverter()
    converter.configure(parse(StringConverterConfig, {"converter.encoding": encoding}))
    return converter


@pytest.mark.parametrize("converter", [StringConverter(), ByteArrayConverter()])
def test_they_are_both_kinds_of_converter(converter: Any) -> None:
    assert isinstance(converter, Converter)
    assert isinstance(converter, HeaderConverter)


@given(st.text(st.characters(exclude_categories=["Cs"])), st.sampled_from(["UTF-8", "UTF-16LE", "utf8"]))
def test_text_comes_back(text: str, encoding: str) -> None:
    converter = made(encoding)
    data = converter.from_connect_data("t", (), None, text)
    assert converter.to_connect_data("t", (), data) == (OPTIONAL_STRING_SCHEMA, text)
    assert converter.to_connect_header("t", "h", data) == (OPTIONAL_STRING_SCHEMA, text)


def test_none_stays_none() -> None:
    converter = made()
    assert converter.from_connect_data("t", (), None, None) is None
    assert converter.to_connect_data("t", (), None) == (OPTIONAL_STRING_SCHEMA, None)


def test_what_the_encoding_lacks_is_a_question_mark() -> None:
    assert made("latin-1").from_connect_data("t", (), None, "é€") == b"\xe9?"
    assert made().from_connect_data("t", (), None, "a\ud800b") == b"a?b"


@pytest.mark.parametrize("encoding", ["nope", "base64", "utf-7", ""])
def test_an_encoding_that_cannot_work_is_refused(encoding: str) -> None:
    with pytest.raises(ConfigError, match=r"converter\.encoding"):
        made(encoding)


@pytest.mark.parametrize(
    ("encoding", "written"),
    [
        ("UTF-16", b"\xfe\xff\x00a"),
        ("UTF-16BE", b"\x00a"),
        ("UTF-32", b"\x00\x00\x00a"),
        ("x-MacRoman", b"a"),
    ],
)
def test_without_a_byte_order_the_larger_half_is_first(encoding: str, written: bytes) -> None:
    converter = made(encoding)
    assert converter.from_connect_data("t", (), None, "a") == written
    assert converter.to_connect_data("t", (), written) == (OPTIONAL_STRING_SCHEMA, "a")


def test_a_mark_says_the_byte_order() -> None:
    assert made("UTF-16").to_connect_data("t", (), b"\xff\xfea\x00")[1] == "a"
    assert made("UTF-32").to_connect_data("t", (), b"\xff\xfe\x00\x00a\x00\x00\x00")[1] == "a"
    with pytest.raises(DataError):  # one by one
        made("UTF-16").to_connect_batch("t", [b"\xff\xfea\x00"])


def test_kafkas_own_serializers_have_keys_that_win() -> None:
    for is_key, side in ((True, "key"), (False, "value")):
        converter = StringConverter()
        properties = {f"{side}.serializer.encoding": "latin-1", f"{side}.deserializer.encoding": "UTF-16BE"}
        converter.configure(parse(StringConverterConfig, properties), is_key=is_key)
        assert converter.from_connect_data("t", (), None, "é") == b"\xe9"
        assert converter.to_connect_data("t", (), b"\x00a")[1] == "a"


@pytest.mark.parametrize("value", [b"a", [b"a"], {"a": memoryview(b"a")}])
def test_bytes_are_refused(value: Any) -> None:
    with pytest.raises(DataError, match="Bytes have no text"):
        made().from_connect_data("t", (), None, value)


def test_a_naive_time_is_taken_as_it_is() -> None:
    assert java_text(datetime(2020, 1, 5, 3, 4, 5)) == java_text(datetime(2020, 1, 5, 3, 4, 5, tzinfo=UTC))  # noqa: DTZ001 - a naive one is the point
    assert java_text(datetime(2020, 1, 5, 3, 4, 5, tzinfo=UTC)) == "Sun Jan 05 03:04:05 UTC 2020"


DOUBLES = {
    1.0: "1.0",
    -0.0: "-0.0",
    1e7: "1.0E7",
    9999999.0: "9999999.0",
    0.001: "0.001",
    0.00099: "9.9E-4",
    5e-324: "4.9E-324",
    1e23: "1.0E23",
    12345678.9: "1.23456789E7",
    float("nan"): "NaN",
    float("-inf"): "-Infinity",
    123456789012345680.0: "1.2345678901234568E17",
}


@pytest.mark.parametrize(("value", "text"), DOUBLES.items())
def test_floats_are_printed_as_java_does(value: float, text: str) -> None:
    assert double_text(value) == text


@given(st.floats(allow_nan=False))
def test_the_text_of_a_double_says_it_exactly(value: float) -> None:
    assert float(double_text(value)) == value


@given(st.floats(allow_nan=False, width=32))
def test_the_text_of_a_float_says_it_exactly(value: float) -> None:
    assert float32(float(float_text(value))) == value
    assert len(float_text(value).partition("E")[0].lstrip("-").replace(".", "").strip("0")) <= 9


def test_bytes_pass_as_they_are() -> None:
    converter = ByteArrayConverter()
    for value in (b"ab", bytearray(b"ab"), memoryview(b"ab")):
        data = converter.from_connect_data("t", (), BYTES_SCHEMA, value)
        assert (type(data), data) == (bytes, b"ab")
    assert converter.to_connect_header("t", "h", b"ab") == (OPTIONAL_BYTES_SCHEMA, b"ab")
    assert converter.from_connect_header("t", "h", None, None) is None
