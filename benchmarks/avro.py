"""What does the Avro converter cost beside plain fastavro?

    python -m benchmarks.avro [--json]

For each shape of record, both ways: nanoseconds of processor time for one by `fastavro.schemaless_writer` and `schemaless_reader`,
called as one calls them, with the same schema and data; by the converter, record by record; and by it in batches. They
take turns forth and back within one process, a ratio is that of one turn, and the medians count: so a machine that has other things to do meets
all alike.
"""

import asyncio
import io
import json
import statistics
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from time import process_time_ns
from typing import Any

import attrs
import fastavro

from benchmarks._report import avro_table
from benchmarks._results import BesideRow, Ratio
from connectsdk.config import parse
from connectsdk.converter import resolve
from connectsdk.converters.avro import AvroConverter, AvroConverterConfig
from connectsdk.registry import HEADER_SIZE, MemoryRegistry
from connectsdk.schema import (
    BOOLEAN_SCHEMA,
    DATE_SCHEMA,
    FLOAT64_SCHEMA,
    INT32_SCHEMA,
    INT64_SCHEMA,
    OPTIONAL_FLOAT64_SCHEMA,
    OPTIONAL_INT64_SCHEMA,
    OPTIONAL_STRING_SCHEMA,
    STRING_SCHEMA,
    TIMESTAMP_SCHEMA,
    Schema,
    SchemaBuilder,
    decimal_schema,
)

__all__ = ("SHAPES", "main", "measured")

ROUNDS, RECORDS = 41, 200
NAME = "benchmarks.avro"
BEGIN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

FLAT = (
    SchemaBuilder.struct()
    .name("bench.Flat")
    .field("id", INT64_SCHEMA)
    .field("count", INT32_SCHEMA)
    .field("name", STRING_SCHEMA)
    .field("city", STRING_SCHEMA)
    .field("price", FLOAT64_SCHEMA)
    .field("rate", FLOAT64_SCHEMA)
    .field("open", BOOLEAN_SCHEMA)
    .build()
)
OPTIONAL = (
    SchemaBuilder.struct()
    .name("bench.Optional")
    .field("id", INT64_SCHEMA)
    .field("name", OPTIONAL_STRING_SCHEMA)
    .field("city", OPTIONAL_STRING_SCHEMA)
    .field("price", OPTIONAL_FLOAT64_SCHEMA)
    .field("parent", OPTIONAL_INT64_SCHEMA)
    .build()
)
CALENDAR = (
    SchemaBuilder.struct()
    .name("bench.Calendar")
    .field("id", INT64_SCHEMA)
    .field("at", TIMESTAMP_SCHEMA)
    .field("day", DATE_SCHEMA)
    .field("name", STRING_SCHEMA)
    .build()
)
MONEY = (
    SchemaBuilder.struct()
    .name("bench.Money")
    .field("id", INT64_SCHEMA)
    .field("sum", decimal_schema(2))
    .build()
)
LINE = (
    SchemaBuilder.struct().name("bench.Line").field("sku", STRING_SCHEMA).field("count", INT32_SCHEMA).build()
)
NESTED = (
    SchemaBuilder.struct()
    .name("bench.Nested")
    .field("id", INT64_SCHEMA)
    .field("tags", SchemaBuilder.array(STRING_SCHEMA).build())
    .field("props", SchemaBuilder.map(STRING_SCHEMA, INT64_SCHEMA).build())
    .field("lines", SchemaBuilder.array(LINE).build())
    .build()
)
SHAPES: dict[str, tuple[Schema, Callable[[int], Any]]] = {
    "a string": (STRING_SCHEMA, lambda nth: f"key {nth}"),
    "a long": (INT64_SCHEMA, lambda nth: 123456789 + nth),
    "7 fields": (
        FLAT,
        lambda nth: {
            "id": 123456789 + nth,
            "count": nth,
            "name": f"name {nth}",
            "city": "Lisboa",
            "price": nth / 8,
            "rate": 0.1,
            "open": nth % 2 == 0,
        },
    ),
    "5 fields, 4 optional": (
        OPTIONAL,
        lambda nth: {"id": nth, "name": f"name {nth}", "city": None, "price": nth / 8, "parent": None},
    ),
    "timestamp and date": (
        CALENDAR,
        lambda nth: {
            "id": nth,
            "at": BEGIN + timedelta(milliseconds=nth),
            "day": date.fromordinal(739_000 + nth),
            "name": "a",
        },
    ),
    "decimal": (MONEY, lambda nth: {"id": nth, "sum": Decimal(123456 + nth).scaleb(-2)}),
    "array, map, 3 structs": (
        NESTED,
        lambda nth: {
            "id": nth,
            "tags": ["a", "b", "c"],
            "props": {"x": nth, "y": 2},
            "lines": [{"sku": f"sku-{number}", "count": number} for number in range(3)],
        },
    ),
}  # fmt: skip


def main(*arguments: str) -> None:
    """Measure and print: a table, or JSON."""
    rows = asyncio.run(measured())
    if "--json" in arguments:
        print(json.dumps([attrs.asdict(row) for row in rows]))
    else:
        print(avro_table(rows))


async def measured(rounds: int = ROUNDS) -> list[BesideRow]:
    """Measure every shape, both ways."""
    converter = AvroConverter()
    converter.configure(parse(AvroConverterConfig, {"schema.registry.url": f"mock://{NAME}"}))
    try:
        return [
            row
            for title, (schema, value) in SHAPES.items()
            for row in await _shape(converter, title, schema, [value(nth) for nth in range(RECORDS)], rounds)
        ]
    finally:
        MemoryRegistry.drop(NAME)


async def _shape(
    converter: AvroConverter, topic: str, schema: Schema, values: list[Any], rounds: int
) -> list[BesideRow]:
    write, read = converter.from_connect_data, converter.to_connect_data
    first = await resolve(write, topic, (), schema, values[0])
    assert await resolve(read, topic, (), first) == (schema, values[0])
    found = await MemoryRegistry.named(NAME).version(f"{topic}-value")
    parsed = fastavro.parse_schema(json.loads(found.definition.text))
    messages = [message for message in converter.from_connect_batch(topic, schema, values) if message]
    bodies = [message[HEADER_SIZE:] for message in messages]
    assert [plain_write(parsed, value) for value in values] == bodies
    assert converter.to_connect_batch(topic, messages) == (schema, values)
    written = race(
        lambda: [plain_write(parsed, value) for value in values],
        lambda: [write(topic, (), schema, value) for value in values],
        lambda: converter.from_connect_batch(topic, schema, values),
        rounds=rounds,
    )
    was_read = race(
        lambda: [plain_read(parsed, body) for body in bodies],
        lambda: [read(topic, (), message) for message in messages],
        lambda: converter.to_connect_batch(topic, messages),
        rounds=rounds,
    )
    return [row_of(f"{topic}, to bytes", written), row_of(f"{topic}, from bytes", was_read)]


def plain_write(parsed: Any, value: Any) -> bytes:
    """Write as one does with fastavro alone."""
    stream = io.BytesIO()
    fastavro.schemaless_writer(stream, parsed, value)
    return stream.getvalue()


def plain_read(parsed: Any, body: bytes) -> Any:
    """Read as one does with fastavro alone."""
    return fastavro.schemaless_reader(io.BytesIO(body), parsed)


def race(*calls: Callable[[], Any], rounds: int) -> list[list[float]]:
    """Return for each round what each call took, in nanoseconds of processor time per record; they take turns, forth and back."""
    found = []
    for _ in range(rounds):
        taken = [0.0] * len(calls)
        for place in (*range(len(calls)), *reversed(range(len(calls)))):
            begun = process_time_ns()
            kept = calls[place]()
            taken[place] += (process_time_ns() - begun) / RECORDS / 2
            del kept
        found.append(taken)
    return found


def row_of(title: str, rounds: list[list[float]]) -> BesideRow:
    """Return the medians of rounds: the library's, the converter's, and its batch's."""
    plain, one, batch = (statistics.median(column) for column in zip(*rounds, strict=True))
    return BesideRow(
        title,
        round(plain, 1),
        round(one, 1),
        round(batch, 1),
        spread([taken[1] / taken[0] for taken in rounds]),
        spread([taken[2] / taken[0] for taken in rounds]),
    )


def spread(ratios: list[float]) -> Ratio:
    """Return the median, and what all but a tenth at each end are within."""
    ordered = sorted(ratios)
    out = len(ordered) // 10
    return Ratio(statistics.median(ordered), ordered[out], ordered[-1 - out])


if __name__ == "__main__":
    main(*sys.argv[1:])
