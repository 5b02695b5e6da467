"""Schemas as values: equality, hashing, look-up, immutability."""

import copy
import pickle
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal

import attrs
import pytest

from connectsdk import schema as public
from connectsdk.errors import SchemaError
from connectsdk.schema import (
    INT8_SCHEMA,
    INT64_SCHEMA,
    OPTIONAL_INT64_SCHEMA,
    STRING_SCHEMA,
    Field,
    Schema,
    SchemaBuilder,
    Type,
)

ROW = SchemaBuilder.struct().name("row").field("id", INT64_SCHEMA).field("tag", STRING_SCHEMA).build()

VARIANTS = [
    Schema(Type.INT64),
    Schema(Type.INT32),
    Schema(Type.INT64, optional=True),
    Schema(Type.INT64, default=1),
    Schema(Type.INT64, default=2),
    Schema(Type.INT64, name="n"),
    Schema(Type.INT64, name="m"),
    Schema(Type.INT64, version=1),
    Schema(Type.INT64, version=2),
    Schema(Type.INT64, doc="d"),
    Schema(Type.INT64, parameters={"k": "v"}),
    Schema(Type.INT64, parameters={"k": "w"}),
    Schema(Type.STRUCT),
    Schema(Type.STRUCT, fields=[Field("a", 0, INT64_SCHEMA)]),
    Schema(Type.STRUCT, fields=[Field("b", 0, INT64_SCHEMA)]),
    Schema(Type.STRUCT, fields=[Field("a", 0, INT8_SCHEMA)]),
    Schema(Type.STRUCT, fields=[Field("a", 0, INT64_SCHEMA), Field("b", 1, INT64_SCHEMA)]),
    Schema(Type.STRUCT, fields=[Field("b", 0, INT64_SCHEMA), Field("a", 1, INT64_SCHEMA)]),
    Schema(Type.ARRAY),
    Schema(Type.ARRAY, value_schema=INT64_SCHEMA),
    Schema(Type.ARRAY, value_schema=STRING_SCHEMA),
    Schema(Type.ARRAY, value_schema=INT64_SCHEMA, default=[1]),
    Schema(Type.ARRAY, value_schema=INT64_SCHEMA, default=[1, 2]),
    Schema(Type.MAP, key_schema=STRING_SCHEMA, value_schema=INT64_SCHEMA),
    Schema(Type.MAP, key_schema=INT64_SCHEMA, value_schema=STRING_SCHEMA),
    Schema(Type.MAP, key_schema=STRING_SCHEMA, value_schema=INT64_SCHEMA, default={"a": 1}),
    Schema(Type.MAP, key_schema=STRING_SCHEMA, value_schema=INT64_SCHEMA, default={"a": 2}),
    Schema(Type.FLOAT64, default=0.0),
    Schema(Type.FLOAT64, default=-0.0),
    Schema(Type.FLOAT64, default=float("nan")),
    Schema(Type.BYTES, default=b"a"),
    Schema(Type.BYTES, default=Decimal("1.0")),
    Schema(Type.BYTES, default=Decimal("1.00")),
    Schema(Type.BOOLEAN, default=True),
    Schema(Type.BOOLEAN, default=1),
]


def twin(schema):
    """An equal schema that shares no object with the first."""
    return pickle.loads(pickle.dumps(schema))  # noqa: S301 - our own bytes


@pytest.mark.parametrize("one", VARIANTS, ids=repr)
def test_is_equal_to_its_twin_and_to_nothing_else(one):
    assert one == twin(one)
    assert hash(one) == hash(twin(one))
    assert [other for other in VARIANTS if one == other] == [one]


def test_equality_does_not_rest_on_hashes():
    colliding = [twin(schema) for schema in VARIANTS]
    for schema in colliding:
        object.__setattr__(schema, "_hash", 0)
    for one in colliding:
        assert [other for other in colliding if one == other] == [one]


def test_is_not_equal_to_another_kind_of_object():
    assert INT64_SCHEMA != "int64"
    assert INT64_SCHEMA.__eq__("int64") is NotImplemented


def test_no_parameters_and_empty_parameters_are_the_same():
    assert Schema(Type.INT8, parameters={}) == INT8_SCHEMA == Schema(Type.INT8, parameters=None)


def test_a_tuple_and_a_list_are_the_same_default():
    assert Schema(Type.ARRAY, default=(1, 2)) == Schema(Type.ARRAY, default=[1, 2])


def test_a_pickle_from_another_process_is_equal_although_hashes_differ():
    program = (
        "import pickle, sys; from connectsdk.schema import *;"
        "sys.stdout.buffer.write(pickle.dumps(SchemaBuilder.struct().name('row')"
        ".field('id', INT64_SCHEMA).field('tag', STRING_SCHEMA).build()))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, timeout=60)
    there = pickle.loads(done.stdout)  # noqa: S301 - our own bytes
    assert there == ROW
    assert {ROW: 1}[there] == 1


def test_a_deep_copy_is_equal():
    assert copy.deepcopy(ROW) == ROW


def test_is_immutable():
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        ROW.name = "other"
    with pytest.raises(TypeError):
        Schema(Type.INT8, parameters={"a": "b"}).parameters["a"] = "c"


def test_does_not_follow_the_dict_that_its_parameters_came_from():
    given = {"a": "b"}
    schema = Schema(Type.INT8, parameters=given)
    given["a"] = "c"
    assert schema.parameters == {"a": "b"}


def test_fields_are_found_by_name():
    assert ROW.field("tag") == Field("tag", 1, STRING_SCHEMA)
    assert ROW.field("none") is None
    with pytest.raises(SchemaError, match="Cannot look up fields on non-struct type"):
        INT8_SCHEMA.field("tag")


@pytest.mark.parametrize(("struct", "value"), [({}, 5), ({"n": None}, 5), ({"n": 0}, 0), ({"n": 7}, 7)])
def test_a_fields_value_is_the_default_where_there_is_none(struct, value):
    schema = SchemaBuilder.struct().field("n", SchemaBuilder.int8().optional().default(5)).build()
    assert schema.field("n").value_in(struct) == value


def test_as_optional_and_as_required():
    assert INT64_SCHEMA.as_optional() == OPTIONAL_INT64_SCHEMA
    assert OPTIONAL_INT64_SCHEMA.as_required() == INT64_SCHEMA
    assert INT64_SCHEMA.as_required() is INT64_SCHEMA
    assert OPTIONAL_INT64_SCHEMA.as_optional() is OPTIONAL_INT64_SCHEMA
    assert ROW.as_optional().as_required() == ROW


def test_what_is_compiled_is_made_once_per_schema():
    made = []

    def compiler(schema):
        made.append(schema)
        return str(schema)

    assert ROW.compiled(compiler) == "Schema{row:STRUCT}"
    assert ROW.compiled(compiler) == "Schema{row:STRUCT}"
    assert made == [ROW]


def test_a_changed_copy_shares_nothing_compiled():
    ROW.compiled(str)
    assert attrs.evolve(ROW, name="other").compiled(str) == "Schema{other:STRUCT}"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"type": Type.INT8, "fields": ROW.fields}, "Cannot create fields on type INT8"),
        ({"type": Type.ARRAY, "key_schema": INT8_SCHEMA}, "Cannot set a key schema on type ARRAY"),
        ({"type": Type.STRUCT, "value_schema": INT8_SCHEMA}, "Cannot set a value schema on type STRUCT"),
        ({"type": Type.STRUCT, "fields": [Field("a", 1, INT8_SCHEMA)]}, 'Field "a" has index 1 but is at 0'),
        (
            {"type": Type.STRUCT, "fields": [Field("a", 0, INT8_SCHEMA), Field("a", 1, INT8_SCHEMA)]},
            "Cannot create field because of field name duplication a",
        ),
    ],
)
def test_refuses_parts_that_contradict_each_other(arguments, message):
    with pytest.raises(SchemaError, match=message):
        Schema(**arguments)


def test_shows_what_is_set():
    assert str(INT8_SCHEMA) == "Schema{INT8}"
    assert str(ROW) == "Schema{row:STRUCT}"
    assert repr(ROW) == "Schema(STRUCT, name='row', fields={id: Schema(INT64), tag: Schema(STRING)})"
    assert repr(Schema(Type.INT8, optional=True, version=3)) == "Schema(INT8, optional=True, version=3)"


def test_types_know_kafkas_names():
    assert [kind.value for kind in Type if kind.is_primitive] == [
        "int8",
        "int16",
        "int32",
        "int64",
        "float32",
        "float64",
        "boolean",
        "string",
        "bytes",
    ]
    assert [kind.value for kind in Type if not kind.is_primitive] == ["array", "map", "struct"]


@pytest.mark.parametrize("kind", [kind for kind in Type if kind.is_primitive])
def test_the_constants_are_what_they_are_called(kind):
    assert getattr(public, f"{kind.name}_SCHEMA") == Schema(kind)
    assert getattr(public, f"OPTIONAL_{kind.name}_SCHEMA") == Schema(kind, optional=True)


def test_the_public_names_exist():
    assert sorted(set(public.__all__)) == sorted(public.__all__)
    assert all(hasattr(public, name) for name in public.__all__)


def test_an_aware_default_is_equal_in_every_zone():
    early = Schema(Type.INT64, default=datetime(2024, 1, 1, tzinfo=UTC))
    assert early == twin(early)
