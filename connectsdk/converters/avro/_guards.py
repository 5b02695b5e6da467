"""Which bytes could make fastavro use time, memory or stack without bound?

fastavro stops at the end of the data, which bounds all that takes at least a byte. That leaves arrays of things that
take none (their count alone says how many there are), and records that contain themselves. For schemas with
one of these, and only for them, data is walked over before fastavro sees it. So it is for unions and enums where fastavro
does not refuse branches and symbols that there are not.
"""

from collections.abc import Callable

from connectsdk.converters.avro._types import AvroType
from connectsdk.errors import DataError, SchemaError

__all__ = ("Guard", "guard_of", "takes_space")

Guard = Callable[[bytes, int], None]
"""Takes the data and where it begins; raises DataError."""

_MAX_DEPTH = 101
_MAX_EMPTY = 1_000_000
_SIZES = {"null": 0, "float": 4, "double": 8, "boolean": 1}
_MAX_VARINT = 10


def guard_of(avro: AvroType, unchecked: frozenset[str] = frozenset()) -> Guard | None:
    """Return what checks the data of a schema; None where fastavro alone is safe.

    Args:
        avro: The schema.
        unchecked: The kinds of types of which fastavro reads any number as a branch or a symbol.

    Raises:
        SchemaError: If a record contains itself without end.
    """
    types = _all_types(avro)
    for one in types:
        if one.kind == "record" and _is_bottomless(one):
            raise SchemaError(f"The Avro record {one.name} contains itself without end: no data fits it")
    recursive = frozenset(id(one) for one in types if one.kind == "record" and _contains_itself(one))
    endless = any(one.kind == "array" and one.items and not takes_space(one.items) for one in types)
    numbered = any(one.kind in unchecked for one in types)
    if not recursive and not endless and not numbered:
        return None

    def guard(data: bytes, start: int) -> None:
        if not endless and not numbered and len(data) - start < _MAX_DEPTH:
            return  # every level takes a byte
        try:
            _Walk(data, start, recursive).over(avro, 0)
        except IndexError:
            raise DataError("Avro data ends before its schema does") from None
        except RecursionError:
            raise DataError("Avro data is nested too deeply") from None

    return guard


def _all_types(avro: AvroType) -> list[AvroType]:
    found = {id(avro): avro}
    waiting = [avro]
    while waiting:
        for child in waiting.pop().children():
            if id(child) not in found:
                found[id(child)] = child
                waiting.append(child)
    return list(found.values())


def _contains_itself(avro: AvroType) -> bool:
    return any(avro in _all_types(child) for child in avro.children())


def _is_bottomless(avro: AvroType) -> bool:
    """Return whether a record contains itself with nothing between that could be empty."""
    inside, waiting = set[int](), [field.type for field in avro.fields]
    while waiting:
        one = waiting.pop()
        if one is avro:
            return True
        if one.kind == "record" and id(one) not in inside:
            inside.add(id(one))
            waiting.extend(field.type for field in one.fields)
    return False


def takes_space(avro: AvroType) -> bool:
    """Return whether a value takes at least a byte."""
    return _takes_space(avro, set())


def _takes_space(avro: AvroType, inside: set[int]) -> bool:
    if avro.kind == "record":
        if id(avro) in inside:
            return True  # it has no end: there is no such value
        return any(_takes_space(field.type, inside | {id(avro)}) for field in avro.fields)
    return avro.kind != "null" and (avro.kind != "fixed" or avro.size > 0)


class _Walk:
    """Goes over data without making anything of it."""

    def __init__(self, data: bytes, start: int, recursive: frozenset[int]) -> None:
        self._data = data
        self._at = start
        self._recursive = recursive
        self._empty = 0

    def over(self, avro: AvroType, depth: int) -> None:
        kind = avro.kind
        if kind == "record":
            self._record(avro, depth)
        elif kind == "union":
            branch = self._long()
            if not 0 <= branch < len(avro.branches):
                raise DataError("Avro data names a branch that its union does not have")
            self.over(avro.branches[branch], depth)
        elif kind == "enum":
            if not 0 <= self._long() < len(avro.symbols):
                raise DataError(f"Avro data names a symbol that the enum {avro.name} does not have")
        elif kind in {"int", "long"}:
            self._long()
        elif kind in {"string", "bytes"}:
            self._skip(self._long())
        elif avro.items is not None:
            self._blocks(avro, avro.items, depth)
        else:
            self._skip(avro.size if kind == "fixed" else _SIZES[kind])

    def _record(self, avro: AvroType, depth: int) -> None:
        if id(avro) in self._recursive:
            depth += 1
            if depth > _MAX_DEPTH:
                raise DataError(
                    f"{avro.name} contains itself more than {_MAX_DEPTH - 1} times, one in the other"
                )
        for field in avro.fields:
            self.over(field.type, depth)

    def _blocks(self, avro: AvroType, items: AvroType, depth: int) -> None:
        while count := self._long():
            if count < 0:
                count = -count
                self._long()
            if count > len(self._data) - self._at:
                self._count_empty(count, avro, items)
            for _ in range(count):
                if avro.kind == "map":
                    self._skip(self._long())
                self.over(items, depth)

    def _count_empty(self, count: int, avro: AvroType, items: AvroType) -> None:
        self._empty += count
        if avro.kind == "map" or takes_space(items) or self._empty > _MAX_EMPTY:
            raise DataError("Avro data says that there are more items than there can be")

    def _skip(self, size: int) -> None:
        if size < 0 or size > len(self._data) - self._at:
            raise DataError("Avro data ends before its schema does")
        self._at += size

    def _long(self) -> int:
        data, at = self._data, self._at
        byte = data[at]
        found, shift = byte & 0x7F, 7
        while byte & 0x80:
            at += 1
            if shift >= 7 * _MAX_VARINT:
                raise DataError("Avro data has a number of more than 64 bits")
            byte = data[at]
            found |= (byte & 0x7F) << shift
            shift += 7
        self._at = at + 1
        return (found >> 1) ^ -(found & 1)
