"""How is data without a schema written?

As a record that has one field for each kind of value, of which at most one is set.
"""

from connectsdk.converters.avro._settings import ANYTHING, KEY, MAP_ENTRY, NAMESPACE, VALUE
from connectsdk.converters.avro._types import AvroField, AvroType

__all__ = ("anything_type", "is_anything")

_LEAVES = ("boolean", "bytes", "double", "float", "int", "long", "string")


def anything_type() -> AvroType:
    """Return the type of data without a schema."""
    made = AvroType("record", ANYTHING)
    entry = AvroType("record", f"{NAMESPACE}.{MAP_ENTRY}")
    entry.fields = [AvroField(KEY, made), AvroField(VALUE, made)]
    made.fields = [_optional(kind, AvroType(kind)) for kind in _LEAVES]
    made.fields.append(_optional("array", AvroType("array", items=made)))
    made.fields.append(_optional("map", AvroType("array", items=entry)))
    return made


def _optional(name: str, avro: AvroType) -> AvroField:
    union = AvroType("union", branches=(AvroType("null"), avro))
    return AvroField(name, union, has_default=True)


def is_anything(avro: AvroType) -> bool:
    """Return whether a type is that of data without a schema."""
    return avro.name == ANYTHING and len(avro.fields) == len(_LEAVES) + 2
