"""What does the text of a .proto file describe?

The library has no parser of its own, and `protoc` reads files and is not made for text from outside. This one answers
with a description that the library then checks and links. Left out is what does not change data: services, extensions,
comments and most options.
"""

from typing import Any

from connectsdk.converters.protobuf._google import (
    FieldDescriptorProto,
    FileDescriptorProto,
)
from connectsdk.converters.protobuf._names import protoc_entry_name
from connectsdk.converters.protobuf._options import field_options, flag_option, skip_block, skip_option
from connectsdk.converters.protobuf._tokens import END, Tokens, text_of, tokens_of
from connectsdk.errors import SchemaError

__all__ = ("parse_file",)

_DEEPEST = 30
"""How deep messages may be nested; the library's own limit is 32."""

_SCALARS = {
    name: getattr(FieldDescriptorProto, f"TYPE_{name.upper()}")
    for name in (
        "double",
        "float",
        "int64",
        "uint64",
        "int32",
        "fixed64",
        "fixed32",
        "bool",
        "string",
        "bytes",
        "uint32",
        "sfixed32",
        "sfixed64",
        "sint32",
        "sint64",
    )
}
_LABELS = {
    "optional": FieldDescriptorProto.LABEL_OPTIONAL,
    "required": FieldDescriptorProto.LABEL_REQUIRED,
    "repeated": FieldDescriptorProto.LABEL_REPEATED,
}


def parse_file(text: str, name: str) -> Any:
    """Return the description of a file.

    Args:
        text: The text.
        name: What the file is called.

    Raises:
        SchemaError: If the text is not that of a .proto file, or has something that is not supported.
    """
    tokens = tokens_of(text.removeprefix("\ufeff"))
    file = FileDescriptorProto(name=name, syntax="proto2")
    if tokens.next.text == "edition":
        raise SchemaError("Protobuf's editions are not supported: use proto2 or proto3")
    if tokens.taken("syntax"):
        tokens.expect("=")
        file.syntax = text_of(tokens.string())
        tokens.expect(";")
        if file.syntax not in ("proto2", "proto3"):
            raise SchemaError("A Protobuf schema has a syntax that is neither proto2 nor proto3")
    reader = _Reader(tokens, file.syntax == "proto3")
    while tokens.next.text != END or tokens.next.kind != "end":
        reader.file_statement(file)
    return file


class _Reader:
    def __init__(self, tokens: Tokens, proto3: bool) -> None:  # noqa: FBT001 - the syntax
        self._tokens = tokens
        self._proto3 = proto3

    def file_statement(self, file: Any) -> None:
        tokens = self._tokens
        if tokens.taken("message"):
            self._message(file.message_type.add(), 1)
        elif tokens.taken("enum"):
            self._enum(file.enum_type.add())
        elif tokens.taken("import"):
            self._import(file)
        elif tokens.taken("package"):
            file.package = tokens.full_name()
            tokens.expect(";")
        elif tokens.taken("option"):
            skip_option(tokens)
        elif tokens.taken("service") or tokens.taken("extend"):
            self._skip_declaration()
        elif not tokens.taken(";"):
            raise tokens.wrong("a message, an enum or another statement")

    def _import(self, file: Any) -> None:
        tokens = self._tokens
        public = tokens.taken("public")
        if not public:
            tokens.taken("weak")
        if public:
            file.public_dependency.append(len(file.dependency))
        file.dependency.append(text_of(tokens.string()))
        tokens.expect(";")

    def _skip_declaration(self) -> None:
        self._tokens.full_name()
        if self._tokens.next.text != "{":
            raise self._tokens.wrong("'{'")
        skip_block(self._tokens)

    # -- messages --------------------------------------------------------------------------------------------

    def _message(self, message: Any, depth: int) -> None:
        if depth > _DEEPEST:
            raise SchemaError(f"A Protobuf schema's messages are nested more than {_DEEPEST} deep")
        tokens = self._tokens
        message.name = tokens.name()
        tokens.expect("{")
        while not tokens.taken("}"):
            self._message_statement(message, depth)
        _add_synthetic_oneofs(message)

    def _message_statement(self, message: Any, depth: int) -> None:
        tokens = self._tokens
        if tokens.taken("message"):
            self._message(message.nested_type.add(), depth + 1)
        elif tokens.taken("enum"):
            self._enum(message.enum_type.add())
        elif tokens.taken("oneof"):
            self._oneof(message)
        elif tokens.taken("option"):
            if flag_option(tokens, "map_entry"):
                message.options.map_entry = True
        elif tokens.taken("extend"):
            self._skip_declaration()
        elif tokens.taken("reserved") or tokens.taken("extensions"):
            self._skip_statement()
        elif not tokens.taken(";"):
            self._field(message, message.field.add())

    def _skip_statement(self) -> None:
        tokens = self._tokens
        while not tokens.taken(";"):
            if tokens.next.text in ("[", "{", "("):
                skip_block(tokens)
            elif tokens.next.kind == "end" or tokens.next.text == "}":
                raise tokens.wrong("';'")
            else:
                tokens.take()

    def _field(self, message: Any, field: Any) -> None:
        tokens = self._tokens
        label = tokens.take().text if tokens.next.text in _LABELS else None
        field.label = _LABELS[label or "optional"]
        field.proto3_optional = self._proto3 and label == "optional"
        if not field.proto3_optional:
            field.ClearField("proto3_optional")
        kind = tokens.full_name()
        if label is None and kind == "map" and tokens.taken("<"):
            self._map(message, field)
            return
        if label is None and not self._proto3:
            raise tokens.wrong("optional, required or repeated")
        self._rest_of_field(field, kind)

    def _rest_of_field(self, field: Any, kind: str) -> None:
        tokens = self._tokens
        _set_type(field, kind)
        if kind == "group":
            raise SchemaError("A Protobuf schema has a group, which is not supported: use a message")
        self._name_and_number(field)
        field_options(tokens, field, defaults=not self._proto3)
        tokens.expect(";")

    def _name_and_number(self, field: Any) -> None:
        field.name = self._tokens.name()
        self._tokens.expect("=")
        number = self._tokens.integer()
        if not 0 < number < 2**29:
            raise SchemaError(f"A Protobuf schema has a field with the number {number}")
        field.number = number
        # Never used here, but the library refuses names that differ only where JSON's names do not.
        field.json_name = field.name

    def _map(self, message: Any, field: Any) -> None:
        tokens = self._tokens
        key = tokens.full_name()
        tokens.expect(",")
        value = tokens.full_name()
        tokens.expect(">")
        self._name_and_number(field)
        field.label = FieldDescriptorProto.LABEL_REPEATED
        field.type = FieldDescriptorProto.TYPE_MESSAGE
        field.type_name = protoc_entry_name(field.name)
        entry = message.nested_type.add(name=field.type_name)
        entry.options.map_entry = True
        for number, (name, kind) in enumerate((("key", key), ("value", value)), 1):
            part = entry.field.add(name=name, number=number, label=FieldDescriptorProto.LABEL_OPTIONAL)
            _set_type(part, kind)
        field_options(tokens, field, defaults=False)
        tokens.expect(";")

    def _oneof(self, message: Any) -> None:
        tokens = self._tokens
        index = len(message.oneof_decl)
        message.oneof_decl.add(name=tokens.name())
        tokens.expect("{")
        while not tokens.taken("}"):
            if tokens.taken("option"):
                skip_option(tokens)
            elif not tokens.taken(";"):
                field = message.field.add(label=FieldDescriptorProto.LABEL_OPTIONAL, oneof_index=index)
                self._rest_of_field(field, tokens.full_name())

    # -- enums -----------------------------------------------------------------------------------------------

    def _enum(self, enum: Any) -> None:
        tokens = self._tokens
        enum.name = tokens.name()
        tokens.expect("{")
        while not tokens.taken("}"):
            if tokens.taken("option"):
                if flag_option(tokens, "allow_alias"):
                    enum.options.allow_alias = True
            elif tokens.taken("reserved"):
                self._skip_statement()
            elif not tokens.taken(";"):
                self._enum_value(enum)

    def _enum_value(self, enum: Any) -> None:
        tokens = self._tokens
        name = tokens.name()
        tokens.expect("=")
        number = tokens.integer()
        if not -(2**31) <= number < 2**31:
            raise SchemaError(f"A Protobuf schema has an enum with the number {number}")
        enum.value.add(name=name, number=number)
        if tokens.next.text == "[":
            skip_block(tokens)
        tokens.expect(";")


def _set_type(field: Any, kind: str) -> None:
    scalar = _SCALARS.get(kind)
    if scalar is None:
        field.type_name = kind
    else:
        field.type = scalar


def _add_synthetic_oneofs(message: Any) -> None:
    """Give each `optional` field of proto3 the oneof that stands for it, after all others."""
    names = {declared.name for declared in (*message.oneof_decl, *message.field)}
    for field in message.field:
        if field.proto3_optional:
            name = f"_{field.name}"
            while name in names:
                name = f"X{name}"
            names.add(name)
            field.oneof_index = len(message.oneof_decl)
            message.oneof_decl.add(name=name)
