"""How do values come into the messages of a Protobuf schema?

A writer is compiled once per schema and message. Values are checked against their schema before: a writer trusts them.
The message may be another one than the schema's own, by `use.latest.version`: fields find theirs by name.
"""

from collections.abc import Callable
from typing import Any

import attrs

from connectsdk.converters.protobuf._from_connect import field_name
from connectsdk.converters.protobuf._kinds import SCALAR_TYPES, TYPE_NAMES, Kind, is_map, kind_of
from connectsdk.converters.protobuf._logical import FILLERS, KINDS
from connectsdk.converters.protobuf._names import enum_symbols, is_union
from connectsdk.converters.protobuf._settings import MappingSettings
from connectsdk.errors import DataError, SchemaError
from connectsdk.schema import Schema, SchemaReference, Type

__all__ = ("Fill", "filler_of")

Fill = Callable[[Any, Any], None]
"""Puts a value, the second, into a message, the first."""

_Put = Callable[[Any, Any], None]
_UNSIGNED = ("uint64", "fixed64")
_UNSIGNED_32 = ("uint32", "fixed32")
_WIDER = {
    Type.INT8: (Type.INT32, Type.INT64),
    Type.INT16: (Type.INT32, Type.INT64),
    Type.INT32: (Type.INT32, Type.INT64),
    Type.INT64: (Type.INT64,),
    Type.FLOAT32: (Type.FLOAT32, Type.FLOAT64),
}


def filler_of(schema: Schema, message: Any, settings: MappingSettings) -> Fill:
    """Return what puts the schema's values into messages of this descriptor.

    Raises:
        SchemaError: If they cannot be.
    """
    if schema.type is Type.STRUCT:
        return _Fillers(settings).struct(schema, message)
    convert = _scalar(schema, message.fields_by_name["value"])

    def fill(wrapper: Any, value: Any) -> None:
        wrapper.value = convert(value)

    return fill


@attrs.define(eq=False)
class _Fillers:
    settings: MappingSettings
    _structs: dict[tuple[int, str], tuple[Schema, list[Fill]]] = attrs.field(factory=dict, init=False)

    def struct(self, schema: Schema, message: Any) -> Fill:
        if isinstance(schema, SchemaReference):
            schema = schema.target
        # By the fields, which copies of a schema share; the entry keeps them alive, so that the id stays theirs.
        key = (id(schema.fields), message.full_name)
        known = self._structs.get(key)
        if known is not None:
            made = known[1]
            return lambda found, value: made[0](found, value)  # noqa: PLW0108 - it may be there only later
        made = []
        self._structs[key] = (schema, made)
        made.append(self._struct(schema, message))
        return made[0]

    def _struct(self, schema: Schema, message: Any) -> Fill:
        puts = []
        for field in schema.fields:
            if is_union(field.schema):
                put = self._union(field.schema, message)
            else:
                put = self._field(field.name, field.schema, message)
            ignored = self.settings.ignore_default_for_nullables and field.schema.optional
            puts.append((field.name, put, None if ignored else field.schema.default))

        def fill(found: Any, value: Any) -> None:
            for name, put, default in puts:
                item = value.get(name)
                if item is None:
                    item = default
                if item is not None:
                    put(found, item)

        return fill

    def _union(self, schema: Schema, message: Any) -> _Put:
        puts = {field.name: self._field(field.name, field.schema, message) for field in schema.fields}

        def put(found: Any, value: Any) -> None:
            members = [(name, item) for name, item in value.items() if item is not None]
            if len(members) != 1:
                raise DataError(
                    f"A union must have a value in one of its fields; this one has {len(members)}"
                )
            puts[members[0][0]](found, members[0][1])

        return put

    def _field(self, connect_name: str, schema: Schema, message: Any) -> _Put:
        name = field_name(connect_name, self.settings)
        field = message.fields_by_name.get(name)
        if field is None:
            return _nowhere(name, message.full_name)
        try:
            return self._put(name, schema, field)
        except SchemaError as error:
            raise SchemaError(f"{error} (field {name} of {message.full_name})") from None

    def _put(self, name: str, schema: Schema, field: Any) -> _Put:
        if (schema.type in (Type.ARRAY, Type.MAP)) is not bool(field.is_repeated):
            raise _unfit(schema, field)
        if schema.type is Type.ARRAY:
            return self._items(name, schema, field)
        if schema.type is Type.MAP:
            return self._map(name, schema, field)
        if field.message_type is None:
            convert = _scalar(schema, field)

            def put_scalar(found: Any, value: Any) -> None:
                setattr(found, name, convert(value))

            return put_scalar
        fill = self._message(schema, field)

        def put_message(found: Any, value: Any) -> None:
            inner = getattr(found, name)
            inner.SetInParent()
            fill(inner, value)

        return put_message

    def _items(self, name: str, schema: Schema, field: Any) -> _Put:
        items = schema.value_schema
        if items is None or is_map(field):
            raise _unfit(schema, field)
        if field.message_type is None:
            convert = _scalar(items, field)

            def put_scalars(found: Any, value: Any) -> None:
                getattr(found, name).extend([convert(_there(item)) for item in value])

            return put_scalars
        fill = self._message(items, field)

        def put_messages(found: Any, value: Any) -> None:
            inner = getattr(found, name)
            for item in value:
                fill(inner.add(), _there(item))

        return put_messages

    def _map(self, name: str, schema: Schema, field: Any) -> _Put:
        entry = field.message_type
        if entry is None or [part.name for part in entry.fields] != ["key", "value"]:
            raise _unfit(schema, field)
        if schema.key_schema is None or schema.value_schema is None:
            raise _unfit(schema, field)
        if entry.GetOptions().map_entry:
            return self._real_map(name, schema.key_schema, schema.value_schema, entry)
        put_key = self._field("key", schema.key_schema, entry)
        put_value = self._field("value", schema.value_schema, entry)

        def put_entries(found: Any, value: Any) -> None:
            inner = getattr(found, name)
            for key, item in value.items():
                made = inner.add()
                if key is not None:
                    put_key(made, key)
                if item is not None:
                    put_value(made, item)

        return put_entries

    def _real_map(self, name: str, keys: Schema, values: Schema, entry: Any) -> _Put:
        convert_key, field = _scalar(keys, entry.fields_by_name["key"]), entry.fields_by_name["value"]
        if field.message_type is None:
            convert = _scalar(values, field)

            def put_scalars(found: Any, value: Any) -> None:
                inner = getattr(found, name)
                for key, item in value.items():
                    inner[convert_key(_there(key))] = convert(_there(item))

            return put_scalars
        fill = self._message(values, field)

        def put_messages(found: Any, value: Any) -> None:
            inner = getattr(found, name)
            for key, item in value.items():
                fill(inner[convert_key(_there(key))], _there(item))

        return put_messages

    def _message(self, schema: Schema, field: Any) -> Fill:
        """Return what fills the message in a field."""
        kind, wanted = kind_of(field), KINDS.get(schema.name or "")
        if wanted is not None and kind is wanted:
            return FILLERS[kind]
        if wanted is None and kind is Kind.WRAPPER and schema.type.is_primitive:
            return filler_of(schema, field.message_type, self.settings)
        if wanted is None and schema.type is Type.STRUCT:
            return self.struct(schema, field.message_type)
        raise _unfit(schema, field)


def _scalar(schema: Schema, field: Any) -> Callable[[Any], Any]:
    """Return what makes a scalar field's value, or an enum's number, of a value."""
    if kind_of(field) is Kind.ENUM:
        return _enum(schema, field)
    name = TYPE_NAMES.get(field.type, "")
    expected = SCALAR_TYPES.get(name)
    if schema.name in KINDS or expected not in _WIDER.get(schema.type, (schema.type,)):
        raise _unfit(schema, field)
    if name in _UNSIGNED:
        return lambda value: value & 0xFFFF_FFFF_FFFF_FFFF
    if name in _UNSIGNED_32:
        return _unsigned_32
    return bytes if name == "bytes" else _same


def _enum(schema: Schema, field: Any) -> Callable[[Any], int]:
    symbols = {value.name: value.number for value in field.enum_type.values}
    if schema.type is Type.INT32:
        return _member_of(frozenset(symbols.values()), field.enum_type.name)
    if schema.type is not Type.STRING or enum_symbols(schema, generalized=False) is None:
        raise _unfit(schema, field)
    name = field.enum_type.name

    def convert(value: str) -> int:
        number: int | None = symbols.get(value)
        if number is None:
            raise DataError(f"A text is no symbol of the enum {name}")
        return number

    return convert


def _member_of(numbers: frozenset[int], name: str) -> Callable[[int], int]:
    def convert(value: int) -> int:
        if value not in numbers:
            raise DataError(f"{value} is no number of the enum {name}")
        return value

    return convert


def _unsigned_32(value: int) -> int:
    if not 0 <= value < 2**32:
        raise DataError("A number does not fit into 32 bits without a sign")
    return value


def _same(value: Any) -> Any:
    return value


def _there(item: Any) -> Any:
    if item is None:
        raise DataError("Protobuf has no None in arrays and maps")
    return item


def _nowhere(name: str, message: str) -> _Put:
    def put(_: Any, __: Any) -> None:
        raise DataError(f"The schema to write with has no field {name} in {message}, and the value has one")

    return put


def _unfit(schema: Schema, field: Any) -> SchemaError:
    kind = TYPE_NAMES.get(field.type) or (field.message_type or field.enum_type).full_name
    repeated = "repeated " if field.is_repeated else ""
    return SchemaError(f"{schema} cannot be written as Protobuf's {repeated}{kind}")
