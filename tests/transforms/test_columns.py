"""Does a transform make of a batch what it makes of each record?"""

import importlib
from typing import Any

import pytest
from hypothesis import given, strategies as st

from connectsdk.config import parse
from connectsdk.record import SinkRecord, SourceRecord
from connectsdk.schema import (
    INT32_SCHEMA,
    INT64_SCHEMA,
    OPTIONAL_STRING_SCHEMA,
    STRING_SCHEMA,
    SchemaBuilder,
    Type,
)
from connectsdk.transform import Columns, ColumnsTransform
from connectsdk.transforms import ALIASES

STRUCT = SchemaBuilder.struct().field("a", INT32_SCHEMA).build()
DEFAULTED = SchemaBuilder.struct().field("a", SchemaBuilder(Type.INT32).optional().default(7).build()).build()
SHAPES: dict[str, tuple[Any, Any]] = {
    "dict": (None, {"a": 1}),
    "text": (STRING_SCHEMA, "x"),
    "missing text": (OPTIONAL_STRING_SCHEMA, None),
    "missing required text": (STRING_SCHEMA, None),
    "number": (None, 5),
    "missing": (None, None),
    "struct": (STRUCT, {"a": 1}),
    "struct with a default": (DEFAULTED, {"a": None}),
}
CASES = [
    ("HoistField$Value", {"field": "f"}),
    ("InsertField$Value", {"static.field": "s", "static.value": "v"}),
    ("InsertField$Value", {"static.field": "a", "static.value": "v"}),
    ("InsertField$Value", {"topic.field": "t", "partition.field": "p", "timestamp.field": "at!"}),
    ("InsertField$Value", {"offset.field": "o", "static.field": "s", "static.value": "v"}),
    ("Cast$Value", {"spec": "a:string"}),
    ("Cast$Value", {"spec": "int8"}),
    ("Cast$Value", {"spec": "string"}),
    ("ExtractField$Value", {"field": "a"}),
    ("ExtractField$Value", {"field": "a.b", "field.syntax.version": "V2"}),
    ("Flatten$Value", {}),
    ("MaskField$Value", {"fields": "a,b"}),
    ("ReplaceField$Value", {"renames": "a:b"}),
    ("ReplaceField$Value", {"exclude": "a"}),
    ("SetSchemaMetadata$Value", {"schema.name": "n"}),
    ("ValueToKey", {"fields": "a"}),
    ("Cast$Key", {"spec": "string"}),
    ("Cast$Key", {"spec": "x:string"}),
]


def configured(alias: str, settings: dict[str, str]) -> Any:
    module, _, name = ALIASES[alias].partition(":")
    transform = getattr(importlib.import_module(module), name)()
    transform.configure(parse(transform.config_class, settings))
    return transform


def turned(records: list[Any], sink: bool) -> Columns:
    return Columns(
        records[0].topic,
        [record.partition for record in records],
        records[0].key_schema,
        [record.key for record in records],
        records[0].value_schema,
        [record.value for record in records],
        [record.timestamp for record in records],
        [record.offset for record in records] if sink else None,
    )


def outcome(call: Any) -> Any:
    try:
        return call()
    except Exception as error:  # noqa: BLE001 - the kind of error is what is compared
        return type(error)


@pytest.mark.parametrize(("alias", "settings"), CASES)
@given(
    shapes=st.lists(st.sampled_from(list(SHAPES)), min_size=1, max_size=3),
    sink=st.booleans(),
    partitions=st.sampled_from([(0, 1, 2), (None, 1, 2)]),
    stamps=st.sampled_from([(5, 6, 7), (None, 6, 7)]),
)
def test_a_batch_becomes_what_its_records_become(
    alias: str, settings: dict[str, str], shapes: list[str], sink: bool, partitions: Any, stamps: Any
) -> None:
    schema = SHAPES[shapes[0]][0]
    values = [SHAPES[shape][1] for shape in shapes]
    made = [
        SinkRecord("t", at, INT64_SCHEMA, 1, schema, value, stamp, offset=nth)
        if sink
        else SourceRecord("t", at, INT64_SCHEMA, 1, schema, value, stamp)
        for nth, (at, value, stamp) in enumerate(zip(partitions, values, stamps, strict=False))
    ]
    transform = configured(alias, settings)
    assert isinstance(transform, ColumnsTransform)
    kept = repr(made)
    try:
        columns = transform.apply_columns(turned(made, sink))
    except Exception:  # noqa: BLE001 - a batch may be refused with anything
        return
    single = outcome(lambda: [configured(alias, settings).apply(record) for record in made])
    assert isinstance(single, list)
    assert columns == turned(single, sink)
    assert repr(made) == kept


@pytest.mark.parametrize(("alias", "settings"), CASES[:2] + CASES[3:4])
def test_the_usual_batches_are_not_refused(alias: str, settings: dict[str, str]) -> None:
    for schema, value in (SHAPES["dict"], (STRUCT, {"a": 2})):
        records = [SourceRecord("t", 1, None, None, schema, value, 5)] * 2
        columns = configured(alias, settings).apply_columns(turned(records, sink=False))
        assert columns == turned(
            [configured(alias, settings).apply(record) for record in records], sink=False
        )
