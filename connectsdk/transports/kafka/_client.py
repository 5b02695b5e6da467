"""With which arguments is every client made, does the cluster let us in, and how is a client ended?

The client library can hang in its own `stop` while brokers are away; `end_client` cancels what a client left
running and closes its sockets, inside a deadline, whatever state it is in.
"""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

import attrs
from aiokafka.client import AIOKafkaClient
from aiokafka.conn import AIOKafkaConnection, create_conn
from aiokafka.protocol.metadata import MetadataRequest

from connectsdk.errors import AuthenticationError, ConfigError, ConnectError, TransportError
from connectsdk.transports.kafka._errors import translate
from connectsdk.transports.kafka._security import security_arguments
from connectsdk.transports.kafka._settings import COMMON, SECURITY, parse_settings

__all__ = ("ClientOptions", "check_access", "end_client", "end_tasks", "owned_tasks")

DEFAULTS: Mapping[str, Any] = {
    "connections_max_idle_ms": 540_000,
    "metadata_max_age_ms": 60_000,  # a moved partition is noticed after this at the latest
    "request_timeout_ms": 30_000,
    "retry_backoff_ms": 200,
}
START_TIMEOUT = 10.0
END_TIMEOUT = 2.0
PORTS = range(1, 65_536)


@attrs.frozen
class ClientOptions:
    """What all clients of one transport have in common.

    Attributes:
        servers: Where to begin, as `host:port`.
        arguments: aiokafka's arguments; they hold the password.
    """

    servers: tuple[str, ...]
    arguments: Mapping[str, Any] = attrs.field(repr=False)

    @classmethod
    def parse(cls, bootstrap_servers: str, settings: Mapping[str, str]) -> "ClientOptions":
        """Return the options for these settings, by Kafka's names.

        Raises:
            ConfigError: If an address or a setting is not valid.
        """
        servers = tuple(_address(each) for each in bootstrap_servers.split(",") if each.strip())
        if not servers:
            raise ConfigError(
                "bootstrap.servers is empty: name at least one host:port", key="bootstrap.servers"
            )
        security = {key: str(value) for key, value in settings.items() if key in SECURITY}
        common = {key: value for key, value in settings.items() if key not in SECURITY}
        arguments = {**DEFAULTS, **parse_settings(common, COMMON, "client"), **security_arguments(security)}
        return cls(servers, arguments)

    def overridden(self, settings: Mapping[str, str]) -> "ClientOptions":
        """Return these options with common and security settings replaced.

        Raises:
            ConfigError: If a setting is not valid.
        """
        if not settings:
            return self
        security = {key: value for key, value in settings.items() if key in SECURITY}
        common = {key: value for key, value in settings.items() if key not in SECURITY}
        changed = parse_settings(common, COMMON, "client")
        if security:
            changed |= security_arguments(security)
        return ClientOptions(self.servers, {**self.arguments, **changed})

    def for_client(self, client_id: str) -> dict[str, Any]:
        """Return the keyword arguments of one aiokafka object."""
        return {"client_id": client_id, **self.arguments, "bootstrap_servers": list(self.servers)}

    def client(self, client_id: str) -> AIOKafkaClient:
        """Return a new bare client, not connected yet."""
        return AIOKafkaClient(**self.for_client(client_id))


def _address(text: str) -> str:
    address = text.strip().rpartition("://")[2]
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit() or int(port) not in PORTS:
        raise ConfigError(
            f"bootstrap.servers: {address!r} is not written as host:port", key="bootstrap.servers"
        )
    return address


async def check_access(options: ClientOptions, limit: float = START_TIMEOUT) -> None:
    """Make sure that one of the servers answers and lets us in.

    Raises:
        AuthenticationError: If one refuses us.
        ConfigError: If its certificate is not trusted.
        TransportError: If none answers in time; the message names them.
    """
    problems: dict[str, str] = {}
    deadline = asyncio.get_running_loop().time() + limit
    for server in options.servers:
        left = max(0.1, deadline - asyncio.get_running_loop().time())
        problem = await _knock(options, server, min(left, limit / min(len(options.servers), 3)))
        if problem is None:
            return
        if isinstance(problem, (AuthenticationError, ConfigError)):
            raise problem
        problems[server] = str(problem)
    tried = "; ".join(f"{server}: {problem}" for server, problem in problems.items())
    protocol = options.arguments["security_protocol"]
    raise TransportError(
        f"no Kafka broker answers within {limit:.0f} s ({tried}); check bootstrap.servers, the network,"
        f" and that the listener speaks security.protocol={protocol}"
    )


async def _knock(options: ClientOptions, server: str, limit: float) -> ConnectError | None:
    host, _, port = server.rpartition(":")
    arguments = {key: value for key, value in options.arguments.items() if key not in DEFAULTS}
    arguments["client_id"] = arguments.get("client_id", "connectsdk")
    connection: AIOKafkaConnection | None = None
    try:
        async with asyncio.timeout(limit):
            connection = await create_conn(
                host.strip("[]"), int(port), request_timeout_ms=int(limit * 1000), **arguments
            )
            await connection.send(MetadataRequest([]))
    except (Exception, asyncio.CancelledError) as error:
        if isinstance(error, asyncio.CancelledError) and _being_cancelled():
            raise
        return translate(error, f"cannot log in to Kafka at {server}")
    finally:
        if connection is not None:
            connection.close()
    return None


def _being_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def owned_tasks(*owners: object) -> set[asyncio.Task[Any]]:
    """Return the running tasks whose coroutine is a method of one of these objects.

    The library keeps no list of the tasks that it starts.
    """
    wanted = {id(owner) for owner in owners if owner is not None}
    current = asyncio.current_task()
    found = set()
    for task in asyncio.all_tasks():
        frame = getattr(task.get_coro(), "cr_frame", None)
        if task is not current and frame is not None and id(frame.f_locals.get("self")) in wanted:
            found.add(task)
    return found


async def end_tasks(tasks: Iterable[asyncio.Task[Any]], limit: float = END_TIMEOUT) -> None:
    """Cancel tasks and wait for their ends, until the deadline; what they raise is dropped."""
    pending = {task for task in tasks if not task.done()}
    for task in pending:
        task.cancel()
    if pending:
        done, _ = await asyncio.wait(pending, timeout=limit)
        for task in done:
            if not task.cancelled():
                task.exception()


async def end_client(client: AIOKafkaClient, *owners: object, limit: float = END_TIMEOUT) -> None:
    """Cancel all that a client and these objects of it left running, and close its connections."""
    connections = list(client._conns.values())  # noqa: SLF001 - its close() waits for them without a deadline
    tasks = owned_tasks(client, *owners)
    for task in tasks:
        task.cancel()
    waits = [each for connection in connections if (each := _hang_up(connection)) is not None]
    client._sync_task = None  # noqa: SLF001 - cancelled above
    await end_tasks(tasks, limit)
    waits += [each for late in client._conns.values() if (each := _hang_up(late)) is not None]  # noqa: SLF001
    if waits:
        await asyncio.wait(waits, timeout=limit)


def _hang_up(connection: AIOKafkaConnection) -> asyncio.Future[None] | None:
    """Close a connection without waiting for what is not sent yet; return what becomes done with it."""
    writer = connection._writer  # noqa: SLF001 - its close() would wait for a dead peer
    if writer is not None:
        writer.transport.abort()
    closed: asyncio.Future[None] | None = connection.close()
    return closed
