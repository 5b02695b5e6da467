"""What is asked of the worker itself?"""

from connectsdk.http._actions import Action
from connectsdk.http._routes.route import Route
from connectsdk.runtime.herder import HEALTH_TIMEOUT

__all__ = ("ROUTES",)

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
        limit=HEALTH_TIMEOUT + 1,
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
        path="/worker",
        name="worker_facts",
        action=Action.WORKER_READ,
        checked="worker",
        answers={200: "WorkerFacts"},
        summary="Return what there is to know about the worker: plugin code left behind, plugins that cannot be used.",
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
)
