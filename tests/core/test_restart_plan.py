"""What a restart restarts: Kafka Connect's table, for every combination."""

import pytest

from connectsdk._core.restart_plan import RestartPlan, plan_restart

TASKS = [(2, True), (0, False), (1, True)]


@pytest.mark.parametrize(
    ("failed", "include_tasks", "only_failed", "expected"),
    [
        (False, False, False, RestartPlan(connector=True, tasks=())),
        (True, False, False, RestartPlan(connector=True, tasks=())),
        (False, True, False, RestartPlan(connector=True, tasks=(0, 1, 2))),
        (True, True, False, RestartPlan(connector=True, tasks=(0, 1, 2))),
        (False, False, True, RestartPlan(connector=False, tasks=())),
        (True, False, True, RestartPlan(connector=True, tasks=())),
        (False, True, True, RestartPlan(connector=False, tasks=(1, 2))),
        (True, True, True, RestartPlan(connector=True, tasks=(1, 2))),
    ],
)
def test_a_restart(*, failed: bool, include_tasks: bool, only_failed: bool, expected: RestartPlan) -> None:
    plan = plan_restart(
        connector_failed=failed, tasks=TASKS, include_tasks=include_tasks, only_failed=only_failed
    )
    assert plan == expected
