"""Which schemas does a registry without a server have?

Numbers and versions are given as Confluent's registry gives them: one id per schema, whatever its subjects; versions
of a subject from 1 on. There is no check of compatibility.
"""

import json
from typing import Any, Self

import attrs

from connectsdk.errors import DataError
from connectsdk.registry._port import (
    RegisteredSchema,
    RejectedSchemaError,
    SchemaDefinition,
    SchemaReference,
    UnknownSchemaError,
)

__all__ = ("SchemaBook",)

_FORMAT = 1


@attrs.define(eq=False)
class SchemaBook:
    """Schemas by id, and ids by subject and version."""

    _by_id: dict[int, SchemaDefinition] = attrs.field(factory=dict)
    _ids: dict[SchemaDefinition, int] = attrs.field(factory=dict)
    _subjects: dict[str, list[int]] = attrs.field(factory=dict)

    def by_id(self, schema_id: int) -> RegisteredSchema:
        """Return the schema with this id.

        Raises:
            UnknownSchemaError: If there is none.
        """
        definition = self._by_id.get(schema_id)
        if definition is None:
            raise UnknownSchemaError(f"Schema {schema_id} not found")
        return RegisteredSchema(schema_id, definition)

    def register(self, subject: str, definition: SchemaDefinition, *, normalize: bool) -> RegisteredSchema:
        """Make a schema the subject's newest version, unless it is a version of it; return it.

        Raises:
            RejectedSchemaError: If it is no schema, or refers to one that is not there.
        """
        definition = _canonical(definition, normalize=normalize)
        for reference in definition.references:
            try:
                self.version(reference.subject, reference.version)
            except UnknownSchemaError as error:
                raise RejectedSchemaError(
                    f"No schema reference found for {reference.name}: {error}"
                ) from None
        schema_id = self._ids.get(definition)
        if schema_id is None:
            schema_id = len(self._by_id) + 1
            self._by_id[schema_id] = definition
            self._ids[definition] = schema_id
        versions = self._subjects.setdefault(subject, [])
        if schema_id not in versions:
            versions.append(schema_id)
        return self.version(subject, versions.index(schema_id) + 1)

    def find(self, subject: str, definition: SchemaDefinition, *, normalize: bool) -> RegisteredSchema:
        """Return the version of the subject that has this definition.

        Raises:
            UnknownSchemaError: If there is none.
            RejectedSchemaError: If it is no schema.
        """
        versions = self._versions(subject)
        schema_id = self._ids.get(_canonical(definition, normalize=normalize))
        if schema_id not in versions:
            raise UnknownSchemaError(f"Schema not found in subject '{subject}'")
        return self.version(subject, versions.index(schema_id) + 1)

    def version(self, subject: str, version: int | None = None) -> RegisteredSchema:
        """Return one version of a subject, or its latest.

        Raises:
            UnknownSchemaError: If there is none.
        """
        versions = self._versions(subject)
        number = len(versions) if version is None else version
        if not 1 <= number <= len(versions):
            raise UnknownSchemaError(f"Version {number} not found in subject '{subject}'")
        schema_id = versions[number - 1]
        return RegisteredSchema(schema_id, self._by_id[schema_id], subject, number)

    def to_text(self) -> str:
        """Return everything as JSON text."""
        schemas = [{"id": schema_id, **_written(found)} for schema_id, found in self._by_id.items()]
        content = {"format": _FORMAT, "schemas": schemas, "subjects": self._subjects}
        return json.dumps(content, indent=1, ensure_ascii=False)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the book that `to_text` wrote.

        Raises:
            DataError: If it is something else.
        """
        book = cls()
        try:
            content = json.loads(text)
            if content["format"] != _FORMAT:
                raise DataError(f"its format is {content['format']}, and only {_FORMAT} is known")
            for written in content["schemas"]:
                definition = _read(written)
                book._by_id[int(written["id"])] = definition
                book._ids[definition] = int(written["id"])
            for subject, ids in content["subjects"].items():
                book._subjects[subject] = [book.by_id(schema_id).id for schema_id in ids]
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            raise DataError(f"it is no collection of schemas: {type(error).__name__}: {error}") from None
        return book

    def _versions(self, subject: str) -> list[int]:
        versions = self._subjects.get(subject)
        if versions is None:
            raise UnknownSchemaError(f"Subject '{subject}' not found.")
        return versions


def _canonical(definition: SchemaDefinition, *, normalize: bool) -> SchemaDefinition:
    """Return what counts as the same schema: JSON texts are compared without their white space."""
    text = definition.text
    if definition.kind != "PROTOBUF":
        try:
            content = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise RejectedSchemaError(f"Invalid schema: it is no JSON text: {error}") from None
        text = json.dumps(content, separators=(",", ":"), ensure_ascii=False, sort_keys=normalize)
    return attrs.evolve(definition, text=text)


def _written(definition: SchemaDefinition) -> dict[str, Any]:
    references = [attrs.asdict(reference) for reference in definition.references]
    return {"schemaType": definition.kind, "schema": definition.text, "references": references}


def _read(written: dict[str, Any]) -> SchemaDefinition:
    references = tuple(SchemaReference(**reference) for reference in written["references"])
    return SchemaDefinition(written["schema"], written["schemaType"], references)
