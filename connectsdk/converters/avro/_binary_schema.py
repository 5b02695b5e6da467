"""Which schema does fastavro get, so that its values are almost ours?

The bytes are those of the Avro schema, but: properties, defaults and most logical types are left out, types have names
of our own, and each branch of a union that a struct stands for is a record with one field, which is written as the
branch alone is. So fastavro reads such a union as a dict with the field that the struct has, and is told which branch to write.
"""

from typing import Any

import attrs

from connectsdk.converters.avro._connect_kinds import is_union, member_name
from connectsdk.converters.avro._names import scrubbed
from connectsdk.converters.avro._settings import KEY, VALUE, MappingSettings
from connectsdk.converters.avro._to_connect import connect_schema_of
from connectsdk.converters.avro._types import NAMED, AvroType
from connectsdk.errors import SchemaError
from connectsdk.schema import DATE_NAME, TIMESTAMP_NAME, Schema, SchemaReference, Type

__all__ = ("BinarySchemas", "Member", "field_schemas", "members_of", "only_branch", "resolved")

_NATIVE = {("int", DATE_NAME): "date", ("long", TIMESTAMP_NAME): "timestamp-millis"}


@attrs.frozen(eq=False)
class Member:
    """One branch of a union, and the field of the struct that stands for it."""

    index: int
    avro: AvroType
    name: str
    schema: Schema | None


def resolved(schema: Schema | None) -> Schema | None:
    """Return the schema with its fields, and without the leave to be None."""
    if isinstance(schema, SchemaReference):
        schema = schema.target
    return None if schema is None else schema.as_required()


def native_logical(avro: AvroType, schema: Schema | None) -> str | None:
    """Return the logical type that fastavro reads and writes as we do."""
    return None if schema is None else _NATIVE.get((avro.kind, schema.name or ""))


def only_branch(avro: AvroType, schema: Schema | None) -> AvroType | None:
    """Return the one branch besides null that a schema which is no union stands for; None for another type."""
    if avro.kind != "union" or (schema is not None and is_union(schema)):
        return None
    return avro.branches[0] if len(avro.branches) == 1 else avro.nullable


def members_of(avro: AvroType, schema: Schema | None, settings: MappingSettings) -> tuple[Member, ...]:
    """Return the branches of a union besides null, with the fields of the struct.

    Raises:
        SchemaError: If the struct has no field for a branch.
    """
    branches = [(index, branch) for index, branch in enumerate(avro.branches) if branch.kind != "null"]
    if schema is None or not is_union(schema):
        raise SchemaError(f"The union of {avro.branches} has no struct that stands for it")
    fields = {member_name(field.schema, index, settings): field for index, field in _numbered(avro, schema)}
    members = []
    for place, (index, branch) in enumerate(branches):
        field = fields.get(_branch_name(branch, index, settings))
        if field is None and len(fields) == len(branches):
            field = schema.fields[place]
        if field is None:
            found = connect_schema_of(branch, settings)
            members.append(Member(index, branch, f"_{index}", found))
        else:
            members.append(Member(index, branch, field.name, field.schema))
    return tuple(members)


def _numbered(avro: AvroType, schema: Schema) -> Any:
    indexes = [index for index, branch in enumerate(avro.branches) if branch.kind != "null"]
    return zip(indexes, schema.fields, strict=False)


def _branch_name(avro: AvroType, index: int, settings: MappingSettings) -> str:
    if settings.generalized_sum_type_support:
        return f"connect_union_field_{index}"
    if avro.kind in NAMED:
        return avro.full_name if settings.enhanced_avro_schema_support else avro.short_name
    return avro.kind


def field_schemas(avro: AvroType, schema: Schema | None, settings: MappingSettings) -> list[Schema | None]:
    """Return the schemas of the struct's fields for a record's, in its order; made of the Avro type if the struct lacks one."""
    if schema is None:
        return [None] * len(avro.fields)
    scrub = settings.scrub_invalid_names
    known = {scrubbed(field.name) if scrub else field.name: field.schema for field in schema.fields}
    return [known.get(field.name) or connect_schema_of(field.type, settings) for field in avro.fields]


@attrs.define(eq=False)
class BinarySchemas:
    """Makes the schemas; one object makes one schema."""

    settings: MappingSettings
    _names: dict[tuple[int, Schema | None], str] = attrs.field(factory=dict, init=False)
    _keep: list[AvroType] = attrs.field(factory=list, init=False)

    def make(self, avro: AvroType, schema: Schema | None) -> Any:
        """Return the schema for a type and the Connect schema of its values, None where there is none.

        Raises:
            SchemaError: If they do not go together.
        """
        schema = resolved(schema)
        if avro.kind == "union":
            return self._union(avro, schema)
        if avro.kind in NAMED:
            return self._named(avro, schema)
        if avro.kind == "map":
            return {"type": "map", "values": self.make(_items(avro), schema and schema.value_schema)}
        if avro.kind == "array":
            return {"type": "array", "items": self._array_items(_items(avro), schema)}
        logical_type = native_logical(avro, schema)
        return avro.kind if logical_type is None else {"type": avro.kind, "logicalType": logical_type}

    def branch(self, avro: AvroType, schema: Schema | None, index: int) -> str:
        """Return the name of the record around a union's branch."""
        return f"{self._name(avro, schema)}_{index}"

    def _name(self, avro: AvroType, schema: Schema | None) -> str:
        self._keep.append(avro)  # its id stays its own
        return self._names.setdefault((id(avro), schema), f"n{len(self._names)}")

    def _union(self, avro: AvroType, schema: Schema | None) -> Any:
        if only_branch(avro, schema) is not None:
            return [
                "null" if branch.kind == "null" else self.make(branch, schema) for branch in avro.branches
            ]
        made: list[Any] = ["null"] * len(avro.branches)
        known = (id(avro), schema) in self._names
        for member in members_of(avro, schema, self.settings):
            name = self.branch(avro, schema, member.index)
            field = None if known else {"name": member.name, "type": self.make(member.avro, member.schema)}
            made[member.index] = name if known else {"type": "record", "name": name, "fields": [field]}
        return made

    def _named(self, avro: AvroType, schema: Schema | None) -> Any:
        known = (id(avro), schema) in self._names
        name = self._name(avro, schema)
        if known:
            return name
        if avro.kind == "enum":
            return {"type": "enum", "name": name, "symbols": list(avro.symbols)}
        if avro.kind == "fixed":
            return {"type": "fixed", "name": name, "size": avro.size}
        fields = [
            {"name": field.name, "type": self.make(field.type, inner)}
            for field, inner in zip(avro.fields, field_schemas(avro, schema, self.settings), strict=True)
        ]
        return {"type": "record", "name": name, "fields": fields}

    def _array_items(self, items: AvroType, schema: Schema | None) -> Any:
        if schema is None or schema.type is Type.ARRAY:
            return self.make(items, schema and schema.value_schema)
        key, value = items.field(KEY), items.field(VALUE)
        if schema.type is not Type.MAP or key is None or value is None:
            raise SchemaError(f"{schema} cannot be written as an Avro array")
        known = (id(items), schema) in self._names
        name = self._name(items, schema)
        parts = {KEY: schema.key_schema, VALUE: schema.value_schema}
        fields = (
            []
            if known
            else [{"name": f.name, "type": self.make(f.type, parts[f.name])} for f in items.fields]
        )
        return name if known else {"type": "record", "name": name, "fields": fields}


def _items(avro: AvroType) -> AvroType:
    if avro.items is None:
        raise SchemaError(f"An Avro {avro.kind} does not say what it holds")
    return avro.items
