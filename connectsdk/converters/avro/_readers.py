"""What becomes of a value that fastavro has read?

Mostly nothing: `reader_of` answers None for data that is ours as it is, and otherwise a function that changes only the
parts that need it, in place.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
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
from connectsdk.converters.avro._decimals import decimal_of
from connectsdk.converters.avro._settings import KEY, VALUE, MappingSettings
from connectsdk.converters.avro._types import AvroType
from connectsdk.errors import DataError
from connectsdk.schema import DECIMAL_NAME, Schema, Type, decimal_scale, logical

__all__ = ("Step", "leaf_step", "reader_of")

Step = Callable[[Any], Any]

_SMALL: Mapping[Type, tuple[int, int]] = MappingProxyType(
    {Type.INT8: (-(2**7), 2**7 - 1), Type.INT16: (-(2**15), 2**15 - 1)}
)


def reader_of(avro: AvroType, schema: Schema | None, settings: MappingSettings) -> Step | None:
    """Return what makes Connect data of a value; None when the value is Connect data.

    Raises:
        SchemaError: If type and schema do not go together.
    """
    return _Readers(settings).make(avro, schema)


@attrs.define(eq=False)
class _Readers:
    settings: MappingSettings
    _records: dict[tuple[int, Schema | None], "_Record"] = attrs.field(factory=dict, init=False)

    def make(self, avro: AvroType, schema: Schema | None) -> Step | None:  # noqa: PLR0911 - one per kind
        schema = resolved(schema)
        if schema is None:
            return read_anything if is_anything(avro) else None
        if avro.kind == "union":
            return self._union(avro, schema)
        if avro.kind == "record":
            return self._record(avro, schema)
        if avro.kind == "array":
            return self._entries(avro, schema) if schema.type is Type.MAP else self._array(avro, schema)
        if avro.kind == "map":
            step = None if avro.items is None else self.make(avro.items, schema.value_schema)
            return None if step is None else _map_step(step)
        return leaf_step(avro, schema)

    def _array(self, avro: AvroType, schema: Schema) -> Step | None:
        step = None if avro.items is None else self.make(avro.items, schema.value_schema)
        if step is None:
            return None
        return lambda value: [None if item is None else step(item) for item in value]

    def _entries(self, avro: AvroType, schema: Schema) -> Step | None:
        entry = avro.items
        key, value = (entry.field(KEY), entry.field(VALUE)) if entry else (None, None)
        if key is None or value is None:
            raise DataError("The entries of a map have no key and value")
        return _entries_step(
            self.make(key.type, schema.key_schema), self.make(value.type, schema.value_schema)
        )

    def _union(self, avro: AvroType, schema: Schema) -> Step | None:
        branch = only_branch(avro, schema)
        if branch is not None:
            return self.make(branch, schema)
        steps = [
            (member.name, self.make(member.avro, member.schema))
            for member in members_of(avro, schema, self.settings)
        ]
        return _in_place([(name, step) for name, step in steps if step is not None])

    def _record(self, avro: AvroType, schema: Schema) -> Step | None:
        key = (id(avro), schema)
        found = self._records.get(key)
        if found is not None:
            return found.step if found.made else found
        record = self._records[key] = _Record()
        steps = [
            (field.name, self.make(field.type, inner))
            for field, inner in zip(avro.fields, field_schemas(avro, schema, self.settings), strict=True)
        ]
        needed = [(name, step) for name, step in steps if step is not None]
        if any(step is not record for _, step in needed):  # otherwise it leads only to itself
            record.step = _in_place(needed)
        record.made = True
        return record.step


class _Record:
    """A record that is being made: what is inside of it may lead to it again."""

    def __init__(self) -> None:
        self.step: Step | None = None
        self.made = False

    def __call__(self, value: Any) -> Any:
        return value if self.step is None else self.step(value)


def _in_place(steps: list[tuple[str, Step]]) -> Step | None:
    if not steps:
        return None

    def change(value: dict[str, Any]) -> dict[str, Any]:
        for name, step in steps:
            found = value.get(name)
            if found is not None:
                value[name] = step(found)
        return value

    return change


def _map_step(step: Step) -> Step:
    return lambda value: {key: None if item is None else step(item) for key, item in value.items()}


def _entries_step(key_step: Step | None, value_step: Step | None) -> Step:
    def read(value: list[dict[str, Any]]) -> dict[Any, Any]:
        made = {}
        for entry in value:
            key, item = entry[KEY], entry[VALUE]
            if key_step is not None and key is not None:
                key = key_step(key)
            try:
                made[key] = item if value_step is None or item is None else value_step(item)
            except TypeError:
                raise DataError(
                    "A map has keys that are arrays, maps or structs, which Python's dict cannot have"
                ) from None
        return made

    return read


def leaf_step(avro: AvroType, schema: Schema) -> Step | None:
    """Return what makes Connect data of a value without parts; None when it is Connect data."""
    if schema.name == DECIMAL_NAME and schema.type is Type.BYTES:
        return decimal_of(decimal_scale(schema))
    found = logical(schema)
    if found is not None:
        return None if native_logical(avro, schema) else found.to_logical
    bounds = _SMALL.get(schema.type)
    return None if bounds is None else _bounded(schema.type.name, *bounds)


def _bounded(name: str, low: int, high: int) -> Step:
    def check(value: int) -> int:
        if low <= value <= high:
            return value
        raise DataError(f"An Avro int is out of the range of {name}")

    return check


def read_anything(value: Any) -> Any:
    """Return the data without a schema that a record of type Anything holds."""
    for kind, found in value.items():
        if found is None:
            continue
        if kind == "array":
            return [read_anything(item) for item in found]
        if kind == "map":
            try:
                return {read_anything(entry[KEY]): read_anything(entry[VALUE]) for entry in found}
            except TypeError:
                raise DataError("A map without a schema has keys that Python's dict cannot have") from None
        return found
    return None
