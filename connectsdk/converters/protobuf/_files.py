"""What does a registered Protobuf schema describe?"""

import binascii
from base64 import b64decode
from typing import Any

import attrs

from connectsdk.converters.protobuf._builtin import OWN_FILES, WITH_LIBRARY
from connectsdk.converters.protobuf._google import (
    DescriptorPool,
    FileDescriptorProto,
    LibraryError,
    google_file,
)
from connectsdk.converters.protobuf._parser import parse_file
from connectsdk.errors import SchemaError
from connectsdk.registry import RegisteredSchema, SchemaDefinition, of_another_kind

__all__ = ("ProtobufFile", "open_file")

_NAME = "<schema>"
_MOST_FILES = 1_000
_MOST_INDEXES = 33


@attrs.frozen(eq=False)
class ProtobufFile:
    """A registered schema, linked with what it imports.

    Attributes:
        id: Its number in the registry.
        descriptor: The file's descriptor.
    """

    id: int
    descriptor: Any

    def message_at(self, indexes: tuple[int, ...]) -> Any:
        """Return the descriptor of the message at this place: the file's n-th, in it the n-th, and so on.

        Raises:
            SchemaError: If there is none.
        """
        found, inside = None, self._messages()
        for index in indexes[:_MOST_INDEXES]:
            if not 0 <= index < len(inside):
                raise SchemaError(f"Schema {self.id} has no message at the place that the data names")
            found = inside[index]
            inside = found.nested_types
        if found is None:
            raise SchemaError(f"The data names no message of schema {self.id}")
        return found

    def place_of(self, full_name: str) -> tuple[tuple[int, ...], Any]:
        """Return where the message of this name is, and its descriptor.

        Raises:
            SchemaError: If there is none.
        """
        package = self.descriptor.package
        inner = full_name.removeprefix(f"{package}.") if package else full_name
        indexes, found, inside = [], None, self._messages()
        for part in inner.split("."):
            names = [message.name for message in inside]
            if part not in names:
                raise SchemaError(
                    f"Schema {self.id} has no message {full_name}: name the record's schema as one of its messages"
                )
            indexes.append(names.index(part))
            found = inside[indexes[-1]]
            inside = found.nested_types
        if found is None or found.full_name != full_name:
            raise SchemaError(f"Schema {self.id} has no message {full_name}")
        return tuple(indexes), found

    def _messages(self) -> list[Any]:
        return list(self.descriptor.message_types_by_name.values())


def open_file(registered: RegisteredSchema) -> ProtobufFile:
    """Return what a registered schema describes.

    Raises:
        SchemaError: If it is no Protobuf schema, or imports what is not there.
    """
    files = dict(registered.dependencies)
    linker = _Linker(files)
    try:
        return ProtobufFile(registered.id, linker.link(_NAME, _described(registered.definition, _NAME)))
    except SchemaError as error:
        raise SchemaError(f"Schema {registered.id}: {error}") from None


def _described(definition: SchemaDefinition, name: str) -> Any:
    if definition.kind != "PROTOBUF":
        raise SchemaError(f"It is no Protobuf schema but {of_another_kind(definition)}")
    text = definition.text
    binary = _binary(text)
    if binary is None:
        return parse_file(text, name)
    binary.name = name
    return binary


def _binary(text: str) -> Any:
    """Return a description that is written as the library's own bytes in Base64, or None if it is not."""
    try:
        raw = b64decode(text.strip(), validate=True)
        return FileDescriptorProto.FromString(raw) if raw else None
    except (binascii.Error, ValueError, LibraryError):
        return None


class _Linker:
    def __init__(self, files: dict[str, SchemaDefinition]) -> None:
        self._files = files
        self._pool = DescriptorPool()
        self._done: set[str] = set()
        self._opened: set[str] = set()

    def link(self, name: str, description: Any) -> Any:
        """Add a file with all that it imports to the pool; return its descriptor."""
        self._opened.add(name)
        if len(self._opened) > _MOST_FILES:
            raise SchemaError(f"It imports more than {_MOST_FILES} files")
        for wanted in dict.fromkeys(description.dependency):
            if wanted not in self._done:
                self._import(wanted)
        try:
            self._pool.Add(description)
            found = self._pool.FindFileByName(name)
        except Exception as error:  # noqa: BLE001 - whatever the library finds is about the schema
            # The library raises TypeError or KeyError; its message says which name or number is at fault.
            raise SchemaError(f"It is not valid: {_first_line(error)}") from None
        self._done.add(name)
        return found

    def _import(self, name: str) -> None:
        if name in self._opened:
            raise SchemaError(f"{name} imports itself in a circle")
        if name in self._files:
            self.link(name, _described(self._files[name], name))
        elif name in WITH_LIBRARY:
            self.link(name, FileDescriptorProto.FromString(google_file(WITH_LIBRARY[name])))
        elif name in OWN_FILES:
            self.link(name, parse_file(OWN_FILES[name], name))
        else:
            raise SchemaError(f"It imports {name}, which is not among its references")


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:300] if str(error) else type(error).__name__
