"""Which plugins are there to choose from?

What comes with connectsdk is known without a look at it. What other distributions declare is imported once, on threads,
and listed when that has ended; what cannot be used is listed with the reason.
"""

import threading
from collections.abc import Iterator
from typing import Any

import attrs

from connectsdk._version import __version__
from connectsdk.runtime._operated import PluginInfo, UnusablePlugin
from connectsdk.runtime._parts.imports import UnusableError, described
from connectsdk.runtime._parts.plugin_names import KINDS, Installed, PluginKind, class_name
from connectsdk.runtime._parts.plugins import Plugins
from connectsdk.sink import SinkConnector
from connectsdk.source import SourceConnector
from connectsdk.transforms import PREDICATES

__all__ = ("PluginList", "version_of")

THREADS = 4
ONLY_HEADERS = frozenset({"connectsdk.converters.simple_header:SimpleHeaderConverter"})
NEVER_HEADERS = ("connectsdk.converters.avro", "connectsdk.converters.json_schema")
METHODS: dict[PluginKind, str] = {
    "converter": "from_connect_data",
    "header_converter": "from_connect_header",
    "transformation": "apply",
    "predicate": "test",
    "config_provider": "get",
}


@attrs.define(eq=False)
class PluginList:
    """The plugins of a worker.

    Attributes:
        plugins: Finds them by name.
    """

    plugins: Plugins
    _own: tuple[PluginInfo, ...] = attrs.field(default=(), init=False)
    _usable: dict[tuple[PluginKind, str], PluginInfo] = attrs.field(factory=dict, init=False)
    _unusable: dict[tuple[PluginKind, str], UnusablePlugin] = attrs.field(factory=dict, init=False)
    _wanted: list[tuple[PluginKind, Installed]] | None = attrs.field(default=None, init=False)
    _left: int = attrs.field(default=0, init=False)
    _lock: threading.Lock = attrs.field(factory=threading.Lock, init=False)
    _scanned: threading.Event = attrs.field(factory=threading.Event, init=False)

    def scan(self) -> None:
        """Begin to look at what is installed, unless that has been done; do not wait."""
        with self._lock:
            if self._wanted is not None:
                return
            self._wanted = [(kind, each) for kind in KINDS for each in self.plugins.names(kind).installed]
            threads = min(THREADS, len(self._wanted))
            self._left = threads
        if not threads:
            self._scanned.set()
        for number in range(threads):
            threading.Thread(target=self._look, name=f"connectsdk plugins {number}", daemon=True).start()

    def wait(self, seconds: float) -> bool:
        """Wait until everything was looked at; return whether it was."""
        self.scan()
        return self._scanned.wait(seconds)

    def usable(self) -> list[PluginInfo]:
        """Return those that can be used, as far as they have been looked at, connectors first."""
        self.scan()
        self._own = self._own or (*self._shipped(), *self._given())
        listed = [*self._own, *self._usable.values()]
        places = {kind: place for place, kind in enumerate(PLACES)}
        return sorted(listed, key=lambda each: (places[each.type], each.class_name))

    def unusable(self) -> list[UnusablePlugin]:
        """Return those that cannot be used."""
        self.scan()
        return sorted(self._unusable.values(), key=lambda each: (each.type, each.name))

    # -- what comes with connectsdk --------------------------------------------------------------------------

    def _shipped(self) -> Iterator[PluginInfo]:
        for kind in KINDS:
            names = self.plugins.names(kind).shipped
            for path in sorted({path for path in names.values() if _is_kind(kind, path)}):
                yield PluginInfo(
                    class_name=class_name(path, names), type=_shipped_type(kind, path), version=__version__
                )

    def _given(self) -> Iterator[PluginInfo]:
        for cls in self.plugins.classes:
            for kind in KINDS:
                if not _complaint(kind, cls):
                    yield PluginInfo(
                        class_name=f"{cls.__module__}.{cls.__qualname__}",
                        type=_type(kind, cls),
                        version=version_of(cls),
                    )

    # -- what is installed besides ---------------------------------------------------------------------------

    def _look(self) -> None:
        """Look at plugins until there are none left; runs on threads of its own."""
        while True:
            with self._lock:
                if not self._wanted:
                    self._left -= 1
                    if not self._left:
                        self._scanned.set()
                    return
                kind, installed = self._wanted.pop(0)
            self._note(kind, installed)

    def _note(self, kind: PluginKind, installed: Installed) -> None:
        try:
            found = self.plugins.imports.get(installed.path)
            reason = _complaint(kind, found)
            if not reason:
                self._usable[kind, installed.path] = PluginInfo(
                    class_name=installed.path.replace(":", "."),
                    type=_type(kind, found),
                    version=version_of(found),
                )
                return
        except UnusableError as error:
            reason = str(error)
        except BaseException as error:  # noqa: BLE001 - a class may do anything when it is looked at
            reason = described(error)
        if kind == "header_converter" and ("converter", installed.path) in self._usable:
            return  # it is one for keys and values alone
        self._unusable[kind, installed.name] = UnusablePlugin(
            name=installed.name,
            type=kind,
            path=installed.path,
            distribution=installed.distribution,
            reason=reason,
        )


PLACES = (
    "sink",
    "source",
    "transformation",
    "predicate",
    "converter",
    "header_converter",
    "config_provider",
)


def version_of(found: Any) -> str | None:
    """Return the version that a class names; None when it names none."""
    version = getattr(found, "version", None)
    if isinstance(version, str) and version != "undefined":
        return version
    return __version__ if str(getattr(found, "__module__", "")).startswith("connectsdk.") else None


def _is_kind(kind: PluginKind, path: str) -> bool:
    if kind in {"transformation", "predicate"}:
        return (path in PREDICATES) == (kind == "predicate")
    if kind == "header_converter":
        return not path.startswith(NEVER_HEADERS)
    return kind != "converter" or path not in ONLY_HEADERS


def _shipped_type(kind: PluginKind, path: str) -> str:
    if kind != "connector":
        return kind
    return "source" if path.endswith("SourceConnector") else "sink"


def _type(kind: PluginKind, found: Any) -> str:
    if kind != "connector":
        return kind
    return "source" if issubclass(found, SourceConnector) else "sink"


def _complaint(kind: PluginKind, found: Any) -> str:
    """Return why something cannot be used as a plugin of a kind; nothing if it can."""
    if getattr(found, "__abstractmethods__", None):
        return f"it is abstract: {', '.join(sorted(found.__abstractmethods__))} is missing"
    if kind == "connector":
        if not isinstance(found, type) or not issubclass(found, SourceConnector | SinkConnector):
            return "it is not a connector: it must subclass SourceConnector or SinkConnector"
        return "" if getattr(found, "task_class", None) is not None else "it names no task_class"
    if kind == "transformation" and callable(found) and not isinstance(found, type):
        return ""
    method = METHODS[kind]
    return "" if callable(getattr(found, method, None)) else f"it is no {kind}: it has no method {method}"
