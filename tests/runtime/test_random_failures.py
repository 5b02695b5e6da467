"""Is a record lost through the real loops, whatever its converter, transform, task and dead letter topic do?

Many small sinks at once, each under a script of failures drawn from its number, on the embedded broker in memory.
"""

import itertools
import random
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import anyio
import attrs
import pytest

from connectsdk import SinkConnector, SinkTask
from connectsdk._core.batch_run import BatchRun
from connectsdk._core.poison import PutRun
from connectsdk._core.verdict import Verdict
from connectsdk.errors import DataError, RetriableError, TransportError
from connectsdk.record import ProducerRecord, TopicPartition
from connectsdk.runtime import Counters, State, Worker
from connectsdk.runtime._tasks.dead_letters import MAX_DELAY, DeadLetters
from connectsdk.runtime._tasks.errant_records import ErrantRecords
from connectsdk.transport import Delivery, ProducerConfig
from connectsdk.transports.embedded import EmbeddedTransport
from tests.runtime.conftest import QUICK
from tests.runtime.letters import PREFIX, read_all

FATES = (
    "good",
    "good",
    "good",
    "filtered",
    "bad value",
    "bad transform",
    "busy",
    "never",
    "bad put",
    "reported",
)
SCRIPTS, AT_ONCE = 300, 50
LONGEST_PAUSE = 2 * MAX_DELAY
"""Seconds: nothing that a script meets waits longer than dead letters do for their topic."""


@attrs.define(eq=False)
class Script:
    """One sink's records and what is to become of them.

    Attributes:
        number: Which script.
        chance: What is drawn from.
        fates: Per record.
        tolerance: `none`, `all` or `letters`.
        isolates: Whether the task supports isolation.
        taken: What the sink holds, each as often as it was put.
    """

    number: int
    chance: random.Random
    fates: list[str]
    tolerance: str
    isolates: bool
    taken: list[int] = attrs.field(factory=list)
    asked: dict[int, int] = attrs.field(factory=dict)

    @classmethod
    def of(cls, number: int) -> "Script":
        chance = random.Random(number)
        fates = [chance.choice(FATES) for _ in range(chance.randrange(1, 40))]
        return cls(number, chance, fates, chance.choice(("none", "all", "letters")), chance.random() < 0.8)

    @property
    def topic(self) -> str:
        return f"t{self.number}"

    @property
    def letters(self) -> str:
        return f"letters{self.number}"

    def maybe(self, one_in: int) -> bool:
        return self.chance.randrange(one_in) == 0

    def config(self) -> dict[str, Any]:
        return {
            "connector.class": self.connector(),
            "topics": self.topic,
            "value.converter.schemas.enable": "false",
            "value.converter": "JsonConverter",
            "consumer.override.max.poll.records": str(self.chance.randrange(1, 20)),
            "transforms": "x",
            "transforms.x.type": self.transform,
            "errors.retry.timeout": "3",
            "errors.retry.delay.max.ms": "1",
            "errors.tolerance": "none" if self.tolerance == "none" else "all",
            "errors.deadletterqueue.topic.name": self.letters if self.tolerance == "letters" else "",
            "errors.deadletterqueue.context.headers.enable": "true",
        }

    def transform(self, record: Any) -> Any:
        number = record.value
        fate = self.fates[number]
        self.asked[number] = self.asked.get(number, 0) + 1
        if fate == "bad transform":
            raise ValueError(fate)
        if fate == "never" or (fate == "busy" and self.asked[number] % 2):
            raise RetriableError(after=0.0)
        return None if fate == "filtered" else record.with_topic("elsewhere")

    def connector(self) -> type:
        script = self

        class Task(SinkTask[dict[str, Any]]):
            supports_isolation = script.isolates

            async def put(self, records: Sequence[Any]) -> None:
                if records and script.maybe(8):
                    raise RetriableError(after=0.0)
                if script.maybe(6):
                    self.context.request_commit()
                bad = [record for record in records if script.fates[record.value] == "bad put"]
                if bad:
                    raise DataError("indigestible")
                if records and script.maybe(40):
                    raise OSError("the disk is full")
                for record in records:
                    if script.fates[record.value] == "reported" and script.tolerance != "none":
                        self.context.errant_record_reporter.report(record, ValueError("odd"))
                    else:
                        script.taken.append(record.value)

            async def flush(self, offsets: Any) -> None:
                if script.maybe(8):
                    raise OSError("not durable")

        class Connector(SinkConnector[dict[str, Any]]):
            task_class = Task

        return Connector


@attrs.define(eq=False)
class _Unreliable:
    inner: Any
    turns: Iterator[int]

    async def send(self, records: Sequence[ProducerRecord]) -> Delivery:
        if records[0].topic.startswith("letters") and next(self.turns) % 5 == 0:
            raise TransportError("nobody answers")
        delivery: Delivery = await self.inner.send(records)
        return delivery

    async def close(self) -> None:
        await self.inner.close()


class Unreliable(EmbeddedTransport):
    """The embedded broker, which refuses every fifth write to dead letter topics, whoever writes."""

    def __init__(self) -> None:
        super().__init__()
        self.turns = itertools.count(1)

    async def producer(self, config: ProducerConfig | None = None) -> Any:
        return _Unreliable(await super().producer(config), self.turns)


def check(script: Script, counters: Counters, letters: set[int], committed: int, *, failed: bool) -> None:
    assert counters.conserved, counters
    assert counters.explained, counters
    assert counters.in_flight == 0, counters
    settled = len(script.fates) if not failed else committed
    for number, fate in enumerate(script.fates[:settled]):
        taken = number in script.taken
        if fate == "busy":  # it may have been given up, under a slow clock
            assert taken or number in letters or script.tolerance == "all"
        elif fate in {"good", "filtered"} or (fate == "reported" and script.tolerance == "none"):
            assert taken == (fate != "filtered"), (number, fate)
        else:
            assert not taken, (number, fate)
            assert script.tolerance != "none", (number, fate)
            assert (number in letters) == (script.tolerance == "letters"), (number, fate)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, SCRIPTS, AT_ONCE))
async def test_no_script_loses_a_record(first: int) -> None:
    await play([Script.of(number) for number in range(first, first + AT_ONCE)])


async def play(scripts: Sequence[Script]) -> None:
    """Run scripts side by side, every other round with tasks on threads of their own, and check each."""
    transport = Unreliable()
    room = "thread" if scripts[0].number // AT_ONCE % 2 else "loop"
    plenty = {"errors.restart.max": "30", "offset.flush.interval.ms": "20", "task.isolation": room}
    async with Worker(transport, QUICK | plenty) as worker:
        for script in scripts:
            await _fill(transport, script)
            await worker.start_connector(script.topic, script.config())

        for script in scripts:
            await _ended(script, transport, worker)
        for script in scripts:
            status = worker.status()[script.topic].tasks[0]
            await worker.stop_connector(script.topic)
            offsets = await transport.admin.group_offsets(f"connect-{script.topic}")
            letters = await read_all(transport, script.letters) if script.tolerance == "letters" else ()
            told = {int(dict(letter.headers)[f"{PREFIX}offset"] or b"") for letter in letters}
            check(
                script,
                status.counters,
                told,
                offsets.get(TopicPartition(script.topic, 0), 0),
                failed=status.state is State.FAILED,
            )


async def _ended(script: Script, transport: EmbeddedTransport, worker: Worker) -> None:
    """Wait for a script's end: as long as it takes, while something happens."""
    seen, since = None, anyio.current_time()
    while True:
        task = worker.status()[script.topic].tasks[0]
        offsets = await transport.admin.group_offsets(f"connect-{script.topic}")
        if task.state is State.FAILED or offsets.get(TopicPartition(script.topic, 0)) == len(script.fates):
            return
        if (task, offsets) != seen:
            seen, since = (task, offsets), anyio.current_time()
        assert anyio.current_time() < since + LONGEST_PAUSE, (script, task)
        await anyio.sleep(0.005)


async def _fill(transport: EmbeddedTransport, script: Script) -> None:
    producer = await transport.producer()
    try:
        values = [b"{" if fate == "bad value" else b"%d" % n for n, fate in enumerate(script.fates)]
        await (await producer.send([ProducerRecord(script.topic, 0, None, value) for value in values])).wait()
    finally:
        await producer.close()


# -- are wrong decisions seen? -------------------------------------------------------------------------------


async def write_once(self: DeadLetters, letters: Sequence[ProducerRecord]) -> None:
    """Give up a dead letter that could not be written, as Kafka Connect does."""
    with suppress(TransportError):
        await self._attempt(letters)
    await self.close()


def drop_when_exhausted(self: Any, _: Any) -> None:
    if self.stopped is not None:
        self.verdicts[self.stopped.index] = Verdict.FILTERED
        self.next, self.stopped = self.stopped.index + 1, None


def left_half_only(self: PutRun) -> Any:
    part = self.parts.pop()
    if len(part) == 1:
        return part[0]
    self.parts.append(part[: (len(part) + 1) // 2])
    return None


async def forget_reports(self: Any) -> None:
    self._arrived.clear()


PLANTS: dict[str, tuple[type, str, Any]] = {
    "a dead letter that could not be written is dropped": (DeadLetters, "write", write_once),
    "an exhausted retry drops its record": (BatchRun, "give_up", drop_when_exhausted),
    "half of a refused batch is forgotten": (PutRun, "refused", left_half_only),
    "reports are forgotten": (ErrantRecords, "settle", forget_reports),
}


@pytest.mark.slow
@pytest.mark.parametrize("plant", PLANTS)
async def test_a_planted_bug_is_seen(plant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*PLANTS[plant])
    with pytest.raises(AssertionError):
        await play([Script.of(number) for number in range(AT_ONCE)])
