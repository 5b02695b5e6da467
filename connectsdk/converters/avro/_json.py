"""How is an Avro schema read from JSON, and written?"""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from connectsdk.converters.avro._names import check_name, full_name
from connectsdk.converters.avro._types import NAMED, PRIMITIVES, AvroField, AvroType, same_shape
from connectsdk.errors import SchemaError

__all__ = ("parse_schema", "schema_text", "to_json")

_MAX_BYTES = 1 << 20
_MAX_DEPTH = 100
_RESERVED = frozenset(
    {"aliases", "doc", "fields", "items", "name", "namespace", "size", "symbols", "type", "values"}
)
_FIELD_RESERVED = frozenset({"aliases", "default", "doc", "name", "order", "type"})


def parse_schema(text: str, references: Iterable[str] = ()) -> AvroType:
    """Return the type that a schema's text describes.

    Args:
        text: JSON, of at most 1 MiB and not nested deeper than 100 types.
        references: The texts of the schemas whose names this one uses, in order.

    Raises:
        SchemaError: If it is no Avro schema.
    """
    parser = _Parser()
    for reference in references:
        parser.parse(_loads(reference), None, 0)
    return parser.parse(_loads(text), None, 0)


def _loads(text: str) -> Any:
    if len(text) > _MAX_BYTES:
        raise SchemaError(f"An Avro schema is longer than {_MAX_BYTES} characters")
    if text.strip().isidentifier():
        return text.strip()
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise SchemaError(f"An Avro schema is not JSON: {error}") from None


class _Parser:
    def __init__(self) -> None:
        self._named: dict[str, AvroType] = {}

    def parse(self, node: Any, namespace: str | None, depth: int) -> AvroType:
        if depth > _MAX_DEPTH:
            raise SchemaError(f"An Avro schema is nested deeper than {_MAX_DEPTH} types")
        if isinstance(node, str):
            return self._by_name(node, namespace)
        if isinstance(node, list):
            return self._union(node, namespace, depth)
        if not isinstance(node, dict) or "type" not in node:
            raise SchemaError("A part of an Avro schema is no name, no list and no object with a type")
        kind = node["type"]
        if not isinstance(kind, str):
            return self.parse(kind, namespace, depth + 1)
        if kind in NAMED or kind == "error":
            return self._named_type("record" if kind == "error" else kind, node, namespace, depth)
        return self._unnamed(kind, node, namespace, depth)

    def _by_name(self, name: str, namespace: str | None) -> AvroType:
        if name in PRIMITIVES:
            return AvroType(name)
        found = self._named.get(full_name(namespace, name)) or self._named.get(name)
        if found is None:
            raise SchemaError(f"An Avro schema uses the type {name!r} without defining it before")
        return found

    def _union(self, node: list[Any], namespace: str | None, depth: int) -> AvroType:
        branches = tuple(self.parse(branch, namespace, depth + 1) for branch in node)
        names = [branch.full_name for branch in branches]
        if "union" in names or len(set(names)) != len(names):
            raise SchemaError("An Avro union holds a union, or a type twice")
        return AvroType("union", branches=branches)

    def _unnamed(self, kind: str, node: dict[str, Any], namespace: str | None, depth: int) -> AvroType:
        properties = {key: value for key, value in node.items() if key not in _RESERVED}
        if kind in PRIMITIVES:
            return AvroType(kind, properties=properties)
        if kind not in {"array", "map"}:
            return self._by_name(kind, namespace)
        key = "items" if kind == "array" else "values"
        if key not in node:
            raise SchemaError(f"An Avro {kind} has no {key}")
        return AvroType(kind, properties=properties, items=self.parse(node[key], namespace, depth + 1))

    def _named_type(self, kind: str, node: dict[str, Any], namespace: str | None, depth: int) -> AvroType:
        name = _text(node, "name", f"An Avro {kind}")
        name = full_name(node.get("namespace", namespace), name)
        if name in self._named:
            raise SchemaError(f"An Avro schema defines {name!r} twice")
        reserved = _RESERVED | {"default"} if kind == "enum" else _RESERVED
        avro = self._named[name] = AvroType(
            kind,
            name,
            doc=node.get("doc"),
            properties={key: value for key, value in node.items() if key not in reserved},
            aliases=tuple(node.get("aliases", ())),
        )
        if kind == "fixed":
            avro.size = _size(node, name)
        elif kind == "enum":
            avro.symbols, avro.default_symbol = _symbols(node, name), node.get("default")
        else:
            space = name.rpartition(".")[0] or None
            avro.fields = [self._field(field, name, space, depth) for field in _list(node, "fields", name)]
            if len({field.name for field in avro.fields}) != len(avro.fields):
                raise SchemaError(f"The Avro record {name!r} has two fields of one name")
        return avro

    def _field(self, node: Any, record: str, namespace: str | None, depth: int) -> AvroField:
        if not isinstance(node, dict) or "type" not in node:
            raise SchemaError(f"A field of the Avro record {record!r} is no object with a type")
        return AvroField(
            _text(node, "name", f"A field of the Avro record {record!r}"),
            self.parse(node["type"], namespace, depth + 1),
            doc=node.get("doc"),
            has_default="default" in node,
            default=node.get("default"),
            aliases=tuple(node.get("aliases", ())),
            order=node.get("order"),
            properties={key: value for key, value in node.items() if key not in _FIELD_RESERVED},
        )


def _text(node: Mapping[str, Any], key: str, what: str) -> str:
    found = node.get(key)
    if not isinstance(found, str) or not found:
        raise SchemaError(f"{what} has no {key}")
    return found


def _list(node: Mapping[str, Any], key: str, name: str) -> list[Any]:
    found = node.get(key)
    if not isinstance(found, list):
        raise SchemaError(f"The Avro type {name!r} has no list of {key}")
    return found


def _size(node: Mapping[str, Any], name: str) -> int:
    size = node.get("size")
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise SchemaError(f"The Avro fixed {name!r} has no size")
    return size


def _symbols(node: Mapping[str, Any], name: str) -> tuple[str, ...]:
    symbols = _list(node, "symbols", name)
    if not all(isinstance(symbol, str) for symbol in symbols) or len(set(symbols)) != len(symbols):
        raise SchemaError(f"The symbols of the Avro enum {name!r} are not different strings")
    return tuple(symbols)


def schema_text(avro: AvroType) -> str:
    """Return the JSON text of a schema; members are in the order of Avro's own Java library.

    Raises:
        SchemaError: If a name is not legal, or two types share one.
    """
    return orjson.dumps(to_json(avro)).decode()


def to_json(avro: AvroType) -> Any:
    """Return the JSON of a schema; as `schema_text`."""
    return _Writer().write(avro, None)


class _Writer:
    def __init__(self) -> None:
        self._written: dict[str, AvroType] = {}

    def write(self, avro: AvroType, namespace: str | None) -> Any:
        if avro.kind == "union":
            return [self.write(branch, namespace) for branch in avro.branches]
        if avro.kind in NAMED:
            return self._named(avro, namespace)
        if avro.items is not None:
            key = "items" if avro.kind == "array" else "values"
            return {"type": avro.kind, key: self.write(avro.items, namespace), **avro.properties}
        return {"type": avro.kind, **avro.properties} if avro.properties else avro.kind

    def _named(self, avro: AvroType, namespace: str | None) -> Any:
        name = check_name(avro.full_name)
        space, _, short = name.rpartition(".")
        known = self._written.get(name)
        if known is not None:
            if not same_shape(known, avro):
                raise SchemaError(f"Two different types have the name {name}: Avro needs a name for each")
            return short if (space or None) == namespace else name
        self._written[name] = avro
        node: dict[str, Any] = {"type": avro.kind, "name": short}
        if (space or None) != namespace:
            node["namespace"] = space
        if avro.doc is not None:
            node["doc"] = avro.doc
        self._body(avro, node, space or None)
        node.update(avro.properties)
        if avro.aliases:
            node["aliases"] = list(avro.aliases)
        return node

    def _body(self, avro: AvroType, node: dict[str, Any], namespace: str | None) -> None:
        if avro.kind == "fixed":
            node["size"] = avro.size
        elif avro.kind == "enum":
            node["symbols"] = [check_name(symbol) for symbol in avro.symbols]
            if avro.default_symbol is not None:
                node["default"] = avro.default_symbol
        else:
            node["fields"] = [self._field(field, namespace) for field in avro.fields]

    def _field(self, field: AvroField, namespace: str | None) -> dict[str, Any]:
        node = {"name": check_name(field.name), "type": self.write(field.type, namespace)}
        if field.doc is not None:
            node["doc"] = field.doc
        if field.has_default:
            node["default"] = field.default
        if field.order is not None:
            node["order"] = field.order
        if field.aliases:
            node["aliases"] = list(field.aliases)
        return node | field.properties
