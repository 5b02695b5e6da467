"""Which values do the messages of a Protobuf schema hold?

A reader is compiled once per message; it takes a message of the library and returns plain data.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import attrs

from connectsdk.converters.protobuf._kinds import TYPE_NAMES, Kind, Shape, is_map, kind_of, shape_of
from connectsdk.converters.protobuf._logical import READERS
from connectsdk.converters.protobuf._names import WRAPPERS
from connectsdk.converters.protobuf._settings import MappingSettings
from connectsdk.converters.protobuf._to_connect import narrow_type, union_name
from connectsdk.errors import DataError
from connectsdk.schema import Type

__all__ = ("Reader", "reader_of")

Reader = Callable[[Any], Any]
"""Makes plain data of a message, or of one value in it."""

_UNSIGNED = ("uint64", "fixed64")
_HALF, _WHOLE = 2**63, 2**64
_ENDS: Mapping[Type | None, int] = MappingProxyType({Type.INT8: 2**7, Type.INT16: 2**15})


def reader_of(message: Any, settings: MappingSettings) -> Reader:
    """Return the reader for messages of this descriptor; its data fit the schema that `connect_schema_of` answers."""
    if settings.wrapper_for_raw_primitives and message.full_name in WRAPPERS:
        return _wrapped(message)
    return _Readers(settings).struct(message)


@attrs.define(eq=False)
class _Readers:
    settings: MappingSettings
    _structs: dict[str, Reader] = attrs.field(factory=dict, init=False)
    _open: dict[str, list[Reader]] = attrs.field(factory=dict, init=False)

    def struct(self, message: Any) -> Reader:
        name = message.full_name
        known = self._structs.get(name)
        if known is not None:
            return known
        if name in self._open:
            later = self._open[name]
            return lambda found: later[0](found)  # noqa: PLW0108 - it is there only later
        self._open[name] = later = []
        takers = self._takers(message)
        unions = self._unions(message)
        later.append(_struct(takers, unions))
        del self._open[name]
        self._structs[name] = later[0]
        return later[0]

    def _takers(self, message: Any) -> list[tuple[str, Reader]]:
        shape = shape_of(message)
        flat = (
            [field for oneof in shape.oneofs for field in oneof.fields]
            if self.settings.flatten_unions
            else []
        )
        takers = [(field.name, _if_present(field.name, self._value(field))) for field in flat]
        return takers + [(field.name, self._taker(field, shape)) for field in shape.fields]

    def _taker(self, field: Any, shape: Shape) -> Reader:
        name, read = field.name, self._value(field)
        if field.is_repeated:
            return lambda message: read(getattr(message, name))
        singular = field.message_type is None
        always = singular and not shape.knows_presence(field, proto2=self.settings.optional_for_proto2)
        nulls = self.settings.generate_struct_for_nulls and self._has_default(field)
        if not (always or nulls):
            return _if_present(name, read)
        if read is _same:
            return _plain(name)
        return lambda message: read(getattr(message, name))

    def _has_default(self, field: Any) -> bool:
        """Return whether a message that is not there can be made: not one inside of itself, and no day zero."""
        if field.message_type is None or kind_of(field) in (Kind.DATE, Kind.DECIMAL):
            return False
        return field.message_type.full_name not in self._open

    def _unions(self, message: Any) -> list[tuple[str, str, dict[str, Reader]]]:
        if self.settings.flatten_unions:
            return []
        return [
            (
                union_name(oneof, self.settings),
                oneof.name,
                {field.name: self._value(field) for field in oneof.fields},
            )
            for oneof in shape_of(message).oneofs
        ]

    # -- values ----------------------------------------------------------------------------------------------

    def _value(self, field: Any) -> Reader:
        """Return what reads what is in a field."""
        if is_map(field):
            return self._map(field.message_type)
        read = self._single(field)
        if not field.is_repeated:
            return read
        if read is _same:
            return list
        return lambda values: [read(value) for value in values]

    def _map(self, entry: Any) -> Reader:
        key, value = entry.fields
        read_key, read = self._single(key), self._single(value)
        if entry.GetOptions().map_entry:
            return lambda found: {read_key(each): read(found[each]) for each in found}
        return lambda found: {read_key(each.key): read(each.value) for each in found}

    def _single(self, field: Any) -> Reader:
        kind = kind_of(field)
        if kind is Kind.SCALAR:
            return _scalar(field)
        if kind is Kind.ENUM:
            return _same if self.settings.int_for_enums else _symbols(field.enum_type)
        if kind in READERS:
            return READERS[kind]
        if kind is Kind.WRAPPER and self.settings.wrapper_for_nullables:
            return _wrapped(field.message_type)
        return self.struct(field.message_type)


def _struct(takers: list[tuple[str, Reader]], unions: list[tuple[str, str, dict[str, Reader]]]) -> Reader:
    if not unions:
        return lambda message: {name: take(message) for name, take in takers}

    def read(message: Any) -> dict[str, Any]:
        value: dict[str, Any] = {}
        for name, oneof, members in unions:
            member = message.WhichOneof(oneof)
            value[name] = None if member is None else {member: members[member](getattr(message, member))}
        for name, take in takers:
            value[name] = take(message)
        return value

    return read


def _if_present(name: str, read: Reader) -> Reader:
    return lambda message: read(getattr(message, name)) if message.HasField(name) else None


def _plain(name: str) -> Reader:
    return lambda message: getattr(message, name)


def _same(value: Any) -> Any:
    return value


def _scalar(field: Any) -> Reader:
    if TYPE_NAMES[field.type] in _UNSIGNED:
        return _signed
    narrow = narrow_type(field)
    return _same if narrow is None else _within(field.name, narrow)


def _within(name: str, narrow: Type) -> Reader:
    end = _ENDS[narrow]

    def read(number: int) -> int:
        if not -end <= number < end:
            raise DataError(
                f"{number} in field {name} is beyond its type, which connect.type says is {narrow.value}"
            )
        return number

    return read


def _signed(value: int) -> int:
    return value if value < _HALF else value - _WHOLE


def _wrapped(message: Any) -> Reader:
    if message.full_name == "google.protobuf.UInt64Value":
        return lambda found: _signed(found.value)
    return lambda found: found.value


def _symbols(enum: Any) -> Reader:
    names = {value.number: value.name for value in reversed(enum.values)}  # the first of aliases counts
    unknown = f"UNKNOWN_ENUM_VALUE_{enum.name}_"
    return lambda number: names.get(number) or f"{unknown}{number}"
