"""What a task's lives are put through to see that no record is lost or counted twice.

The real loops, without a broker and without a clock: whatever they wait for is there at once, or fails by a script
that is drawn from its number. At every pause point, that is where a loop asks for more, what is counted has to be
what happened.
"""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from threading import get_ident
from typing import Any

import anyio
import attrs
from anyio.lowlevel import checkpoint

from connectsdk._core.counters import Counters
from connectsdk._core.retry import RetryPolicy
from connectsdk._core.sink_columns import SinkColumns
from connectsdk._core.sink_pipeline import SinkPipeline
from connectsdk._core.source_columns import SourceColumns
from connectsdk._core.source_pipeline import SourcePipeline
from connectsdk._core.tolerance import Tolerance
from connectsdk.converters.simple_header import SimpleHeaderConverter
from connectsdk.converters.string import StringConverter
from connectsdk.errors import DataError, RecordTooLargeError, RetriableError, TransportError
from connectsdk.record import ProducerRecord, TopicPartition
from connectsdk.runtime._parts.pipelines import SinkPlumbing, SourcePlumbing
from connectsdk.runtime._settings import TaskSettings
from connectsdk.runtime._tasks.dead_letters import DeadLetterPlan
from connectsdk.transform import Columns
from connectsdk.transport import DeliveryReport, NewTopic, ProducerConfig, Rejected

Place = tuple[int, int]

LETTERS = DeadLetterPlan(NewTopic(name="letters"), True, ProducerConfig(delivery_timeout=0.004))
FOR_EVER, AT_ONCE = RetryPolicy(timeout=-1.0, max_delay=0.0), RetryPolicy(timeout=0.0)
PREFIX = "__connect.errors."


@attrs.define(eq=False)
class World:
    """What outlives a task, what is to become of its records, and what was seen of that.

    Attributes:
        number: Which script.
        room: Where plugin code runs.
        taken: What arrived, each as often as it did.
        letters: What was dead-lettered, each as often as it was.
        saw: What happened, by its name; a counter has to say the same.
        pauses: How often the law was looked at.
        delivered: How many records arrived and were not reported.
        deaf: Whether the dead letter topic answers nobody.
        overlap: Whether deliveries are settled while the task is asked for more.
        wrong: What was not as it had to be; a task's own errors would only fail the task.
        unsaved: What a sink has taken since it was last asked to make it durable; this is lost with it.
        exact: Whether no record of this life was given back.
    """

    number: int
    fates_of: tuple[str, ...]
    room: str = "loop"
    chance: random.Random = attrs.field(init=False)
    tolerance: Tolerance = attrs.field(init=False)
    isolates: bool = attrs.field(init=False)
    columns: bool = attrs.field(init=False)
    fates: dict[Place, str] = attrs.field(init=False)
    committed: dict[int, int] = attrs.field(factory=dict)
    counters: Counters = attrs.field(factory=Counters)
    taken: Counter[Place] = attrs.field(factory=Counter)
    letters: Counter[Place] = attrs.field(factory=Counter)
    asked: Counter[Place] = attrs.field(factory=Counter)
    saw: Counter[str] = attrs.field(factory=Counter)
    pauses: int = 0
    delivered: int = 0
    unsaved: list[Place] = attrs.field(factory=list)
    exact: bool = True
    deaf: bool = False
    overlap: bool = False
    wrong: AssertionError | None = None
    thread: int = attrs.field(factory=get_ident)
    scope: anyio.CancelScope = attrs.field(factory=anyio.CancelScope)

    def __attrs_post_init__(self) -> None:
        self.chance = random.Random(self.number)
        self.tolerance = self.chance.choice(list(Tolerance))
        self.isolates = not self.maybe(5)
        self.columns = self.maybe(3)
        good = 2 if self.columns else 1
        plenty = [*self.fates_of, *["good"] * 3 * good]
        if self.maybe(2):
            plenty = [fate for fate in plenty if fate != "never"]
        else:
            plenty = [fate for fate in plenty if fate != "busy"]
        if self.columns and self.maybe(2):
            plenty = ["good"] * 40 + plenty
        self.fates = {
            (partition, offset): self.chance.choice(plenty)
            for partition in range(self.chance.randint(1, 3))
            for offset in range(self.chance.randrange(60 if self.columns else 14))
        }

    def maybe(self, one_in: int) -> bool:
        return self.chance.randrange(one_in) == 0

    @property
    def ends(self) -> dict[int, int]:
        return {p: sum(one[0] == p for one in self.fates) for p in {place[0] for place in self.fates}}

    @property
    def settings(self) -> TaskSettings:
        never = "never" in self.fates.values()
        return TaskSettings(
            commit_interval=0.0 if self.maybe(2) else 60.0,
            commit_timeout=5.0,
            graceful=5.0,
            retry=AT_ONCE if never else FOR_EVER,
            ask_again=FOR_EVER,
            isolation=self.room,  # type: ignore[arg-type]
            batch=self.chance.choice((3, 20, 2_000)),
            idle_wait=0.0,
        )

    @property
    def complete(self) -> bool:
        """Whether everything is committed."""
        return self.committed == {number: end for number, end in self.ends.items() if end}

    async def interrupt(self, one_in: int) -> None:
        """Perhaps kill the task here: the transport does; from a thread of its own the task cannot."""
        if self.maybe(one_in) and get_ident() == self.thread:
            self.saw["killed"] += 1
            self.scope.cancel()
        await checkpoint()

    # -- plugins ---------------------------------------------------------------------------------------------

    def place_of(self, text: str) -> Place:
        partition, _, offset = text.partition(":")
        return int(partition), int(offset)

    def apply(self, record: Any) -> Any:
        place = self.place_of(record.value)
        fate = self.fates[place]
        self.asked[place] += 1
        if fate == "bad transform":
            raise ValueError(fate)
        if fate == "never":
            raise RetriableError(after=0.0)
        if fate == "busy" and self.asked[place] % 3:
            self.saw["retried"] += 1
            raise RetriableError(after=0.0)
        if fate == "filtered":
            return None
        return record.with_topic("elsewhere")

    def apply_columns(self, columns: Columns) -> Columns:
        fates = [self.fates[self.place_of(value)] for value in columns.values]
        if {"bad transform", "never", "busy"}.intersection(fates):
            raise RetriableError if "busy" in fates else DataError("not all of them")
        if "filtered" in fates:  # a batch that lacks one is not to be taken
            kept = [value for value, fate in zip(columns.values, fates, strict=True) if fate != "filtered"]
            return attrs.evolve(columns, values=kept, keys=columns.keys[: len(kept)])
        self.saw["batch"] += 1
        return attrs.evolve(columns, topic="elsewhere")

    def converter(self) -> "Converting":
        return Converting(self)

    @property
    def plan(self) -> DeadLetterPlan | None:
        return LETTERS if self.tolerance is Tolerance.DEAD_LETTER else None

    # -- the law ---------------------------------------------------------------------------------------------

    def hand(self, places: Sequence[Place]) -> None:
        """Take note of what is handed to the runtime."""
        self.saw["handed"] += len(places)
        for place in places:
            fate = self.fates[place]
            self.saw["filtered"] += fate == "filtered"
            self.saw["bad"] += fate not in {"good", "busy", "filtered"}

    def pause(self, in_flight: int) -> None:
        """Compare what is counted with what happened, in the midst of a life; the loop stands still."""
        self.pauses += 1
        try:
            self._compare(in_flight)
        except AssertionError as error:  # kept: for the runtime it would only be a task's failure
            self.wrong = self.wrong or error
            raise

    def _compare(self, in_flight: int) -> None:
        counters, saw = self.counters, self.saw
        self._law(in_flight)
        assert counters.read == saw["handed"], (saw, counters)
        assert counters.retried == saw["retried"], (saw, counters)
        assert counters.delivered == self.delivered or self.overlap, (self.delivered, counters)
        if self.exact and self.tolerance is not Tolerance.NONE:
            assert counters.filtered == saw["filtered"], (saw, counters)
            tolerated = counters.skipped + counters.dead_lettered
            assert tolerated <= saw["bad"], (saw, counters)
            assert in_flight or tolerated == saw["bad"], (saw, counters)

    def end_of_life(self) -> None:
        """Compare what is left when a life is over: nothing is under way, and the next one begins anew."""
        counters, saw = self.counters, self.saw
        self._law(0)
        assert counters.in_flight == 0, counters
        for name in ("read", "retried", "filtered"):
            assert getattr(counters, name) <= saw["handed" if name == "read" else name], (name, saw, counters)
        assert counters.skipped + counters.dead_lettered <= saw["bad"], (saw, counters)
        saw["handed"], saw["retried"], saw["filtered"] = counters.read, counters.retried, counters.filtered
        self.lose(self.unsaved)
        self.unsaved = []
        saw["bad"], self.delivered = counters.skipped + counters.dead_lettered, counters.delivered
        self.exact = True

    def _law(self, in_flight: int) -> None:
        counters = self.counters
        beyond = counters.in_flight - in_flight  # what is read and comes after a record that is not tolerated
        assert counters.conserved, counters
        assert counters.explained, counters
        assert beyond == 0 or (beyond > 0 and counters.failed), (in_flight, counters)
        assert counters.dead_lettered <= self.letters.total(), counters
        assert not counters.dead_lettered or self.tolerance is Tolerance.DEAD_LETTER, counters
        assert not counters.skipped or self.tolerance is Tolerance.ALL, counters
        assert counters.delivered <= self.delivered, (self.delivered, counters)

    def lose(self, places: Sequence[Place]) -> None:
        """Forget what was taken and not made durable."""
        self.taken.subtract(places)

    def check(self, right: bool, what: str) -> None:
        """Take note of what is wrong.

        Raises:
            AssertionError: If it is not right.
        """
        if not right:
            self.wrong = self.wrong or AssertionError(what)
            raise self.wrong

    def settled(self, place: Place) -> bool:
        fate = self.fates[place]
        if self.taken[place] or self.letters[place] or fate == "filtered":
            return True
        return fate != "good" and self.tolerance is Tolerance.ALL

    def check_commit(self, positions: Mapping[int, int]) -> None:
        for partition, position in positions.items():
            for offset in range(position):
                place = (partition, offset)
                self.check(self.settled(place), f"{place} is committed and nowhere: {self.fates[place]}")
        self.committed.update(positions)

    def check_end(self) -> None:
        """Compare where records are with where they had to go, if all of them are settled."""
        for (partition, offset), fate in self.fates.items():
            if offset >= self.committed.get(partition, 0):
                continue
            place = partition, offset
            fine = fate in {"good", "busy"} or (fate == "reported" and self.tolerance is Tolerance.NONE)
            bad = not fine and fate != "filtered"
            assert bool(self.taken[place]) == fine, (place, fate)
            assert bool(self.letters[place]) == (bad and self.tolerance is Tolerance.DEAD_LETTER), (
                place,
                fate,
            )
            assert not (bad and self.tolerance is Tolerance.NONE), (place, fate)


class Converting(StringConverter):
    """A converter that refuses bad values, one by one and in batches."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world

    def _check(self, text: Any) -> None:
        if text is not None and self.world.fates[self.world.place_of(text)] == "bad value":
            raise DataError("bad value")

    def from_connect_data(self, topic: str, headers: Any, schema: Any, value: Any) -> Any:
        self._check(value)
        return super().from_connect_data(topic, headers, schema, value)

    def to_connect_data(self, topic: str, headers: Any, data: Any) -> Any:
        found = super().to_connect_data(topic, headers, data)
        self._check(found[1])
        return found

    def from_connect_batch(self, topic: str, schema: Any, values: Any) -> Any:
        for value in values:
            self._check(value)
        return super().from_connect_batch(topic, schema, values)

    def to_connect_batch(self, topic: str, data: Any) -> Any:
        found = super().to_connect_batch(topic, data)
        for value in found[1]:
            self._check(value)
        return found


@attrs.frozen
class Plumbed:
    """Makes a world's pipelines."""

    world: World

    def open_sink(self) -> SinkPlumbing:
        world, key, value = self.world, StringConverter(), self.world.converter()
        columns = SinkColumns((world.apply_columns,), key, value) if world.columns else None
        header = SimpleHeaderConverter()
        pipeline = SinkPipeline((world.apply,), key, value, header, world.tolerance, columns)
        return SinkPlumbing(pipeline, lambda: None)

    def open_source(self) -> SourcePlumbing:
        world, key, value = self.world, StringConverter(), self.world.converter()
        columns = SourceColumns((world.apply_columns,), key, value) if world.columns else None
        header = SimpleHeaderConverter()
        pipeline = SourcePipeline((world.apply,), key, value, header, world.tolerance, columns)
        return SourcePlumbing(pipeline, lambda: None)


@attrs.frozen
class Report:
    """What became of one `send`."""

    rejected: Sequence[Rejected]

    def metadata(self) -> Sequence[Any]:
        return ()


@attrs.define(eq=False)
class Sent:
    """One `send` under way; what is not waited for is not written."""

    world: World
    records: Sequence[ProducerRecord]

    @property
    def done(self) -> bool:
        return False

    async def wait(self) -> DeliveryReport:
        world = self.world
        await world.interrupt(60)
        if world.maybe(15) or (world.deaf and self.records[0].topic == "letters"):
            raise TransportError("nobody answers")
        rejected = []
        for index, record in enumerate(self.records):
            if record.topic == "letters":
                world.letters[_letter_of(record)] += 1
                continue
            place = world.place_of((record.value or b"").decode())
            if world.fates[place] == "too large":
                rejected.append(Rejected(index, RecordTooLargeError("too large")))
            else:
                world.taken[place] += 1
                world.delivered += 1
        return Report(rejected)


def _letter_of(record: ProducerRecord) -> Place:
    said = dict(record.headers)
    if f"{PREFIX}partition" in said:
        return int(said[f"{PREFIX}partition"] or b""), int(said[f"{PREFIX}offset"] or b"")
    partition, offset = (said[f"{PREFIX}source.{part}"] or b"" for part in ("partition", "offset"))
    return int(partition.split(b":")[1].strip(b"}")), int(offset.split(b":")[1].strip(b"}")) - 1


@attrs.define(eq=False)
class Writing:
    """A producer of records and of dead letters."""

    world: World

    async def send(self, records: Sequence[ProducerRecord]) -> Sent:
        await self.world.interrupt(80)
        if self.world.maybe(12):
            raise TransportError("nobody listens")
        return Sent(self.world, list(records))

    async def close(self) -> None:
        pass


class Admin:
    """What creates topics."""

    async def create_topics(self, topics: Sequence[NewTopic]) -> Sequence[str]:
        return ()


@attrs.define(eq=False)
class Surroundings:
    """The transport of one life."""

    world: World
    reading: Any = None
    admin: Admin = attrs.field(factory=Admin)

    async def producer(self, config: Any = None) -> Writing:
        return Writing(self.world)

    async def consumer(self, config: Any) -> Any:
        return self.reading


def partition(number: int) -> TopicPartition:
    """Return the partition of this number."""
    return TopicPartition("t", number)
