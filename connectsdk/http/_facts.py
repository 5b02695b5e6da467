"""How are the facts of a worker and of its connectors' tasks written as JSON?

Kafka Connect has no such answers: one is the expansion `facts` of `GET /connectors`, which Kafka Connect ignores, the other
`GET /worker`, which it does not know.
"""

from typing import Any

import attrs

from connectsdk.runtime import ConnectorFacts, TaskFacts
from connectsdk.runtime.herder import Herder

__all__ = ("SCHEMA", "WORKER_SCHEMA", "facts", "worker_facts")

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
    "properties": {
        "tasks": {"type": "array", "items": {"type": "object", "properties": TASK}},
        "abandoned": {"type": "integer"},
    },
    "required": ["tasks", "abandoned"],
}
UNUSABLE = {
    "name": {"type": "string"},
    "type": {"type": "string"},
    "path": {"type": "string"},
    "distribution": {"type": ["string", "null"]},
    "reason": {"type": "string"},
}
WORKER = {
    "worker_id": {"type": "string"},
    "version": {"type": "string"},
    "uptime": NUMBER,
    "abandoned": {"type": "integer"},
    "unusable_plugins": {
        "type": "array",
        "items": {"type": "object", "properties": UNUSABLE, "required": list(UNUSABLE)},
    },
}
WORKER_SCHEMA = {"type": "object", "properties": WORKER, "required": list(WORKER)}


def facts(found: ConnectorFacts | None) -> dict[str, Any]:
    """Return what is known about a connector's tasks; none run when it has no facts."""
    if found is None:
        return {"tasks": [], "abandoned": 0}
    return {"tasks": [_task(each) for each in found.tasks], "abandoned": found.abandoned}


def worker_facts(herder: Herder) -> dict[str, Any]:
    """Return what is known about a worker: also the plugin code that was left behind, and plugins that cannot be used."""
    found = herder.facts()
    return {
        "worker_id": herder.worker_id,
        "version": found.version,
        "uptime": found.taken_at - found.started_at,
        "abandoned": found.abandoned,
        "unusable_plugins": [attrs.asdict(each) for each in herder.unusable_plugins()],
    }


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
