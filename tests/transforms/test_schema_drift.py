from typing import Any

import attrs
import pytest

from connectsdk.config import parse
from connectsdk.converters.protobuf._from_connect import draft_of
from connectsdk.converters.protobuf._settings import MappingSettings
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
    SchemaReference,
    Type,
    validate,
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


@pytest.mark.parametrize("mode", ["freeze", "discard_field", "dead_letter"])
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
        assert drift.apply(record(shape)).value is shape[1]
    for shape in (OTHER, OTHER_OPTIONAL, (row(c=INT32_SCHEMA), {"c": 1})):
        with pytest.raises(DataError, match="of another type"):
            drift.apply(record(shape))


OPTIONAL_INT64 = SchemaBuilder.int64().optional().build()
GROWTH: list[tuple[tuple[Schema | None, Any], Schema]] = [
    (FIRST, row(a=INT32_SCHEMA, b=OPTIONAL_STRING_SCHEMA)),
    (SAME, row(a=INT32_SCHEMA, b=OPTIONAL_STRING_SCHEMA)),
    (FEWER, row(a=INT32_SCHEMA, b=OPTIONAL_STRING_SCHEMA)),
    (NEW, row(a=INT32_SCHEMA, b=OPTIONAL_STRING_SCHEMA, c=OPTIONAL_STRING_SCHEMA)),
    (FIRST, row(a=INT32_SCHEMA, b=OPTIONAL_STRING_SCHEMA, c=OPTIONAL_STRING_SCHEMA)),
    (WIDER, row(a=INT64_SCHEMA, b=OPTIONAL_STRING_SCHEMA, c=OPTIONAL_STRING_SCHEMA)),
    (FIRST, row(a=INT64_SCHEMA, b=OPTIONAL_STRING_SCHEMA, c=OPTIONAL_STRING_SCHEMA)),
    (GONE, row(a=OPTIONAL_INT64, b=OPTIONAL_STRING_SCHEMA, c=OPTIONAL_STRING_SCHEMA)),
    (FIRST, row(a=OPTIONAL_INT64, b=OPTIONAL_STRING_SCHEMA, c=OPTIONAL_STRING_SCHEMA)),
]


def test_a_record_of_an_older_shape_has_the_schema_that_grew() -> None:
    drift = made("evolve")
    seen: dict[Schema, Schema] = {}
    for shape, expected in GROWTH:
        evolved = drift.apply(record(shape))
        assert evolved.value_schema == expected
        assert evolved.value is shape[1]
        validate(expected, evolved.value)
        assert (
            seen.setdefault(expected, evolved.value_schema) is evolved.value_schema
        )  # one object, not one a record


def test_refused_records_do_not_change_the_schema() -> None:
    drift = made("evolve")
    first = drift.apply(record(FIRST))
    both = (row(d=STRING_SCHEMA, a=STRING_SCHEMA), {"a": "x", "d": "y"})
    with pytest.raises(DataError):
        drift.apply(record(both))
    assert drift.apply(record(FIRST)).value_schema is first.value_schema
    other = (row(a=INT32_SCHEMA, d=INT32_SCHEMA), {"a": 1, "d": 2})
    assert drift.apply(record(other)).value == other[1]  # the refused one did not say what d is


def test_what_is_inside_of_fields_grows_too() -> None:
    def inner(schema: Schema) -> Schema:
        point = SchemaBuilder.struct().name("point").field("x", schema).build()
        return row(
            one=point,
            many=SchemaBuilder.array(point).build(),
            named=SchemaBuilder.map(STRING_SCHEMA, point).build(),
        )

    point = {"x": None}
    shapes = [
        (inner(INT32_SCHEMA), None),
        (inner(OPTIONAL_INT32_SCHEMA), {"one": point, "many": [point], "named": {"a": point}}),
    ]
    drift = made("evolve")
    drift.apply(record((shapes[0][0], {"one": {"x": 1}, "many": [], "named": {}})))
    evolved = drift.apply(record(shapes[1]))
    assert evolved.value_schema == inner(OPTIONAL_INT32_SCHEMA)


def test_symbols_and_defaults_are_kept() -> None:
    def symbols(*names: str) -> Schema:
        builder = SchemaBuilder.string()
        for name in names:
            builder.parameter(f"enum.{name}", name)
        return builder.build()

    drift = made("evolve")
    drift.apply(record((row(a=symbols("x")), {"a": "x"})))
    with_default = SchemaBuilder.int32().default(7).build()
    evolved = drift.apply(record((row(a=symbols("x", "y"), d=with_default), {"a": "y", "d": 1})))
    assert evolved.value_schema == row(a=symbols("x", "y"), d=with_default)


def test_values_that_are_no_structs_evolve() -> None:
    drift = made("evolve")
    for schema, expected in (
        (INT32_SCHEMA, INT32_SCHEMA),
        (INT64_SCHEMA, INT64_SCHEMA),
        (INT32_SCHEMA, INT64_SCHEMA),
    ):
        assert drift.apply(record((schema, 5))).value_schema == expected


def test_structs_inside_of_themselves() -> None:
    reference = SchemaReference(Type.STRUCT, name="row")
    schema = row(a=INT32_SCHEMA, next=reference)
    reference.refer_to(schema)
    drift = made("evolve")
    asked = record((schema, {"a": 1, "next": None}))
    assert drift.apply(asked) is asked
    wide = drift.apply(record((row(a=INT64_SCHEMA), {"a": 2})))
    assert wide.value_schema is not None
    assert [field.name for field in wide.value_schema.fields] == ["a", "next"]


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


TAG = "io.confluent.connect.protobuf.Tag"


def numbered(number: int | None, schema: Schema = OPTIONAL_INT32_SCHEMA) -> Schema:
    return schema if number is None else attrs.evolve(schema, parameters={TAG: str(number)})


def numbers(schema: Schema) -> dict[str, str | None]:
    return {field.name: field.schema.parameters.get(TAG) for field in schema.fields}


@pytest.mark.parametrize(
    ("shapes", "expected"),
    [
        ([{"a": 1, "b": 2}, {"a": 1, "c": 2}], {"a": "1", "b": "2", "c": "3"}),
        ([{"a": 1, "b": 2}, {"a": 1, "c": 2, "d": 3}], {"a": "1", "b": "2", "c": "4", "d": "3"}),
        ([{"a": 1}, {"b": 1}, {"c": 2}], {"a": "1", "b": "2", "c": "3"}),
        ([{"a": 1}, {"a": 2, "b": 1}], {"a": "1", "b": "3"}),
        ([{"a": 18_999}, {"b": 18_999}], {"a": "18999", "b": "20000"}),
        ([{"a": 5}, {"b": 7}], {"a": "5", "b": "7"}),
        ([{"a": None}, {"b": 1}], {"a": None, "b": None}),
        ([{"a": 1}, {"b": None}, {"c": 2}], {"a": "1", "b": None, "c": None}),
    ],
)
def test_a_schema_that_grows_has_each_protobuf_number_once(
    shapes: list[dict[str, int | None]], expected: dict[str, str | None]
) -> None:
    drift, file, schema = made("evolve"), None, None
    for shape in shapes:
        own = row(**{name: numbered(number) for name, number in shape.items()})
        schema = drift.apply(record((own, {}))).value_schema
        assert schema is not None
        grown = draft_of(schema, MappingSettings())
        said = {field.name: field.number for field in grown.message.fields}
        assert len(set(said.values())) == len(said)
        assert file is None or file.items() <= said.items()  # what was registered before can still be read
        file = said
    assert schema is not None
    assert numbers(schema) == expected


def test_numbers_are_those_of_a_struct_s_unions_too() -> None:
    def choice(**members: int) -> Schema:
        builder = SchemaBuilder.struct().name("io.confluent.connect.protobuf.Union.choice").optional()
        for name, number in members.items():
            builder.field(name, numbered(number))
        return builder.build()

    drift = made("evolve")
    drift.apply(record((row(a=numbered(1), u=choice(x=2)), {})))
    drift.apply(record((row(b=numbered(2)), {})))
    schema = drift.apply(record((row(v=choice(y=1, z=7)), {}))).value_schema
    assert schema is not None
    assert numbers(schema)["b"] == "3"
    members = {name: numbers(found.schema) for name in "uv" if (found := schema.field(name)) is not None}
    assert members == {"u": {"x": "2"}, "v": {"y": "8", "z": "7"}}
