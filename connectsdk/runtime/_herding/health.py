"""Can a worker do its work?"""

from typing import Protocol, runtime_checkable

import anyio

from connectsdk.errors import ConnectError
from connectsdk.runtime._calls.plugin_calls import describe
from connectsdk.runtime._calls.stages import Stage
from connectsdk.runtime._herding.flock import Flock
from connectsdk.runtime._operated import Health
from connectsdk.runtime._worker.worker import Worker

__all__ = ("HEALTH_TIMEOUT", "cluster_id_of", "health_of", "with_transport")

HEALTH_TIMEOUT = 10.0
"""Seconds that the transport has to answer before a worker counts as unhealthy."""

NAME_TIMEOUT = 2.0
"""Seconds that it has to tell the cluster's name, which somebody waits for who only wants to know who this is."""


def health_of(flock: Flock | None) -> Health:
    """Return whether a herder follows what is desired; one without connectors to look after does not run."""
    if flock is None:
        return _unhealthy("The herder is not running.")
    if not flock.followed:
        details = flock.starting().summary()
        return Health(status="starting", message=f"Worker is still starting up. {details}")
    return Health(status="healthy", message="Worker has completed startup and is ready to handle requests.")


async def with_transport(found: Health, worker: Worker, seconds: float) -> Health:
    """Return the health that was found, unless it is good and the worker's transport does not answer in time."""
    if found.status != "healthy":
        return found
    asking = Stage(f"waiting for {worker.transport.description}")
    with anyio.move_on_after(seconds):
        try:
            await worker.transport.admin.describe_topics((worker.config.config_storage_topic,))
        except ConnectError as error:
            return _unhealthy(f"{worker.transport.description} cannot be used: {describe(error)}")
        return found
    return _unhealthy(asking.summary())


@runtime_checkable
class NamedCluster(Protocol):
    """What asks a cluster by which name it knows itself."""

    async def cluster_id(self) -> str | None:
        """Return it.

        Raises:
            TransportError: If it does not answer.
        """
        ...


async def cluster_id_of(worker: Worker) -> str | None:
    """Return by which name the worker's cluster knows itself; None when it has none, or does not answer soon."""
    admin = worker.transport.admin
    if not isinstance(admin, NamedCluster):
        return None
    with anyio.move_on_after(NAME_TIMEOUT):
        try:
            return await admin.cluster_id()
        except ConnectError:
            return None
    return None


def _unhealthy(details: str) -> Health:
    """Return that a worker cannot do its work, and why, in Kafka Connect's words."""
    return Health(
        status="unhealthy",
        message=f"Worker was unable to handle this request and may be unable to handle other requests. {details}",
    )
