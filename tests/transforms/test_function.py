import pytest

from connectsdk.errors import DataError
from connectsdk.record import SinkRecord, SourceRecord
from connectsdk.schema import INT32_SCHEMA, SchemaBuilder
from connectsdk.transform import Transform
from connectsdk.transforms._schema_cache import SchemaCache
from connectsdk.transforms.function import FunctionTransform
from connectsdk.transforms.hoist_field import HoistFieldConfig, HoistFieldKey, HoistFieldValue
from connectsdk.transforms.insert_field import InsertFieldConfig, InsertFieldKey, InsertFieldValue


def renamed(record: SourceRecord) -> SourceRecord | None:
    return record.with_topic("new") if record.topic else None


def test_a_function_is_a_transform() -> None:
    transform = FunctionTransform(renamed)
    assert isinstance(transform, Transform)
    transform.configure({})
    assert transform.apply is renamed
    assert transform.apply(SourceRecord("")) is None
    transform.close()
    assert repr(transform) == "FunctionTransform(renamed)"


@pytest.mark.parametrize(
    "transform", [HoistFieldKey(), HoistFieldValue(), InsertFieldKey(), InsertFieldValue()]
)
def test_they_are_transforms(transform: object) -> None:
    assert isinstance(transform, Transform)


def test_a_sink_record_keeps_where_it_came_from() -> None:
    record = SinkRecord("t", 3, value=5, offset=42)
    hoist, insert = HoistFieldValue(), InsertFieldValue()
    hoist.configure(HoistFieldConfig(field="f"))
    insert.configure(InsertFieldConfig(offset_field="o", static_field="s", static_value="x"))
    changed = insert.apply(hoist.apply(record))
    assert (changed.value, changed.original_offset, changed.topic) == ({"f": 5, "o": 42, "s": "x"}, 42, "t")
    assert record.value == 5


def test_null_is_not_hoisted_into_a_required_field() -> None:
    for hoist in (HoistFieldKey(), HoistFieldValue()):
        hoist.configure(HoistFieldConfig(field="f"))
        with pytest.raises(DataError, match="null used for required"):
            hoist.apply(SourceRecord("t", key_schema=INT32_SCHEMA, value_schema=INT32_SCHEMA))


def test_records_of_one_shape_share_one_schema() -> None:
    insert = InsertFieldValue()
    insert.configure(InsertFieldConfig(topic_field="topic!"))
    shapes = [SchemaBuilder.struct().name(name).field("a", INT32_SCHEMA).build() for name in ("x", "x", "y")]
    found = [
        insert.apply(SourceRecord("t", value_schema=shape, value={"a": 1})).value_schema
        for shape in shapes * 2
    ]
    assert found[0] is found[1] is found[3] is found[4]
    assert found[2] is found[5]
    assert [schema.name for schema in found if schema] == ["x", "x", "y"] * 2


def test_the_cache_is_bounded() -> None:
    cache = SchemaCache(lambda schema: schema)
    for at in range(100):
        schema = SchemaBuilder.struct().name(f"n{at}").build()
        assert cache.get(schema) is schema
        assert cache.get(SchemaBuilder.struct().name(f"n{at}").build()) is schema
    assert len(cache._by_id) <= 16
    assert len(cache._by_schema) <= 16
