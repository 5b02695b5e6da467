"""Would the scripts of `test_conservation` see a runtime that decides wrongly?"""

import sys
from contextlib import suppress
from typing import Any

import anyio
import pytest

from connectsdk._core.batch_run import BatchRun
from connectsdk._core.counters import Counters
from connectsdk._core.poison import PutRun, positions_after
from connectsdk._core.sink_offsets import SinkOffsets
from connectsdk._core.submitted_records import SubmittedRecords
from connectsdk._core.verdict import Verdict
from connectsdk.errors import TransportError
from connectsdk.runtime._tasks.dead_letters import DeadLetters
from connectsdk.runtime._tasks.errant_records import ErrantRecords
from connectsdk.runtime._tasks.rejections import Rejections
from connectsdk.runtime._tasks.sink_puts import SinkPuts
from tests.runtime.test_conservation import play, quiet

__all__ = ("quiet",)


def skipped_are_not_counted(self: Any, counters: Any, original: Any = BatchRun.tell) -> None:
    self.failures = [failure for failure in self.failures if self.verdicts[failure.index] != Verdict.SKIPPED]
    original(self, counters)


async def letters_are_not_awaited(self: Any, letters: Any) -> Any:
    self._producer = self._producer or await self.transport.producer(self.plan.producer)
    await self._producer.send(letters)
    return []


async def write_once(self: Any, letters: Any) -> None:
    with suppress(TransportError):
        await self._attempt(letters)


def put_again_counts_twice(
    self: Any, batch: Any, error: Any, original: Any = SinkPuts._put_again_later
) -> None:
    self.counters.deliver(len(batch.run.part))
    original(self, batch, error)


async def reports_are_lost(self: Any) -> None:
    self._arrived.clear()


async def rejected_are_delivered(self: Any, rejected: Any, run: Any, size: int) -> None:
    self.counters.deliver(size)


def rewinding_is_forgotten(self: Any) -> dict[Any, int]:
    return {}


def half_is_forgotten(self: Any) -> Any:
    part = self.parts.pop()
    if len(part) == 1:
        return part[0]
    self.parts.append(part[: (len(part) + 1) // 2])
    return None


def settled_when_submitted(self: Any, *batch: Any, original: Any = SubmittedRecords.submit) -> Any:
    flight = original(self, *batch)
    if not flight.settled:
        self.settle(flight)
    return flight


def dropped_when_exhausted(self: Any, _: Any) -> None:
    if self.stopped is not None:
        self.verdicts[self.stopped.index] = Verdict.FILTERED
        self.next, self.stopped = self.stopped.index + 1, None


def give_back_nothing(self: Any, records: int | None = None) -> None:
    pass


def drop_without_a_count(self: Any, partitions: Any, original: Any = PutRun.drop) -> int:
    original(self, partitions)
    return 0


def positions_of_the_put(
    self: Any, records: Any, consumed: Any, positions: Any, original: Any = SinkPuts.batch
) -> Any:
    return original(self, records, consumed, positions_after(records) if records else positions)


def retried_once_only(self: Any) -> None:
    if self.stopped is not None:
        self.attempts[self.stopped.stage] = 1


PLANTS: dict[str, tuple[str, Any, str, Any]] = {
    "skipped records are not counted": ("sink", BatchRun, "tell", skipped_are_not_counted),
    "a dead letter is not awaited": ("sink", DeadLetters, "_attempt", letters_are_not_awaited),
    "a source's dead letter is not awaited": ("source", DeadLetters, "_attempt", letters_are_not_awaited),
    "a dead letter that could not be written is dropped": ("sink", DeadLetters, "write", write_once),
    "what is put again is counted twice": ("sink", SinkPuts, "_put_again_later", put_again_counts_twice),
    "reports are lost": ("sink", ErrantRecords, "settle", reports_are_lost),
    "a rejected record counts as delivered": ("source", Rejections, "settle", rejected_are_delivered),
    "what is not durable is not read again": ("sink", SinkOffsets, "rewind", rewinding_is_forgotten),
    "half of a refused batch is forgotten": ("sink", PutRun, "refused", half_is_forgotten),
    "offsets do not wait for the acknowledgement": (
        "source",
        SubmittedRecords,
        "submit",
        settled_when_submitted,
    ),
    "an exhausted retry drops its record": ("source", BatchRun, "give_up", dropped_when_exhausted),
    "what is in flight is not given back": ("source", Counters, "give_back", give_back_nothing),
    "a revoked batch is not given back": ("sink", PutRun, "drop", drop_without_a_count),
    "a batch forgets the offsets of what was filtered": ("sink", SinkPuts, "batch", positions_of_the_put),
    "a second retry is not counted": ("source", BatchRun, "ask_again", retried_once_only),
}


@pytest.mark.slow
@pytest.mark.parametrize("plant", PLANTS)
async def test_a_planted_bug_is_seen(plant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kind, owner, name, wrong = PLANTS[plant]
    monkeypatch.setattr(owner, name, wrong)
    with pytest.raises(AssertionError) as found:  # noqa: PT012 - the first script that sees it
        for number in range(300):
            with anyio.fail_after(20):
                await play(kind, number)
    sys.stdout.write(f"{plant}: seen by {found.value.__notes__}\n")
