"""Which of a connector's properties are secrets because a plugin says so?

A key of type PASSWORD holds a secret whatever it is called.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from connectsdk.config import ConfigType, definition
from connectsdk.errors import ConfigError
from connectsdk.runtime._parts.pipelines import Plumbing

__all__ = ("declared_secrets",)

CONVERTERS = ("key.converter", "value.converter", "header.converter")


def declared_secrets(classes: Iterable[Any], plumbing: Plumbing, predicates: Iterable[str]) -> Iterator[str]:
    """Yield the values of keys of type PASSWORD.

    Args:
        classes: Those of the connector's and its tasks' configurations.
        plumbing: Its properties, with references replaced, and its transforms and converters.
        predicates: The names of its predicates.
    """
    properties, plugins = plumbing.properties, plumbing.plugins
    for own in classes:
        yield from _passwords(own, properties, "")
    for key in CONVERTERS:
        found = _found(plumbing.converter_class, key)
        for written in (properties, plumbing.worker):
            yield from _passwords(found, written, f"{key}.")
    for alias in plumbing.aliases:
        prefix = f"transforms.{alias}."
        found = _found(plugins.transform, f"{prefix}type", properties.get(f"{prefix}type"))
        yield from _passwords(found, properties, prefix)
    for alias in predicates:
        prefix = f"predicates.{alias}."
        found = _found(plugins.predicate, f"{prefix}type", properties.get(f"{prefix}type"))
        yield from _passwords(found, properties, prefix)


def _found(find: Any, *named: Any) -> Any:
    """Return the configuration class of a plugin; None if there is no such plugin, which is told elsewhere."""
    try:
        return getattr(find(*named), "config_class", None)
    except ConfigError:
        return None


def _passwords(own: Any, properties: Mapping[str, Any], prefix: str) -> Iterator[str]:
    for key in () if own is None else definition(own):
        value = properties.get(prefix + key.name)
        if key.type is ConfigType.PASSWORD and isinstance(value, str):
            yield value
