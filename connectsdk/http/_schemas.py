"""What shapes have the bodies of requests and answers? As JSON Schema."""

from collections.abc import Mapping, Sequence
from typing import Any

from connectsdk.http._facts import SCHEMA as FACTS, WORKER_SCHEMA

__all__ = ("ERRORS", "REQUESTS", "SCHEMAS")

TEXT = {"type": "string"}
MAYBE_TEXT = {"type": ["string", "null"]}
COUNT = {"type": "integer", "minimum": 0}
KIND = {"enum": ["source", "sink", "unknown"]}
CONFIG = {"type": "object", "additionalProperties": TEXT}


def _object(properties: Mapping[str, Any], optional: Sequence[str] = ()) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": [key for key in properties if key not in optional],
        "additionalProperties": False,
    }


def _list(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _map(values: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": values}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


_STATE = {"worker_id": TEXT, "trace": TEXT, "version": TEXT}
_CONNECTOR_STATES = ["RUNNING", "FAILED", "PAUSED", "UNASSIGNED", "RESTARTING", "STOPPED"]
_TASK_STATES = ["RUNNING", "FAILED", "PAUSED", "RESTARTING", "UNASSIGNED"]
_VALUE = {"type": ["string", "number", "boolean"]}
_TASK_ID = _object({"connector": TEXT, "task": COUNT})
_OFFSET = {"type": ["object", "null"]}
_SAID = {
    "verdict": {"enum": ["fine", "waiting", "slow", "stuck", "failed"]},
    "cause": TEXT,
    "remedy": TEXT,
}
_TASK_SAID = {
    "type": "object",
    "properties": {"id": COUNT, **_SAID, "state": TEXT, "step": TEXT},
    "required": ["id", *_SAID],
}
_TYPES = ["BOOLEAN", "STRING", "INT", "SHORT", "LONG", "DOUBLE", "LIST", "CLASS", "PASSWORD"]
_KEY = {
    "name": TEXT,
    "type": {"enum": _TYPES},
    "required": {"type": "boolean"},
    "default_value": MAYBE_TEXT,
    "importance": {"enum": ["HIGH", "MEDIUM", "LOW"]},
    "documentation": TEXT,
    "group": MAYBE_TEXT,
    "order": {"type": "integer"},
    "width": {"enum": ["NONE", "SHORT", "MEDIUM", "LONG"]},
    "display_name": TEXT,
    "dependents": _list(TEXT),
}
_KEY_VALUE = {
    "name": TEXT,
    "value": MAYBE_TEXT,
    "recommended_values": _list(MAYBE_TEXT),
    "errors": _list(TEXT),
    "visible": {"type": "boolean"},
}

SCHEMAS: Mapping[str, Any] = {
    "Error": _object({"error_code": {"type": "integer", "minimum": 400}, "message": TEXT}),
    "ServerInfo": _object({"version": TEXT, "commit": TEXT, "kafka_cluster_id": MAYBE_TEXT}),
    "Health": _object({"status": {"enum": ["healthy", "starting", "unhealthy"]}, "message": TEXT}),
    "Metrics": TEXT,
    "WorkerFacts": WORKER_SCHEMA,
    "OpenApi": {"type": "object", "required": ["openapi", "info", "paths"]},
    "Expansions": _list({"enum": ["info", "status", "facts"]}),
    "Flag": {"type": "boolean"},
    "Text": TEXT,
    "Scope": {"enum": ["worker", "cluster"]},
    "Name": {"type": "string", "minLength": 1},
    "TaskNumber": {"type": "integer", "minimum": 0, "maximum": 2**31 - 1},
    "Config": CONFIG,
    "ConnectorInfo": _object(
        {"name": TEXT, "config": _ref("Config"), "tasks": _list(_TASK_ID), "type": KIND}
    ),
    "ConnectorStateInfo": _object(
        {
            "name": TEXT,
            "connector": _object({"state": {"enum": _CONNECTOR_STATES}, **_STATE}, ("trace", "version")),
            "tasks": _list(_ref("TaskState")),
            "type": KIND,
        }
    ),
    "TaskState": _object({"id": COUNT, "state": {"enum": _TASK_STATES}, **_STATE}, ("trace", "version")),
    "ConnectorList": {
        "anyOf": [
            _list(TEXT),
            _map(
                _object(
                    {"info": _ref("ConnectorInfo"), "status": _ref("ConnectorStateInfo"), "facts": FACTS},
                    ("info", "status", "facts"),
                )
            ),
        ]
    },
    "TaskInfos": _list(_object({"id": _TASK_ID, "config": _ref("Config")})),
    "TasksConfig": _map(_ref("Config")),
    "Explanation": _object(
        {
            "name": TEXT,
            "type": KIND,
            "state": {"enum": _CONNECTOR_STATES},
            **_SAID,
            "tasks": _list(_TASK_SAID),
        }
    ),
    "Topics": _map(_object({"topics": _list(TEXT)})),
    "Offsets": _object({"offsets": _list(_object({"partition": {"type": "object"}, "offset": _OFFSET}))}),
    "Message": _object({"message": TEXT}),
    "Plugins": _list(
        _object({"class": TEXT, "type": TEXT, "version": TEXT}, ("version",)),
    ),
    "ConfigKey": _object(_KEY),
    "ConfigKeys": _list(_ref("ConfigKey")),
    "ConfigInfos": _object(
        {
            "name": TEXT,
            "error_count": COUNT,
            "groups": _list(TEXT),
            "configs": _list(
                _object(
                    {
                        "definition": {"anyOf": [_ref("ConfigKey"), {"type": "null"}]},
                        "value": _object(_KEY_VALUE),
                    }
                )
            ),
        }
    ),
    "Logger": _object({"level": TEXT, "last_modified": {"type": ["integer", "null"]}}),
    "Loggers": _map(_ref("Logger")),
    "LoggerNames": _list(TEXT),
    "ConfigRequest": _map(_VALUE),
    "ConfigPatch": _map({"type": ["string", "number", "boolean", "null"]}),
    "CreateRequest": _object(
        {
            "name": {"type": "string", "minLength": 1},
            "config": _ref("ConfigRequest"),
            "initial_state": {"enum": ["RUNNING", "PAUSED", "STOPPED", None]},
        },
        ("initial_state",),
    ),
    "OffsetsRequest": _object(
        {
            "offsets": {
                **_list(_object({"partition": {"type": "object"}, "offset": _OFFSET}, ("offset",))),
                "minItems": 1,
            }
        }
    ),
    "LevelRequest": {
        "type": "object",
        "properties": {"level": {"enum": ["OFF", "FATAL", "ERROR", "WARN", "INFO", "DEBUG", "TRACE", "ALL"]}},
        "required": ["level"],
    },
}

REQUESTS = {
    "config": "ConfigRequest",
    "patch": "ConfigPatch",
    "create": "CreateRequest",
    "offsets": "OffsetsRequest",
    "level": "LevelRequest",
}
"""The schemas of bodies, by what a route says that its body is."""

ERRORS = {
    "description": "Not done; the message says why.",
    "content": {"application/json": {"schema": _ref("Error")}},
}
