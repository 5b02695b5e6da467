"""How is a connector's configuration read while others run?

References to config providers are replaced first, then plugins are imported, made and configured: each in a room of its own.
"""

from collections.abc import Mapping
from typing import Any

from connectsdk.config import ConfigType, parse_value
from connectsdk.runtime._calls.consultations import Consultations
from connectsdk.runtime._calls.log_context import on_behalf_of
from connectsdk.runtime._parts.worker_properties import WorkerProperties
from connectsdk.runtime._settings import TaskSettings
from connectsdk.runtime._worker.blueprint import Blueprint

__all__ = ("read_blueprint",)


async def read_blueprint(
    name: str, config: Mapping[str, Any], worker: WorkerProperties, consultations: Consultations
) -> Blueprint:
    """Return what a connector's configuration says.

    Args:
        name: The connector's name.
        config: Its properties, as they were written.
        worker: Its worker's configuration.
        consultations: Runs the plugins' code.

    Raises:
        ConfigError: If it cannot work.
        ConnectError: If plugin code took too long.
    """
    owner = f"connector {name}: reading its configuration"
    written = {**config, "name": name}
    resolved = await worker.resolve(written)
    isolation = parse_value("task.isolation", resolved.properties.get("task.isolation"), ConfigType.STRING)
    settings = TaskSettings(
        isolation=isolation or worker.config.task_isolation,
        graceful=worker.config.task_shutdown_graceful_timeout_ms / 1_000,
    )

    async def read() -> Blueprint:
        return Blueprint.read(written, resolved, worker)

    with on_behalf_of(name):
        return await consultations.ask(owner, owner, settings, read)
