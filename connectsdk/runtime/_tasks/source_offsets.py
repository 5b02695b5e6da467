"""Where are a worker's source offsets kept?

All connectors of a worker share one store. A store that failed is closed and another one is opened for the
next call, so a broker that comes back is noticed without anybody restarting anything.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import anyio
import attrs
import orjson

from connectsdk.errors import IllegalStateError, TransportError
from connectsdk.source import SourceOffset
from connectsdk.transport import OffsetStore, Transport

__all__ = ("ConnectorOffsets", "WorkerOffsets")


@attrs.define(eq=False)
class WorkerOffsets:
    """The store of one worker, opened when it is first needed.

    Attributes:
        transport: Where the store is.
        topic: Its topic.
        partitions: The topic's partitions when it is created.
        replication_factor: Its replication factor when it is created; -1 for the system's default.
    """

    transport: Transport
    topic: str
    partitions: int
    replication_factor: int
    _store: OffsetStore | None = None
    _lock: anyio.Lock = attrs.field(factory=anyio.Lock)

    async def read(self, connector: str) -> Sequence[SourceOffset]:
        """Return all stored offsets of a connector.

        Raises:
            TransportError: If they cannot be read.
        """
        async with self._lock:
            store = await self._opened()
            try:
                return await store.read(connector)
            except (TransportError, anyio.get_cancelled_exc_class()):
                await self._discard()
                raise

    async def write(self, connector: str, offsets: Sequence[SourceOffset]) -> None:
        """Store offsets durably.

        Raises:
            DataError: If a partition or offset cannot be stored.
            TransportError: If they could not be stored, or it is not known whether they were.
        """
        async with self._lock:
            store = await self._opened()
            try:
                await store.write(connector, offsets)
            except (TransportError, anyio.get_cancelled_exc_class()):
                await self._discard()
                raise

    async def close(self) -> None:
        """Close the store."""
        await self._discard()

    async def _opened(self) -> OffsetStore:
        if self._store is None:
            self._store = await self.transport.offset_store(
                self.topic, partitions=self.partitions, replication_factor=self.replication_factor
            )
        return self._store

    async def _discard(self) -> None:
        store, self._store = self._store, None
        if store is not None:
            with anyio.CancelScope(shield=True):
                await store.close()


@attrs.define(eq=False)
class ConnectorOffsets:
    """One connector's offsets, for one incarnation of one of its tasks; an `OffsetReader`.

    Once closed it refuses everything: a task that was left behind must not store offsets any more.
    """

    _shared: WorkerOffsets
    _connector: str
    _closed: bool = False

    async def offset(self, partition: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return the stored offset of one source partition, or None.

        Raises:
            TransportError: If the store cannot be read.
        """
        found = await self.offsets([partition])
        return found[0][1] if found else None

    async def offsets(self, partitions: Sequence[Mapping[str, Any]]) -> Sequence[SourceOffset]:
        """Return the stored offsets of these source partitions; those without one are left out.

        Raises:
            TransportError: If the store cannot be read.
        """
        self._check()
        stored = {
            _identity(partition): offset for partition, offset in await self._shared.read(self._connector)
        }
        wanted = [(partition, stored.get(_identity(partition))) for partition in partitions]
        return [(partition, offset) for partition, offset in wanted if offset is not None]

    async def write(self, offsets: Sequence[SourceOffset]) -> None:
        """Store offsets durably.

        Raises:
            DataError: If a partition or offset cannot be stored.
            IllegalStateError: If this incarnation of the task is over.
            TransportError: If they could not be stored, or it is not known whether they were.
        """
        self._check()
        await self._shared.write(self._connector, offsets)

    def close(self) -> None:
        """Refuse everything from now on."""
        self._closed = True

    def _check(self) -> None:
        if self._closed:
            message = f"a task of connector {self._connector} was left behind: it can use offsets no longer"
            raise IllegalStateError(message)


def _identity(partition: Mapping[str, Any]) -> bytes:
    return orjson.dumps(partition, option=orjson.OPT_SORT_KEYS)
