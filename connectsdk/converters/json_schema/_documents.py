"""Which JSON Schema does a reference mean?"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

import attrs

from connectsdk.converters.json_schema._stack import need_room
from connectsdk.errors import ConfigError, DataError
from connectsdk.registry import RegisteredSchema, of_another_kind

__all__ = ("Document", "Node", "open_document")

_DRAFT_7 = "http://json-schema.org/draft-07/schema#"


@attrs.frozen(eq=False)
class Node:
    """A part of a document.

    Attributes:
        schema: What it says.
        resolver: Finds what it refers to.
    """

    schema: Any
    resolver: Any

    def part(self, schema: Any) -> "Node":
        """Return a part of this part."""
        return Node(schema, self.resolver)

    def referred(self) -> "Node":
        """Return what its `$ref` refers to; nothing is ever fetched.

        Raises:
            DataError: If that is nowhere in the schema and its references.
        """
        from referencing.exceptions import Unresolvable

        need_room()
        reference = self.schema["$ref"]
        try:
            found = self.resolver.lookup(reference)
        except (Unresolvable, ValueError, TypeError, AttributeError):
            shown = reference if isinstance(reference, str) else "a reference that is no text"
            raise DataError(
                f"A JSON Schema refers to {shown[:200]}, which is not in its references"
            ) from None
        return Node(found.contents, found.resolver)


@attrs.frozen(eq=False)
class Document:
    """A JSON Schema with all that it refers to.

    Attributes:
        content: What it says.
        contents: That, and what all that it refers to says.
        references: The `referencing.Registry` of what it refers to.
        root: Its outermost part.
    """

    content: Any
    contents: tuple[Any, ...]
    references: Any
    root: Node


def open_document(found: RegisteredSchema) -> Document:
    """Return the document of a registered schema.

    Raises:
        DataError: If it is no JSON Schema.
        ConfigError: If the library for it is not installed.
    """
    if found.definition.kind != "JSON":
        raise DataError(f"Schema {found.id} is no JSON Schema but {of_another_kind(found.definition)}")
    try:
        from referencing import Registry
        from referencing.jsonschema import specification_with
    except ImportError:
        raise ConfigError("JSON Schema needs a library: pip install 'connectsdk[json-schema]'") from None
    need_room()
    content = _parsed(found.definition.text, f"schema {found.id}")
    base = content.get("$id", "") if isinstance(content, Mapping) else ""
    base = base if isinstance(base, str) else ""
    dialect = content.get("$schema", _DRAFT_7) if isinstance(content, Mapping) else _DRAFT_7
    specification = specification_with(str(dialect), default=specification_with(_DRAFT_7))
    registry: Any = Registry()
    contents = [content]
    for name, definition in found.dependencies:
        contents.append(_parsed(definition.text, name))
        resource = specification.create_resource(contents[-1])
        registry = registry.with_resources([(name, resource), (urljoin(base, name), resource)])
    resource = specification.create_resource(content)
    registry = _searched(registry.with_resource(base, resource))
    return Document(content, tuple(contents), registry, Node(content, registry.resolver(base)))


def _searched(registry: Any) -> Any:
    """Return a registry that knows all names inside of its documents, so that no look-up goes through them again."""
    try:
        return registry.crawl()
    except RecursionError:
        raise
    except Exception:  # noqa: BLE001 - what is no JSON Schema makes it raise anything, in each look-up too; what is wrong is told by place
        return registry


def _parsed(text: str, what: str) -> Any:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise DataError(f"The text of {what} is not JSON") from None
    if not isinstance(content, dict | bool):
        raise DataError(f"The text of {what} is no JSON Schema")
    return content
