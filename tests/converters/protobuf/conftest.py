"""What do the tests of the Protobuf converter share?"""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from connectsdk.config import parse
from connectsdk.converter import resolve
from connectsdk.converters.protobuf import ProtobufConverter, ProtobufConverterConfig
from connectsdk.registry import MemoryRegistry, SchemaDefinition, SchemaReference
from connectsdk.schema import Schema


class Protobuf:
    """A converter with a registry of its own in memory, and the topic `t`."""

    def __init__(self, **properties: Any) -> None:
        self.name = uuid4().hex
        self.registry = MemoryRegistry.named(self.name)
        self.properties = {"schema.registry.url": f"mock://{self.name}"} | _keys(properties)
        self.converter = self.another()

    def another(self, **properties: Any) -> ProtobufConverter:
        """Return another converter of the same registry."""
        converter = ProtobufConverter()
        converter.configure(parse(ProtobufConverterConfig, self.properties | _keys(properties)))
        return converter

    def write(self, schema: Schema | None, value: Any) -> bytes:
        """Return the message with its header."""
        return asyncio.run(resolve(self.converter.from_connect_data, "t", (), schema, value))

    def body(self, schema: Schema | None, value: Any) -> bytes:
        """Return what comes after the schema's id."""
        return self.write(schema, value)[5:]

    def read(self, data: bytes | None) -> tuple[Schema | None, Any]:
        return asyncio.run(resolve(self.converter.to_connect_data, "t", (), data))

    def text(self, subject: str = "t-value") -> str:
        """Return the latest registered schema."""
        return asyncio.run(self.registry.version(subject)).definition.text

    def register(self, text: str, subject: str = "t-value", references: Any = ()) -> int:
        found = tuple(SchemaReference(*reference) for reference in references)
        definition = SchemaDefinition(text, "PROTOBUF", found)
        return asyncio.run(self.registry.register(subject, definition, normalize=False)).id

    def message(self, text: str, body: bytes, indexes: bytes = b"\0", references: Any = ()) -> bytes:
        """Return a message of these bytes, written with this schema."""
        return b"\0" + self.register(text, references=references).to_bytes(4, "big") + indexes + body

    def schema_of(self, text: str, indexes: bytes = b"\0") -> Schema:
        """Return the Connect schema of a message."""
        schema, _ = self.read(self.message(text, b"", indexes))
        assert schema is not None
        return schema


def _keys(properties: dict[str, Any]) -> dict[str, str]:
    return {key.replace("_", "."): str(value) for key, value in properties.items()}


@pytest.fixture
def protobuf() -> Iterator[Callable[..., Protobuf]]:
    """Return what makes a converter with these properties, dots written as underscores."""
    made: list[Protobuf] = []

    def make(**properties: Any) -> Protobuf:
        made.append(Protobuf(**properties))
        return made[-1]

    yield make
    for one in made:
        MemoryRegistry.drop(one.name)
