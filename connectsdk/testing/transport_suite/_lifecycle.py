"""Is everything given back when it is closed?"""

# ruff: noqa: S101 - a check asserts, and its numbers are the point

import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import anyio
import pytest

from connectsdk.errors import ConnectError
from connectsdk.record import ProducerRecord, TopicPartition
from connectsdk.testing.transport_suite._steps import Steps, fresh_name, records_to
from connectsdk.transport import ConsumerConfig, Transport

__all__ = ("LifecycleChecks",)

_Open = Callable[[Transport, str], Awaitable[Any]]
_OPEN: dict[str, _Open] = {
    "producer": lambda transport, _: transport.producer(),
    "transactional_producer": lambda transport, _: transport.transactional_producer(fresh_name("tx")),
    "consumer": lambda transport, topic: transport.consumer(
        ConsumerConfig(group=fresh_name("group"), topics=[topic])
    ),
    "reader": lambda transport, topic: transport.reader(topic),
    "offset_store": lambda transport, _: transport.offset_store(fresh_name("offsets"), partitions=1),
}
_USE: dict[str, Callable[[Any, str], Awaitable[object]]] = {
    "producer": lambda client, topic: client.send([ProducerRecord(topic)]),
    "transactional_producer": lambda client, _: client.begin(),
    "consumer": lambda client, _: client.next_event(0.1),
    "reader": lambda client, _: client.read_to_end(),
    "offset_store": lambda client, _: client.write("c", [({"a": 1}, {"b": 2})]),
}
_POOLED = ("AnyIO worker thread", "asyncio_")  # idle threads of a pool, which the event loop ends


class LifecycleChecks(Steps):
    """Checks of opening and closing."""

    async def test_it_says_what_it_is(self, transport: Transport) -> None:
        """The description is a short text for messages."""
        assert transport.description
        assert "\n" not in transport.description

    @pytest.mark.parametrize("kind", _OPEN)
    async def test_close_may_be_called_again(self, transport: Transport, kind: str) -> None:
        """A second `close` does nothing, and neither raises."""
        client = await self._open_client(transport, kind, await self.new_topic(transport))
        with anyio.fail_after(self.deadline):
            await client.close()
            await client.close()

    @pytest.mark.parametrize("kind", _OPEN)
    async def test_what_is_closed_refuses_work(self, transport: Transport, kind: str) -> None:
        """After `close` a call is an error of ours, not a hang."""
        topic = await self.new_topic(transport)
        client = await self._open_client(transport, kind, topic)
        await client.close()
        with pytest.raises(ConnectError), anyio.fail_after(self.deadline):
            await _USE[kind](client, topic)

    @pytest.mark.parametrize("kind", _OPEN)
    async def test_a_closed_transport_opens_nothing(self, transport: Transport, kind: str) -> None:
        """After `close` of the transport nothing can be opened."""
        topic = await self.new_topic(transport)
        await transport.close()
        with pytest.raises(ConnectError), anyio.fail_after(self.deadline):
            await _OPEN[kind](transport, topic)

    async def test_closing_the_transport_closes_everything(self, transport: Transport) -> None:
        """Clients of a closed transport refuse work; it may be closed again, and they too."""
        topic = await self.new_topic(transport)
        clients = {kind: await self._open_client(transport, kind, topic) for kind in _OPEN}
        with anyio.fail_after(self.deadline):
            await transport.close()
            await transport.close()
        for kind, client in clients.items():
            with pytest.raises(ConnectError), anyio.fail_after(self.deadline):
                await _USE[kind](client, topic)
            with anyio.fail_after(self.deadline):
                await client.close()

    async def test_closing_ends_a_wait(self, transport: Transport) -> None:
        """A waiting `next_event` ends when its consumer is closed: with an error of ours, or with nothing."""
        topic = await self.new_topic(transport)
        consumer = await self.consumer(transport, topic)
        await self.until_owner(consumer, {TopicPartition(topic, 0)})

        async def wait() -> None:
            with suppress(ConnectError):
                assert await consumer.next_event(self.deadline * 2) is None

        with anyio.fail_after(self.deadline):
            async with anyio.create_task_group() as group:
                group.start_soon(wait)
                await anyio.sleep(0.05)
                await consumer.close()

    async def test_nothing_is_left_running(self, transport: Transport) -> None:
        """After `close` there is no task, no thread and no socket more than without clients."""
        topic = await self.new_topic(transport)
        before = _running()
        clients = [await self._open_client(transport, kind, topic) for kind in _OPEN]
        producer, consumer = clients[0], clients[2]
        await self.send(producer, records_to(topic, range(10)))
        await self.read(consumer, 10)
        with anyio.fail_after(self.deadline):
            for client in clients:
                await client.close()
            await transport.close()

        async def nothing_left() -> bool:
            return not _running() - before

        try:
            await self.eventually(nothing_left, "nothing is left running")
        except AssertionError:
            raise AssertionError(f"left running: {sorted(map(str, _running() - before))}") from None

    async def _open_client(self, transport: Transport, kind: str, topic: str) -> Any:
        with anyio.fail_after(self.deadline):
            return await _OPEN[kind](transport, topic)


def _running() -> set[tuple[str, Any]]:
    """Return all tasks, threads and sockets there are, pooled idle threads left out."""
    found: set[tuple[str, Any]] = {("task", f"{task.name} {task.id}") for task in anyio.get_running_tasks()}
    names = (thread.name for thread in threading.enumerate())
    found |= {("thread", name) for name in names if not name.startswith(_POOLED)}
    return found | {("socket", target) for target in _open_files() if target.startswith("socket:")}


def _open_files() -> Iterator[str]:
    descriptors = Path("/proc/self/fd")
    for descriptor in descriptors.iterdir() if descriptors.is_dir() else ():
        with suppress(OSError):  # the listing's own is gone already
            yield str(descriptor.readlink())
