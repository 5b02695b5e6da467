"""How is data without a schema written and read quickly?

A value is a record with a field for each kind of value: a row of nulls, one of which is replaced by the value. What is deeper than
`_MAX_DEPTH` is left to fastavro, behind the guards.
"""

from collections.abc import Callable
from typing import Any

from connectsdk.converters.avro._quick import (
    Add,
    Quick,
    UnusualError,
    boolean,
    bytes_,
    double,
    integer_in,
    string,
)
from connectsdk.converters.avro._quick_reading import QuickRead, array_from, long_from, primitive_from
from connectsdk.converters.avro._settings import KEY, VALUE
from connectsdk.converters.avro._types import AvroType
from connectsdk.converters.avro._varints import varint

__all__ = ("anything_from", "anything_to")

_MAX_DEPTH = 40
_NULL, _SET, _END = 0, 2, b"\0"
_CONTAINERS = frozenset({"array", "map"})
_LEAVES: tuple[tuple[type, str, Quick], ...] = (
    (bool, "boolean", boolean),
    (int, "long", integer_in(-(2**63), 2**63 - 1)),
    (float, "double", double),
    (str, "string", string),
    (bytes, "bytes", bytes_),
)

Deep = Callable[[Any, Add, int], None]
DeepRead = Callable[[bytes, int, int], tuple[Any, int]]


def anything_to(avro: AvroType) -> Quick | None:
    """Return what writes data without a schema as this type; None if its fields are not the usual ones."""
    names = _kinds(avro)
    if names is None:
        return None
    count, places = len(names), {name: place for place, name in enumerate(names)}

    def around(name: str) -> tuple[bytes, bytes]:
        return bytes(places[name]) + bytes((_SET,)), bytes(count - 1 - places[name])

    leaves = {kind: (quick, *around(name)) for kind, name, quick in _LEAVES}
    containers: dict[type, tuple[Deep, bytes, bytes]] = {}
    nothing = bytes(count)

    def write(value: Any, add: Add, depth: int) -> None:
        leaf = leaves.get(type(value))
        if leaf is not None:
            quick, before, after = leaf
            add(before)
            quick(value, add)
            add(after)
        elif value is None:
            add(nothing)
        elif depth < _MAX_DEPTH:
            inside, before, after = containers[type(value)]  # a KeyError: it is unusual
            add(before)
            inside(value, add, depth + 1)
            add(after)
        else:
            raise UnusualError

    items, entries = _items_to(write), _entries_to(write)
    containers |= {
        list: (items, *around("array")),
        tuple: (items, *around("array")),
        dict: (entries, *around("map")),
    }
    return lambda value, add: write(value, add, 0)


def _items_to(write: Deep) -> Deep:
    def items(value: Any, add: Add, depth: int) -> None:
        if value:
            add(varint(len(value)))
            for item in value:
                write(item, add, depth)
        add(_END)

    return items


def _entries_to(write: Deep) -> Deep:
    def entries(value: Any, add: Add, depth: int) -> None:
        if value:
            add(varint(len(value)))
            for key, item in value.items():
                write(key, add, depth)
                write(item, add, depth)
        add(_END)

    return entries


def anything_from(avro: AvroType) -> QuickRead | None:
    """Return what reads data without a schema of this type; None if its fields are not the usual ones."""
    names = _kinds(avro)
    if names is None:
        return None
    count = len(names)
    readers: list[DeepRead] = []

    def read(data: bytes, at: int, depth: int) -> tuple[Any, int]:
        for place in range(count):
            if data[at + place] != _NULL:
                break
        else:
            return None, at + count
        at += place
        if data[at] != _SET or depth > _MAX_DEPTH:
            raise UnusualError
        value, at = readers[place](data, at + 1, depth + 1)
        rest = count - 1 - place
        if data.count(0, at, at + rest) != rest:
            raise UnusualError  # another one is set, too, or the data ends
        return value, at + rest

    readers += [_reader(name, read) for name in names]
    return lambda data, at: read(data, at, 0)


def _reader(name: str, read: DeepRead) -> DeepRead:
    if name == "array":
        return lambda data, at, depth: array_from(lambda data, at: read(data, at, depth))(data, at)
    if name == "map":
        return lambda data, at, depth: _entries(data, at, depth, read)
    quick = primitive_from(name) or long_from
    return lambda data, at, depth: quick(data, at)  # noqa: ARG005 - a value without parts has no depth


def _entries(data: bytes, at: int, depth: int, read: DeepRead) -> tuple[dict[Any, Any], int]:
    found: dict[Any, Any] = {}
    count, at = long_from(data, at)
    while count:
        if not 0 < count <= len(data) - at:
            raise UnusualError
        for _ in range(count):
            key, at = read(data, at, depth)
            found[key], at = read(data, at, depth)
        count, at = long_from(data, at)
    return found, at


def _kinds(avro: AvroType) -> list[str] | None:
    """Return the names of the fields, each of which is that of its type; None if they are others."""
    names = [field.name for field in avro.fields]
    usual = {"boolean", "bytes", "double", "float", "int", "long", "string", *_CONTAINERS}
    if set(names) != usual or not all(_is_usual(avro, field.name, field.type) for field in avro.fields):
        return None
    return names


def _is_usual(avro: AvroType, name: str, union: AvroType) -> bool:
    if [branch.kind for branch in union.branches] != ["null", "array" if name in _CONTAINERS else name]:
        return False
    items = union.branches[1].items
    if name != "map":
        return items is (avro if name == "array" else None)
    fields = [] if items is None else items.fields
    return [field.name for field in fields] == [KEY, VALUE] and all(field.type is avro for field in fields)
