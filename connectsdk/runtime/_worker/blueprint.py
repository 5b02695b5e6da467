"""What is a connector made of?

A `Blueprint` is one connector's configuration, read and checked before anything of it runs. `runner` builds
from it.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Literal

import attrs

from connectsdk._core.tolerance import Tolerance
from connectsdk._core.topic_creation import TopicCreation
from connectsdk.config import parse, references
from connectsdk.config.connector import ConnectorConfig, SinkConnectorConfig, SourceConnectorConfig
from connectsdk.errors import ConfigError
from connectsdk.runtime._parts.client_configs import consumer_config, dead_letter_config, producer_config
from connectsdk.runtime._parts.declared_secrets import declared_secrets
from connectsdk.runtime._parts.parts import Part, parts_of
from connectsdk.runtime._parts.pipelines import Plumbing
from connectsdk.runtime._parts.plugin_list import version_of
from connectsdk.runtime._parts.plugins import Plugins
from connectsdk.runtime._parts.references import Resolved
from connectsdk.runtime._parts.unsupported import check_connector, warn_of_keys
from connectsdk.runtime._parts.worker_properties import WorkerProperties, read_worker
from connectsdk.runtime._settings import TaskSettings, task_settings
from connectsdk.runtime._tasks.dead_letters import DeadLetterPlan
from connectsdk.runtime._tracing.opening import check_tracing
from connectsdk.sink import SinkConnector
from connectsdk.source import SourceConnector
from connectsdk.transport import NewTopic

__all__ = ("Blueprint",)


@attrs.frozen
class Blueprint:
    """One connector's configuration.

    Attributes:
        name: The connector's name.
        written: The properties as they were written, `name` included.
        properties: The properties with references replaced.
        connector_class: The author's class.
        common: The keys that every connector has.
        worker: Its worker's configuration.
        plumbing: Makes its transforms and converters.
        settings: How long things take.
        topic_creation: How a source's missing topics are created; None leaves that to the transport.
        ttl: Seconds after which the connector is to be started with new values; None if never.
    """

    name: str
    written: Mapping[str, Any] = attrs.field(repr=False)
    properties: Mapping[str, Any] = attrs.field(repr=False)
    connector_class: type[SourceConnector[Any]] | type[SinkConnector[Any]]
    common: ConnectorConfig
    worker: WorkerProperties
    plumbing: Plumbing
    settings: TaskSettings
    topic_creation: TopicCreation | None
    ttl: float | None = None

    @property
    def kind(self) -> Literal["source", "sink"]:
        """Whether it is a source or a sink."""
        return "source" if issubclass(self.connector_class, SourceConnector) else "sink"

    @cached_property
    def version(self) -> str | None:
        """The version that its class names; None when it names none."""
        return version_of(self.connector_class)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The plugins that it names."""
        return tuple(parts_of(self.connector_class, self.plumbing, self.common.predicates))

    @classmethod
    async def alone(cls, name: str, config: Mapping[str, Any], worker: Mapping[str, Any]) -> "Blueprint":
        """Read and check a connector's configuration where no worker runs.

        Args:
            name: The connector's name.
            config: Its properties.
            worker: The properties of the worker that it is for.

        Raises:
            ConfigError: If anything of it cannot work.
        """
        properties, written = await read_worker(worker, Plugins()), {**config, "name": name}
        try:
            with properties.secrets.kept():
                return cls.read(written, await properties.resolve(written), properties)
        finally:
            await properties.references.close()

    @classmethod
    def read(cls, written: Mapping[str, Any], resolved: Resolved, worker: WorkerProperties) -> "Blueprint":
        """Read and check a connector's configuration.

        Args:
            written: The properties as they were written, `name` included.
            resolved: The properties with references replaced.
            worker: Its worker's configuration.

        Raises:
            ConfigError: If anything of it cannot work.
        """
        name, properties = written["name"], resolved.properties
        if not properties.get("connector.class"):
            message = 'Missing required configuration "connector.class" which has no default value.'
            raise ConfigError(message, key="connector.class")
        found = worker.plugins.connector(properties["connector.class"])
        source = issubclass(found, SourceConnector)
        readable = {**properties, "connector.class": found.__qualname__}
        common: ConnectorConfig = parse(SourceConnectorConfig if source else SinkConnectorConfig, readable)
        for refusal in worker.overrides.refusals(properties, source=source):
            raise refusal
        check_connector(properties, common, (found.config_class, found.task_class.config_class))
        tolerance = Tolerance.declared(common.errors_tolerance, common.errors_deadletterqueue_topic_name)
        plumbing = Plumbing(
            properties, worker.properties, worker.plugins, tolerance, tuple(common.transforms)
        )
        own = (found.config_class, found.task_class.config_class, type(common))
        worker.secrets.note(declared_secrets(own, plumbing, common.predicates))
        settings = task_settings(worker.config, common)
        creation = None
        if isinstance(common, SourceConnectorConfig) and worker.config.topic_creation_enable:
            creation = TopicCreation.read(properties, common.topic_creation_groups)
        ttl = resolved.ttl if common.config_action_reload == "restart" else None
        blueprint = cls(name, written, properties, found, common, worker, plumbing, settings, creation, ttl)
        blueprint.check()
        blueprint.look()
        warn_of_keys(name, plumbing.unknown_converter_keys())
        return blueprint

    def look(self) -> None:
        """Ask the author's classes here, where they may take long, for what is shown of them later."""
        _ = self.version, self.parts

    @property
    def refers(self) -> bool:
        """Whether it holds references, also such that nothing has a value for."""
        return any(isinstance(value, str) and any(references(value)) for value in self.written.values())

    def task_as_written(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """Return a task's properties with references in place of what came from config providers."""
        hide = self.worker.secrets.hide_resolved
        return {
            key: hide(value) if isinstance(value, str) and value == config[key] else value
            for key, value in self.as_referred(config).items()
        }

    def as_referred(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """Return a task's properties with references in place of values that are the connector's own, under the same key."""
        return {key: self._as_referred(key, value) for key, value in config.items()}

    def _as_referred(self, key: str, value: Any) -> Any:
        written = self.written.get(key)
        return value if written is None or self.properties.get(key) != value else written

    def dead_letters(self, task: int) -> DeadLetterPlan | None:
        """Return where a task's dead letters go, and how; None when there are none.

        Raises:
            ConfigError: If a setting of their producer cannot be read.
        """
        if self.plumbing.tolerance is not Tolerance.DEAD_LETTER:
            return None
        common = self.common
        topic = NewTopic(
            name=common.errors_deadletterqueue_topic_name,
            replication_factor=common.errors_deadletterqueue_topic_replication_factor,
            config={"retention.ms": "-1"},  # dead letters keep their records' timestamps, which may be old
        )
        return DeadLetterPlan(
            topic,
            common.errors_deadletterqueue_context_headers_enable,
            dead_letter_config(self.name, task, self.properties, self.worker.properties),
            self.worker.secrets.hide,
        )

    def check(self) -> None:
        """Try out whatever needs no other system.

        Raises:
            ConfigError: If anything cannot work.
        """
        parse(self.connector_class.config_class, self.properties)
        self.plumbing.check_predicates(self.common.predicates)
        self.dead_letters(0)
        check_tracing(enabled=self.settings.tracing)
        if isinstance(self.common, SinkConnectorConfig):
            self.plumbing.open_sink().close()
            consumer_config(self.name, 0, self.common, self.properties, self.worker.properties)
        else:
            self.plumbing.open_source().close()
            producer_config(self.name, 0, self.properties, self.worker.properties)
