"""How are the facts of a connector's tasks written as JSON?

Kafka Connect has no such answer: it is the expansion `facts` of `GET /connectors`, which Kafka Connect ignores.
"""

from typing import Any

import attrs

from connectsdk.runtime import ConnectorFacts, TaskFacts

__all__ = ("SCHEMA", "facts")

COUNTS = (
    "read",
    "delivered",
    "filtered",
    "skipped",
    "dead_lettered",
    "failed",
    "returned",
    "in_flight",
    "retried",
    "commits",
    "commit_failures",
)
NUMBER = {"type": "number"}
MAYBE_NUMBER = {"type": ["number", "null"]}
TASK = {
    "id": {"type": "integer"},
    "state": {"type": "string"},
    "error": {"type": ["string", "null"]},
    "restarts": {"type": "integer"},
    "restarts_left": {"type": ["integer", "null"]},
    "next_restart_in": MAYBE_NUMBER,
    "read_rate": NUMBER,
    "delivered_rate": NUMBER,
    "unsettled_age": NUMBER,
    "lag": {"type": ["integer", "null"]},
    **{name: {"type": "integer"} for name in COUNTS},
}
SCHEMA = {
    "type": "object",
    "properties": {"tasks": {"type": "array", "items": {"type": "object", "properties": TASK}}},
    "required": ["tasks"],
}


def facts(found: ConnectorFacts | None) -> dict[str, Any]:
    """Return what is known about a connector's tasks; none run when it has no facts."""
    return {"tasks": [] if found is None else [_task(each) for each in found.tasks]}


def _task(found: TaskFacts) -> dict[str, Any]:
    counters = attrs.asdict(found.counters, recurse=False)
    return {
        "id": found.task,
        "state": found.state.value,
        "error": found.status.error,
        "restarts": found.status.restarts,
        "restarts_left": found.status.restarts_left,
        "next_restart_in": found.status.next_restart_in,
        "read_rate": found.readings.read_rate,
        "delivered_rate": found.readings.delivered_rate,
        "unsettled_age": found.unsettled_age,
        "lag": _lag(found),
        **{name: counters[name] for name in COUNTS},
    }


def _lag(found: TaskFacts) -> int | None:
    """Return how many records a sink's task is behind, as far as it is known; None for a source."""
    known = [partition.lag for partition in found.load.partitions if partition.lag is not None]
    return sum(known) if known else None
