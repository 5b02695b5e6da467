"""A broker that takes its time to acknowledge."""

from collections.abc import Sequence
from typing import Any

import anyio
import attrs

from connectsdk.record import ProducerRecord
from connectsdk.transport import Producer, ProducerConfig
from connectsdk.transports.embedded import EmbeddedTransport


@attrs.define(eq=False)
class Held:
    """A producer whose deliveries to the topic t wait, and which knows what is under way."""

    inner: Producer
    go_on: anyio.Event
    under_way: int = 0

    async def send(self, records: Sequence[ProducerRecord]) -> Any:
        delivery = await self.inner.send(records)
        if records[0].topic != "t":
            return delivery
        size = sum(len(record.value or b"") for record in records)
        self.under_way += size
        producer = self

        class Waiting:
            done = False

            async def wait(self) -> Any:
                await producer.go_on.wait()
                producer.under_way -= size
                return await delivery.wait()

        return Waiting()

    def bytes_in_flight(self) -> int:
        return self.under_way

    async def close(self) -> None:
        await self.inner.close()


class HoldingTransport(EmbeddedTransport):
    """The embedded broker, which acknowledges nothing in the topic t before `go_on`."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = anyio.Event()

    async def producer(self, config: ProducerConfig | None = None) -> Any:
        return Held(await super().producer(config), self.go_on)
