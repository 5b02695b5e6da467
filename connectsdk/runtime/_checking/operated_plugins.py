"""What do operators learn of plugins and of configurations that are not used yet?"""

from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Any, TypeVar

import attrs

from connectsdk.config import ConfigKey, definition
from connectsdk.config.connector import SinkConnectorConfig, SourceConnectorConfig
from connectsdk.errors import ConfigError, ConnectError
from connectsdk.runtime._calls.log_context import on_behalf_of
from connectsdk.runtime._calls.plugin_calls import called
from connectsdk.runtime._calls.stages import stage
from connectsdk.runtime._checking.findings import key_info
from connectsdk.runtime._checking.part_findings import ROLE
from connectsdk.runtime._checking.validation import Validation
from connectsdk.runtime._operated import (
    BadRequestError,
    ConfigInfos,
    ConfigKeyInfo,
    ConflictError,
    NotFoundError,
    PluginInfo,
    UnusablePlugin,
)
from connectsdk.runtime._parts.plugin_list import PluginList, version_of
from connectsdk.runtime._parts.plugin_names import KINDS, PluginKind
from connectsdk.runtime._parts.references import Resolved
from connectsdk.runtime._settings import TaskSettings
from connectsdk.runtime._worker.blueprint import Blueprint
from connectsdk.runtime._worker.worker import Worker
from connectsdk.source import SourceConnector

__all__ = ("OperatedPlugins",)

T = TypeVar("T")

VALIDATION = TaskSettings(isolation="thread", start_timeout=10.0, graceful=2.0)
"""Where plugin code runs that validates, and how long it may: imports, and the connector's own `validate`."""


class OperatedPlugins:
    """The plugins of a worker, and what they say of configurations."""

    def __init__(self, worker: Worker) -> None:
        """Take the worker, whose plugins these are."""
        self._worker = worker
        self._listed = PluginList(worker.plugins)

    def plugins(self, *, connectors_only: bool = True) -> list[PluginInfo]:
        """Return the plugins that connectors may name; those still being imported are not among them."""
        usable = [each for each in self._listed.usable() if each.type != "config_provider"]
        return [each for each in usable if each.type in {"source", "sink"}] if connectors_only else usable

    def config_providers(self) -> list[PluginInfo]:
        """Return the config providers that a worker may name."""
        return [each for each in self._listed.usable() if each.type == "config_provider"]

    def unusable_plugins(self) -> list[UnusablePlugin]:
        """Return what is installed and cannot be used, each with the reason."""
        return self._listed.unusable()

    def plugin_config(self, plugin: str) -> list[ConfigKeyInfo]:
        """Return the configuration keys of a plugin; for a connector also those that every connector has.

        Args:
            plugin: Its full or simple name.

        Raises:
            NotFoundError: If there is no such plugin.
            ConflictError: If it is still being imported.
            BadRequestError: If it cannot be used.
        """
        kind, found = self._found(plugin)
        keys = self._keys(plugin, kind, found)
        role = (ROLE,) if kind in {"converter", "header_converter"} and keys else ()
        infos = [key_info(key) for key in (*role, *(key for key in keys if key.name != ROLE.name))]
        version = version_of(found) if kind == "connector" else None
        return [
            attrs.evolve(each, default_value=version) if each.name == "connector.plugin.version" else each
            for each in infos
        ]

    async def read_plugin_config(self, plugin: str) -> list[ConfigKeyInfo]:
        """Return what `plugin_config` does; the plugin's code is waited for elsewhere, ten seconds at most.

        Raises:
            NotFoundError: If there is no such plugin.
            ConflictError: If it is still being imported.
            BadRequestError: If it cannot be used.
            ConnectError: If the deadline passed.
        """
        what = f"the configuration keys of {plugin}"

        async def look() -> list[ConfigKeyInfo]:
            return self.plugin_config(plugin)

        return await self._worker.consultations.ask(what, what, VALIDATION, look)

    def plugin_keys(self, plugin: str) -> tuple[ConfigKey, ...]:
        """Return the definitions of a plugin's own keys, and for a connector of those that every connector has.

        Raises:
            NotFoundError: If there is no such plugin.
            ConflictError: If it is still being imported.
            BadRequestError: If it cannot be used.
        """
        return self._keys(plugin, *self._found(plugin))

    def _found(self, plugin: str) -> tuple[PluginKind, Any]:
        plugins = self._worker.plugins
        known: list[PluginKind] = [kind for kind in KINDS if plugins.knows(kind, plugin)]
        if not known:
            raise NotFoundError(f"Unknown plugin {plugin}.")
        kind = known[0]
        if not plugins.ready(kind, plugin):
            raise ConflictError(f"The plugin {plugin} is still being imported")
        try:
            return kind, plugins.find(kind, "plugin", plugin)
        except ConfigError as error:
            raise BadRequestError(str(error)) from error

    def _keys(self, plugin: str, kind: PluginKind, found: Any) -> tuple[ConfigKey, ...]:
        try:
            with called(f"{plugin}: its configuration"):
                return _keys(kind, found)
        except ConnectError as error:
            raise BadRequestError(str(error)) from error

    def wait_for_plugins(self, seconds: float) -> bool:
        """Wait until everything that is installed was looked at; return whether it was. This blocks."""
        return self._listed.wait(seconds)

    async def validate(self, plugin: str, config: Mapping[str, Any]) -> ConfigInfos:
        """Return what is wrong with a connector's configuration, and all of its keys.

        Nothing is started, and the connector is asked only for what it says to a configuration. Plugin code is waited
        for, ten seconds at most.

        Args:
            plugin: The connector's class, as the request names it.
            config: The properties.

        Raises:
            BadRequestError: If there is no such connector, or the configuration names another one.
            ConnectError: If the deadline passed.
        """
        named = str(config.get("connector.class") or "")
        if named and not _same(plugin, named):
            raise BadRequestError(f"Included connector type {named} does not match request type {plugin}")
        return await self.validated(config)

    async def validated(self, config: Mapping[str, Any]) -> ConfigInfos:
        """Return what is wrong with a connector's configuration, as `validate` does.

        Raises:
            BadRequestError: If it names no connector, or one that is not there.
            ConnectError: If the deadline passed.
        """
        worker = self._worker.properties

        async def look(resolved: Resolved | ConfigError) -> ConfigInfos:
            return await Validation.of(worker, self._listed, config, resolved)

        return await self._consult(config, look)

    async def read(self, config: Mapping[str, Any]) -> Blueprint | ConfigInfos:
        """Return what a connector's configuration says, or what is wrong with it.

        Args:
            config: The properties, `name` included.

        Raises:
            BadRequestError: If it names no connector, or one that is not there.
            ConfigError: If it cannot work although nothing is wrong with any key.
            ConnectError: If the deadline passed.
        """
        worker = self._worker.properties

        async def look(resolved: Resolved | ConfigError) -> Blueprint | ConfigInfos | ConfigError:
            infos = await Validation.of(worker, self._listed, config, resolved)
            if infos.error_count or isinstance(resolved, ConfigError):
                return infos
            try:
                return Blueprint.read(config, resolved, worker)
            except ConfigError as error:
                return error

        found = await self._consult(config, look)
        if isinstance(found, ConfigError):
            with worker.secrets.kept():
                raise found
        return found

    async def _consult(
        self, config: Mapping[str, Any], look: Callable[[Resolved | ConfigError], Coroutine[Any, Any, T]]
    ) -> T:
        """Look at a configuration whose references are replaced, in a room."""
        named = str(config.get("connector.class") or "")
        if not named:
            raise BadRequestError("The configuration contains no connector type: connector.class is missing")
        worker, what = self._worker.properties, f"validation for {named}"
        resolved: Resolved | ConfigError
        try:
            with stage("resolving transformed configuration properties for the connector"):
                resolved = await worker.resolve(config)
        except ConfigError as error:
            resolved = error
        try:
            with worker.secrets.kept(), on_behalf_of(str(config.get("name") or named)):
                return await self._worker.consultations.ask(what, what, VALIDATION, partial(look, resolved))
        except ConfigError as error:
            message = (
                f"Failed to find any class that implements Connector and which name matches {named}: {error}"
            )
            raise BadRequestError(worker.secrets.hide(message)) from None


def _keys(kind: PluginKind, found: Any) -> tuple[ConfigKey, ...]:
    own = getattr(found, "config_class", dict)
    if kind == "connector":
        common = SourceConnectorConfig if issubclass(found, SourceConnector) else SinkConnectorConfig
        keys = {key.name: key for source in (own, common) for key in definition(source)}
        return tuple(keys.values())
    return definition(own)


def _same(plugin: str, named: str) -> bool:
    """Return whether two names may mean one connector."""
    return _simple(plugin) == _simple(named)


def _simple(name: str) -> str:
    return name.replace(":", ".").rpartition(".")[2].removesuffix("Connector")
