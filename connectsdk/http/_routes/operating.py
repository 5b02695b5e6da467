"""How are connectors that exist operated?"""

from connectsdk.http._actions import Action
from connectsdk.http._routes.route import CONNECTOR, Route

__all__ = ("ROUTES",)

ROUTES: tuple[Route, ...] = (
    Route(
        method="PUT",
        path=f"{CONNECTOR}/topics/reset",
        name="reset_topics",
        action=Action.CONNECTOR_OPERATE,
        answers={202: None},
        summary="Forget which topics a connector has used.",
    ),
    Route(
        method="PUT",
        path=f"{CONNECTOR}/pause",
        name="pause",
        action=Action.CONNECTOR_OPERATE,
        answers={202: None},
        summary="Let a connector's tasks wait.",
    ),
    Route(
        method="PUT",
        path=f"{CONNECTOR}/resume",
        name="resume",
        action=Action.CONNECTOR_OPERATE,
        answers={202: None},
        summary="Let a paused or stopped connector run.",
    ),
    Route(
        method="PUT",
        path=f"{CONNECTOR}/stop",
        name="stop",
        action=Action.CONNECTOR_OPERATE,
        answers={204: None},
        summary="End a connector's tasks; it stays configured.",
    ),
    Route(
        method="POST",
        path=f"{CONNECTOR}/restart",
        name="restart",
        action=Action.CONNECTOR_OPERATE,
        query={"includeTasks": "Flag", "onlyFailed": "Flag"},
        answers={202: "ConnectorStateInfo", 204: None},
        summary="Restart a connector, and with `includeTasks` its tasks.",
    ),
)
