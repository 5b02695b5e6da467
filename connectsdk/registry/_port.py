"""What may be asked of a schema registry?"""

from typing import Literal, Protocol

import attrs

from connectsdk.errors import DataError

__all__ = (
    "Kind",
    "RegisteredSchema",
    "RejectedSchemaError",
    "SchemaDefinition",
    "SchemaReference",
    "SchemaRegistry",
    "UnknownSchemaError",
    "of_another_kind",
)

Kind = Literal["AVRO", "JSON", "PROTOBUF"]
CONVERTERS = {"AVRO": "AvroConverter", "JSON": "JsonSchemaConverter", "PROTOBUF": "ProtobufConverter"}
"""What reads and writes data of each kind."""
"""What language a schema's text is in, by the registry's names."""


class UnknownSchemaError(DataError):
    """The registry has no such schema, subject or version."""


class RejectedSchemaError(DataError):
    """The registry does not accept a schema: it is not compatible with an earlier one, or not valid."""


@attrs.frozen
class SchemaReference:
    """A schema that another one's text refers to.

    Attributes:
        name: How the text calls it.
        subject: Where it is registered.
        version: Its version there.
    """

    name: str
    subject: str
    version: int


@attrs.frozen(cache_hash=True)
class SchemaDefinition:
    """A schema as text.

    Attributes:
        text: The text.
        kind: Its language.
        references: Registered schemas that the text refers to.
    """

    text: str = attrs.field(repr=False)
    kind: Kind = "AVRO"
    references: tuple[SchemaReference, ...] = ()


@attrs.frozen
class RegisteredSchema:
    """A schema that a registry has.

    Attributes:
        id: Its number in the registry; it means this schema for ever.
        definition: What it says.
        subject: Where it was found, if it was asked for by subject.
        version: Its version there.
        dependencies: The schemas that it refers to, and those that they refer to, each with the name by which
            the text knows it; a schema stands after all that it needs.
    """

    id: int
    definition: SchemaDefinition
    subject: str | None = None
    version: int | None = None
    dependencies: tuple[tuple[str, SchemaDefinition], ...] = ()


class SchemaRegistry(Protocol):
    """Where schemas are kept.

    Every method raises `RetriableError` when the registry is not to be reached or is overloaded,
    `AuthenticationError` when it refuses who asks, and `TransportError` when its answer makes no sense.
    """

    async def by_id(self, schema_id: int) -> RegisteredSchema:
        """Return the schema with this id.

        Raises:
            UnknownSchemaError: If there is none.
        """
        ...

    async def register(
        self, subject: str, definition: SchemaDefinition, *, normalize: bool
    ) -> RegisteredSchema:
        """Make a schema the subject's newest version, unless it is a version of it already; return it.

        Raises:
            RejectedSchemaError: If the registry does not accept it.
        """
        ...

    async def find(self, subject: str, definition: SchemaDefinition, *, normalize: bool) -> RegisteredSchema:
        """Return the version of the subject that has this definition.

        Raises:
            UnknownSchemaError: If there is none.
        """
        ...

    async def version(self, subject: str, version: int | None = None) -> RegisteredSchema:
        """Return one version of a subject, or its latest.

        Raises:
            UnknownSchemaError: If there is none.
        """
        ...

    async def aclose(self) -> None:
        """Let go of everything; it may be called twice."""
        ...


def of_another_kind(definition: SchemaDefinition) -> str:
    """Return what to do about data whose schema is of a kind that a converter does not have."""
    reader = CONVERTERS.get(definition.kind)
    remedy = "no converter reads it" if reader is None else f"set {reader} for the topic that it comes from"
    return f"{definition.kind}: {remedy}"
