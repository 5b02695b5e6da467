"""Do texts of .proto files describe what protoc says they describe?"""

import base64
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import descriptor_pb2
from hypothesis import given, settings, strategies as st

from connectsdk.converters.protobuf._builtin import OWN_FILES
from connectsdk.converters.protobuf._files import open_file
from connectsdk.converters.protobuf._meta import params_of
from connectsdk.converters.protobuf._parser import parse_file
from connectsdk.errors import DataError, SchemaError
from connectsdk.registry import RegisteredSchema, SchemaDefinition

SCHEMAS = Path(__file__).parent / "schemas"
HEAD = 'syntax = "proto3"; '


def opened(text: str, **files: str) -> Any:
    dependencies = tuple((name, SchemaDefinition(of, "PROTOBUF")) for name, of in files.items())
    return open_file(RegisteredSchema(1, SchemaDefinition(text, "PROTOBUF"), dependencies=dependencies))


def protoc(name: str) -> Any:
    """Return what protoc made of the file (`--include_imports --descriptor_set_out`), without what is left out here."""
    found = descriptor_pb2.FileDescriptorSet.FromString((SCHEMAS / f"{name}.bin").read_bytes()).file[-1]
    found.syntax = found.syntax or "proto2"
    for part in ("service", "extension", "options"):
        found.ClearField(part)
    for message in found.message_type:
        strip(message)
    for enum in found.enum_type:
        strip_enum(enum)
    return found


def strip(message: Any) -> None:
    for part in ("extension_range", "reserved_range", "reserved_name"):
        message.ClearField(part)
    map_entry = message.options.map_entry
    message.ClearField("options")
    if map_entry:
        message.options.map_entry = True
    for field in message.field:
        field.ClearField("json_name")
        strip_type(field)
    for nested in message.nested_type:
        strip(nested)
    for enum in message.enum_type:
        strip_enum(enum)
    message.nested_type.sort(key=lambda nested: nested.name)


def strip_type(field: Any) -> None:
    """Forget how a type's name is written, which is linked by the library."""
    if field.type_name:
        field.type_name = field.type_name.rpartition(".")[2]
        field.ClearField("type")
    if field.HasField("options"):
        field.options.ClearField("deprecated")
        if not field.options.ByteSize():
            field.ClearField("options")
    if field.options.ByteSize() and not field.options.HasField("packed"):
        field.ClearField("options")  # Confluent's, compared as what they mean


def strip_enum(enum: Any) -> None:
    for part in ("reserved_range", "reserved_name"):
        enum.ClearField(part)
    for value in enum.value:
        value.ClearField("options")


@pytest.mark.parametrize("name", ["everything", "old"])
def test_a_file_describes_what_protoc_says(name: str) -> None:
    found = parse_file((SCHEMAS / f"{name}.proto").read_text(), f"{name}.proto")
    for message in found.message_type:
        strip(message)
    assert found == protoc(name)


def test_field_meta_is_read() -> None:
    message = opened((SCHEMAS / "everything.proto").read_text()).message_at((1,))
    said = {field.name: params_of(field) for field in message.fields if params_of(field)}
    assert said == {"an_int32": {"connect.type": "int8"}, "price": {"scale": "2", "precision": "9"}}


@pytest.mark.parametrize("path", sorted(OWN_FILES))
def test_known_files_need_no_reference(path: str) -> None:
    assert opened(f'{HEAD} import "{path}"; message A {{}}').message_at((0,)).name == "A"


def test_a_description_in_base_64_is_a_schema() -> None:
    file = parse_file(f"{HEAD} package p; message A {{ int32 a = 1; }}", "a.proto")
    found = opened(base64.b64encode(file.SerializeToString()).decode())
    assert found.message_at((0,)).full_name == "p.A"


def test_references_are_imported() -> None:
    one = f"{HEAD} package p; message One {{ int32 a = 1; }}"
    two = f'{HEAD} package p; import public "one.proto"; message Two {{ One one = 1; }}'
    found = opened(
        f'{HEAD} import "two.proto"; message A {{ p.Two two = 1; p.One one = 2; }}',
        **{"one.proto": one, "two.proto": two},
    )
    assert [field.message_type.full_name for field in found.message_at((0,)).fields] == ["p.Two", "p.One"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("garbage {", "another statement"),
        (f"{HEAD} message A {{ int32 a = }}", "a whole number"),
        (f"{HEAD} message A {{", "the text ends"),
        (f"{HEAD} message A {{ Foo a = 1; }}", "Foo"),
        (f'{HEAD} import "x.proto";', "x.proto, which is not among its references"),
        (HEAD + "message A { " * 200 + "}" * 200, "nested more than"),
        ("/* never closed", "no meaning"),
        (f'{HEAD} option a = "never closed', "no meaning"),
        (f"{HEAD} message A {{ int32 a = 1; int32 b = 1; }}", "duplicate field number"),
        (f"{HEAD} message A {{ int32 a = 0; }}", "the number 0"),
        (f"{HEAD} message A {{ int32 a = 99999999999999999999999; }}", "a whole number"),
        (f"{HEAD} enum E {{ A = 1; }}", "must be zero"),
        ("message A { optional group G = 1 { } }", "a group"),
        ("message A { int32 a = 1; }", "optional, required or repeated"),
        ('syntax = "proto4";', "neither proto2 nor proto3"),
        ('edition = "2023";', "editions"),
        (f"{HEAD} message A {{ int32 a = 1 [(x) = {'{' * 100}", "missing"),
        (f"{HEAD} message A {{ int32 a = 1 [(confluent.field_meta) = {{ nonsense ]; }}", "is not one"),
        (f"{HEAD} message A {{ int32 a = 1 [(confluent.field_meta) = {{ params: 1 }}]; }}", "is not one"),
        (f'{HEAD} option a = "\\q";', "escape"),
        ("\0", "no meaning"),
    ],
)
def test_what_is_no_schema_is_refused(text: str, said: str) -> None:
    with pytest.raises(SchemaError, match=said):
        opened(text)


def test_imports_in_a_circle_are_refused() -> None:
    files = {name: f'{HEAD} import "{other}";' for name, other in (("a", "b"), ("b", "a"))}
    with pytest.raises(SchemaError, match="circle"):
        opened(f'{HEAD} import "a";', **files)


def test_another_language_is_refused() -> None:
    with pytest.raises(SchemaError, match="no Protobuf schema but AVRO: set AvroConverter for the topic"):
        open_file(RegisteredSchema(1, SchemaDefinition('"int"', "AVRO")))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_text_is_a_schema_or_refused(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["everything", "old"]))
    words = (SCHEMAS / f"{name}.proto").read_text().split(" ")
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(words) - 1))
        words[place] = data.draw(
            st.sampled_from(["", "}", "{", "=", '"', "message", "-1", "[", ";", "\\", "é"])
        )
    with suppress(DataError):
        opened(" ".join(words))
