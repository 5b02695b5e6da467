"""Can a worker do its work?"""

import anyio

from connectsdk.errors import ConnectError
from connectsdk.runtime._calls.plugin_calls import describe
from connectsdk.runtime._operated import Health
from connectsdk.runtime._worker.worker import Worker

__all__ = ("HEALTH_TIMEOUT", "with_transport")

HEALTH_TIMEOUT = 10.0
"""Seconds that the transport has to answer before a worker counts as unhealthy."""


async def with_transport(found: Health, worker: Worker, seconds: float) -> Health:
    """Return the health that was found, unless it is good and the worker's transport does not answer in time."""
    if found.status != "healthy":
        return found
    problem = f"did not answer within {seconds:g} s"
    with anyio.move_on_after(seconds):
        try:
            await worker.transport.admin.describe_topics((worker.config.config_storage_topic,))
        except ConnectError as error:
            problem = f"cannot be used: {describe(error)}"
        else:
            return found
    return Health(status="unhealthy", message=f"{worker.transport.description} {problem}")
