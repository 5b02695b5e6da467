"""What is every check made of?"""

# ruff: noqa: S101 - a check asserts, and its numbers are the point

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence, Set as AbstractSet
from typing import Any, ClassVar
from uuid import uuid4

import anyio

from connectsdk.record import ConsumerRecord, ProducerRecord, TopicPartition
from connectsdk.transport import (
    Consumer,
    ConsumerConfig,
    ConsumerEvent,
    DeliveryReport,
    Fetched,
    NewTopic,
    Producer,
    Revoked,
    TransactionalProducer,
    Transport,
)

__all__ = ("Steps", "fresh_name", "next_offsets", "partitions_of", "records_to", "texts")


def fresh_name(what: str) -> str:
    """Return a name that nobody has used."""
    return f"suite-{what}-{uuid4().hex[:12]}"


class Steps:
    """The settings of a suite, and the steps of its checks.

    Attributes:
        deadline: Seconds in which what must happen happens.
        quiet: Seconds of silence that show that nothing more comes.
        session_timeout: The shortest one that the system accepts.
        rebalance_timeout: One short enough to let a check miss it.
        supports_auto_create: Whether the transport creates missing topics on demand.
        max_request_size: The producers' limit in the checks of records that are too large.
        most_cancellations: At how many suspensions of one call it is cancelled, at most.
    """

    deadline: ClassVar[float] = 20.0
    quiet: ClassVar[float] = 0.3
    session_timeout: ClassVar[float] = 6.0
    rebalance_timeout: ClassVar[float] = 2.0
    supports_auto_create: ClassVar[bool] = True
    max_request_size: ClassVar[int] = 100_000
    most_cancellations: ClassVar[int] = 25

    # -- topics --------------------------------------------------------------------------------------------

    async def new_topic(self, transport: Transport, partitions: int = 1, **config: str) -> str:
        """Create a topic; settings are given with `_` in place of a dot."""
        name = fresh_name("topic")
        settings = {key.replace("_", "."): value for key, value in config.items()}
        with anyio.fail_after(self.deadline):
            created = await transport.admin.create_topics(
                [NewTopic(name=name, partitions=partitions, config=settings)]
            )
        assert created == {name}
        return name

    async def write(self, transport: Transport, records: Iterable[ProducerRecord]) -> DeliveryReport:
        """Write records with a producer of their own and wait until they are acknowledged."""
        producer = await self.producer(transport)
        report = await self.send(producer, list(records))
        await producer.close()
        return report

    async def write_values(self, transport: Transport, topic: str, values: Iterable[int | str]) -> None:
        """Write these values, as text, to partition 0."""
        await self.write(transport, [ProducerRecord(topic, 0, None, str(value).encode()) for value in values])

    async def producer(self, transport: Transport) -> Producer:
        """Open a producer."""
        with anyio.fail_after(self.deadline):
            return await transport.producer()

    async def send(
        self, producer: Producer | TransactionalProducer, records: Sequence[ProducerRecord]
    ) -> DeliveryReport:
        """Send records and wait until they are acknowledged."""
        with anyio.fail_after(self.deadline):
            delivery = await producer.send(records)
            return await delivery.wait()

    async def transaction(
        self, producer: TransactionalProducer, topic: str, values: Iterable[int | str]
    ) -> None:
        """Write these values, as text, to partition 0 in a transaction of their own."""
        with anyio.fail_after(self.deadline):
            await producer.begin()
            await self.send(producer, records_to(topic, values))
            await producer.commit()

    # -- groups --------------------------------------------------------------------------------------------

    async def consumer(self, transport: Transport, *topics: str, **config: Any) -> Consumer:
        """Open a consumer; without a group given, of a new one."""
        config = {
            "group": fresh_name("group"),
            "topics": topics,
            "session_timeout": self.session_timeout,
            **config,
        }
        with anyio.fail_after(self.deadline):
            return await transport.consumer(ConsumerConfig(**config))

    async def event(self, consumer: Consumer, kind: type[Any]) -> Any:
        """Return the next event, which is to be of this kind."""
        event = await self.any_event(consumer)
        assert isinstance(event, kind), f"expected {kind.__name__}, got {event!r}"
        return event

    async def any_event(self, consumer: Consumer) -> ConsumerEvent:
        """Return the next event."""
        with anyio.fail_after(self.deadline + 5):
            event = await consumer.next_event(self.deadline)
        assert event is not None, f"no event within {self.deadline} s"
        return event

    async def read(self, consumer: Consumer, count: int) -> list[ConsumerRecord]:
        """Return the next `count` records; partitions that are asked for are given up at once."""
        records: list[ConsumerRecord] = []
        with anyio.fail_after(self.deadline):
            while len(records) < count:
                records += _records_of(await consumer.next_event(self.deadline))
        assert len(records) == count, f"expected {count} records, got {len(records)}"
        return records

    async def values(self, consumer: Consumer, count: int) -> list[str]:
        """Return the next `count` values, as text."""
        return [(record.value or b"").decode() for record in await self.read(consumer, count)]

    async def nothing_more(self, consumer: Consumer) -> None:
        """Check that no more records come."""
        with anyio.move_on_after(self.quiet):
            while True:
                records = _records_of(await consumer.next_event(self.quiet))
                assert not records, f"unexpected records at offsets {[record.offset for record in records]}"

    async def until_owner(self, consumer: Consumer, partitions: AbstractSet[TopicPartition]) -> None:
        """Wait until a consumer owns exactly these partitions; those that are asked for are given up at once."""
        with anyio.fail_after(self.deadline):
            while consumer.assignment != partitions:
                _records_of(await consumer.next_event(0.1))

    async def all_committed(self, transport: Transport, topic: str) -> list[ConsumerRecord]:
        """Return what a topic holds for a reader."""
        with anyio.fail_after(self.deadline):
            reader = await transport.reader(topic)
            records = await reader.read_to_end()
            await reader.close()
        return list(records)

    async def committed_values(self, transport: Transport, topic: str) -> list[str]:
        """Return the values a topic holds for a reader, as text."""
        return [(record.value or b"").decode() for record in await self.all_committed(transport, topic)]

    # -- waiting -------------------------------------------------------------------------------------------

    async def eventually(self, holds: Callable[[], Awaitable[bool]], what: str) -> None:
        """Wait until a condition holds."""
        with anyio.move_on_after(self.deadline):
            while not await holds():  # noqa: ASYNC110 - nobody tells when
                await anyio.sleep(0.02)
            return
        raise AssertionError(f"not within {self.deadline} s: {what}")


def records_to(
    topic: str, values: Iterable[int | str], partition: int | None = 0, key: bytes | None = None
) -> list[ProducerRecord]:
    """Return records with these values, as text."""
    return [ProducerRecord(topic, partition, key, str(value).encode()) for value in values]


def texts(values: Iterable[int | str]) -> list[str]:
    """Return values as `Steps.values` returns them."""
    return [str(value) for value in values]


def partitions_of(topic: str, count: int) -> set[TopicPartition]:
    """Return the partitions of a topic."""
    return {TopicPartition(topic, number) for number in range(count)}


def next_offsets(records: Iterable[ConsumerRecord]) -> Mapping[TopicPartition, int]:
    """Return what to commit after these records."""
    return {TopicPartition(record.topic, record.partition): record.offset + 1 for record in records}


def _records_of(event: ConsumerEvent | None) -> Sequence[ConsumerRecord]:
    if isinstance(event, Revoked):
        event.done()
    return event.records if isinstance(event, Fetched) else ()
