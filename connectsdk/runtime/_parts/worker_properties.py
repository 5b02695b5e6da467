"""What does a worker's configuration say?"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import attrs

from connectsdk._core.client_overrides import ALL, OverridePolicy
from connectsdk.config import parse
from connectsdk.config.worker import WorkerConfig
from connectsdk.runtime._calls.consultations import Consultations
from connectsdk.runtime._parts.hiding import hide_in_logs, show_in_logs
from connectsdk.runtime._parts.plugins import Plugins
from connectsdk.runtime._parts.references import NOTHING, References, Resolved, open_references
from connectsdk.runtime._parts.secrets import Secrets
from connectsdk.runtime._parts.unsupported import check_worker
from connectsdk.runtime._tracing.opening import check_tracing

__all__ = ("WorkerProperties", "read_plain_worker", "read_worker", "resolved_properties")


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

    properties: Mapping[str, Any] = attrs.field(repr=False)
    config: WorkerConfig = attrs.field(repr=False)
    plugins: Plugins
    references: References = NOTHING
    overrides: OverridePolicy = ALL
    secrets: Secrets = attrs.field(factory=Secrets)

    async def resolve(self, properties: Mapping[str, Any]) -> Resolved:
        """Return a connector's properties with references replaced; what is secret in them is hidden from now on.

        Raises:
            ConfigError: If a config provider refuses, fails or takes too long.
        """
        self.secrets.note_properties(properties)
        resolved = await self.references.resolve(properties)
        self.secrets.note_resolved(resolved.secrets)
        return resolved

    def for_requests(self) -> "WorkerProperties":
        """Return the same for connectors whose configurations come in as requests: they may do less."""
        return attrs.evolve(
            self,
            plugins=self.plugins.restricted(self.config.plugin_import_allow),
            overrides=OverridePolicy.read(self.properties, "Allowlist"),
        )


def read_plain_worker(written: Mapping[str, Any], plugins: Plugins) -> WorkerProperties:
    """Read and check a worker's properties that name no config providers.

    Raises:
        ConfigError: If they cannot work.
    """
    return _checked(Resolved(written), plugins, NOTHING, Secrets())


async def read_worker(
    written: Mapping[str, Any], plugins: Plugins, consultations: Consultations | None = None
) -> WorkerProperties:
    """Read and check a worker's properties; its config providers are asked.

    Args:
        written: The properties.
        plugins: Finds classes by name.
        consultations: Runs the config providers, and counts what was left behind.

    Raises:
        ConfigError: If they cannot work, or a config provider refuses, fails or takes too long.
    """
    references = await open_references(written, plugins, consultations)
    secrets = Secrets()
    secrets.note_properties(written)
    return _checked(await references.resolve(written), plugins, references, secrets)


@asynccontextmanager
async def resolved_properties(
    written: Mapping[str, Any], plugins: Plugins | None = None
) -> AsyncIterator[Mapping[str, Any]]:
    """Give a worker's properties with references to its own config providers replaced.

    For what is opened with them before there is a worker: whatever secret is in them is in no exception that leaves the block, and in
    no line that is logged in it.

    Raises:
        ConfigError: If a provider cannot be used, refuses, fails or takes too long.
    """
    secrets = Secrets()
    secrets.note_properties(written)
    references = await open_references(written, plugins or Plugins())
    try:
        resolved = await references.resolve(written)
    finally:
        await references.close()
    secrets.note_resolved(resolved.secrets)
    secrets.note_properties(resolved.properties)
    hiding = hide_in_logs(secrets)
    try:
        with secrets.kept():
            yield resolved.properties
    finally:
        show_in_logs(hiding)


def _checked(
    resolved: Resolved, plugins: Plugins, references: References, secrets: Secrets
) -> WorkerProperties:
    secrets.note_resolved(resolved.secrets)
    properties = dict(resolved.properties)
    secrets.note_properties(properties)
    with secrets.kept():
        check_worker(properties)
        config, overrides = parse(WorkerConfig, properties), OverridePolicy.read(properties, "All")
        check_tracing(enabled=config.tracing_enabled)
    return WorkerProperties(properties, config, plugins, references, overrides, secrets)
