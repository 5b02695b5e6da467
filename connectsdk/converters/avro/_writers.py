"""How is Connect data made ready for fastavro?"""

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from connectsdk.converters.avro._anything import is_anything
from connectsdk.converters.avro._binary_schema import BinarySchemas, members_of, only_branch, resolved
from connectsdk.converters.avro._defaults import default_from_json
from connectsdk.converters.avro._leaves import leaf_plan
from connectsdk.converters.avro._names import scrubbed
from connectsdk.converters.avro._plans import (
    FieldPlan,
    Plan,
    array_plan,
    branch_plan,
    choice_plan,
    entries_plan,
    field_plan,
    map_plan,
    optional_plan,
    struct_plan,
)
from connectsdk.converters.avro._quick import Add, UnusualError
from connectsdk.converters.avro._quick_anything import anything_to
from connectsdk.converters.avro._schemaless import anything_of
from connectsdk.converters.avro._settings import KEY, VALUE, MappingSettings
from connectsdk.converters.avro._to_connect import connect_schema_of
from connectsdk.converters.avro._types import AvroField, AvroType
from connectsdk.errors import DataError, SchemaError
from connectsdk.schema import Schema, Type

__all__ = ("MAX_DEPTH", "plan_of")

Step = Callable[[Any], Any]

MAX_DEPTH = 100
"""How often a record may contain itself, one in the other, in one value."""


def plan_of(avro: AvroType, schema: Schema | None, settings: MappingSettings, names: BinarySchemas) -> Plan:
    """Return how values of a Connect schema are written as an Avro type.

    Args:
        avro: The type.
        schema: The schema of the values; None for data without one.
        settings: The switches of the mapping.
        names: What made fastavro's schema.

    Raises:
        SchemaError: If they cannot be.
    """
    return _Plans(settings, names).make(avro, schema)


@attrs.define(eq=False)
class _Plans:
    settings: MappingSettings
    names: BinarySchemas
    _records: dict[tuple[int, Schema | None], "_Record"] = attrs.field(factory=dict, init=False)

    def make(self, avro: AvroType, schema: Schema | None) -> Plan:
        if schema is None:
            if not is_anything(avro):
                raise SchemaError(
                    f"Data without a schema cannot be written as the Avro type {avro.full_name}"
                )
            return Plan(anything_of, anything_to(avro))
        required = resolved(schema) or schema
        if avro.kind == "union":
            plan = self._union(avro, required, optional=schema.optional)
        else:
            plan = self._required(avro, required)
        return optional_plan(plan) if schema.optional else plan

    def _required(self, avro: AvroType, schema: Schema) -> Plan:
        if avro.kind == "record":
            return self._record(avro, schema)
        if avro.kind == "array" and avro.items is not None:
            return self._array(avro.items, schema)
        if avro.kind == "map" and avro.items is not None:
            if schema.type is not Type.MAP or schema.value_schema is None:
                raise SchemaError(f"{schema} cannot be written as an Avro map")
            return map_plan(self.make(avro.items, schema.value_schema))
        return leaf_plan(avro, schema)

    def _array(self, items: AvroType, schema: Schema) -> Plan:
        if schema.type is Type.ARRAY:
            return array_plan(self.make(items, schema.value_schema))
        key, value = items.field(KEY), items.field(VALUE)
        if schema.type is not Type.MAP or key is None or value is None:
            raise SchemaError(f"{schema} cannot be written as an Avro array")
        return entries_plan(
            self.make(key.type, schema.key_schema), self.make(value.type, schema.value_schema)
        )

    def _union(self, avro: AvroType, schema: Schema, *, optional: bool) -> Plan:
        null = next((index for index, one in enumerate(avro.branches) if one.kind == "null"), None)
        branch = only_branch(avro, schema)
        if branch is not None:
            plan = self._required(branch, schema)
            return branch_plan(plan, avro.branches.index(branch), null if optional else None)
        members = [
            (member.name, member.index, self.make(member.avro, member.schema))
            for member in members_of(avro, schema, self.settings)
        ]
        make = _choice(
            [(name, self.names.branch(avro, schema, index), plan.make) for name, index, plan in members],
            nullable=null is not None,
        )
        return choice_plan(make, members, null, optional=optional)

    def _record(self, avro: AvroType, schema: Schema) -> Plan:
        if schema.type is not Type.STRUCT:
            raise SchemaError(f"{schema} cannot be written as the Avro record {avro.full_name}")
        key = (id(avro), schema)
        known = self._records.get(key)
        if known is not None:
            return known.plan or Plan(known, known.write)
        record = self._records[key] = _Record(avro.full_name)
        record.plan = self._struct(avro, schema)
        return record.plan

    def _struct(self, avro: AvroType, schema: Schema) -> Plan:
        settings, fields, extra = self.settings, [], {}
        sources = {
            scrubbed(field.name) if settings.scrub_invalid_names else field.name: field
            for field in schema.fields
        }
        for target in avro.fields:
            source = sources.pop(target.name, None)
            if source is None:
                extra[target.name] = self._default(avro, target)
                continue
            plan = self.make(target.type, source.schema)
            plan = field_plan(source.schema, plan, ignore_default=settings.ignore_default_for_nullables)
            fields.append(FieldPlan(source.name, target.name, plan))
        if sources:
            missing = ", ".join(field.name for field in sources.values())
            raise SchemaError(f"The Avro record {avro.full_name} has no field for {missing} of {schema}")
        return struct_plan(fields, extra)

    def _default(self, avro: AvroType, field: AvroField) -> Any:
        if not field.has_default:
            raise SchemaError(
                f"The Avro record {avro.full_name} needs a field {field.name}, which has no default and is not in the record's schema"
            )
        schema = connect_schema_of(field.type, self.settings)
        value = default_from_json(schema, field.type, field.default)
        return self.make(field.type, schema).make(value)


class _Record:
    """A record that is being planned: what is inside of it leads to it again, up to a depth."""

    def __init__(self, name: str) -> None:
        self.plan: Plan | None = None
        self._name = name
        self._depth = 0

    def __call__(self, value: Any) -> Any:
        if self.plan is None or self._depth >= MAX_DEPTH:
            raise DataError(f"{self._name} contains itself more than {MAX_DEPTH} times, one in the other")
        self._depth += 1
        try:
            return self.plan.make(value)
        finally:
            self._depth -= 1

    def write(self, value: Any, add: Add) -> None:
        """Write a value in the quick way."""
        quick = None if self.plan is None else self.plan.quick
        if quick is None or self._depth >= MAX_DEPTH:
            raise UnusualError
        self._depth += 1
        try:
            quick(value, add)
        finally:
            self._depth -= 1


def _choice(steps: Sequence[tuple[str, str, Step]], *, nullable: bool) -> Step:
    names = frozenset(name for name, _, _ in steps)

    def make(value: Any) -> tuple[str, dict[str, Any]] | None:
        if not isinstance(value, dict):
            raise DataError(f"Invalid type for STRUCT: {type(value).__name__}")
        if not value.keys() <= names:
            raise DataError("A union's struct has a key that is none of its fields")
        for name, branch, step in steps:
            found = value.get(name)
            if found is not None:
                return branch, {name: step(found)}
        if nullable:
            return None
        raise DataError("A union's struct has no value in any of its fields")

    return make
