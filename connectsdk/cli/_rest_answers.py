"""What does a worker's REST interface answer?

The values that the commands of an operator work on, read from the JSON of any Kafka Connect worker. What an older
worker leaves out has a default; what a newer one adds is passed over.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from connectsdk.errors import ConnectError

__all__ = (
    "Connector",
    "Health",
    "Logger",
    "Offset",
    "Plugin",
    "Problem",
    "Task",
    "UnreachableError",
    "read_connector",
    "read_connectors",
    "read_explanation",
    "read_health",
    "read_loggers",
    "read_names",
    "read_offsets",
    "read_plugins",
    "read_problems",
    "read_topics",
)


class UnreachableError(ConnectError):
    """No worker answered."""


@attrs.frozen(kw_only=True)
class Task:
    """A task: its number, RUNNING, FAILED, ..., where it runs, and what it failed of."""

    id: int
    state: str
    worker_id: str
    trace: str | None = None


@attrs.frozen(kw_only=True)
class Connector:
    """A connector as it is configured, and how it fares."""

    name: str
    type: str
    state: str
    worker_id: str
    trace: str | None = None
    tasks: Sequence[Task] = ()
    config: Mapping[str, str] = attrs.field(factory=dict, repr=False)

    @property
    def running(self) -> int:
        """How many of its tasks run."""
        return sum(task.state == "RUNNING" for task in self.tasks)

    @property
    def failed(self) -> bool:
        """Whether it or one of its tasks failed."""
        return "FAILED" in {self.state, *(task.state for task in self.tasks)}


@attrs.frozen(kw_only=True)
class Plugin:
    """A plugin that configurations may name."""

    class_name: str
    type: str
    version: str | None = None


@attrs.frozen(kw_only=True)
class Offset:
    """Where a connector is in one partition of its source or topic; None means nowhere."""

    partition: Mapping[str, Any]
    offset: Mapping[str, Any] | None


@attrs.frozen(kw_only=True)
class Logger:
    """A logger, its level, and since when, in milliseconds."""

    name: str
    level: str | None
    last_modified: int | None = None


@attrs.frozen(kw_only=True)
class Health:
    """How the worker is: healthy, starting or unhealthy; and what it is.

    Attributes:
        status: How it is.
        message: What it says to that.
        version: The version of Kafka Connect whose REST API it answers.
        kafka_cluster_id: The cluster that it works on.
        commit: What it was built from; connectsdk's worker says its own name and version here.
    """

    status: str
    message: str
    version: str
    kafka_cluster_id: str | None = None
    commit: str | None = None


@attrs.frozen(kw_only=True)
class Problem:
    """Something in a configuration that cannot work."""

    key: str
    errors: Sequence[str]


def read_connector(name: str, info: Mapping[str, Any], status: Mapping[str, Any]) -> Connector:
    """Return a connector from its `info` and `status`."""
    own = status.get("connector") or {}
    return Connector(
        name=name,
        type=str(status.get("type") or info.get("type") or "unknown"),
        state=str(own.get("state", "UNASSIGNED")),
        worker_id=str(own.get("worker_id", "")),
        trace=own.get("trace") or None,
        tasks=[
            Task(
                id=int(task["id"]),
                state=str(task["state"]),
                worker_id=str(task.get("worker_id", "")),
                trace=task.get("trace") or None,
            )
            for task in status.get("tasks") or ()
        ],
        config=dict(info["config"]),
    )


def read_names(answer: Sequence[str]) -> list[str]:
    """Return the names in the answer of `/connectors`."""
    return sorted(str(name) for name in answer)


def read_connectors(answer: Mapping[str, Mapping[str, Any]]) -> list[Connector]:
    """Return the connectors in the answer of `/connectors?expand=info&expand=status`, by name."""
    return [
        read_connector(name, each.get("info") or {"config": {}}, each.get("status") or {})
        for name, each in sorted(answer.items())
    ]


def read_topics(name: str, answer: Mapping[str, Any]) -> list[str]:
    """Return the topics in the answer of `/connectors/NAME/topics`."""
    return sorted((answer.get(name) or {}).get("topics") or ())


def read_explanation(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the answer of `/connectors/NAME/explain`, which only connectsdk's worker gives.

    Raises:
        ValueError: If it is none.
    """
    said = {"verdict", "cause", "remedy"}
    parts = [answer, *answer["tasks"]]
    if not {"name", "type", "state"} <= answer.keys() or not all(said <= part.keys() for part in parts):
        raise ValueError("no explanation")
    return answer


def read_plugins(answer: Sequence[Mapping[str, Any]]) -> list[Plugin]:
    """Return the plugins in the answer of `/connector-plugins`."""
    found = [
        Plugin(
            class_name=str(each["class"]),
            type=str(each.get("type", "")),
            version=_version(each.get("version")),
        )
        for each in answer
    ]
    return sorted(found, key=lambda plugin: (plugin.type, plugin.class_name))


def read_offsets(answer: Mapping[str, Any]) -> list[Offset]:
    """Return the offsets in the answer of `/connectors/NAME/offsets`."""
    return [
        Offset(partition=each.get("partition") or {}, offset=each.get("offset"))
        for each in answer["offsets"] or ()
    ]


def read_loggers(answer: Mapping[str, Mapping[str, Any]]) -> list[Logger]:
    """Return the loggers in the answer of `/admin/loggers`."""
    return [
        Logger(name=name, level=each.get("level"), last_modified=each.get("last_modified"))
        for name, each in sorted(answer.items())
    ]


def read_health(server: Mapping[str, Any], health: Mapping[str, Any]) -> Health:
    """Return how a worker is, from the answers of `/` and `/health`."""
    return Health(
        status=str(health.get("status", "unknown")),
        message=str(health.get("message", "")),
        version=str(server["version"]),
        kafka_cluster_id=server.get("kafka_cluster_id"),
        commit=server.get("commit"),
    )


def read_problems(answer: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong in the answer of a validation."""
    values = [each.get("value") or {} for each in answer.get("configs") or ()]
    return [
        Problem(key=str(value.get("name")), errors=[str(error) for error in value["errors"]])
        for value in values
        if value.get("errors")
    ]


def _version(text: object) -> str | None:
    """Return a plugin's version; Java writes those that it does not know as `null` or `undefined`."""
    return None if text in (None, "null", "undefined", "") else str(text)
