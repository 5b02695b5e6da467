"""attrs classes and schemas, both ways."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Optional

import attrs
import pytest

from connectsdk.errors import DataError, SchemaError
from connectsdk.schema import (
    BOOLEAN_SCHEMA,
    BYTES_SCHEMA,
    DATE_SCHEMA,
    FLOAT32_SCHEMA,
    FLOAT64_SCHEMA,
    INT8_SCHEMA,
    INT32_SCHEMA,
    INT64_SCHEMA,
    OPTIONAL_INT64_SCHEMA,
    OPTIONAL_STRING_SCHEMA,
    STRING_SCHEMA,
    TIME_SCHEMA,
    TIMESTAMP_SCHEMA,
    Scale,
    Schema,
    SchemaBuilder,
    Type,
    class_of,
    decimal_schema,
    from_data,
    schema_of,
    to_data,
    validate,
)

LABELLED = Schema(Type.STRING, name="label", parameters={"k": "v"})


@attrs.define
class Line:
    sku: str
    count: Annotated[int, Type.INT32] = 1


@attrs.define
class Order:
    id: int
    lines: list[Line]
    first: Line | None = None
    by_name: dict[str, Line | None] = attrs.Factory(dict)
    pair: tuple[Line, ...] = ()


def one_field(annotation):
    return schema_of(attrs.make_class("Holder", {"held": attrs.field(type=annotation)})).field("held").schema


LINE = (
    SchemaBuilder.struct()
    .name("Line")
    .field("sku", STRING_SCHEMA)
    .field("count", SchemaBuilder.int32().default(1))
    .build()
)


@pytest.mark.parametrize(
    ("annotation", "schema"),
    [
        (bool, BOOLEAN_SCHEMA),
        (int, INT64_SCHEMA),
        (float, FLOAT64_SCHEMA),
        (str, STRING_SCHEMA),
        (bytes, BYTES_SCHEMA),
        (date, DATE_SCHEMA),
        (time, TIME_SCHEMA),
        (datetime, TIMESTAMP_SCHEMA),
        (int | None, OPTIONAL_INT64_SCHEMA),
        (Optional[str], OPTIONAL_STRING_SCHEMA),  # noqa: UP045 - the older spelling
        (Annotated[int, Type.INT8], INT8_SCHEMA),
        (Annotated[int, "a note", Type.INT32, "another"], INT32_SCHEMA),
        (Annotated[int, "a note"], INT64_SCHEMA),
        (Annotated[int | None, Type.INT8], INT8_SCHEMA.as_optional()),
        (Optional[Annotated[int, Type.INT8]], INT8_SCHEMA.as_optional()),  # noqa: UP045 - the older spelling
        (Annotated[float, Type.FLOAT32], FLOAT32_SCHEMA),
        (Annotated[Decimal, Scale(2)], decimal_schema(2)),
        (Annotated[Decimal, decimal_schema(3)], decimal_schema(3)),
        (Annotated[str, LABELLED], LABELLED),
        (Annotated[object, LABELLED], LABELLED),
        (list[int], SchemaBuilder.array(INT64_SCHEMA).build()),
        (Sequence[int | None], SchemaBuilder.array(OPTIONAL_INT64_SCHEMA).build()),
        (tuple[int, ...], SchemaBuilder.array(INT64_SCHEMA).build()),
        (dict[str, Annotated[int, Type.INT8]], SchemaBuilder.map(STRING_SCHEMA, INT8_SCHEMA).build()),
        (Mapping[int, str], SchemaBuilder.map(INT64_SCHEMA, STRING_SCHEMA).build()),
        (Line, LINE),
        (Line | None, LINE.as_optional()),
        (list[Line], SchemaBuilder.array(LINE).build()),
        (
            Annotated[list[Line], Schema(Type.ARRAY, name="n", value_schema=LINE)],
            Schema(Type.ARRAY, name="n", value_schema=LINE),
        ),
    ],
    ids=repr,
)
def test_an_annotation_says_the_schema(annotation, schema):
    assert one_field(annotation) == schema


@pytest.mark.parametrize(
    ("annotation", "message"),
    [
        (Decimal, r"Holder.held: a Decimal needs a scale; write Annotated\[Decimal, Scale\(2\)\]"),
        (int | str, "Holder.held: a union has no schema; only `T | None` does"),
        (int | str | None, "a union has no schema"),
        (object, "Holder.held: object has no schema"),
        (Any, "has no schema"),
        (list, "Holder.held: list has no schema"),
        (tuple[int, str], "has no schema"),
        (tuple[int], "has no schema"),
        (None, "has no schema"),
        (Annotated[str, Type.INT8], "does not suit str"),
        (Annotated[bool, Type.INT8], "does not suit bool"),
        (Annotated[int, Type.FLOAT32], "does not suit int"),
        (Annotated[int, Scale(2)], "does not suit int"),
        (Annotated[list[int], Type.INT8], "does not suit"),
    ],
    ids=repr,
)
def test_refuses_an_annotation_without_schema(annotation, message):
    with pytest.raises(SchemaError, match=message):
        one_field(annotation)


def test_defaults_docs_and_names():
    @attrs.define
    class Row:
        a: int = 5
        b: int | None = 6
        c: int | None = None
        tags: list[str] = attrs.Factory(list)
        made: int = attrs.Factory(lambda: 1)
        line: Line = Line("x")  # noqa: RUF009 - treated as immutable
        _hidden: int = 0
        odd: int = attrs.field(default=1, metadata={"name": "odd-name", "doc": "why"})
        derived: int = attrs.field(init=False, default=3)
        shared: ClassVar[int] = 4

    schema = schema_of(Row)
    assert [field.name for field in schema.fields] == [
        "a",
        "b",
        "c",
        "tags",
        "made",
        "line",
        "hidden",
        "odd-name",
    ]
    assert [field.schema.default for field in schema.fields] == [
        5,
        6,
        None,
        [],
        None,
        {"sku": "x", "count": 1},
        0,
        1,
    ]
    assert schema.field("odd-name").schema.doc == "why"
    assert to_data(Row(hidden=9, odd=8)) == {
        "a": 5,
        "b": 6,
        "c": None,
        "tags": [],
        "made": 1,
        "line": {"sku": "x", "count": 1},
        "hidden": 9,
        "odd-name": 8,
    }
    assert from_data(Row, {"hidden": 9, "odd-name": 8}) == Row(hidden=9, odd=8)
    assert from_data(Row, {"b": None}).b is None  # None is data where it is legal
    assert from_data(Row, {"a": None}).a == 5


def test_an_inherited_attribute_counts():
    @attrs.define
    class Child(Line):
        more: bool = False

    assert [field.name for field in schema_of(Child).fields] == ["sku", "count", "more"]


def test_the_class_gives_the_structs_head():
    @attrs.define
    class Row:
        __schema__ = SchemaBuilder.struct().name("com.acme.Row").version(2).doc("d").build()
        id: int

    assert (
        schema_of(Row)
        == SchemaBuilder.struct().name("com.acme.Row").version(2).doc("d").field("id", INT64_SCHEMA).build()
    )

    @attrs.define
    class Child(Row):
        pass

    assert schema_of(Child).name == "Child"


def test_the_class_gives_the_whole_schema():
    whole = SchemaBuilder.struct().name("n").field("id", LABELLED).build()

    @attrs.define
    class Row:
        __schema__: ClassVar[Schema] = whole
        id: str

    assert schema_of(Row) is whole


def test_a_default_must_fit():
    @attrs.define
    class Row:
        small: Annotated[int, Type.INT8] = 200

    with pytest.raises(SchemaError, match='for default of field: "small"'):
        schema_of(Row)


@attrs.define
class Tree:
    children: "list[Tree]"


@attrs.define
class Unknown:
    other: "Missing"  # noqa: F821 - the point


@pytest.mark.parametrize(
    ("cls", "message"),
    [
        (Tree, "Tree holds itself; a schema cannot"),
        (Unknown, "Unknown has an annotation that names Missing"),
        (int, "int is not an attrs class"),
        ("text", "text is not an attrs class"),
    ],
)
def test_refuses_a_class_without_schema(cls, message):
    with pytest.raises(SchemaError, match=message):
        schema_of(cls)


def test_an_untyped_attribute_has_no_schema():
    with pytest.raises(SchemaError, match=r"Bare.x: None has no schema"):
        schema_of(attrs.make_class("Bare", ["x"]))


def test_is_the_same_object_every_time():
    assert schema_of(Order) is schema_of(Order)


ORDER = Order(1, [Line("a"), Line("b", 2)], Line("c"), {"x": Line("d"), "y": None}, (Line("e"),))
ORDER_DATA = {
    "id": 1,
    "lines": [{"sku": "a", "count": 1}, {"sku": "b", "count": 2}],
    "first": {"sku": "c", "count": 1},
    "by_name": {"x": {"sku": "d", "count": 1}, "y": None},
    "pair": [{"sku": "e", "count": 1}],
}


def test_instances_become_data_and_data_instances():
    assert to_data(ORDER) == ORDER_DATA
    validate(schema_of(Order), ORDER_DATA)
    assert from_data(Order, ORDER_DATA) == ORDER


def test_none_stays_none_and_unknown_fields_are_ignored():
    data = {"id": 1, "lines": [], "first": None, "unknown": 1}
    assert from_data(Order, data) == Order(1, [])
    assert to_data(Order(1, []))["first"] is None


def test_a_class_is_a_maps_key_too():
    @attrs.frozen
    class Key:
        id: int

    @attrs.define
    class Row:
        times: dict[Annotated[Decimal, Scale(1)], tuple[int, ...]]
        keys: dict[str, tuple[Key, ...]]

    row = Row({Decimal("1.0"): (1,)}, {"a": (Key(1), Key(2))})
    assert to_data(row) == {"times": {Decimal("1.0"): (1,)}, "keys": {"a": [{"id": 1}, {"id": 2}]}}
    assert from_data(Row, {"times": {Decimal("1.0"): [1]}, "keys": {"a": [{"id": 1}, {"id": 2}]}}) == row


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"lines": []}, 'Invalid value: null used for required field: "id" of Order, schema type: INT64'),
        ({"id": "x", "lines": []}, 'str for field: "id" of Order'),
        ({"id": 1}, 'null used for required field: "lines" of Order'),
        ({"id": 1, "lines": {}}, 'dict for field: "lines" of Order'),
        ({"id": 1, "lines": [{}]}, 'null used for required field: "sku" of Line'),
        ({"id": 1, "lines": [None]}, 'null used for required element of array field: "lines" of Order'),
        ({"id": 1, "lines": [1]}, 'int for element of array field: "lines" of Order'),
        ({"id": 1, "lines": [], "by_name": {1: None}}, 'int for key of map field: "by_name" of Order'),
        ({"id": 1, "lines": [], "by_name": {"a": 1}}, 'int for value of map field: "by_name" of Order'),
        ({"id": 1, "lines": [], "by_name": []}, 'list for field: "by_name" of Order'),
        ({"id": 1, "lines": [], "first": []}, 'list for field: "first" of Order'),
        ([], "list for value"),
        (None, "null used for required value"),
    ],
    ids=repr,
)
def test_refuses_data_that_does_not_fit(data, message):
    with pytest.raises(SchemaError) as failure:
        from_data(Order, data)
    assert message in str(failure.value)


def test_refuses_an_instance_in_the_wrong_place():
    with pytest.raises(SchemaError, match="A str is not a Line"):
        to_data(Order(1, ["x"]))


@pytest.mark.parametrize("error", [ValueError, TypeError])
def test_the_classs_own_refusal_is_a_data_error_without_the_value(error):
    def refuse(instance, attribute, value):
        raise error(value)

    @attrs.define
    class Picky:
        x: str = attrs.field(validator=refuse)

    with pytest.raises(DataError, match=r"Picky refused the data of a value$") as failure:
        from_data(Picky, {"x": "s3cr3t"})
    assert "s3cr3t" not in str(failure.value)
    assert isinstance(failure.value.__cause__, error)


RICH = (
    SchemaBuilder.struct()
    .name("com.acme.Row")
    .version(3)
    .doc("d")
    .parameter("k", "v")
    .field("id", INT8_SCHEMA)
    .field("order-id", LABELLED)
    .field("order_id", STRING_SCHEMA)
    .field("class", SchemaBuilder.int64().optional().default(4))
    .field("_x", OPTIONAL_STRING_SCHEMA)
    .field("1st", SchemaBuilder.array(INT64_SCHEMA).default([1]))
    .field("m", SchemaBuilder.map(STRING_SCHEMA, LINE.as_optional()).default({}))
    .field("price", decimal_schema(2))
    .field("at", SchemaBuilder.timestamp().default(datetime(2024, 1, 1, tzinfo=UTC)))
    .field("line", SchemaBuilder.struct().field("n", INT64_SCHEMA).default({"n": 1}))
    .field("maybe", SchemaBuilder.struct().field("n", INT64_SCHEMA).optional())
    .build()
)


def test_a_class_made_from_a_schema_gives_it_back():
    made = class_of(RICH)
    assert schema_of(made) is RICH
    assert made.__name__ == "Row"
    assert [attribute.name for attribute in attrs.fields(made)] == [
        "id",
        "order_id",
        "order_id_2",
        "field_class",
        "field_x",
        "field_1st",
        "m",
        "price",
        "at",
        "line",
        "maybe",
    ]


def test_a_made_class_has_the_schemas_defaults():
    made = class_of(RICH)
    one = made(id=1, order_id="a", order_id_2="b", price=Decimal("1.00"))
    other = made(id=1, order_id="a", order_id_2="b", price=Decimal("1.00"))
    assert one == other
    assert one.field_1st == [1]
    assert one.field_1st is not other.field_1st
    assert (one.field_class, one.field_x, one.line.n, one.maybe) == (4, None, 1, None)
    data = to_data(one)
    validate(RICH, data)
    assert from_data(made, data) == one
    assert from_data(made, {"id": 1, "order-id": "a", "order_id": "b", "price": Decimal("1.00")}) == one


def test_a_made_class_is_frozen_and_the_same_for_equal_schemas():
    made = class_of(LINE)
    assert (
        class_of(
            SchemaBuilder.like(LINE)
            .field("sku", STRING_SCHEMA)
            .field("count", LINE.field("count").schema)
            .build()
        )
        is made
    )
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        made(sku="a").sku = "b"


@pytest.mark.parametrize(
    ("name", "expected"), [(None, "Struct"), ("a.", "Struct"), ("a-b", "a_b"), ("x.class", "field_class")]
)
def test_a_made_class_has_a_name(name, expected):
    assert class_of(Schema(Type.STRUCT, name=name)).__name__ == expected


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        (INT8_SCHEMA, "Only a struct describes a class, not Schema{INT8}"),
        (SchemaBuilder.struct().field("a", Schema(Type.ARRAY)).build(), "No schema defined for the contents"),
        (SchemaBuilder.struct().field("a", Schema(Type.MAP)).build(), "No schema defined for the contents"),
    ],
)
def test_refuses_to_make_a_class(schema, message):
    with pytest.raises(SchemaError, match=message):
        class_of(schema)
