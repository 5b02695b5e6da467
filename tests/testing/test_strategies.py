"""Do the strategies draw what they promise: all of it, nothing invalid, the smallest first?"""

import math
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings, strategies as st
from hypothesis.errors import NoSuchExample

from connectsdk.record import Headers, SinkRecord, SourceRecord, TimestampType
from connectsdk.schema import (
    DATE_NAME,
    DECIMAL_NAME,
    INT32_SCHEMA,
    INT64_SCHEMA,
    STRING_SCHEMA,
    TIME_NAME,
    TIMESTAMP_NAME,
    Schema,
    SchemaBuilder,
    Type,
    fits,
    validate,
)
from connectsdk.testing.strategies import (
    SchemaLimits,
    batches,
    data,
    headers,
    plain_values,
    records,
    schemaless,
    schemas,
    similar_schemas,
    sink_records,
    source_records,
    typed_values,
    values,
)
from tests.thoroughness import THOROUGHNESS

STRICT = settings(max_examples=40 * THOROUGHNESS, deadline=None, database=None, suppress_health_check=[])
FINDING = settings(max_examples=5000, deadline=None, database=None, suppress_health_check=list(HealthCheck))
SEEKING = settings(FINDING, phases=[Phase.generate])
ALL = {
    "schemas": schemas(),
    "typed_values": typed_values(),
    "plain_values": plain_values(),
    "schemaless": schemaless(),
    "data": data(),
    "headers": headers(),
    "source_records": source_records(),
    "sink_records": sink_records(),
    "records": records(),
    "batches": batches(),
    "similar_schemas": similar_schemas(),
}


def smallest(strategy: st.SearchStrategy[Any], condition: Any) -> Any:
    return find(strategy, condition, settings=FINDING)


def occurring(strategy: st.SearchStrategy[Any], condition: Any) -> Any:
    return find(strategy, condition, settings=SEEKING)


def depth_of(schema: Schema) -> int:
    inner = [field.schema for field in schema.fields]
    inner += [part for part in (schema.key_schema, schema.value_schema) if part is not None]
    return 0 if schema.type.is_primitive else 1 + max(map(depth_of, inner), default=0)


def parts_of(schema: Schema) -> list[Schema]:
    inner = [field.schema for field in schema.fields]
    inner += [part for part in (schema.key_schema, schema.value_schema) if part is not None]
    return [schema, *(part for one in inner for part in parts_of(one))]


def plain_depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(plain_depth, value.values()), default=0)
    return 1 + max(map(plain_depth, value), default=0) if isinstance(value, list) else 0


@pytest.mark.parametrize("name", ALL)
def test_health_checks_are_content(name: str) -> None:
    @STRICT
    @given(ALL[name])
    def draw(drawn: Any) -> None:
        repr(drawn)

    draw()


@STRICT
@given(schemas())
def test_a_default_fits_its_schema(schema: Schema) -> None:
    for part in parts_of(schema):
        if part.default is not None:
            validate(part, part.default)
    assert depth_of(schema) <= 2


@STRICT
@given(typed_values())
def test_a_value_fits_its_schema(pair: Any) -> None:
    validate(*pair)


@STRICT
@given(records())
def test_a_record_agrees_with_its_schemas(record: Any) -> None:
    for schema, value in ((record.key_schema, record.key), (record.value_schema, record.value)):
        assert schema is None or value is None or fits(schema)(value)
    for header in record.headers:
        assert header.schema is None or fits(header.schema)(header.value)
    if isinstance(record, SinkRecord):
        assert (record.timestamp is None) == (record.timestamp_type is TimestampType.NO_TIMESTAMP_TYPE)


@pytest.mark.parametrize("kind", Type, ids=lambda kind: kind.value)
def test_every_type_occurs(kind: Type) -> None:
    assert occurring(schemas(), lambda schema: schema.type is kind).type is kind
    within = smallest(
        schemas([Type.STRUCT]), lambda schema: any(f.schema.type is kind for f in schema.fields)
    )
    assert len(within.fields) == 1


@pytest.mark.parametrize(
    "wanted",
    [
        lambda schema: schema.optional,
        lambda schema: schema.default is not None,
        lambda schema: schema.name == "row",
        lambda schema: schema.version == 2,
        lambda schema: schema.doc,
        lambda schema: len(schema.parameters) == 2,
        lambda schema: schema.name == DECIMAL_NAME,
        lambda schema: schema.name == DATE_NAME,
        lambda schema: schema.name == TIME_NAME,
        lambda schema: schema.name == TIMESTAMP_NAME,
        lambda schema: depth_of(schema) == 2,
        lambda schema: len(schema.fields) == 3,
        lambda schema: schema.type is Type.STRUCT and isinstance(schema.default, dict),
    ],
)
def test_every_attribute_of_a_schema_occurs(wanted: Any) -> None:
    assert wanted(occurring(schemas(), wanted))


@pytest.mark.parametrize(
    ("schema", "wanted", "shrunk"),
    [
        (Schema(Type.INT8), lambda value: value == -128, -128),
        (Schema(Type.INT64), lambda value: value == 2**63 - 1, 2**63 - 1),
        (Schema(Type.INT32), lambda value: value > 5, 6),
        (Schema(Type.FLOAT64), lambda value: value == math.inf, math.inf),
        (Schema(Type.FLOAT32), lambda value: value == -math.inf, -math.inf),
        (Schema(Type.STRING), lambda value: any(ord(letter) > 127 for letter in value), "\x80"),
        (Schema(Type.STRING), lambda value: not value, ""),
        (Schema(Type.STRING, optional=True), lambda value: value is None, None),
        (Schema(Type.BYTES), lambda value: len(value) > 1, b"\x00\x00"),
        (SchemaBuilder.array(INT32_SCHEMA).build(), lambda value: len(value) > 1, [0, 0]),
        (SchemaBuilder.map(STRING_SCHEMA, INT64_SCHEMA).build(), bool, {"": 0}),
        (
            SchemaBuilder.struct().field("a", INT32_SCHEMA.as_optional()).field("b", STRING_SCHEMA).build(),
            lambda value: "a" not in value,
            {"b": ""},
        ),
    ],
)
def test_values_reach_the_borders_and_shrink(schema: Schema, wanted: Any, shrunk: Any) -> None:
    assert smallest(values(schema), wanted) == shrunk


def test_floats_are_also_no_numbers() -> None:
    assert math.isnan(smallest(values(Schema(Type.FLOAT64)), math.isnan))
    assert repr(smallest(values(Schema(Type.FLOAT32)), lambda value: repr(value) == "-0.0")) == "-0.0"


@pytest.mark.parametrize(
    ("wanted", "shrunk"),
    [
        (lambda value: isinstance(value, list) and value, [[None]]),
        (lambda value: isinstance(value, dict) and 0 in value, [{0: None}]),
        (lambda value: isinstance(value, bytes), [b""]),
        (lambda value: plain_depth(value) == 2, [[[]], [{}], [[None]], [{"": None}], {"": []}, {0: []}]),
    ],
)
def test_plain_values_hold_what_travels(wanted: Any, shrunk: Any) -> None:
    assert smallest(plain_values(), wanted) in shrunk


@pytest.mark.parametrize(
    "wanted",
    [
        lambda record: record.value is None and record.value_schema is None,
        lambda record: (
            record.value is None and record.value_schema is not None and record.value_schema.optional
        ),
        lambda record: record.value is None and record.value_schema and not record.value_schema.optional,
        lambda record: record.value_schema and record.value_schema.type is Type.STRUCT and record.value,
        lambda record: isinstance(record.value, dict) and record.value and record.value_schema is None,
        lambda record: record.key is None,
        lambda record: record.key_schema and record.key_schema.type is Type.STRUCT,
        lambda record: len({header.key for header in record.headers}) < len(record.headers),
        lambda record: any(header.value is None for header in record.headers),
        lambda record: any(header.schema for header in record.headers),
        lambda record: record.timestamp is None,
        lambda record: record.partition is None,
        lambda record: (
            isinstance(record, SinkRecord) and record.timestamp_type == TimestampType.LOG_APPEND_TIME
        ),
        lambda record: isinstance(record, SourceRecord) and record.source_offset,
    ],
)
def test_every_kind_of_record_occurs(wanted: Any) -> None:
    assert wanted(occurring(records(), wanted))


def test_the_smallest_record_is_empty() -> None:
    assert smallest(records(), lambda _: True) == SourceRecord("t")
    assert smallest(headers(), len) == Headers().add("h", None)


def test_limits_are_kept() -> None:
    limits = SchemaLimits(
        types=[Type.STRUCT, Type.INT32, Type.ARRAY], max_depth=3, logical=False, defaults=False, named=True
    )

    @STRICT
    @given(schemas([Type.STRUCT], limits=limits), schemas(limits=SchemaLimits(named=False, max_depth=0)))
    def draw(struct: Schema, scalar: Schema) -> None:
        assert struct.type is Type.STRUCT
        assert depth_of(struct) <= 3
        assert {part.type for part in parts_of(struct)} <= set(limits.types)
        assert all(part.name and part.default is None for part in parts_of(struct))
        assert scalar.type.is_primitive
        assert scalar.name is None or scalar.name.startswith("org.apache.kafka.connect.data.")

    draw()
    with pytest.raises(NoSuchExample):
        find(
            plain_values(max_depth=1, keys=st.text()),
            lambda value: plain_depth(value) > 1,
            settings=settings(SEEKING, max_examples=300 * THOROUGHNESS),
        )
    assert smallest(source_records(value=typed_values(st.just(INT32_SCHEMA))), lambda _: True).value == 0


@pytest.mark.parametrize(
    "confused",
    [
        lambda one, other: one is not other and one == other,
        lambda one, other: one != other and one.name and one.name == other.name,
        lambda one, other: one != other and str(one) == str(other),
        lambda one, other: one.fields and one != other and [*one._by_name] == [*other._by_name],
    ],
    ids=["equal", "one name", "one text", "the same fields"],
)
def test_a_batch_has_what_a_cache_may_confuse(confused: Any) -> None:
    def wanted(batch: Any) -> bool:
        found = [record.value_schema for record in batch if record.value_schema]
        return any(confused(one, other) for one in found for other in found)

    assert occurring(batches(), wanted)


def test_given_records_make_a_batch() -> None:
    only = source_records(value=schemaless(st.just({"a": 1})), key=schemaless(st.none()))
    batch = smallest(batches(only), lambda batch: len(batch) > 1)
    assert [record.value for record in batch] == [{"a": 1}, {"a": 1}]


@settings(STRICT, phases=[Phase.generate])
@given(st.data())
def test_values_can_be_drawn_for_every_schema(drawn: st.DataObject) -> None:
    schema = drawn.draw(schemas(limits=SchemaLimits(max_depth=3)))
    validate(schema, drawn.draw(values(schema)))
