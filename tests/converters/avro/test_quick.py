"""Does the quick way write what the careful one writes, and nothing else? Does a record after the first pay for the shape?"""

import asyncio
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings

from connectsdk.converter import resolve
from connectsdk.converters.avro._binary_schema import BinarySchemas
from connectsdk.converters.avro._codec import encoder
from connectsdk.converters.avro._fastavro import Fastavro, load_fastavro
from connectsdk.converters.avro._from_connect import avro_type_of
from connectsdk.converters.avro._quick import written
from connectsdk.converters.avro._settings import MappingSettings
from connectsdk.converters.avro._writers import plan_of
from connectsdk.errors import DataError
from connectsdk.schema import (
    DATE_SCHEMA,
    INT8_SCHEMA,
    INT64_SCHEMA,
    OPTIONAL_INT64_SCHEMA,
    OPTIONAL_STRING_SCHEMA,
    STRING_SCHEMA,
    TIME_SCHEMA,
    TIMESTAMP_SCHEMA,
    Schema,
    SchemaBuilder,
    Type,
    decimal_schema,
)
from connectsdk.testing.strategies import values

Make = Callable[..., Any]
PLAIN = MappingSettings()
FASTAVRO = load_fastavro()
HEADER = b"\0\0\0\0\7"
LINE = SchemaBuilder.struct().name("Line").field("sku", STRING_SCHEMA).field("count", INT8_SCHEMA).build()
UNION = (
    SchemaBuilder.struct()
    .name("io.confluent.connect.avro.Union")
    .field("int", Schema(Type.INT32, optional=True))
    .field("string", OPTIONAL_STRING_SCHEMA)
    .optional()
    .build()
)
EVERYTHING = (
    SchemaBuilder.struct()
    .name("Everything")
    .field("small", INT8_SCHEMA)
    .field("short", Schema(Type.INT16, optional=True))
    .field("int", Schema(Type.INT32, default=5))
    .field("long", INT64_SCHEMA)
    .field("float", Schema(Type.FLOAT32))
    .field("double", Schema(Type.FLOAT64, optional=True, default=0.5))
    .field("rate", Schema(Type.FLOAT32, optional=True, default=1))  # an int, which is not written quickly
    .field("flag", Schema(Type.BOOLEAN))
    .field("text", OPTIONAL_STRING_SCHEMA)
    .field("data", Schema(Type.BYTES, optional=True))
    .field("day", attrs.evolve(DATE_SCHEMA, optional=True))
    .field("at", TIMESTAMP_SCHEMA)
    .field("clock", attrs.evolve(TIME_SCHEMA, optional=True))
    .field("sum", decimal_schema(2, optional=True))
    .field("tags", SchemaBuilder.array(OPTIONAL_STRING_SCHEMA).build())
    .field("props", SchemaBuilder.map(STRING_SCHEMA, OPTIONAL_INT64_SCHEMA).optional().build())
    .field("pairs", SchemaBuilder.map(INT64_SCHEMA, STRING_SCHEMA).build())
    .field("lines", SchemaBuilder.array(LINE).build())
    .field("line", LINE.as_optional())
    .field("nothing", SchemaBuilder.struct().name("Nothing").build())
    .field("either", UNION)
    .build()
)
ODD: list[Any] = [
    None,
    True,
    0,
    128,
    2**31,
    2**63,
    -(2**63) - 1,
    1.5,
    1e300,
    3.4028235e38,
    float("nan"),
    "",
    "\ud800",
    type("Text", (str,), {})("a text"),
    type("Number", (int,), {})(7),
    b"",
    bytearray(b"ab"),
    {},
    {"sku": "a", "count": 1, "more": 2},
    {1: 2},
    [],
    (),
    [None],
    Decimal("1.5"),
    Decimal("1.50"),
    Decimal("NaN"),
    datetime(2026, 1, 2, 3, 4, 5, 678_901),  # noqa: DTZ001 - one without a zone is what is meant
    datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    date(1, 1, 1),
    time(1, 2, 3),
]


@attrs.frozen
class Ways:
    """The two ways of writing values of one schema."""

    quick: Callable[[Any], bytes]
    careful: Callable[[Any], bytes]


def ways_of(schema: Schema) -> Ways:
    avro, schemas = avro_type_of(schema, PLAIN), BinarySchemas(PLAIN)
    write = FASTAVRO.writer(FASTAVRO.parse(schemas.make(avro, schema)))
    plan = plan_of(avro, schema, PLAIN, schemas)
    quick = plan.quick
    assert quick is not None
    return Ways(lambda value: written(quick, value), lambda value: write(plan.make(value), b""))


def attempt(write: Callable[[Any], bytes], value: Any) -> bytes | None:
    try:
        return write(value)
    except Exception:  # noqa: BLE001 - whatever it says
        return None


FULL: dict[str, Any] = {
    "small": 1,
    "short": -2,
    "int": 3,
    "long": 2**62,
    "float": 0.25,
    "double": -0.0,
    "rate": 2.5,
    "flag": True,
    "text": "é" * 9000,
    "data": b"\0\xff",
    "day": date(1969, 1, 1),
    "at": datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC),
    "clock": time(1, 2, 3),
    "sum": Decimal("-1234.56"),
    "tags": ["a", None, ""],
    "props": {"x": 1, "y": None},
    "pairs": {1: "one", 2: "two"},
    "lines": [{"sku": "a", "count": 1}, {"count": 2, "sku": "b"}],
    "line": {"sku": "c", "count": 3},
    "nothing": {},
    "either": {"string": "s"},
}
PLACES: list[tuple[Any, ...]] = [
    *((name,) for name in FULL),
    *(("tags", number) for number in range(3)),
    ("props", "x"),
    ("pairs", 1),
    ("lines", 0),
    *(("lines", 0, name) for name in ("sku", "count", "none of the fields")),
    *(("line", name) for name in ("sku", "count", "none of the fields")),
    *(("either", name) for name in ("int", "string", "none of the fields")),
    ("nothing", "none of the fields"),
    ("none of the fields",),
]


def replaced(value: Any, place: tuple[Any, ...], odd: Any) -> Any:
    """Return a copy with something else in one place."""
    if not place:
        return odd
    copy = dict(value) if isinstance(value, dict) else dict(enumerate(value))
    copy[place[0]] = replaced(copy.get(place[0]), place[1:], odd)
    return copy if isinstance(value, dict) else [*copy.values()]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: ".".join(map(str, place)))
def test_the_quick_way_writes_odd_values_as_the_careful_one_or_not_at_all(place: tuple[Any, ...]) -> None:
    ways = ways_of(EVERYTHING)
    for odd in ODD:
        value = replaced(FULL, place, odd)
        quick = attempt(ways.quick, value)
        assert quick is None or quick == ways.careful(value), odd


@given(values(EVERYTHING))
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_quick_way_writes_drawn_values_as_the_careful_one_or_not_at_all(value: Any) -> None:
    ways = ways_of(EVERYTHING)
    quick = attempt(ways.quick, value)
    assert quick is None or quick == ways.careful(value)


NULLABLE = ("short", "int", "double", "text", "data", "day", "clock", "sum", "props", "line", "either")
USUAL = [
    FULL,
    FULL | dict.fromkeys(NULLABLE),
    {key: value for key, value in FULL.items() if key not in NULLABLE},
    FULL | {"tags": (), "props": {}, "pairs": {}, "lines": (), "either": {"int": 5, "string": None}},
    FULL | {"either": {}, "double": -7},
]


@pytest.mark.parametrize("value", USUAL, ids=["full", "nones", "missing", "empty", "no branch"])
def test_usual_values_are_written_without_fastavro(value: Any) -> None:
    def refusing(_: Any) -> Any:
        def write(datum: Any, before: bytes) -> bytes:
            raise AssertionError(f"{datum} was written by fastavro, after {before!r}")

        return write

    without = Fastavro(FASTAVRO.parse, FASTAVRO.read, refusing)
    avro = avro_type_of(EVERYTHING, PLAIN)
    expected = HEADER + ways_of(EVERYTHING).careful(value)
    one, batch = encoder(avro, EVERYTHING, PLAIN, HEADER, without)
    assert one(value) == expected
    assert batch([value, value]) == [expected, expected]


def test_an_odd_value_in_a_batch_is_written_and_a_wrong_one_is_told() -> None:
    avro = avro_type_of(LINE, PLAIN)
    one, batch = encoder(avro, LINE, PLAIN, HEADER, FASTAVRO)
    usual, odd, wrong = ({"sku": sku, "count": 1} for sku in ("a", type("Text", (str,), {})("a"), "\ud800"))
    assert batch([usual, odd, usual]) == [one(usual)] * 3
    with pytest.raises(DataError, match="UnicodeEncodeError") as caught:
        batch([usual, wrong])
    assert caught.value.__cause__ is None


# -- records that contain themselves ---------------------------------------------------------------------------------


def chain(length: int) -> Any:
    value: Any = None
    for number in range(length):
        value = {"id": number, "next": value}
    return value


def test_a_record_that_contains_itself_is_written_quickly_up_to_its_depth() -> None:
    from connectsdk.converters.avro._json import parse_schema
    from connectsdk.converters.avro._to_connect import connect_schema_of

    text = (
        '{"type": "record", "name": "Node", "fields": [{"name": "id", "type": "long"},'
        ' {"name": "next", "type": ["null", "Node"]}]}'
    )
    avro = parse_schema(text)
    schema, schemas = connect_schema_of(avro, PLAIN), BinarySchemas(PLAIN)
    write = FASTAVRO.writer(FASTAVRO.parse(schemas.make(avro, schema)))
    plan = plan_of(avro, schema, PLAIN, schemas)
    quick = plan.quick
    assert quick is not None
    for length in (1, 2, 101):
        assert written(quick, chain(length)) == write(plan.make(chain(length)), b"")
    assert attempt(lambda value: written(quick, value), chain(102)) is None
    one, _ = encoder(avro, schema, PLAIN, b"", FASTAVRO)
    with pytest.raises(DataError, match="contains itself more than 100 times"):
        one(chain(102))
    assert one(chain(3)) == write(plan.make(chain(3)), b"")  # the depth was counted down again


# -- the shape is paid for once --------------------------------------------------------------------------------------


def calls_of(run: Callable[[], Any]) -> int:
    """Return how many functions of Python are entered."""
    count = 0

    def note(frame: Any, event: str, argument: Any) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        run()
    finally:
        sys.setprofile(before)
    return count


def records() -> Iterator[tuple[Schema, Any]]:
    """Give records of one shape, each with a schema object of its own."""
    for number in range(3):
        schema = attrs.evolve(EVERYTHING, doc="the same for all")
        yield schema, FULL | {"long": number}


def test_the_second_record_of_a_shape_does_not_pay_for_the_shape(avro: Make) -> None:
    write = (converter := avro().converter).from_connect_data
    (schema, value), (_, another), (equal, third) = records()
    first = calls_of(lambda: asyncio.run(resolve(write, "t", (), schema, value)))
    second = calls_of(lambda: write("t", (), schema, another))
    assert second == calls_of(lambda: write("t", (), schema, third)) < first / 20
    assert second < 5 * len(EVERYTHING.fields) + 20
    assert (
        calls_of(lambda: write("t", (), equal, third)) < first / 20
    )  # it is looked up, and not mapped again
    assert calls_of(lambda: converter.from_connect_batch("t", schema, [another] * 100)) <= 100 * second


def test_the_second_message_of_a_schema_does_not_pay_for_the_schema(avro: Make) -> None:
    made = avro()
    messages = [made.write(schema, value) for schema, value in records()]
    read = (converter := made.another()).to_connect_data
    first = calls_of(lambda: asyncio.run(resolve(read, "t", (), messages[0])))
    second = calls_of(lambda: read("t", (), messages[1]))
    assert second == calls_of(lambda: read("t", (), messages[2])) < first / 20
    assert second < 5 * len(EVERYTHING.fields) + 20
    assert calls_of(lambda: converter.to_connect_batch("t", messages)) <= len(messages) * (second + 5)
