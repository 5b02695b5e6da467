"""What tests of dead letters read, write and break."""

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from connectsdk.errors import TransportError
from connectsdk.record import ConsumerRecord, ProducerRecord, RawHeaders
from connectsdk.transport import Delivery, DeliveryReport, Producer, ProducerConfig, Transport
from connectsdk.transports.embedded import EmbeddedTransport

PREFIX = "__connect.errors."
LETTERS = {
    "errors.tolerance": "all",
    "errors.deadletterqueue.topic.name": "letters",
    "errors.deadletterqueue.topic.replication.factor": "1",
    "errors.deadletterqueue.context.headers.enable": "true",
}


def told(record: ConsumerRecord | ProducerRecord) -> dict[str, str | None]:
    """Return a record's error headers as texts, by their names without the prefix."""
    return {
        name.removeprefix(PREFIX): None if data is None else data.decode()
        for name, data in record.headers
        if name.startswith(PREFIX)
    }


async def read_all(transport: Transport, topic: str = "letters") -> Sequence[ConsumerRecord]:
    """Return everything in a topic."""
    reader = await transport.reader(topic)
    try:
        return await reader.read_to_end()
    finally:
        await reader.close()


async def fill(
    transport: Transport, values: Sequence[bytes | None], topic: str = "t", headers: RawHeaders = ()
) -> None:
    """Write values to partition 0 of a topic."""
    producer = await transport.producer()
    try:
        records = [
            ProducerRecord(topic, 0, b"k%d" % n, value, 1_000 + n, headers) for n, value in enumerate(values)
        ]
        await (await producer.send(records)).wait()
    finally:
        await producer.close()


@attrs.define(eq=False)
class _Watched:
    inner: Delivery
    told: Callable[[], None]

    @property
    def done(self) -> bool:
        return self.inner.done

    async def wait(self) -> DeliveryReport:
        report = await self.inner.wait()
        self.told()
        return report


@attrs.define(eq=False)
class _Fragile:
    transport: "BreakableTransport"
    inner: Producer

    async def send(self, records: Sequence[ProducerRecord]) -> Delivery:
        topics = {record.topic for record in records}
        if self.transport.broken & topics:
            self.transport.failures += 1
            raise TransportError("nobody answers")
        return _Watched(
            await self.inner.send(records),
            lambda: self.transport.acknowledged.extend(record.topic for record in records),
        )

    async def close(self) -> None:
        await self.inner.close()


@attrs.define(eq=False)
class _Noted:
    transport: "BreakableTransport"
    inner: Any

    async def commit(self, offsets: Any) -> None:
        self.transport.commits.append((dict(offsets), len(self.transport.acknowledged)))
        await self.inner.commit(offsets)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


class BreakableTransport(EmbeddedTransport):
    """The embedded broker, which refuses to write to some topics, and notes what is acknowledged and committed."""

    def __init__(self, *broken: str) -> None:
        super().__init__()
        self.broken = set(broken)
        self.failures = 0
        self.acknowledged: list[str] = []
        self.commits: list[tuple[Any, int]] = []

    async def producer(self, config: ProducerConfig | None = None) -> Any:
        return _Fragile(self, await super().producer(config))

    async def consumer(self, config: Any) -> Any:
        return _Noted(self, await super().consumer(config))
