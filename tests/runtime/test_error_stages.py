"""What becomes of a record that fails: every stage, tolerance, dead letter topic and log, for sinks and sources.

Kafka Connect's semantics, and beyond them: what is tolerated is dead-lettered for sources, too, and a refused `put` and
`KAFKA_PRODUCE` are a record's errors where the task or the topic says which record it was.
"""

import logging
from collections.abc import Sequence
from typing import Any

import pytest

from connectsdk import SourceRecord
from connectsdk.converters.string import StringConverter
from connectsdk.errors import DataError
from connectsdk.record import Header, Headers, ProducerRecord, SinkRecord
from connectsdk.runtime import State, Worker
from connectsdk.transports.embedded import EmbeddedTransport
from tests.runtime.conftest import QUICK
from tests.runtime.letters import LETTERS, read_all, told
from tests.runtime.scripted import Journal, sink, source, until

SINK = ("TRANSFORMATION", "KEY_CONVERTER", "VALUE_CONVERTER", "HEADER_CONVERTER", "TASK_PUT")
SOURCE = ("TRANSFORMATION", "KEY_CONVERTER", "VALUE_CONVERTER", "HEADER_CONVERTER", "KAFKA_PRODUCE")
STAGES = [*(("sink", stage) for stage in SINK), *(("source", stage) for stage in SOURCE)]
JAVAS_HEADERS: dict[str, set[str]] = {"sink": {"topic", "partition", "offset"}, "source": {"topic"}}
ALWAYS = {
    "connector.name", "task.id", "stage", "class.name", "exception.class.name", "exception.message", "exception.stacktrace",
}  # fmt: skip


class Refusing(StringConverter):
    """Refuses what is bad, whatever it converts."""

    def from_connect_data(self, topic: str, headers: Any, schema: Any, value: Any) -> Any:
        return super().from_connect_data(topic, headers, schema, good(value))

    def to_connect_data(self, topic: str, headers: Any, data: Any) -> Any:
        good(data and data.decode())
        return super().to_connect_data(topic, headers, data)

    def from_connect_header(self, topic: str, key: str, schema: Any, value: Any) -> Any:
        return super().from_connect_header(topic, key, schema, good(value))

    def to_connect_header(self, topic: str, key: str, data: Any) -> Any:
        good(data and data.decode())
        return super().to_connect_header(topic, key, data)


def good(value: Any) -> Any:
    if value == "bad":
        raise ValueError("it is bad")
    return value


def transform(record: Any) -> Any:
    good(record.value)
    return record


def config(kind: str, stage: str, journal: Journal) -> dict[str, Any]:
    """Return a connector whose second record of three fails at a stage."""
    keys = {f"{part.lower()}.converter": "StringConverter" for part in ("KEY", "VALUE", "HEADER")}
    if stage.endswith("_CONVERTER"):
        keys[stage.lower().replace("_", ".")] = Refusing
    if stage == "TRANSFORMATION":
        keys |= {"transforms": "x", "transforms.x.type": transform}
    if kind == "sink":
        return {"connector.class": refusing_sink(journal, stage), "topics": "t", **keys}
    return {
        "connector.class": three_records(journal, stage),
        "producer.override.max.request.size": "2000",
        **keys,
    }


def refusing_sink(journal: Journal, stage: str) -> type:
    connector: Any = sink(journal)
    connector.task_class.supports_isolation = True

    async def put(_: Any, records: Sequence[SinkRecord]) -> None:
        if stage == "TASK_PUT" and any(record.value == "bad" for record in records):
            raise DataError("it is bad")

    journal.hooks["sink.put"] = put
    return connector


def three_records(journal: Journal, stage: str) -> type:
    async def poll(task: Any) -> Any:
        if task.position:
            return None
        task.position = 3
        large = "x" * 3_000 if stage == "KAFKA_PRODUCE" else "bad"
        return [
            SourceRecord(
                "u",
                key=value if stage == "KEY_CONVERTER" else "k",
                value=value,
                headers=Headers([Header("h", value if stage == "HEADER_CONVERTER" else "v")]),
                source_partition={"p": 0},
                source_offset={"n": n},
            )
            for n, value in enumerate(("1", large, "2"))
        ]

    journal.hooks["source.poll"] = poll
    return source(journal, total=3, end=True)


async def prepared(transport: EmbeddedTransport, stage: str) -> None:
    """Write three records, the second one bad."""
    bad = ProducerRecord(
        "t",
        0,
        b"bad" if stage == "KEY_CONVERTER" else b"k",
        b"bad",
        None,
        (("h", b"bad" if stage == "HEADER_CONVERTER" else b"v"),),
    )
    producer = await transport.producer()
    try:
        records = [bad._replace(key=b"k", value=value, headers=()) for value in (b"1", b"2")]
        await (await producer.send([records[0], bad, records[1]])).wait()
    finally:
        await producer.close()


@pytest.mark.parametrize("logged", [False, True], ids=["unlogged", "logged"])
@pytest.mark.parametrize("outcome", ["none", "none with a topic", "skipped", "dead-lettered"])
@pytest.mark.parametrize(("kind", "stage"), STAGES)
async def test_a_failure_at_a_stage(
    kind: str, stage: str, outcome: str, logged: bool, journal: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    transport, failed = EmbeddedTransport(), outcome.startswith("none")
    keys = LETTERS if outcome in {"dead-lettered", "none with a topic"} else {}
    keys = keys | {"errors.tolerance": "none" if outcome.startswith("none") else "all"}
    keys |= {"errors.log.enable": str(logged).lower()}
    caplog.set_level(logging.INFO, "connectsdk")
    async with Worker(transport, QUICK | {"errors.restart.max": "0"}) as worker:
        await prepared(transport, stage)
        await worker.start_connector("c", {**config(kind, stage, journal), **keys})
        task = lambda: worker.status()["c"].tasks[0]  # noqa: E731 - asked again and again
        await until(lambda: task().state is State.FAILED if failed else task().counters.delivered == 2)
        status = task()
        counters = status.counters
        arrived = (
            journal.values if kind == "sink" else [r.value.decode() for r in await existing(transport, "u")]
        )
        letters = await existing(transport, "letters")
    assert (status.state is State.FAILED) is failed
    assert arrived == (["1", "2"] if not failed or stage == "KAFKA_PRODUCE" else ["1"])
    assert (counters.failed, counters.skipped, counters.dead_lettered) == (
        int(failed), int(outcome == "skipped"), int(outcome == "dead-lettered"),
    )  # fmt: skip
    assert [one.value for one in counters.stages] == [stage]
    assert len(letters) == int(outcome == "dead-lettered")
    for letter in letters:
        context = told(letter)
        assert context["stage"] == stage
        left_out = {"exception.stacktrace"} if stage == "KAFKA_PRODUCE" else set()  # it is too large itself
        assert context.keys() >= (ALWAYS | JAVAS_HEADERS[kind]) - left_out
    lines = [record for record in caplog.records if "Error encountered in" in record.getMessage()]
    assert bool(lines) is (logged and stage != "KAFKA_PRODUCE")
    assert all(f"Executing stage '{stage}'" in line.getMessage() for line in lines)


async def existing(transport: EmbeddedTransport, topic: str) -> Any:
    return await read_all(transport, topic) if topic in await transport.admin.describe_topics() else ()
