"""Which route does a request take?

The table is all there is: the router, the check of who may do what, and the OpenAPI document are made from it.
"""

from collections.abc import Mapping, Sequence
from typing import Literal
from urllib.parse import unquote_to_bytes

import attrs

from connectsdk.http._actions import Action
from connectsdk.http._requests import RestError

__all__ = ("ROUTES", "Body", "Route", "allowed_methods", "find_route")

Body = Literal["none", "config", "patch", "create", "offsets", "level"]
Checked = Literal["worker", "connector", "listed", "body"]
"""What is asked about before a route is carried out: the worker, the connector of the path, each connector of the
answer, or the connector that the body names."""


@attrs.frozen(kw_only=True)
class Route:
    """One method of one path.

    Attributes:
        method: GET, POST, PUT, PATCH or DELETE.
        path: Its parts; one in braces is a parameter.
        name: Which operation carries it out.
        action: What it does, for whoever decides who may.
        checked: Whom it does that to.
        answers: The statuses that it answers with when it succeeds, with the name of the body's schema or None.
        summary: What it does, for people.
        body: What the body is.
        query: Its query's keys, with the name of a schema.
        admin: Whether it belongs to the listeners for administration.
    """

    method: str
    path: str
    name: str
    action: Action
    answers: Mapping[int, str | None]
    summary: str
    checked: Checked = "connector"
    body: Body = "none"
    query: Mapping[str, str] = attrs.field(factory=dict)
    admin: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of the path."""
        return _parts(self.path)


def find_route(method: str, raw_path: str, routes: Sequence[Route]) -> tuple[Route, dict[str, str]]:
    """Return the route of a request, and the decoded parameters of its path.

    Args:
        method: As sent; HEAD takes the route of GET.
        raw_path: The path before it is decoded, so that a name may hold an encoded slash.
        routes: Those that there are.

    Raises:
        RestError: With 400 for a path that cannot be decoded, 404 for one that is not there, 405 for a method
            that it has not.
    """
    given = _parts(raw_path)
    here = [(route, found) for route in routes if (found := _match(route.parts, given)) is not None]
    if not here:
        raise RestError(404, "HTTP 404 Not Found")
    wanted = "GET" if method == "HEAD" else method
    for route, found in here:
        if route.method == wanted:
            return route, {key: _decode(value) for key, value in found.items()}
    raise RestError(
        405, "HTTP 405 Method Not Allowed", {"Allow": ", ".join(allowed_methods(raw_path, routes))}
    )


def allowed_methods(raw_path: str, routes: Sequence[Route]) -> list[str]:
    """Return the methods of a path; empty when it is not there."""
    given = _parts(raw_path)
    found = {route.method for route in routes if _match(route.parts, given) is not None}
    return sorted(found | ({"HEAD"} if "GET" in found else set()) | ({"OPTIONS"} if found else set()))


def _parts(path: str) -> tuple[str, ...]:
    """Return a path's parts; slashes at its end mean nothing."""
    stripped = path.rstrip("/")
    return tuple(stripped.split("/")[1:])


def _match(pattern: tuple[str, ...], given: tuple[str, ...]) -> dict[str, str] | None:
    if len(pattern) != len(given):
        return None
    found = {}
    for expected, part in zip(pattern, given, strict=True):
        if expected.startswith("{") and part:
            found[expected[1:-1]] = part
        elif expected != part:
            return None
    return found


def _decode(part: str) -> str:
    try:
        return unquote_to_bytes(part).decode()
    except UnicodeDecodeError:
        raise RestError(400, "the path is not UTF-8 in percent-encoding") from None


_C, _P = "/connectors/{connector}", "/connector-plugins/{plugin}"

ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/",
        name="worker",
        action=Action.WORKER_READ,
        checked="worker",
        answers={200: "ServerInfo"},
        summary="Return the worker's version and cluster.",
    ),
    Route(
        method="GET",
        path="/health",
        name="health",
        action=Action.WORKER_HEALTH,
        checked="worker",
        answers={200: "Health", 500: "Health", 503: "Health"},
        summary="Return whether the worker can do its work.",
    ),
    Route(
        method="GET",
        path="/metrics",
        name="metrics",
        action=Action.METRICS_READ,
        checked="worker",
        answers={200: "Metrics"},
        summary="Return the worker's metrics in Prometheus' text format.",
    ),
    Route(
        method="GET",
        path="/openapi.json",
        name="openapi",
        action=Action.WORKER_READ,
        checked="worker",
        answers={200: "OpenApi"},
        summary="Return this description.",
    ),
    Route(
        method="GET",
        path="/connectors",
        name="list_connectors",
        action=Action.CONNECTOR_READ,
        checked="listed",
        query={"expand": "Expansions"},
        answers={200: "ConnectorList"},
        summary="List the connectors; with `expand=info` or `expand=status` what they are.",
    ),
    Route(
        method="POST",
        path="/connectors",
        name="create",
        action=Action.CONNECTOR_WRITE,
        checked="body",
        body="create",
        answers={201: "ConnectorInfo"},
        summary="Create a connector.",
    ),
    Route(
        method="GET",
        path=_C,
        name="info",
        action=Action.CONNECTOR_CONFIG,
        answers={200: "ConnectorInfo"},
        summary="Return a connector as it was configured.",
    ),
    Route(
        method="DELETE",
        path=_C,
        name="delete",
        action=Action.CONNECTOR_WRITE,
        answers={204: None},
        summary="Stop a connector and forget it; its offsets stay.",
    ),
    Route(
        method="GET",
        path=f"{_C}/config",
        name="config",
        action=Action.CONNECTOR_CONFIG,
        answers={200: "Config"},
        summary="Return a connector's properties.",
    ),
    Route(
        method="PUT",
        path=f"{_C}/config",
        name="put_config",
        action=Action.CONNECTOR_WRITE,
        body="config",
        answers={200: "ConnectorInfo", 201: "ConnectorInfo"},
        summary="Replace a connector's properties, or create it.",
    ),
    Route(
        method="PATCH",
        path=f"{_C}/config",
        name="patch_config",
        action=Action.CONNECTOR_WRITE,
        body="patch",
        answers={200: "ConnectorInfo"},
        summary="Change some of a connector's properties; null removes one.",
    ),
    Route(
        method="GET",
        path=f"{_C}/status",
        name="status",
        action=Action.CONNECTOR_READ,
        answers={200: "ConnectorStateInfo"},
        summary="Return how a connector and its tasks fare.",
    ),
    Route(
        method="GET",
        path=f"{_C}/explain",
        name="explain",
        action=Action.CONNECTOR_READ,
        answers={200: "Explanation"},
        summary="Return why a connector is slow, stuck or failed, and what to do.",
    ),
    Route(
        method="GET",
        path=f"{_C}/topics",
        name="topics",
        action=Action.CONNECTOR_READ,
        answers={200: "Topics"},
        summary="Return the topics that a connector has used.",
    ),
    Route(
        method="PUT",
        path=f"{_C}/topics/reset",
        name="reset_topics",
        action=Action.CONNECTOR_OPERATE,
        answers={202: None},
        summary="Forget which topics a connector has used.",
    ),
    Route(
        method="PUT",
        path=f"{_C}/pause",
        name="pause",
        action=Action.CONNECTOR_OPERATE,
        answers={202: None},
        summary="Let a connector's tasks wait.",
    ),
    Route(
        method="PUT",
        path=f"{_C}/resume",
        name="resume",
        action=Action.CONNECTOR_OPERATE,
        answers={202: None},
        summary="Let a paused or stopped connector run.",
    ),
    Route(
        method="PUT",
        path=f"{_C}/stop",
        name="stop",
        action=Action.CONNECTOR_OPERATE,
        answers={204: None},
        summary="End a connector's tasks; it stays configured.",
    ),
    Route(
        method="POST",
        path=f"{_C}/restart",
        name="restart",
        action=Action.CONNECTOR_OPERATE,
        query={"includeTasks": "Flag", "onlyFailed": "Flag"},
        answers={202: "ConnectorStateInfo", 204: None},
        summary="Restart a connector, and with `includeTasks` its tasks.",
    ),
    Route(
        method="GET",
        path=f"{_C}/tasks",
        name="tasks",
        action=Action.CONNECTOR_CONFIG,
        answers={200: "TaskInfos"},
        summary="Return a connector's tasks as they are configured.",
    ),
    Route(
        method="GET",
        path=f"{_C}/tasks-config",
        name="tasks_config",
        action=Action.CONNECTOR_CONFIG,
        answers={200: "TasksConfig"},
        summary="Return the properties of a connector's tasks by the tasks' names.",
    ),
    Route(
        method="GET",
        path=f"{_C}/tasks/{{task}}/status",
        name="task_status",
        action=Action.CONNECTOR_READ,
        answers={200: "TaskState"},
        summary="Return how one task fares.",
    ),
    Route(
        method="POST",
        path=f"{_C}/tasks/{{task}}/restart",
        name="restart_task",
        action=Action.CONNECTOR_OPERATE,
        answers={204: None},
        summary="Restart one task.",
    ),
    Route(
        method="GET",
        path=f"{_C}/offsets",
        name="offsets",
        action=Action.CONNECTOR_READ,
        answers={200: "Offsets"},
        summary="Return where a connector is.",
    ),
    Route(
        method="PATCH",
        path=f"{_C}/offsets",
        name="alter_offsets",
        action=Action.CONNECTOR_OFFSETS,
        body="offsets",
        answers={200: "Message"},
        summary="Change where a stopped connector goes on.",
    ),
    Route(
        method="DELETE",
        path=f"{_C}/offsets",
        name="reset_offsets",
        action=Action.CONNECTOR_OFFSETS,
        answers={200: "Message"},
        summary="Forget where a stopped connector was.",
    ),
    Route(
        method="GET",
        path="/connector-plugins",
        name="plugins",
        action=Action.PLUGINS_READ,
        checked="worker",
        query={"connectorsOnly": "Flag"},
        answers={200: "Plugins"},
        summary="List the plugins that configurations may name.",
    ),
    Route(
        method="GET",
        path=f"{_P}/config",
        name="plugin_config",
        action=Action.PLUGINS_READ,
        checked="worker",
        query={"version": "Text"},
        answers={200: "ConfigKeys"},
        summary="Return the keys of a plugin.",
    ),
    Route(
        method="PUT",
        path=f"{_P}/config/validate",
        name="validate",
        action=Action.PLUGINS_VALIDATE,
        checked="worker",
        body="config",
        query={"version": "Text"},
        answers={200: "ConfigInfos"},
        summary="Say of every key of a connector's configuration what is wrong with it.",
    ),
    Route(
        method="GET",
        path="/admin/loggers",
        name="all_loggers",
        action=Action.LOGGERS_READ,
        checked="worker",
        admin=True,
        answers={200: "Loggers"},
        summary="Return the loggers whose level is set.",
    ),
    Route(
        method="GET",
        path="/admin/loggers/{logger}",
        name="logger",
        action=Action.LOGGERS_READ,
        checked="worker",
        admin=True,
        answers={200: "Logger"},
        summary="Return a logger's level.",
    ),
    Route(
        method="PUT",
        path="/admin/loggers/{logger}",
        name="set_logger",
        action=Action.LOGGERS_WRITE,
        checked="worker",
        admin=True,
        body="level",
        query={"scope": "Scope"},
        answers={200: "LoggerNames", 204: None},
        summary="Set the level of a logger and of those below it.",
    ),
)
