"""Records that cannot be processed go to the dead letter topic, or wait for it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest

from connectsdk import SinkTask
from connectsdk.errors import ConfigError, DataError, RetriableError
from connectsdk.record import Header, Headers, SourceRecord, TopicPartition
from connectsdk.runtime import State, Worker
from connectsdk.schema import STRING_SCHEMA
from connectsdk.transports.embedded import EmbeddedTransport
from tests.runtime.conftest import QUICK
from tests.runtime.letters import LETTERS, BreakableTransport, fill, read_all, told
from tests.runtime.scripted import Journal, sink, source, until

HERE = TopicPartition("t", 0)


def reading(connector: type, **more: str) -> dict[str, Any]:
    keys = {"key.converter": "StringConverter"}
    return {"connector.class": connector, "topics": "t", **keys, **LETTERS, **more}


def isolating(journal: Journal, *, supported: bool = True) -> type:
    """Return a sink whose task may be given a refused batch again in parts."""
    connector: Any = sink(journal)
    connector.task_class.supports_isolation = supported
    return connector


def counted(worker: Worker, name: str = "out") -> Any:
    [task] = worker.status()[name].tasks
    assert task.counters.conserved
    assert task.counters.explained
    return task.counters


async def committed(transport: EmbeddedTransport, group: str = "connect-out") -> dict[TopicPartition, int]:
    return dict(await transport.admin.group_offsets(group))


# -- sinks: converters and transforms ------------------------------------------------------------------------


async def test_what_a_converter_refuses_is_dead_lettered_as_it_was_consumed(journal: Journal) -> None:
    transport = EmbeddedTransport()
    async with Worker(transport, QUICK) as worker:
        await fill(transport, [b"1", b"{", b"2"], headers=(("h", b"x"),))
        await worker.start_connector("out", reading(sink(journal)))
        await worker.wait_until_idle(0.1)
        [letter] = await read_all(transport)
        counters = counted(worker)
        assert await committed(transport) == {HERE: 3}
    assert journal.values == [1, 2]
    assert (letter.key, letter.value, letter.timestamp, letter.headers[0]) == (b"k1", b"{", 1001, ("h", b"x"))
    context = told(letter)
    assert context.pop("exception.stacktrace").startswith("Traceback")  # type: ignore[union-attr]
    assert "serialization error" in context.pop("exception.message")  # type: ignore[operator]
    assert context == {
        "topic": "t",
        "partition": "0",
        "offset": "1",
        "connector.name": "out",
        "task.id": "0",
        "stage": "VALUE_CONVERTER",
        "class.name": "connectsdk.converters.json.JsonConverter",
        "exception.class.name": "connectsdk.errors.DataError",
    }
    assert (counters.delivered, counters.dead_lettered) == (2, 1)


async def test_an_exhausted_retry_is_dead_lettered(journal: Journal) -> None:
    def busy(record: Any) -> Any:
        if record.value == 2:
            raise RetriableError
        return record

    transport = EmbeddedTransport()
    async with Worker(transport, QUICK) as worker:
        await fill(transport, [b"1", b"2", b"3"])
        more = {"transforms": "x", "transforms.x.type": busy, "errors.retry.timeout": "5"}
        await worker.start_connector("out", reading(sink(journal), **more))
        await worker.wait_until_idle(0.1)
        [letter] = await read_all(transport)
        counters = counted(worker)
    assert journal.values == [1, 3]
    assert (told(letter)["stage"], letter.value) == ("TRANSFORMATION", b"2")
    [stage] = counters.stages.values()
    assert (stage.dead_lettered, stage.retried) == (1, counters.retried)
    assert counters.retried >= 1


async def test_without_context_a_dead_letter_is_nothing_but_the_record(journal: Journal) -> None:
    transport = EmbeddedTransport()
    async with Worker(transport, QUICK) as worker:
        await fill(transport, [b"{"])
        more = {"errors.deadletterqueue.context.headers.enable": "false"}
        await worker.start_connector("out", reading(sink(journal), **more))
        await worker.wait_until_idle(0.1)
        [letter] = await read_all(transport)
    assert (letter.key, letter.value, letter.headers) == (b"k0", b"{", ())


async def test_nothing_is_committed_before_its_dead_letter_is_acknowledged(journal: Journal) -> None:
    transport = BreakableTransport("letters")
    async with Worker(transport, QUICK) as worker:
        transport.broken.clear()
        await fill(transport, [b"1", b"{", b"2"])
        transport.acknowledged.clear()
        transport.broken.add("letters")
        await worker.start_connector("out", reading(sink(journal)))
        await until(lambda: transport.failures >= 1)
        assert transport.commits == []
        assert journal.values == []
        transport.broken.clear()
        await worker.wait_until_idle(0.1)
        assert await committed(transport) == {HERE: 3}
        assert counted(worker).dead_lettered == 1
    assert transport.acknowledged == ["letters"]
    assert all(acknowledged == 1 for _, acknowledged in transport.commits)
    assert journal.values == [1, 2]


async def test_a_dead_letter_topic_that_stays_away_fails_the_task_and_nothing_is_lost(
    journal: Journal,
) -> None:
    transport = BreakableTransport("letters")
    async with Worker(transport, QUICK | {"errors.restart.max": "1"}) as worker:
        await fill(transport, [b"1", b"{", b"2"])
        more = {"producer.override.delivery.timeout.ms": "20"}
        await worker.start_connector("out", reading(sink(journal), **more))
        await until(lambda: worker.status()["out"].state is State.FAILED)
        status = worker.status()["out"]
        assert "dead letters could not be written to letters" in (status.error or "")
        assert counted(worker).returned == counted(worker).read
        assert await committed(transport) == {}
        await worker.stop_connector("out")
        transport.broken.clear()
        await worker.start_connector("out", reading(sink(journal)))
        await worker.wait_until_idle(0.1)
        assert len(await read_all(transport)) == 1
    assert journal.values == [1, 2]


async def test_a_stop_does_not_wait_for_the_dead_letter_topic(journal: Journal) -> None:
    transport = BreakableTransport("letters")
    async with Worker(transport, QUICK) as worker:
        await fill(transport, [b"{"])
        await worker.start_connector("out", reading(sink(journal)))
        await until(lambda: transport.failures >= 1)
        await worker.stop_connector("out")
        assert await committed(transport) == {}


async def test_a_dead_letter_too_large_for_its_topic_is_written_in_part(journal: Journal) -> None:
    transport = EmbeddedTransport()
    async with Worker(transport, QUICK) as worker:
        await fill(transport, [b"{" + b"x" * 10_000])
        more = {"producer.override.max.request.size": "2000"}
        await worker.start_connector("out", reading(sink(journal), **more))
        await worker.wait_until_idle(0.1)
        [letter] = await read_all(transport)
        assert await committed(transport) == {HERE: 1}
    assert (letter.key, letter.value) == (b"k0", None)
    assert (told(letter)["omitted.value.bytes"], told(letter)["offset"]) == ("10001", "0")


async def test_the_topic_is_created_with_one_partition(journal: Journal) -> None:
    transport = EmbeddedTransport()
    async with Worker(transport, QUICK) as worker:
        await fill(transport, [b"1"])
        await worker.start_connector("out", reading(sink(journal)))
        await worker.wait_until_idle(0.1)
        assert (await transport.admin.describe_topics(["letters"]))["letters"].partitions == 1


async def test_the_topic_must_not_be_one_that_is_read(worker: Worker, journal: Journal) -> None:
    with pytest.raises(ConfigError, match="The DLQ topic 't' may not be included"):
        await worker.start_connector(
            "out", reading(sink(journal), **{"errors.deadletterqueue.topic.name": "t"})
        )


async def test_without_tolerance_the_record_fails_the_task_and_is_in_one_place(
    journal: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    transport = EmbeddedTransport()
    async with Worker(transport, QUICK) as worker:
        await fill(transport, [b"1", b"{"])
        await worker.start_connector("out", reading(sink(journal), **{"errors.tolerance": "none"}))
        await until(lambda: worker.status()["out"].state is State.FAILED)
        assert counted(worker).failed == 1
        assert await committed(transport) == {HERE: 1}
        assert "letters" not in await transport.admin.describe_topics()
    assert "errors.deadletterqueue.topic.name has no effect without errors.tolerance=all" in caplog.text


# -- sinks: put ----------------------------------------------------------------------------------------------


def refusing(*bad: Any, error: Callable[[], Exception] = lambda: DataError("indigestible")) -> Any:
    async def put(_: object, records: Sequence[Any]) -> None:
        if any(record.value in bad for record in records):
            raise error()

    return put


NUMBERS = [b"%d" % n for n in range(100)]


@pytest.mark.parametrize("tolerance", ["letters", "skip"])
async def test_the_records_to_blame_are_found_and_all_others_delivered_in_order(
    journal: Journal, tolerance: str
) -> None:
    transport = EmbeddedTransport()
    journal.hooks["sink.put"] = refusing(7, 8, 50, 99)
    more = {} if tolerance == "letters" else {"errors.deadletterqueue.topic.name": ""}
    async with Worker(transport, QUICK) as worker:
        await fill(transport, NUMBERS)
        await worker.start_connector("out", reading(isolating(journal), **more))
        await worker.wait_until_idle(0.1)
        counters = counted(worker)
        assert await committed(transport) == {HERE: 100}
        letters = await read_all(transport) if tolerance == "letters" else ()
    assert journal.values == [n for n in range(100) if n not in {7, 8, 50, 99}]
    assert counters.delivered == 96
    if tolerance == "skip":
        assert counters.skipped == 4
        return
    assert [letter.value for letter in letters] == [b"7", b"8", b"50", b"99"]
    assert {told(letter)["stage"] for letter in letters} == {"TASK_PUT"}
    assert {told(letter)["class.name"] for letter in letters} == {"tests.runtime.scripted.sink.<locals>.Task"}
    assert {told(letter)["exception.message"] for letter in letters} == {"indigestible"}


async def test_without_tolerance_the_record_to_blame_is_named_and_what_came_before_is_committed(
    journal: Journal,
) -> None:
    transport = EmbeddedTransport()
    journal.hooks["sink.put"] = refusing(7)
    async with Worker(transport, QUICK) as worker:
        await fill(transport, NUMBERS)
        await worker.start_connector("out", reading(isolating(journal), **{"errors.tolerance": "none"}))
        await until(lambda: worker.status()["out"].state is State.FAILED)
        assert "topic t, partition 0, offset 7: DataError: indigestible" in (
            worker.status()["out"].error or ""
        )
        assert await committed(transport) == {HERE: 7}
        assert counted(worker).failed == 1
    assert journal.values == list(range(7))


async def test_a_sink_that_does_not_support_isolation_fails_as_a_whole(journal: Journal) -> None:
    transport = EmbeddedTransport()
    journal.hooks["sink.put"] = refusing(7)
    async with Worker(transport, QUICK) as worker:
        await fill(transport, NUMBERS)
        await worker.start_connector("out", reading(isolating(journal, supported=False)))
        await until(lambda: worker.status()["out"].state is State.FAILED)
        assert await committed(transport) == {}
        assert counted(worker).returned == 100
    assert SinkTask.supports_isolation is False


async def test_a_part_that_is_to_be_put_again_waits_and_goes_on(journal: Journal) -> None:
    transport = EmbeddedTransport()
    offered: list[int] = []

    async def put(_: object, records: Sequence[Any]) -> None:
        offered.append(len(records))
        if len(offered) in {3, 5}:
            raise RetriableError(after=0.001)
        if any(record.value == 60 for record in records):
            raise DataError("no")

    journal.hooks["sink.put"] = put
    async with Worker(transport, QUICK) as worker:
        await fill(transport, NUMBERS)
        await worker.start_connector("out", reading(isolating(journal)))
        await worker.wait_until_idle(0.1)
        assert counted(worker).retried == 2
        assert [letter.value for letter in await read_all(transport)] == [b"60"]
    assert journal.values == [n for n in range(100) if n != 60]
    assert offered[2] == offered[3]


async def test_a_commit_amid_isolation_that_fails_reads_again_what_was_not_durable(journal: Journal) -> None:
    transport = EmbeddedTransport()
    flushes: list[Any] = []

    async def put(task: Any, records: Sequence[Any]) -> None:
        task.context.request_commit()
        if any(record.value == 60 for record in records):
            raise DataError("no")

    async def flush(_: object, offsets: Any) -> None:
        flushes.append(offsets)
        if len(flushes) == 1:
            del journal.values[:]
            raise OSError

    journal.hooks.update({"sink.put": put, "sink.flush": flush})
    async with Worker(transport, QUICK) as worker:
        await fill(transport, NUMBERS)
        await worker.start_connector("out", reading(isolating(journal)))
        await worker.wait_until_idle(0.1)
        assert await committed(transport) == {HERE: 100}
        assert counted(worker).read > 100
    assert journal.values == [n for n in range(100) if n != 60]


# -- sinks: the reporter -------------------------------------------------------------------------------------


def reporting(*bad: Any, wait: bool = False, change: bool = False, late: bool = False) -> Any:
    """Return a `put` that reports bad records and keeps the others."""

    async def report(task: Any, record: Any) -> None:
        if change:
            record = record.with_value(None, {"was": record.value})
        report = task.context.errant_record_reporter.report(record, ValueError("odd"))
        if wait:
            await report

    async def put(task: Any, records: Sequence[Any]) -> None:
        for record in [record for record in records if record.value in bad]:
            if late:
                task.kept = record
            else:
                await report(task, record)
        records[:] = [record for record in records if record.value not in bad]  # type: ignore[index]

    async def flush(task: Any, _: Any) -> None:
        if (record := vars(task).pop("kept", None)) is not None:
            await report(task, record)

    return {"sink.put": put, "sink.flush": flush}


@pytest.mark.parametrize("wait", [False, True])
async def test_a_reported_record_is_dead_lettered_as_it_was_consumed(journal: Journal, wait: bool) -> None:
    transport = BreakableTransport()
    journal.hooks.update(reporting(3, 5, wait=wait))
    async with Worker(transport, QUICK) as worker:
        await fill(transport, NUMBERS[:10])
        await worker.start_connector("out", reading(sink(journal)))
        await worker.wait_until_idle(0.1)
        letters = await read_all(transport)
        assert await committed(transport) == {HERE: 10}
        assert (counted(worker).delivered, counted(worker).dead_lettered) == (8, 2)
    assert [(letter.key, letter.value) for letter in letters] == [(b"k3", b"3"), (b"k5", b"5")]
    assert {told(letter)["exception.class.name"] for letter in letters} == {"builtins.ValueError"}
    assert all(acknowledged == 12 for _, acknowledged in transport.commits)


async def test_a_commit_waits_for_reports_made_while_flushing(journal: Journal) -> None:
    transport = BreakableTransport()
    journal.hooks.update(reporting(3, late=True))
    async with Worker(transport, QUICK) as worker:
        await fill(transport, NUMBERS[:10])
        await worker.start_connector("out", reading(sink(journal)))
        await worker.wait_until_idle(0.1)
        assert [letter.value for letter in await read_all(transport)] == [b"3"]
        assert (counted(worker).delivered, counted(worker).dead_lettered) == (9, 1)
    assert [acknowledged for _, acknowledged in transport.commits] == [11]


async def test_a_record_that_the_task_made_is_written_by_the_converters(journal: Journal) -> None:
    transport = EmbeddedTransport()
    journal.hooks.update(reporting(3, change=True))
    async with Worker(transport, QUICK) as worker:
        await fill(transport, NUMBERS[:10], headers=(("h", b"x"),))
        await worker.start_connector("out", reading(sink(journal)))
        await worker.wait_until_idle(0.1)
        [letter] = await read_all(transport)
    assert (letter.key, letter.value, letter.timestamp) == (b"k3", b'{"was":3}', 1003)
    assert letter.headers[0] == ("h", b"x")
    assert told(letter)["offset"] == "3"


async def test_a_report_of_a_put_that_is_repeated_counts_once(journal: Journal) -> None:
    transport = EmbeddedTransport()
    hooks = reporting(3, wait=True)
    puts: list[int] = []

    async def put(task: Any, records: Sequence[Any]) -> None:
        await hooks["sink.put"](task, records)
        puts.append(len(records))
        if len(puts) < 3:
            raise RetriableError(after=0.001)

    journal.hooks["sink.put"] = put
    async with Worker(transport, QUICK) as worker:
        await fill(transport, NUMBERS[:10])
        await worker.start_connector("out", reading(sink(journal)))
        await worker.wait_until_idle(0.1)
        assert len(await read_all(transport)) == 1
        assert (counted(worker).delivered, counted(worker).dead_lettered) == (9, 1)


async def test_a_report_is_skipped_where_there_is_no_topic(journal: Journal) -> None:
    transport = EmbeddedTransport()
    journal.hooks.update(reporting(3, wait=True))
    async with Worker(transport, QUICK) as worker:
        await fill(transport, NUMBERS[:10])
        more = {"errors.deadletterqueue.topic.name": ""}
        await worker.start_connector("out", reading(sink(journal), **more))
        await worker.wait_until_idle(0.1)
        assert (counted(worker).delivered, counted(worker).skipped) == (9, 1)


@pytest.mark.parametrize("swallow", [False, True])
async def test_a_report_that_is_not_tolerated_fails_the_task(journal: Journal, swallow: bool) -> None:
    transport = EmbeddedTransport()
    hooks = reporting(3)

    async def put(task: Any, records: Sequence[Any]) -> None:
        try:
            await hooks["sink.put"](task, records)
        except DataError:
            if not swallow:
                raise

    journal.hooks["sink.put"] = put
    async with Worker(transport, QUICK) as worker:
        await fill(transport, NUMBERS[:10])
        more = {"errors.tolerance": "none", "errors.log.enable": "true"}
        await worker.start_connector("out", reading(isolating(journal), **more))
        await until(lambda: worker.status()["out"].state is State.FAILED)
        assert "offset 3: ValueError: odd" in (worker.status()["out"].error or "")
        assert await committed(transport) == {}


async def test_nobody_to_report_to_without_tolerance_and_log(journal: Journal) -> None:
    async def put(task: Any, _: Any) -> None:
        journal.events.append(f"reporter: {task.context.errant_record_reporter}")

    transport = EmbeddedTransport()
    journal.hooks["sink.put"] = put
    async with Worker(transport, QUICK) as worker:
        await fill(transport, [b"1"])
        await worker.start_connector("out", reading(sink(journal), **{"errors.tolerance": "none"}))
        await worker.wait_until_idle(0.1)
    assert "reporter: None" in journal.events


# -- sources -------------------------------------------------------------------------------------------------


def one(value: Any, **more: Any) -> SourceRecord:
    place = {"source_partition": {"p": 1}, "source_offset": {"n": 1}}
    return SourceRecord("t", value_schema=STRING_SCHEMA, value=value, **place, **more)


async def test_a_sources_record_is_dead_lettered_as_the_task_handed_it_out(journal: Journal) -> None:
    def refuse(record: Any) -> Any:
        if record.value == 3:
            raise DataError("odd")
        return record.with_value(None, -record.value)

    transport = BreakableTransport()
    config = {
        "connector.class": source(journal, total=10),
        "transforms": "x",
        "transforms.x.type": refuse,
        **LETTERS,
    }
    async with Worker(transport, QUICK) as worker:
        await worker.start_connector("in", config)
        await worker.wait_until_finished()
        [letter] = await read_all(transport)
        assert [record.value for record in await read_all(transport, "t")] == [
            b"%d" % -n for n in range(10) if n != 3
        ]
        assert (counted(worker, "in").delivered, counted(worker, "in").dead_lettered) == (9, 1)
        await worker.stop_connector("in")
        await worker.start_connector("in", config)
        await worker.wait_until_finished()
    assert "source.resume:10" in journal.events
    assert letter.value == b'{"schema":null,"payload":3}'
    assert letter.key == b'{"schema":null,"payload":0}'
    context = told(letter)
    assert orjson.loads(context["source.partition"] or "") == {"share": 0}
    assert orjson.loads(context["source.offset"] or "") == {"n": 4}
    assert (context["topic"], context["stage"], context["source.value"]) == ("t", "TRANSFORMATION", "json")


async def test_a_record_too_large_is_one_records_error(journal: Journal) -> None:
    async def poll(task: Any) -> Any:
        journal.hooks.pop("source.poll")
        task.position = 100
        headers = Headers([Header("h", "x")])
        return [one("a"), one("b" * 5_000, headers=headers), one("c")]

    transport = EmbeddedTransport()
    journal.hooks["source.poll"] = poll
    config = {
        "connector.class": source(journal),
        "producer.override.max.request.size": "4000",
        **LETTERS,
    }
    async with Worker(transport, QUICK) as worker:
        await worker.start_connector("in", config)
        await worker.wait_until_finished()
        [letter] = await read_all(transport)
        assert [record.value for record in await read_all(transport, "t")] == [b'"a"', b'"c"']
        assert (counted(worker, "in").delivered, counted(worker, "in").dead_lettered) == (2, 1)
    context = told(letter)
    assert (context["stage"], context["exception.class.name"]) == (
        "KAFKA_PRODUCE",
        "connectsdk.errors.RecordTooLargeError",
    )
    assert letter.value is None
    assert int(context["omitted.value.bytes"] or 0) > 5_000
    assert context["source.offset"] == '{"n":1}'


async def test_a_sources_offsets_wait_for_its_dead_letters(journal: Journal) -> None:
    def refuse(record: Any) -> Any:
        raise DataError

    transport = BreakableTransport("letters")
    config = {
        "connector.class": source(journal, total=10),
        "transforms": "x",
        "transforms.x.type": refuse,
        **LETTERS,
    }
    async with Worker(transport, QUICK) as worker:
        await worker.start_connector("in", config)
        await until(lambda: transport.failures >= 1)
        await worker.stop_connector("in")
        transport.broken.clear()
        await worker.start_connector("in", config)
        await worker.wait_until_finished()
        assert len(await read_all(transport)) == 10
    assert journal.events.count("source.resume:0") == 2


async def test_what_failed_is_still_known_after_a_restart_of_the_broker(
    journal: Journal, tmp_path: Path
) -> None:
    async with Worker(EmbeddedTransport(tmp_path), QUICK) as worker:
        await fill(worker._transport, [b"{"])  # type: ignore[attr-defined]
        await worker.start_connector("out", reading(sink(journal)))
        await worker.wait_until_idle(0.1)
    async with EmbeddedTransport(tmp_path) as transport:
        assert [letter.value for letter in await read_all(transport)] == [b"{"]
