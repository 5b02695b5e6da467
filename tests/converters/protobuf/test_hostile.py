"""What happens with data that nobody should have written?"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from connectsdk.converter import resolve
from connectsdk.errors import DataError
from connectsdk.registry import MemoryRegistry
from connectsdk.schema import STRING_SCHEMA, Schema, SchemaBuilder, SchemaReference, Type, validate
from tests.converters.protobuf.conftest import Protobuf

Make = Callable[..., Protobuf]
HEAD = 'syntax = "proto3"; '
ROW = f"{HEAD} message Other {{ message In {{ int32 a = 1; }} }} message Row {{ string s = 1; Row row = 2; }}"
EVERYTHING = (Path(__file__).parent / "schemas" / "everything.proto").read_text()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0",
        b"\0\0\0\0",
        b"\1\0\0\0\1\0",
        b"\0\xff\xff\xff\xff\0",
        b"\0\0\0\0\x63\0",
        b"{}",
        b"\0\0\0\0\1",
    ],
)
def test_what_does_not_begin_as_it_must_is_refused(protobuf: Make, data: bytes) -> None:
    one = protobuf()
    one.register(ROW)
    with pytest.raises(DataError):
        one.read(data)


@pytest.mark.parametrize(
    "indexes",
    [
        b"\2",
        b"\2\4",
        b"\2\1",
        b"\1",
        b"\4\0\2",
        b"\4\2\0",
        b"\x80",
        b"\x80\x80\x80\x80\x80\x80\x80\x01",
        b"\xfe\xff\xff\xff\x0f",
        b"\x42" + b"\0" * 33,
        b"\x44" + b"\0" * 34,
    ],
)
def test_a_message_that_is_not_there_is_refused(protobuf: Make, indexes: bytes) -> None:
    one = protobuf()
    with pytest.raises(DataError):
        one.read(one.message(ROW, b"", indexes))


@pytest.mark.parametrize(
    ("indexes", "name"), [(b"\0", "Other"), (b"\2\0", "Other"), (b"\4\0\0", "In"), (b"\2\2", "Row")]
)
def test_a_message_is_found(protobuf: Make, indexes: bytes, name: str) -> None:
    assert protobuf().schema_of(ROW, indexes).name == name


def nested(levels: int) -> bytes:
    body = b""
    for _ in range(levels):
        body = b"\x12" + size(len(body)) + body
    return body


def size(number: int) -> bytes:
    return bytes((number,)) if number < 0x80 else bytes((number & 0x7F | 0x80,)) + size(number >> 7)


def test_deep_data_is_refused(protobuf: Make) -> None:
    one = protobuf()
    assert one.read(one.message(ROW, nested(90), b"\2\2"))[1]["row"] is not None
    with pytest.raises(DataError):
        one.read(one.message(ROW, nested(5_000), b"\2\2"))


def test_deep_values_are_refused(protobuf: Make) -> None:
    again = SchemaReference(Type.STRUCT, optional=True, name="Node")
    schema = SchemaBuilder.struct().name("Node").field("next", again).build()
    again.refer_to(schema)
    value: dict[str, Any] = {"next": None}
    value["next"] = value
    with pytest.raises(DataError):
        protobuf().write(schema, value)


def test_a_schema_whose_structs_are_too_deep_is_refused(protobuf: Make) -> None:
    schema = SchemaBuilder.struct().field("a", STRING_SCHEMA).build()
    for level in range(40):
        schema = Schema(
            Type.STRUCT, name=f"L{level}", fields=SchemaBuilder.struct().field("a", schema).build().fields
        )
    with pytest.raises(DataError):
        protobuf().write(schema, {"a": {}})


def test_messages_that_double_are_refused(protobuf: Make) -> None:
    messages = " ".join(f"message M{n} {{ M{n + 1} a = 1; M{n + 1} b = 2; }}" for n in range(60))
    with pytest.raises(DataError, match="more than 100000 fields"):
        protobuf().schema_of(f"{HEAD} {messages} message M60 {{ }}")


@pytest.mark.parametrize(
    ("field", "body"),
    [
        ("google.type.Date a = 1;", b"\x0a\0"),
        ("google.type.Date a = 1;", b"\x0a\2\x08\1"),
        ("google.type.TimeOfDay a = 1;", b"\x0a\2\x08\x18"),
        ("google.type.TimeOfDay a = 1;", b"\x0a\x0b\x20\xff\xff\xff\xff\xff\xff\xff\xff\xff\1"),
        ("google.protobuf.Timestamp a = 1;", b"\x0a\x0a\x08\xff\xff\xff\xff\xff\xff\xff\xff\x7f"),
        ("google.protobuf.Timestamp a = 1;", b"\x0a\x0b\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\1"),
        ("confluent.type.Decimal a = 1;", b"\x0a\0"),
        ("confluent.type.Decimal a = 1;", b"\x0a\x84\x80\x01\x0a\x80\x80\x01" + b"\1" * 2**14),
        ("string a = 1;", b"\x0a\1\xff"),
        ("string a = 1;", b"\x0a\5a"),
        ("int32 a = 1;", b"\x08\xff"),
        ("int32 a = 1;", b"\x0f"),
    ],
)
def test_values_that_are_none_are_refused(protobuf: Make, field: str, body: bytes) -> None:
    one = protobuf()
    imports = "".join(
        f'import "{path}.proto"; '
        for path in (
            "google/type/date",
            "google/type/timeofday",
            "google/protobuf/timestamp",
            "confluent/type/decimal",
        )
    )
    with pytest.raises(DataError):
        one.read(one.message(f"{HEAD} {imports} message A {{ {field} }}", body))


def test_errors_have_no_data_in_them(protobuf: Make) -> None:
    one = protobuf()
    schema = SchemaBuilder.struct().name("Row").field("s", STRING_SCHEMA).build()
    for call in (
        lambda: one.write(schema, {"s": "SECRET\ud800"}),
        lambda: one.read(one.message(ROW, b"\x0a\x20SECRET", b"\2\2")),
    ):
        with pytest.raises(DataError) as caught:
            call()
        assert "SECRET" not in str(caught.value)


def test_fields_that_the_schema_does_not_have_are_passed_over(protobuf: Make) -> None:
    one = protobuf()
    assert one.read(one.message(f"{HEAD} message A {{ int32 a = 1; }}", b"\x08\1\x12\1x"))[1] == {"a": 1}


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60), st.sampled_from([b"\2\2", b"\0", b"\4\2\0", b""]))
def test_any_bytes_are_read_or_refused(body: bytes, indexes: bytes) -> None:
    one = Protobuf()
    try:
        with suppress(DataError):
            schema, value = one.read(one.message(EVERYTHING, body, indexes))
            assert schema is not None
            validate(schema, value)
    finally:
        MemoryRegistry.drop(one.name)


async def test_an_answer_of_the_registry_that_is_no_schema_is_remembered() -> None:
    one = Protobuf()
    found = await one.registry.register("x", _definition("nonsense"), normalize=False)
    data = b"\0" + found.id.to_bytes(4, "big") + b"\0"
    with pytest.raises(DataError):
        await resolve(one.converter.to_connect_data, "t", (), data)
    with pytest.raises(DataError):  # at once: nothing to look up
        one.converter.to_connect_data("t", (), data)
    MemoryRegistry.drop(one.name)


def _definition(text: str) -> Any:
    from connectsdk.registry import SchemaDefinition

    return SchemaDefinition(text, "PROTOBUF")


def test_nothing_is_asked_twice(protobuf: Make) -> None:
    one = protobuf()
    data = one.write(STRING_SCHEMA, "a")
    assert one.converter.from_connect_data("t", (), STRING_SCHEMA, "a") == data
    assert asyncio.run(resolve(one.converter.to_connect_data, "t", (), data))[1] == "a"
    assert one.converter.to_connect_data("t", (), data)[1] == "a"
