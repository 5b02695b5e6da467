"""Which values does a field's annotation ask for?"""

import types
from collections.abc import Callable, Collection, Iterable, Sequence, Set as AbstractSet
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import attrs

from connectsdk.config._key import Convert
from connectsdk.config._kinds import ConfigType
from connectsdk.config._password import Password
from connectsdk.config._validators import Lambda, NullOr, Validator, ValidList, ValidString
from connectsdk.config._values import invalid, parse_value

__all__ = ("Shape", "UnknownShapeError", "shape_of")


class UnknownShapeError(TypeError):
    """An annotation has no counterpart among the configuration types."""


@attrs.frozen
class Shape:
    """What an annotation says about a key's value."""

    kind: ConfigType
    nullable: bool = False
    validator: Validator | None = None
    convert: Convert | None = None
    resolves: bool = True
    accepts: tuple[type[Any], ...] = ()


_SCALARS = {
    bool: ConfigType.BOOLEAN,
    int: ConfigType.INT,
    float: ConfigType.DOUBLE,
    str: ConfigType.STRING,
    Password: ConfigType.PASSWORD,
}
_LISTS: dict[Any, Callable[[Iterable[Any]], Any]] = {
    list: list,
    tuple: tuple,
    set: set,
    frozenset: frozenset,
    Sequence: tuple,
    Collection: tuple,
    Iterable: tuple,
    AbstractSet: frozenset,
}


def shape_of(annotation: Any) -> Shape:
    """Return what the annotation asks for.

    Raises:
        UnknownShapeError: If it has no counterpart among the configuration types.
    """
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return shape_of(arguments[0])
    if origin in {Union, types.UnionType}:
        return _union(arguments)
    if origin is Literal:
        return _literal(arguments)
    return _plain(annotation, origin, arguments)


def _plain(annotation: Any, origin: Any, arguments: tuple[Any, ...]) -> Shape:
    if annotation in _SCALARS:
        return Shape(_SCALARS[annotation])
    if (origin or annotation) is type:
        return Shape(ConfigType.CLASS, convert=_subclass_of(arguments[0] if arguments else object))
    if (origin or annotation) in _LISTS:
        return _list(origin or annotation, arguments)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return _enum(annotation)
    raise UnknownShapeError(f"no configuration type for {annotation!r}")


def _union(arguments: tuple[Any, ...]) -> Shape:
    members = [argument for argument in arguments if argument is not types.NoneType]
    nullable = len(members) < len(arguments)
    if len(members) == 1:
        shape = shape_of(members[0])
        validator = NullOr(shape.validator) if shape.validator else None
        return attrs.evolve(shape, nullable=True, validator=validator)
    classes = [member for member in members if member is not str]
    if len(classes) == 1 == len(members) - 1 and (classes[0] is type or get_origin(classes[0]) is type):
        return _named_class(classes[0], nullable=nullable)
    raise UnknownShapeError(f"no configuration type for {' | '.join(map(str, arguments))}")


def _named_class(annotation: Any, *, nullable: bool) -> Shape:
    """Return the shape of a class or, where nobody looks it up, its name."""
    convert = shape_of(annotation).convert

    def unless_name(key: str, value: Any) -> Any:
        return value if isinstance(value, str) or convert is None else convert(key, value)

    return Shape(ConfigType.CLASS, nullable, convert=unless_name)


def _literal(arguments: tuple[Any, ...]) -> Shape:
    values = tuple(argument for argument in arguments if argument is not None)
    nullable = len(values) < len(arguments)
    kinds = {_SCALARS.get(type(value)) for value in values}
    if kinds == {ConfigType.STRING}:
        valid: Validator = ValidString(values)
    elif kinds == {ConfigType.INT}:
        valid = Lambda(_one_of(values), f"[{', '.join(map(str, values))}]")
    else:
        raise UnknownShapeError(f"no configuration type for Literal{list(arguments)}")
    return Shape(kinds.pop() or ConfigType.STRING, nullable, NullOr(valid) if nullable else valid)


def _one_of(values: tuple[Any, ...]) -> Callable[[str, Any], None]:
    def check(key: str, value: Any) -> None:
        if value not in values:
            raise invalid(key, value, f"Value must be one of: {', '.join(map(str, values))}")

    return check


def _enum(enum: type[Enum]) -> Shape:
    texts = {str(member.value) if _has_texts(enum) else member.name: member for member in enum}
    return Shape(
        ConfigType.STRING, validator=ValidString(tuple(texts)), convert=lambda _, value: texts[value]
    )


def _has_texts(enum: type[Enum]) -> bool:
    return all(isinstance(member.value, str) for member in enum)


def _subclass_of(base: Any) -> Convert:
    def check(key: str, value: Any) -> Any:
        if not isinstance(value, type):
            raise invalid(key, value, f"Class {value} could not be found.")
        if base is not Any and isinstance(base, type) and not _is_subclass(value, base):
            raise invalid(key, value, f"The class is not a {base.__qualname__}.")
        return value

    return check


def _is_subclass(cls: type[Any], base: type[Any]) -> bool:
    try:
        return issubclass(cls, base)
    except TypeError:  # a protocol that cannot be asked at run time
        return True


def _list(origin: Any, arguments: tuple[Any, ...]) -> Shape:
    member, *rest = arguments or (str, Ellipsis)
    if origin is tuple and rest != [Ellipsis]:
        raise UnknownShapeError(f"no configuration type for tuple{list(arguments)}; write tuple[X, ...]")
    element = shape_of(member)
    if element.kind in {ConfigType.LIST, ConfigType.PASSWORD} or element.nullable:
        raise UnknownShapeError(f"no configuration type for a list of {member!r}")
    collect = _LISTS[origin]
    valid = ValidList(element.validator) if isinstance(element.validator, ValidString) else None

    def convert(key: str, values: Any) -> Any:
        return collect([_element(key, value, element) for value in values])

    return Shape(ConfigType.LIST, validator=valid, convert=convert)


def _element(key: str, value: Any, shape: Shape) -> Any:
    parsed = parse_value(key, value, shape.kind)
    if parsed is None:
        raise invalid(key, value, "an element is null")
    if shape.validator is not None:
        shape.validator(key, parsed)
    return parsed if shape.convert is None else shape.convert(key, parsed)
