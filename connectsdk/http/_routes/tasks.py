"""What is asked of a connector's tasks?"""

from connectsdk.http._actions import Action
from connectsdk.http._routes.route import CONNECTOR, Route

__all__ = ("ROUTES",)

ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path=f"{CONNECTOR}/tasks",
        name="tasks",
        action=Action.CONNECTOR_CONFIG,
        answers={200: "TaskInfos"},
        summary="Return a connector's tasks as they are configured.",
    ),
    Route(
        method="GET",
        path=f"{CONNECTOR}/tasks-config",
        name="tasks_config",
        action=Action.CONNECTOR_CONFIG,
        answers={200: "TasksConfig"},
        summary="Return the properties of a connector's tasks by the tasks' names.",
    ),
    Route(
        method="GET",
        path=f"{CONNECTOR}/tasks/{{task}}/status",
        name="task_status",
        action=Action.CONNECTOR_READ,
        answers={200: "TaskState"},
        summary="Return how one task fares.",
    ),
    Route(
        method="POST",
        path=f"{CONNECTOR}/tasks/{{task}}/restart",
        name="restart_task",
        action=Action.CONNECTOR_OPERATE,
        answers={204: None},
        summary="Restart one task.",
    ),
)
