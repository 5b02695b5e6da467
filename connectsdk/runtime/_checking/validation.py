"""What is wrong with a connector's configuration?

Every part of a connector is asked for its keys, and what became of them: the runtime, the connector's class, its transforms,
predicates and converters. Nothing is started, and nothing is raised for what an operator wrote. Plugin code runs in here,
so all of it is called in a room.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from connectsdk._core.client_overrides import overrides
from connectsdk._core.topic_creation import TopicCreation
from connectsdk.config import (
    ConfigKey,
    ConfigType,
    ConfigValue,
    Definition,
    Importance,
    definition,
    parse,
    parse_value,
    unknown_keys,
    validate,
)
from connectsdk.config.connector import SinkConnectorConfig, SourceConnectorConfig
from connectsdk.errors import ConfigError
from connectsdk.runtime._calls.plugin_calls import describe
from connectsdk.runtime._calls.stages import stage
from connectsdk.runtime._checking.findings import Findings
from connectsdk.runtime._checking.part_findings import ConverterFindings, StageFindings
from connectsdk.runtime._operated import ConfigInfos
from connectsdk.runtime._parts.plugin_list import PluginList, version_of
from connectsdk.runtime._parts.references import Resolved
from connectsdk.runtime._parts.secrets import is_secret_key
from connectsdk.runtime._parts.unsupported import refused
from connectsdk.runtime._parts.worker_properties import WorkerProperties
from connectsdk.source import SourceConnector

__all__ = ("Validation",)

PASSED_ON = ("topic.creation.", "producer.override.", "consumer.override.", "admin.override.")


@attrs.frozen
class Validation:
    """One look at one connector's configuration.

    Attributes:
        worker: The worker's configuration.
        listed: The plugins to recommend.
        written: The properties as they were written.
        properties: The properties with references to config providers replaced.
        unresolved: Why they could not be.
    """

    worker: WorkerProperties
    listed: PluginList
    written: Mapping[str, Any] = attrs.field(repr=False)
    properties: Mapping[str, Any] = attrs.field(repr=False)
    unresolved: ConfigError | None = None
    _findings: Findings = attrs.field(
        init=False, default=attrs.Factory(lambda self: Findings(self.worker.secrets), takes_self=True)
    )

    @classmethod
    async def of(
        cls,
        worker: WorkerProperties,
        listed: PluginList,
        written: Mapping[str, Any],
        resolved: Resolved | ConfigError,
    ) -> ConfigInfos:
        """Return what became of every key of a configuration as it was written.

        Args:
            worker: The worker's configuration.
            listed: The plugins to recommend.
            written: The properties as they were written.
            resolved: The properties with references to config providers replaced, or why they could not be.

        Raises:
            ConfigError: If `connector.class` names no connector.
        """
        if isinstance(resolved, ConfigError):
            return await cls(worker, listed, written, written, resolved).run()
        return await cls(worker, listed, written, resolved.properties).run()

    async def run(self) -> ConfigInfos:
        """Return what became of every key.

        Raises:
            ConfigError: If `connector.class` names no connector.
        """
        with stage("loading the connector's class"):
            found = self.worker.plugins.connector(self.properties.get("connector.class", ""))
        source = issubclass(found, SourceConnector)
        common = SourceConnectorConfig if source else SinkConnectorConfig
        self._common(common, found)
        stages = StageFindings(self.worker.plugins, self.listed, self.properties, self._findings)
        with stage("performing config validation for the connector's transforms and predicates"):
            stages.look("transforms")
            stages.look("predicates")
            stages.check_references()
        converters = ConverterFindings(self.worker, self.listed, self.properties, self._findings)
        with stage("performing config validation for the connector's converters"):
            converters.look()
        await self._own(found)
        self._rest(source=source)
        self._overrides(source=source)
        self._nulls(found.config_class)
        told = self._findings.told(
            str(self.written.get("connector.class")), self.written, self.properties, self.worker.secrets
        )
        unknown = self._unknown(found, (*stages.open, *converters.open))
        return attrs.evolve(told, unknown_keys=unknown, kind="source" if source else "sink")

    def _common(self, common: type[Any], found: type[Any]) -> None:
        readable = {**self.properties, "connector.class": str(self.properties["connector.class"])}
        self._findings.add(definition(common), validate(common, readable))
        version = version_of(found)
        self._findings.define("connector.plugin.version", default=version)
        known = () if version is None else (version,)
        self._findings.change("connector.plugin.version", recommended_values=known)
        if not self.properties.get("connector.plugin.version"):
            self._findings.change("connector.plugin.version", value=version)

    async def _own(self, found: type[Any]) -> None:
        own = found.config_class
        with stage("retrieving the configuration definition from the connector"):
            self._findings.add(definition(own), validate(own, self.properties))
        if self._findings.has_errors([key.name for key in definition(own)]):
            return
        try:
            with stage("performing multi-property validation for the connector"):
                answered = await found().validate(parse(own, self.properties))
            for value in _checked(answered):
                self._take(value)
        except ConfigError as error:
            self._findings.complain_of(error, "connector.class")
        except Exception as error:  # noqa: BLE001 - the author's code; whatever it raises is its answer
            message = f"{found.__qualname__}.validate raised {describe(error)}"
            self._findings.complain("connector.class", message)

    def _take(self, value: ConfigValue) -> None:
        self._findings.complain(value.name, *value.error_messages)
        changes: dict[str, Any] = {"visible": value.visible}
        if value.recommended_values:
            changes["recommended_values"] = value.recommended_values
        self._findings.change(value.name, **changes)

    def _rest(self, *, source: bool) -> None:
        if self.unresolved is not None:
            self._findings.complain_of(self.unresolved, "connector.class")
        for error in refused(self.properties, source=source):
            if not self._findings.has_errors([error.key or ""]):
                self._findings.complain_of(error, "connector.class")
        if source and self.worker.config.topic_creation_enable:
            try:
                TopicCreation.read(self.properties, self._findings.value("topic.creation.groups") or ())
            except ConfigError as error:
                self._findings.complain_of(error, "topic.creation.groups")

    def _nulls(self, own: Definition) -> None:
        """Tell which values are null; the connector itself says whether its own may be."""
        known = {key.name for key in definition(own)}
        for key, value in self.written.items():
            if value is None and key not in known:
                self._findings.complain(key, "Null value can not be supplied as the configuration value.")

    def _overrides(self, *, source: bool) -> None:
        """Tell the settings of Kafka clients that are overridden, and those that may not be."""
        for key in overrides(self.properties, source=source):
            kind = ConfigType.PASSWORD if is_secret_key(key) else ConfigType.STRING
            value = parse_value(key, str(self.properties[key]), kind)
            known = ConfigKey(name=key, type=kind, default=None, importance=Importance.LOW)
            self._findings.add([known], [ConfigValue(key, value)])
        for error in self.worker.overrides.refusals(self.properties, source=source):
            self._findings.complain_of(error, "connector.class")

    def _unknown(self, found: Any, open_prefixes: Sequence[str]) -> dict[str, str | None]:
        own: Sequence[Definition] = (found.config_class, found.task_class.config_class)
        if any(issubclass(cls, dict) for cls in own if isinstance(cls, type)):
            return {}
        known = {key.name: key for source in (self._findings.keys, *own) for key in definition(source)}
        return unknown_keys(known.values(), self.written, prefixes=(*PASSED_ON, *open_prefixes))


def _checked(answered: Any) -> list[ConfigValue]:
    values: list[Any] = list(answered or ())
    for value in values:
        if not isinstance(value, ConfigValue):
            message = f"validate must return ConfigValues, not {type(value).__qualname__}"
            raise TypeError(message)
    return values
