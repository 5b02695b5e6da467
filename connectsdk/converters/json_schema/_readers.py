"""What value does JSON data become under a schema?

A reader is compiled once per schema. Leaves are read as `JsonConverter` reads them; maps, unions and what is missing
differ.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from connectsdk.converters._json_readers import Reader, compile_reader
from connectsdk.converters.json_schema._names import DEEPEST, is_union, object_keys
from connectsdk.errors import DataError
from connectsdk.schema import DECIMAL_NAME, Schema, Type

__all__ = ("value_reader",)

_MISSING = object()
_KINDS: Mapping[Type, tuple[type, ...]] = MappingProxyType(
    {
        **dict.fromkeys((Type.INT8, Type.INT16, Type.INT32, Type.INT64), (int,)),
        **dict.fromkeys((Type.FLOAT32, Type.FLOAT64), (int, float, Decimal)),
        **dict.fromkeys((Type.STRING, Type.BYTES), (str,)),
        Type.BOOLEAN: (bool,),
        Type.ARRAY: (list,),
    }
)
"""By their type, what data is a value; only the properties tell structs apart."""


def value_reader(schema: Schema, depth: int = 0) -> Reader:
    """Return the reader for the values of a schema.

    Raises:
        DataError: If it is nested too deep.
    """
    if depth > DEEPEST:
        raise DataError(f"A schema is nested more than {DEEPEST} deep")
    if schema.type.is_primitive:
        return compile_reader(schema, defaults_for_null=True)
    if schema.type is Type.STRUCT:
        make = _union if is_union(schema) else _struct
    else:
        make = _array if schema.type is Type.ARRAY else _map
    return _nullable(schema, make(schema, depth + 1))


def _nullable(schema: Schema, required: Reader) -> Reader:
    if schema.default is not None:
        default = schema.default
        return lambda value: default if value is None else required(value)
    if schema.optional:
        return lambda value: None if value is None else required(value)
    name = schema.type.name

    def read(value: Any) -> Any:
        if value is None:
            raise DataError(f"Invalid null value for required {name} field")
        return required(value)

    return read


def _struct(schema: Schema, depth: int) -> Reader:
    steps = [
        (field.name, value_reader(field.schema, depth), _missing(field.schema)) for field in schema.fields
    ]

    def read(value: Any) -> Any:
        if type(value) is not dict:
            raise DataError(f"Structs should be encoded as JSON objects, but found {_node(value)}")
        get = value.get
        made = {}
        name = ""
        try:
            for name, read_field, missing in steps:
                found = get(name, _MISSING)
                made[name] = missing() if found is _MISSING else read_field(found)
        except DataError as error:
            raise DataError(f'{error} (field "{name}")') from None
        return made

    return read


def _missing(schema: Schema) -> Callable[[], Any]:
    """Return what a property becomes that is not there."""
    default, name = schema.default, schema.type.name
    if default is not None or schema.optional:
        return lambda: default

    def refuse() -> Any:
        raise DataError(
            f"A required {name} field is missing. Where the JSON Schema does not list it as required, "
            "use.optional.for.nonrequired=true makes it optional"
        )

    return refuse


def _union(schema: Schema, depth: int) -> Reader:
    members = [
        (field.name, field.schema, _simple(field.schema), value_reader(field.schema, depth))
        for field in schema.fields
    ]

    def read(value: Any) -> Any:
        best, most = None, 0
        for member in members:
            name, member_schema, holds, read_member = member
            if holds(value):
                return {name: read_member(value)}
            alike = _alike(member_schema, value)
            if alike > most:
                best, most = member, alike
        if best is None:
            raise DataError("Did not find matching oneof field for data")
        return {best[0]: best[3](value)}

    return read


def _simple(schema: Schema) -> Callable[[Any], bool]:
    """Return whether data is of a type, where the kind of data alone says so."""
    kinds = _KINDS.get(schema.type, ())
    if schema.name == DECIMAL_NAME:
        kinds = (str, *_KINDS[Type.FLOAT64])
    elif schema.type is Type.MAP:
        kinds = (dict,) if object_keys(schema) else (list,)
    return lambda value: type(value) in kinds


def _alike(schema: Schema, value: Any) -> int:
    """Return how many of an object's properties, at all depths, a struct has fields for."""
    if schema.type is not Type.STRUCT or type(value) is not dict:
        return 0
    shared = [field for field in schema.fields if field.name in value]
    return len(shared) + sum(_alike(field.schema, value[field.name]) for field in shared)


def _array(schema: Schema, depth: int) -> Reader:
    assert schema.value_schema is not None  # noqa: S101 - what comes from JSON Schema has one
    read_item = value_reader(schema.value_schema, depth)

    def read(value: Any) -> Any:
        if type(value) is not list:
            raise DataError(f"Invalid type for ARRAY, found {_node(value)}")
        return [read_item(item) for item in value]

    return read


def _map(schema: Schema, depth: int) -> Reader:
    assert schema.key_schema is not None  # noqa: S101 - the same
    assert schema.value_schema is not None  # noqa: S101 - the same
    read_key = value_reader(schema.key_schema, depth)
    read_item = value_reader(schema.value_schema, depth)

    def read_object(value: Any) -> Any:
        if type(value) is not dict:
            raise DataError(
                f"Maps with string fields should be encoded as JSON objects, but found {_node(value)}"
            )
        return {key: read_item(item) for key, item in value.items()}

    def read_entry(entry: Any) -> tuple[Any, Any]:
        if type(entry) is not dict:
            raise DataError(f"Found invalid map entry instead of object: {_node(entry)}")
        if entry.keys() != {"key", "value"}:
            raise DataError("Found invalid map entry, expected the properties key and value")
        key = read_key(entry["key"])
        try:
            hash(key)
        except TypeError:
            raise DataError(f"A map's key that is a {type(key).__name__} cannot be held in a dict") from None
        return key, read_item(entry["value"])

    def read_entries(value: Any) -> Any:
        if type(value) is not list:
            raise DataError(
                f"Maps with non-string fields should be encoded as JSON array of objects, but found {_node(value)}"
            )
        return dict(map(read_entry, value))

    return read_object if object_keys(schema) else read_entries


def _node(value: Any) -> str:
    """Return what the kind of a JSON value is called."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "BOOLEAN"
    kinds = ((str, "STRING"), (list, "ARRAY"), (dict, "OBJECT"))
    return next((name for kind, name in kinds if isinstance(value, kind)), "NUMBER")
