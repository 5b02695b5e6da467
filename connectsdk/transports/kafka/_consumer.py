"""How are records read from Kafka as a member of a group?"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Set as AbstractSet
from typing import Any

import attrs
from aiokafka import AIOKafkaConsumer
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.errors import KafkaError, NoOffsetForPartitionError, OffsetOutOfRangeError
from aiokafka.structs import TopicPartition as ClientPartition

from connectsdk.config.java_regex import compile_java
from connectsdk.errors import ConnectError, FencedError, IllegalStateError, TransportError
from connectsdk.record import TopicPartition
from connectsdk.transport import ConsumerEvent, Fetched
from connectsdk.transports.kafka._access import use_own_bootstrap
from connectsdk.transports.kafka._cleanup import end_client, end_tasks, owned_tasks, shielded
from connectsdk.transports.kafka._ends import heard_ends
from connectsdk.transports.kafka._errors import translate
from connectsdk.transports.kafka._fetch import Fetch, fetch_for
from connectsdk.transports.kafka._group import EARLIEST, LATEST, Group, list_offsets, retrying
from connectsdk.transports.kafka._introduction import Introduction
from connectsdk.transports.kafka._membership import Membership
from connectsdk.transports.kafka._options import ConsumerOptions
from connectsdk.transports.kafka._topics import wait_for_topic

__all__ = ("KafkaConsumer", "open_consumer")

logger = logging.getLogger(__name__)

OPEN_TIMEOUT = 30.0
CALL_TIMEOUT = 30.0
TOPIC_TIMEOUT = 30.0
LEAVE_TIMEOUT = 2.0
NEVER_MS = 2**31 - 1
REBALANCE_SLACK = 5.0
WAIT = 1.0  # how often the group's silence is looked at
SILENCE = 2.0  # session timeouts without a sign of life after which the consumer is given up
RESET = {"earliest": EARLIEST, "latest": LATEST}


async def open_consumer(
    options: ConsumerOptions, forget: Callable[["KafkaConsumer"], None]
) -> "KafkaConsumer":
    """Open a consumer; it joins its group by itself from then on.

    Raises:
        AuthenticationError: If the cluster refuses it.
        TransportError: If it cannot be opened in time.
    """
    name = f"consumer of group {options.group}"
    base = RangePartitionAssignor if options.assignor == "range" else RoundRobinPartitionAssignor
    rebalance = options.rebalance_timeout + options.heartbeat_interval_ms / 1000 + REBALANCE_SLACK
    client = AIOKafkaConsumer(
        **options.client.for_client(options.client_id),
        **{"fetch_max_bytes": 52_428_800, **options.arguments},
        auto_offset_reset="none",
        enable_auto_commit=False,
        group_id=options.group,
        heartbeat_interval_ms=options.heartbeat_interval_ms,
        isolation_level=options.isolation_level,
        max_partition_fetch_bytes=options.fetch_bytes,
        max_poll_interval_ms=NEVER_MS,  # an idle member stays; a stuck task is the runtime's to see
        partition_assignment_strategy=(type(base.__name__, (base,), {}),),  # one, and of its own
        rebalance_timeout_ms=int(rebalance * 1000),
        session_timeout_ms=int(options.session_timeout * 1000),
    )
    use_own_bootstrap(client._client, options.client)  # noqa: SLF001 - no argument
    try:
        async with asyncio.timeout(OPEN_TIMEOUT):
            await client.start()
    except BaseException as error:
        await shielded(_end(client))
        if isinstance(error, Exception):
            raise translate(error, f"{name}: cannot be opened") from error
        raise
    return KafkaConsumer(name, options, client, forget)


async def _end(client: AIOKafkaConsumer) -> None:
    client._closed = True  # noqa: SLF001 - it warns otherwise
    await end_client(client._client, client._fetcher, client._coordinator, client)  # noqa: SLF001


@attrs.define(eq=False)
class KafkaConsumer:
    """A `Consumer` on Kafka."""

    _name: str
    _options: ConsumerOptions
    _client: Any  # an AIOKafkaConsumer; its inside is not typed
    _forget: Callable[["KafkaConsumer"], None]
    _membership: Membership = attrs.field(init=False)
    _introduction: Introduction = attrs.field(init=False)
    _group: Group = attrs.field(init=False)
    _fetch: Fetch = attrs.field(init=False)
    _joining: "asyncio.Task[None]" = attrs.field(init=False)
    _fresh: set[TopicPartition] = attrs.field(
        factory=set, init=False
    )  # begun by auto_offset_reset, not committed
    _closed: bool = attrs.field(default=False, init=False)

    def __attrs_post_init__(self) -> None:
        options = self._options
        self._membership = Membership(
            self._settle, self._leave_group, options.session_timeout, options.rebalance_timeout
        )
        self._membership.watch(self._client._coordinator)  # noqa: SLF001 - see there
        self._introduction = Introduction(self._client._coordinator)  # noqa: SLF001 - see there
        self._group = Group(options.group, self._client._client)  # noqa: SLF001 - its connections are good
        self._fetch = fetch_for(self._client)
        self._joining = asyncio.get_running_loop().create_task(self._join())

    async def next_event(self, timeout: float) -> ConsumerEvent | None:  # noqa: ASYNC109 - it is the contract
        """Return the next event; see `Consumer.next_event`."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        await asyncio.sleep(0)  # with records always there, nothing else would ever run
        while True:
            self._check()
            self._check_coordination()
            event = self._membership.next_event()
            if event is not None:
                return event
            if self._membership.may_fetch and (fetched := await self._take()) is not None:
                return fetched
            left = deadline - loop.time()
            if left <= 0:
                return None
            await self._wait(min(left, WAIT))

    async def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Store the group's offsets; see `Consumer.commit`."""
        self._check()
        if not offsets:
            return
        self._check_owned(offsets)
        coordinator = self._client._coordinator  # noqa: SLF001 - only it knows the member
        generation, member = coordinator.generation, coordinator.member_id
        await retrying(
            lambda: self._group.commit(offsets, generation, member),
            CALL_TIMEOUT,
            f"{self._name}: cannot commit",
        )
        self._fresh.difference_update(offsets)

    async def committed(self, partitions: AbstractSet[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Return the group's stored offsets; see `Consumer.committed`."""
        self._check()
        if not partitions:
            return {}
        doing = f"{self._name}: cannot read committed offsets"
        stored: dict[TopicPartition, int] = await retrying(
            lambda: self._group.committed(partitions), CALL_TIMEOUT, doing
        )
        return stored

    def seek(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Read on from these offsets; see `Consumer.seek`."""
        self._check_assigned(offsets)
        for partition, offset in offsets.items():
            self._client.seek(ClientPartition(*partition), offset)

    def pause(self, partitions: AbstractSet[TopicPartition]) -> None:
        """Hand out no records of these partitions; see `Consumer.pause`."""
        self._check_assigned(partitions)
        self._client.pause(*(ClientPartition(*partition) for partition in partitions))

    def resume(self, partitions: AbstractSet[TopicPartition]) -> None:
        """Hand out records of these partitions again; see `Consumer.resume`."""
        self._check_assigned(partitions)
        self._client.resume(*(ClientPartition(*partition) for partition in partitions))

    @property
    def assignment(self) -> AbstractSet[TopicPartition]:
        """The partitions this consumer owns now."""
        return frozenset(self._membership.owned)

    def known_ends(self) -> Mapping[TopicPartition, int]:
        """Return how far the assigned partitions go, as the last answers to fetches said; see `ShowsEnds`."""
        if self._closed:
            return {}
        return heard_ends(self._client, self._membership.owned, self._options.isolation_level)

    async def close(self) -> None:
        """Leave the group at once, then let go of everything; see `Consumer.close`."""
        if self._closed:
            return
        self._closed = True
        await shielded(self._leave())

    # -- inside --------------------------------------------------------------------------------------------

    async def _leave(self) -> None:
        client = self._client
        try:
            await self._membership.release()
            await end_tasks({self._joining, *owned_tasks(client._fetcher, client._coordinator)})  # noqa: SLF001
            await self._leave_group()
        finally:
            await _end(client)
            self._forget(self)

    async def _leave_group(self) -> None:
        """Take this member out of its group, if that is possible now."""
        if "group_instance_id" in self._options.arguments:
            return
        try:
            async with asyncio.timeout(LEAVE_TIMEOUT):
                member = await self._introduction.member_id()
                if member:
                    await self._group.leave(member)
        except (KafkaError, OSError, TimeoutError, ConnectError, AssertionError):
            logger.debug("%s could not leave; the group notices after the session timeout", self._name)
        finally:
            self._introduction.end()

    async def _take(self) -> Fetched | None:
        try:
            records = await self._fetch.take(self._options.max_records)
        except NoOffsetForPartitionError:
            return None  # its position is being set
        except OffsetOutOfRangeError as error:
            await self._out_of_range(error)
            return None
        except Exception as error:
            raise translate(error, f"{self._name}: cannot read") from error
        return Fetched(records) if records else None

    async def _wait(self, limit: float) -> None:
        waiting: set[asyncio.Future[None]] = {self._membership.arrival()}
        fetched = self._fetch.arrival() if self._membership.may_fetch else None
        if fetched is not None:
            waiting.add(fetched)
        try:
            await asyncio.wait(waiting, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if fetched is not None:
                _discard(fetched)

    async def _join(self) -> None:
        try:
            for topic in self._options.topics:
                await wait_for_topic(self._client._client, topic, TOPIC_TIMEOUT)  # noqa: SLF001
            if self._options.pattern is not None:
                # As the client's own subscribe does it, which takes patterns of Python's `re` alone.
                pattern = _WholeName(compile_java(self._options.pattern).matches)
                subscription = self._client._subscription  # noqa: SLF001 - there is no other way in
                subscription.subscribe_pattern(pattern=pattern, listener=self._membership)
                self._client._client.set_topics([])  # noqa: SLF001 - as above
            else:
                self._client.subscribe(topics=list(self._options.topics), listener=self._membership)
        except Exception as error:  # noqa: BLE001 - nobody awaits this task
            self._membership.fail(translate(error, self._name))

    async def _settle(
        self, generation: int, partitions: AbstractSet[TopicPartition]
    ) -> dict[TopicPartition, int]:
        """Return the positions of new partitions, set already."""
        doing = f"{self._name}: cannot find the positions of its partitions"
        positions: dict[TopicPartition, int] = await retrying(
            lambda: self._group.committed(partitions), CALL_TIMEOUT, doing
        )
        missing = partitions - positions.keys()
        self._fresh = set(missing)
        if missing:
            positions |= await self._reset(missing)
        if self._client._coordinator.generation == generation:  # noqa: SLF001 - else the next one settles
            for partition, offset in positions.items():
                self._client.seek(ClientPartition(*partition), offset)
        return positions

    async def _reset(self, partitions: AbstractSet[TopicPartition]) -> dict[TopicPartition, int]:
        policy = self._options.auto_offset_reset
        if policy == "none":
            names = ", ".join(sorted(map(str, partitions)))
            raise TransportError(
                f"{self._name}: no committed offset for {names}, and auto.offset.reset is none"
            )
        doing = f"{self._name}: cannot find the {policy} offsets"
        isolation = 1 if self._options.isolation_level == "read_committed" else 0
        found: dict[TopicPartition, int] = await retrying(
            lambda: list_offsets(self._client._client, partitions, RESET[policy], isolation),  # noqa: SLF001
            CALL_TIMEOUT,
            doing,
        )
        return found

    async def _out_of_range(self, error: OffsetOutOfRangeError) -> None:
        """Begin anew where nothing was committed; anywhere else records are missing, which is for people to judge."""
        [(partition, position)] = error.args[0].items()
        target = TopicPartition(*partition)
        if target in self._fresh and self._options.auto_offset_reset != "none":
            offset = (await self._reset({target}))[target]
            logger.warning(
                "%s: offset %d of %s is gone; reading on at %d", self._name, position, target, offset
            )
            self._client.seek(partition, offset)
            return
        doing = f"{self._name}: cannot read the offsets of {target}"
        client = self._client._client  # noqa: SLF001 - its connections are good
        first = await retrying(lambda: list_offsets(client, {target}, EARLIEST), CALL_TIMEOUT, doing)
        last = await retrying(lambda: list_offsets(client, {target}, LATEST), CALL_TIMEOUT, doing)
        raise TransportError(
            f"{self._name}: offset {position} of {target} does not exist, it has {first[target]} to {last[target]};"
            " decide which records may be missed or read again, and change the group's offset to go on"
        ) from error

    def _check(self) -> None:
        if self._closed:
            raise TransportError(f"{self._name} is closed")
        if self._membership.failure is not None:
            raise self._membership.failure
        limit = SILENCE * self._options.session_timeout + self._options.rebalance_timeout
        if self._membership.silent_for() > limit:
            raise TransportError(f"{self._name}: its group has not answered for {limit:.0f} s")

    def _check_coordination(self) -> None:
        try:
            self._client._coordinator.check_errors()  # noqa: SLF001 - what getmany does first
        except Exception as error:
            raise translate(error, self._name) from error

    def _check_owned(self, offsets: Mapping[TopicPartition, int]) -> None:
        if not self._membership.is_current(offsets):
            names = (
                ", ".join(sorted(map(str, offsets.keys() - self._membership.owned.keys()))) or "all of them"
            )
            raise FencedError(
                f"{self._name}: partitions are not, or no longer, its own: {names}; nothing committed"
            )

    def _check_assigned(self, partitions: AbstractSet[TopicPartition] | Mapping[TopicPartition, int]) -> None:
        foreign = set(partitions) - self._membership.owned.keys()
        if foreign:
            raise IllegalStateError(f"{self._name}: not assigned: {', '.join(sorted(map(str, foreign)))}")


@attrs.frozen
class _WholeName:
    """A pattern as the client wants one: whatever has `match`."""

    match: Callable[[str], bool]


def _discard(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.cancel()
    elif not future.cancelled():
        future.exception()  # the next `take` raises it
