"""How do parts of one process share schemas without a server?

`mock://NAME` in a configuration is text, and it has to mean the same schemas to every converter of the process that
reads it, as it does with Confluent's clients. Nothing but the process itself can hold what they share: hence one
table of registries by name, here and nowhere else. `MemoryRegistry.drop` takes a name out of it again.
"""

import threading
from typing import ClassVar, Self

from connectsdk.registry._book import SchemaBook
from connectsdk.registry._port import RegisteredSchema, SchemaDefinition

__all__ = ("MemoryRegistry",)


class MemoryRegistry:
    """A `SchemaRegistry` in memory; threads may share it."""

    _by_name: ClassVar[dict[str, "MemoryRegistry"]] = {}
    _naming: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self) -> None:
        self._book = SchemaBook()
        self._writing = threading.Lock()

    @classmethod
    def named(cls, name: str) -> "MemoryRegistry":
        """Return the process's registry of this name: what `mock://NAME` means."""
        with cls._naming:
            return cls._by_name.setdefault(name, cls())

    @classmethod
    def drop(cls, name: str) -> None:
        """Forget the registry of this name; whoever has it keeps it."""
        with cls._naming:
            cls._by_name.pop(name, None)

    async def by_id(self, schema_id: int) -> RegisteredSchema:
        """Return the schema with this id; as `SchemaRegistry.by_id`."""
        with self._writing:
            return self._book.by_id(schema_id)

    async def register(
        self, subject: str, definition: SchemaDefinition, *, normalize: bool = False
    ) -> RegisteredSchema:
        """Register a schema; as `SchemaRegistry.register`."""
        with self._writing:
            return self._book.register(subject, definition, normalize=normalize)

    async def find(
        self, subject: str, definition: SchemaDefinition, *, normalize: bool = False
    ) -> RegisteredSchema:
        """Return the version with this definition; as `SchemaRegistry.find`."""
        with self._writing:
            return self._book.find(subject, definition, normalize=normalize)

    async def version(self, subject: str, version: int | None = None) -> RegisteredSchema:
        """Return one version of a subject, or its latest; as `SchemaRegistry.version`."""
        with self._writing:
            return self._book.version(subject, version)

    async def aclose(self) -> None:
        """Do nothing: others may use it."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
