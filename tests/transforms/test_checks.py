"""Do the transforms and predicates keep their contract?"""

import importlib
from typing import Any

import pytest
from hypothesis import settings, strategies as st

from connectsdk.schema import DATE_SCHEMA, TIMESTAMP_SCHEMA
from connectsdk.testing import check_predicate, check_transform, configured
from connectsdk.testing.strategies import (
    SchemaLimits,
    records,
    schemaless,
    schemas,
    sink_records,
    typed_values,
)
from connectsdk.transforms import ALIASES

QUICK = settings(max_examples=60)
MOMENTS = typed_values(st.sampled_from([TIMESTAMP_SCHEMA, DATE_SCHEMA]))
"""What `TimestampConverter` takes of a whole value: of all that there is, sixty draws may hold none."""
NUMBERS = schemaless(st.dictionaries(st.sampled_from("abc"), st.integers(0, 9)))
"""Fields that the configurations here name, of a kind that all of them take: sixty draws may hold none of those, either."""
NOT_LOGICAL = typed_values(schemas(limits=SchemaLimits(logical=False)))

ON_VALUES: list[tuple[str, dict[str, str]]] = [
    ("Cast", {"spec": "a:int8,b:string"}),
    ("Cast", {"spec": "a:float64,c:boolean"}),
    ("ExtractField", {"field": "a"}),
    ("Flatten", {}),
    ("HoistField", {"field": "f"}),
    ("InsertField", {"topic.field": "t!", "timestamp.field": "ts", "static.field": "s", "static.value": "x"}),
    ("InsertField", {"partition.field": "p", "static.field": "s!", "static.value": "x"}),
    ("MaskField", {"fields": "a,b"}),
    ("MaskField", {"fields": "a", "replacement": "7"}),
    ("ReplaceField", {"exclude": "a"}),
    ("ReplaceField", {"include": "a,b", "renames": "a:z"}),
    ("SetSchemaMetadata", {"schema.name": "n", "schema.version": "3"}),
    ("TimestampConverter", {"target.type": "unix"}),
    ("TimestampConverter", {"target.type": "string", "format": "yyyy-MM-dd"}),
    ("TimestampConverter", {"target.type": "Timestamp", "field": "a"}),
    ("TimestampConverter", {"target.type": "Date", "field": "a", "format": "yyyy"}),
]
ON_RECORDS: list[tuple[str, dict[str, str], set[str]]] = [
    ("DropHeaders", {"headers": "h"}, {"headers"}),
    ("Filter", {}, set()),
    ("HeaderFrom$Key", {"fields": "a", "headers": "h", "operation": "move"}, {"key", "headers"}),
    ("HeaderFrom$Value", {"fields": "a", "headers": "h", "operation": "move"}, {"value", "headers"}),
    ("HeaderFrom$Value", {"fields": "a,b", "headers": "h,h", "operation": "copy"}, {"value", "headers"}),
    ("InsertHeader", {"header": "n", "value.literal": "1"}, {"headers"}),
    ("RegexRouter", {"regex": "(.*)", "replacement": "x-$1"}, {"topic"}),
    ("TimestampRouter", {}, {"topic"}),
    ("ValueToKey", {"fields": "a"}, {"key"}),
]
OWN: list[tuple[str, dict[str, str], set[str], bool]] = [
    ("FilterByExpression", {"expression": "value"}, set(), False),
    ("Redact$Key", {"patterns": "email"}, {"key"}, False),
    ("Redact$Value", {"regex": "[0-9a]", "replacement": "#"}, {"value"}, False),
    *(
        ("SchemaDrift", {"mode": mode}, {"value"}, True)
        for mode in ("evolve", "freeze", "discard_field", "dead_letter")
    ),
]
PREDICATES: list[tuple[str, dict[str, str]]] = [
    ("ExpressionHolds", {"expression": "value"}),
    ("HasHeaderKey", {"name": "h"}),
    ("RecordIsTombstone", {}),
    ("TopicNameMatches", {"pattern": "o.*"}),
]


def named(value: Any) -> str:
    return value if isinstance(value, str) else ",".join(value.values()) if isinstance(value, dict) else ""


def loaded(name: str) -> Any:
    module, _, cls = ALIASES[name].partition(":")
    return getattr(importlib.import_module(module), cls)


@pytest.mark.parametrize("part", ["key", "value"])
@pytest.mark.parametrize(("name", "config"), ON_VALUES, ids=named)
def test_on_keys_and_values(name: str, config: dict[str, str], part: str) -> None:
    made = configured(loaded(f"{name}${part.title()}"), config)
    several = records() | records(key=MOMENTS, value=MOMENTS) | records(key=NUMBERS, value=NUMBERS)
    check_transform(made, several, owns={part}, settings=QUICK)


@pytest.mark.parametrize("target", ["string", "int64", "float32", "boolean"])
def test_whole_casts(target: str) -> None:
    """Like Kafka Connect's, a whole cast keeps the schema's name: a Date that was cast would still be called one."""
    cast = configured(loaded("Cast$Value"), {"spec": target})
    check_transform(cast, records(value=NOT_LOGICAL | schemaless()), settings=QUICK)


@pytest.mark.parametrize(("name", "config", "owns"), ON_RECORDS, ids=named)
def test_on_records(name: str, config: dict[str, str], owns: set[str]) -> None:
    several = records() | records(key=NUMBERS, value=NUMBERS)
    check_transform(configured(loaded(name), config), several, owns=owns, settings=QUICK)


@pytest.mark.parametrize(("name", "config", "owns", "stateful"), OWN, ids=named)
def test_those_that_kafka_connect_does_not_have(
    name: str, config: dict[str, str], owns: set[str], stateful: bool
) -> None:
    check_transform(configured(loaded(name), config), owns=owns, stateful=stateful, settings=QUICK)


@pytest.mark.parametrize("config", [{"window.records": "5"}, {"fields": "a", "window.ms": "10"}], ids=str)
def test_deduplicate(config: dict[str, str]) -> None:
    """With records of a sink: they have offsets, by which a record that is retried is told from a duplicate."""
    made = configured(loaded("Deduplicate"), config)
    check_transform(made, sink_records(), owns=set(), stateful=True, settings=QUICK)


@pytest.mark.parametrize(("name", "config"), PREDICATES, ids=named)
def test_predicates(name: str, config: dict[str, str]) -> None:
    check_predicate(configured(loaded(name), config), settings=QUICK)


def test_every_transform_and_predicate_is_checked() -> None:
    rows = {name for name, *_ in (*ON_VALUES, *ON_RECORDS, *OWN, *PREDICATES)} | {"Deduplicate"}
    classes = {loaded(name) for name in ALIASES if name.partition("$")[0] in rows or name in rows}
    assert {name for name in ALIASES if loaded(name) not in classes} == set()
