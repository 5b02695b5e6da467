"""How does a member of a group read from the embedded broker?"""

from collections.abc import Mapping, Set as AbstractSet
from functools import partial

import anyio
import anyio.lowlevel
import attrs

from connectsdk.errors import IllegalStateError, TransportError
from connectsdk.record import ConsumerRecord, TopicPartition
from connectsdk.transport import Assigned, ConsumerConfig, ConsumerEvent, Fetched, Lost, Revoked
from connectsdk.transports.embedded._engine import Engine
from connectsdk.transports.embedded._group import Group, GroupChange, Member
from connectsdk.transports.embedded._topic_logs import FetchLimits
from connectsdk.transports.embedded._wakeups import Bell, group_subject, topic_subject

__all__ = ("EmbeddedConsumer",)


@attrs.define(eq=False)
class EmbeddedConsumer:
    """A `Consumer`. Events are made when they are taken, so a cancelled wait loses none."""

    _engine: Engine = attrs.field(repr=False)
    _config: ConsumerConfig
    _group: Group = attrs.field(repr=False)
    _member: Member = attrs.field(repr=False)
    _bell: Bell = attrs.field(factory=Bell, init=False)
    _positions: dict[TopicPartition, int] = attrs.field(factory=dict, init=False)
    _paused: set[TopicPartition] = attrs.field(factory=set, init=False)
    _closed: bool = attrs.field(default=False, init=False)

    def __attrs_post_init__(self) -> None:
        self._watch()

    async def next_event(self, timeout: float) -> ConsumerEvent | None:  # noqa: ASYNC109 - it is the contract
        """Return the next event; see `Consumer.next_event`."""
        await anyio.lowlevel.checkpoint()
        deadline = anyio.current_time() + timeout
        while True:
            self._check_open()
            self._bell.clear()
            event = self._take()
            if event is not None:
                return event
            remaining = deadline - anyio.current_time()
            if remaining <= 0:
                return None
            await self._bell.wait(min(remaining, self._until_broker_deadline()))

    async def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Store the group's offsets; see `Consumer.commit`."""
        await self._engine.settle()
        self._check_open()
        self._engine.broker.commit_offsets(self._group, self._member, offsets, self._engine.now())

    async def committed(self, partitions: AbstractSet[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Return the group's stored offsets; see `Consumer.committed`."""
        await anyio.lowlevel.checkpoint()
        self._check_open()
        stored = self._engine.broker.group_offsets(self._group.name)
        return {where: stored[where] for where in partitions if where in stored}

    def seek(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Read on from these offsets; see `Consumer.seek`."""
        self._check_assigned(offsets.keys())
        self._positions.update(offsets)
        self._bell.ring()

    def pause(self, partitions: AbstractSet[TopicPartition]) -> None:
        """Hand out no records of these partitions; see `Consumer.pause`."""
        self._check_assigned(partitions)
        self._paused |= partitions

    def resume(self, partitions: AbstractSet[TopicPartition]) -> None:
        """Hand out records of these partitions again; see `Consumer.resume`."""
        self._check_assigned(partitions)
        self._paused -= partitions
        self._bell.ring()

    @property
    def assignment(self) -> AbstractSet[TopicPartition]:
        """The partitions this consumer owns now."""
        return self._member.owned

    def known_ends(self) -> Mapping[TopicPartition, int]:
        """Return how far the assigned partitions go; see `ShowsEnds`."""
        if self._closed:
            return {}
        committed_only = self._config.isolation_level == "read_committed"
        logs = {where: self._engine.logs.log(where) for where in self._positions}
        return {where: log.stable if committed_only else log.end for where, log in logs.items()}

    async def close(self) -> None:
        """Leave the group at once; see `Consumer.close`."""
        if self._closed:
            return
        self._closed = True
        self._engine.closed(self)
        self._engine.wakeups.forget(self._bell)
        self._engine.broker.leave(self._group, self._member, anyio.current_time())
        self._announce_group()
        self._bell.ring()

    # -- what is there to tell -----------------------------------------------------------------------------

    def _take(self) -> ConsumerEvent | None:
        self._engine.expire_transactions()
        if self._config.pattern is None:
            self._engine.require_topics(self._config.topics)
        change = self._group.look(self._member, anyio.current_time())
        if change is None:
            return self._fetch()
        event = self._tell(change)
        self._announce_group()
        return event

    def _tell(self, change: GroupChange) -> ConsumerEvent:
        if change is GroupChange.ASSIGNED:
            positions = self._starting_positions(self._member.offered)  # before it is taken: this may fail
            self._group.told(self._member, change)
            self._positions, self._paused = dict(positions), set()
            self._watch()
            return Assigned(positions)
        partitions = self._group.told(self._member, change)
        for where in partitions:
            self._positions.pop(where, None)
        if change is GroupChange.LOST:
            return Lost(partitions)
        return Revoked(partitions, partial(self._done, self._member.round))

    def _done(self, round_: int) -> None:
        self._group.done(self._member, round_, anyio.current_time())
        self._announce_group()

    def _fetch(self) -> Fetched | None:
        config = self._config
        committed_only = config.isolation_level == "read_committed"
        records: list[ConsumerRecord] = []
        for where, position in list(self._positions.items()):
            if where in self._paused:
                continue
            limits = FetchLimits(config.max_records - len(records), config.fetch_bytes, committed_only)
            fetched = self._engine.logs.fetch(where, position, limits)
            if fetched is None:
                self._positions[where] = self._reset(where)
                self._bell.ring()
                continue
            taken, self._positions[where] = fetched
            if taken:
                self._positions[where] = self._positions.pop(where)  # the others come first next time
                records = [*records, *taken] if records else list(taken)
                if len(records) >= config.max_records:
                    break
        return Fetched(records) if records else None

    def _starting_positions(self, partitions: AbstractSet[TopicPartition]) -> dict[TopicPartition, int]:
        stored = self._engine.broker.group_offsets(self._group.name)
        return {
            where: stored[where] if where in stored else self._reset(where) for where in sorted(partitions)
        }

    def _reset(self, where: TopicPartition) -> int:
        log = self._engine.logs.log(where)
        if self._config.auto_offset_reset == "earliest":
            return log.start
        if self._config.auto_offset_reset == "latest":
            return log.stable if self._config.isolation_level == "read_committed" else log.end
        raise TransportError(
            f"Group {self._group.name} has no valid offset for {where}, and auto.offset.reset is none: "
            f"store one from {log.start} to {log.end}"
        )

    # -- its place in the whole ----------------------------------------------------------------------------

    def _watch(self) -> None:
        topics = {where.topic for where in self._positions}
        self._engine.wakeups.watch(self._bell, {group_subject(self._group.name), *map(topic_subject, topics)})

    def _announce_group(self) -> None:
        self._engine.wakeups.ring([group_subject(self._group.name)])

    def _until_broker_deadline(self) -> float:
        broker = self._engine.broker
        deadlines = (self._group.next_deadline, broker.transactions.next_deadline)
        now = anyio.current_time()
        return min(
            (max(deadline - now, 0) for deadline in deadlines if deadline is not None), default=float("inf")
        )

    def _check_open(self) -> None:
        self._engine.check_open()
        if self._closed:
            raise IllegalStateError(
                f"Consumer {self._config.client_id} of group {self._group.name} is closed"
            )

    def _check_assigned(self, partitions: AbstractSet[TopicPartition]) -> None:
        self._check_open()
        foreign = partitions - self._positions.keys()
        if foreign:
            raise IllegalStateError(
                f"Consumer {self._config.client_id} of group {self._group.name} does not own "
                f"{', '.join(map(str, sorted(foreign)))}"
            )
