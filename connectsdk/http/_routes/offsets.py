"""How are a connector's offsets read and changed?"""

from connectsdk.http._actions import Action
from connectsdk.http._routes.route import CONNECTOR, Route

__all__ = ("ROUTES",)

ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path=f"{CONNECTOR}/offsets",
        name="offsets",
        action=Action.CONNECTOR_READ,
        answers={200: "Offsets"},
        summary="Return where a connector is.",
    ),
    Route(
        method="PATCH",
        path=f"{CONNECTOR}/offsets",
        name="alter_offsets",
        action=Action.CONNECTOR_OFFSETS,
        body="offsets",
        answers={200: "Message"},
        summary="Change where a stopped connector goes on.",
    ),
    Route(
        method="DELETE",
        path=f"{CONNECTOR}/offsets",
        name="reset_offsets",
        action=Action.CONNECTOR_OFFSETS,
        answers={200: "Message"},
        summary="Forget where a stopped connector was.",
    ),
)
