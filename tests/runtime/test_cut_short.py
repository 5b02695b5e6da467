"""Does a life of a task that is cut short while it ends let go of what it holds?

What it would keep is its place in the consumer group: nobody reads its partitions until the group gives it up.
"""

from typing import Any

import anyio
import pytest

from connectsdk import EndOfStream
from connectsdk.converters.string import StringConverter
from connectsdk.runtime import Worker
from connectsdk.transports.embedded import EmbeddedTransport
from tests.runtime.conftest import QUICK
from tests.runtime.letters import fill
from tests.runtime.scripted import Journal, sink, source, until

SECONDS = 0.1
SHORT = QUICK | {"task.shutdown.graceful.timeout.ms": str(int(SECONDS * 1000))}
ROOMS = pytest.mark.parametrize("room", ["loop", "thread"])


class Lingering(StringConverter):
    """A converter that does not close in time."""

    async def aclose(self) -> None:
        await anyio.sleep(10 * SECONDS)


LINGERING: Any = {"key.converter": "StringConverter", "value.converter": Lingering}
STRINGS = {"key.converter": "StringConverter", "value.converter": "StringConverter"}


class Counting(EmbeddedTransport):
    """The embedded broker, which knows the clients that were opened and not closed."""

    def __init__(self, first_close: float = 0.0) -> None:
        super().__init__()
        self.held: list[Any] = []
        self.first_close = first_close

    async def consumer(self, config: Any) -> Any:
        return self._held(await super().consumer(config))

    async def producer(self, config: Any = None) -> Any:
        producer = await super().producer(config)
        return producer if config is None else self._held(producer)

    def _held(self, client: Any) -> Any:
        held, slow = self.held, iter([self.first_close])

        class Held:
            def __getattr__(self, name: str) -> Any:
                return getattr(client, name)

            async def close(self) -> None:
                await anyio.sleep(next(slow, 0.0))
                if self in held:
                    held.remove(self)
                await client.close()

        held.append(Held())
        return held[-1]


def failing_once(journal: Journal, method: str) -> None:
    """Let the first call that has records fail."""

    async def fail(_: Any, *arguments: Any) -> Any:
        if journal.events.count(method) == 1:
            raise OSError("the disk is full")
        return None

    journal.hooks[method] = fail


@ROOMS
async def test_the_next_life_gets_the_partitions_at_once(journal: Journal, room: str) -> None:
    transport = Counting()
    failing_once(journal, "sink.put")
    async with Worker(transport, SHORT | {"task.isolation": room}) as worker:
        await fill(transport, [b"1", b"2"])
        await worker.start_connector("out", {"connector.class": sink(journal), "topics": "t", **LINGERING})
        await until(lambda: journal.values == ["1", "2"])
        assert len(transport.held) == 1
    assert transport.held == []


@ROOMS
async def test_a_stop_leaves_nothing_open(journal: Journal, room: str) -> None:
    transport = Counting()
    async with Worker(transport, SHORT | {"task.isolation": room}) as worker:
        await fill(transport, [b"1"])
        await worker.start_connector("out", {"connector.class": sink(journal), "topics": "t", **LINGERING})
        await worker.start_connector(
            "in", {"connector.class": source(journal, total=5, topic="u"), **LINGERING}
        )
        await until(lambda: journal.values == ["1"])
        await until(lambda: worker.status()["in"].tasks[0].counters.delivered == 5)
        await worker.stop_connector("out")
        await worker.stop_connector("in")
        assert transport.held == []


@ROOMS
async def test_what_is_cut_short_while_it_is_closed_is_closed_again(journal: Journal, room: str) -> None:
    transport = Counting(first_close=10 * SECONDS)
    async with Worker(transport, SHORT | {"task.isolation": room}) as worker:
        await fill(transport, [b"1"])
        await worker.start_connector("out", {"connector.class": sink(journal), "topics": "t", **STRINGS})
        await until(lambda: journal.values == ["1"])
        await worker.stop_connector("out")
        assert transport.held == []


@ROOMS
async def test_a_source_that_failed_keeps_no_producer(journal: Journal, room: str) -> None:
    transport = Counting()
    failing_once(journal, "source.poll")
    async with Worker(transport, SHORT | {"task.isolation": room}) as worker:
        await worker.start_connector("in", {"connector.class": source(journal, end=False), **LINGERING})
        await until(lambda: worker.status()["in"].tasks[0].counters.delivered == 100)
        assert len(transport.held) == 1


class Ending(StringConverter):
    """A converter whose closing raises what no call of a plugin is rid of."""

    async def aclose(self) -> None:
        raise EndOfStream


@ROOMS
async def test_a_life_whose_parts_cannot_be_closed_lets_go_of_its_clients(
    journal: Journal, room: str
) -> None:
    transport = Counting()
    ending: Any = {"key.converter": "StringConverter", "value.converter": Ending}
    async with Worker(transport, QUICK | {"task.isolation": room}) as worker:
        await fill(transport, [b"1"])
        await worker.start_connector("out", {"connector.class": sink(journal), "topics": "t", **ending})
        await worker.start_connector("in", {"connector.class": source(journal, total=5, topic="u"), **ending})
        await until(lambda: journal.values == ["1"])
        await until(lambda: worker.status()["in"].tasks[0].counters.delivered == 5)
        await worker.stop_connector("out")
        await worker.stop_connector("in")
        assert transport.held == []
