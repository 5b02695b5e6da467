"""What is a Protobuf field to Connect?"""

from collections.abc import Mapping
from enum import Enum, auto
from types import MappingProxyType
from typing import Any

import attrs

from connectsdk.converters.protobuf._google import DescriptorProto, FieldDescriptor, FieldDescriptorProto
from connectsdk.converters.protobuf._names import DECIMAL, WRAPPERS
from connectsdk.schema import Type

__all__ = (
    "INTEGERS",
    "SCALAR_TYPES",
    "TYPE_NAMES",
    "Kind",
    "Shape",
    "is_map",
    "is_repeated",
    "kind_of",
    "shape_of",
)


class Kind(Enum):
    """What a field's single values are."""

    SCALAR = auto()
    ENUM = auto()
    DECIMAL = auto()
    DATE = auto()
    TIME = auto()
    TIMESTAMP = auto()
    WRAPPER = auto()
    MESSAGE = auto()


_LOGICAL = {
    DECIMAL: Kind.DECIMAL,
    "google.type.Date": Kind.DATE,
    "google.type.TimeOfDay": Kind.TIME,
    "google.protobuf.Timestamp": Kind.TIMESTAMP,
}

TYPE_NAMES: Mapping[int, str] = MappingProxyType(
    {
        value: name.removeprefix("TYPE_").lower()
        for name, value in FieldDescriptorProto.Type.items()
        if name not in ("TYPE_GROUP", "TYPE_MESSAGE", "TYPE_ENUM")
    }
)
"""The names of scalar types in .proto files, by their numbers."""

INTEGERS: Mapping[str, Type] = MappingProxyType(
    {
        **dict.fromkeys(("int32", "sint32", "sfixed32"), Type.INT32),
        **dict.fromkeys(
            ("int64", "sint64", "sfixed64", "uint32", "fixed32", "uint64", "fixed64"), Type.INT64
        ),
    }
)

SCALAR_TYPES: Mapping[str, Type] = MappingProxyType(
    {
        **INTEGERS,
        "float": Type.FLOAT32,
        "double": Type.FLOAT64,
        "bool": Type.BOOLEAN,
        "string": Type.STRING,
        "bytes": Type.BYTES,
    }
)
"""The type of each scalar type's values."""


def kind_of(field: Any) -> Kind:
    """Return what the field's single values are."""
    if field.type == FieldDescriptor.TYPE_ENUM:
        return Kind.ENUM
    if field.message_type is None:
        return Kind.SCALAR
    name = field.message_type.full_name
    return _LOGICAL.get(name) or (Kind.WRAPPER if name in WRAPPERS else Kind.MESSAGE)


@attrs.frozen(eq=False)
class Shape:
    """What a message is made of.

    Attributes:
        oneofs: The oneofs in which at most one field is set.
        fields: The fields that are in none of them.
        optional: The names of those fields of proto3 that say `optional`.
    """

    oneofs: tuple[Any, ...]
    fields: tuple[Any, ...]
    optional: frozenset[str]

    def knows_presence(self, field: Any, *, proto2: bool) -> bool:
        """Return whether a scalar field says `optional`, and so knows whether it is there.

        Args:
            field: One of the fields.
            proto2: Whether the label counts in proto2.
        """
        if field.name in self.optional:
            return True
        return bool(
            proto2 and field.has_presence and not field.is_required and field.containing_oneof is None
        )


def shape_of(message: Any) -> Shape:
    """Return what a message is made of."""
    described = DescriptorProto()
    message.CopyToProto(described)
    optional = frozenset(field.name for field in described.field if field.proto3_optional)
    return Shape(
        tuple(oneof for oneof in message.oneofs if oneof.fields[0].name not in optional),
        tuple(field for field in message.fields if field.containing_oneof is None or field.name in optional),
        optional,
    )


def is_repeated(field: Any) -> bool:
    """Return whether there are several values; a map is so, too."""
    repeated: bool = field.is_repeated
    return repeated


def is_map(field: Any) -> bool:
    """Return whether a field is a map: also where its entries only look like those of one."""
    message = field.message_type
    if message is None or not field.is_repeated or not message.name.endswith("Entry"):
        return False
    names = [part.name for part in message.fields]
    return names == ["key", "value"] and not any(part.is_repeated for part in message.fields)
