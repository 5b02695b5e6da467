"""Do the field transforms keep the contract of transforms, whatever they are given?"""

from typing import Any

import pytest
from hypothesis import settings, strategies as st

from connectsdk.schema import Schema, SchemaBuilder, Type
from connectsdk.testing.checks import check_transform, configured
from connectsdk.testing.strategies import (
    SchemaLimits,
    data,
    plain_values,
    schemaless,
    schemas,
    source_records,
    typed_values,
)
from connectsdk.transforms.cast import CastKey, CastValue
from connectsdk.transforms.extract_field import ExtractFieldKey, ExtractFieldValue
from connectsdk.transforms.flatten import FlattenKey, FlattenValue
from connectsdk.transforms.hoist_field import HoistFieldKey, HoistFieldValue
from connectsdk.transforms.insert_field import InsertFieldKey, InsertFieldValue
from connectsdk.transforms.mask_field import MaskFieldKey, MaskFieldValue
from connectsdk.transforms.replace_field import ReplaceFieldKey, ReplaceFieldValue
from connectsdk.transforms.set_schema_metadata import SetSchemaMetadataKey, SetSchemaMetadataValue
from connectsdk.transforms.value_to_key import ValueToKey
from tests.thoroughness import THOROUGHNESS

QUICK = settings(max_examples=16 * THOROUGHNESS, deadline=None)
"""With 4 of them, one run in 25 draws nothing that `MaskField` takes, and rule `works` fails."""
MORE = settings(max_examples=20 * THOROUGHNESS, deadline=None)
"""For a transform that refuses most of what there is."""
NAMES = ("a", "b", "a.b")


def struct_of(fields: list[tuple[str, Schema]]) -> Schema:
    builder = SchemaBuilder.struct().name("s")
    for name, schema in dict(fields).items():
        builder.field(name, schema)
    return builder.build()


FIELDS: Any = st.lists(st.tuples(st.sampled_from(NAMES), schemas()), min_size=1, max_size=3)
STRUCTS = FIELDS.map(struct_of)
DICTS = st.dictionaries(st.sampled_from(NAMES), plain_values(), max_size=3)
DATA = st.just((None, None)) | typed_values(STRUCTS) | schemaless(DICTS)
# As in Kafka Connect, a date that is cast as a whole keeps the schema's name, which it does not fit any more.
KINDS = (Type.INT8, Type.INT64, Type.FLOAT32, Type.FLOAT64, Type.STRING, Type.BOOLEAN)
SCALARS = typed_values(schemas(KINDS, limits=SchemaLimits(logical=False))) | schemaless()

PAIRS: list[tuple[type[Any], type[Any], dict[str, str]]] = [
    (CastKey, CastValue, {"spec": "a:string,b:int8"}),
    (CastKey, CastValue, {"spec": "a:float32,b:boolean", "replace.null.with.default": "false"}),
    (ExtractFieldKey, ExtractFieldValue, {"field": "a"}),
    (ExtractFieldKey, ExtractFieldValue, {"field": "a.b", "field.syntax.version": "V2"}),
    (FlattenKey, FlattenValue, {}),
    (HoistFieldKey, HoistFieldValue, {"field": "f"}),
    (InsertFieldKey, InsertFieldValue, {"topic.field": "t", "static.field": "s", "static.value": "v"}),
    (MaskFieldKey, MaskFieldValue, {"fields": "a,b"}),
    (MaskFieldKey, MaskFieldValue, {"fields": "a", "replacement": "7", "replace.null.with.default": "false"}),
    (ReplaceFieldKey, ReplaceFieldValue, {"exclude": "a"}),
    (ReplaceFieldKey, ReplaceFieldValue, {"renames": "a:c,b:a", "include": "a,b"}),
    (SetSchemaMetadataKey, SetSchemaMetadataValue, {"schema.name": "n", "schema.version": "3"}),
]
IDS = [f"{value.__name__[:-5]}-{at}" for at, (_, value, _) in enumerate(PAIRS)]


@pytest.mark.parametrize(("on_key", "on_value", "config"), PAIRS, ids=IDS)
def test_structs_and_dicts(on_key: type[Any], on_value: type[Any], config: dict[str, str]) -> None:
    check_transform(configured(on_value, config), source_records(value=DATA), settings=QUICK)
    check_transform(configured(on_key, config), source_records(key=DATA), owns={"key"}, settings=QUICK)


@pytest.mark.parametrize(("on_value", "config"), [pair[1:] for pair in PAIRS], ids=IDS)
def test_anything(on_value: type[Any], config: dict[str, str]) -> None:
    check_transform(configured(on_value, config), source_records(value=DATA | data()), settings=QUICK)


@pytest.mark.parametrize("target", ["int8", "int64", "float32", "boolean", "string"])
def test_whole_values_are_cast(target: str) -> None:
    check_transform(configured(CastValue, {"spec": target}), source_records(value=SCALARS), settings=QUICK)


@pytest.mark.parametrize("replace", ["true", "false"])
def test_value_to_key(replace: str) -> None:
    config = {"fields": "a,b", "replace.null.with.default": replace}
    rows = typed_values(STRUCTS) | schemaless(DICTS)
    for value in (rows, rows | data()):
        check_transform(
            configured(ValueToKey, config), source_records(value=value), owns={"key"}, settings=MORE
        )
