"""What does a type annotation say about data?"""

import types
import typing
from collections.abc import Callable, Mapping, MutableMapping, MutableSequence, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Any

import attrs

from connectsdk.errors import SchemaError
from connectsdk.schema._logical import DATE_SCHEMA, TIME_SCHEMA, TIMESTAMP_SCHEMA, decimal_schema
from connectsdk.schema._primitives import (
    BOOLEAN_SCHEMA,
    BYTES_SCHEMA,
    FLOAT64_SCHEMA,
    INT64_SCHEMA,
    STRING_SCHEMA,
)
from connectsdk.schema._schema import Schema, Type
from connectsdk.schema._validation import validate

__all__ = ("Scale", "Shape", "shape_of")

_SCALARS: Mapping[Any, Schema] = types.MappingProxyType(
    {
        bool: BOOLEAN_SCHEMA,
        int: INT64_SCHEMA,
        float: FLOAT64_SCHEMA,
        str: STRING_SCHEMA,
        bytes: BYTES_SCHEMA,
        date: DATE_SCHEMA,
        time: TIME_SCHEMA,
        datetime: TIMESTAMP_SCHEMA,
    }
)
_WIDTHS: Mapping[Any, frozenset[Type]] = types.MappingProxyType(
    {
        int: frozenset({Type.INT8, Type.INT16, Type.INT32, Type.INT64}),
        float: frozenset({Type.FLOAT32, Type.FLOAT64}),
    }
)
_UNIONS = (typing.Union, types.UnionType)
_LISTS = (list, Sequence, MutableSequence)
_DICTS = (dict, Mapping, MutableMapping)


@attrs.frozen
class Scale:
    """How many digits a decimal has after the point: `Annotated[Decimal, Scale(2)]`."""

    digits: int


@attrs.frozen
class Shape:
    """What an annotation says, and the two ways between its values and plain data.

    Attributes:
        schema: What the data looks like.
        dump: From a value to data; None when they are the same.
        convert: From data to a value, given also what it is for a message; None when they are the same and need only be
            validated.
    """

    schema: Schema
    dump: Callable[[Any], Any] | None = None
    convert: Callable[[Any, str], Any] | None = None

    def load(self, data: Any, location: str) -> Any:
        """Return the value for data.

        Raises:
            SchemaError: If the data does not fit.
        """
        if self.convert is not None:
            return self.convert(data, location)
        validate(self.schema, data, location)
        return data


@attrs.frozen
class _Reader:
    """Reads one annotation.

    Attributes:
        of_class: Gives the shape of an attrs class.
        where: Names the attribute, for messages.
    """

    of_class: Callable[[type], Shape]
    where: str

    def read(self, annotation: Any, marker: Any = None) -> Shape:
        origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
        if origin is Annotated:
            markers = [found for found in arguments[1:] if isinstance(found, (Schema, Type, Scale))]
            return self.read(arguments[0], markers[-1] if markers else marker)
        if origin in _UNIONS:
            return self._read_union(arguments, marker)
        structure = self._read_structure(annotation, origin, arguments)
        if isinstance(marker, Schema):
            return Shape(marker) if structure is None else attrs.evolve(structure, schema=marker)
        if marker is not None:
            return Shape(self._marked(annotation, marker))
        return structure or Shape(self._scalar(annotation))

    def _read_union(self, arguments: tuple[Any, ...], marker: Any) -> Shape:
        present = [argument for argument in arguments if argument is not type(None)]
        if len(present) != 1 or len(arguments) == 1:
            raise SchemaError(f"{self.where}: a union has no schema; only `T | None` does")
        return _optional(self.read(present[0], marker))

    def _marked(self, annotation: Any, marker: Type | Scale) -> Schema:
        if isinstance(marker, Scale) and annotation is Decimal:
            return decimal_schema(marker.digits)
        if isinstance(marker, Type) and marker in _WIDTHS.get(annotation, ()):
            return Schema(marker)
        raise SchemaError(f"{self.where}: {marker} does not suit {_shown(annotation)}")

    def _read_structure(self, annotation: Any, origin: Any, arguments: tuple[Any, ...]) -> Shape | None:
        if origin in _LISTS and len(arguments) == 1:
            return _array(self.read(arguments[0]), list)
        if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:  # noqa: PLR2004 - tuple[T, ...]
            return _array(self.read(arguments[0]), tuple)
        if origin in _DICTS:
            return _map(self.read(arguments[0]), self.read(arguments[1]))
        if isinstance(annotation, type) and attrs.has(annotation):
            return self.of_class(annotation)
        return None

    def _scalar(self, annotation: Any) -> Schema:
        schema = _SCALARS.get(annotation) if isinstance(annotation, type) else None
        if schema is not None:
            return schema
        if annotation is Decimal:
            raise SchemaError(f"{self.where}: a Decimal needs a scale; write Annotated[Decimal, Scale(2)]")
        raise SchemaError(
            f"{self.where}: {_shown(annotation)} has no schema; give one with Annotated[..., schema]"
        )


def shape_of(annotation: Any, of_class: Callable[[type], Shape], where: str) -> Shape:
    """Return what an annotation says.

    Args:
        annotation: A type, with its extras.
        of_class: Gives the shape of an attrs class.
        where: Names the attribute, for messages.

    Raises:
        SchemaError: If the annotation has no schema.
    """
    return _Reader(of_class, where).read(annotation)


def _shown(annotation: Any) -> str:
    return annotation.__qualname__ if isinstance(annotation, type) else str(annotation)


def _optional(shape: Shape) -> Shape:
    dump, convert = shape.dump, shape.convert
    return Shape(
        shape.schema.as_optional(),
        None if dump is None else lambda value: None if value is None else dump(value),
        None if convert is None else lambda data, location: None if data is None else convert(data, location),
    )


def _array(element: Shape, kind: Callable[[Any], Any]) -> Shape:
    schema = Schema(Type.ARRAY, value_schema=element.schema)
    dump = element.dump

    def convert(data: Any, location: str) -> Any:
        if not isinstance(data, (list, tuple)):
            validate(schema, data, location)
        inside = f"element of array {location}"
        return kind([element.load(each, inside) for each in data])

    return Shape(
        schema,
        None if dump is None else lambda value: [dump(each) for each in value],
        None if kind is list and element.convert is None else convert,
    )


def _map(key: Shape, element: Shape) -> Shape:
    schema = Schema(Type.MAP, key_schema=key.schema, value_schema=element.schema)

    def dump(value: Any) -> Any:
        return {_dumped(key, each): _dumped(element, value[each]) for each in value}

    def convert(data: Any, location: str) -> Any:
        if not isinstance(data, dict):
            validate(schema, data, location)
        inside_key, inside = f"key of map {location}", f"value of map {location}"
        return {key.load(each, inside_key): element.load(data[each], inside) for each in data}

    shapes = (key, element)
    return Shape(
        schema,
        dump if any(shape.dump for shape in shapes) else None,
        convert if any(shape.convert for shape in shapes) else None,
    )


def _dumped(shape: Shape, value: Any) -> Any:
    return value if shape.dump is None else shape.dump(value)
