"""Is what is wrong with transforms, predicates and converters told as Kafka Connect tells it?

Every row was put to Apache Kafka 4.1's worker; what it answered is here word for word, but for hints
after it.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from connectsdk import EmbeddedTransport
from connectsdk.runtime import Worker
from connectsdk.runtime.herder import Herder

SMT = "org.apache.kafka.connect.transforms."
JSON = "org.apache.kafka.connect.json.JsonConverter"
SINK = {"connector.class": "FileStreamSink", "name": "n", "topics": "t"}
HOIST = {"transforms": "t", "transforms.t.type": f"{SMT}HoistField$Value", "transforms.t.field": "f"}
HINT = "Name an alias, an installed plugin, or an import path like package.module:Class"
NULL = "Null value can not be supplied as the configuration value."
NO_PREDICATE = (
    "Config 'transforms.t.negate' was provided but there is no config 'transforms.t.predicate' defining a "
    "predicate to be negated."
)

ROWS: tuple[tuple[dict[str, Any], dict[str, list[str]]], ...] = (
    (
        {"transforms": "t", "transforms.t.type": f"{SMT}MaskField$Value", "transforms.t.fields": ""},
        {"transforms.t.fields": ["Invalid value [] for configuration fields: Empty list"]},
    ),
    (
        {"transforms": "t", "transforms.t.type": f"{SMT}MaskField$Value"},
        {
            "transforms.t.fields": [
                'Missing required configuration "transforms.t.fields" which has no default value.',
                "Invalid value null for configuration fields: Empty list",
            ]
        },
    ),
    (
        {**HOIST, "transforms.t.negate": "x"},
        {
            "transforms.t.negate": [
                "Invalid value x for configuration transforms.t.negate: Expected value to be either true or false"
            ],
            "transforms.t.type": [NO_PREDICATE],
        },
    ),
    ({**HOIST, "transforms.t.negate": "true"}, {"transforms.t.type": [NO_PREDICATE]}),
    (
        {"transforms": "t", "transforms.t.type": ""},
        {
            "transforms.t.type": [
                f"Invalid value  for configuration transforms.t.type: Class  could not be found. {HINT}"
            ]
        },
    ),
    (
        {"transforms": "t", "transforms.t.type": f"{SMT}predicates.HasHeaderKey"},
        {
            "transforms.t.type": [
                f"Class class {SMT}predicates.HasHeaderKey does not implement the Transformation interface"
            ]
        },
    ),
    (
        {"predicates": "p", "predicates.p.type": f"{SMT}Filter"},
        {"predicates.p.type": [f"Class class {SMT}Filter does not implement the Predicate interface"]},
    ),
    (
        {"predicates": "p", "predicates.p.type": "HasHeaderKey", "predicates.p.name": ""},
        {"predicates.p.name": ["Invalid value  for configuration name: String must be non-empty"]},
    ),
    (
        {"key.converter": JSON, "key.converter.schemas.cache.size": "a"},
        {
            "key.converter.schemas.cache.size": [
                "Invalid value a for configuration schemas.cache.size: Not a number of type INT"
            ]
        },
    ),
    (
        {"value.converter": JSON, "value.converter.converter.type": "zzz"},
        {
            "value.converter.converter.type": [
                "Invalid value zzz for configuration converter.type: String must be one of: key, value, header"
            ]
        },
    ),
    ({"value.converter": JSON, "value.converter.converter.type": "key"}, {}),
    (
        {"tasks.max": None},
        {"tasks.max": ["Invalid value null for configuration tasks.max: Value must be non-null", NULL]},
    ),
    ({"file": None, "nobody.knows": None}, {"nobody.knows": [NULL]}),
)


@pytest.fixture
async def herder() -> AsyncIterator[Herder]:
    async with Worker(EmbeddedTransport()) as worker, Herder(worker) as herder:
        yield herder


@pytest.mark.parametrize(
    ("properties", "wrong"),
    ROWS,
    ids=[",".join(f"{key}={value}" for key, value in row.items())[-60:] for row, _ in ROWS],
)
async def test_what_is_wrong_is_told_as_java_does(
    herder: Herder, properties: dict[str, Any], wrong: dict[str, list[str]]
) -> None:
    told = await herder.validate("FileStreamSink", {**SINK, **properties})
    assert {each.value.name: each.value.errors for each in told.configs if each.value.errors} == wrong
    assert told.error_count == sum(map(len, wrong.values()))


async def test_a_role_that_is_given_is_shown(herder: Herder) -> None:
    config = {**SINK, "value.converter": JSON, "value.converter.converter.type": "key"}
    told = await herder.validate("FileStreamSink", config)
    shown = {each.value.name: each.value.value for each in told.configs}
    assert shown["value.converter.converter.type"] == "key"


class Late:
    """Becomes a transform when it is made, as some that wrap others do."""

    def __init__(self) -> None:
        self.apply = lambda record: record


class Called:
    """A transform that is called like a function."""

    def __call__(self, record: Any) -> Any:
        return record


@pytest.mark.parametrize("cls", [Late, Called])
async def test_a_transform_need_not_show_it_in_its_class(cls: type[Any]) -> None:
    worker = Worker(EmbeddedTransport(), {"plugin.import.allow": __name__})
    async with worker, Herder(worker) as herder:
        config = {**SINK, "transforms": "t", "transforms.t.type": f"{__name__}:{cls.__name__}"}
        told = await herder.validate("FileStreamSink", config)
    assert [each.value.errors for each in told.configs if each.value.errors] == []


@pytest.mark.parametrize("part", ["connector", "key.converter", "value.converter", "header.converter"])
async def test_the_version_of_a_plugin_is_passed_on(herder: Herder, part: str) -> None:
    config = {**SINK, f"{part}.plugin.version": "3.2.0.Final"}
    told = await herder.validate("FileStreamSink", config)
    assert told.error_count == 0
    values = {each.value.name: each.value.value for each in told.configs}
    assert values[f"{part}.plugin.version"] == "3.2.0.Final"
