"""Connectors in a worker: the whole way of a record, and everything that goes wrong on it."""

import gc
import time

import anyio
import pytest

from connectsdk import ConfigError, ConnectError, DataError, IllegalStateError, RetriableError
from connectsdk.runtime import State, Worker
from connectsdk.transports.embedded import EmbeddedTransport
from tests.runtime.conftest import QUICK
from tests.runtime.scripted import Journal, sink, source, until


async def test_every_record_of_a_source_reaches_the_sink_once_and_in_order(
    worker: Worker, journal: Journal
) -> None:
    await worker.start_connector("in", {"connector.class": source(journal, total=1_000)})
    await worker.start_connector("out", {"connector.class": sink(journal), "topics": "t"})
    await worker.wait_until_idle(0.1)
    assert journal.values == list(range(1_000))
    status = worker.status()
    assert (status["in"].state, status["out"].state) == (State.FINISHED, State.RUNNING)
    assert status["in"].tasks[0].counters.delivered == 1_000
    assert status["out"].tasks[0].counters.delivered == 1_000
    assert all(task.counters.conserved for one in status.values() for task in one.tasks)


async def test_a_source_that_fails_is_restarted_from_its_stored_offset(
    worker: Worker, journal: Journal
) -> None:
    failures = [ZeroDivisionError()]

    async def fail_once(task: object) -> None:
        if task.position == 50 and failures:
            raise failures.pop()

    journal.hooks["source.poll"] = fail_once
    await worker.start_connector("in", {"connector.class": source(journal)})
    await worker.start_connector("out", {"connector.class": sink(journal), "topics": "t"})
    await worker.wait_until_idle(0.2)
    assert journal.values == list(
        range(100)
    )  # what was sent before the failure was stored, so nothing is doubled
    assert journal.events.count("source.resume:50") == 1
    assert worker.status()["in"].tasks[0].restarts == 1


async def test_a_task_that_keeps_failing_ends_as_failed_when_its_budget_is_spent(
    worker: Worker, journal: Journal
) -> None:
    async def fail(_: object) -> None:
        message = "no route to the database"
        raise OSError(message)

    journal.hooks["source.poll"] = fail
    await worker.start_connector("in", {"connector.class": source(journal)})
    with pytest.raises(ConnectError, match=r"in: .*no route to the database"):
        await worker.wait_until_finished()
    task = worker.status()["in"].tasks[0]
    assert (task.state, task.restarts, task.restarts_left) == (State.FAILED, 5, 0)


async def test_a_bad_record_fails_the_task_without_a_restart_and_after_its_predecessors(
    worker: Worker, journal: Journal
) -> None:
    def refuse(record: object) -> object:
        if record.value == 25:
            message = "odd one"
            raise DataError(message)
        return record

    config = {"connector.class": source(journal), "transforms": "x", "transforms.x.type": refuse}
    await worker.start_connector("in", config)
    await worker.start_connector("out", {"connector.class": sink(journal), "topics": "t"})
    with pytest.raises(ConnectError, match=r"connector in task 0: TRANSFORMATION failed in .*odd one"):
        await worker.wait_until_idle(0.1)
    assert journal.values == list(range(25))
    task = worker.status()["in"].tasks[0]
    assert (task.restarts, task.counters.failed, task.counters.conserved) == (0, 1, True)


async def test_tolerated_records_are_skipped_and_counted_and_offsets_advance(
    worker: Worker, journal: Journal
) -> None:
    def refuse_odd(record: object) -> object:
        if record.value % 2:
            raise ValueError
        return None if record.value % 4 == 2 else record

    config = {
        "connector.class": source(journal),
        "errors.tolerance": "all",
        "transforms": "x",
        "transforms.x.type": refuse_odd,
    }
    await worker.start_connector("in", config)
    await worker.wait_until_idle(0.1)
    counters = worker.status()["in"].tasks[0].counters
    assert (counters.delivered, counters.filtered, counters.skipped) == (25, 25, 50)
    await worker.stop_connector("in")
    await worker.start_connector("in", config)
    await worker.wait_until_finished()
    assert journal.events.count("source.resume:100") == 1


async def test_a_retriable_failure_of_a_transform_is_tried_again_within_its_timeout(
    worker: Worker, journal: Journal
) -> None:
    calls: list[int] = []

    def flaky(record: object) -> object:
        calls.append(record.value)
        if calls.count(7) < 3 and record.value == 7:
            raise RetriableError(after=0.001)
        return record

    config = {
        "connector.class": source(journal, total=20),
        "errors.retry.timeout": "10000",
        "transforms": "x",
        "transforms.x.type": flaky,
    }
    await worker.start_connector("in", config)
    await worker.start_connector("out", {"connector.class": sink(journal), "topics": "t"})
    await worker.wait_until_idle(0.1)
    assert journal.values == list(range(20))
    assert calls == [*range(7), 7, 7, *range(7, 20)]  # nothing before or after it is done twice


async def test_a_sink_gets_the_same_records_again_when_it_asks_for_it(
    worker: Worker, journal: Journal
) -> None:
    offered: list[int] = []

    async def twice(_: object, records: list) -> None:
        offered.append(len(records))
        if len(offered) == 1:
            raise RetriableError(after=0.01)

    journal.hooks["sink.put"] = twice
    await worker.start_connector("in", {"connector.class": source(journal)})
    await worker.start_connector("out", {"connector.class": sink(journal), "topics": "t"})
    await worker.wait_until_idle(0.1)
    assert journal.values == list(range(100))
    assert offered[0] == offered[1]
    assert worker.status()["out"].tasks[0].counters.retried == 1


async def test_a_sink_that_fails_is_given_everything_since_its_last_commit_again(
    worker: Worker, journal: Journal
) -> None:
    async def fail_once(_: object, records: list) -> None:
        if journal.events.count("sink.start") == 1 and records[-1].value > 30:
            raise ZeroDivisionError

    journal.hooks["sink.put"] = fail_once
    await worker.start_connector("out", {"connector.class": sink(journal), "topics": "t"})
    await worker.start_connector("in", {"connector.class": source(journal)})
    await worker.wait_until_idle(0.2)
    assert sorted(set(journal.values)) == list(range(100))
    assert worker.status()["out"].tasks[0].restarts == 1


async def test_nothing_is_committed_that_flush_did_not_make_durable(worker: Worker, journal: Journal) -> None:
    failures = [OSError("disk full"), OSError("disk full")]

    async def fail_twice(*_: object) -> None:
        if failures:
            raise failures.pop()

    journal.hooks["sink.flush"] = fail_twice
    await worker.start_connector("in", {"connector.class": source(journal)})
    await worker.wait_until_finished()
    await worker.start_connector("out", {"connector.class": sink(journal), "topics": "t"})
    await worker.wait_until_idle(0.2)
    assert not failures
    assert journal.values == list(range(100)) * 3  # put again after each flush that failed
    assert worker.status()["out"].tasks[0].counters.commit_failures == 2


async def test_tasks_share_the_work(worker: Worker, journal: Journal) -> None:
    await worker.start_connector("in", {"connector.class": source(journal), "tasks.max": 3})
    await worker.wait_until_finished()
    assert [task.counters.delivered for task in worker.status()["in"].tasks] == [100, 100, 100]


async def test_a_stop_delivers_and_stores_what_is_in_flight(journal: Journal) -> None:
    transport = EmbeddedTransport()
    async with Worker(transport, QUICK | {"offset.flush.interval.ms": "60000"}) as worker:
        connector = {"connector.class": source(journal, total=10**9, batch=100)}
        await worker.start_connector("in", connector)
        await until(lambda: worker.status()["in"].tasks[0].counters.delivered > 1_000)
        task = worker._runners["in"].supervisors[0]
        await worker.stop_connector("in")
        assert task.counters.read == task.counters.delivered
        await worker.start_connector("in", connector)
        await until(lambda: journal.events.count("source.start") == 2)
        assert f"source.resume:{task.counters.read}" in journal.events  # not one record is read twice


@pytest.mark.filterwarnings("ignore:Exception ignored in.*(ignore_everything|Task.poll|Polls.until_records)")
async def test_a_hanging_poll_does_not_hold_up_a_stop(worker: Worker, journal: Journal) -> None:
    over = False

    async def ignore_everything(_: object) -> None:
        while True:
            try:
                await anyio.sleep(100)
            except BaseException:
                if over:  # it is freed whenever that may be, maybe in the time of another test
                    raise

    journal.hooks["source.poll"] = ignore_everything
    await worker.start_connector("bad", {"connector.class": source(journal)})
    await until(lambda: "source.poll" in journal.events)
    begun = time.monotonic()
    with anyio.fail_after(30):
        await worker.stop_connector("bad")
    assert time.monotonic() - begun < 0.5 + 1 + 10  # graceful, after its cancellation, and a busy machine
    over = True
    gc.collect()


KINDS = [
    ValueError("x"),
    KeyboardInterrupt(),
    SystemExit(3),
    MemoryError(),
    RecursionError(),
    GeneratorExit(),
    anyio.EndOfStream(),
    __import__("asyncio").CancelledError(),
    type("Unprintable", (Exception,), {"__str__": lambda _: 1 / 0})(),
]
PLACES = ["source.start", "source.poll", "source.commit", "source.stop", "sink.start", "sink.open"]
PLACES += ["sink.put", "sink.flush", "sink.close", "sink.stop", "source_connector.stop"]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("error", KINDS, ids=lambda error: type(error).__name__)
async def test_whatever_a_plugin_raises_harms_no_other(place: str, error: BaseException) -> None:
    bad, good = Journal(), Journal()

    async def fail(*_: object) -> None:
        raise error

    bad.hooks[place] = fail
    with anyio.fail_after(20):
        async with Worker(EmbeddedTransport(), QUICK | {"errors.restart.max": "1"}) as worker:
            await worker.start_connector("bad-in", {"connector.class": source(bad, topic="bad")})
            await worker.start_connector("bad-out", {"connector.class": sink(bad), "topics": "bad"})
            await worker.start_connector("good-in", {"connector.class": source(good, topic="good")})
            await worker.start_connector("good-out", {"connector.class": sink(good), "topics": "good"})
            await until(lambda: len(good.values) == 100)
            assert worker.status()["good-in"].state in {State.FINISHED, State.RUNNING}
            assert worker.status()["good-out"].state is State.RUNNING
            if place in {"source.start", "source.poll", "sink.put", "sink.start", "sink.open"}:
                name = "bad-in" if place.startswith("source") else "bad-out"
                await until(lambda: worker.status()[name].state is State.FAILED)
                assert worker.status()[name].error


async def test_a_source_that_spins_leaves_room_for_others(worker: Worker, journal: Journal) -> None:
    spinner = Journal()

    async def nothing(_: object) -> list:
        return []

    spinner.hooks["source.poll"] = nothing
    await worker.start_connector("spin", {"connector.class": source(spinner)})
    await worker.start_connector("in", {"connector.class": source(journal, total=5_000)})
    await worker.start_connector("out", {"connector.class": sink(journal), "topics": "t"})
    await worker.wait_until_idle(0.2)
    assert len(journal.values) == 5_000
    assert len(spinner.events) < 500  # it is asked again, but not in a frenzy


async def test_wrong_configurations_are_refused_before_anything_runs(
    worker: Worker, journal: Journal
) -> None:
    for config, told in [
        ({}, '"connector.class"'),
        ({"connector.class": "NoSuchThing"}, "Class NoSuchThing could not be found"),
        ({"connector.class": "FileStreamSourc", "topic": "t"}, "Did you mean FileStreamSource"),
        ({"connector.class": sink(journal)}, "Must configure one of topics or topics.regex"),
        ({"connector.class": source(journal), "tasks.max": "zero"}, "zero"),
        ({"connector.class": source(journal), "transforms": "x"}, "transforms.x.type"),
        ({"connector.class": source(journal), "key.converter": "Nope"}, "key.converter"),
        ({"connector.class": int}, "must subclass"),
    ]:
        with pytest.raises(ConfigError, match=told):
            await worker.start_connector("wrong", config)
    assert worker.status() == {}
    assert journal.events == []


async def test_a_name_is_taken_once(worker: Worker, journal: Journal) -> None:
    await worker.start_connector("in", {"connector.class": source(journal)})
    with pytest.raises(ConfigError, match="Connector in already exists"):
        await worker.start_connector("in", {"connector.class": source(journal)})


async def test_a_closed_worker_says_so(journal: Journal) -> None:
    worker = Worker(EmbeddedTransport())
    with pytest.raises(IllegalStateError, match="async with"):
        await worker.start_connector("in", {"connector.class": source(journal)})
