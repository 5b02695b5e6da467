"""Every registry answers alike: in memory, in a file, and one over HTTP that others wrote."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectsdk.errors import DataError, SchemaError
from connectsdk.registry import (
    RejectedSchemaError,
    SchemaDefinition,
    SchemaReference,
    SchemaRegistry,
    UnknownSchemaError,
    open_registry,
)
from tests.registry.scripted import configured

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("srfake")]


@pytest.fixture(params=["mock", "file", "srfake"])
def registry(request: pytest.FixtureRequest, tmp_path: Path) -> SchemaRegistry:
    if request.param == "srfake":
        url = request.getfixturevalue("srfake_url")()
    else:
        url = {"mock": f"mock://{tmp_path}", "file": f"file:{tmp_path}/some/registry.json"}[request.param]
    return open_registry(configured(url))


TEXT = '{"type":"record","name":"User","fields":[{"name":"id","type":"string"}]}'
WIDER = (
    '{"type":"record","name":"User","fields":[{"name":"id","type":"string"},'
    '{"name":"age","type":"int","default":0}]}'
)
USER = SchemaDefinition(TEXT)
OLDER = SchemaDefinition(WIDER)


async def test_a_registered_schema_is_found_by_its_id(registry: SchemaRegistry) -> None:
    first = await registry.register("t-value", USER, normalize=False)
    found = await registry.by_id(first.id)
    assert (found.id, found.definition) == (first.id, USER)


async def test_registering_again_changes_nothing(registry: SchemaRegistry) -> None:
    first = await registry.register("t-value", USER, normalize=False)
    again = await registry.register("t-value", USER, normalize=False)
    assert first.id == again.id
    assert (await registry.version("t-value")).version == 1


async def test_one_schema_has_one_id_under_all_subjects(registry: SchemaRegistry) -> None:
    first = await registry.register("a-value", USER, normalize=False)
    second = await registry.register("b-value", USER, normalize=False)
    assert first.id == second.id


async def test_versions_count_from_one_and_the_newest_is_the_latest(registry: SchemaRegistry) -> None:
    one = await registry.register("t-value", USER, normalize=False)
    two = await registry.register("t-value", OLDER, normalize=False)
    assert one.id != two.id
    latest = await registry.version("t-value")
    assert (latest.subject, latest.version, latest.id, latest.definition) == ("t-value", 2, two.id, OLDER)
    first = await registry.version("t-value", 1)
    assert (first.version, first.id, first.definition) == (1, one.id, USER)


async def test_a_definition_is_found_in_its_subject(registry: SchemaRegistry) -> None:
    one = await registry.register("t-value", USER, normalize=False)
    await registry.register("t-value", OLDER, normalize=False)
    found = await registry.find("t-value", USER, normalize=False)
    assert (found.id, found.version) == (one.id, 1)


UNKNOWN: dict[str, Callable[[SchemaRegistry], Any]] = {
    "id": lambda registry: registry.by_id(999),
    "largest id": lambda registry: registry.by_id(2**31 - 1),
    "subject": lambda registry: registry.version("other"),
    "version": lambda registry: registry.version("t-value", 9),
    "definition": lambda registry: registry.find("t-value", OLDER, normalize=False),
    "subject of a definition": lambda registry: registry.find("other", USER, normalize=False),
}


@pytest.mark.parametrize("name", UNKNOWN)
async def test_what_is_not_there_is_unknown(registry: SchemaRegistry, name: str) -> None:
    await registry.register("t-value", USER, normalize=False)
    with pytest.raises(UnknownSchemaError, match=r"\w"):
        await UNKNOWN[name](registry)


async def test_references_come_back(registry: SchemaRegistry) -> None:
    address = SchemaDefinition('{"type":"object","title":"Address"}', "JSON")
    await registry.register("address", address, normalize=False)
    person = SchemaDefinition(
        '{"type":"object","properties":{"home":{"$ref":"address.json"}}}',
        "JSON",
        (SchemaReference("address.json", "address", 1),),
    )
    first = await registry.register("t-value", person, normalize=False)
    assert (await registry.by_id(first.id)).definition == person
    assert (await registry.version("t-value")).definition == person


async def test_a_reference_to_nothing_is_rejected(registry: SchemaRegistry) -> None:
    broken = SchemaDefinition('{"$ref":"x"}', "JSON", (SchemaReference("x", "nothing", 1),))
    with pytest.raises(RejectedSchemaError, match=r"x|nothing"):
        await registry.register("t-value", broken, normalize=False)


@pytest.mark.parametrize("subject", ["a/b", "ä ö", "a?b=c#d", "%2e", "x" * 200, "org.x.Some$Inner"])
async def test_subjects_may_have_any_characters(registry: SchemaRegistry, subject: str) -> None:
    first = await registry.register(subject, USER, normalize=False)
    assert (await registry.version(subject)).id == first.id
    with pytest.raises(UnknownSchemaError):
        await registry.version(subject[:1])


async def test_the_kind_of_a_schema_is_kept(registry: SchemaRegistry) -> None:
    one = await registry.register("j", SchemaDefinition('{"type":"string"}', "JSON"), normalize=False)
    assert (await registry.by_id(one.id)).definition.kind == "JSON"
    assert not issubclass(UnknownSchemaError, SchemaError)
    assert issubclass(UnknownSchemaError, DataError)


async def test_a_version_that_was_deleted_is_still_there_for_those_who_refer_to_it(
    srfake_url: Callable[..., str],
) -> None:
    url = srfake_url()
    registry = open_registry(configured(url))
    one = await registry.register("address", USER, normalize=False)
    async with httpx.AsyncClient(trust_env=False) as client:
        (await client.delete(f"{url}/subjects/address/versions/1")).raise_for_status()
    assert (await registry.version("address", 1)).id == one.id
    with pytest.raises(UnknownSchemaError):
        await registry.version("address")
