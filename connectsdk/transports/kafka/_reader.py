"""How is one whole topic read, up to its end?"""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

import attrs
from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition as ClientPartition

from connectsdk.errors import TransportError, UnknownTopicError
from connectsdk.record import ConsumerRecord, TopicPartition
from connectsdk.transport import TopicReader
from connectsdk.transports.kafka._access import use_own_bootstrap
from connectsdk.transports.kafka._cleanup import end_client, shielded
from connectsdk.transports.kafka._client import ClientOptions
from connectsdk.transports.kafka._errors import translate
from connectsdk.transports.kafka._fetch import Fetch, fetch_for
from connectsdk.transports.kafka._group import EARLIEST, LATEST, list_offsets, retrying
from connectsdk.transports.kafka._topics import known_topics, wait_for_topic

__all__ = ("KafkaTopicReader", "ReaderAfterWrites", "open_reader")

OPEN_TIMEOUT = 30.0
CALL_TIMEOUT = 30.0
TOPIC_TIMEOUT = 10.0
STALL = 30.0
CHUNK = 10_000
WAIT = 0.5
READ_COMMITTED = 1


async def open_reader(
    options: ClientOptions, topic: str, forget: Callable[["KafkaTopicReader"], None]
) -> "KafkaTopicReader":
    """Open a reader of one topic.

    Raises:
        UnknownTopicError: If the topic does not exist.
        TransportError: If it cannot be opened in time.
    """
    client = AIOKafkaConsumer(
        **options.for_client("connectsdk-reader"),
        auto_offset_reset="earliest",  # what compaction has taken away is not missed
        enable_auto_commit=False,
        isolation_level="read_committed",
        fetch_max_wait_ms=100,
    )
    use_own_bootstrap(client._client, options)  # noqa: SLF001 - no argument
    reader = KafkaTopicReader(topic, client, forget)
    try:
        async with asyncio.timeout(OPEN_TIMEOUT):
            await client.start()
            await _require_topic(client._client, topic)  # noqa: SLF001 - its connections are good
    except BaseException as error:
        await reader.close()
        if isinstance(error, Exception):
            raise translate(error, f"reader of topic {topic}: cannot be opened") from error
        raise
    return reader


async def _require_topic(client: Any, topic: str) -> None:
    if topic not in await known_topics(client, [topic]):
        raise UnknownTopicError(f"topic {topic} does not exist")
    await wait_for_topic(client, topic, TOPIC_TIMEOUT)


@attrs.define(eq=False)
class KafkaTopicReader:
    """A `TopicReader` on Kafka."""

    _topic: str
    _client: Any  # an AIOKafkaConsumer; its inside is not typed
    _forget: Callable[["KafkaTopicReader"], None]
    _positions: dict[TopicPartition, int] = attrs.field(factory=dict, init=False)
    _found: list[ConsumerRecord] = attrs.field(factory=list, init=False)  # kept through a cancellation
    _closed: bool = attrs.field(default=False, init=False)

    async def read_to_end(self) -> Sequence[ConsumerRecord]:
        """Return what is new, up to the end as it is now; see `TopicReader.read_to_end`."""
        if self._closed:
            raise TransportError(f"reader of topic {self._topic} is closed")
        return await self._read_until(await self._ends())

    async def read_ranges(self, ranges: Mapping[TopicPartition, tuple[int, int]]) -> Sequence[ConsumerRecord]:
        """Return parts of the topic; see `ReadsRanges.read_ranges`."""
        self._positions = {partition: begin for partition, (begin, _) in ranges.items()}
        ends = {partition: end for partition, (_, end) in ranges.items()}
        return [
            record
            for record in await self._read_until(ends)
            if record.offset < ends[TopicPartition(record.topic, record.partition)]
        ]

    async def _read_until(self, ends: Mapping[TopicPartition, int]) -> Sequence[ConsumerRecord]:
        self._assign(ends)
        fetch = fetch_for(self._client)
        moved = time.monotonic()
        while behind := [partition for partition, end in ends.items() if self._positions[partition] < end]:
            before = dict(self._positions)
            try:
                self._found += await fetch.take(CHUNK)
                self._note_positions()
            except Exception as error:
                raise translate(error, f"reader of topic {self._topic}") from error
            if self._positions != before:
                moved = time.monotonic()
                await asyncio.sleep(0)
            elif time.monotonic() - moved > STALL:
                names = ", ".join(map(str, behind))
                raise TransportError(f"reader of topic {self._topic}: nothing comes of {names}")
            else:
                await self._wait(fetch)
        records, self._found = self._found, []
        return records

    async def close(self) -> None:
        """Let go of everything; see `TopicReader.close`."""
        if self._closed:
            return
        self._closed = True
        client = self._client
        client._closed = True  # noqa: SLF001 - it warns otherwise
        try:
            inside = (client._fetcher, client._coordinator)  # noqa: SLF001 - its own stop() has no deadline
            await shielded(end_client(client._client, *inside))  # noqa: SLF001 - as above
        finally:
            self._forget(self)

    async def _ends(self) -> Mapping[TopicPartition, int]:
        client = self._client._client  # noqa: SLF001 - its connections are good
        numbers = client.cluster.partitions_for_topic(self._topic) or ()
        partitions = {TopicPartition(self._topic, number) for number in numbers}
        doing = f"reader of topic {self._topic}: cannot find its end"
        ends: dict[TopicPartition, int] = await retrying(
            lambda: list_offsets(client, partitions, LATEST, READ_COMMITTED), CALL_TIMEOUT, doing
        )
        new = partitions - self._positions.keys()
        if new:
            self._positions |= await retrying(
                lambda: list_offsets(client, new, EARLIEST), CALL_TIMEOUT, doing
            )
        return ends

    def _assign(self, partitions: Iterable[TopicPartition]) -> None:
        wanted = {ClientPartition(*partition) for partition in partitions}
        if self._client.assignment() != wanted:
            self._client.assign(list(wanted))
            for partition, position in self._positions.items():
                self._client.seek(ClientPartition(*partition), position)

    def _note_positions(self) -> None:
        assignment = self._client._subscription.subscription.assignment  # noqa: SLF001 - position() may wait
        for partition in self._positions:
            state = assignment.state_value(ClientPartition(*partition))
            if state.has_valid_position:
                self._positions[partition] = state.position

    @staticmethod
    async def _wait(fetch: Fetch) -> None:
        arrival = fetch.arrival()
        try:
            await asyncio.wait({arrival}, timeout=WAIT)
        finally:
            arrival.cancel()


class Settling(Protocol):
    """A producer that says when nothing of it is under way."""

    async def settle(self, limit: float) -> None:
        """Wait until nothing is under way, or the time is over."""
        ...


@attrs.define(eq=False)
class ReaderAfterWrites:
    """A `TopicReader` that reads what a producer has taken, also when the call that sent it was cancelled."""

    _reader: TopicReader
    _producer: Settling

    async def read_to_end(self) -> Sequence[ConsumerRecord]:
        """Return what is new; see `TopicReader.read_to_end`."""
        await self._producer.settle(CALL_TIMEOUT)
        return await self._reader.read_to_end()

    async def close(self) -> None:
        """Let go of everything; see `TopicReader.close`."""
        await self._reader.close()
