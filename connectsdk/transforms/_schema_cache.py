"""What did a transform make of this schema?"""

from collections.abc import Callable
from typing import Generic, TypeVar

from connectsdk.schema import Schema

__all__ = ("SchemaCache",)

T = TypeVar("T")

_SIZE = 16


class SchemaCache(Generic[T]):
    """Keeps what a function made of the last few schemas: by identity first, then by equality."""

    __slots__ = ("_by_id", "_by_schema", "_make")

    def __init__(self, make: Callable[[Schema], T]) -> None:
        self._make = make
        self._by_id: dict[int, tuple[Schema, T]] = {}
        self._by_schema: dict[Schema, T] = {}

    def get(self, schema: Schema) -> T:
        """Return what was, or is now, made of this schema."""
        found = self._by_id.get(id(schema))
        return found[1] if found is not None else self._look_up(schema)

    def _look_up(self, schema: Schema) -> T:
        if schema in self._by_schema:
            made = self._by_schema[schema]
        else:
            made = self._make(schema)
            if len(self._by_schema) >= _SIZE:
                self._by_schema.clear()
            self._by_schema[schema] = made
        if len(self._by_id) >= _SIZE:
            self._by_id.clear()
        # The entry keeps this very schema alive: its id is not given to another object.
        self._by_id[id(schema)] = (schema, made)
        return made
