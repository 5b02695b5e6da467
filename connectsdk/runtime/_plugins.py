"""Which class does a name mean?

A plugin is named by its class object, by an alias (Kafka Connect's full or simple name, or ours), by the name
of an installed entry point, or by an import path `module:Class`. Nothing is imported before it is asked for.
"""

import difflib
import logging
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import attrs

from connectsdk.errors import ConfigError
from connectsdk.sink import SinkConnector
from connectsdk.source import SourceConnector

__all__ = ("Plugins",)

log = logging.getLogger("connectsdk.plugins")

CONNECTORS = "connectsdk.connectors"
CONVERTERS = "connectsdk.converters"
TRANSFORMS = "connectsdk.transforms"
PREDICATES = "connectsdk.predicates"


@attrs.define(eq=False)
class Plugins:
    """The plugins that configurations may name.

    Attributes:
        allow_import: Whether a module may be imported because a configuration names it; all may by default,
            since whoever writes the configuration also starts the program.
    """

    allow_import: Callable[[str], bool] = lambda _: True
    _entry_points: dict[str, dict[str, EntryPoint]] = attrs.field(factory=dict)

    def connector(self, name: Any) -> type[SourceConnector[Any]] | type[SinkConnector[Any]]:
        """Return the connector class for a value of `connector.class`.

        Raises:
            ConfigError: If there is none, or it is not a connector.
        """
        found = self._resolve("connector.class", name, CONNECTORS, "connectsdk.connectors")
        if isinstance(found, type) and issubclass(found, SourceConnector | SinkConnector):
            if getattr(found, "task_class", None) is None:
                message = f"connector.class {_shown(name)}: {found.__qualname__} names no task_class"
                raise ConfigError(message, key="connector.class")
            return found
        message = f"connector.class {_shown(name)} is not a connector: it must subclass SourceConnector or SinkConnector"
        raise ConfigError(message, key="connector.class")

    def converter(self, key: str, name: Any) -> Any:
        """Return the converter class, or the converter object, for the value of a key.

        Raises:
            ConfigError: If there is none.
        """
        return self._resolve(key, name, CONVERTERS, "connectsdk.converters")

    def transform(self, key: str, name: Any) -> Any:
        """Return the transform class, object or function for the value of a key.

        Raises:
            ConfigError: If there is none.
        """
        return self._resolve(key, name, TRANSFORMS, "connectsdk.transforms")

    def predicate(self, key: str, name: Any) -> Any:
        """Return the predicate class, object or function for the value of a key.

        Raises:
            ConfigError: If there is none.
        """
        return self._resolve(key, name, PREDICATES, "connectsdk.transforms")

    def _resolve(self, key: str, name: Any, group: str, shipped: str) -> Any:
        if not isinstance(name, str):
            return name
        name = name.strip()
        aliases: Mapping[str, str] = import_module(shipped).ALIASES
        path = aliases.get(name)
        if path is not None:
            return _imported(key, name, path)
        installed = self._installed(group)
        if name in installed:
            return _imported(key, name, installed[name].value)
        if ":" in name or "." in name:
            return self._by_import_path(key, name, [*aliases, *installed])
        raise _unknown(key, name, [*aliases, *installed])

    def _by_import_path(self, key: str, name: str, known: list[str]) -> Any:
        module = name.partition(":")[0] if ":" in name else name.rpartition(".")[0]
        if name.startswith(("org.apache.kafka.", "io.confluent.", "com.", "io.debezium.")):
            raise _unknown(key, name, known)
        if not self.allow_import(module):
            message = f"{key}: importing {module} is not allowed here"
            raise ConfigError(message, key=key)
        path = name if ":" in name else ":".join(name.rpartition(".")[::2])
        return _imported(key, name, path)

    def _installed(self, group: str) -> dict[str, EntryPoint]:
        if group not in self._entry_points:
            self._entry_points[group] = {point.name: point for point in entry_points(group=group)}
        return self._entry_points[group]


def _imported(key: str, name: str, path: str) -> Any:
    module, _, qualname = path.partition(":")
    try:
        found: Any = import_module(module)
        for part in qualname.split("."):
            found = getattr(found, part)
    except Exception as error:
        message = (
            f"{key} {name!r} cannot be used: importing {path} failed: {type(error).__name__}: {error}. "
            "Correct the name, or install what has it where this program finds it"
        )
        raise ConfigError(message, key=key) from error
    return found


def _unknown(key: str, name: str, known: list[str]) -> ConfigError:
    close = difflib.get_close_matches(
        name.rpartition(".")[2] or name, known, n=1
    ) or difflib.get_close_matches(name, known, n=1)
    hint = f" Did you mean {close[0]}?" if close else ""
    message = (
        f"Class {name} could not be found for {key}.{hint} "
        "Name an alias, an installed plugin, or an import path like package.module:Class"
    )
    return ConfigError(message, key=key)


def _shown(name: Any) -> str:
    return repr(name) if isinstance(name, str) else getattr(name, "__qualname__", type(name).__qualname__)
