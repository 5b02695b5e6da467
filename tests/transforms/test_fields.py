"""What do the field transforms do that Java's recorded answers do not show?"""

from datetime import date
from typing import Any

import pytest

from connectsdk.config import parse
from connectsdk.converters.json import JsonConverter
from connectsdk.errors import DataError
from connectsdk.record import SourceRecord
from connectsdk.schema import DATE_SCHEMA, INT32_SCHEMA, STRING_SCHEMA, Schema, SchemaBuilder, Type
from connectsdk.transforms.cast import CastValue
from connectsdk.transforms.flatten import FlattenValue
from connectsdk.transforms.insert_field import InsertFieldValue
from connectsdk.transforms.mask_field import MaskFieldValue
from connectsdk.transforms.replace_field import ReplaceFieldValue
from connectsdk.transforms.set_schema_metadata import SetSchemaMetadataValue
from connectsdk.transforms.value_to_key import ValueToKey

REQUIRED = SchemaBuilder.struct().field("a", Schema(Type.INT32, default=7)).build()


def configured(cls: type[Any], **settings: str) -> Any:
    transform = cls()
    named = {key.replace("_", "."): value for key, value in settings.items()}
    transform.configure(parse(cls.config_class, named))
    return transform


@pytest.mark.parametrize(
    ("cls", "settings"),
    [
        (CastValue, {"spec": "a:int64"}),
        (MaskFieldValue, {"fields": "b"}),
        (ReplaceFieldValue, {"exclude": "b"}),
        (SetSchemaMetadataValue, {"schema_name": "n"}),
        (ValueToKey, {"fields": "a"}),
    ],
)
def test_null_in_a_required_field_is_its_default_or_refused(cls: type[Any], settings: dict[str, str]) -> None:
    record = SourceRecord("t", value_schema=REQUIRED, value={"a": None})
    changed = configured(cls, **settings).apply(record)
    assert (changed.key or changed.value) == {"a": 7}
    with pytest.raises(DataError, match="null used for required field"):
        configured(cls, **settings, replace_null_with_default="false").apply(record)


def test_schemas_may_alternate() -> None:
    transform = configured(CastValue, spec="a:string")
    ints, texts = (
        SchemaBuilder.struct().field("a", schema).field("b", schema).build()
        for schema in (INT32_SCHEMA, STRING_SCHEMA)
    )
    for schema, value in [(ints, 1), (None, 2), (texts, "x"), (None, 3), (ints, 4), (texts, "y")] * 2:
        changed = transform.apply(SourceRecord("t", value_schema=schema, value={"a": value, "b": value}))
        assert changed.value == {"a": str(value), "b": value}
        found = changed.value_schema
        assert found is None if schema is None else found.field("b").schema is schema.fields[1].schema


def test_a_flat_field_inherits_its_default_and_that_it_is_optional() -> None:
    inner = SchemaBuilder.struct().field("x", INT32_SCHEMA).field("y", Schema(Type.INT32, default=9))
    given = inner.optional().default({"x": 4, "y": 5}).build()
    schema = SchemaBuilder.struct().field("g", given).build()
    changed = configured(FlattenValue).apply(SourceRecord("t", value_schema=schema, value={"g": None}))
    flat = {
        field.name: (field.schema.optional, field.schema.default) for field in changed.value_schema.fields
    }
    assert flat == {"g.x": (True, 4), "g.y": (True, 9)}


def test_flatten_refuses_keys_that_are_no_text() -> None:
    with pytest.raises(DataError, match="found: int"):
        configured(FlattenValue).apply(SourceRecord("t", value={"a": {1: 2}}))


def test_a_required_field_for_which_there_is_no_fact_is_left_to_the_converter() -> None:
    insert = InsertFieldValue()
    insert.configure(parse(InsertFieldValue.config_class, {"partition.field": "p!"}))
    schema = SchemaBuilder.struct().field("a", INT32_SCHEMA).build()
    made = insert.apply(SourceRecord("t", value_schema=schema, value={"a": 1}))
    assert made.value == {"a": 1}
    assert [(field.name, field.schema) for field in made.value_schema.fields] == [
        ("a", INT32_SCHEMA),
        ("p", INT32_SCHEMA),
    ]
    with pytest.raises(DataError, match="null value for field that is required"):
        JsonConverter().from_connect_data("t", (), made.value_schema, made.value)
    assert insert.apply(SourceRecord("t", value={"a": 1})).value == {"a": 1}


def test_a_whole_logical_value_that_is_cast_keeps_the_name() -> None:
    cast = CastValue()
    cast.configure(parse(CastValue.config_class, {"spec": "string"}))
    made = cast.apply(SourceRecord("t", value_schema=DATE_SCHEMA, value=date(1970, 1, 6)))
    assert (made.value_schema.type, made.value_schema.name, made.value) == (
        Type.STRING,
        DATE_SCHEMA.name,
        "1970-01-06",
    )
    with pytest.raises(DataError):
        JsonConverter().from_connect_data("t", (), made.value_schema, made.value)
