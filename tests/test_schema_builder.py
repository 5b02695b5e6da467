"""The builder's rules and messages are those of Kafka Connect's SchemaBuilder."""

from datetime import date
from decimal import Decimal

import pytest

from connectsdk.errors import DataError, SchemaError
from connectsdk.schema import (
    DATE_SCHEMA,
    INT8_SCHEMA,
    INT64_SCHEMA,
    OPTIONAL_INT8_SCHEMA,
    STRING_SCHEMA,
    TIME_SCHEMA,
    TIMESTAMP_SCHEMA,
    Field,
    Schema,
    SchemaBuilder,
    Type,
    decimal_schema,
)


@pytest.mark.parametrize("kind", [kind for kind in Type if kind.is_primitive])
def test_begins_each_primitive(kind):
    assert getattr(SchemaBuilder, kind.value)().build() == Schema(kind)
    assert SchemaBuilder(kind).optional().build() == Schema(kind, optional=True)


def test_begins_the_logical_types():
    assert SchemaBuilder.decimal(2).build() == decimal_schema(2)
    assert SchemaBuilder.date().build() == DATE_SCHEMA
    assert SchemaBuilder.time().build() == TIME_SCHEMA
    assert SchemaBuilder.timestamp().optional().build() == TIMESTAMP_SCHEMA.as_optional()


def test_sets_everything():
    schema = (
        SchemaBuilder.int8()
        .optional()
        .default(5)
        .name("n")
        .version(2)
        .doc("d")
        .parameter("a", "1")
        .parameter("a", "2")
        .parameters({"b": "3"})
        .parameters({})
        .build()
    )
    assert schema == Schema(
        Type.INT8,
        optional=True,
        default=5,
        name="n",
        version=2,
        doc="d",
        parameters={"a": "2", "b": "3"},
    )


def test_numbers_fields_in_order():
    schema = SchemaBuilder.struct().field("b", INT8_SCHEMA).field("a", SchemaBuilder.string()).build()
    assert schema.fields == (Field("b", 0, INT8_SCHEMA), Field("a", 1, STRING_SCHEMA))


def test_nests_builders():
    schema = SchemaBuilder.map(SchemaBuilder.string(), SchemaBuilder.array(SchemaBuilder.int8())).build()
    assert schema.key_schema == STRING_SCHEMA
    assert schema.value_schema == SchemaBuilder.array(INT8_SCHEMA).build()


def test_can_go_on_after_build():
    builder = SchemaBuilder.struct().field("a", INT8_SCHEMA)
    first = builder.build()
    second = builder.field("b", INT8_SCHEMA).parameter("k", "v").build()
    assert [field.name for field in first.fields] == ["a"]
    assert first.parameters == {}
    assert [field.name for field in second.fields] == ["a", "b"]


@pytest.mark.parametrize(
    ("first", "second", "attribute"),
    [
        (("optional",), ("required",), "optional"),
        (("required",), ("optional",), "optional"),
        (("default", 1), ("default", 2), "default"),
        (("name", "a"), ("name", "b"), "name"),
        (("version", 1), ("version", 2), "version"),
        (("doc", "a"), ("doc", "b"), "doc"),
    ],
)
def test_sets_an_attribute_only_once(first, second, attribute):
    builder = SchemaBuilder.int8()
    getattr(builder, first[0])(*first[1:])
    getattr(builder, first[0])(*first[1:])  # the same again is no change
    with pytest.raises(
        SchemaError, match=rf"^Invalid SchemaBuilder call: {attribute} has already been set\.$"
    ):
        getattr(builder, second[0])(*second[1:])


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: SchemaBuilder.int8().field("a", INT8_SCHEMA), "Cannot create fields on type INT8"),
        (lambda: SchemaBuilder.struct().field("", INT8_SCHEMA), "fieldName cannot be null."),
        (lambda: SchemaBuilder.struct().field(None, INT8_SCHEMA), "fieldName cannot be null."),
        (lambda: SchemaBuilder.struct().field("x", None), "fieldSchema for field x cannot be null."),
        (
            lambda: SchemaBuilder.struct().field("x", INT8_SCHEMA).field("x", STRING_SCHEMA),
            "Cannot create field because of field name duplication x",
        ),
        (lambda: SchemaBuilder.array(None), "valueSchema cannot be null."),
        (lambda: SchemaBuilder.map(None, INT8_SCHEMA), "keySchema cannot be null."),
        (lambda: SchemaBuilder.map(INT8_SCHEMA, None), "valueSchema cannot be null."),
    ],
)
def test_refuses_what_is_missing_or_doubled(build, message):
    with pytest.raises(SchemaError) as failure:
        build()
    assert str(failure.value) == message


@pytest.mark.parametrize(
    ("builder", "value"),
    [
        (SchemaBuilder.int8(), 128),
        (SchemaBuilder.int8(), "x"),
        (SchemaBuilder.int8(), True),
        (SchemaBuilder.int8(), None),
        (SchemaBuilder.string(), b"x"),
        (SchemaBuilder.array(INT8_SCHEMA), ["x"]),
        (SchemaBuilder.map(INT8_SCHEMA, INT8_SCHEMA), {"x": 1}),
        (SchemaBuilder.struct().field("a", INT8_SCHEMA), {"a": "x"}),
        (SchemaBuilder.struct().field("a", INT8_SCHEMA), {"b": 1}),
        (SchemaBuilder.date(), 1),
        (SchemaBuilder.decimal(1), 1.5),
    ],
)
def test_refuses_a_default_that_does_not_fit(builder, value):
    with pytest.raises(SchemaError, match=r"^Invalid default value: ") as failure:
        builder.default(value)
    assert isinstance(failure.value, DataError)


@pytest.mark.parametrize(
    ("builder", "value"),
    [
        (SchemaBuilder.int8(), -128),
        (SchemaBuilder.array(OPTIONAL_INT8_SCHEMA), [1, None]),
        (SchemaBuilder.map(STRING_SCHEMA, INT8_SCHEMA), {}),
        (SchemaBuilder.struct().field("a", INT8_SCHEMA), {"a": 1}),
        (SchemaBuilder.date(), date(2024, 2, 29)),
        (SchemaBuilder.decimal(1), Decimal("1.5")),
    ],
)
def test_takes_a_default_that_fits(builder, value):
    assert builder.default(value).build().default == value


def test_none_as_default_of_an_optional_schema_is_no_default():
    assert SchemaBuilder.int8().optional().default(None).default(1).build().default == 1


def test_build_refuses_a_default_that_a_later_name_made_wrong():
    builder = SchemaBuilder.int32().default(1).name(DATE_SCHEMA.name)
    with pytest.raises(SchemaError, match=r"^Invalid default value: "):
        builder.build()


def test_like_begins_a_changed_copy():
    schema = (
        SchemaBuilder.struct()
        .name("n")
        .doc("d")
        .parameter("k", "v")
        .field("a", INT64_SCHEMA)
        .optional()
        .build()
    )
    copied = SchemaBuilder.like(schema).field("b", INT8_SCHEMA).build()
    assert copied == Schema(
        Type.STRUCT, name="n", doc="d", parameters={"k": "v"}, fields=[Field("b", 0, INT8_SCHEMA)]
    )
    array = SchemaBuilder.array(INT8_SCHEMA).version(3).build()
    assert SchemaBuilder.like(array).build() == array
    mapping = SchemaBuilder.map(STRING_SCHEMA, INT8_SCHEMA).build()
    assert SchemaBuilder.like(mapping).build() == mapping


def test_a_default_that_is_not_equal_to_itself_is_set_once() -> None:
    nan = float("nan")
    builder = SchemaBuilder(Type.FLOAT64).default(nan)
    assert builder.build().default is nan
    with pytest.raises(SchemaError, match="default has already been set"):
        builder.default(float("nan"))
