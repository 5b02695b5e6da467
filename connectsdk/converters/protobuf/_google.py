"""Which parts of Google's protobuf library are used?

They are made when the library is imported, so that their types cannot be known before: everything here is `Any`.
Importing this module needs the extra `protobuf`.
"""

from importlib import import_module
from typing import Any

__all__ = (
    "DescriptorPool",
    "DescriptorProto",
    "EncodeError",
    "EnumDescriptorProto",
    "FieldDescriptor",
    "FieldDescriptorProto",
    "FieldOptions",
    "FileDescriptorProto",
    "LibraryError",
    "escaped",
    "google_file",
    "message_class",
    "parse_text",
)

_descriptors: Any = import_module("google.protobuf.descriptor_pb2")
_errors: Any = import_module("google.protobuf.message")
_text: Any = import_module("google.protobuf.text_format")

DescriptorPool: Any = import_module("google.protobuf.descriptor_pool").DescriptorPool
FieldDescriptor: Any = import_module("google.protobuf.descriptor").FieldDescriptor
DescriptorProto: Any = _descriptors.DescriptorProto
EnumDescriptorProto: Any = _descriptors.EnumDescriptorProto
FieldDescriptorProto: Any = _descriptors.FieldDescriptorProto
FieldOptions: Any = _descriptors.FieldOptions
FileDescriptorProto: Any = _descriptors.FileDescriptorProto
EncodeError: Any = _errors.EncodeError
LibraryError: Any = _errors.Error
"""What encoding and decoding raise."""

escaped: Any = import_module("google.protobuf.text_encoding").CEscape
message_class: Any = import_module("google.protobuf.message_factory").GetMessageClass


def google_file(name: str) -> bytes:
    """Return the description of one of the files that come with the library."""
    module: Any = import_module(f"google.protobuf.{name}_pb2")
    described: bytes = module.DESCRIPTOR.serialized_pb
    return described


def parse_text(text: str, into: Any) -> None:
    """Read a message from protobuf's text format.

    Raises:
        ValueError: If the text is not such a message.
    """
    try:
        _text.Parse(text, into, allow_unknown_field=True)
    except (_text.ParseError, RecursionError) as error:
        raise ValueError("not a message in text format") from error
