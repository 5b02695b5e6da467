"""Which Protobuf numbers do fields have that join a schema?

A schema that was read from Protobuf says each field's number. Two records' schemas may say one number for different fields; in the
schema that has both, the field that was there first keeps it.
"""

from collections.abc import Iterator

import attrs

from connectsdk.schema import Field, Schema, Type

__all__ = ("FieldNumbers",)

TAG = "io.confluent.connect.protobuf.Tag"
UNIONS = ("io.confluent.connect.protobuf.Union", "org.apache.kafka.connect.data.Union")
_KEPT = range(19_000, 20_000)
"""Numbers that Protobuf keeps for itself."""


@attrs.define
class FieldNumbers:
    """The numbers of one struct's fields, the members of its unions included.

    Attributes:
        taken: Those of the fields that are in it.
        wanted: Those of the fields of the other schema.
        counted: Whether there is a field that says none: Protobuf then counts the fields, and one that joins must not say a number
            that moves them.
    """

    taken: set[str]
    wanted: set[str]
    counted: bool

    @classmethod
    def between(cls, known: Schema, found: Schema) -> "FieldNumbers":
        """Return the numbers of a schema that grows by what the other one has beside it."""
        said = [field.schema.parameters.get(TAG) for field in _single(known)]
        wanted = {field.schema.parameters.get(TAG, "") for field in _single(found)}
        return cls({number for number in said if number is not None}, wanted, None in said)

    def joined(self, schema: Schema) -> Schema:
        """Return the schema of a field that joins, with a number that no other field has."""
        if _is_union(schema):
            members = [attrs.evolve(field, schema=self.joined(field.schema)) for field in schema.fields]
            return attrs.evolve(schema, fields=members)
        number = schema.parameters.get(TAG)
        if number is None:
            self.counted = True
            return schema
        if self.counted:
            return _numbered(schema, None)
        if number in self.taken:
            number = self._free()
            schema = _numbered(schema, number)
        self.taken.add(number)
        return schema

    def _free(self) -> str:
        """Return a number beyond all others."""
        said = [int(text) for text in self.taken | self.wanted if text.isascii() and text.isdigit()]
        number = max(said, default=0) + 1
        return str(_KEPT.stop if number in _KEPT else number)


def _is_union(schema: Schema) -> bool:
    """Return whether a struct stands for one of its fields' values, which Protobuf numbers like the fields beside it."""
    if schema.type is not Type.STRUCT:
        return False
    return (schema.name or "").startswith(UNIONS[0]) or UNIONS[1] in schema.parameters


def _numbered(schema: Schema, number: str | None) -> Schema:
    others = {key: text for key, text in schema.parameters.items() if key != TAG}
    return attrs.evolve(schema, parameters=others if number is None else {**others, TAG: number})


def _single(schema: Schema) -> Iterator[Field]:
    for field in schema.fields:
        yield from field.schema.fields if _is_union(field.schema) else (field,)
