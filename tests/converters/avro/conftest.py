"""What do the tests of the Avro converter share?"""

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from connectsdk.config import parse
from connectsdk.converter import resolve
from connectsdk.converters.avro import AvroConverter, AvroConverterConfig
from connectsdk.registry import MemoryRegistry, SchemaDefinition
from connectsdk.schema import Schema


class Avro:
    """A converter with a registry of its own in memory, and the topic `t`."""

    def __init__(self, **properties: Any) -> None:
        name = uuid4().hex
        keys = {key.replace("_", "."): str(value) for key, value in properties.items()}
        self.registry = MemoryRegistry.named(name)
        self.properties = {"schema.registry.url": f"mock://{name}"} | keys
        self.converter = self.another()
        self.name = name

    def another(self, **properties: Any) -> AvroConverter:
        """Return another converter of the same registry."""
        converter = AvroConverter()
        keys = {key.replace("_", "."): str(value) for key, value in properties.items()}
        converter.configure(parse(AvroConverterConfig, self.properties | keys))
        return converter

    def write(self, schema: Schema | None, value: Any) -> bytes | None:
        return asyncio.run(resolve(self.converter.from_connect_data, "t", (), schema, value))

    def read(self, data: bytes | None) -> tuple[Schema | None, Any]:
        return asyncio.run(resolve(self.converter.to_connect_data, "t", (), data))

    def schema(self, version: int | None = None) -> Any:
        """Return the JSON of a registered schema, by default of the latest."""
        found = asyncio.run(self.registry.version("t-value", version))
        return json.loads(found.definition.text)

    def avro_of(self, schema: Schema | None, value: Any) -> Any:
        """Return the JSON of the Avro schema that a value is written with."""
        self.write(schema, value)
        return self.schema()

    def register(self, schema: Any) -> int:
        raw = isinstance(schema, str) and schema.startswith(("{", "["))
        text = schema if raw else json.dumps(schema)
        return asyncio.run(self.registry.register("t-value", SchemaDefinition(text), normalize=False)).id

    def message(self, schema: Any, body: bytes) -> bytes:
        """Return a message of these bytes, written with this Avro schema."""
        return b"\0" + self.register(schema).to_bytes(4, "big") + body


@pytest.fixture
def avro() -> Iterator[Callable[..., Avro]]:
    """Return what makes a converter with these properties, dots written as underscores."""
    made: list[Avro] = []

    def make(**properties: Any) -> Avro:
        made.append(Avro(**properties))
        return made[-1]

    yield make
    for one in made:
        MemoryRegistry.drop(one.name)
