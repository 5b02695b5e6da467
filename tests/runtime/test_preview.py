"""Does a preview ask what a running connector asks, and change nothing that it does not own?"""

from pathlib import Path
from typing import Any

import attrs
import pytest

from connectsdk.record import SourceRecord
from connectsdk.runtime import Worker
from connectsdk.runtime.preview import Plan, Preview, preview
from connectsdk.schema import SchemaBuilder
from tests.runtime.scripted import Journal, sink, source

USER = SchemaBuilder.struct().name("User").field("id", SchemaBuilder.int32()).build()
CONVERTERS = {
    "avro": "io.confluent.connect.avro.AvroConverter",
    "json-schema": "io.confluent.connect.json.JsonSchemaConverter",
    "protobuf": "io.confluent.connect.protobuf.ProtobufConverter",
}


def users(journal: Journal) -> type:
    """Return a source of three structs."""
    connector = source(journal, total=3, batch=3)
    plain = connector.task_class.record

    def record(self: Any, n: int) -> SourceRecord:
        return attrs.evolve(plain(self, n), value={"id": n}, value_schema=USER)

    connector.task_class.record = record
    return connector


@pytest.fixture
def configured(tmp_path: Path, request: pytest.FixtureRequest) -> dict[str, str]:
    return {
        "value.converter": CONVERTERS[request.param],
        "value.converter.schema.registry.url": f"file:{tmp_path}",
    }


def _inside(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def outcomes(found: Preview) -> list[str]:
    return [each.outcome for each in found.records]


@pytest.mark.parametrize("configured", CONVERTERS, indirect=True)
async def test_schemas_are_looked_up_and_not_registered(
    worker: Worker, journal: Journal, tmp_path: Path, configured: dict[str, str]
) -> None:
    config = {"connector.class": users(journal), **configured}
    found = await preview(worker, "users", config, Plan())
    assert outcomes(found) == ["unknown"] * 3
    assert "the running connector would register it" in (found.records[0].steps[-1].error or "")
    assert _inside(tmp_path) == [], "nothing was registered"
    found = await preview(worker, "users", config, Plan(registers=True))
    assert outcomes(found) == ["written"] * 3
    assert _inside(tmp_path) != []
    found = await preview(worker, "users", config, Plan())
    assert outcomes(found) == ["written"] * 3, "it is registered by now"
    await worker.start_connector("users", config)
    await worker.wait_until_finished()
    reader = await worker.transport.reader("t")
    written = [record.value for record in await reader.read_to_end()]
    await reader.close()
    assert [each.out.value for each in found.records if each.out] == written
    into = {"connector.class": sink(journal), "topics": "t", **configured}
    found = await preview(worker, "copy", into, Plan())
    assert outcomes(found) == ["put"] * 3
    assert [each.steps[-1].record.value["id"] for each in found.records] == [0, 1, 2]


@pytest.mark.parametrize("configured", ["avro"], indirect=True)
async def test_a_schema_that_must_be_registered_already_fails_as_it_would(
    worker: Worker, journal: Journal, configured: dict[str, str]
) -> None:
    config = {
        "connector.class": users(journal),
        **configured,
        "value.converter.auto.register.schemas": "false",
    }
    found = await preview(worker, "users", config, Plan())
    assert outcomes(found) == ["failed"] * 3
    assert "register the schema" in (found.records[0].steps[-1].error or "")


async def test_a_registry_that_does_not_answer_fails_the_record_inside_the_deadline(
    worker: Worker, journal: Journal
) -> None:
    config = {
        "connector.class": users(journal),
        "value.converter": CONVERTERS["avro"],
        "value.converter.schema.registry.url": "http://127.0.0.1:9",
    }
    found = await preview(worker, "users", config, Plan(deadline=2, records=1))
    assert outcomes(found) == ["failed"]
    assert found.records[0].steps[-1].name == "value.converter"
