"""What does a transform make of keys or values of one shape?"""

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from connectsdk.errors import DataError
from connectsdk.schema import Schema
from connectsdk.transform import Columns
from connectsdk.transforms._schema_cache import SchemaCache

__all__ = ("Change", "Changes", "keys_changed", "values_changed")

Change = tuple[Schema | None, Callable[[Any], Any]]
"""The new schema, and the function that makes new values of old ones."""


class Changes:
    """Finds the change for a schema, and makes it: the one of the record before is at hand.

    Args:
        plan: Makes the change for a schema.
        without_schema: Changes values that have none.
    """

    __slots__ = ("_change", "_find", "_last", "_schema", "_without_schema")

    def __init__(self, plan: Callable[[Schema], Change], without_schema: Callable[[Any], Any]) -> None:
        self._find = SchemaCache(plan).get
        self._without_schema = without_schema
        self._last: Schema | None = None
        self._schema: Schema | None = None
        self._change = without_schema

    def one(self, schema: Schema | None, value: Any) -> tuple[Schema | None, Any]:
        """Return the new schema and value.

        Raises:
            DataError: If the schema or the value cannot be changed.
        """
        if schema is not self._last:
            self._turn_to(schema)
        return self._schema, self._change(value)

    def all(self, schema: Schema | None, values: Sequence[Any]) -> tuple[Schema | None, list[Any]]:
        """Return the new schema and the values of a batch.

        Raises:
            DataError: If the schema or one of the values cannot be changed.
        """
        if schema is not self._last:
            self._turn_to(schema)
        change = self._change
        return self._schema, [change(value) for value in values]

    def _turn_to(self, schema: Schema | None) -> None:
        found = (None, self._without_schema) if schema is None else self._find(schema)
        self._schema, self._change = found
        self._last = schema


def keys_changed(changes: Changes, columns: Columns) -> Columns:
    """Return a batch with its keys changed.

    Raises:
        DataError: If a key is None, which is better looked at alone, or cannot be changed.
    """
    if None in columns.keys:
        raise DataError("a key is None")
    schema, keys = changes.all(columns.key_schema, columns.keys)
    return attrs.evolve(columns, key_schema=schema, keys=keys)


def values_changed(changes: Changes, columns: Columns) -> Columns:
    """Return a batch with its values changed.

    Raises:
        DataError: If a value is None, which is better looked at alone, or cannot be changed.
    """
    if None in columns.values:
        raise DataError("a value is None")
    schema, values = changes.all(columns.value_schema, columns.values)
    return attrs.evolve(columns, value_schema=schema, values=values)
