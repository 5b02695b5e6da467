"""What an author's task may do, and what it may rely on."""

import gc
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from connectsdk import (
    ConnectError,
    IllegalStateError,
    RecordMetadata,
    SinkRecord,
    SourceConnector,
    SourceRecord,
    StreamSourceTask,
    TopicPartition,
)
from connectsdk.runtime import State, Worker
from connectsdk.transport import NewTopic
from connectsdk.transports.embedded import EmbeddedTransport
from tests.runtime.conftest import QUICK, in_the_loop
from tests.runtime.scripted import Journal, sink, source, until


def streaming(journal: Journal, stream: Any) -> type:
    class Task(StreamSourceTask[dict[str, Any]]):
        max_batch_records = 7

        async def stream(self) -> AsyncIterator[SourceRecord]:
            try:
                async for value in stream():
                    yield SourceRecord("t", value=value)
            finally:
                journal.events.append("closed")

    class Connector(SourceConnector[dict[str, Any]]):
        task_class = Task

    return Connector


async def test_a_stream_is_delivered_in_order_and_ends_its_task(worker: Worker, journal: Journal) -> None:
    async def numbers() -> AsyncIterator[int]:
        for number in range(100):
            if number % 10 == 0:
                await anyio.lowlevel.checkpoint()
            yield number

    await worker.start_connector("in", {"connector.class": streaming(journal, numbers)})
    await worker.start_connector("out", {"connector.class": sink(journal), "topics": "t"})
    await worker.wait_until_idle(0.1)
    assert journal.values == list(range(100))
    assert worker.status()["in"].state is State.FINISHED
    assert journal.events.count("closed") == 1


@in_the_loop
async def test_a_slow_stream_does_not_wait_for_a_full_batch(worker: Worker, journal: Journal) -> None:
    more = anyio.Event()

    async def two() -> AsyncIterator[int]:
        yield 1
        await more.wait()
        yield 2

    await worker.start_connector("in", {"connector.class": streaming(journal, two)})
    await until(lambda: worker.status()["in"].tasks[0].counters.delivered == 1)
    more.set()
    await worker.wait_until_finished()
    assert worker.status()["in"].tasks[0].counters.delivered == 2


async def test_a_stream_that_fails_delivers_what_came_before(worker: Worker, journal: Journal) -> None:
    async def broken() -> AsyncIterator[int]:
        yield 1
        yield 2
        message = "connection reset"
        raise OSError(message)

    worker_config = {"connector.class": streaming(journal, broken)}
    await worker.start_connector("in", worker_config)
    with pytest.raises(ConnectError, match="connection reset"):
        await worker.wait_until_finished()
    counters = worker.status()["in"].tasks[0].counters
    assert counters.delivered == 2 * 6  # the first life and five restarts


async def test_a_stream_is_closed_when_its_task_is_stopped(worker: Worker, journal: Journal) -> None:
    async def endless() -> AsyncIterator[int]:
        yield 1
        await anyio.sleep_forever()

    await worker.start_connector("in", {"connector.class": streaming(journal, endless)})
    await until(lambda: worker.status()["in"].tasks[0].counters.delivered == 1)
    await worker.stop_connector("in")
    assert journal.events.count("closed") == 1


async def test_commit_record_hears_of_every_record_once(worker: Worker, journal: Journal) -> None:
    heard: list[tuple[int, RecordMetadata | None]] = []
    plain = source(journal, total=30)

    class Task(plain.task_class):
        async def commit_record(self, record: SourceRecord, metadata: RecordMetadata | None) -> None:
            heard.append((record.value, metadata))

    class Connector(plain):
        task_class = Task

    def every_third_is_filtered(record: SourceRecord) -> SourceRecord | None:
        return None if record.value % 3 == 0 else record

    config = {"connector.class": Connector, "transforms": "x", "transforms.x.type": every_third_is_filtered}
    await worker.start_connector("in", config)
    await worker.wait_until_finished()
    assert [value for value, _ in heard] == list(range(30))
    assert [value for value, metadata in heard if metadata is None] == list(range(0, 30, 3))
    assert [metadata.offset for _, metadata in heard if metadata] == list(range(20))


async def test_commit_hears_only_of_stored_offsets(worker: Worker, journal: Journal) -> None:
    heard: list[int] = []

    async def hear(_: object, offsets: Any) -> None:
        heard.extend(offset["n"] for _, offset in offsets)

    journal.hooks["source.commit"] = hear
    await worker.start_connector("in", {"connector.class": source(journal)})
    await worker.wait_until_finished()
    assert heard == sorted(heard)
    assert heard[-1] == 100


async def test_a_connector_may_ask_for_other_tasks(worker: Worker, journal: Journal) -> None:
    shares = [[{"share": 1}, {"share": 2}], [{"share": 2}, {"share": 3}, {"share": 4}]]

    async def configs(connector: Any) -> Any:
        wanted = shares[min(journal.events.count("source_connector.task_configs"), 2) - 1]
        return [{**connector.context.config, **share} for share in wanted]

    journal.hooks["source_connector.task_configs"] = configs
    await worker.start_connector("in", {"connector.class": source(journal, end=False), "tasks.max": 3})
    await until(lambda: journal.events.count("source.start") == 2)
    journal.tasks[0].context.request_task_reconfiguration()
    await until(lambda: len(worker.status()["in"].tasks) == 3)
    await until(lambda: journal.events.count("source.start") == 5)
    await until(lambda: worker.status()["in"].state is State.RUNNING)


async def test_more_tasks_than_allowed_are_refused(worker: Worker, journal: Journal) -> None:
    async def configs(connector: Any) -> Any:
        return [dict(connector.context.config)] * 3

    journal.hooks["source_connector.task_configs"] = configs
    with pytest.raises(ConnectError, match="has generated 3 tasks, which is greater than 2"):
        await worker.start_connector("in", {"connector.class": source(journal), "tasks.max": 2})
    assert worker.status() == {}


async def test_an_error_from_outside_of_any_call_fails_the_connector(
    worker: Worker, journal: Journal
) -> None:
    await worker.start_connector("in", {"connector.class": source(journal, end=False)})
    journal.tasks[0].context.raise_error(OSError("the licence has expired"))
    await until(lambda: worker.status()["in"].state is State.FAILED)
    assert "the licence has expired" in worker.status()["in"].error


async def test_two_sink_tasks_share_partitions_and_hand_over_without_loss(journal: Journal) -> None:
    transport = EmbeddedTransport()
    async with Worker(transport, QUICK) as worker:
        await transport.admin.create_topics([NewTopic(name="t", partitions=4)])
        await worker.start_connector("out", {"connector.class": sink(journal), "topics": "t", "tasks.max": 1})
        await worker.start_connector("in", {"connector.class": source(journal, total=3_000), "tasks.max": 4})
        await worker.start_connector(
            "more",
            {"connector.class": sink(journal), "topics": "t", "consumer.override.group.id": "connect-out"},
        )
        await worker.wait_until_idle(0.2)
        assert sorted(journal.values) == sorted([*range(3_000)] * 4)
        assert journal.events.count("sink.close") >= 1
    assert journal.events.count("sink.open") >= 2


async def test_a_sink_task_may_go_back_pause_and_commit(worker: Worker, journal: Journal) -> None:
    partition = TopicPartition("t", 0)

    async def once_more(task: Any, records: list[SinkRecord]) -> None:
        if len(journal.values) + len(records) == 100 and "sought" not in journal.events:
            journal.events.append("sought")
            task.context.seek({partition: 90})
            task.context.request_commit()

    await worker.start_connector("in", {"connector.class": source(journal)})
    await worker.wait_until_finished()
    journal.hooks["sink.put"] = once_more
    await worker.start_connector("out", {"connector.class": sink(journal), "topics": "t"})
    await until(lambda: len(journal.values) == 110)
    assert journal.values[-10:] == list(range(90, 100))
    task = journal.tasks[-1]
    assert task.context.assignment == {partition}
    with pytest.raises(IllegalStateError, match="does not own other-1"):
        task.context.pause(TopicPartition("other", 1))
    task.context.pause(partition)
    await worker.start_connector("in2", {"connector.class": source(journal)})
    await until(lambda: worker.status()["in2"].state is State.FINISHED)
    assert len(journal.values) == 110
    task.context.resume(partition)
    await until(lambda: len(journal.values) == 210)


@in_the_loop
async def test_a_task_left_behind_cannot_store_offsets(worker: Worker, journal: Journal) -> None:
    go_on = anyio.Event()

    async def deaf(_: object) -> None:
        while not go_on.is_set():
            try:
                await go_on.wait()
            except BaseException:  # noqa: BLE001, S112 - that is the point
                continue

    journal.hooks["source.poll"] = deaf
    await worker.start_connector("in", {"connector.class": source(journal)})
    await until(lambda: "source.poll" in journal.events)
    task = journal.tasks[-1]
    supervisor = worker._runners["in"].supervisors[0]
    await worker.stop_connector("in")
    assert supervisor.status(0).abandoned == 1
    with pytest.raises(IllegalStateError, match="left behind"):
        await task.context.offsets.offset({"share": 0})
    go_on.set()


async def test_nothing_is_left_over_after_many_connectors(journal: Journal, tmp_path: Path) -> None:
    async def one_round(directory: Path) -> None:
        async with Worker(EmbeddedTransport(directory), QUICK) as worker:
            for number in range(5):
                await worker.start_connector(f"in{number}", {"connector.class": source(journal, end=False)})
                await worker.start_connector(
                    f"out{number}", {"connector.class": sink(journal), "topics": "t"}
                )
            await until(lambda: len(journal.values) >= 2_500)
        journal.values.clear()

    def descriptors() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    await one_round(tmp_path / "a")
    gc.collect()
    tasks, threads, open_files = len(_tasks()), threading.active_count(), descriptors()
    await one_round(tmp_path / "b")
    gc.collect()
    assert len(_tasks()) == tasks
    assert threading.active_count() <= threads
    assert descriptors() <= open_files


def _tasks() -> set[Any]:
    import asyncio

    return asyncio.all_tasks()
