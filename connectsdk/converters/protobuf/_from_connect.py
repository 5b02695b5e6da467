"""Which Protobuf schema do the values of a Connect schema have?"""

from collections import Counter
from collections.abc import Iterator

import attrs

from connectsdk.converters.protobuf._drafts import DraftEnum, DraftField, DraftFile, DraftMessage
from connectsdk.converters.protobuf._kinds import INTEGERS, SCALAR_TYPES
from connectsdk.converters.protobuf._names import (
    CONNECT_UNION,
    TAG,
    TYPE,
    UNION,
    WRAPPER_MARK,
    camel_entry_name,
    checked_name,
    enum_symbols,
    is_union,
    scrubbed,
)
from connectsdk.converters.protobuf._settings import MappingSettings
from connectsdk.errors import SchemaError
from connectsdk.schema import (
    DATE_NAME,
    DECIMAL_NAME,
    SCALE,
    TIME_NAME,
    TIMESTAMP_NAME,
    Field,
    Schema,
    SchemaReference,
    Type,
)

__all__ = ("ROOT_WRAPPERS", "draft_of", "field_name")

_DEEPEST = 30
_LARGEST_NUMBER = 2**29 - 1
_KEPT_NUMBERS = range(19_000, 20_000)
_DEFAULT_NAME = "ConnectDefault"
_WRAPPER_FILE = "google/protobuf/wrappers.proto"

ROOT_WRAPPERS = {
    **dict.fromkeys((Type.INT8, Type.INT16, Type.INT32), "google.protobuf.Int32Value"),
    Type.INT64: "google.protobuf.Int64Value",
    Type.FLOAT32: "google.protobuf.FloatValue",
    Type.FLOAT64: "google.protobuf.DoubleValue",
    Type.BOOLEAN: "google.protobuf.BoolValue",
    Type.STRING: "google.protobuf.StringValue",
    Type.BYTES: "google.protobuf.BytesValue",
}
"""The messages that values are written as that are not in a struct."""

_LOGICAL = {
    DECIMAL_NAME: ("confluent.type.Decimal", "confluent/type/decimal.proto"),
    DATE_NAME: ("google.type.Date", "google/type/date.proto"),
    TIME_NAME: ("google.type.TimeOfDay", "google/type/timeofday.proto"),
    TIMESTAMP_NAME: ("google.protobuf.Timestamp", "google/protobuf/timestamp.proto"),
}
_WORDS = frozenset(
    (
        *SCALAR_TYPES,
        *("enum", "extend", "extensions", "group", "map", "message", "oneof", "option"),
        *("optional", "repeated", "required", "reserved", "stream"),
    )
)
_SCALARS = {
    Type.INT8: "int32",
    Type.INT16: "int32",
    Type.INT32: "int32",
    Type.INT64: "int64",
    Type.FLOAT32: "float",
    Type.FLOAT64: "double",
    Type.BOOLEAN: "bool",
    Type.STRING: "string",
    Type.BYTES: "bytes",
}
_UNSIGNED_WRAPPERS = {
    **dict.fromkeys(("uint32", "fixed32"), "google.protobuf.UInt32Value"),
    **dict.fromkeys(("uint64", "fixed64"), "google.protobuf.UInt64Value"),
}


def draft_of(schema: Schema, settings: MappingSettings) -> DraftFile:
    """Return the file whose one message has a struct's values.

    Raises:
        SchemaError: If Protobuf cannot express it.
    """
    return _Mapping(settings).file(schema)


def field_name(name: str, settings: MappingSettings) -> str:
    """Return what a struct's field is called in Protobuf."""
    return scrubbed(name) if settings.scrub_invalid_names else name


@attrs.frozen(eq=False)
class _Open:
    schema: Schema
    message: DraftMessage
    full_name: str
    names: frozenset[str]


@attrs.define(eq=False)
class _Mapping:
    settings: MappingSettings
    _imports: set[str] = attrs.field(factory=set, init=False)
    _unnamed: int = attrs.field(default=0, init=False)
    _open: list[_Open] = attrs.field(factory=list, init=False)
    _known: dict[tuple[int, str], Schema] = attrs.field(factory=dict, init=False)

    def file(self, schema: Schema) -> DraftFile:
        parts = [self._scrubbed(part) for part in self._name(schema).split(".")]
        for part in parts:
            checked_name(part, "a schema")
        package = ".".join(parts[:-1])
        message = self._message(parts[-1], schema, package)
        return DraftFile(package, tuple(sorted(self._imports)), message)

    # -- messages --------------------------------------------------------------------------------------------

    def _message(self, name: str, schema: Schema, outside: str) -> DraftMessage:
        if len(self._open) >= _DEEPEST:
            raise SchemaError(f"A schema's structs are nested more than {_DEEPEST} deep")
        message = DraftMessage(checked_name(name, "a struct's schema"))
        names = frozenset(self._scrubbed(field.name) for field in _single_fields(schema))
        self._open.append(_Open(schema, message, f"{outside}.{name}" if outside else name, names))
        taken = _numbers_of(schema)
        for field in schema.fields:
            self._add_field(message, self._scrubbed(field.name), field.schema, taken)
        self._open.pop()
        _check_names(message)
        return message

    def _add_field(self, message: DraftMessage, name: str, schema: Schema, taken: "_Numbers") -> None:
        if is_union(schema):
            self._add_union(message, schema, taken)
            return
        draft = self._field(message, name, schema, taken.of(schema), member=False)
        if self.settings.optional_for_nullables and schema.optional and draft.label is None:
            draft = attrs.evolve(draft, label="optional")
        message.fields.append(draft)

    def _add_union(self, message: DraftMessage, schema: Schema, taken: "_Numbers") -> None:
        name = schema.parameters.get(CONNECT_UNION)
        if name is None or not self.settings.generalized_sum_type_support:
            own = (schema.name or "").removeprefix(f"{UNION}.").rpartition(".")[2]
            name = self._scrubbed(own) if (schema.name or "").startswith(f"{UNION}.") else name
        if name is None:
            raise SchemaError("A union's schema does not say what the union is called")
        members = [
            self._field(
                message, self._scrubbed(field.name), field.schema, taken.of(field.schema), member=True
            )
            for field in schema.fields
        ]
        if any(member.label for member in members):
            raise SchemaError("A union cannot have arrays and maps in Protobuf")
        message.oneofs[checked_name(name, "a union")] = members

    def _map_entry(self, name: str, schema: Schema, outside: str) -> DraftMessage:
        if schema.key_schema is None or schema.value_schema is None:
            raise SchemaError("Protobuf needs to know the schemas of a map's keys and values")
        entry = DraftMessage(checked_name(name, "a map's entries"))
        self._open.append(_Open(schema, entry, f"{outside}.{name}", frozenset(("key", "value"))))
        for number, (part, of) in enumerate((("key", schema.key_schema), ("value", schema.value_schema)), 1):
            if is_union(of):
                raise SchemaError("A map cannot have unions in Protobuf")
            entry.fields.append(self._field(entry, part, of, number, member=False))
        self._open.pop()
        return entry

    # -- fields ----------------------------------------------------------------------------------------------

    def _field(
        self, message: DraftMessage, name: str, schema: Schema, number: int, *, member: bool
    ) -> DraftField:
        label = None
        if schema.type in (Type.ARRAY, Type.MAP):
            label = "repeated"
        if schema.type is Type.ARRAY:
            schema = _items_of(schema)
        kind, said = self._type(message, name, schema, member=member)
        return DraftField(checked_name(name, "a field"), number, kind, label, said)

    def _type(
        self, message: DraftMessage, name: str, schema: Schema, *, member: bool
    ) -> tuple[str, tuple[tuple[str, str], ...]]:
        """Return the type of a field, as it is written, and what its meta data say."""
        logical = _LOGICAL.get(schema.name or "")
        if logical is not None:
            self._imports.add(logical[1])
            return logical[0], self._said(_precision(schema))
        if schema.type is Type.STRUCT:
            return self._struct(message, schema), ()
        if schema.type is Type.MAP:
            entry = camel_entry_name(self._simple_name(schema))
            self._define(message, entry, schema)
            return self._written(entry), ()
        enum = enum_symbols(schema, generalized=self.settings.generalized_sum_type_support)
        if enum is not None:
            return self._enum(message, *enum), ()
        narrow = schema.type in (Type.INT8, Type.INT16)
        said = self._said((("connect.type", schema.type.value),) if narrow else ())
        return self._scalar(schema, member=member), said

    def _said(self, said: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        if said:
            self._imports.add("confluent/meta.proto")
        return said

    def _scalar(self, schema: Schema, *, member: bool) -> str:
        name = schema.parameters.get(TYPE, _SCALARS[schema.type])
        if schema.type not in (Type.INT32, Type.INT64):
            name = _SCALARS[schema.type]
        elif INTEGERS.get(name) is not schema.type:
            raise SchemaError(f"{TYPE} cannot be {name!r} for {schema.type.name}")
        wrapped = self.settings.wrapper_for_nullables and schema.optional
        if not wrapped or (member and schema.parameters.get(WRAPPER_MARK) != "true"):
            return name
        self._imports.add(_WRAPPER_FILE)
        return _UNSIGNED_WRAPPERS.get(name, ROOT_WRAPPERS[schema.type])

    def _struct(self, message: DraftMessage, schema: Schema) -> str:
        if is_union(schema):
            raise SchemaError("An array cannot have unions in Protobuf")
        if isinstance(schema, SchemaReference):
            for opened in reversed(self._open):
                if opened.schema.type is Type.STRUCT and opened.schema.fields is schema.target.fields:
                    return opened.message.name if opened.message is message else f".{opened.full_name}"
            schema = schema.target
        name = self._simple_name(schema)
        if name in self._open[-1].names:
            name += "Message"
        self._define(message, name, schema)
        return self._written(name)

    def _written(self, name: str) -> str:
        """Return how a field calls what is defined beside it: in full where the name means something else."""
        return f".{self._open[-1].full_name}.{name}" if name in _WORDS else name

    def _define(self, message: DraftMessage, name: str, schema: Schema) -> None:
        """Define a message in another one, unless it is there already."""
        known = self._known.get((id(message), name))
        if known is not None:
            if (known.type, known.fields, known.key_schema, known.value_schema) != (
                schema.type,
                schema.fields,
                schema.key_schema,
                schema.value_schema,
            ):
                raise SchemaError(
                    f"Two different schemas in one struct are called {name}: rename one of them"
                )
            return
        self._known[id(message), name] = schema
        outside = self._open[-1].full_name
        make = self._map_entry if schema.type is Type.MAP else self._message
        message.messages.append(make(name, schema, outside))

    def _enum(self, message: DraftMessage, name: str, numbers: dict[str, int]) -> str:
        made = DraftEnum(
            checked_name(name.rpartition(".")[2], "an enum"),
            tuple(sorted(numbers.items(), key=lambda symbol: symbol[1] != 0)),
        )
        for symbol in numbers:
            checked_name(symbol, "an enum's symbol")
        if 0 not in numbers.values():
            raise SchemaError(f"The enum {name} has no symbol with the number 0, which Protobuf needs")
        known = next((enum for enum in message.enums if enum.name == made.name), None)
        if known is None:
            message.enums.append(made)
        elif known != made:
            raise SchemaError(f"Two different enums in one struct are called {name}: rename one of them")
        return self._written(made.name)

    # -- names -----------------------------------------------------------------------------------------------

    def _name(self, schema: Schema) -> str:
        if schema.name:
            return schema.name
        self._unnamed += 1
        return f"{_DEFAULT_NAME}{self._unnamed}"

    def _simple_name(self, schema: Schema) -> str:
        return self._scrubbed(self._name(schema).rpartition(".")[2])

    def _scrubbed(self, name: str) -> str:
        return field_name(name, self.settings)


class _Numbers:
    """Which numbers do fields get? The one that a schema says, or the next that no other says."""

    def __init__(self, said: set[int]) -> None:
        self._said = said
        self._next = 1

    def of(self, schema: Schema) -> int:
        said = _tag_of(schema)
        if said is not None:
            return said
        while self._next in self._said or self._next in _KEPT_NUMBERS:
            self._next += 1
        self._next += 1
        return self._next - 1


def _numbers_of(schema: Schema) -> _Numbers:
    said = (_tag_of(field.schema) for field in _single_fields(schema))
    return _Numbers({tag for tag in said if tag is not None})


def _single_fields(schema: Schema) -> Iterator[Field]:
    """Return a struct's fields, and in place of its unions their members."""
    for field in schema.fields:
        yield from field.schema.fields if is_union(field.schema) else (field,)


def _check_names(message: DraftMessage) -> None:
    names = [field.name for fields in (message.fields, *message.oneofs.values()) for field in fields]
    names += (*message.oneofs, *(nested.name for nested in message.messages))
    for enum in message.enums:
        names += (enum.name, *(symbol for symbol, _ in enum.symbols))
    for name, times in Counter(names).items():
        if times > 1:
            raise SchemaError(
                f"Two things in the struct {message.name} would be called {name}: rename one of them"
            )


def _tag_of(schema: Schema) -> int | None:
    text = schema.parameters.get(TAG)
    if text is None:
        return None
    tag = int(text) if text.isascii() and text.isdigit() and len(text) < len("1234567890") + 1 else 0
    if not 0 < tag <= _LARGEST_NUMBER:
        raise SchemaError(f"{TAG} must be a number from 1 to {_LARGEST_NUMBER}")
    return tag


def _items_of(schema: Schema) -> Schema:
    items = schema.value_schema
    if items is None:
        raise SchemaError("Protobuf needs to know the schema of an array's elements")
    if items.type in (Type.ARRAY, Type.MAP):
        raise SchemaError("An array cannot have arrays or maps in Protobuf: put a struct between them")
    return items


def _precision(schema: Schema) -> tuple[tuple[str, str], ...]:
    if schema.name != DECIMAL_NAME:
        return ()
    said = (
        ("precision", schema.parameters.get("connect.decimal.precision")),
        ("scale", schema.parameters.get(SCALE)),
    )
    return tuple((key, text) for key, text in said if text is not None)
