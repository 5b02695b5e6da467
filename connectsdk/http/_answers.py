"""How are a herder's values written as JSON? With the names and shapes of Kafka Connect."""

from typing import Any

import attrs

from connectsdk.http._loggers import Level
from connectsdk.runtime.herder import (
    ConfigInfos,
    ConfigKeyInfo,
    ConnectorInfo,
    ConnectorOffset,
    ConnectorStateInfo,
    Health,
    PluginInfo,
    TaskInfo,
    TaskStateInfo,
)

__all__ = (
    "config_infos",
    "config_key",
    "health",
    "info",
    "logger",
    "offsets",
    "plugin",
    "status",
    "task",
    "task_state",
)


def info(found: ConnectorInfo) -> dict[str, Any]:
    """Return a connector as it was configured."""
    return {
        "name": found.name,
        "config": dict(found.config),
        "tasks": [{"connector": found.name, "task": number} for number in found.tasks],
        "type": found.type,
    }


def status(found: ConnectorStateInfo) -> dict[str, Any]:
    """Return how a connector and its tasks fare."""
    return {
        "name": found.name,
        "connector": _state(found),
        "tasks": [task_state(each) for each in found.tasks],
        "type": found.type,
    }


def task_state(found: TaskStateInfo) -> dict[str, Any]:
    """Return how a task fares."""
    return {"id": found.id, **_state(found)}


def _state(found: ConnectorStateInfo | TaskStateInfo) -> dict[str, Any]:
    """Return the state; a trace is there for what has failed, also when nobody knows more."""
    state = {"state": found.state, "worker_id": found.worker_id}
    if found.trace is not None or found.state == "FAILED":
        state["trace"] = found.trace or "no reason is known"
    if found.version is not None:
        state["version"] = found.version
    return state


def task(found: TaskInfo) -> dict[str, Any]:
    """Return a task as it was configured."""
    return {"id": {"connector": found.connector, "task": found.task}, "config": dict(found.config)}


def offsets(found: list[ConnectorOffset]) -> dict[str, Any]:
    """Return where a connector is."""
    return {
        "offsets": [
            {
                "partition": dict(each.partition),
                "offset": None if each.offset is None else dict(each.offset),
            }
            for each in found
        ]
    }


def health(found: Health) -> dict[str, str]:
    """Return whether the worker can do its work."""
    return {"status": found.status, "message": found.message}


def plugin(found: PluginInfo) -> dict[str, str]:
    """Return a plugin."""
    version = {} if found.version is None else {"version": found.version}
    return {"class": found.class_name, "type": found.type, **version}


def logger(found: Level) -> dict[str, Any]:
    """Return a logger's level."""
    return {"level": found.name, "last_modified": found.last_modified}


def config_key(found: ConfigKeyInfo) -> dict[str, Any]:
    """Return what is known of a configuration key."""
    return {**attrs.asdict(found), "dependents": list(found.dependents)}


def config_infos(found: ConfigInfos) -> dict[str, Any]:
    """Return what became of a configuration."""
    return {
        "name": found.name,
        "error_count": found.error_count,
        "groups": list(found.groups),
        "configs": [
            {
                "definition": None if each.definition is None else config_key(each.definition),
                "value": {
                    "name": each.value.name,
                    "value": each.value.value,
                    "recommended_values": list(each.value.recommended_values),
                    "errors": list(each.value.errors),
                    "visible": each.value.visible,
                },
            }
            for each in found.configs
        ],
    }
