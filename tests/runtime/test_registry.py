"""Records with schemas from a registry, from a source to a sink."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

from connectsdk.errors import ConnectError
from connectsdk.record import SourceRecord
from connectsdk.runtime import Worker
from connectsdk.schema import SchemaBuilder
from tests.registry.scripted import Reply, reply
from tests.runtime.scripted import Journal, sink, source, until

USER = SchemaBuilder.struct().name("User").field("id", SchemaBuilder.int32()).build()
WIDER = (
    SchemaBuilder.struct()
    .name("User")
    .field("id", SchemaBuilder.int32())
    .field("name", SchemaBuilder.string().optional())
    .build()
)


def registered(url: str, **more: str) -> dict[str, str]:
    return {
        "value.converter": "io.confluent.connect.json.JsonSchemaConverter",
        "value.converter.schema.registry.url": url,
        **more,
    }


def producing(journal: Journal, total: int = 100) -> type:
    """Return a source of structs: every third has another schema."""
    connector = source(journal, total=total, batch=total)
    plain = connector.task_class.record

    def record(self: Any, n: int) -> SourceRecord:
        made = plain(self, n)
        if n % 3:
            return attrs.evolve(made, value={"id": n}, value_schema=USER)
        return attrs.evolve(made, value={"id": n, "name": str(n)}, value_schema=WIDER)

    connector.task_class.record = record
    return connector


@pytest.mark.timeout(300)
@pytest.mark.xdist_group("srfake")
@pytest.mark.parametrize("kind", ["mock", "file", "srfake"])
async def test_records_and_their_schemas_arrive(
    worker: Worker, journal: Journal, kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = {"mock": f"mock://{tmp_path}", "file": f"file:{tmp_path}"}.get(kind)
    config = registered(url or request.getfixturevalue("srfake_url")())
    schemas: list[Any] = []

    async def note(_: object, records: Any) -> None:
        schemas.extend(record.value_schema for record in records)

    journal.hooks["sink.put"] = note
    await worker.start_connector("in", {"connector.class": producing(journal), **config})
    await worker.wait_until_finished()
    await worker.start_connector("out", {"connector.class": sink(journal), "topics": "t", **config})
    await until(lambda: len(journal.values) == 100)
    assert journal.values == [{"id": n} if n % 3 else {"id": n, "name": str(n)} for n in range(100)]
    assert schemas == [USER if n % 3 else WIDER for n in range(100)]
    assert {id(schema) for schema in schemas} == {
        id(schemas[0]),
        id(schemas[1]),
    }  # shared, not made per record


async def test_a_registry_is_asked_once_for_each_schema(
    worker: Worker, journal: Journal, server: Callable[..., Any]
) -> None:
    texts: dict[str, int] = {}
    one = server(lambda _: reply(200, {"id": texts.setdefault(str(one.asked[-1].body), len(texts) + 1)}))
    config = {"connector.class": producing(journal, 1_000), **registered(one.url)}
    await worker.start_connector("in", config)
    await worker.wait_until_finished()
    assert [asked.path for asked in one.asked] == ["/subjects/t-value/versions"] * 2
    assert worker.status()["in"].tasks[0].counters.delivered == 1_000


async def test_a_registry_that_is_down_for_a_moment_costs_no_record(
    worker: Worker, journal: Journal, server: Callable[..., Any]
) -> None:
    one = server(Reply(503, b"", ""), Reply(500, b"", ""), reply(200, {"id": 1}))
    config = registered(
        one.url,
        **{
            "value.converter.max.retries": "0",
            "errors.tolerance": "all",
            "errors.retry.timeout": "60000",
            "errors.retry.delay.max.ms": "10",
        },
    )
    await worker.start_connector("in", {"connector.class": producing(journal), **config})
    await worker.wait_until_finished()
    counters = worker.status()["in"].tasks[0].counters
    assert (counters.delivered, counters.skipped, counters.retried) == (100, 0, 2)


async def test_an_incompatible_schema_fails_its_records_with_the_registrys_words(
    worker: Worker, journal: Journal, server: Callable[..., Any]
) -> None:
    refused = reply(409, {"error_code": 409, "message": "Schema being registered is incompatible: age"})
    one = server(lambda _: refused if "name" in one.asked[-1].body["schema"] else reply(200, {"id": 1}))
    config = {"connector.class": producing(journal), **registered(one.url)}
    await worker.start_connector("in", config)
    with pytest.raises(ConnectError, match=r"does not accept the schema \(error 409\): Schema being.*: age"):
        await worker.wait_until_finished()
    assert len(one.asked) == 1


async def test_records_that_no_registry_wrote_are_skipped_when_that_is_tolerated(
    worker: Worker, journal: Journal, tmp_path: Path
) -> None:
    await worker.start_connector("in", {"connector.class": source(journal, total=50, batch=50)})
    await worker.wait_until_finished()
    config = {"connector.class": sink(journal), "topics": "t", "errors.tolerance": "all"}
    await worker.start_connector("out", {**config, **registered(f"mock://{tmp_path}")})
    await until(lambda: worker.status()["out"].tasks[0].counters.skipped == 50)
    assert journal.values == []


async def test_keys_of_a_converter_that_it_does_not_know_are_warned_of(
    worker: Worker, journal: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    config = registered("mock://keys", **{"value.converter.schema.registry.urls": "x"})
    await worker.start_connector("out", {"connector.class": sink(journal), "topics": "t", **config})
    warning = (
        "connector out: the property value.converter.schema.registry.urls has no effect; "
        "did you mean value.converter.schema.registry.url?"
    )
    assert [record.message for record in caplog.records if "has no effect" in record.message] == [warning]
