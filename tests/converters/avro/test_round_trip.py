"""Is data the same after it was written and read, and are the bytes those of plain fastavro and of Apache Avro?"""

import io
import json
from typing import Any

import attrs
import avro.io
import avro.schema
import fastavro
from hypothesis import HealthCheck, given, settings, strategies as st

from connectsdk.converters.avro._codec import decoder, encoder
from connectsdk.converters.avro._fastavro import load_fastavro
from connectsdk.converters.avro._from_connect import avro_type_of
from connectsdk.converters.avro._json import parse_schema, schema_text
from connectsdk.converters.avro._settings import MappingSettings
from connectsdk.converters.avro._to_connect import connect_schema_of
from connectsdk.schema import (
    DATE_SCHEMA,
    TIME_SCHEMA,
    TIMESTAMP_SCHEMA,
    Field,
    Schema,
    Type,
    decimal_schema,
    logical,
)
from connectsdk.testing.strategies import values

PLAIN = MappingSettings()
FASTAVRO = load_fastavro()
LEAVES = [
    *(Schema(kind) for kind in Type if kind.is_primitive),
    DATE_SCHEMA,
    TIME_SCHEMA,
    TIMESTAMP_SCHEMA,
    decimal_schema(2),
    decimal_schema(-3),
    Schema(Type.INT64, name="com.example.Id", version=3, doc="an id", parameters={"a": "b"}),
]
KEYS = [Schema(Type.STRING), Schema(Type.INT32), Schema(Type.BOOLEAN), Schema(Type.STRING, optional=True)]


@st.composite
def schemas(draw: st.DrawFn, depth: int = 2) -> Schema:
    """Draw schemas whose names are all different, as Avro's have to be."""
    return _schema(draw, depth, iter(range(1000)))


def _schema(draw: st.DrawFn, depth: int, numbers: Any) -> Schema:
    kind = draw(st.sampled_from(["leaf", "array", "map", "struct", "struct"] if depth else ["leaf"]))
    made = draw(st.sampled_from(LEAVES))
    if kind == "array":
        made = Schema(Type.ARRAY, value_schema=_schema(draw, depth - 1, numbers))
    elif kind == "map":
        made = Schema(
            Type.MAP,
            name=draw(st.sampled_from([None, f"com.example.Map{next(numbers)}"])),
            key_schema=draw(st.sampled_from(KEYS)),
            value_schema=_schema(draw, depth - 1, numbers),
        )
        if made.key_schema == KEYS[0] or made.name is None:
            made = attrs.evolve(made, name=None, key_schema=KEYS[0])
    elif kind == "struct":
        inner = [_schema(draw, depth - 1, numbers) for _ in range(draw(st.integers(1, 4)))]
        name = draw(st.sampled_from([None, f"com.example.R{next(numbers)}", f"R{next(numbers)}"]))
        fields = [Field(f"f{place}", place, schema) for place, schema in enumerate(inner)]
        made = Schema(Type.STRUCT, name=name, fields=fields, version=draw(st.sampled_from([None, 2])))
    if draw(st.integers(0, 5)) == 0:
        made = attrs.evolve(made, default=filled(made, float32s(made, draw(values(made)))))
    return attrs.evolve(made, optional=draw(st.booleans()))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Schema, Any]:
    schema = draw(schemas())
    return schema, draw(values(schema.as_required()))


def base(schema: Schema, avro_type: Any, value: Any) -> Any:  # noqa: PLR0911 - one per kind
    """Return the datum of a value, by the plainest of means: this is what plain fastavro is given."""
    if value is None:
        return None
    found = logical(schema)
    if found is not None:
        return found.from_logical(value)
    if isinstance(avro_type, list):
        avro_type = next(branch for branch in avro_type if branch != "null")
    if schema.type is Type.ARRAY and schema.value_schema:
        return [base(schema.value_schema, avro_type["items"], item) for item in value]
    if schema.type is Type.MAP and schema.value_schema and schema.key_schema:
        if avro_type["type"] == "map":
            return {key: base(schema.value_schema, avro_type["values"], item) for key, item in value.items()}
        return [
            {
                "key": base(schema.key_schema, None, key),
                "value": base(schema.value_schema, _entry(avro_type), item),
            }
            for key, item in value.items()
        ]
    if schema.type is Type.STRUCT:
        types = {field["name"]: field["type"] for field in avro_type["fields"]}
        return {
            field.name: base(field.schema, types[field.name], field.value_in(value))
            for field in schema.fields
        }
    return bytes(value) if schema.type is Type.BYTES else value


def _entry(avro_type: Any) -> Any:
    return avro_type["items"]["fields"][1]["type"]


def unmarked(schema: Any) -> Any:
    """Return Avro JSON without logical types, which the libraries would apply."""
    if isinstance(schema, dict):
        return {key: unmarked(value) for key, value in schema.items() if key != "logicalType"}
    return [unmarked(part) for part in schema] if isinstance(schema, list) else schema


def expanded(text: str) -> Any:
    return fastavro.schema.expand_schema(unmarked(json.loads(text)))


def filled(schema: Schema, value: Any) -> Any:
    """Return a value as it is read: with all keys, lists for tuples, and defaults in place of None."""
    if value is None:
        return None
    if schema.type is Type.STRUCT:
        return {field.name: filled(field.schema, field.value_in(value)) for field in schema.fields}
    if schema.type is Type.ARRAY and schema.value_schema:
        return [filled(schema.value_schema, item) for item in value]
    if schema.type is Type.MAP and schema.value_schema and schema.key_schema:
        return {key: filled(schema.value_schema, item) for key, item in value.items()}
    found = logical(schema)
    return value if found is None else found.to_logical(found.from_logical(value))


@given(cases())
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
def test_schemas_data_and_bytes_are_the_same_afterwards(case: tuple[Schema, Any]) -> None:
    schema, value = case
    text = schema_text(avro_type_of(schema, PLAIN))
    parsed = parse_schema(text)
    back = connect_schema_of(parsed, PLAIN)
    assert back == schema
    assert schema_text(avro_type_of(back, PLAIN)) == text

    message = encoder(parsed, schema, PLAIN, b"\0\0\0\0\1", FASTAVRO)[0](value)
    datum = base(schema, expanded(text), value)
    plain = io.BytesIO()
    fastavro.schemaless_writer(plain, fastavro.parse_schema(unmarked(json.loads(text))), datum)
    assert message == b"\0\0\0\0\1" + plain.getvalue()

    decode = decoder(parsed, None, PLAIN, 5, FASTAVRO)
    found_schema, found = decode(message)
    assert found_schema == schema
    assert repr(decode(bytearray(message))[1]) == repr(found)  # what is no bytes is read by fastavro
    assert repr(found) == repr(filled(schema, float32s(schema, value)))


def float32s(schema: Schema, value: Any) -> Any:  # noqa: PLR0911 - one per kind
    """Return a value whose 32-bit floats are rounded to what 32 bits hold."""
    from connectsdk.schema.java_text import float32

    if value is None:
        return None
    if schema.type is Type.FLOAT32:
        return float32(float(value))
    if schema.type is Type.FLOAT64:
        return float(value)
    if schema.type is Type.BYTES and isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    if schema.type is Type.STRUCT:
        return {field.name: float32s(field.schema, field.value_in(value)) for field in schema.fields}
    if schema.type is Type.ARRAY and schema.value_schema:
        return [float32s(schema.value_schema, item) for item in value]
    if schema.type is Type.MAP and schema.value_schema:
        return {key: float32s(schema.value_schema, item) for key, item in value.items()}
    return value


@given(cases())
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
def test_apache_avro_reads_what_is_written_and_writes_what_is_read(case: tuple[Schema, Any]) -> None:
    schema, value = case
    text = schema_text(avro_type_of(schema, PLAIN))
    official = avro.schema.parse(json.dumps(unmarked(json.loads(text))), validate_enum_symbols=False)
    parsed = parse_schema(text)
    message = encoder(parsed, schema, PLAIN, b"", FASTAVRO)[0](value)

    datum = avro.io.DatumReader(official).read(avro.io.BinaryDecoder(io.BytesIO(message)))
    stream = io.BytesIO()
    avro.io.DatumWriter(official).write(datum, avro.io.BinaryEncoder(stream))
    assert stream.getvalue() == message
    assert repr(decoder(parsed, None, PLAIN, 0, FASTAVRO)(stream.getvalue())[1]) == repr(
        filled(schema, float32s(schema, value))
    )


def test_as_many_schemas_as_promised_are_drawn() -> None:
    seen = set()

    @given(schemas())
    @settings(max_examples=400, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def draw(schema: Schema) -> None:
        seen.add(schema_text(avro_type_of(schema, PLAIN)))

    draw()
    assert len(seen) >= 200
