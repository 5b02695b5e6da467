"""Is data the same after it was written and read?"""

from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st

from connectsdk.converters.protobuf._codec import decoder, definition_of, encoder, open_file
from connectsdk.converters.protobuf._indexes import indexes_at
from connectsdk.converters.protobuf._settings import MappingSettings
from connectsdk.registry import RegisteredSchema
from connectsdk.schema import (
    DATE_SCHEMA,
    TIME_SCHEMA,
    TIMESTAMP_SCHEMA,
    Field,
    Schema,
    Type,
    decimal_schema,
    logical,
    validate,
)
from connectsdk.testing.strategies import values

TYPE = "io.confluent.connect.protobuf.Type"
UNION = "io.confluent.connect.protobuf.Union"
LEAVES = [
    *(Schema(kind) for kind in Type if kind.is_primitive),
    *(Schema(Type.INT32, parameters={TYPE: name}) for name in ("sint32", "sfixed32")),
    *(Schema(Type.INT64, parameters={TYPE: name}) for name in ("sint64", "fixed64", "sfixed64", "uint64")),
    DATE_SCHEMA,
    TIME_SCHEMA,
    TIMESTAMP_SCHEMA,
    decimal_schema(2),
    decimal_schema(-3),
]
KEYS = [Schema(Type.STRING), Schema(Type.INT32), Schema(Type.BOOLEAN), Schema(Type.INT64)]


@st.composite
def structs(draw: st.DrawFn) -> Schema:
    """Draw structs that Protobuf can carry, whose schemas' names are all different."""
    return _struct(draw, 2, iter(range(1000)))


def _struct(draw: st.DrawFn, depth: int, numbers: Any) -> Schema:
    fields = [_schema(draw, depth, numbers) for _ in range(draw(st.integers(0, 4)))]
    return Schema(
        Type.STRUCT,
        name=draw(st.sampled_from([f"org.example.Row{next(numbers)}", None])),
        fields=[Field(f"f{place}", place, schema) for place, schema in enumerate(fields)],
    )


def _schema(draw: st.DrawFn, depth: int, numbers: Any) -> Schema:
    kind = draw(st.sampled_from(["leaf", "array", "map", "struct", "union"] if depth else ["leaf"]))
    made = draw(st.sampled_from(LEAVES))
    if kind in ("array", "map"):
        inner = draw(st.sampled_from([made, _struct(draw, depth - 1, numbers)]))
        key = draw(st.sampled_from(KEYS)) if kind == "map" else None
        made = Schema(Type.MAP if key else Type.ARRAY, key_schema=key, value_schema=inner)
    elif kind == "struct":
        made = _struct(draw, depth - 1, numbers)
    elif kind == "union":
        return _union(draw, depth, numbers)
    return made.as_optional() if draw(st.booleans()) else made


def _union(draw: st.DrawFn, depth: int, numbers: Any) -> Schema:
    members = [draw(st.sampled_from([*LEAVES, _struct(draw, depth - 1, numbers)])) for _ in range(2)]
    number = next(numbers)
    fields = [Field(f"u{number}_{place}", place, one.as_optional()) for place, one in enumerate(members)]
    return Schema(Type.STRUCT, optional=True, name=f"{UNION}.choice{number}", fields=fields)


def normal(schema: Schema, value: Any, presence: bool) -> Any:
    """Return the value as Protobuf has it; without `presence` a scalar that is None is its type's zero."""
    if value is None:
        return _nothing(schema, presence)
    if schema.type is Type.STRUCT:
        return _normal_struct(schema, value, presence)
    if schema.type is Type.ARRAY:
        return [normal(schema.value_schema, item, presence) for item in value]  # type: ignore[arg-type]
    if schema.type is not Type.MAP:
        return _leaf(schema, value)
    return {key: normal(schema.value_schema, item, presence) for key, item in value.items()}  # type: ignore[arg-type]


def _normal_struct(schema: Schema, value: Any, presence: bool) -> Any:
    if (schema.name or "").startswith(UNION):
        return _member(schema, value, presence)
    return {one.name: normal(one.schema, value.get(one.name), presence) for one in schema.fields}


def _nothing(schema: Schema, presence: bool) -> Any:
    if schema.type in (Type.ARRAY, Type.MAP):
        return [] if schema.type is Type.ARRAY else {}
    return None if presence or schema.type is Type.STRUCT or logical(schema) else zero(schema.type)


def _leaf(schema: Schema, value: Any) -> Any:
    base = logical(schema)
    if base is not None:
        return base.to_logical(base.from_logical(value))
    if schema.type is Type.BYTES:
        return bytes(value)
    if schema.type is Type.FLOAT32:
        import struct

        return struct.unpack("f", struct.pack("f", value))[0]
    return float(value) if schema.type is Type.FLOAT64 else value


def _member(schema: Schema, value: Any, presence: bool) -> Any:
    for one in schema.fields:
        if value.get(one.name) is not None:
            return {one.name: normal(one.schema, value[one.name], presence)}
    raise AssertionError("an empty union")


def zero(kind: Type) -> Any:
    return {Type.STRING: "", Type.BYTES: b"", Type.BOOLEAN: False}.get(kind, 0)


def sound(schema: Schema, value: Any) -> Any:
    """Return the value with one member in each union, and something in each array and map."""
    if value is None or schema.type.is_primitive:
        return value
    if schema.type is Type.ARRAY:
        return [sound(schema.value_schema, item) for item in value]  # type: ignore[arg-type]
    if schema.type is Type.MAP:
        return {key: sound(schema.value_schema, item) for key, item in value.items()}  # type: ignore[arg-type]
    inside = {one.name: sound(one.schema, value.get(one.name)) for one in schema.fields}
    if (schema.name or "").startswith(UNION):
        return next(({name: item} for name, item in inside.items() if item is not None), None)
    return inside


def there_and_back(schema: Schema, value: Any, mapping: MappingSettings) -> tuple[Schema, Any, bytes]:
    definition = definition_of(schema, mapping)
    file = open_file(RegisteredSchema(1, definition.registered))
    data = encoder(schema, definition, file, b"12345", mapping)(value)
    indexes, start = indexes_at(data, 5)
    found, back = decoder(file, indexes, start, mapping)(data)
    assert found is not None
    return found, back, data


def compare(schema: Schema, value: Any, back: Any, presence: bool) -> None:
    """Compare a struct with what was read; unions have other names, and stand first."""
    unions = [one for one in schema.fields if (one.schema.name or "").startswith(UNION)]
    wanted = normal(schema, value, presence)
    read = dict(back)
    for place, one in enumerate(unions):
        name = f"{(one.schema.name or '').rpartition('.')[2]}_{place}"
        assert_same(one.schema, wanted.pop(one.name), read.pop(name), presence)
    assert wanted.keys() == read.keys()
    for one in schema.fields:
        if one.name in wanted:
            assert_same(one.schema, wanted[one.name], read[one.name], presence)


def assert_same(schema: Schema, wanted: Any, read: Any, presence: bool) -> None:
    if wanted is None or read is None:
        assert wanted is None
        assert read is None
    elif schema.type is Type.STRUCT and (schema.name or "").startswith(UNION):
        ((name, item),) = wanted.items()
        member = schema.field(name)
        assert member is not None
        assert_same(member.schema, item, read[name], presence)
    elif schema.type is Type.STRUCT:
        compare(schema, wanted, read, presence)
    elif schema.type is Type.ARRAY:
        assert len(wanted) == len(read)
        for one, other in zip(wanted, read, strict=True):
            assert_same(schema.value_schema, one, other, presence)  # type: ignore[arg-type]
    elif schema.type is Type.MAP:
        assert wanted.keys() == read.keys()
        for key in wanted:
            assert_same(schema.value_schema, wanted[key], read[key], presence)  # type: ignore[arg-type]
    else:
        assert wanted == read or wanted != wanted  # noqa: PLR0124 - NaN
        assert type(wanted) is type(read) or isinstance(wanted, (int, float))


SWITCHES = [
    (MappingSettings(), False),
    (MappingSettings(optional_for_nullables=True), True),
    (MappingSettings(wrapper_for_nullables=True), True),
    (MappingSettings(enhanced_protobuf_schema_support=True), False),
]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), st.sampled_from(SWITCHES))
def test_data_is_the_same(data: st.DataObject, switches: tuple[MappingSettings, bool]) -> None:
    mapping, presence = switches
    schema = data.draw(structs())
    value = sound(schema, data.draw(values(schema)))
    if mapping.enhanced_protobuf_schema_support:
        mapping = MappingSettings()
    found, back, first = there_and_back(schema, value, mapping)
    validate(found, back)
    compare(schema, value, back, presence)
    again, third, second = there_and_back(found, back, mapping)
    assert third == back or "nan" in str(back)
    assert again.fields == found.fields or mapping.wrapper_for_nullables
    assert second == first or mapping.wrapper_for_nullables or presence or None in back.values()
