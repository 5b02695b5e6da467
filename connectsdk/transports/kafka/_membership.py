"""Which partitions does this member own, and what has the caller been told of it?

The client library calls the listener in the task that keeps the group together, so the listener only notes events
and waits, inside a deadline, for the caller to finish with what is revoked. Ownership ends for the caller with
`done`, with the deadline, or when the group has gone on without this member; a commit must carry the generation
under which its partitions were handed out.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Set as AbstractSet
from typing import Any

import attrs
from aiokafka.abc import ConsumerRebalanceListener

from connectsdk.errors import ConnectError, TransportError
from connectsdk.record import TopicPartition
from connectsdk.transport import Assigned, ConsumerEvent, Lost, Revoked

__all__ = ("Membership",)

Settle = Callable[[Any, AbstractSet[TopicPartition]], Awaitable[dict[TopicPartition, int]]]


@attrs.define(eq=False)
class Membership(ConsumerRebalanceListener):  # type: ignore[misc]  # the library is not typed
    """The library's rebalance listener, and the queue of what it has to tell.

    Attributes:
        settle: Finds and sets the positions of new partitions.
        leave: Takes this member out of the group.
        session_timeout: Seconds without an answer of the group after which it has gone on without us.
        rebalance_timeout: Seconds to finish with what is revoked.
        coordinator: The library's coordinator, once there is one.
        owned: What the caller was told and has not given up: partition to generation.
        failure: Why positions could not be found.
    """

    settle: Settle
    leave: Callable[[], Awaitable[None]]
    session_timeout: float
    rebalance_timeout: float
    coordinator: Any = None
    owned: dict[TopicPartition, int] = attrs.field(factory=dict)
    failure: ConnectError | None = None
    _events: deque[ConsumerEvent] = attrs.field(factory=deque, init=False)
    _generations: dict[int, int] = attrs.field(factory=dict, init=False)
    _settling: "asyncio.Task[None] | None" = attrs.field(default=None, init=False)
    _finished: asyncio.Event | None = attrs.field(default=None, init=False)
    _lost_is_known: asyncio.Event | None = attrs.field(default=None, init=False)
    _waiter: "asyncio.Future[None] | None" = attrs.field(default=None, init=False)
    _last_sign: float = attrs.field(factory=time.monotonic, init=False)
    _rebalancing: bool = attrs.field(default=True, init=False)

    @property
    def may_fetch(self) -> bool:
        """Whether records may be handed out: the caller knows its partitions and gives none up."""
        return bool(self.owned) and not self._rebalancing

    def watch(self, coordinator: Any) -> None:
        """Note each answer to a heartbeat; the library does not tell."""
        self.coordinator = coordinator
        beat = coordinator._do_heartbeat  # noqa: SLF001 - nothing public says that the group answers

        async def noting() -> bool:
            answered: bool = await beat()
            if answered:
                self._last_sign = time.monotonic()
            return answered

        coordinator._do_heartbeat = noting  # noqa: SLF001 - as above

    def next_event(self) -> ConsumerEvent | None:
        """Hand out the next event, if there is one; from then on the caller is held to it."""
        self._expire()
        if not self._events:
            return None
        event = self._events.popleft()
        if isinstance(event, Assigned):
            generation = self._generations.pop(id(event))
            self.owned.update(dict.fromkeys(event.positions, generation))
            self._rebalancing = False
        elif isinstance(event, Lost) and self._lost_is_known is not None:
            self._lost_is_known.set()
        return event

    def arrival(self) -> "asyncio.Future[None]":
        """Return what becomes done with the next event."""
        if self._waiter is None or self._waiter.done():
            self._waiter = asyncio.get_running_loop().create_future()
        if self._events or self.failure is not None:
            self._wake()
        return self._waiter

    def is_current(self, partitions: Iterable[TopicPartition]) -> bool:
        """Return whether these partitions are owned under the generation that the group is in now."""
        self._expire()
        current = self.coordinator.generation
        return all(self.owned.get(partition) == current for partition in partitions)

    def silent_for(self) -> float:
        """Return the seconds since the group last gave a sign of life."""
        return time.monotonic() - self._last_sign

    def fail(self, error: ConnectError) -> None:
        """Note why the consumer cannot go on."""
        self.failure = self.failure or error
        self._wake()

    async def release(self) -> None:
        """End every wait in here."""
        for wait in (self._finished, self._lost_is_known):
            if wait is not None:
                wait.set()
        if self._settling is not None:
            self._settling.cancel()
            await asyncio.wait([self._settling])
        self._wake()

    # -- called by the library -----------------------------------------------------------------------------

    async def on_partitions_revoked(self, revoked: Any) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Tell what is revoked and wait until the caller is done with it; then it is not ours any more."""
        self._rebalancing = True
        if self._settling is not None:
            self._settling.cancel()
        self._forget_untold()
        told = frozenset(self.owned)
        if not told:
            return
        if self.coordinator.generation < 0:  # the group has gone on already
            self._lose(told)
            return
        if not await self._give_up(told):
            await self._stay_away(told)

    async def on_partitions_assigned(self, assigned: Any) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Begin to find the positions of what is assigned; the caller hears of it afterwards."""
        self._last_sign = time.monotonic()
        partitions = frozenset(TopicPartition(*each) for each in assigned)
        if partitions:
            generation = self.coordinator.generation
            self._settling = asyncio.get_running_loop().create_task(self._settle(partitions, generation))

    # -- inside --------------------------------------------------------------------------------------------

    async def _give_up(self, told: frozenset[TopicPartition]) -> bool:
        """Wait for `done`; return whether it came in time."""
        self._finished = finished = asyncio.Event()
        event = Revoked(told, finished.set)
        self._tell(event)
        try:
            async with asyncio.timeout(self.rebalance_timeout):
                await finished.wait()
        except TimeoutError:
            if event in self._events:
                self._events.remove(event)
            return False
        finally:
            self._finished = None
            self.owned.clear()
        return True

    async def _stay_away(self, told: frozenset[TopicPartition]) -> None:
        """Leave the group until the caller has seen what it lost: a stuck one must not get partitions again."""
        self._lost_is_known = known = asyncio.Event()
        self._lose(told)
        try:
            await self.leave()
            self.coordinator.reset_generation()
            await known.wait()
        finally:
            self._lost_is_known = None

    async def _settle(self, partitions: frozenset[TopicPartition], generation: int) -> None:
        try:
            positions = await self.settle(generation, partitions)
        except ConnectError as error:
            self.fail(error)
        except Exception as error:  # noqa: BLE001 - nobody awaits this task
            self.fail(TransportError(f"cannot find the positions of partitions: {error!r}"))
        else:
            event = Assigned(positions)
            self._generations[id(event)] = generation
            self._tell(event)

    def _expire(self) -> None:
        """Give up all partitions when the group has not answered for a session: others may have them."""
        if self.owned and self.silent_for() > self.session_timeout and self._finished is None:
            self._rebalancing = True
            self._lose(frozenset(self.owned))
            self.coordinator.request_rejoin()

    def _lose(self, partitions: frozenset[TopicPartition]) -> None:
        self.owned.clear()
        self._tell(Lost(partitions))

    def _forget_untold(self) -> None:
        self._events = deque(event for event in self._events if not isinstance(event, Assigned))
        self._generations.clear()

    def _tell(self, event: ConsumerEvent) -> None:
        self._events.append(event)
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
