"""What does one part of a JSON Schema say about values?

As Confluent's library for JSON Schema sees it: every keyword that says something is a part of its own, and when there
are several, all of them must hold.
"""

from collections.abc import Iterator
from typing import Any, Literal

from connectsdk.converters.json_schema._documents import Node
from connectsdk.errors import DataError

__all__ = ("Kind", "kind_of")

Kind = Literal["anything", "ref", "type", "enum", "const", "one", "all"]

_COMBINED = ("allOf", "anyOf", "oneOf")
_OUTER = frozenset(("title", "description", "default", "connect.index", "enum", "const", *_COMBINED))
_TYPES = frozenset(("null", "boolean", "integer", "number", "string", "array", "object"))
_TELLING = {
    "object": frozenset(("properties", "required", "additionalProperties", "patternProperties")),
    "array": frozenset(("items", "minItems", "maxItems", "uniqueItems")),
    "string": frozenset(("minLength", "maxLength", "pattern", "format")),
    "number": frozenset(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")),
}


def kind_of(node: Node) -> tuple[Kind, list[Node]]:
    """Return what a part is, and for `one` and `all` the parts that it combines.

    Raises:
        DataError: If it is no JSON Schema.
    """
    schema = node.schema
    if schema is True:
        return "anything", []
    if not isinstance(schema, dict):
        raise DataError("A part of a JSON Schema is neither an object nor true")
    if "$ref" in schema:
        return "ref", []
    parts = list(_parts(schema))
    if len(parts) > 1:
        return "all", [node.part(part) for _, part in parts]
    if not parts:
        return "anything", []
    kind, part = parts[0]
    return kind, [node.part(member) for member in _members(kind, part)]


def type_of(schema: dict[str, Any]) -> str:
    """Return the one type of a part of kind `type`."""
    said = schema.get("type")
    return said if isinstance(said, str) else _told(schema)[0]


def _parts(schema: dict[str, Any]) -> Iterator[tuple[Kind, dict[str, Any]]]:
    if "enum" in schema:
        yield "enum", {"enum": schema["enum"]}
    for keyword in _COMBINED:
        if keyword in schema:
            yield ("all" if keyword == "allOf" else "one"), {keyword: schema[keyword]}
    if "const" in schema:
        yield "const", {"const": schema["const"]}
    inner = {key: value for key, value in schema.items() if key not in _OUTER}
    said = schema.get("type")
    names = said if isinstance(said, list) else [] if said is None else [said]
    if not all(isinstance(name, str) and name in _TYPES for name in names):
        raise DataError("A JSON Schema has a type that is none")
    if isinstance(said, list):
        yield "one", {"anyOf": [{**inner, "type": name} for name in names]}
    elif said is not None:
        yield "type", inner
    else:
        for name in _told(schema):
            yield "type", {**inner, "type": name}


def _members(kind: Kind, part: dict[str, Any]) -> list[Any]:
    if kind not in ("one", "all"):
        return []
    members = next(part[keyword] for keyword in _COMBINED if keyword in part)
    if not isinstance(members, list) or not members:
        raise DataError("A JSON Schema combines what is no list of schemas")
    return members


def _told(schema: dict[str, Any]) -> list[str]:
    return [name for name, keywords in _TELLING.items() if not keywords.isdisjoint(schema)]
