"""What is restarted when an operator asks for a restart?"""

from collections.abc import Iterable

import attrs

__all__ = ("RestartPlan", "plan_restart")


@attrs.frozen
class RestartPlan:
    """What to restart.

    Attributes:
        connector: Whether the connector object is.
        tasks: The numbers of the tasks that are, in order.
    """

    connector: bool
    tasks: tuple[int, ...]


def plan_restart(
    *, connector_failed: bool, tasks: Iterable[tuple[int, bool]], include_tasks: bool, only_failed: bool
) -> RestartPlan:
    """Return what to restart, as Kafka Connect decides it.

    Args:
        connector_failed: Whether the connector object has failed.
        tasks: Each task's number, and whether it has failed.
        include_tasks: Whether tasks are restarted too.
        only_failed: Whether only what has failed is.
    """
    chosen = (number for number, failed in tasks if include_tasks and (failed or not only_failed))
    return RestartPlan(connector_failed or not only_failed, tuple(sorted(chosen)))
