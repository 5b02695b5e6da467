"""What do the records look like?"""

from collections.abc import Iterator
from typing import Any

import orjson

from benchmarks._jobs import Job

__all__ = ("row", "text", "values")

ALPHABET = "abcdefghijklmnopqrstuvwxyz"


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
    return (dumps(row(number)) for number in range(job.records))
