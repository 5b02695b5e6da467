"""What does a worker's configuration say?"""

from collections.abc import Mapping
from typing import Any

import attrs

from connectsdk._core.client_overrides import ALL, OverridePolicy
from connectsdk.config import parse
from connectsdk.config.worker import WorkerConfig
from connectsdk.runtime._parts.plugins import Plugins
from connectsdk.runtime._parts.references import NOTHING, References, open_references
from connectsdk.runtime._parts.secrets import Secrets
from connectsdk.runtime._parts.unsupported import check_worker

__all__ = ("WorkerProperties", "read_worker")


@attrs.frozen
class WorkerProperties:
    """A worker's configuration.

    Attributes:
        properties: As written.
        config: As read.
        plugins: Finds classes by name.
        references: What connectors' configurations may refer to.
        overrides: Which settings of Kafka clients connectors may override.
        secrets: What must not leave the worker.
    """

    properties: Mapping[str, Any]
    config: WorkerConfig
    plugins: Plugins
    references: References = NOTHING
    overrides: OverridePolicy = ALL
    secrets: Secrets = attrs.field(factory=Secrets)

    def resolve(self, properties: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a connector's properties with references replaced; what is secret in them is hidden from now on.

        Raises:
            ConfigError: If a config provider refuses or fails.
        """
        self.secrets.note_properties(properties)
        resolved = self.references.resolve(properties)
        self.secrets.note_resolved(resolved.secrets)
        return resolved.properties

    def for_requests(self) -> "WorkerProperties":
        """Return the same for connectors whose configurations come in as requests: they may do less."""
        return attrs.evolve(
            self,
            plugins=self.plugins.restricted(self.config.plugin_import_allow),
            overrides=OverridePolicy.read(self.properties, "Allowlist"),
        )


def read_worker(written: Mapping[str, Any], plugins: Plugins) -> WorkerProperties:
    """Read and check a worker's properties.

    Raises:
        ConfigError: If they cannot work.
    """
    references = open_references(written, plugins)
    secrets = Secrets()
    secrets.note_properties(written)
    resolved = references.resolve(written)
    secrets.note_resolved(resolved.secrets)
    properties = dict(resolved.properties)
    secrets.note_properties(properties)
    check_worker(properties)
    return WorkerProperties(
        properties,
        parse(WorkerConfig, properties),
        plugins,
        references,
        OverridePolicy.read(properties, "All"),
        secrets,
    )
