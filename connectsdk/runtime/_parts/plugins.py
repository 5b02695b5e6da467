"""Which class does a name mean?

A plugin is named by its class object, by an alias (Kafka Connect's full or simple name, or ours), by the name
of an installed entry point, or by an import path `module:Class`. Nothing is imported before it is asked for.
"""

import difflib
from collections.abc import Callable, Iterable
from typing import Any

import attrs

from connectsdk.errors import ConfigError
from connectsdk.runtime._parts.imports import Imports, UnusableError
from connectsdk.runtime._parts.plugin_names import PluginKind, PluginNames, class_name, names_of, read_names
from connectsdk.sink import SinkConnector
from connectsdk.source import SourceConnector

__all__ = ("Plugins", "import_allowed_by")

FOREIGN = ("org.apache.kafka.", "io.confluent.", "com.", "io.debezium.")


def import_allowed_by(prefixes: Iterable[str]) -> Callable[[str], bool]:
    """Return whether a module is one of these, or inside of one."""
    allowed = tuple(prefix.strip().rstrip(".*") for prefix in prefixes if prefix.strip())
    return lambda module: any(module == prefix or module.startswith(f"{prefix}.") for prefix in allowed)


@attrs.define(eq=False)
class Plugins:
    """The plugins that configurations may name.

    Attributes:
        allow_import: Whether a module may be imported because a configuration names it; all may by default,
            since whoever writes the configuration also starts the program.
        classes: Classes that configurations may name besides, by their full or simple name.
        imports: Imports what is named.
    """

    allow_import: Callable[[str], bool] = lambda _: True
    classes: tuple[type[Any], ...] = attrs.field(default=(), converter=tuple, kw_only=True)
    imports: Imports = attrs.field(factory=Imports, kw_only=True)
    _names: dict[PluginKind, PluginNames] = attrs.field(factory=dict, init=False)

    def restricted(self, prefixes: Iterable[str]) -> "Plugins":
        """Return the same plugins for configurations that come from somebody else: they name no other modules.

        Args:
            prefixes: Modules and packages from which anything may be imported.
        """
        return attrs.evolve(self, allow_import=import_allowed_by(prefixes))

    def names(self, kind: PluginKind) -> PluginNames:
        """Return the names of one kind of plugin; nothing of it is imported."""
        if kind not in self._names:
            self._names[kind] = read_names(kind)
        return self._names[kind]

    def knows(self, kind: PluginKind, name: str) -> bool:
        """Return whether there is a plugin of this name; nothing of it is imported."""
        return bool(self.names(kind).find(name)) or self._given(name) is not None

    def ready(self, kind: PluginKind, name: str) -> bool:
        """Return whether a plugin can be returned without waiting for code of somebody else."""
        names = self.names(kind)
        if name in names.shipped or self._given(name) is not None:
            return True
        return all(self.imports.ready(path) for path in names.find(name))

    def class_name(self, kind: PluginKind, found: Any) -> str:
        """Return a class's full name: Kafka Connect's where it has the class too."""
        return class_name(f"{found.__module__}:{found.__qualname__}", self.names(kind).shipped)

    def connector(self, name: Any) -> type[SourceConnector[Any]] | type[SinkConnector[Any]]:
        """Return the connector class for a value of `connector.class`.

        Raises:
            ConfigError: If there is none, or it is not a connector.
        """
        found = self.find("connector", "connector.class", name)
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
        return self.find("header_converter" if key == "header.converter" else "converter", key, name)

    def transform(self, key: str, name: Any) -> Any:
        """Return the transform class, object or function for the value of a key.

        Raises:
            ConfigError: If there is none.
        """
        return self.find("transformation", key, name)

    def predicate(self, key: str, name: Any) -> Any:
        """Return the predicate class, object or function for the value of a key.

        Raises:
            ConfigError: If there is none.
        """
        return self.find("predicate", key, name)

    def find(self, kind: PluginKind, key: str, name: Any) -> Any:
        """Return what the value of a key names; anything but text is returned as it is.

        Raises:
            ConfigError: If it names nothing, or what it names cannot be used.
        """
        if not isinstance(name, str):
            return name
        name = name.strip()
        given = self._given(name)
        if given is not None:
            return given
        paths = self.names(kind).find(name)
        if len(paths) > 1:
            message = f"{key} {name!r} is ambiguous, it may mean {' or '.join(paths)}: name one of them"
            raise ConfigError(message, key=key)
        if paths:
            return self._import(key, name, paths[0])
        found = self._import(key, name, self._import_path(kind, key, name))
        origin = getattr(found, "__module__", None) or type(found).__module__
        if not self.allow_import(str(origin)):  # what a module has imported itself is not its own
            raise _not_allowed(key, name, str(origin))
        return found

    def _given(self, name: str) -> type[Any] | None:
        named = (cls for cls in self.classes if name in names_of(f"{cls.__module__}:{cls.__qualname__}"))
        return next(named, None)

    def _import_path(self, kind: PluginKind, key: str, name: str) -> str:
        """Return `module:Class` for a name that is no plugin's."""
        known = self.names(kind).paths
        if (":" not in name and "." not in name) or name.startswith(FOREIGN):
            raise _unknown(key, name, known)
        path = name if ":" in name else ":".join(name.rpartition(".")[::2])
        module = path.partition(":")[0]
        if not self.allow_import(module):
            raise _not_allowed(key, name, module)
        return path

    def _import(self, key: str, name: str, path: str) -> Any:
        try:
            return self.imports.get(path)
        except UnusableError as error:
            message = (
                f"{key} {name!r} cannot be used: importing {path} failed: {error}. "
                "Correct the name, or install what has it where this program finds it"
            )
            raise ConfigError(message, key=key) from error


def _not_found(key: str, name: str) -> str:
    return f"Class {name} could not be found for {key}."


def _not_allowed(key: str, name: str, module: str) -> ConfigError:
    message = (
        f"{_not_found(key, name)} It is no installed plugin, and importing {module} is not allowed here: "
        "install it as a plugin, or list the module in the worker's plugin.import.allow"
    )
    return ConfigError(message, key=key)


def _unknown(key: str, name: str, known: Iterable[str]) -> ConfigError:
    known = [each for each in known if ":" not in each]
    close = difflib.get_close_matches(
        name.rpartition(".")[2] or name, known, n=1
    ) or difflib.get_close_matches(name, known, n=1)
    hint = f" Did you mean {close[0]}?" if close else ""
    message = (
        f"{_not_found(key, name)}{hint} "
        "Name an alias, an installed plugin, or an import path like package.module:Class"
    )
    return ConfigError(message, key=key)


def _shown(name: Any) -> str:
    return repr(name) if isinstance(name, str) else getattr(name, "__qualname__", type(name).__qualname__)
