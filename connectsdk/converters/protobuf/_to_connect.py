"""Which Connect schema do the messages of a Protobuf schema have?"""

from typing import Any

import attrs

from connectsdk.converters.protobuf._google import FieldDescriptor
from connectsdk.converters.protobuf._kinds import (
    SCALAR_TYPES,
    TYPE_NAMES,
    Kind,
    Shape,
    is_map,
    kind_of,
    shape_of,
)
from connectsdk.converters.protobuf._meta import params_of
from connectsdk.converters.protobuf._names import (
    CONNECT_ENUM,
    CONNECT_UNION,
    ENUM,
    TAG,
    TYPE,
    UNION,
    WRAPPER_MARK,
    WRAPPERS,
    map_name,
)
from connectsdk.converters.protobuf._settings import MappingSettings
from connectsdk.errors import SchemaError
from connectsdk.schema import (
    DATE_SCHEMA,
    TIME_SCHEMA,
    TIMESTAMP_SCHEMA,
    Field,
    Schema,
    SchemaReference,
    Type,
    decimal_schema,
)

__all__ = ("connect_schema_of", "narrow_type", "union_name")

_DEEPEST = 100
_MOST_FIELDS = 100_000
_PRECISION = "connect.decimal.precision"
_CALENDAR = {Kind.DATE: DATE_SCHEMA, Kind.TIME: TIME_SCHEMA, Kind.TIMESTAMP: TIMESTAMP_SCHEMA}
_NARROW = {"int8": Type.INT8, "int16": Type.INT16}
_UNMARKED = ("int32", "int64", "float", "double", "bool", "string", "bytes")


def connect_schema_of(message: Any, settings: MappingSettings) -> Schema:
    """Return the schema of a message's values.

    Raises:
        SchemaError: If there is none.
    """
    if settings.wrapper_for_raw_primitives and message.full_name in WRAPPERS:
        return Schema(WRAPPERS[message.full_name])
    return _Mapping(settings).struct(message)


def union_name(oneof: Any, settings: MappingSettings) -> str:
    """Return the name of the field that stands for a oneof."""
    return f"{oneof.name}_{oneof.index}" if settings.generate_index_for_unions else str(oneof.name)


@attrs.define(eq=False)
class _Mapping:
    settings: MappingSettings
    _structs: dict[str, Schema] = attrs.field(factory=dict, init=False)
    _open: dict[str, list[SchemaReference]] = attrs.field(factory=dict, init=False)
    _sizes: dict[str, int] = attrs.field(factory=dict, init=False)
    _size: int = attrs.field(default=0, init=False)

    def struct(self, message: Any) -> Schema:
        """Return a message's schema; where it is inside of itself, what refers to it."""
        full_name = message.full_name
        name = full_name if self.settings.enhanced_protobuf_schema_support else message.name
        if full_name in self._open:
            reference = SchemaReference(Type.STRUCT, name=name)
            self._open[full_name].append(reference)
            return reference
        known = self._structs.get(full_name)
        if known is not None:
            self._grow(self._sizes[full_name])
            return known
        if len(self._open) >= _DEEPEST:
            raise SchemaError(f"A Protobuf schema's messages refer to each other more than {_DEEPEST} deep")
        self._open[full_name] = []
        before = self._size
        made = Schema(Type.STRUCT, name=name, fields=self._fields(message))
        for reference in self._open.pop(full_name):
            reference.refer_to(made)
        self._structs[full_name], self._sizes[full_name] = made, self._size - before
        return made

    def _grow(self, fields: int) -> None:
        """Count fields, each as often as it comes: schemas are shown, and walked through, in full."""
        self._size += fields
        if self._size > _MOST_FIELDS:
            raise SchemaError(f"A Protobuf schema has more than {_MOST_FIELDS} fields")

    def _fields(self, message: Any) -> list[Field]:
        shape = shape_of(message)
        named: list[tuple[str, Schema]] = []
        for oneof in shape.oneofs:
            members = [(field.name, self._field(field, shape, member=True)) for field in oneof.fields]
            if self.settings.flatten_unions:
                named += members
            else:
                named.append((union_name(oneof, self.settings), self._union(oneof, members)))
        named += [(field.name, self._field(field, shape, member=False)) for field in shape.fields]
        return _numbered(named)

    def _union(self, oneof: Any, members: list[tuple[str, Schema]]) -> Schema:
        if self.settings.generalized_sum_type_support:
            name, parameters = oneof.name, {CONNECT_UNION: oneof.name}
        else:
            full = self.settings.enhanced_protobuf_schema_support
            name, parameters = f"{UNION}.{oneof.full_name if full else oneof.name}", {}
        return Schema(Type.STRUCT, optional=True, name=name, parameters=parameters, fields=_numbered(members))

    def _field(self, field: Any, shape: Shape, *, member: bool) -> Schema:
        self._grow(1)
        mapped = is_map(field)
        single = self._map(field.message_type) if mapped else self._single(field)
        if field.is_repeated and not mapped:
            single = Schema(Type.ARRAY, optional=True, value_schema=single.as_optional())
        parameters = {**single.parameters, TAG: str(field.number)}
        if member and self.settings.wrapper_for_nullables and kind_of(field) is Kind.WRAPPER:
            parameters = {**single.parameters, WRAPPER_MARK: "true", TAG: str(field.number)}
        optional = single.optional or member or self._nullable(field, shape)
        return attrs.evolve(single, optional=optional, parameters=parameters)

    def _nullable(self, field: Any, shape: Shape) -> bool:
        if kind_of(field) is not Kind.SCALAR:
            return True
        if self.settings.optional_for_nullables:
            return shape.knows_presence(field, proto2=True)
        if self.settings.wrapper_for_nullables:
            return shape.knows_presence(field, proto2=self.settings.optional_for_proto2)
        return True

    def _map(self, entry: Any) -> Schema:
        shape = shape_of(entry)
        key, value = (self._field(field, shape, member=False) for field in entry.fields)
        name = entry.full_name if self.settings.enhanced_protobuf_schema_support else entry.name
        return Schema(Type.MAP, optional=True, name=map_name(name), key_schema=key, value_schema=value)

    def _single(self, field: Any) -> Schema:
        kind = kind_of(field)
        if kind is Kind.SCALAR:
            return _scalar(field)
        if kind is Kind.ENUM:
            return self._enum(field.enum_type)
        if kind is Kind.DECIMAL or kind in _CALENDAR:
            return _decimal(field) if kind is Kind.DECIMAL else _CALENDAR[kind]
        if kind is Kind.WRAPPER and self.settings.wrapper_for_nullables:
            return Schema(WRAPPERS[field.message_type.full_name])
        return self.struct(field.message_type)

    def _enum(self, enum: Any) -> Schema:
        mark = CONNECT_ENUM if self.settings.generalized_sum_type_support else ENUM
        numbers = {f"{mark}.{value.name}": str(value.number) for value in enum.values}
        return Schema(
            Type.INT32 if self.settings.int_for_enums else Type.STRING,
            optional=True,
            name=enum.full_name if self.settings.enhanced_protobuf_schema_support else enum.name,
            parameters={mark: enum.name, **numbers},
        )


def _scalar(field: Any) -> Schema:
    name = TYPE_NAMES.get(field.type)
    if name is None or field.type == FieldDescriptor.TYPE_GROUP:
        raise SchemaError("A Protobuf schema has a group, which is not supported: use a message")
    narrow = narrow_type(field)
    if narrow is not None:
        return Schema(narrow)
    return Schema(SCALAR_TYPES[name], parameters={} if name in _UNMARKED else {TYPE: name})


def narrow_type(field: Any) -> Type | None:
    """Return which type narrower than Protobuf's own the numbers of a scalar field have; None when it is not narrower."""
    if SCALAR_TYPES[TYPE_NAMES[field.type]] is not Type.INT32:
        return None
    return _NARROW.get(params_of(field).get("connect.type", ""))


def _decimal(field: Any) -> Schema:
    said = params_of(field)
    made = decimal_schema(_number(said.get("scale")) or 0)
    precision = _number(said.get("precision"))
    if precision is None:
        return made
    return attrs.evolve(made, parameters={**made.parameters, _PRECISION: str(precision)})


def _number(text: str | None) -> int | None:
    try:
        number = int(text or "")
    except ValueError:
        return None
    return number if -(2**31) <= number < 2**31 else None


def _numbered(named: list[tuple[str, Schema]]) -> list[Field]:
    return [Field(name, index, schema) for index, (name, schema) in enumerate(named)]
