"""What does each transform and each converter cost alone?

`python -m benchmarks.plugins` needs neither a broker nor Java. It prints, as JSON, nanoseconds of processor time
per record: record by record, and as a whole batch where the plugin takes batches. The best of many runs counts.
"""

import importlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from benchmarks._data import row, text
from benchmarks.connectors import ROW
from connectsdk.config import parse
from connectsdk.converters import ALIASES as CONVERTERS
from connectsdk.record import Headers, SourceRecord
from connectsdk.runtime import collect_less_often
from connectsdk.schema import STRING_SCHEMA
from connectsdk.transform import Columns
from connectsdk.transforms import ALIASES as TRANSFORMS

__all__ = ("CONFIGS", "main", "measured")

RECORDS = 1000
Shape = tuple[str, Any]
CONFIGS: Sequence[tuple[str, Mapping[str, str]]] = (
    ("Cast$Value", {"spec": "id:string,amount:float32"}),
    ("DropHeaders", {"headers": "h"}),
    ("ExtractField$Value", {"field": "name"}),
    ("Filter", {}),
    ("Flatten$Value", {}),
    ("HeaderFrom$Value", {"fields": "name", "headers": "n", "operation": "copy"}),
    ("HoistField$Value", {"field": "line"}),
    ("InsertField$Value", {"static.field": "source", "static.value": "s"}),
    ("InsertHeader", {"header": "h", "value.literal": "1"}),
    ("MaskField$Value", {"fields": "email"}),
    ("RegexRouter", {"regex": "(.*)", "replacement": "x-$1"}),
    ("ReplaceField$Value", {"exclude": "note", "renames": "name:customer"}),
    ("SetSchemaMetadata$Value", {"schema.name": "n", "schema.version": "2"}),
    (
        "TimestampConverter$Value",
        {"field": "ts", "target.type": "Timestamp", "unix.precision": "milliseconds"},
    ),
    ("TimestampRouter", {"topic.format": "${topic}-${timestamp}", "timestamp.format": "yyyyMMdd"}),
    ("ValueToKey", {"fields": "id"}),
)


def main() -> None:
    """Measure and print."""
    collect_less_often()
    print(json.dumps(dict(measured())))


def measured() -> Iterator[tuple[str, list[float | None]]]:
    """Yield for each plugin and shape of data what a record costs: one by one, and in a batch."""
    for name, settings in CONFIGS:
        for shape, schema in (("struct", ROW), ("schemaless", None)):
            if schema is None and name.startswith("SetSchemaMetadata"):
                continue
            yield f"{name}, {shape}", _transform(name, settings, schema)
    for name, settings in (
        ("JsonConverter", {"schemas.enable": "false"}),
        ("JsonConverter", {}),
        ("StringConverter", {}),
    ):
        yield from _converter(name, settings)


def _transform(name: str, settings: Mapping[str, str], schema: Any) -> list[float | None]:
    transform = _made(TRANSFORMS[name], settings)
    headers = Headers().add("h", "1", STRING_SCHEMA)
    parts = (None, STRING_SCHEMA, "k", schema)
    records = [
        SourceRecord("t", *parts, row(nth), 1_700_000_000_000 + nth, headers) for nth in range(RECORDS)
    ]
    apply = transform.apply
    one = _nanoseconds(lambda: [apply(record) for record in records])
    whole = getattr(transform, "apply_columns", None)
    if whole is None:
        return [one, None]
    columns = Columns(
        "t",
        [None] * RECORDS,
        STRING_SCHEMA,
        ["k"] * RECORDS,
        schema,
        [record.value for record in records],
        [record.timestamp for record in records],
        None,
    )
    return [one, _nanoseconds(lambda: whole(columns))]


def _converter(name: str, settings: Mapping[str, str]) -> Iterator[tuple[str, list[float | None]]]:
    converter = _made(CONVERTERS[name], settings)
    schema: Any = STRING_SCHEMA if name == "StringConverter" else ROW
    values: list[Any] = [text(100) if schema is STRING_SCHEMA else row(nth) for nth in range(RECORDS)]
    title = f"{name}{' without schemas' if settings else ''}"
    write, read = converter.from_connect_data, converter.to_connect_data
    data = [write("t", (), schema, value) for value in values]
    yield (
        f"{title}, to bytes",
        [
            _nanoseconds(lambda: [write("t", (), schema, value) for value in values]),
            _nanoseconds(lambda: converter.from_connect_batch("t", schema, values)),
        ],
    )
    yield (
        f"{title}, from bytes",
        [
            _nanoseconds(lambda: [read("t", (), found) for found in data]),
            _nanoseconds(lambda: converter.to_connect_batch("t", data)),
        ],
    )


def _made(path: str, settings: Mapping[str, str]) -> Any:
    module, _, name = path.partition(":")
    plugin = getattr(importlib.import_module(module), name)()
    config = parse(getattr(plugin, "config_class", dict), settings)
    if hasattr(plugin, "from_connect_data"):
        plugin.configure(config, is_key=False)
    else:
        plugin.configure(config)
    return plugin


def _nanoseconds(run: Callable[[], Any], rounds: int = 40) -> float:
    best = float("inf")
    for _ in range(rounds):
        begun = time.process_time_ns()
        kept = run()
        best = min(best, time.process_time_ns() - begun)
        del kept
    return round(best / RECORDS, 1)


if __name__ == "__main__":
    main()
