"""A stop waits for what is under way."""

from collections.abc import Sequence
from typing import Any

import anyio
import attrs

from connectsdk.record import ProducerRecord
from connectsdk.runtime import Worker
from connectsdk.transport import Delivery, DeliveryReport, Producer, ProducerConfig
from connectsdk.transports.embedded import EmbeddedTransport
from tests.runtime.conftest import QUICK
from tests.runtime.scripted import Journal, source, until


@attrs.define(eq=False)
class HeldDelivery:
    """A delivery that is not acknowledged before the gate opens."""

    inner: Delivery
    gate: anyio.Event

    @property
    def done(self) -> bool:
        return self.gate.is_set() and self.inner.done

    async def wait(self) -> DeliveryReport:
        await self.gate.wait()
        return await self.inner.wait()


@attrs.define(eq=False)
class HeldProducer:
    inner: Producer
    gate: anyio.Event

    async def send(self, records: Sequence[ProducerRecord]) -> Delivery:
        return HeldDelivery(await self.inner.send(records), self.gate)

    async def close(self) -> None:
        await self.inner.close()


class HeldTransport(EmbeddedTransport):
    """The embedded broker, far away."""

    gate: anyio.Event

    async def producer(self, config: ProducerConfig | None = None) -> Any:
        return HeldProducer(await super().producer(config), self.gate)


async def test_a_stop_waits_for_acknowledgements_and_stores_their_offsets(journal: Journal) -> None:
    transport = HeldTransport()
    transport.gate = anyio.Event()
    connector = {"connector.class": source(journal, total=50, end=False)}
    async with Worker(transport, QUICK | {"offset.flush.interval.ms": "60000"}) as worker:
        await worker.start_connector("in", connector)
        [supervisor] = worker._runners["in"].supervisors
        await until(lambda: supervisor.counters.read == 50)
        assert supervisor.counters.delivered == 0
        async with anyio.create_task_group() as group:
            group.start_soon(worker.stop_connector, "in")
            await until(supervisor._stop.is_set)
            await anyio.wait_all_tasks_blocked()
            transport.gate.set()
        assert (supervisor.counters.delivered, supervisor.counters.returned) == (50, 0)
        await worker.start_connector("in", connector)
        await until(lambda: journal.events.count("source.start") == 2)
        assert "source.resume:50" in journal.events
