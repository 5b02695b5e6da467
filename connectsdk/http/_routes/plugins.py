"""What is asked of plugins?"""

from connectsdk.http._actions import Action
from connectsdk.http._routes.route import Route

__all__ = ("ROUTES",)

PLUGIN = "/connector-plugins/{plugin}"

ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/connector-plugins",
        name="plugins",
        action=Action.PLUGINS_READ,
        checked="worker",
        query={"connectorsOnly": "Flag"},
        answers={200: "Plugins"},
        summary="List the plugins that configurations may name; `/worker` lists those that cannot be used, and why.",
    ),
    Route(
        method="GET",
        path=f"{PLUGIN}/config",
        name="plugin_config",
        action=Action.PLUGINS_READ,
        checked="worker",
        query={"version": "Text"},
        answers={200: "ConfigKeys"},
        summary="Return the keys of a plugin.",
    ),
    Route(
        method="PUT",
        path=f"{PLUGIN}/config/validate",
        name="validate",
        action=Action.PLUGINS_VALIDATE,
        checked="worker",
        body="patch",
        query={"version": "Text"},
        answers={200: "ConfigInfos"},
        summary="Say of every key of a connector's configuration what is wrong with it.",
    ),
)
