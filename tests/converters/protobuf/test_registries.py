"""Does the converter work with its registries, and with schemas that are not the record's own?"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connectsdk.config import parse
from connectsdk.converter import resolve
from connectsdk.converters.protobuf import ProtobufConverter, ProtobufConverterConfig
from connectsdk.errors import ConfigError, DataError
from connectsdk.schema import INT32_SCHEMA, STRING_SCHEMA, Schema, SchemaBuilder
from tests.converters.protobuf.conftest import Protobuf
from tests.registry.fixtures import srfake, srfake_url

__all__ = ("srfake", "srfake_url")

Make = Callable[..., Protobuf]
HEAD = 'syntax = "proto3"; '
ROW = SchemaBuilder.struct().name("p.Row").field("a", INT32_SCHEMA).field("b", STRING_SCHEMA).build()
LATEST = {"auto_register_schemas": "false", "use_latest_version": "true"}


async def there_and_back(url: str, **more: str) -> tuple[Schema | None, Any]:
    def make() -> ProtobufConverter:
        converter = ProtobufConverter()
        converter.configure(parse(ProtobufConverterConfig, {"schema.registry.url": url, **more}))
        return converter

    one, other = make(), make()
    try:
        data = await resolve(one.from_connect_data, "t", (), ROW, {"a": 1, "b": "x"})
        again = await resolve(other.from_connect_data, "t", (), ROW, {"a": 1, "b": "x"})
        assert data == again
        return await resolve(other.to_connect_data, "t", (), data)
    finally:
        await one.aclose()
        await other.aclose()


async def test_a_file(tmp_path: Path) -> None:
    schema, value = await there_and_back(f"file:{tmp_path}/schemas.json")
    assert schema is not None
    assert value == {"a": 1, "b": "x"}


async def test_a_server(srfake_url: Callable[..., str]) -> None:
    schema, value = await there_and_back(srfake_url())
    assert schema is not None
    assert value == {"a": 1, "b": "x"}


def test_the_latest_version_is_written_by_the_names_of_fields(protobuf: Make) -> None:
    one = protobuf(**LATEST, latest_compatibility_strict="false")
    one.register(f"{HEAD} package p; message X {{ }} message Row {{ string b = 7; int64 a = 9; }}")
    assert one.body(ROW, {"a": 1, "b": "x"}) == b"\2\2\x3a\1x\x48\1"


def test_a_map_of_the_latest_version(protobuf: Make) -> None:
    one = protobuf(**LATEST, latest_compatibility_strict="false")
    one.register(f"{HEAD} message Row {{ map<string, In> m = 1; message In {{ int32 a = 1; }} }}")
    inner = SchemaBuilder.struct().name("In").field("a", INT32_SCHEMA).build()
    schema = (
        SchemaBuilder.struct().name("Row").field("m", SchemaBuilder.map(STRING_SCHEMA, inner).build()).build()
    )
    value = {"m": {"k": {"a": 1}, "": {"a": 0}}}
    assert one.read(one.write(schema, value))[1] == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("message Row { int32 a = 1; }", "there is no such field"),
        ("message Row { int32 a = 2; string b = 1; }", "has the number"),
        ("message Row { string a = 1; string b = 2; }", "another type"),
        ("message Other { }", "no message Row"),
    ],
)
def test_a_latest_version_that_cannot_read_it_is_refused(protobuf: Make, text: str, said: str) -> None:
    one = protobuf(**LATEST)
    one.register(f"{HEAD} package p; {text}")
    with pytest.raises(DataError, match=said):
        one.write(ROW, {"a": 1, "b": "x"})


def test_without_the_check_a_value_without_a_place_is_refused(protobuf: Make) -> None:
    one = protobuf(**LATEST, latest_compatibility_strict="false")
    one.register(f"{HEAD} package p; message Row {{ int32 a = 1; }}")
    with pytest.raises(DataError, match="no field b"):
        one.write(ROW, {"a": 1, "b": "x"})


def test_what_is_not_registered_is_refused(protobuf: Make) -> None:
    with pytest.raises(DataError, match=r"auto\.register\.schemas"):
        protobuf(auto_register_schemas="false").write(ROW, {"a": 1, "b": "x"})


def test_references_are_looked_up(protobuf: Make) -> None:
    one = protobuf()
    one.register(f"{HEAD} package q; message In {{ int32 a = 1; }}", "in")
    text = f'{HEAD} import "in.proto"; message Row {{ q.In i = 1; }}'
    data = one.message(text, b"\x0a\2\x08\5", references=[("in.proto", "in", 1)])
    assert one.read(data)[1] == {"i": {"a": 5}}


def test_the_record_name_is_the_messages(protobuf: Make) -> None:
    one = protobuf(value_subject_name_strategy="record")
    one.write(ROW, {"a": 1, "b": "x"})
    assert "message Row" in one.text("p.Row")


def test_a_newer_schema_is_another_version(protobuf: Make) -> None:
    one = protobuf()
    newer = (
        SchemaBuilder.struct()
        .name("p.Row")
        .field("a", INT32_SCHEMA)
        .field("b", STRING_SCHEMA)
        .field("c", STRING_SCHEMA)
        .build()
    )
    old, new = one.write(ROW, {"a": 1, "b": "x"}), one.write(newer, {"a": 1, "b": "x", "c": "y"})
    assert old[1:5] != new[1:5]
    assert one.read(old)[1] == {"a": 1, "b": "x"}
    assert one.read(old[:5] + new[5:])[1] == {"a": 1, "b": "x"}
    assert one.read(new[:5] + old[5:])[1] == {"a": 1, "b": "x", "c": ""}


def test_the_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "google.protobuf.message", None)
    with pytest.raises(ConfigError, match=r"connectsdk\[protobuf\]"):
        ProtobufConverter().configure(parse(ProtobufConverterConfig, {"schema.registry.url": "mock://x"}))


def test_the_backup_is_refused() -> None:
    with pytest.raises(ConfigError):
        parse(ProtobufConverterConfig, {"schema.registry.url": "mock://x", "schema.backup.enabled": "true"})
