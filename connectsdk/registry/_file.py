"""How do programs share schemas through a file?

The file is JSON text and is replaced as a whole, so that a reader sees it as it was before a change or after it. Who
changes it holds a lock on a file beside it: several processes may use it at once.
"""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import anyio
import attrs

from connectsdk.errors import ConfigError, DataError, TransportError
from connectsdk.registry._book import SchemaBook
from connectsdk.registry._port import RegisteredSchema, SchemaDefinition

__all__ = ("FileRegistry",)

T = TypeVar("T")
_NAME = "schemas.json"
_AGAIN = 0.01


@attrs.define(eq=False)
class FileRegistry:
    """A `SchemaRegistry` in a file.

    Attributes:
        path: The file; in a directory it is `schemas.json`.
    """

    path: Path

    def __attrs_post_init__(self) -> None:
        if self.path.is_dir():
            self.path /= _NAME

    async def by_id(self, schema_id: int) -> RegisteredSchema:
        """Return the schema with this id; as `SchemaRegistry.by_id`."""
        return await self._read(lambda book: book.by_id(schema_id))

    async def register(
        self, subject: str, definition: SchemaDefinition, *, normalize: bool = False
    ) -> RegisteredSchema:
        """Register a schema; as `SchemaRegistry.register`."""

        def change() -> RegisteredSchema | None:
            return self._changed(lambda book: book.register(subject, definition, normalize=normalize))

        while True:
            found = await anyio.to_thread.run_sync(change)
            if found is not None:
                return found
            await anyio.sleep(_AGAIN)  # somebody else changes it: a moment, and whoever waits has a deadline

    async def find(
        self, subject: str, definition: SchemaDefinition, *, normalize: bool = False
    ) -> RegisteredSchema:
        """Return the version with this definition; as `SchemaRegistry.find`."""
        return await self._read(lambda book: book.find(subject, definition, normalize=normalize))

    async def version(self, subject: str, version: int | None = None) -> RegisteredSchema:
        """Return one version of a subject, or its latest; as `SchemaRegistry.version`."""
        return await self._read(lambda book: book.version(subject, version))

    async def aclose(self) -> None:
        """Do nothing: nothing stays open."""

    async def _read(self, ask: Callable[[SchemaBook], T]) -> T:
        return await anyio.to_thread.run_sync(lambda: ask(self._book()))

    def _book(self) -> SchemaBook:
        try:
            text = self.path.read_text("utf-8")
        except FileNotFoundError:
            return SchemaBook()
        except (OSError, UnicodeDecodeError) as error:
            raise _unusable(self.path, error) from error
        try:
            return SchemaBook.from_text(text)
        except DataError as error:
            raise ConfigError(f"The schema registry's file {self.path} cannot be used: {error}") from None

    def _changed(self, change: Callable[[SchemaBook], T]) -> T | None:
        """Change the file; return None when somebody else does."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            lock = os.open(f"{self.path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _unusable(self.path, error) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            book = self._book()
            before = book.to_text()
            answer = change(book)
            if book.to_text() != before:
                self._replace(book.to_text())
        except BlockingIOError:
            return None
        except OSError as error:
            raise _unusable(self.path, error) from error
        finally:
            os.close(lock)
        return answer

    def _replace(self, text: str) -> None:
        # always the same one, since who writes it holds the lock: a program that is killed leaves it for the next to write over
        fresh = self.path.with_name(f".{self.path.name}.new")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self.path)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise
        directory = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)


def _unusable(path: Path, error: Exception) -> TransportError:
    reason = getattr(error, "strerror", None) or error
    return TransportError(f"Cannot use the schema registry's file {path}: {reason}")
