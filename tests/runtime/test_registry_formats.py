"""JSON Schema and Protobuf through a worker, with a registry over HTTP: what arrives, what is a dead letter, and why."""

import json
import time
from collections.abc import Callable, Sequence
from typing import Any

import anyio
import attrs
import httpx
import pytest

from connectsdk.record import SourceRecord
from connectsdk.registry import MemoryRegistry
from connectsdk.runtime import Worker
from connectsdk.schema import INT32_SCHEMA, Schema, SchemaBuilder
from connectsdk.transports.embedded import EmbeddedTransport
from tests.registry.scripted import reply
from tests.runtime.conftest import QUICK
from tests.runtime.letters import LETTERS, fill, read_all, told
from tests.runtime.scripted import Journal, sink, source, until

JSON = "io.confluent.connect.json.JsonSchemaConverter"
PROTOBUF = "io.confluent.connect.protobuf.ProtobufConverter"
FORMATS = pytest.mark.parametrize("converter", [JSON, PROTOBUF])
ISOLATION = pytest.mark.parametrize("isolation", ["loop", "thread"])
USER = SchemaBuilder.struct().name("User").field("id", INT32_SCHEMA).build()
NAMED = (
    SchemaBuilder.struct()
    .name("User")
    .field("id", INT32_SCHEMA)
    .field("name", SchemaBuilder.string().optional())
    .build()
)
KEY = SchemaBuilder.struct().name("Key").field("n", INT32_SCHEMA).build()
TOTAL = 300


def converting(converter: str, url: str, **more: str) -> dict[str, str]:
    """Return the properties of a connector whose keys and values are of this format."""
    found = {}
    for part in ("key", "value"):
        found[f"{part}.converter"] = converter
        found[f"{part}.converter.schema.registry.url"] = url
        if converter == PROTOBUF:
            found[f"{part}.converter.optional.for.nullables"] = "true"
        else:
            found[f"{part}.converter.json.fail.invalid.schema"] = "true"
    return found | more


def writing(journal: Journal, value: Callable[[int], tuple[Schema | None, Any]], total: int = TOTAL) -> type:
    """Return a source of records with these values."""
    connector = source(journal, total=total, batch=25)
    plain = connector.task_class.record

    def record(self: Any, n: int) -> SourceRecord:
        schema, made = value(n)
        return attrs.evolve(plain(self, n), key={"n": n}, key_schema=KEY, value=made, value_schema=schema)

    connector.task_class.record = record
    return connector


def user(n: int) -> tuple[Schema | None, Any]:
    """Return a record of a stream whose schema grows a field in its midst; one late record is still of the old one."""
    if n < TOTAL // 2 or n == TOTAL - 1:
        return USER, {"id": n}
    return NAMED, {"id": n, "name": None if n % 2 else f"user {n}"}


async def run(worker: Worker, name: str, config: dict[str, Any]) -> None:
    with anyio.fail_after(60):
        await worker.start_connector(name, config)
        await worker.wait_until_idle(0.2)


def noted(journal: Journal) -> list[Any]:
    """Return a list that gets all records of a sink."""
    found: list[Any] = []

    async def note(_: object, records: Sequence[Any]) -> None:
        found.extend(records)

    journal.hooks["sink.put"] = note
    return found


@pytest.mark.timeout(300)
@pytest.mark.xdist_group("srfake")
@FORMATS
@ISOLATION
async def test_records_arrive_while_their_schema_grows(
    journal: Journal, converter: str, isolation: str, srfake_url: Callable[[], str]
) -> None:
    url = srfake_url()
    config = converting(converter, url)
    async with Worker(EmbeddedTransport(), QUICK | {"task.isolation": isolation}) as worker:
        records = noted(journal)
        await run(worker, "in", {"connector.class": writing(journal, user), **config})
        await run(worker, "out", {"connector.class": sink(journal), "topics": "t", **config})
        await until(lambda: len(records) == TOTAL)
        assert worker.status()["in"].tasks[0].counters.delivered == TOTAL
    assert [record.value for record in records] == [user(n)[1] for n in range(TOTAL)]
    assert [record.key for record in records] == [{"n": n} for n in range(TOTAL)]
    # A schema for each version, shared by its records.
    assert [
        [field.name for field in records[at].value_schema.fields] for at in (0, TOTAL - 2, TOTAL - 1)
    ] == [
        ["id"],
        ["id", "name"],
        ["id"],
    ]
    assert len({id(record.value_schema) for record in records}) == 2
    async with httpx.AsyncClient(base_url=url) as client:
        assert sorted((await client.get("/subjects")).json()) == ["t-key", "t-value"]
        assert (await client.get("/subjects/t-value/versions")).json() == [1, 2]
        kind = (await client.get("/subjects/t-value/versions/2")).json()["schemaType"]
    assert kind == ("JSON" if converter == JSON else "PROTOBUF")


@pytest.mark.timeout(300)
@pytest.mark.xdist_group("srfake")
@FORMATS
async def test_poison_is_dead_lettered_with_its_reason_and_the_rest_arrives(
    journal: Journal, converter: str, srfake_url: Callable[[], str]
) -> None:
    config = converting(converter, srfake_url())
    transport = EmbeddedTransport()
    async with Worker(transport, QUICK) as worker:
        records = noted(journal)
        await run(
            worker, "in", {"connector.class": writing(journal, lambda n: (USER, {"id": n}), 1), **config}
        )
        [good] = await read_all(transport, "t")
        assert good.value is not None
        unknown = b"\0\0\0\x27\x0f" + good.value[5:]
        poison = [
            b"", b"\0", b"plain text", b"\1" + good.value[1:], unknown, good.value[:5] + b"\xff\xff{", good.value[:5] + b'\x07"a"',
        ]  # fmt: skip
        await fill(transport, [*poison[:4], good.value, None, *poison[4:], good.value])
        reading = {
            "connector.class": sink(journal),
            "topics": "t",
            **config,
            "key.converter": "StringConverter",
        }
        reading.pop("key.converter.schema.registry.url")
        await run(worker, "out", {**reading, **LETTERS})
        await until(lambda: len(records) == 4)
        [task] = worker.status()["out"].tasks
        assert task.counters.conserved
        letters = await read_all(transport)
    assert [record.value for record in records] == [{"id": 0}, {"id": 0}, None, {"id": 0}]
    assert [letter.value for letter in letters] == poison
    reasons = [str(told(letter)["exception.message"]) for letter in letters]
    assert "fewer than the 5 of a schema registry's header" in reasons[0]
    assert "(schema id 9999): is it the registry that the data was written with?" in reasons[4]
    assert not any("plain text" in reason for reason in reasons)


@FORMATS
async def test_an_id_that_the_registry_does_not_know_is_asked_for_once(
    journal: Journal, converter: str, server: Callable[..., Any]
) -> None:
    one = server(lambda _: reply(404, {"error_code": 40403, "message": "Schema 7 not found"}))
    transport = EmbeddedTransport()
    async with Worker(transport, QUICK) as worker:
        await fill(transport, [b"\0\0\0\0\7\0\10\1"] * 500)
        config = converting(converter, one.url) | {"key.converter": "StringConverter"}
        config = {key: value for key, value in config.items() if not key.startswith("key.converter.")}
        await run(worker, "out", {"connector.class": sink(journal), "topics": "t", **config, **LETTERS})
        await until(lambda: worker.status()["out"].tasks[0].counters.dead_lettered == 500)
    assert [asked.path.partition("?")[0] for asked in one.asked] == ["/schemas/ids/7"]
    assert journal.values == []


@FORMATS
async def test_what_a_source_cannot_write_is_its_own_dead_letter(journal: Journal, converter: str) -> None:
    def value(n: int) -> tuple[Schema | None, Any]:
        if n == 3:
            return USER, {"id": "no number"}
        return (None, "no schema") if n == 5 else (USER, {"id": n})

    transport = EmbeddedTransport()
    config = converting(converter, "mock://formats-of-a-source")
    async with Worker(transport, QUICK) as worker:
        await run(worker, "in", {"connector.class": writing(journal, value, 8), **config, **LETTERS})
        counters = worker.status()["in"].tasks[0].counters
        assert (counters.delivered, counters.dead_lettered) == (6, 2)
        letters = await read_all(transport)
    reasons = [str(told(letter)["exception.message"]) for letter in letters]
    assert "no number" not in reasons[0]
    assert "let the source give it a schema" in reasons[1]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("pattern", [r"^(a+)+$", r"^(.*a){25}$"])
async def test_a_pattern_that_backtracks_does_not_hold_the_worker(
    journal: Journal, pattern: str, server: Callable[..., Any]
) -> None:
    text = json.dumps({"type": "object", "properties": {"a": {"type": "string", "pattern": pattern}}})
    one = server(lambda _: reply(200, {"schema": text, "schemaType": "JSON"}))
    transport = EmbeddedTransport()
    poison = b'\0\0\0\0\1{"a": "%s!"}' % (b"a" * 200)
    async with Worker(transport, QUICK) as worker:
        await fill(transport, [poison, b'\0\0\0\0\1{"a": "%s"}' % (b"a" * 40)])
        config = {
            "connector.class": sink(journal),
            "topics": "t",
            "key.converter": "StringConverter",
            "value.converter": JSON,
            "value.converter.schema.registry.url": one.url,
            "value.converter.json.fail.invalid.schema": "true",
            **LETTERS,
        }
        start = time.process_time()
        await run(worker, "out", config)
        assert time.process_time() - start < 10
        letters = await read_all(transport)
    assert letters[0].value == poison
    assert len(letters) + len(journal.values) == 2


@FORMATS
async def test_a_registry_that_is_away_for_a_moment_costs_no_record(
    journal: Journal, converter: str, server: Callable[..., Any]
) -> None:
    away = [reply(503, {}), reply(500, {})]
    one = server(lambda _: away.pop() if away else reply(200, {"id": 1}))
    more = {
        "value.converter.max.retries": "0",
        "key.converter.max.retries": "0",
        "errors.tolerance": "all",
        "errors.retry.timeout": "60000",
        "errors.retry.delay.max.ms": "10",
    }
    async with Worker(EmbeddedTransport(), QUICK) as worker:
        config = {"connector.class": writing(journal, lambda n: (USER, {"id": n}), 50)}
        await run(worker, "in", config | converting(converter, one.url, **more))
        counters = worker.status()["in"].tasks[0].counters
    assert (counters.delivered, counters.skipped, counters.retried) == (50, 0, 2)


@FORMATS
async def test_an_evolving_contract_writes_one_schema_that_grows(journal: Journal, converter: str) -> None:
    def value(n: int) -> tuple[Schema | None, Any]:
        return (NAMED, {"id": n, "name": f"user {n}"}) if n % 2 else (USER, {"id": n})

    registry = f"evolving-{converter.rpartition('.')[2]}"
    config = converting(converter, f"mock://{registry}")
    drift = {"transforms": "shape", "transforms.shape.type": "SchemaDrift", "transforms.shape.mode": "evolve"}
    async with Worker(EmbeddedTransport(), QUICK) as worker:
        records = noted(journal)
        await run(worker, "in", {"connector.class": writing(journal, value, 50), **config, **drift})
        await run(worker, "out", {"connector.class": sink(journal), "topics": "t", **config})
        await until(lambda: len(records) == 50)
    names = [[field.name for field in record.value_schema.fields] for record in records]
    assert names == [["id"], *[["id", "name"]] * 49]
    assert [record.value.get("name") for record in records[1:4]] == ["user 1", None, "user 3"]
    latest = await MemoryRegistry.named(registry).version("t-value")
    assert latest.version == 2
    MemoryRegistry.drop(registry)
