"""Which schema holds the values of an earlier schema, and those of a later one?"""

from collections.abc import Iterator

import attrs

from connectsdk.schema import Field, Schema, SchemaReference, Type
from connectsdk.transforms._contracts import wider_type
from connectsdk.transforms._field_numbers import FieldNumbers

__all__ = ("grown",)


def grown(known: Schema, found: Schema) -> Schema:
    """Return the earlier schema with what the later one has beside it.

    What one of them does not require is optional, fields that only one has too; of two numbers the wider one counts. Names, docs,
    versions and defaults are the earlier one's, parameters are those of both. It is for schemas whose fields have the same types
    otherwise. Fields that Protobuf numbers have different numbers.
    """
    if known == found or isinstance(known, SchemaReference) or isinstance(found, SchemaReference):
        return known
    fields = list(_fields(known, found)) if known.type is Type.STRUCT else None
    return attrs.evolve(
        known,
        type=wider_type(known.type, found.type),
        optional=known.optional or found.optional,
        parameters={**found.parameters, **known.parameters},
        fields=fields,
        key_schema=_part(known.key_schema, found.key_schema),
        value_schema=_part(known.value_schema, found.value_schema),
    )


def _part(known: Schema | None, found: Schema | None) -> Schema | None:
    return known if known is None or found is None else grown(known, found)


def _fields(known: Schema, found: Schema) -> Iterator[Field]:
    for field in known.fields:
        other = found.field(field.name)
        yield Field(
            field.name,
            field.index,
            _or_missing(field.schema) if other is None else grown(field.schema, other.schema),
        )
    place, numbers = len(known.fields), FieldNumbers.between(known, found)
    for field in found.fields:
        if known.field(field.name) is None:
            yield Field(field.name, place, numbers.joined(_or_missing(field.schema)))
            place += 1


def _or_missing(schema: Schema) -> Schema:
    """Return the schema of a field that some records do not have."""
    return schema if schema.optional or schema.default is not None else schema.as_optional()
