"""Is data without a schema written and read quickly as fastavro does it?"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from connectsdk.converters.avro._anything import anything_type
from connectsdk.converters.avro._binary_schema import BinarySchemas
from connectsdk.converters.avro._codec import decoder, encoder
from connectsdk.converters.avro._fastavro import Fastavro, load_fastavro
from connectsdk.converters.avro._json import parse_schema, schema_text
from connectsdk.converters.avro._quick_readers import quick_reader_of
from connectsdk.converters.avro._settings import MappingSettings
from connectsdk.converters.avro._writers import plan_of
from connectsdk.errors import DataError

PLAIN = MappingSettings()
FASTAVRO = load_fastavro()
ANYTHING = anything_type()
KEYS = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**62), 2**62 - 1), st.text(max_size=5), st.binary(max_size=5)
)
DATA = st.recursive(
    st.one_of(KEYS, st.floats(allow_nan=False)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=12,
)
FULL: Any = {"a": [1, -(2**40), 1.5, True, None, b"x"], 5: {"in": {}, "side": []}, None: "text", False: [[]]}


def careful(value: Any) -> bytes:
    schemas = BinarySchemas(PLAIN)
    write = FASTAVRO.writer(FASTAVRO.parse(schemas.make(ANYTHING, None)))
    return write(plan_of(ANYTHING, None, PLAIN, schemas).make(value), b"")


def nested(depth: int, inside: Callable[[Any], Any]) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = inside(value)
    return value


def refuse(*_: Any) -> Any:
    raise AssertionError("fastavro was asked")


WITHOUT = Fastavro(FASTAVRO.parse, refuse, lambda _: refuse)


@given(DATA.filter(lambda value: value is not None))
@settings(deadline=None, max_examples=150)
def test_data_is_written_and_read_as_fastavro_does_it(value: Any) -> None:
    message = encoder(ANYTHING, None, PLAIN, b"", WITHOUT)[0](value)
    assert message == careful(value)
    _, found = decoder(ANYTHING, None, PLAIN, 0, WITHOUT)(message)
    by_fastavro: Callable[[Any], Any] = decoder(ANYTHING, None, PLAIN, 0, FASTAVRO)
    assert repr(found) == repr(by_fastavro(bytearray(message))[1])
    assert found == value


@pytest.mark.parametrize(
    "odd",
    [
        2**63,
        -(2**63) - 1,
        Decimal(1),
        object(),
        bytearray(b"ab"),
        type("Text", (str,), {})("t"),
        "\ud800",
        (1, (2,)),
    ],
    ids=lambda odd: type(odd).__name__,
)
@pytest.mark.parametrize("place", [lambda odd: odd, lambda odd: [1, odd], lambda odd: {"a": odd}])
def test_odd_values_are_written_as_fastavro_does_it_or_refused(odd: Any, place: Any) -> None:
    write = encoder(ANYTHING, None, PLAIN, b"", FASTAVRO)[0]
    try:
        expected = careful(place(odd))
    except Exception:  # noqa: BLE001 - whatever it says
        with pytest.raises(DataError):
            write(place(odd))
    else:
        assert write(place(odd)) == expected


@pytest.mark.parametrize("inside", [lambda value: [value], lambda value: {"a": value}])
def test_depth_is_bounded_as_ever(inside: Callable[[Any], Any]) -> None:
    write = encoder(ANYTHING, None, PLAIN, b"", FASTAVRO)[0]
    read = decoder(ANYTHING, None, PLAIN, 0, FASTAVRO)
    for depth in (1, 39, 40, 41, 50):
        message = write(nested(depth, inside))
        assert message == careful(nested(depth, inside))
        assert read(message)[1] == nested(depth, inside)
    for depth in (101, 5000):
        with pytest.raises(DataError, match="nested"):
            write(nested(depth, inside))


def test_spoiled_data_is_read_as_fastavro_reads_it_or_refused() -> None:
    decode: Callable[[Any], Any] = decoder(ANYTHING, None, PLAIN, 0, FASTAVRO)

    def answer(data: Any) -> str:
        try:
            return repr(decode(data)[1])
        except DataError as error:
            return str(error)

    message = encoder(ANYTHING, None, PLAIN, b"", FASTAVRO)[0](FULL)
    for at in range(len(message)):
        for byte in (0, 1, 2, 3, 4, 0x7F, 0x80, 0xFF):
            spoiled = message[:at] + bytes((byte,)) + message[at + 1 :]
            assert answer(spoiled) == answer(bytearray(spoiled))
        for spoiled in (message[:at], message[:at] + message[at + 1 :], message[:at] + b"\2" + message[at:]):
            assert answer(spoiled) == answer(bytearray(spoiled))


def test_an_endless_count_is_refused_at_once() -> None:
    decode = decoder(ANYTHING, None, PLAIN, 0, FASTAVRO)
    many = b"\0" * 7 + b"\2" + b"\xfe\xff\xff\xff\xff\x0f"
    for data in (many, many + b"\0" * 50, many * 60):
        with pytest.raises(DataError):
            decode(data)


def test_fields_in_another_order_are_read_and_others_are_left_to_fastavro() -> None:
    text = schema_text(ANYTHING)
    other = (
        text.replace('"name":"long"', '"name":"_"')
        .replace('"name":"int"', '"name":"long"')
        .replace('"_"', '"int"')
    )
    swapped = parse_schema(
        other.replace('["null","int"]', '["_"]')
        .replace('["null","long"]', '["null","int"]')
        .replace('["_"]', '["null","long"]')
    )
    message = encoder(swapped, None, PLAIN, b"", FASTAVRO)[0](FULL)
    assert message != careful(FULL)
    assert decoder(swapped, None, PLAIN, 0, WITHOUT)(message)[1] == FULL
    by_fastavro: Callable[[Any], Any] = decoder(swapped, None, PLAIN, 0, FASTAVRO)
    assert by_fastavro(bytearray(message))[1] == FULL
    assert (
        quick_reader_of(parse_schema(text.replace('["null","long"]', '["null","double"]')), None, PLAIN)
        is None
    )
    assert (
        quick_reader_of(parse_schema(text.replace('["null","long"]', '["long","null"]')), None, PLAIN) is None
    )
