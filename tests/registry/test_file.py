"""Does a file of schemas outlive its programs, and survive many of them?"""

import subprocess
import sys
from pathlib import Path

import anyio
import pytest

from connectsdk.errors import ConfigError, TransportError
from connectsdk.registry import SchemaDefinition, SchemaRegistry, open_registry
from tests.registry.scripted import configured

WRITER = """
import sys, anyio
from connectsdk.config import parse
from connectsdk.registry import SchemaDefinition, SchemaRegistryConfig, open_registry

async def main():
    registry = open_registry(parse(SchemaRegistryConfig, {"schema.registry.url": sys.argv[1]}))
    for number in range(int(sys.argv[3])):
        definition = SchemaDefinition('{"title":"%s-%d"}' % (sys.argv[2], number), "JSON")
        await registry.register("s", definition, normalize=False)

anyio.run(main)
"""


def opened(path: Path) -> SchemaRegistry:
    return open_registry(configured(f"file:{path}"))


async def test_what_was_registered_is_there_for_the_next_program(tmp_path: Path) -> None:
    definition = SchemaDefinition('"string"')
    first = await opened(tmp_path).register("t", definition, normalize=False)
    assert (await opened(tmp_path).by_id(first.id)).definition == definition
    names = {path.name for path in tmp_path.iterdir()}  # noqa: ASYNC240 - a small directory
    assert names == {"schemas.json", "schemas.json.lock"}


async def test_a_program_that_is_killed_leaves_no_more_than_one_file_behind(tmp_path: Path) -> None:
    url = f"file:{tmp_path / 'r.json'}"
    killed = "import os\nos.fsync = lambda _: os._exit(137)\n" + WRITER
    for name in ("a", "b", "c"):
        # with a file half written
        found = await anyio.run_process([sys.executable, "-c", killed, url, name, "1"], check=False)
        assert found.returncode == 137
    assert len(list(tmp_path.iterdir())) == 2  # noqa: ASYNC240 - a small directory
    registry = open_registry(configured(url))
    assert (await registry.register("s", SchemaDefinition('"int"'))).id == 1
    names = {path.name for path in tmp_path.iterdir()}  # noqa: ASYNC240 - a small directory
    assert names == {"r.json", "r.json.lock"}


async def test_two_programs_lose_nothing_of_each_other(tmp_path: Path) -> None:
    url = f"file://{tmp_path / 'r.json'}"
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, url, name, "25"])  # noqa: ASYNC220 - nothing else runs here
        for name in ("a", "b")
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    registry = open_registry(configured(url))
    found = [await registry.version("s", number) for number in range(1, 51)]
    assert [one.id for one in found] == list(range(1, 51))
    expected = {f'{{"title":"{name}-{number}"}}' for name in "ab" for number in range(25)}
    assert {one.definition.text for one in found} == expected


async def test_many_in_one_program_lose_nothing_of_each_other(tmp_path: Path) -> None:
    async with anyio.create_task_group() as group:
        for number in range(20):
            definition = SchemaDefinition(f'{{"title":"{number}"}}', "JSON")
            group.start_soon(lambda it=definition: opened(tmp_path).register("s", it, normalize=False))
    assert (await opened(tmp_path).version("s")).version == 20


async def test_registering_what_is_there_leaves_the_file_alone(tmp_path: Path) -> None:
    definition = SchemaDefinition('"string"')
    await opened(tmp_path).register("t", definition, normalize=False)
    before = (tmp_path / "schemas.json").stat().st_mtime_ns
    await opened(tmp_path).register("t", definition, normalize=False)
    assert (tmp_path / "schemas.json").stat().st_mtime_ns == before


BAD_FILES = [
    "",
    "{}",
    "[]",
    "null",
    '{"format":2}',
    '{"format":1,"schemas":[{}],"subjects":{}}',
    "[" * 100_000,
]


@pytest.mark.parametrize("text", BAD_FILES, ids=range(len(BAD_FILES)))
async def test_a_file_that_is_something_else(tmp_path: Path, text: str) -> None:
    path = tmp_path / "r.json"
    path.write_text(text)
    with pytest.raises(ConfigError, match=r"r\.json cannot be used"):
        await opened(path).by_id(1)
    with pytest.raises(ConfigError, match=r"r\.json cannot be used"):
        await opened(path).register("t", SchemaDefinition('"string"'), normalize=False)
    assert path.read_text() == text


async def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TransportError, match="Cannot use the schema registry's file"):
        await opened(tmp_path / "file" / "r.json").register("t", SchemaDefinition('""'), normalize=False)
