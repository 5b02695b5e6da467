"""Laws that hold for every schema and every value that fits it."""

import pickle
from datetime import UTC

import attrs
import pytest
from hypothesis import given, strategies as st

from connectsdk.errors import SchemaError
from connectsdk.schema import (
    DATE_SCHEMA,
    DECIMAL_NAME,
    TIME_SCHEMA,
    TIMESTAMP_SCHEMA,
    Field,
    Schema,
    Type,
    class_of,
    decimal_schema,
    fits,
    from_data,
    infer,
    project,
    schema_of,
    to_data,
    validate,
)

NAMES = st.text("ab_-1é", min_size=1, max_size=4)
PRIMITIVES = st.sampled_from([Schema(kind) for kind in Type if kind.is_primitive])
LOGICAL = st.sampled_from([DATE_SCHEMA, TIME_SCHEMA, TIMESTAMP_SCHEMA]) | st.integers(-3, 9).map(
    decimal_schema
)
LEAVES = PRIMITIVES | LOGICAL


def headed(schemas):
    """Set the attributes that every schema may have."""
    return st.builds(
        lambda schema, optional, version, doc: attrs.evolve(
            schema, optional=optional, version=version, doc=doc
        ),
        schemas,
        st.booleans(),
        st.none() | st.integers(1, 3),
        st.none() | st.just("d"),
    )


def structs(inner):
    return st.builds(
        lambda fields, name: Schema(
            Type.STRUCT,
            name=name,
            fields=[Field(key, place, schema) for place, (key, schema) in enumerate(fields.items())],
        ),
        st.dictionaries(NAMES, inner, max_size=4),
        st.none() | NAMES,
    )


def containers(inner):
    keys = st.sampled_from([Schema(Type.STRING), Schema(Type.INT32)])
    return headed(
        st.builds(lambda value: Schema(Type.ARRAY, value_schema=value), inner)
        | st.builds(lambda key, value: Schema(Type.MAP, key_schema=key, value_schema=value), keys, inner)
        | structs(inner)
    )


SCHEMAS = st.recursive(headed(LEAVES), containers, max_leaves=6)

INTS = {Type.INT8: 7, Type.INT16: 15, Type.INT32: 31, Type.INT64: 63}
LEAF_VALUES = {
    **{kind: st.integers(-(2**bits), 2**bits - 1) for kind, bits in INTS.items()},
    Type.FLOAT32: st.floats(width=32, allow_nan=False),
    Type.FLOAT64: st.floats(allow_nan=False),
    Type.BOOLEAN: st.booleans(),
    Type.STRING: st.text(max_size=3),
    Type.BYTES: st.binary(max_size=3),
    DATE_SCHEMA.name: st.dates(),
    TIME_SCHEMA.name: st.times(),
    TIMESTAMP_SCHEMA.name: st.datetimes(timezones=st.just(UTC)),
    DECIMAL_NAME: st.decimals(allow_nan=False, allow_infinity=False),
}


def present(schema):
    """Values that are not None."""
    for key in (schema.name, schema.type):
        if key in LEAF_VALUES:
            return LEAF_VALUES[key]
    if schema.type is Type.ARRAY:
        return st.lists(values(schema.value_schema), max_size=3)
    if schema.type is Type.MAP:
        return st.dictionaries(values(schema.key_schema), values(schema.value_schema), max_size=3)
    return st.fixed_dictionaries({field.name: values(field.schema) for field in schema.fields})


def values(schema):
    return present(schema) | st.none() if schema.optional else present(schema)


@st.composite
def schemas_and_values(draw, schemas=SCHEMAS):
    schema = draw(schemas)
    return schema, draw(values(schema))


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=2)
    | st.binary(max_size=2)
    | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)


@given(SCHEMAS, SCHEMAS)
def test_equality_agrees_with_hashes_and_survives_pickling(one, other):
    again = pickle.loads(pickle.dumps(one))  # noqa: S301 - our own bytes
    assert again == one
    assert hash(again) == hash(one)
    assert (one == other) == (other == one) == (repr(one) == repr(other))
    assert one != other or hash(one) == hash(other)


@given(SCHEMAS)
def test_optional_and_required_are_opposites(schema):
    assert schema.as_optional().as_required() == schema.as_required()
    assert schema.as_required() != schema.as_optional()


@given(schemas_and_values())
def test_a_value_made_for_a_schema_fits(pair):
    schema, value = pair
    assert fits(schema)(value)
    validate(schema, value)


@given(SCHEMAS, ANYTHING)
def test_what_does_not_fit_is_explained(schema, value):
    if fits(schema)(value):
        validate(schema, value)
        return
    with pytest.raises(SchemaError):
        validate(schema, value)


@given(schemas_and_values())
def test_projection_to_itself_changes_nothing(pair):
    schema, value = pair
    assert project(schema, value, schema) == value
    assert project(schema, value, schema.as_optional()) == value


@given(ANYTHING)
def test_an_inferred_schema_fits(value):
    schema = infer(value)
    if schema is not None:
        validate(schema, value)


@given(schemas_and_values(structs(SCHEMAS)))
def test_classes_go_with_schemas(pair):
    schema, value = pair
    made = class_of(schema)
    assert schema_of(made) == schema
    instance = from_data(made, value)
    assert to_data(instance) == value
    assert from_data(made, to_data(instance)) == instance
