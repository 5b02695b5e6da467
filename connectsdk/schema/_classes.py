"""Which schema does an attrs class have, and what does its data look like?

| annotation | schema |
| --- | --- |
| `bool`, `int`, `float`, `str`, `bytes` | BOOLEAN, INT64, FLOAT64, STRING, BYTES |
| `date`, `time`, `datetime` | Date, Time, Timestamp |
| `Annotated[Decimal, Scale(2)]` | Decimal of that scale |
| `Annotated[int, Type.INT32]`, `Annotated[float, Type.FLOAT32]` | that type |
| `Annotated[T, schema]` | that schema |
| `list[T]`, `Sequence[T]`, `tuple[T, ...]` | ARRAY |
| `dict[K, V]`, `Mapping[K, V]` | MAP |
| an attrs class | STRUCT |
| `T | None` | the schema of T, optional |

A field is called what its argument is called, or what its metadata says under "name"; "doc" becomes the schema's doc. A
default becomes the schema's default; a factory does when it is `list`, `dict` or `tuple`. Attributes without an
argument (`init=False`) are left out. The struct is named after the class; a class attribute `__schema__` (a struct schema)
gives another name, a version, a doc and parameters, and when it has fields it is the whole schema.
"""

import typing
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, TypeVar

import attrs

from connectsdk.errors import DataError, SchemaError
from connectsdk.schema._annotations import Shape, shape_of
from connectsdk.schema._schema import Field, Schema, Type
from connectsdk.schema._validation import fits, validate

__all__ = ("from_data", "load_as", "schema_of", "to_data")

T = TypeVar("T")

_CACHED_CLASSES = 1024
_COLLECTIONS = (list, dict, tuple)


@attrs.frozen
class _Member:
    """One attribute of a class and its field."""

    key: str
    attribute: str
    argument: str
    has_default: bool
    location: str
    check: Callable[[Any], bool] | None
    shape: Shape


@attrs.frozen
class _Plan:
    """How the instances of a class become data, and data instances."""

    cls: type
    schema: Schema
    members: tuple[_Member, ...]
    dumped: tuple[_Member, ...]

    def dump(self, instance: Any) -> dict[str, Any]:
        if not isinstance(instance, self.cls):
            raise SchemaError(f"A {type(instance).__qualname__} is not a {self.cls.__qualname__}")
        data = {member.key: getattr(instance, member.attribute) for member in self.members}
        for member in self.dumped:
            data[member.key] = member.shape.dump(data[member.key])  # type: ignore[misc] # not None in `dumped`
        return data

    def convert(self, data: Any, location: str) -> Any:
        if not isinstance(data, Mapping):
            validate(self.schema, data, location)
        arguments = {}
        for member in self.members:
            value = data.get(member.key)
            if value is None and member.has_default and self._takes_default(member, data):
                continue
            if member.check is None or not member.check(value):
                value = member.shape.load(value, member.location)
            arguments[member.argument] = value
        try:
            return self.cls(**arguments)
        except (TypeError, ValueError) as error:
            raise DataError(f"{self.cls.__qualname__} refused the data of a {location}") from error

    def _takes_default(self, member: _Member, data: Mapping[str, Any]) -> bool:
        return member.key not in data or not member.shape.schema.optional


def schema_of(cls: type) -> Schema:
    """Return the struct schema of an attrs class; the same object for the same class.

    Raises:
        SchemaError: If it is no attrs class, holds itself, or has an annotation that has no schema.
    """
    return _plan_of(cls).schema


def to_data(instance: Any) -> dict[str, Any]:
    """Return an instance of an attrs class as a struct's dict; nothing is validated or copied that need not be.

    Raises:
        SchemaError: If its class has no schema.
    """
    return _plan_of(type(instance)).dump(instance)


def from_data(cls: type[T], data: Mapping[str, Any]) -> T:
    """Return an instance of an attrs class for a struct's dict.

    Unknown fields are ignored. A missing field takes the class's default, and so does None where None is illegal.

    Raises:
        SchemaError: If a field is missing or does not fit, or the class has no schema.
        DataError: If the class itself refuses the data.
    """
    instance: T = _plan_of(cls).convert(data, "value")
    return instance


def load_as(annotation: Any, data: Any, where: str) -> Any:
    """Return data as a value of an annotation that may name attrs classes.

    Raises:
        SchemaError: If the data does not fit.
    """
    return shape_of(annotation, lambda cls: _shape(_plan_of(cls)), where).load(data, where)


def _plan(cls: Any, parents: tuple[type, ...]) -> _Plan:
    if not isinstance(cls, type) or not attrs.has(cls):
        raise SchemaError(f"{getattr(cls, '__qualname__', cls)} is not an attrs class")
    if cls in parents:
        raise SchemaError(f"{cls.__qualname__} holds itself; a schema cannot")

    def of_class(nested: type) -> Shape:
        return _shape(_plan(nested, (*parents, cls)))

    annotations = _annotations(cls)
    members = tuple(
        _member(
            cls,
            attribute,
            shape_of(annotations[attribute.name], of_class, f"{cls.__qualname__}.{attribute.name}"),
        )
        for attribute in attrs.fields(cls)
        if attribute.init
    )
    schema = _struct(cls, members)
    return _Plan(cls, schema, members, tuple(member for member in members if member.shape.dump is not None))


def _plan_alone(cls: Any) -> _Plan:
    return _plan(cls, ())


_plan_of: Callable[[Any], _Plan] = lru_cache(_CACHED_CLASSES)(_plan_alone)


def _shape(plan: _Plan) -> Shape:
    return Shape(plan.schema, plan.dump, plan.convert)


def _annotations(cls: type) -> dict[str, Any]:
    try:
        found = typing.get_type_hints(cls, include_extras=True)
    except NameError as error:
        raise SchemaError(
            f"{cls.__qualname__} has an annotation that names {error.name}, which its module does not know; "
            "define it, or import it outside `if TYPE_CHECKING`"
        ) from error
    return {attribute.name: found.get(attribute.name, attribute.type) for attribute in attrs.fields(cls)}


def _member(owner: type, attribute: "attrs.Attribute[Any]", shape: Shape) -> _Member:
    schema = shape.schema
    if "doc" in attribute.metadata:
        schema = attrs.evolve(schema, doc=attribute.metadata["doc"])
    default = _default(attribute)
    if default is not None:
        data = default if shape.dump is None else shape.dump(default)
        validate(schema, data, f'default of field: "{attribute.name}"')
        schema = attrs.evolve(schema, default=data)
    argument = attribute.alias or attribute.name
    key = attribute.metadata.get("name", argument)
    return _Member(
        key,
        attribute.name,
        argument,
        attribute.default is not attrs.NOTHING,
        f'field: "{key}" of {owner.__qualname__}',
        fits(schema) if shape.convert is None else None,
        attrs.evolve(shape, schema=schema),
    )


def _default(attribute: "attrs.Attribute[Any]") -> Any:
    default: Any = attribute.default
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type] # a class at run time
        return default.factory() if default.factory in _COLLECTIONS else None
    return None if default is attrs.NOTHING else default


def _struct(cls: type, members: tuple[_Member, ...]) -> Schema:
    given: Schema = cls.__dict__.get("__schema__", Schema(Type.STRUCT, name=cls.__name__))
    if given.fields:
        return given
    fields = tuple(Field(member.key, place, member.shape.schema) for place, member in enumerate(members))
    return attrs.evolve(given, fields=fields)
