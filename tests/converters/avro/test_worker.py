"""Do connectors write and read Avro through a worker?"""

from pathlib import Path
from uuid import uuid4

import anyio
import pytest

from connectsdk import EmbeddedTransport, Worker
from connectsdk.config import parse
from connectsdk.converters.avro import AvroConverterConfig
from connectsdk.registry import MemoryRegistry, open_registry

DEADLINE = 30


@pytest.fixture
def registry() -> str:
    return f"mock://{uuid4().hex}"


async def test_through_a_worker(tmp_path: Path, registry: str) -> None:
    lines = [f"line {number}" for number in range(500)]
    (tmp_path / "in").write_text("".join(f"{line}\n" for line in lines))
    converter = {
        "value.converter": "io.confluent.connect.avro.AvroConverter",
        "value.converter.schema.registry.url": registry,
    }
    hoist = {
        "transforms": "hoist",
        "transforms.hoist.type": "HoistField$Value",
        "transforms.hoist.field": "line",
    }
    with anyio.fail_after(DEADLINE):
        async with Worker(EmbeddedTransport()) as worker:
            source = {"connector.class": "FileStreamSource", "file": str(tmp_path / "in"), "topic": "lines"}
            await worker.start_connector("in", source | hoist | converter)
            sink = {"connector.class": "FileStreamSink", "file": str(tmp_path / "out"), "topics": "lines"}
            await worker.start_connector("out", sink | converter)
            await worker.wait_until_idle(0.2)
    assert (tmp_path / "out").read_text().splitlines() == [f"Struct{{line={line}}}" for line in lines]
    found = await open_registry(parse(AvroConverterConfig, {"schema.registry.url": registry})).version(
        "lines-value"
    )
    assert (found.id, found.version) == (1, 1)
    MemoryRegistry.drop(registry.removeprefix("mock://"))


async def test_a_record_that_is_no_avro_is_skipped_where_that_is_tolerated(
    tmp_path: Path, registry: str
) -> None:
    (tmp_path / "in").write_text("text\n")
    with anyio.fail_after(DEADLINE):
        async with Worker(EmbeddedTransport()) as worker:
            source = {"connector.class": "FileStreamSource", "file": str(tmp_path / "in"), "topic": "lines"}
            await worker.start_connector("in", source | {"value.converter": "StringConverter"})
            sink = {
                "connector.class": "FileStreamSink",
                "file": str(tmp_path / "out"),
                "topics": "lines",
                "value.converter": "AvroConverter",
                "value.converter.schema.registry.url": registry,
                "errors.tolerance": "all",
            }
            await worker.start_connector("out", sink)
            await worker.wait_until_idle(0.2)
            assert worker.status()["out"].tasks[0].counters.skipped == 1
