"""The facts of a worker."""

from connectsdk.runtime import Worker
from connectsdk.runtime._worker.snapshot import TaskFacts
from tests.runtime.scripted import Journal, sink, source, until


def _task(worker: Worker, name: str) -> TaskFacts:
    return worker.facts().connectors[name].tasks[0]


async def test_facts_move_with_the_records(worker: Worker, journal: Journal) -> None:
    await worker.start_connector("in", {"connector.class": source(journal, end=False), "tasks.max": "1"})
    await worker.start_connector("out", {"connector.class": sink(journal), "topics": "t"})
    await until(
        lambda: all(
            task.counters.delivered == 100 and task.counters.commits and not task.unsettled_age
            for task in worker.facts().tasks
        )
    )
    facts = worker.facts()
    read, put = facts.connectors["in"].tasks[0], facts.connectors["out"].tasks[0]
    assert read.counters.delivered == put.counters.delivered == 100
    assert read.readings.read_rate > 0
    assert read.readings.batch_size_max == 10
    assert put.readings.delivered_rate > 0
    assert put.readings.running_ratio > 0.5
    assert read.readings.commit_success == put.readings.commit_success == 1
    (partition,) = put.load.partitions
    assert (partition.topic, partition.delivered, partition.lag) == ("t", 100, 0)
    assert put.unsettled_age == 0
    assert (facts.connector_startups.successes, facts.task_startups.successes) == (2, 2)
    assert facts.connectors["in"].part("value.converter").class_name.endswith("JsonConverter")
    assert len(facts.tasks) == 2


async def test_a_task_that_hangs_is_told_of(worker: Worker, journal: Journal) -> None:
    """The age of what it holds grows, and asking does not wait for it."""

    async def hang(task: object, records: object) -> None:
        journal.events.append("hangs")
        await until(lambda: "go on" in journal.events, 30)

    journal.hooks["sink.put"] = hang
    await worker.start_connector("in", {"connector.class": source(journal, end=False), "tasks.max": "1"})
    await worker.start_connector("out", {"connector.class": sink(journal), "topics": "t"})
    await until(lambda: "hangs" in journal.events)
    before = _task(worker, "out")
    await until(lambda: _task(worker, "out").unsettled_age > before.unsettled_age + 0.05)
    assert _task(worker, "out").counters.in_flight > 0
    await until(lambda: (_task(worker, "out").load.partitions[0].lag or 0) == 100)
    journal.events.append("go on")
    await until(lambda: _task(worker, "out").unsettled_age == 0)


async def test_a_pause_is_told_of(worker: Worker, journal: Journal) -> None:
    await worker.start_connector("in", {"connector.class": source(journal, end=False), "tasks.max": "1"})
    await until(lambda: _task(worker, "in").counters.delivered == 100)
    await worker.pause_connector("in")
    await until(lambda: _task(worker, "in").readings.pause_ratio > 0)
    assert worker.facts().connectors["in"].state == "paused"
    await worker.resume_connector("in")
    assert worker.facts().connectors["in"].state == "running"


async def test_a_failed_start_is_counted(worker: Worker, journal: Journal) -> None:
    async def fail(_: object) -> None:
        raise RuntimeError("no")

    journal.hooks["source.start"] = fail
    await worker.start_connector("in", {"connector.class": source(journal), "tasks.max": "1"})
    await until(lambda: _task(worker, "in").state == "failed")
    startups = worker.facts().task_startups
    assert startups.failures == startups.attempts == 6  # once, and the five restarts of the budget
    assert startups.successes == 0
    assert _task(worker, "in").status.restarts_left == 0
