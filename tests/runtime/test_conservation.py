"""Is a record lost, or counted twice, by the real loops, whatever goes wrong where?

`tests.runtime.conservation` says under which scripts; every script is compared at every pause point.
"""

import logging
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import anyio
import attrs
import pytest

from connectsdk import EndOfStream, SinkTask, SourceRecord, SourceTask
from connectsdk._core.tolerance import Tolerance
from connectsdk.errors import DataError, RetriableError, TransportError
from connectsdk.record import ConsumerRecord
from connectsdk.runtime._calls.signals import Signals
from connectsdk.runtime._tasks.contexts import SinkContext, SourceContext
from connectsdk.runtime._tasks.sink_life import SinkLife
from connectsdk.runtime._tasks.source_life import SourceLife
from connectsdk.runtime._tasks.source_offsets import ConnectorOffsets
from connectsdk.transport import (
    Assigned,
    ConsumerConfig,
    ConsumerEvent,
    Fetched,
    Lost,
    ProducerConfig,
    Revoked,
)
from tests.core.test_conservation import SCRIPTS as MODELLED
from tests.runtime.conservation import Place, Plumbed, Surroundings, World, partition
from tests.runtime.test_random_failures import SCRIPTS as OBSERVED

SINK = ("filtered", "bad value", "bad transform", "busy", "never", "bad put", "reported")
SOURCE = ("filtered", "bad value", "bad transform", "busy", "never", "too large")
SCRIPTS = {"loop": 1_000, "thread": 100}
MOST_LIVES, MOST_IDLE = 25, 30
OWNER = "connector c task 0"


# -- sinks ---------------------------------------------------------------------------------------------------


@attrs.define(eq=False)
class Reading:
    """The consumer of one life."""

    world: World
    life: Any = None
    positions: dict[int, int] = attrs.field(factory=dict)
    paused: set[int] = attrs.field(factory=set)
    idle: int = 0

    @property
    def assignment(self) -> Any:
        return frozenset(map(partition, self.positions))

    def known_ends(self) -> Mapping[Any, int]:
        return {}

    async def next_event(self, timeout: float) -> ConsumerEvent | None:  # noqa: ASYNC109 - it is the contract
        world, pending = self.world, self.life._loop._pending
        world.pause(0 if pending is None else sum(map(len, pending.run.parts)))
        await world.interrupt(50)
        free = world.ends.keys() - self.positions.keys()
        if free and (not self.positions or world.maybe(3)):
            taken = {number: world.committed.get(number, 0) for number in free}
            self.positions |= taken
            return Assigned({partition(number): position for number, position in taken.items()})
        if self.positions and world.maybe(25):
            return self._rebalance()
        records = self._fetch()
        if records:
            self.idle = 0
            world.hand([(record.partition, record.offset) for record in records])
            return Fetched(records)
        if world.complete:
            self.life.stop()
        elif pending is None:
            self.idle += 1
            world.check(self.idle < MOST_IDLE, "everything is read, and not everything is committed")
            self.life.request_commit()
        await anyio.lowlevel.checkpoint()
        return None

    def _rebalance(self) -> ConsumerEvent:
        world = self.world
        gone = world.chance.choice(sorted(self.positions))
        world.exact = world.exact and self.life._loop._pending is None
        self.paused.discard(gone)
        if world.maybe(2):
            del self.positions[gone]
            return Lost({partition(gone)})
        return Revoked({partition(gone)}, lambda: self.positions.pop(gone))

    def _fetch(self) -> list[ConsumerRecord]:
        found = []
        for number in sorted(self.positions.keys() - self.paused):
            start = self.positions[number]
            self.positions[number] = min(self.world.ends[number], start + self.world.chance.randrange(40))
            found += [
                ConsumerRecord("t", number, offset, 5, 0, None, b"%d:%d" % (number, offset), ())
                for offset in range(start, self.positions[number])
            ]
        return found

    async def commit(self, offsets: Mapping[Any, int]) -> None:
        await self.world.interrupt(60)
        if self.world.maybe(30):
            raise TransportError("nobody answers")
        self.world.check_commit({where.partition: offset for where, offset in offsets.items()})

    def seek(self, offsets: Mapping[Any, int]) -> None:
        self.positions.update({where.partition: offset for where, offset in offsets.items()})

    def pause(self, partitions: Any) -> None:
        self.paused |= {where.partition for where in partitions}

    def resume(self, partitions: Any) -> None:
        self.paused -= {where.partition for where in partitions}

    async def close(self) -> None:
        pass


def sink_task(world: World) -> type[SinkTask[Any]]:  # noqa: C901 - one small method per call
    class Task(SinkTask[dict[str, Any]]):
        supports_isolation = world.isolates

        async def put(self, records: Sequence[Any]) -> None:
            places = [world.place_of(record.value) for record in records]
            if records and world.maybe(8):
                world.saw["retried"] += 1
                raise RetriableError(after=0.0)
            await world.interrupt(60)
            if any(world.fates[place] == "bad put" for place in places):
                raise DataError("indigestible")
            taken = self.report(records, places)
            if len(taken) < len(records) and world.maybe(6):
                world.saw["retried"] += 1
                raise RetriableError(after=0.0)
            world.taken.update(taken)
            world.unsaved += taken
            world.delivered += len(taken)

        def report(self, records: Sequence[Any], places: Sequence[Place]) -> list[Place]:
            """Report what is to be reported; return the rest."""
            reporter = self.context.errant_record_reporter
            if reporter is None:
                return list(places)
            odd = {place for place in places if world.fates[place] == "reported"}
            for record, place in zip(records, places, strict=True):
                if place in odd:
                    reporter.report(record, ValueError("odd"))
            return [place for place in places if place not in odd]

        async def flush(self, offsets: Any) -> None:
            await world.interrupt(40)
            kept = [place for place in world.unsaved if partition(place[0]) not in offsets]
            if world.maybe(10):
                world.exact = False
                world.lose([place for place in world.unsaved if place not in kept])
                world.unsaved = kept
                raise OSError("not durable")
            world.unsaved = kept

    return Task


def sink_life(world: World) -> SinkLife:
    reading = Reading(world)
    reading.life = SinkLife(
        OWNER,
        sink_task(world),
        {},
        SinkContext("c", 0, {}),
        Plumbed(world),  # type: ignore[arg-type]
        Surroundings(world, reading),  # type: ignore[arg-type]
        ConsumerConfig(group="connect-c", topics=["t"]),
        world.settings,
        world.counters,
        world.plan,
    )
    life: SinkLife = reading.life
    return life


# -- sources -------------------------------------------------------------------------------------------------


@attrs.define(eq=False)
class Stored:
    """The store of a source's offsets."""

    world: World

    async def read(self, connector: str) -> list[Any]:
        return [({"p": number}, {"n": offset}) for number, offset in self.world.committed.items()]

    async def write(self, connector: str, offsets: Sequence[Any]) -> None:
        await self.world.interrupt(60)
        if self.world.maybe(10):
            raise TransportError("nobody answers")
        self.world.check_commit({where["p"]: offset["n"] for where, offset in offsets})


def source_task(world: World, look: Callable[[], None]) -> type[SourceTask[Any]]:
    class Task(SourceTask[dict[str, Any]]):
        async def start(self, config: dict[str, Any]) -> None:
            wanted = [{"p": number} for number in world.ends]
            stored = await self.context.offsets.offsets(wanted)
            self.at = dict.fromkeys(world.ends, 0) | {where["p"]: offset["n"] for where, offset in stored}

        async def poll(self) -> list[SourceRecord] | None:
            room: Any = self.context
            await room.room.ask(looking)
            await world.interrupt(50)
            if world.maybe(10):
                world.saw["retried"] += 1
                raise RetriableError(after=0.0)
            if self.at == world.ends:
                raise EndOfStream
            places: list[Place] = []
            for number, position in self.at.items():
                self.at[number] = min(world.ends[number], position + world.chance.randrange(40))
                places += [(number, offset) for offset in range(position, self.at[number])]
            world.hand(places)
            return [
                SourceRecord(
                    "t",
                    value=f"{place[0]}:{place[1]}",
                    source_partition={"p": place[0]},
                    source_offset={"n": place[1] + 1},
                )
                for place in places
            ]

    async def looking() -> None:
        look()

    return Task


def source_life(world: World) -> SourceLife:
    world.overlap = True

    def look() -> None:
        loop: Any = life._loop
        if loop._failure is None:  # while it polls it may be ending already
            world.pause(sum(sent.flight.size for sent in loop._under_way))

    life = SourceLife(
        OWNER,
        source_task(world, look),
        {},
        SourceContext("c", 0, {}, ConnectorOffsets(Stored(world), "c"), Signals()),  # type: ignore[arg-type]
        Plumbed(world),  # type: ignore[arg-type]
        Surroundings(world),  # type: ignore[arg-type]
        ProducerConfig(),
        world.settings,
        world.counters,
        world.plan,
    )
    return life


# -- scripts -------------------------------------------------------------------------------------------------

KINDS: dict[str, tuple[tuple[str, ...], Callable[[World], Any]]] = {
    "sink": (SINK, sink_life),
    "source": (SOURCE, source_life),
}


async def play(kind: str, number: int, room: str = "loop") -> World:
    """Run one script to its end; return what became of everything."""
    fates, make = KINDS[kind]
    world = World(number, fates, room)
    try:
        for _ in range(MOST_LIVES):
            life = make(world)
            world.scope = anyio.CancelScope()
            with world.scope:
                await life.run()
            world.check(world.wrong is None, "")
            world.end_of_life()
            world.saw[f"ended by {type(life.failure).__name__}"] += 1
            ended = life.failure is None and not world.scope.cancelled_caught
            if ended and kind == "sink":
                assert world.complete, "it ended, and not everything is committed"
            if ended or world.counters.failed:
                break
        world.check_end()
    except BaseException as error:
        error.add_note(f"{kind} {number} in a {room} room, {world.tolerance}")
        raise
    return world


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.slow
@pytest.mark.parametrize("room", SCRIPTS)
@pytest.mark.parametrize("kind", KINDS)
async def test_the_law_holds_at_every_pause_point(kind: str, room: str) -> None:
    total: Counter[str] = Counter()
    for number in range(SCRIPTS[room]):
        world = await play(kind, number, room)
        total += world.saw
        total["pauses"] += world.pauses
        for name in ("delivered", "filtered", "skipped", "dead_lettered", "failed", "returned"):
            total[name] += getattr(world.counters, name)
        total["settled"] += all(map(world.settled, world.fates))
    sys.stdout.write(f"{kind}s in {room} rooms, {SCRIPTS[room]} scripts: {dict(total)}\n")
    assert total["pauses"] >= 2 * SCRIPTS[room]
    never = [
        name
        for name in ("killed", "retried", "batch", "filtered", "skipped", "dead_lettered", "failed")
        if not total[name]
    ]
    assert never == [], "these never happened"


def test_ten_thousand_scripts_are_played() -> None:
    assert len(KINDS) * sum(SCRIPTS.values()) + MODELLED + OBSERVED >= 12_000


async def test_what_was_reported_in_vain_is_returned() -> None:
    world = World(0, ("reported",))
    world.tolerance, world.columns = Tolerance.DEAD_LETTER, False
    world.fates, world.deaf = {(0, offset): "reported" for offset in range(5)}, True
    life = sink_life(world)
    with anyio.fail_after(30), world.scope:
        await life.run()
    counters = world.counters
    assert isinstance(life.failure, TransportError)
    assert counters.read > 0
    assert (counters.delivered, counters.in_flight, counters.returned) == (0, 0, counters.read)
