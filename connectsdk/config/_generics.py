"""Which configuration class does a connector class name as its type argument?"""

from collections.abc import Mapping
from typing import Any, TypeVar, get_args, get_origin

import attrs

__all__ = ("Config", "config_class_of")

Config = TypeVar("Config")
"""The configuration class of a connector or a task."""


def config_class_of(cls: type[Any], generic_base: type[Any]) -> None:
    """Set `cls.config_class` to the type argument that `cls` gives to its generic base.

    A type variable is left for a subclass to fill. `Mapping`, `dict` and `Any`, and a class that names no
    argument at all, stand for the raw properties: `config_class` is then `dict`.

    Args:
        cls: The new connector or task class.
        generic_base: The generic contract it implements, directly or through other generic classes.

    Raises:
        TypeError: If the argument is neither an attrs class nor a mapping.
    """
    argument = _argument(cls, generic_base)
    if argument is None:
        if not hasattr(cls, "config_class"):
            cls.config_class = dict
    elif not isinstance(argument, TypeVar):
        cls.config_class = _concrete(cls, generic_base, argument)


def _argument(cls: type[Any], generic_base: type[Any]) -> Any:
    """Return what `cls` gives to the generic base's parameter, or None when a plain parent class decided."""
    for base in cls.__dict__.get("__orig_bases__", ()):
        origin = get_origin(base)
        if origin is generic_base:
            return get_args(base)[0]
        if isinstance(origin, type) and issubclass(origin, generic_base):
            inherited = _argument(origin, generic_base)
            if isinstance(inherited, TypeVar):
                return get_args(base)[_parameters(origin).index(inherited)]
            return inherited
    return None


def _parameters(cls: type[Any]) -> tuple[Any, ...]:
    parameters: tuple[Any, ...] = getattr(cls, "__parameters__", ())
    return parameters


def _concrete(cls: type[Any], generic_base: type[Any], argument: Any) -> type[Any]:
    origin = get_origin(argument) or argument
    if origin is Any or (isinstance(origin, type) and issubclass(origin, Mapping)):
        return dict
    if isinstance(origin, type) and attrs.has(origin):
        return origin
    message = (
        f"{cls.__qualname__}: the configuration class in {generic_base.__name__}[...] is {argument!r}, "
        f"which is not an attrs class; decorate it with @attrs.frozen above {cls.__qualname__}, "
        f"or use {generic_base.__name__}[dict[str, str]] for the raw properties"
    )
    raise TypeError(message)
