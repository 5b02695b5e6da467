"""How do records become batches, and batches answers?

Records go straight into the library's batch builders, one partition after the other: no await, future or keyword
call per record. A batch that the library has not taken yet is filled further by the next call, so small calls
share batches. Once anything is in doubt the producer is finished: its sequence numbers have a gap.
"""

import asyncio
import time
from collections.abc import Sequence, Set as AbstractSet
from operator import itemgetter
from typing import Any

import attrs
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.structs import TopicPartition as ClientPartition

from connectsdk._core.partitioner import Partitioner
from connectsdk.errors import ConnectError, DataError, RecordTooLargeError, TransportError
from connectsdk.record import ProducerRecord, TopicPartition
from connectsdk.transport import Rejected
from connectsdk.transports.kafka._cleanup import end_client
from connectsdk.transports.kafka._delivery import KafkaDelivery, Pending
from connectsdk.transports.kafka._errors import REFUSED_RECORDS, translate
from connectsdk.transports.kafka._options import ProducerOptions
from connectsdk.transports.kafka._topics import TopicLimits, describe_configs, wait_for_topic

__all__ = ("Batching",)

LIMITS_AGE = 300.0
_TOPIC = itemgetter(0)
SEQUENCES = 2**31
RECORD_OVERHEAD = 82  # of a batch with one record, at most
BATCH_OVERHEAD = 61
DESCRIBE_TIMEOUT = 5.0
COMPRESSION = {None: 0, "gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}


@attrs.define(eq=False)
class Batching:
    """Accept records into batches of one library producer, and watch over what becomes of them."""

    name: str
    options: ProducerOptions
    client: Any  # an AIOKafkaProducer; its inside is not typed
    _partitioner: Partitioner = attrs.field(factory=Partitioner, init=False)
    _limits: dict[str, tuple[float, TopicLimits]] = attrs.field(factory=dict, init=False)
    _filling: dict[TopicPartition, Pending] = attrs.field(factory=dict, init=False)
    _under_way: set[Pending] = attrs.field(factory=set, init=False)
    _bytes: int = attrs.field(default=0, init=False)
    _room: asyncio.Event = attrs.field(factory=asyncio.Event, init=False)
    _failure: ConnectError | None = attrs.field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        self._room.set()
        _wrap_sequences(self.client)
        self.client._message_accumulator._batch_ttl = self.options.delivery_timeout  # noqa: SLF001 - no argument

    @property
    def bytes(self) -> int:
        """How many bytes are under way."""
        return self._bytes

    @property
    def failure(self) -> ConnectError | None:
        """Why this producer is finished, or None."""
        if self._failure is None:
            fatal = self.client._message_accumulator._exception  # noqa: SLF001 - set when its sender died
            if fatal is not None:
                self._failure = translate(fatal, self.name)
        return self._failure

    def fail(self, error: ConnectError) -> None:
        """Finish this producer; the first reason counts."""
        if self._failure is None:
            self._failure = error
        for pending in self._under_way:
            if not pending.settled.done():
                pending.settled.set_exception(error)
                pending.settled.exception()  # nobody may be waiting
        self._room.set()

    async def accept(self, records: Sequence[ProducerRecord]) -> KafkaDelivery:
        """Take a batch; see `Producer.send`."""
        topics = set(map(_TOPIC, records))
        await self._ready_for(topics)
        sent_at = int(time.time() * 1000)
        deadline = asyncio.get_running_loop().time() + self.options.delivery_timeout
        accepts = {topic: self._limits[topic][1].accepts(sent_at) for topic in topics}
        delivery = KafkaDelivery(records, sent_at, deadline, accepts, self.fail)
        counts = {topic: len(self._partitions(topic)) for topic in topics}
        targets = self._partitioner.split(records, counts)
        if any(target.partition >= counts[target.topic] for target in targets):
            await self._look_for_new_partitions(counts)
        for target, places in targets.items():
            if not 0 <= target.partition < counts[target.topic]:
                error = DataError(f"topic {target.topic} has no partition {target.partition}")
                delivery.rejected += [Rejected(place, error) for place in places]
            else:
                self._fill(target, places, delivery)
        return delivery

    async def drain(self, limit: float) -> None:
        """Wait until nothing is under way, or the time is over."""
        waiting = [pending.settled for pending in self._under_way]
        if waiting:
            await asyncio.wait(waiting, timeout=limit)

    async def end(self) -> None:
        """Let go of everything at once."""
        client = self.client
        client._closed = True  # noqa: SLF001 - it warns otherwise
        error = TransportError(f"{self.name} was closed before the record was acknowledged")
        self.fail(self._failure or error)
        await end_client(client.client, client._sender, client._message_accumulator)  # noqa: SLF001

    def _partitions(self, topic: str) -> Any:
        return self.client.client.cluster.partitions_for_topic(topic) or ()

    async def _look_for_new_partitions(self, counts: dict[str, int]) -> None:
        await asyncio.wait([self.client.client.force_metadata_update()], timeout=DESCRIBE_TIMEOUT)
        counts.update({topic: len(self._partitions(topic)) for topic in counts})

    async def _ready_for(self, topics: AbstractSet[str]) -> None:
        """Wait until the topics are known and there is room."""
        if self.failure is not None:
            raise self.failure
        for topic in topics:
            if not self._partitions(topic):
                await wait_for_topic(self.client.client, topic, self.options.max_block)
            if self._limits.get(topic, (0.0,))[0] < time.monotonic():
                await self._learn_limits(topic)
        while self._bytes >= self.options.buffer_bytes and self._failure is None:
            self._room.clear()
            try:
                async with asyncio.timeout(self.options.delivery_timeout):
                    await self._room.wait()
            except TimeoutError:
                self.fail(TransportError(f"{self.name}: nothing was acknowledged in time"))
        if self._failure is not None:
            raise self._failure

    async def _learn_limits(self, topic: str) -> None:
        try:
            async with asyncio.timeout(DESCRIBE_TIMEOUT):
                described = await describe_configs(self.client.client, [topic])
            limits = TopicLimits.parse(described[topic])
        except (Exception, TimeoutError):  # noqa: BLE001 - it may be denied; the broker has the last word anyway
            limits = TopicLimits()
        self._limits[topic] = (time.monotonic() + LIMITS_AGE, limits)

    # -- the hot path --------------------------------------------------------------------------------------

    def _fill(self, target: TopicPartition, places: Sequence[int], delivery: KafkaDelivery) -> None:
        """Append records to batches of one partition."""
        nth = 0
        while nth < len(places):
            pending = self._filling.get(target)
            if pending is None or not pending.appendable:
                if not self._admits(target.topic, places[nth], delivery):
                    nth += 1
                    continue
                pending = self._new_batch(target)
            first = pending.count
            end = self._append(pending, places, nth, delivery)
            if pending.count > first:
                delivery.runs.append(
                    (pending, first, places if end - nth == len(places) else places[nth:end])
                )
            self._hand_over(pending, full=end < len(places))
            nth = end
            if nth < len(places) and not self._stamped(target.topic, places[nth], delivery):
                nth += 1

    def _append(self, pending: Pending, places: Sequence[int], nth: int, delivery: KafkaDelivery) -> int:
        """Append until the batch is full or a record is refused; return the place of the first one left."""
        oldest, newest, keyed = delivery.accepts[pending.target.topic]
        append = pending.builder._builder.append  # noqa: SLF001 - its own append takes keywords only
        records = delivery.records
        now = delivery.sent_at
        none: list[Any] = []  # the builder takes nothing but a list
        count = pending.count
        try:
            for place in places[nth:] if nth else places:
                _, _, key, value, timestamp, headers = records[place]
                if timestamp is None:
                    timestamp = now
                elif not oldest <= timestamp <= newest:
                    break
                if keyed and key is None:
                    break
                if append(count, timestamp, key, value, list(headers) if headers else none) is None:
                    break
                count += 1
        finally:
            appended = count - pending.count
            pending.count = pending.builder._relative_offset = count  # noqa: SLF001 - what its append does
        return nth + appended

    def _stamped(self, topic: str, place: int, delivery: KafkaDelivery) -> bool:
        """Reject a record whose timestamp or missing key the topic refuses; return whether it may go on."""
        record = delivery.records[place]
        oldest, newest, keyed = delivery.accepts[topic]
        if record.timestamp is not None and not oldest <= record.timestamp <= newest:
            problem = (
                "a negative timestamp"
                if record.timestamp < 0
                else "a timestamp that the topic does not accept"
            )
        elif keyed and record.key is None:
            problem = "no key, and the topic is compacted"
        else:
            return True
        delivery.rejected.append(Rejected(place, DataError(f"topic {topic}: the record has {problem}")))
        return False

    def _admits(self, topic: str, place: int, delivery: KafkaDelivery) -> bool:
        """Return whether a record may begin a batch; only such a one can be too large for every batch."""
        if not self._stamped(topic, place, delivery):
            return False
        record = delivery.records[place]
        headers = sum(len(key.encode()) + len(value or b"") for key, value in record.headers)
        size = len(record.key or b"") + len(record.value or b"") + headers
        limit = self.options.max_request_size
        if size <= limit and self.options.compression is None:
            limit = self._limits[topic][1].batch_bytes - RECORD_OVERHEAD - 10 * len(record.headers)
        if size <= limit:
            return True
        problem = f"topic {topic}: a record of {size} bytes is larger than the {limit} bytes allowed"
        delivery.rejected.append(Rejected(place, RecordTooLargeError(problem)))
        return False

    def _new_batch(self, target: TopicPartition) -> Pending:
        limits = self._limits[target.topic][1]
        largest = (
            self.options.max_request_size + BATCH_OVERHEAD
        )  # so that a larger record never follows another
        size = min(self.options.batch_size, limits.batch_bytes, largest)
        transactional = self.client._txn_manager.transactional_id is not None  # noqa: SLF001 - no argument
        builder = BatchBuilder(size, COMPRESSION[self.options.compression], is_transactional=transactional)
        return Pending(target, builder, asyncio.get_running_loop().create_future())

    def _hand_over(self, pending: Pending, *, full: bool) -> None:
        """Give a batch to the library, or tell back-pressure that it has grown."""
        if not pending.count:
            return
        if pending.batch is None:
            accumulator = self.client._message_accumulator  # noqa: SLF001 - send_batch waits for the batch before
            pending.batch = accumulator._append_batch(pending.builder, ClientPartition(*pending.target))  # noqa: SLF001
            pending.batch.future.add_done_callback(lambda answer: self._answered(pending, answer))
            self._under_way.add(pending)
            self._filling[pending.target] = pending
        if full:
            pending.builder.close()
        size = pending.builder.size()
        self._bytes += size - pending.size
        pending.size = size

    # -- answers -------------------------------------------------------------------------------------------

    def _answered(self, pending: Pending, answer: "asyncio.Future[Any]") -> None:
        self._under_way.discard(pending)
        self._bytes -= pending.size
        if self._filling.get(pending.target) is pending:
            del self._filling[pending.target]
        error: BaseException | None = asyncio.CancelledError() if answer.cancelled() else answer.exception()
        if error is None:
            _settle(pending.settled, answer.result())
        elif isinstance(error, REFUSED_RECORDS) and pending.count == 1:
            pending.refused = translate(error, f"partition {pending.target}")
            self._take_back_sequence(pending)
            _settle(pending.settled, None)
        else:
            failure = translate(error, f"{self.name}: partition {pending.target}")
            if isinstance(failure, DataError):  # one of many records; which is not known
                failure = TransportError(str(failure))
            if not pending.settled.done():
                pending.settled.set_exception(failure)
                pending.settled.exception()  # nobody may be waiting
            self.fail(failure)
        self._room.set()

    def _take_back_sequence(self, pending: Pending) -> None:
        """Use the sequence number of a refused batch again; no later batch of the partition was sent yet."""
        target = ClientPartition(*pending.target)
        self.client._txn_manager._sequence_numbers[target] -= pending.count  # noqa: SLF001 - else a gap remains


def _settle(future: "asyncio.Future[Any]", result: Any) -> None:
    if not future.done():
        future.set_result(result)


def _wrap_sequences(client: Any) -> None:
    """Let sequence numbers begin at 0 again after 2**31 - 1, as brokers want it; the library's go negative."""
    manager = client._txn_manager  # noqa: SLF001 - its rule is wrong
    numbers = manager._sequence_numbers  # noqa: SLF001 - as above

    def increment(target: Any, count: int) -> None:
        numbers[target] = (numbers[target] + count) % SEQUENCES

    manager.increment_sequence_number = increment
