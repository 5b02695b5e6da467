"""How does a check make what it checks?"""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from connectsdk.config import parse

__all__ = ("configured", "maker")

T = TypeVar("T")


def configured(
    cls: type[T], properties: Mapping[str, Any] | None = None, **arguments: Any
) -> Callable[[], T]:
    """Return a function that makes a plug and configures it as the runtime does.

    Args:
        cls: The class of a transform, predicate or converter; without a `config_class` it gets the properties as they are.
        properties: Its own keys, as in a configuration file without the prefix.
        arguments: Passed to `configure`; a converter gets `is_key=False` unless said otherwise.
    """

    def make() -> T:
        made: Any = cls()
        if hasattr(made, "from_connect_data"):
            arguments.setdefault("is_key", False)
        made.configure(parse(getattr(cls, "config_class", dict), properties or {}), **arguments)
        result: T = made
        return result

    make.__qualname__ = cls.__qualname__
    return make


def maker(factory: Any, wrap: Callable[[Any], Any]) -> Callable[[], Any]:
    """Return what makes a configured plug: from a factory of it or of a function, a class, or a function of a record.

    Args:
        factory: What the caller gave.
        wrap: Makes a plug of a function that takes a record.

    Raises:
        TypeError: If it cannot be called.
    """
    if not callable(factory):
        message = (
            f"give a function that makes a configured plug, as configured(cls, properties), not {factory!r}"
        )
        raise TypeError(message)
    if isinstance(factory, type):
        return configured(factory) if hasattr(factory, "configure") else factory
    if _takes_a_record(factory):
        return lambda: wrap(factory)

    def make() -> Any:
        plug = factory()
        return wrap(plug) if inspect.isroutine(plug) else plug

    return make


def _takes_a_record(function: Callable[..., Any]) -> bool:
    parameters = inspect.signature(function).parameters.values()
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return any(one.kind in positional and one.default is one.empty for one in parameters)
