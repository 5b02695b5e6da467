"""What do SIGINT and SIGTERM do? The first one ends the work cleanly, a second one the process at once."""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from anyio.abc import TaskStatus

__all__ = ("interruptible",)


@asynccontextmanager
async def interruptible() -> AsyncIterator[anyio.CancelScope]:
    """Give a scope that the first SIGINT or SIGTERM cancels; a second one ends the process at once."""
    interrupted = anyio.CancelScope()
    async with anyio.create_task_group() as group:
        await group.start(_listen, interrupted)
        try:
            yield interrupted
        finally:
            group.cancel_scope.cancel()


async def _listen(
    interrupted: anyio.CancelScope, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED
) -> None:
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        task_status.started()
        async for number in signals:
            if interrupted.cancel_called:
                os._exit(128 + number)  # at once: no clean-up, that is what the first one was for
            interrupted.cancel()
