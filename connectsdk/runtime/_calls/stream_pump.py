"""How do the records of an async iterator become batches?

A `StreamSourceTask` yields records one by one. The pump runs its iterator beside the loop and fills a bounded
buffer; `poll` hands the buffer out when it is full, or some time after its first record. There is no queue
and no wake-up per record.
"""

from collections.abc import Sequence
from typing import Any

import anyio
import attrs

from connectsdk.record import SourceRecord
from connectsdk.runtime._calls.plugin_calls import called
from connectsdk.source import EndOfStream, StreamSourceTask

__all__ = ("StreamPump",)

CLOSE_TIMEOUT = 1.0
"""Seconds that a generator may take to close."""


@attrs.define(eq=False)
class StreamPump:
    """Drive one task's `stream`.

    Attributes:
        owner: Connector and task, for messages.
        task: The author's task, started.
    """

    owner: str
    task: StreamSourceTask[Any]
    _buffer: list[SourceRecord] = attrs.field(factory=list)
    _bytes: int = 0
    _first: anyio.Event = attrs.field(factory=anyio.Event)
    _full: anyio.Event = attrs.field(factory=anyio.Event)
    _taken: anyio.Event = attrs.field(factory=anyio.Event)
    _ended: bool = False
    _failure: Exception | None = None

    async def run(self) -> None:
        """Fill the buffer until the stream ends, fails or is cancelled; `poll` tells which."""
        try:
            with called(f"{self.owner}: {type(self.task).__name__}.stream"):
                await self._pump()
        except Exception as error:  # noqa: BLE001 - raised from poll, after the records before it
            self._failure = error
        finally:
            self._ended = True
            self._first.set()
            self._full.set()

    async def poll(self) -> Sequence[SourceRecord]:
        """Return the next batch.

        Raises:
            EndOfStream: If the stream has ended and everything was handed out.
            ConnectError: If it failed and everything was handed out.
        """
        await self._first.wait()
        if not self._full.is_set():
            with anyio.move_on_after(self.task.max_batch_seconds):
                await self._full.wait()
        batch, self._buffer, self._bytes = self._buffer, [], 0
        if not self._ended:
            self._first, self._full = anyio.Event(), anyio.Event()
        self._taken.set()
        self._taken = anyio.Event()
        if batch:
            return batch
        raise self._failure or EndOfStream

    async def _pump(self) -> None:
        limit, most_bytes = self.task.max_batch_records, self.task.max_batch_bytes
        stream = self.task.stream()
        try:
            async for record in stream:
                self._buffer.append(record)
                self._bytes += _size(record.value)
                if len(self._buffer) == 1:
                    self._first.set()
                if len(self._buffer) >= limit or self._bytes >= most_bytes:
                    self._full.set()
                    await self._taken.wait()
        finally:
            close = getattr(stream, "aclose", None)
            if close is not None:
                with anyio.move_on_after(CLOSE_TIMEOUT, shield=True):
                    await close()


def _size(value: Any) -> int:
    return len(value) if isinstance(value, str | bytes) else 64
