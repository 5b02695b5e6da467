"""Which data can be read without fastavro?

All but records that contain themselves, and arrays of things that take no space: these need a guard.
"""

from typing import Any

import attrs

from connectsdk.converters.avro._anything import is_anything
from connectsdk.converters.avro._binary_schema import (
    field_schemas,
    members_of,
    native_logical,
    only_branch,
    resolved,
)
from connectsdk.converters.avro._guards import takes_space
from connectsdk.converters.avro._quick_anything import anything_from
from connectsdk.converters.avro._quick_reading import (
    QuickRead,
    array_from,
    changed_by,
    choice_from,
    day_from,
    entries_from,
    fixed_from,
    map_from,
    moment_from,
    primitive_from,
    record_from,
    symbol_from,
    union_from,
)
from connectsdk.converters.avro._readers import leaf_step
from connectsdk.converters.avro._settings import KEY, VALUE, MappingSettings
from connectsdk.converters.avro._types import AvroType
from connectsdk.schema import DATE_NAME, Schema, Type

__all__ = ("quick_reader_of",)


def quick_reader_of(avro: AvroType, schema: Schema | None, settings: MappingSettings) -> QuickRead | None:
    """Return what reads Connect data of an Avro type quickly; None where there is no way but fastavro's."""
    return _QuickReaders(settings).make(avro, schema)


@attrs.define(eq=False)
class _QuickReaders:
    settings: MappingSettings
    _records: dict[tuple[int, Schema | None], QuickRead | None] = attrs.field(factory=dict, init=False)

    def make(self, avro: AvroType, schema: Schema | None) -> QuickRead | None:  # noqa: PLR0911 - one per kind
        schema = resolved(schema)
        if schema is None:
            return anything_from(avro) if is_anything(avro) else None
        if avro.kind == "union":
            return self._union(avro, schema)
        if avro.kind == "record":
            return self._record(avro, schema)
        if avro.items is None:
            return _leaf(avro, schema)
        if avro.kind == "map":
            item = self.make(avro.items, schema.value_schema)
            return None if item is None else map_from(item)
        if not takes_space(avro.items):
            return None
        return (
            self._entries(avro.items, schema) if schema.type is Type.MAP else self._array(avro.items, schema)
        )

    def _array(self, items: AvroType, schema: Schema) -> QuickRead | None:
        item = self.make(items, schema.value_schema)
        return None if item is None else array_from(item)

    def _entries(self, items: AvroType, schema: Schema) -> QuickRead | None:
        parts = {KEY: schema.key_schema, VALUE: schema.value_schema}
        entry = _all_of(
            [(field.name, self.make(field.type, parts.get(field.name))) for field in items.fields]
        )
        return None if entry is None else entries_from(entry, KEY, VALUE)

    def _union(self, avro: AvroType, schema: Schema) -> QuickRead | None:
        branch = only_branch(avro, schema)
        if branch is not None:
            quick = self.make(branch, schema)
            if quick is None or avro.nullable is None:
                return None
            place = avro.branches.index(branch)
            return union_from(quick, place, 1 - place)
        members: list[tuple[str, QuickRead] | None] = [None] * len(avro.branches)
        for member in members_of(avro, schema, self.settings):
            quick = self.make(member.avro, member.schema)
            if quick is None:
                return None
            members[member.index] = member.name, quick
        return choice_from(members)

    def _record(self, avro: AvroType, schema: Schema) -> QuickRead | None:
        key = (id(avro), schema)
        if key not in self._records:
            self._records[key] = (
                None  # what is inside and leads to it again cannot be read quickly, and neither can it
            )
            self._records[key] = _all_of(
                [
                    (field.name, self.make(field.type, inner))
                    for field, inner in zip(
                        avro.fields, field_schemas(avro, schema, self.settings), strict=True
                    )
                ]
            )
        return self._records[key]


def _all_of(fields: list[tuple[str, QuickRead | None]]) -> QuickRead | None:
    known = [(name, quick) for name, quick in fields if quick is not None]
    return record_from(known) if len(known) == len(fields) else None


def _leaf(avro: AvroType, schema: Schema) -> QuickRead | None:
    if native_logical(avro, schema) is not None:
        return day_from if schema.name == DATE_NAME else moment_from
    quick, step = _raw(avro), leaf_step(avro, schema)
    return quick if quick is None or step is None else changed_by(quick, step)


def _raw(avro: AvroType) -> Any:
    if avro.kind == "fixed":
        return fixed_from(avro.size)
    return symbol_from(avro.symbols) if avro.kind == "enum" else primitive_from(avro.kind)
