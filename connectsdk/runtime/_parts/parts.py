"""Which plugins does a connector consist of?

Their classes and versions, as far as its configuration names them; nothing is made.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from connectsdk._version import __version__
from connectsdk.runtime._parts.pipelines import Plumbing
from connectsdk.sink import SinkConnector
from connectsdk.source import SourceConnector

__all__ = ("Part", "parts_of")

ConnectorClass = type[SourceConnector[Any]] | type[SinkConnector[Any]]
CONVERTERS = ("key.converter", "value.converter", "header.converter")


@attrs.frozen(kw_only=True)
class Part:
    """One plugin of a connector.

    Attributes:
        role: `connector`, `task`, `key.converter`, `value.converter`, `header.converter`, `transform` or `predicate`.
        alias: How the configuration calls a transform or predicate; empty for others.
        class_name: The plugin's class, or the name of a function.
        version: What it says; the runtime's for what comes with it, `undefined` for others that say nothing.
    """

    role: str
    alias: str = ""
    class_name: str
    version: str


def parts_of(connector: ConnectorClass, plumbing: Plumbing, predicates: Iterable[str]) -> Iterator[Part]:
    """Yield the plugins of a connector: itself, its task class, converters, transforms and predicates."""
    yield _part("connector", connector)
    task = connector.task_class
    own = _version(task)
    version = _version(connector) if own == "undefined" else own
    yield Part(role="task", class_name=_name(task), version=version)
    for key in CONVERTERS:
        yield _part(key, plumbing.converter_class(key))
    for alias in plumbing.aliases:
        key = f"transforms.{alias}.type"
        yield _part("transform", plumbing.plugins.transform(key, plumbing.properties[key]), alias)
    for alias in predicates:
        key = f"predicates.{alias}.type"
        yield _part("predicate", plumbing.plugins.predicate(key, plumbing.properties[key]), alias)


def _part(role: str, plugin: Any, alias: str = "") -> Part:
    return Part(role=role, alias=alias, class_name=_name(plugin), version=_version(plugin))


def _name(plugin: Any) -> str:
    named = plugin if hasattr(plugin, "__qualname__") else type(plugin)
    return f"{named.__module__}.{named.__qualname__}"


def _version(plugin: Any) -> str:
    version = getattr(plugin, "version", "undefined")
    if isinstance(version, str) and version != "undefined":
        return version
    return __version__ if _name(plugin).startswith("connectsdk.") else "undefined"
