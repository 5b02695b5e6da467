"""A sink that has had nothing for long is looked after seldom, and hears at once of what is asked of it."""

import time
from collections.abc import AsyncIterator, Sequence

import anyio
import pytest

from connectsdk import SinkConnector, SinkRecord, SinkTask
from connectsdk.record import ProducerRecord
from connectsdk.runtime import Worker
from connectsdk.runtime._calls.interruptible import Interruptible, Stopped
from connectsdk.runtime._tasks.gate import Gate
from connectsdk.transport import ProducerConfig
from connectsdk.transports.embedded import EmbeddedTransport
from tests.runtime.scripted import until

LONG = 60.0


class LookedAfterTask(SinkTask[dict[str, str]]):
    """Counts its calls, and always wants to commit again."""

    puts: list[int]
    greedy = False

    async def put(self, records: Sequence[SinkRecord]) -> None:
        self.puts.append(len(records))

    async def pre_commit(self, offsets):  # type: ignore[no-untyped-def]
        if self.greedy:
            self.context.request_commit()
        return offsets


class LookedAfter(SinkConnector[dict[str, str]]):
    """Takes what comes."""

    task_class = LookedAfterTask


@pytest.fixture
async def worker(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Worker]:
    """Run a sink that is left alone for very long after a few moments without records."""
    puts = "connectsdk.runtime._tasks.sink_puts"
    monkeypatch.setattr(f"{puts}.LONGEST_WAIT", 0.01)
    monkeypatch.setattr(f"{puts}.SELDOM", LONG)
    LookedAfterTask.puts, LookedAfterTask.greedy = [], False
    async with Worker(EmbeddedTransport()) as worker:
        await worker.start_connector("idle", {"connector.class": LookedAfter, "topics": "t"})
        await until(lambda: len(LookedAfterTask.puts) >= 10)
        count = len(LookedAfterTask.puts)
        await anyio.wait_all_tasks_blocked()
        assert LookedAfterTask.puts in ([0] * count, [0] * (count + 1))
        yield worker


async def write(worker: Worker) -> None:
    producer = await worker.transport.producer(ProducerConfig(client_id="test"))
    await (await producer.send([ProducerRecord("t", None, None, b"1")])).wait()
    await producer.close()


async def test_records_are_put_and_settled_at_once(worker: Worker) -> None:
    began = time.monotonic()
    await write(worker)
    await until(lambda: 1 in LookedAfterTask.puts)
    await worker.wait_until_idle(0.05)
    assert time.monotonic() - began < LONG / 4


async def test_who_waits_for_the_end_and_keeps_asking_for_commits_learns_of_it() -> None:
    """`wait_until_idle` asks for a commit again and again while a sink has not said that there is no more."""
    LookedAfterTask.puts, LookedAfterTask.greedy = [], False
    async with Worker(EmbeddedTransport()) as worker:
        await worker.start_connector("idle", {"connector.class": LookedAfter, "topics": "t"})
        await write(worker)
        await until(lambda: 1 in LookedAfterTask.puts)
        with anyio.fail_after(LONG / 4):
            await worker.wait_until_idle(0.05)


async def test_a_paused_sink_takes_nothing_and_a_resumed_one_does_at_once(worker: Worker) -> None:
    began = time.monotonic()
    await worker.pause_connector("idle")
    task = worker._runners["idle"].supervisors[0]
    await until(lambda: task.incarnation._loop._held)  # type: ignore[union-attr]
    await write(worker)
    await anyio.wait_all_tasks_blocked()
    assert 1 not in LookedAfterTask.puts
    await worker.resume_connector("idle")
    await until(lambda: 1 in LookedAfterTask.puts)
    assert time.monotonic() - began < LONG / 4


async def test_it_stops_at_once(worker: Worker) -> None:
    with anyio.fail_after(LONG / 4):
        await worker.stop_connector("idle")


async def test_who_asks_for_a_commit_in_every_commit_gets_records_all_the_same(worker: Worker) -> None:
    LookedAfterTask.greedy = True
    worker._runners["idle"].supervisors[0].request_commit()
    await write(worker)
    await until(lambda: 1 in LookedAfterTask.puts)


async def test_only_who_listens_is_woken() -> None:
    waits, gate, seen = Interruptible(), Gate(), list[str]()

    async def listens() -> None:
        await waits.listen(anyio.sleep_forever)
        seen.append("woken")
        with pytest.raises(Stopped):
            await waits.run(anyio.sleep_forever)
        seen.append("stopped")

    gate.follow(waits.wake)
    gate.open()
    assert not waits.woken
    async with anyio.create_task_group() as group:
        group.start_soon(listens)
        await anyio.wait_all_tasks_blocked()
        gate.close()
        await anyio.wait_all_tasks_blocked()
        gate.open()
        await anyio.wait_all_tasks_blocked()
        assert seen == ["woken"]
        waits.stop()
    assert seen == ["woken", "stopped"]
    with pytest.raises(Stopped):
        await waits.listen(anyio.sleep_forever)
    waits.woken = False
    gate.unfollow(waits.wake)
    gate.close()
    assert not waits.woken
