"""Does the cluster answer, and does it let us in?

The library's own bootstrap calls a refused login a connection problem, and leaks a connection when cancelled;
`bootstrap` takes its place.
"""

import asyncio
from functools import partial
from typing import Any

from aiokafka.client import AIOKafkaClient
from aiokafka.conn import create_conn
from aiokafka.protocol.metadata import MetadataRequest

from connectsdk.errors import AuthenticationError, ConfigError, ConnectError, TransportError
from connectsdk.transports.kafka._client import ClientOptions
from connectsdk.transports.kafka._errors import translate

__all__ = ("check_access", "new_client", "use_own_bootstrap")

START_TIMEOUT = 10.0
POLL = 0.2


def new_client(options: ClientOptions, client_id: str) -> Any:
    """Return a bare library client, not connected yet."""
    return use_own_bootstrap(AIOKafkaClient(**options.for_client(client_id)), options)


def use_own_bootstrap(client: Any, options: ClientOptions) -> Any:
    """Let a library client begin its connections by `bootstrap`; return it."""
    client.bootstrap = partial(bootstrap, client, options)
    return client


async def check_access(options: ClientOptions) -> None:
    """Make sure that one of the servers answers and lets us in.

    Raises:
        AuthenticationError: If one refuses us.
        ConfigError: If its certificate is not trusted.
        TransportError: If none answers in time; the message names them.
    """
    await _first_metadata(options)


async def bootstrap(client: Any, options: ClientOptions) -> None:
    """Learn the cluster from the first server that answers, and keep on learning.

    Raises:
        AuthenticationError: If one refuses us.
        ConfigError: If its certificate is not trusted.
        TransportError: If none answers in time; the message names them.
    """
    client.cluster.update_metadata(await _first_metadata(options))
    if client._sync_task is None:  # noqa: SLF001 - what its own bootstrap does
        client._sync_task = asyncio.get_running_loop().create_task(client._md_synchronizer())  # noqa: SLF001


class _NoBrokerYetError(TransportError):
    """The one who answers is a broker that the cluster has not taken in yet, for instance while it starts."""


async def _first_metadata(options: ClientOptions) -> Any:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + START_TIMEOUT
    while True:
        answers = await _ask_all(options, deadline)
        if not isinstance(answers, dict):
            return answers
        starting = any(isinstance(problem, _NoBrokerYetError) for problem in answers.values())
        if not starting or loop.time() + POLL > deadline:
            break
        await asyncio.sleep(POLL)
    tried = "; ".join(str(problem) for problem in answers.values())
    protocol = options.arguments["security_protocol"]
    raise TransportError(
        f"no Kafka broker answers within {START_TIMEOUT:.0f} s ({tried}); check bootstrap.servers, the network,"
        f" and that the listener speaks security.protocol={protocol}"
    )


async def _ask_all(options: ClientOptions, deadline: float) -> Any:
    """Return the first description of the cluster, or each server's problem."""
    problems: dict[str, ConnectError] = {}
    share = START_TIMEOUT / min(len(options.servers), 3)
    for server in options.servers:
        left = max(0.1, deadline - asyncio.get_running_loop().time())
        answer = await _ask(options, server, min(left, share))
        if not isinstance(answer, ConnectError):
            return answer
        if isinstance(answer, (AuthenticationError, ConfigError)):
            raise answer
        problems[server] = answer
    return problems


async def _ask(options: ClientOptions, server: str, limit: float) -> Any:
    """Return a server's description of the cluster, or why there is none."""
    host, _, port = server.rpartition(":")
    connection: Any = None
    try:
        async with asyncio.timeout(limit):
            connection = await create_conn(
                host.strip("[]"), int(port), request_timeout_ms=int(limit * 1000), **options.for_connection()
            )
            answer = await connection.send(MetadataRequest([]))
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        return translate(error, f"cannot connect to Kafka at {server}")  # the library's own
    except Exception as error:  # noqa: BLE001 - the next server may answer
        return translate(error, f"cannot connect to Kafka at {server}")
    finally:
        if connection is not None:
            connection.close()
    if not answer.brokers:
        return _NoBrokerYetError("it knows no broker yet")
    return answer
