"""What is open while a worker is?

What keeps secrets out of the logs, the transport, the group in which connectors run, the stores of source offsets, and
what resolves references: closed whatever fails.
"""

import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import anyio
import attrs
from anyio.abc import TaskGroup

from connectsdk.config.worker import WorkerConfig
from connectsdk.runtime._calls.detached import Detached
from connectsdk.runtime._parts.hiding import Hiding, hide_in_logs, show_in_logs
from connectsdk.runtime._parts.references import NOTHING, References
from connectsdk.runtime._parts.worker_properties import WorkerProperties
from connectsdk.runtime._tasks.source_offsets import WorkerOffsets
from connectsdk.runtime._worker.watchdog import Pulse, Watchdog
from connectsdk.transport import Transport

__all__ = ("Premises",)


@attrs.define(eq=False)
class Premises:
    """What one worker's connectors share.

    Attributes:
        transport: Where records come from and go to.
        opened_at: When it was opened, in seconds since 1970; 0 before.
    """

    transport: Transport
    opened_at: float = 0.0
    _group: TaskGroup | None = None
    _stores: dict[str, WorkerOffsets] = attrs.field(factory=dict)
    _watchdog: Watchdog | None = None
    _host: Detached | None = None
    _closing: anyio.Event = attrs.field(factory=anyio.Event)
    _hiding: Hiding | None = None
    _references: References = NOTHING

    @property
    def open_group(self) -> TaskGroup | None:
        """Where connectors run; None while none can be started."""
        return None if self._host is None else self._group

    @property
    def pulse(self) -> Pulse:
        """How late the event loop is."""
        return Pulse() if self._watchdog is None else self._watchdog.pulse()

    async def open(self, properties: WorkerProperties) -> None:
        """Open everything.

        Raises:
            TransportError: If the transport does not answer, or refuses us.
        """
        secrets = properties.secrets
        # what a transport was made with by hand; one that has no settings has no secrets either
        secrets.note_properties(getattr(self.transport, "settings", {}))
        hiding = hide_in_logs(secrets)
        try:
            with secrets.kept():
                await self.transport.start()
        except BaseException:
            show_in_logs(hiding)
            with anyio.CancelScope(shield=True):
                await properties.references.close()
            raise
        self._hiding, self._references = hiding, properties.references
        opened = anyio.Event()
        self._host = Detached(self._hold_group(opened), "connectsdk worker")
        await opened.wait()

    async def close(self, stop_all: Callable[[], Awaitable[None]]) -> None:
        """Close everything that was opened, after all connectors are stopped; from now on none can be started."""
        host, self._host = self._host, None
        if host is None:
            return
        with anyio.CancelScope(shield=True):
            async with AsyncExitStack() as closing:  # what was entered first is closed last
                if self._hiding is not None:
                    closing.callback(show_in_logs, self._hiding)
                closing.push_async_callback(self._references.close)
                closing.push_async_callback(self.transport.close)
                closing.push_async_callback(self._close_stores)
                closing.push_async_callback(host.wait)
                closing.callback(self._closing.set)
                await stop_all()

    async def _hold_group(self, opened: anyio.Event) -> None:
        """Hold the group in which connectors run.

        It lives in a task of its own, so that a worker may be opened in one task and closed in another, as
        test fixtures do.
        """
        async with anyio.create_task_group() as watch, anyio.create_task_group() as self._group:
            self._watchdog, self.opened_at = Watchdog(), time.time()
            watch.start_soon(self._watchdog.run)
            opened.set()
            await self._closing.wait()
            watch.cancel_scope.cancel()
        self._group = None

    async def _close_stores(self) -> None:
        async with AsyncExitStack() as closing:
            for store in self._stores.values():
                closing.push_async_callback(store.close)

    def store(self, topic: str, config: WorkerConfig) -> WorkerOffsets:
        """Return the store that keeps source offsets in this topic."""
        if topic not in self._stores:
            partitions, factor = config.offset_storage_partitions, config.offset_storage_replication_factor
            self._stores[topic] = WorkerOffsets(self.transport, topic, partitions, factor)
        return self._stores[topic]
