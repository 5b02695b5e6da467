"""How do values of one schema become bytes, and bytes of one schema values?"""

from collections.abc import Callable
from typing import Any

import attrs

from connectsdk.converter import SchemaAndValue
from connectsdk.converters.protobuf._compatibility import unreadable
from connectsdk.converters.protobuf._drafts import text_of_draft
from connectsdk.converters.protobuf._files import ProtobufFile, open_file
from connectsdk.converters.protobuf._from_connect import ROOT_WRAPPERS, draft_of
from connectsdk.converters.protobuf._google import EncodeError, LibraryError, message_class
from connectsdk.converters.protobuf._indexes import indexes_bytes
from connectsdk.converters.protobuf._logical import KINDS
from connectsdk.converters.protobuf._readers import reader_of
from connectsdk.converters.protobuf._settings import MappingSettings
from connectsdk.converters.protobuf._to_connect import connect_schema_of
from connectsdk.converters.protobuf._writers import filler_of
from connectsdk.errors import DataError, SchemaError
from connectsdk.registry import SchemaDefinition
from connectsdk.schema import Schema, Type, validator

__all__ = ("Decode", "Definition", "Encode", "decoder", "definition_of", "encoder", "open_file", "unreadable")

Encode = Callable[[Any], bytes]
Decode = Callable[[bytes], SchemaAndValue]

_WRAPPERS_TEXT = """syntax = "proto3";
package google.protobuf;

message DoubleValue {
  double value = 1;
}
message FloatValue {
  float value = 1;
}
message Int64Value {
  int64 value = 1;
}
message UInt64Value {
  uint64 value = 1;
}
message Int32Value {
  int32 value = 1;
}
message UInt32Value {
  uint32 value = 1;
}
message BoolValue {
  bool value = 1;
}
message StringValue {
  string value = 1;
}
message BytesValue {
  bytes value = 1;
}
"""


@attrs.frozen
class Definition:
    """What a Connect schema is in Protobuf.

    Attributes:
        registered: What is registered.
        message: The full name of the message that has the schema's values.
    """

    registered: SchemaDefinition
    message: str


def definition_of(schema: Schema, settings: MappingSettings) -> Definition:
    """Return what a Connect schema is in Protobuf.

    Raises:
        SchemaError: If Protobuf cannot express it.
    """
    if schema.type is Type.STRUCT:
        draft = draft_of(schema, settings)
        return Definition(SchemaDefinition(text_of_draft(draft), "PROTOBUF"), draft.full_name)
    wrapper = ROOT_WRAPPERS.get(schema.type)
    if wrapper is None or schema.name in KINDS:
        what = schema.name or schema.type.name
        raise SchemaError(f"Protobuf has no message for a {what} alone: put it into a struct")
    return Definition(SchemaDefinition(_WRAPPERS_TEXT, "PROTOBUF"), wrapper)


def encoder(
    schema: Schema, definition: Definition, file: ProtobufFile, header: bytes, settings: MappingSettings
) -> Encode:
    """Return what writes the schema's values.

    Args:
        schema: The schema.
        definition: What it is in Protobuf.
        file: What to write with; it may be another schema.
        header: What goes before the message.
        settings: How schemas are mapped.

    Raises:
        SchemaError: If the schema's values cannot be written so.
    """
    indexes, message = file.place_of(definition.message)
    before = header + indexes_bytes(indexes)
    make, fill, check = message_class(message), filler_of(schema, message, settings), validator(schema)

    def encode(value: Any) -> bytes:
        try:
            check(value)
            made = make()
            fill(made, value)
            written: bytes = made.SerializeToString(deterministic=True)
        except RecursionError:
            raise DataError("A value is nested too deep") from None
        except (ValueError, TypeError, OverflowError, EncodeError) as error:
            raise DataError(f"A value cannot be written as Protobuf: {type(error).__name__}") from None
        return before + written

    return encode


def decoder(file: ProtobufFile, indexes: tuple[int, ...], start: int, settings: MappingSettings) -> Decode:
    """Return what reads the messages at one place of a file.

    Args:
        file: The file.
        indexes: The place.
        start: How many bytes of the data come before the message.
        settings: How schemas are mapped.

    Raises:
        SchemaError: If there is no such message, or it has no schema here.
    """
    message = file.message_at(indexes)
    schema = connect_schema_of(message, settings)
    read, parse = reader_of(message, settings), message_class(message).FromString

    def decode(data: bytes) -> SchemaAndValue:
        try:
            return schema, read(parse(data[start:]))
        except LibraryError:
            # Also what is nested more than 100 deep. The library's message may have data in it.
            raise DataError("The data is no message of its schema, or nested too deep") from None
        except (RecursionError, ValueError) as error:
            raise DataError(f"The data cannot be read: {type(error).__name__}") from None

    return decode
