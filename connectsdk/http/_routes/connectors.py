"""How are connectors listed, looked at, written and deleted?"""

from connectsdk.http._actions import Action
from connectsdk.http._routes.route import CONNECTOR, Route

__all__ = ("ROUTES",)

ROUTES: tuple[Route, ...] = (
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
        path=CONNECTOR,
        name="info",
        action=Action.CONNECTOR_CONFIG,
        answers={200: "ConnectorInfo"},
        summary="Return a connector as it was configured.",
    ),
    Route(
        method="DELETE",
        path=CONNECTOR,
        name="delete",
        action=Action.CONNECTOR_WRITE,
        answers={204: None},
        summary="Stop a connector and forget it; its offsets stay.",
    ),
    Route(
        method="GET",
        path=f"{CONNECTOR}/config",
        name="config",
        action=Action.CONNECTOR_CONFIG,
        answers={200: "Config"},
        summary="Return a connector's properties.",
    ),
    Route(
        method="PUT",
        path=f"{CONNECTOR}/config",
        name="put_config",
        action=Action.CONNECTOR_WRITE,
        body="config",
        answers={200: "ConnectorInfo", 201: "ConnectorInfo"},
        summary="Replace a connector's properties, or create it.",
    ),
    Route(
        method="PATCH",
        path=f"{CONNECTOR}/config",
        name="patch_config",
        action=Action.CONNECTOR_WRITE,
        body="patch",
        answers={200: "ConnectorInfo"},
        summary="Change some of a connector's properties; null removes one.",
    ),
    Route(
        method="GET",
        path=f"{CONNECTOR}/status",
        name="status",
        action=Action.CONNECTOR_READ,
        answers={200: "ConnectorStateInfo"},
        summary="Return how a connector and its tasks fare.",
    ),
    Route(
        method="GET",
        path=f"{CONNECTOR}/explain",
        name="explain",
        action=Action.CONNECTOR_READ,
        answers={200: "Explanation"},
        summary="Return why a connector is slow, stuck or failed, and what to do.",
    ),
    Route(
        method="GET",
        path=f"{CONNECTOR}/topics",
        name="topics",
        action=Action.CONNECTOR_READ,
        answers={200: "Topics"},
        summary="Return the topics that a connector has used.",
    ),
)
