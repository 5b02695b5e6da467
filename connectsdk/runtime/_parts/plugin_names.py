"""Which names does a plugin have?

A plugin is known by its import path, by its full and its simple name, by that without `Connector` or `Converter`, and by
the name under which it is installed. What comes with connectsdk keeps its names, whatever else is installed.
"""

from collections.abc import Iterable, Mapping
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Literal

import attrs

__all__ = ("KINDS", "Installed", "PluginKind", "PluginNames", "class_name", "read_names", "shipped_names")

PluginKind = Literal[
    "connector", "converter", "header_converter", "transformation", "predicate", "config_provider"
]

GROUPS: Mapping[PluginKind, tuple[str, ...]] = {
    "connector": ("connectsdk.connectors",),
    "converter": ("connectsdk.converters",),
    "header_converter": ("connectsdk.header_converters", "connectsdk.converters"),
    "transformation": ("connectsdk.transforms",),
    "predicate": ("connectsdk.predicates",),
    "config_provider": ("connectsdk.config_providers",),
}
SHIPPED: Mapping[PluginKind, str] = {
    "connector": "connectsdk.connectors",
    "converter": "connectsdk.converters",
    "header_converter": "connectsdk.converters",
    "transformation": "connectsdk.transforms",
    "predicate": "connectsdk.transforms",
    "config_provider": "connectsdk.providers",
}
KINDS: tuple[PluginKind, ...] = tuple(GROUPS)
SUFFIXES = ("Connector", "Converter")


@attrs.frozen
class Installed:
    """A plugin that an installed distribution declares.

    Attributes:
        name: Its name in the entry point group.
        path: `module:Class`.
        distribution: What declares it.
    """

    name: str
    path: str
    distribution: str | None


@attrs.frozen
class PluginNames:
    """The names of one kind of plugin.

    Attributes:
        shipped: Import paths by name, of what comes with connectsdk.
        installed: What installed distributions declare.
        paths: Import paths by name; more than one where distributions claim the same name.
    """

    shipped: Mapping[str, str]
    installed: tuple[Installed, ...]
    paths: Mapping[str, tuple[str, ...]]

    def find(self, name: str) -> tuple[str, ...]:
        """Return the import paths that a name may mean."""
        return self.paths.get(name, ())


def read_names(kind: PluginKind) -> PluginNames:
    """Return the names of one kind of plugin; nothing of it is imported."""
    shipped = shipped_names(kind)
    installed = tuple(_installed(kind))
    claimed: dict[str, list[str]] = {}
    for plugin in installed:
        for name in (plugin.name, *names_of(plugin.path)):
            if plugin.path not in claimed.setdefault(name, []):
                claimed[name].append(plugin.path)
    paths = {name: tuple(found) for name, found in claimed.items()}
    return PluginNames(shipped, installed, paths | {name: (path,) for name, path in shipped.items()})


def shipped_names(kind: PluginKind) -> dict[str, str]:
    """Return import paths by name, of what comes with connectsdk."""
    package: Any = import_module(SHIPPED[kind])
    found: dict[str, str] = dict(package.ALIASES)
    for path in package.ALIASES.values():
        found |= {path: path, path.replace(":", "."): path}
    return found


def class_name(path: str, shipped: Mapping[str, str]) -> str:
    """Return the full name of a plugin: Kafka Connect's where it has the plugin too."""
    foreign = [
        name
        for name, known in shipped.items()
        if known == path and name.startswith(("org.", "io.confluent."))
    ]
    return max(foreign, key=len) if foreign else path.replace(":", ".")


def names_of(path: str) -> tuple[str, ...]:
    """Return the names that follow from where a class is."""
    simple = path.rpartition(":")[2].rpartition(".")[2]
    short = [
        simple.removesuffix(suffix) for suffix in SUFFIXES if simple.endswith(suffix) and simple != suffix
    ]
    return path, path.replace(":", "."), simple, *short


def _installed(kind: PluginKind) -> Iterable[Installed]:
    points: list[EntryPoint] = [point for group in GROUPS[kind] for point in entry_points(group=group)]
    for point in sorted(points, key=lambda point: (point.name, point.value)):
        path = point.value.partition("[")[0].replace(" ", "")
        yield Installed(point.name, path, None if point.dist is None else point.dist.name)
