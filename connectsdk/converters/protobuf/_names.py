"""By which names does Confluent's converter know things, and which names are legal?"""

import re
from urllib.parse import quote_plus

from connectsdk.errors import SchemaError
from connectsdk.schema import Schema, Type

__all__ = (
    "CONNECT_ENUM",
    "CONNECT_UNION",
    "DECIMAL",
    "ENUM",
    "TAG",
    "TYPE",
    "UNION",
    "WRAPPERS",
    "WRAPPER_MARK",
    "camel_entry_name",
    "checked_name",
    "enum_symbols",
    "is_union",
    "map_name",
    "protoc_entry_name",
    "scrubbed",
)

_NAMESPACE = "io.confluent.connect.protobuf"
ENUM = f"{_NAMESPACE}.Enum"
UNION = f"{_NAMESPACE}.Union"
TAG = f"{_NAMESPACE}.Tag"
TYPE = f"{_NAMESPACE}.Type"
WRAPPER_MARK = f"{_NAMESPACE}.Wrapper"
CONNECT_ENUM = "org.apache.kafka.connect.data.Enum"
CONNECT_UNION = "org.apache.kafka.connect.data.Union"

DECIMAL = "confluent.type.Decimal"
WRAPPERS = {
    "google.protobuf.DoubleValue": Type.FLOAT64,
    "google.protobuf.FloatValue": Type.FLOAT32,
    "google.protobuf.Int64Value": Type.INT64,
    "google.protobuf.UInt64Value": Type.INT64,
    "google.protobuf.Int32Value": Type.INT32,
    "google.protobuf.UInt32Value": Type.INT64,
    "google.protobuf.BoolValue": Type.BOOLEAN,
    "google.protobuf.StringValue": Type.STRING,
    "google.protobuf.BytesValue": Type.BYTES,
}
"""The messages that stand for one value, and the type of it."""

_LEGAL = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_UNTOUCHED = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
_ENTRY = "Entry"


def is_union(schema: Schema) -> bool:
    """Return whether a struct stands for one of its fields' values."""
    if schema.type is not Type.STRUCT:
        return False
    return (schema.name or "").startswith(UNION) or CONNECT_UNION in schema.parameters


def enum_symbols(schema: Schema, *, generalized: bool) -> tuple[str, dict[str, int]] | None:
    """Return the name of an enum and its symbols' numbers; None for a schema of no enum.

    Raises:
        SchemaError: If a symbol has no number.
    """
    if schema.type not in (Type.STRING, Type.INT32):
        return None
    marks = (CONNECT_ENUM, ENUM) if generalized else (ENUM, CONNECT_ENUM)
    mark = next((mark for mark in marks if mark in schema.parameters), None)
    if mark is None:
        return None
    numbers: dict[str, int] = {}
    for key, text in schema.parameters.items():
        if key.startswith(f"{mark}."):
            if re.fullmatch(r"-?[0-9]{1,10}", text, re.ASCII) is None:
                raise SchemaError(f"The parameter {key} of an enum must be a number")
            numbers[key[len(mark) + 1 :]] = int(text)
    return schema.parameters[mark], numbers


def checked_name(name: str, what: str) -> str:
    """Return the name.

    Raises:
        SchemaError: If Protobuf does not allow it.
    """
    if _LEGAL.fullmatch(name) is None:
        raise SchemaError(
            f"Protobuf does not allow {name!r} as the name of {what}: rename it, or set scrub.invalid.names=true"
        )
    return name


def scrubbed(name: str) -> str:
    """Return a name with everything replaced that Protobuf does not allow."""
    if not name or _UNTOUCHED.fullmatch(name) is not None:
        return name
    encoded = quote_plus(name, safe="*", errors="replace").replace("~", "%7E")
    if encoded[0].isdigit() or encoded[0] == "_":
        encoded = f"x{encoded}"
    return re.sub(r"[^A-Za-z0-9_]", "_", encoded)


def protoc_entry_name(field: str) -> str:
    """Return what `protoc` calls the message of a map field's entries."""
    return "".join(part[:1].upper() + part[1:] for part in field.split("_")) + _ENTRY


def camel_entry_name(name: str) -> str:
    """Return what Confluent's converter calls the message of the entries of a map with this name."""
    if "_" in name:
        name = "".join(part[:1].upper() + part[1:].lower() for part in name.split("_"))
    return name + _ENTRY


def map_name(entry: str) -> str:
    """Return the name of a map whose entries' message has this name."""
    before, dot, last = entry.rpartition(".")
    stem = last.removesuffix(_ENTRY)
    if stem == last:
        return entry
    return before + dot + re.sub(r"(?<!^)(?=[A-Z])", "_", stem).lower()
