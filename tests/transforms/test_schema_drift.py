from typing import Any

import pytest

from connectsdk.config import parse
from connectsdk.errors import ConfigError, DataError
from connectsdk.record import SourceRecord
from connectsdk.schema import (
    FLOAT64_SCHEMA,
    INT32_SCHEMA,
    INT64_SCHEMA,
    OPTIONAL_INT32_SCHEMA,
    OPTIONAL_STRING_SCHEMA,
    STRING_SCHEMA,
    Schema,
    SchemaBuilder,
)
from connectsdk.transforms.schema_drift import SchemaDrift, SchemaDriftConfig


def made(mode: str, fields: str = "") -> SchemaDrift:
    drift = SchemaDrift()
    drift.configure(parse(SchemaDriftConfig, {"mode": mode, "fields": fields}))
    return drift


def row(**fields: Schema) -> Schema:
    builder = SchemaBuilder.struct().name("row")
    for name, schema in fields.items():
        builder.field(name, schema)
    return builder.build()


FIRST = (row(a=INT32_SCHEMA, b=OPTIONAL_STRING_SCHEMA), {"a": 1, "b": "x"})
SAME = (row(b=OPTIONAL_STRING_SCHEMA, a=INT32_SCHEMA), {"a": 1, "b": None})
FEWER = (row(a=INT32_SCHEMA), {"a": 1})
NEW = (row(a=INT32_SCHEMA, c=STRING_SCHEMA), {"a": 1, "c": "y"})
GONE = (row(b=OPTIONAL_STRING_SCHEMA), {"b": "x"})
LOOSER = (row(a=OPTIONAL_INT32_SCHEMA), {"a": 1})
WIDER = (row(a=INT64_SCHEMA), {"a": 1})
OTHER = (row(a=STRING_SCHEMA), {"a": "1"})
OTHER_OPTIONAL = (row(a=INT32_SCHEMA, b=FLOAT64_SCHEMA), {"a": 1, "b": 1.5})


def record(shape: tuple[Schema | None, Any]) -> SourceRecord:
    return SourceRecord("t", value_schema=shape[0], value=shape[1])


@pytest.mark.parametrize("mode", ["evolve", "freeze", "discard_field", "dead_letter"])
def test_what_fits_passes_as_it_is(mode: str) -> None:
    drift = made(mode)
    for shape in (FIRST, SAME, FEWER, FIRST, (None, None)):
        asked = record(shape)
        assert drift.apply(asked) is asked


@pytest.mark.parametrize(
    "shape", [NEW, GONE, LOOSER, WIDER, OTHER, OTHER_OPTIONAL, (None, {"a": 1}), (INT32_SCHEMA, 5)]
)
def test_a_drift_is_a_dead_letter_and_the_next_record_passes(shape: tuple[Schema | None, Any]) -> None:
    drift = made("dead_letter")
    drift.apply(record(FIRST))
    for _ in range(2):
        with pytest.raises(DataError, match="does not have the shape of topic t"):
            drift.apply(record(shape))
    drift.apply(record(FIRST))


def test_a_frozen_topic_stays_closed_after_a_drift() -> None:
    drift = made("freeze")
    drift.apply(record(FIRST))
    with pytest.raises(DataError, match="the field 'c' is new"):
        drift.apply(record(NEW))
    with pytest.raises(DataError, match="frozen"):
        drift.apply(record(FIRST))
    other = SourceRecord("u", value_schema=NEW[0], value=NEW[1])
    assert drift.apply(other) is other


def test_a_contract_evolves() -> None:
    drift = made("evolve")
    for shape in (FIRST, NEW, WIDER, FIRST, GONE, LOOSER, WIDER):
        asked = record(shape)
        assert drift.apply(asked) is asked
    for shape in (OTHER, OTHER_OPTIONAL, (row(c=INT32_SCHEMA), {"c": 1})):
        with pytest.raises(DataError, match="of another type"):
            drift.apply(record(shape))


def test_fields_are_discarded() -> None:
    drift = made("discard_field")
    drift.apply(record(FIRST))
    for _ in range(2):
        kept = drift.apply(record(NEW))
        assert (kept.value, kept.value_schema) == ({"a": 1}, row(a=INT32_SCHEMA))
        assert drift.apply(record(OTHER_OPTIONAL)).value == {"a": 1}
    assert NEW[1] == {"a": 1, "c": "y"}
    for shape in (GONE, OTHER):
        with pytest.raises(DataError):
            drift.apply(record(shape))


def test_without_a_schema_names_and_kinds_count() -> None:
    drift = made("discard_field")
    for value in ({"a": 1, "b": None, "c": []}, {"a": 2.5}, {"b": "now known"}, {}):
        assert drift.apply(record((None, value))).value == value
    assert drift.apply(record((None, {"a": "text", "b": 5, "d": 1, "c": [1]}))).value == {"c": [1]}
    strict = made("dead_letter")
    strict.apply(record((None, {"a": 1})))
    for value in ({"a": True}, {"a": 1, "b": 2}, "text", [1]):
        with pytest.raises(DataError):
            strict.apply(record((None, value)))


def test_a_declared_contract() -> None:
    drift = made("dead_letter", "a:int32,b:string?")
    for shape in (FIRST, SAME, FEWER, (None, {"a": 1}), (None, {"a": 1, "b": "x"})):
        if shape[0] is not None:
            drift.apply(record(shape))
    for shape in (NEW, GONE, OTHER, WIDER):
        with pytest.raises(DataError):
            drift.apply(record(shape))
    for bad in ("a", "a:integer", ":int32"):
        with pytest.raises(ConfigError, match="no name:type pair"):
            made("freeze", bad)


def test_of_very_many_topics_the_oldest_contracts_are_forgotten() -> None:
    drift = made("freeze")
    drift.apply(SourceRecord("broken", value={"a": 1}))
    with pytest.raises(DataError):
        drift.apply(SourceRecord("broken", value={"b": 1}))
    for number in range(1_000):
        drift.apply(SourceRecord(f"t{number}", value={"a": 1}))
    drift.apply(SourceRecord("t0", value={"b": 1}))  # as if it were new
    for name in ("broken", "t999"):
        with pytest.raises(DataError):
            drift.apply(SourceRecord(name, value={"b": 1}))
    assert len(drift._topics) == 1_000
