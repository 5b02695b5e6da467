"""What do the records look like?"""

from collections.abc import Iterator
from typing import Any

import orjson

from benchmarks._jobs import Job

__all__ = ("row", "text", "values")

ALPHABET = "abcdefghijklmnopqrstuvwxyz"
KINDS = ("int64", "string", "string", "double", "boolean", "int64", "string")
OPTIONAL = {"email", "note"}
SCHEMA = {
    "type": "struct",
    "fields": [
        {"type": kind, "optional": name in OPTIONAL, "field": name}
        for kind, name in zip(KINDS, ("id", "name", "email", "amount", "active", "ts", "note"), strict=True)
    ],
    "optional": False,
    "name": "row",
}
"""What the Java worker's JsonConverter writes before such a row."""


def text(size: int) -> str:
    """Return a text of this many bytes."""
    return (ALPHABET * (size // len(ALPHABET) + 1))[:size]


def row(number: int) -> dict[str, Any]:
    """Return a struct of seven fields."""
    return {
        "id": number,
        "name": f"customer {number}",
        "email": f"c{number}@example.com",
        "amount": number * 0.25,
        "active": True,
        "ts": 1_700_000_000_000 + number,
        "note": None,
    }


def values(job: Job) -> Iterator[bytes]:
    """Return what the topic of a sink job holds."""
    if not job.struct:
        value = text(job.size).encode()
        return (value for _ in range(job.records))
    dumps = orjson.dumps
    if job.converter == "json-schemas":
        return (dumps({"schema": SCHEMA, "payload": row(number)}) for number in range(job.records))
    return (dumps(row(number)) for number in range(job.records))
