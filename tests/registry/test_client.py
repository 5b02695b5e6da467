"""What does a converter learn, and how often is the registry asked for it?"""

from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import attrs
import pytest

from connectsdk.converter import resolve
from connectsdk.errors import AuthenticationError, DataError, LookupNeeded, RetriableError
from connectsdk.registry import (
    MemoryRegistry,
    RegisteredSchema,
    RejectedSchemaError,
    SchemaDefinition,
    SchemaReference,
    SchemaRegistryClient,
    UnknownSchemaError,
)
from tests.registry.scripted import configured

TEXT = SchemaDefinition('"string"')
OTHER = SchemaDefinition('"int"')


@attrs.define(eq=False)
class Counting:
    """A registry in memory that writes down what it was asked, and when."""

    inner: MemoryRegistry = attrs.field(factory=MemoryRegistry)
    asked: list[tuple[str, Any]] = attrs.field(factory=list)
    times: list[float] = attrs.field(factory=list)
    before: Callable[[], Awaitable[None]] | None = None
    closed: bool = False

    async def note(self, name: str, what: Any) -> None:
        self.asked.append((name, what))
        self.times.append(anyio.current_time())
        if self.before is not None:
            await self.before()

    async def by_id(self, schema_id: int) -> RegisteredSchema:
        await self.note("by_id", schema_id)
        return await self.inner.by_id(schema_id)

    async def register(
        self, subject: str, definition: SchemaDefinition, *, normalize: bool
    ) -> RegisteredSchema:
        await self.note("register", (subject, normalize))
        return await self.inner.register(subject, definition, normalize=normalize)

    async def find(self, subject: str, definition: SchemaDefinition, *, normalize: bool) -> RegisteredSchema:
        await self.note("find", subject)
        return await self.inner.find(subject, definition, normalize=normalize)

    async def version(self, subject: str, version: int | None = None) -> RegisteredSchema:
        await self.note("version", (subject, version))
        return await self.inner.version(subject, version)

    async def aclose(self) -> None:
        self.closed = True


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def registry() -> Counting:
    return Counting()


def made(registry: Counting, **more: Any) -> SchemaRegistryClient[str]:
    compatible = more.pop("compatible", None)
    config = configured("mock://unused", **more)
    return SchemaRegistryClient(config, registry, lambda found: found.definition.text, compatible)


async def test_it_answers_without_asking_once_it_knows(registry: Counting) -> None:
    client = made(registry)
    with pytest.raises(LookupNeeded) as needed:
        client.id_for("t-value", TEXT)
    assert registry.asked == []  # nothing is asked before the look-up is awaited
    await needed.value.look_up()
    assert client.id_for("t-value", TEXT) == 1
    assert client.written("t-value", TEXT).parsed == '"string"'
    assert await resolve(client.schema, 1) == '"string"'
    assert client.schema(1) == '"string"'
    assert registry.asked == [("register", ("t-value", False)), ("by_id", 1)]


async def test_a_schema_is_parsed_once(registry: Counting) -> None:
    parsed: list[int] = []
    config = configured("mock://unused")
    client = SchemaRegistryClient(config, registry, lambda found: parsed.append(found.id) or object())
    await registry.inner.register("t", TEXT)
    first = await resolve(client.schema, 1)
    assert client.schema(1) is first
    assert parsed == [1]


async def test_many_who_need_one_thing_make_one_call(registry: Counting) -> None:
    await registry.inner.register("t", TEXT)
    client = made(registry)
    registry.before = lambda: anyio.sleep(0.01)
    async with anyio.create_task_group() as group:
        for _ in range(20):
            group.start_soon(resolve, client.schema, 1)
    assert registry.asked == [("by_id", 1)]


async def test_one_who_is_cancelled_does_not_take_the_others_along(registry: Counting) -> None:
    await registry.inner.register("t", TEXT)
    client = made(registry)
    registry.before = lambda: anyio.sleep(0.02)
    found: list[str] = []

    async def ask() -> None:
        found.append(await resolve(client.schema, 1))

    async with anyio.create_task_group() as group:
        with anyio.move_on_after(0.005):
            await resolve(client.schema, 1)
        group.start_soon(ask)
        group.start_soon(ask)
    assert found == ['"string"'] * 2
    assert len(registry.asked) == 2


@pytest.mark.slow
async def test_a_flood_of_unknown_ids_makes_one_call_a_second_and_a_good_one_gets_its_turn(
    registry: Counting,
) -> None:
    await registry.inner.register("t", TEXT)
    client = made(registry)
    ended: list[int] = []

    async def ask(schema_id: int) -> None:
        try:
            await resolve(client.schema, schema_id)
            ended.append(schema_id)
        except UnknownSchemaError:
            ended.append(-schema_id)

    async with anyio.create_task_group() as group:
        for schema_id in (100, 101, 1, *range(102, 400)):
            group.start_soon(ask, schema_id)
        with anyio.fail_after(30):
            while len(ended) < 5:  # noqa: ASYNC110 - each of hundreds may be the last one
                await anyio.sleep(0.01)
        group.cancel_scope.cancel()
    assert ended == [
        -100,
        -101,
        1,
        -102,
        -103,
    ]  # in the order in which they came; a good answer costs no wait
    gaps = [later - earlier for earlier, later in zip(registry.times, registry.times[1:], strict=False)]
    assert gaps[0] > 0.95
    assert gaps[1] > 0.95
    assert len(registry.asked) <= 5 + 1


async def test_what_is_not_there_is_not_asked_for_again_for_a_while(
    registry: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    config = configured("mock://unused", missing_id_cache_ttl_sec="60")
    client = SchemaRegistryClient(config, registry, lambda found: found.definition.text, None, clock)
    for _ in range(3):
        with pytest.raises(UnknownSchemaError, match="Schema 1 not found"):
            await resolve(client.schema, 1)
    assert len(registry.asked) == 1
    await registry.inner.register("t", TEXT)
    clock.now = 61
    assert await resolve(client.schema, 1) == '"string"'


async def test_a_schema_that_cannot_be_parsed_is_remembered_too(registry: Counting) -> None:
    await registry.inner.register("t", TEXT)

    def parse(_: RegisteredSchema) -> str:
        raise DataError("it makes no sense")

    client = SchemaRegistryClient(configured("mock://unused"), registry, parse)
    for _ in range(3):
        with pytest.raises(DataError, match="it makes no sense"):
            await resolve(client.schema, 1)
    assert len(registry.asked) == 1


async def test_a_refused_schema_is_not_offered_again_with_each_record(registry: Counting) -> None:
    client = made(registry)
    for _ in range(3):
        with pytest.raises(RejectedSchemaError, match="Invalid schema"):
            await resolve(client.id_for, "t", SchemaDefinition("{"))
    assert len(registry.asked) == 1


@pytest.mark.parametrize("error", [RetriableError("away"), AuthenticationError("no")])
async def test_what_says_nothing_about_the_schema_is_not_remembered(
    registry: Counting, error: Exception
) -> None:
    await registry.inner.register("t", TEXT)
    client = made(registry)

    async def fail() -> None:
        raise error

    registry.before = fail
    with pytest.raises(type(error)):
        await resolve(client.schema, 1)
    registry.before = None
    assert await resolve(client.schema, 1) == '"string"'


# -- what is written -----------------------------------------------------------------------------------------


async def test_registering_says_whether_to_normalize(registry: Counting) -> None:
    await resolve(made(registry, normalize_schemas="true").id_for, "t", TEXT)
    assert registry.asked == [("register", ("t", True))]


async def test_without_registering_the_schema_must_be_there(registry: Counting) -> None:
    client = made(registry, auto_register_schemas="false")
    with pytest.raises(UnknownSchemaError, match=r"subject t\); register the schema, or set auto.register"):
        await resolve(client.id_for, "t", TEXT)
    await registry.inner.register("t", TEXT)
    client = made(registry, auto_register_schemas="false")
    assert await resolve(client.id_for, "t", TEXT) == 1
    assert ("register", ("t", False)) not in registry.asked


async def test_the_latest_version_is_written_with(registry: Counting) -> None:
    await registry.inner.register("t", TEXT)
    await registry.inner.register("t", OTHER)
    client = made(registry, auto_register_schemas="false", use_latest_version="true")
    found = await resolve(client.written, "t", TEXT)
    assert (found.id, found.parsed) == (2, '"int"')
    assert client.lasting


async def test_the_latest_version_is_asked_for_again_when_its_time_is_over(registry: Counting) -> None:
    await registry.inner.register("t", TEXT)
    clock = Clock()
    config = configured(
        "mock://unused", auto_register_schemas="false", use_latest_version="true", latest_cache_ttl_sec="10"
    )
    client = SchemaRegistryClient(config, registry, lambda found: found.definition.text, None, clock)
    assert not client.lasting
    assert await resolve(client.id_for, "t", TEXT) == 1
    await registry.inner.register("t", OTHER)
    clock.now = 9.9
    assert client.id_for("t", TEXT) == 1
    clock.now = 10.1
    assert await resolve(client.id_for, "t", TEXT) == 2


async def test_a_time_of_zero_is_long_enough_for_the_record_at_hand(registry: Counting) -> None:
    await registry.inner.register("t", TEXT)
    more = {"auto_register_schemas": "false", "use_latest_version": "true", "latest_cache_ttl_sec": "0"}
    assert await resolve(made(registry, **more).id_for, "t", TEXT) == 1


@pytest.mark.parametrize("strict", ["true", "false"])
async def test_the_latest_version_must_be_compatible(registry: Counting, strict: str) -> None:
    await registry.inner.register("t", OTHER)
    client = made(
        registry,
        auto_register_schemas="false",
        use_latest_version="true",
        latest_compatibility_strict=strict,
        compatible=lambda mine, latest: f"{mine.text} is not {latest}",
    )
    if strict == "true":
        with pytest.raises(RejectedSchemaError, match=r'subject t cannot read.*"string" is not "int"'):
            await resolve(client.id_for, "t", TEXT)
    else:
        assert await resolve(client.id_for, "t", TEXT) == 1


async def test_a_certain_id_is_written_with(registry: Counting) -> None:
    await registry.inner.register("t", TEXT)
    await registry.inner.register("t", OTHER)
    client = made(registry, auto_register_schemas="false", use_schema_id="1")
    assert (await resolve(client.written, "t", OTHER)).parsed == '"string"'


# -- references ----------------------------------------------------------------------------------------------


async def referring(registry: Counting, name: str, *to: str) -> SchemaDefinition:
    references = tuple(SchemaReference(other, other, 1) for other in to)
    definition = SchemaDefinition(f'{{"title":"{name}"}}', "JSON", references)
    await registry.inner.register(name, definition)
    return definition


async def test_a_schema_comes_with_what_it_needs_in_order(registry: Counting) -> None:
    await referring(registry, "street")
    await referring(registry, "address", "street")
    await referring(registry, "person", "address", "street")
    names: list[list[str]] = []
    client = SchemaRegistryClient(
        configured("mock://unused"),
        registry,
        lambda found: names.append([name for name, _ in found.dependencies]) or found,
    )
    await resolve(client.schema, 3)
    assert names == [["street", "address"]]
    assert [name for name, _ in registry.asked] == ["by_id", "version", "version"]


async def test_a_circle_of_references_is_an_error(registry: Counting) -> None:
    await referring(registry, "a")
    await referring(registry, "b", "a")
    book = registry.inner._book
    book._by_id[1] = SchemaDefinition("{}", "JSON", (SchemaReference("b", "b", 1),))
    with pytest.raises(DataError, match="in a circle"):
        await resolve(made(registry).schema, 2)


async def test_closing_reaches_the_registry(registry: Counting) -> None:
    await made(registry).aclose()
    assert registry.closed
