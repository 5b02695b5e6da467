"""Which schema do the values of a JSON Schema have?"""

from collections.abc import Callable
from typing import Any

import attrs

from connectsdk.converters.json_schema._documents import Node
from connectsdk.converters.json_schema._kinds import kind_of, type_of
from connectsdk.converters.json_schema._names import DEEPEST, Marks
from connectsdk.errors import DataError, SchemaError
from connectsdk.schema import Schema, SchemaBuilder

__all__ = ("SchemaOptions", "schema_of")

_NULL_SYMBOL = "<NULL>"
_MOST_PARTS = 20_000
_NUMBERS: dict[str, Callable[[], SchemaBuilder]] = {
    "int8": SchemaBuilder.int8,
    "int16": SchemaBuilder.int16,
    "int32": SchemaBuilder.int32,
    "int64": SchemaBuilder.int64,
    "float32": SchemaBuilder.float32,
    "float64": SchemaBuilder.float64,
    "bytes": SchemaBuilder.bytes,
}


@attrs.frozen
class SchemaOptions:
    """How JSON Schemas are read.

    Attributes:
        marks: How unions and enumerations are marked.
        optional_unless_required: Whether properties that are not required are optional.
        flatten_single: Whether a choice of one is that one.
        read_default: Turns a default into a value of the schema.
    """

    marks: Marks
    optional_unless_required: bool
    flatten_single: bool
    read_default: Callable[[Schema, Any], Any]


def schema_of(node: Node, options: SchemaOptions) -> Schema:
    """Return the schema.

    Raises:
        DataError: If there is none.
    """
    try:
        return _Reading(options).schema(node)
    except SchemaError as error:
        raise DataError(f"A JSON Schema has no schema here: {error}") from error


class _Reading:
    """One document being read."""

    def __init__(self, options: SchemaOptions) -> None:
        self._options = options
        self._unions = 0
        self._parts = 0
        self._open: list[int] = []

    def schema(self, node: Node, *, optional: bool = False) -> Schema:
        if id(node.schema) in self._open:
            raise DataError("A JSON Schema that contains itself has no schema here")
        self._count()
        if len(self._open) >= DEEPEST:
            raise DataError(f"A JSON Schema is nested more than {DEEPEST} deep")
        self._open.append(id(node.schema))
        try:
            return self._by_kind(node, optional=optional)
        finally:
            self._open.pop()

    def _count(self) -> None:
        """Take note of one more part: references can make few lines mean very many."""
        self._parts += 1
        if self._parts > _MOST_PARTS:
            raise DataError(f"A JSON Schema has more than {_MOST_PARTS} parts")

    def _by_kind(self, node: Node, *, optional: bool) -> Schema:
        kind, members = kind_of(node)
        match kind:
            case "ref":
                found = self.schema(node.referred(), optional=optional)
            case "all":
                found = self._all(members, optional=optional)
            case "one":
                found = self._one(node, members, optional=optional)
            case "anything":
                raise DataError("A JSON Schema that allows anything has no schema here")
            case _:
                found = self._finished(self._builder(kind, node), node, optional=optional)
        return found

    def _builder(self, kind: str, node: Node) -> SchemaBuilder:
        if kind == "type":
            return self._typed(node)
        return self._enum(node.schema["enum"] if kind == "enum" else [node.schema["const"]])

    # -- one type --------------------------------------------------------------------------------------------

    def _typed(self, node: Node) -> SchemaBuilder:
        schema = node.schema
        mark = schema.get("connect.type")
        match type_of(schema):
            case "boolean":
                return SchemaBuilder.boolean()
            case "string":
                return SchemaBuilder.bytes() if mark == "bytes" else SchemaBuilder.string()
            case "integer" | "number" as name:
                build = _NUMBERS.get(mark or ("int64" if name == "integer" else "float64"))
                if build is None:
                    raise DataError("A JSON Schema's connect.type is not that of a number")
                return build()
            case "array":
                return self._array(node, mark)
            case "object":
                return self._object(node, mark)
        raise DataError("A JSON Schema that allows only null has no schema here")

    def _array(self, node: Node, mark: Any) -> SchemaBuilder:
        items = node.schema.get("items")
        if not isinstance(items, dict):
            raise DataError("Array schema did not specify the items type")
        properties = items.get("properties")
        if mark == "map" and isinstance(properties, dict) and properties.keys() >= {"key", "value"}:
            return SchemaBuilder.map(
                self.schema(node.part(properties["key"])), self.schema(node.part(properties["value"]))
            )
        return SchemaBuilder.array(self.schema(node.part(items)))

    def _object(self, node: Node, mark: Any) -> SchemaBuilder:
        schema = node.schema
        if mark == "map":
            values = schema.get("additionalProperties", True)
            return SchemaBuilder.map(SchemaBuilder.string(), self.schema(node.part(values)))
        builder = SchemaBuilder.struct()
        required = _required(schema)
        for name, part in _in_order(schema.get("properties", {})):
            self._field(builder, name, node.part(part), required=name in required)
        return builder

    def _field(self, builder: SchemaBuilder, name: str, node: Node, *, required: bool) -> None:
        optional = self._options.optional_unless_required and not required
        try:
            builder.field(name, self.schema(node, optional=optional))
        except DataError as error:
            raise DataError(f'{error} (property "{name}")') from None

    def _enum(self, values: Any) -> SchemaBuilder:
        if not isinstance(values, list):
            raise DataError("An enumeration in a JSON Schema is no list")
        mark, numbered = self._options.marks.enum, self._options.marks.union_parameter is not None
        builder = SchemaBuilder.string().parameter(mark, "")
        for place, value in enumerate(values):
            symbol = _NULL_SYMBOL if value is None else value if isinstance(value, str) else str(value)
            builder.parameter(f"{mark}.{symbol}", str(place) if numbered else symbol)
        return builder

    def _finished(self, builder: SchemaBuilder, node: Node, *, optional: bool) -> Schema:
        said = node.schema
        if isinstance(said.get("title"), str):
            builder.name(said["title"])
        if isinstance(said.get("connect.version"), int):
            builder.version(said["connect.version"])
        if isinstance(said.get("description"), str):
            builder.doc(said["description"])
        parameters = said.get("connect.parameters")
        if isinstance(parameters, dict):
            builder.parameters({key: str(value) for key, value in parameters.items()})
        if optional:
            builder.optional()
        default = said.get("default")
        if default is not None:
            return builder.default(self._options.read_default(builder.build(), default)).build()
        return builder.build()

    # -- several ---------------------------------------------------------------------------------------------

    def _one(self, node: Node, members: list[Node], *, optional: bool) -> Schema:
        if len(members) == 1 and self._options.flatten_single:
            return self.schema(members[0])
        given = [member for member in members if not _is_null(member)]
        nullable = len(given) < len(members)
        if len(members) == 2 and len(given) == 1:  # noqa: PLR2004 - null and another
            return self.schema(given[0], optional=True)
        marks = self._options.marks
        name = marks.union_prefix
        if marks.union_parameter is not None:
            name += str(self._unions)
            self._unions += 1
        builder = SchemaBuilder.struct().name(name)
        if marks.union_parameter is not None:
            builder.parameter(marks.union_parameter, name)
        for place, member in enumerate(given):
            builder.field(f"{marks.field_prefix}{place}", self.schema(member, optional=True))
        outer = node.part({key: value for key, value in node.schema.items() if key != "title"})
        return self._finished(builder, outer, optional=optional or nullable)

    def _all(self, members: list[Node], *, optional: bool) -> Schema:
        """Return the schema of what fulfils all: of all their properties, or of the part that says most."""
        properties: dict[str, Node] = {}
        required: set[str] = set()
        for member in members:
            self._collect(member, properties, required, 0)
        if properties:
            builder = SchemaBuilder.struct()
            for name, part in properties.items():
                self._field(builder, name, part, required=name in required)
            return builder.optional().build() if optional else builder.build()
        return self.schema(_telling(members), optional=optional)

    def _collect(self, node: Node, properties: dict[str, Node], required: set[str], depth: int) -> None:
        self._count()
        if depth > DEEPEST:
            raise DataError("A JSON Schema that contains itself has no schema here")
        kind, members = kind_of(node)
        if kind == "ref":
            self._collect(node.referred(), properties, required, depth + 1)
        elif kind in ("all", "one"):
            for member in members:
                self._collect(member, properties, required, depth + 1)
        elif kind == "type" and type_of(node.schema) == "object":
            for name, part in _in_order(node.schema.get("properties", {})):
                properties[name] = node.part(part)
            required.update(_required(node.schema))


def _telling(members: list[Node]) -> Node:
    by_kind: dict[str, Node] = {kind_of(member)[0]: member for member in members}
    by_type = {type_of(member.schema): member for member in members if kind_of(member)[0] == "type"}
    for combined in ("one", "all"):
        if combined in by_kind:
            return by_kind[combined]
    for restricted in ("const", "enum"):
        if restricted in by_kind:
            number = by_type.get("integer", by_type.get("number"))
            plain = by_type.get("string") if restricted == "const" else None
            return plain or number or by_kind[restricted]
    for name in ("integer", "number", "string"):
        if name in by_type:
            return by_type[name]
    if "ref" in by_kind:
        return by_kind["ref"]
    raise DataError("A JSON Schema asks for several things at once that no schema has")


def _is_null(node: Node) -> bool:
    kind, _ = kind_of(node)
    return kind == "type" and type_of(node.schema) == "null"


def _required(schema: dict[str, Any]) -> list[str]:
    names = schema.get("required", ())
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _in_order(properties: Any) -> list[tuple[str, Any]]:
    """Return properties in the order that their `connect.index` gives; one without keeps its place."""
    if not isinstance(properties, dict):
        raise DataError("The properties in a JSON Schema are no object")

    def place(numbered: tuple[int, tuple[str, Any]]) -> int:
        index = numbered[1][1].get("connect.index") if isinstance(numbered[1][1], dict) else None
        return index if type(index) is int else numbered[0]

    return [named for _, named in sorted(enumerate(properties.items()), key=place)]
