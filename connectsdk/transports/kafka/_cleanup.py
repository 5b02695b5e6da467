"""How is a client ended, whatever state it is in?

The client library can hang in its own `stop` while brokers are away. `end_client` cancels what a client left
running and closes its sockets, inside a deadline; `shielded` lets such work end although its caller is cancelled.
"""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any

import anyio
from aiokafka.client import AIOKafkaClient
from aiokafka.conn import AIOKafkaConnection

__all__ = ("end_client", "end_tasks", "owned_tasks", "shielded")

END_TIMEOUT = 2.0


async def shielded(work: Coroutine[Any, Any, None]) -> None:
    """Await work to its end even while the caller is cancelled; the work must have a deadline of its own.

    Raises:
        CancelledError: After the end, if the caller was cancelled meanwhile.
    """
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    with anyio.CancelScope(shield=True):
        while not task.done():
            try:
                await asyncio.wait({task})
            except asyncio.CancelledError as error:
                cancelled = error
    if cancelled is not None:
        raise cancelled
    task.result()


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
