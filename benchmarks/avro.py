"""What does the Avro converter cost beside plain fastavro?

    python -m benchmarks.avro

For each shape of record: nanoseconds to write and to read one, by the converter and by `fastavro.schemaless_writer` and
`schemaless_reader` with the same schema and dict, and the converter's part of that. Both take turns, and the best of many
rounds counts.
"""

import asyncio
import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from time import perf_counter_ns
from typing import Any

import fastavro

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

ROUNDS, CALLS = 60, 500

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
SHAPES: dict[str, tuple[Schema, Any]] = {
    "flat, 7 fields": (
        FLAT,
        {"id": 123456789, "count": 42, "name": "a name", "city": "Lisboa", "price": 9.5, "rate": 0.1, "open": True},
    ),
    "5 fields, 4 optional": (OPTIONAL, {"id": 1, "name": "a name", "city": None, "price": 9.5, "parent": None}),
    "timestamp and date": (
        CALENDAR,
        {"id": 1, "at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "day": date(2026, 1, 2), "name": "a"},
    ),
    "decimal": (MONEY, {"id": 1, "sum": Decimal("1234.56")}),
    "array, map, 3 structs": (
        NESTED,
        {
            "id": 1,
            "tags": ["a", "b", "c"],
            "props": {"x": 1, "y": 2},
            "lines": [{"sku": f"sku-{number}", "count": number} for number in range(3)],
        },
    ),
}  # fmt: skip


async def main() -> None:
    """Measure every shape."""
    converter = AvroConverter()
    name = "benchmarks.avro"
    converter.configure(parse(AvroConverterConfig, {"schema.registry.url": f"mock://{name}"}))
    print(
        f"{'':24}{'write: fastavro':>17}{'converter':>11}{'ratio':>7}{'read: fastavro':>16}{'converter':>11}{'ratio':>7}"
    )
    for topic, (schema, value) in SHAPES.items():
        message = await resolve(converter.from_connect_data, topic, (), schema, value)
        assert message is not None
        assert await resolve(converter.to_connect_data, topic, (), message) == (schema, value)
        found = await MemoryRegistry.named(name).version(f"{topic}-value")
        parsed = fastavro.parse_schema(json.loads(found.definition.text))
        body = message[HEADER_SIZE:]
        assert plain_write(parsed, value) == body
        written = race(
            lambda parsed=parsed, value=value: plain_write(parsed, value),
            lambda topic=topic, schema=schema, value=value: converter.from_connect_data(
                topic, (), schema, value
            ),
        )
        read = race(
            lambda parsed=parsed, body=body: fastavro.schemaless_reader(io.BytesIO(body), parsed),
            lambda topic=topic, message=message: converter.to_connect_data(topic, (), message),
        )
        print(f"{topic:24}{written[0]:14.0f} ns{written[1]:8.0f} ns{written[1] / written[0]:7.2f}"
              f"{read[0]:13.0f} ns{read[1]:8.0f} ns{read[1] / read[0]:7.2f}")  # fmt: skip
    MemoryRegistry.drop(name)


def plain_write(parsed: Any, value: Any) -> bytes:
    """Write as one does with fastavro alone."""
    stream = io.BytesIO()
    fastavro.schemaless_writer(stream, parsed, value)
    return stream.getvalue()


def race(*calls: Callable[[], Any]) -> list[float]:
    """Return the best time of each call, in nanoseconds; they take turns."""
    best = [float("inf")] * len(calls)
    for _ in range(ROUNDS):
        for place, call in enumerate(calls):
            started = perf_counter_ns()
            for _ in range(CALLS):
                call()
            best[place] = min(best[place], (perf_counter_ns() - started) / CALLS)
    return best


if __name__ == "__main__":
    asyncio.run(main())
