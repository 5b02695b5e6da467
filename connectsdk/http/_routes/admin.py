"""How are loggers administered?"""

from connectsdk.http._actions import Action
from connectsdk.http._routes.route import Route

__all__ = ("ROUTES",)

ROUTES: tuple[Route, ...] = (
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
