"""Do the converters keep their contract?"""

import importlib
from typing import Any

import pytest
from hypothesis import settings, strategies as st

from connectsdk.converters import ALIASES
from connectsdk.registry._answers import Answers
from connectsdk.schema import (
    BOOLEAN_SCHEMA,
    FLOAT32_SCHEMA,
    FLOAT64_SCHEMA,
    INT16_SCHEMA,
    INT32_SCHEMA,
    INT64_SCHEMA,
    OPTIONAL_BYTES_SCHEMA,
    OPTIONAL_STRING_SCHEMA,
    Schema,
    Type,
)
from connectsdk.schema.java_text import java_text
from connectsdk.testing import check_converter, check_header_converter, configured
from connectsdk.testing.strategies import SchemaLimits, plain_values, schemaless, schemas, typed_values

QUICK = settings(max_examples=60)
FLAT = SchemaLimits(max_depth=0, logical=False, defaults=False)
TEXT_KEYS = plain_values(
    keys=st.text(max_size=3), scalars=st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3)
)
NO_BYTES = SchemaLimits(types=tuple(kind for kind in Type if kind is not Type.BYTES))


def same(schema: Any, value: Any) -> Any:
    return schema, value


def anything(schema: Any, value: Any) -> None:
    return None


def with_schema(schema: Any, value: Any) -> Any:
    """Say nothing of what had no schema."""
    return None if schema is None else (schema, value)


def as_text(schema: Any, value: Any) -> Any:
    return OPTIONAL_STRING_SCHEMA, None if value is None else java_text(value, schema)


def as_bytes(schema: Any, value: Any) -> Any:
    return OPTIONAL_BYTES_SCHEMA, value


def numbers(schema: Schema) -> Any:
    drawn = typed_values(st.sampled_from([schema, schema.as_optional()]))
    return drawn, lambda _, value: (schema.as_optional(), value)


CONVERTERS: list[Any] = [
    ("JsonConverter", {}, typed_values(), same),
    ("JsonConverter", {"decimal.format": "NUMERIC"}, typed_values(), same),
    ("JsonConverter", {"schemas.cache.size": "1"}, None, with_schema),
    ("JsonConverter", {"schemas.enable": "false"}, schemaless(TEXT_KEYS), same),
    ("JsonConverter", {"schemas.enable": "false"}, None, anything),
    ("StringConverter", {}, typed_values(schemas(limits=NO_BYTES)), as_text),
    ("StringConverter", {}, None, anything),
    ("ByteArrayConverter", {}, typed_values(schemas([Type.BYTES], limits=FLAT)), as_bytes),
    ("ByteArrayConverter", {}, schemaless(st.none() | st.binary()), as_bytes),
    ("BooleanConverter", {}, *numbers(BOOLEAN_SCHEMA)),
    ("ShortConverter", {}, *numbers(INT16_SCHEMA)),
    ("IntegerConverter", {}, *numbers(INT32_SCHEMA)),
    ("LongConverter", {}, *numbers(INT64_SCHEMA)),
    ("FloatConverter", {}, *numbers(FLOAT32_SCHEMA)),
    ("DoubleConverter", {}, *numbers(FLOAT64_SCHEMA)),
]


def loaded(name: str) -> Any:
    module, _, cls = ALIASES[name].partition(":")
    return getattr(importlib.import_module(module), cls)


@pytest.mark.parametrize("is_key", [False, True], ids=["value", "key"])
@pytest.mark.parametrize(
    ("name", "config", "drawn", "expected"),
    CONVERTERS,
    ids=lambda value: str(value)[:40] if isinstance(value, str | dict) else "",
)
def test_it_keeps_its_contract(name: str, config: Any, drawn: Any, expected: Any, is_key: bool) -> None:
    check_converter(configured(loaded(name), config, is_key=is_key), drawn, expected=expected, settings=QUICK)


HEADERS = [row for row in CONVERTERS if hasattr(loaded(row[0]), "from_connect_header")]
FEW = typed_values(schemas(limits=SchemaLimits(max_depth=0, types=NO_BYTES.types)))
# In containers Kafka Connect's own parsing makes values that do not fit the schemas it makes for them: [[1],[null]].
HEADERS += [
    ("SimpleHeaderConverter", {}, FEW, anything),
    ("SimpleHeaderConverter", {}, schemaless(st.none() | st.text()), anything),
]


@pytest.mark.parametrize(
    ("name", "config", "drawn", "expected"),
    HEADERS,
    ids=lambda value: str(value)[:40] if isinstance(value, str | dict) else "",
)
def test_it_keeps_its_contract_for_headers(name: str, config: Any, drawn: Any, expected: Any) -> None:
    check_header_converter(configured(loaded(name), config), drawn, expected=expected, settings=QUICK)


def test_every_converter_is_checked() -> None:
    checked = {loaded(name) for name, *_ in (*CONVERTERS, *HEADERS)}
    elsewhere = {loaded(name) for name in ("AvroConverter", "JsonSchemaConverter", "ProtobufConverter")}
    assert {name for name in ALIASES if loaded(name) not in checked | elsewhere} == set()


def test_avro_keeps_its_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Answers, "wait", lambda *_: 0.0)  # ids that do not exist cost a second each
    avro = configured(loaded("AvroConverter"), {"schema.registry.url": "mock://checks"})
    check_converter(avro, typed_values(), expected=anything, settings=settings(max_examples=20))


def test_json_schema_keeps_its_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Answers, "wait", lambda *_: 0.0)  # ids that do not exist cost a second each
    with_schemas = configured(loaded("JsonSchemaConverter"), {"schema.registry.url": "mock://checks-json"})
    check_converter(with_schemas, typed_values(), expected=anything, settings=settings(max_examples=20))
