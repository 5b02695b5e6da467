"""Why is a connector as it is? The facts of its tasks, and what they mean."""

from collections.abc import Mapping
from typing import Any

from connectsdk._core.explanation import Explanation, Signs, explain_connector, explain_task
from connectsdk.runtime._operated import ConnectorStateInfo
from connectsdk.runtime._worker.snapshot import ConnectorFacts, TaskFacts

__all__ = ("explanation",)


def explanation(status: ConnectorStateInfo, facts: ConnectorFacts | None) -> Mapping[str, Any]:
    """Return why a connector is as it is, in what JSON can say.

    Args:
        status: What operators see of it.
        facts: What the worker knows; None while it runs nothing of it.
    """
    signs = [] if facts is None else [signs_of(task) for task in facts.tasks]
    found = [explain_task(each) for each in signs]
    own = status.trace if facts is None else facts.error
    whole = explain_connector(status.name, status.state.lower(), own, found)
    return {
        "name": status.name,
        "type": status.type,
        "state": status.state,
        **_said(whole),
        "tasks": [
            {"id": task.task, **_said(said), **_shown(task)} for task, said in zip(signs, found, strict=True)
        ],
    }


def signs_of(task: TaskFacts) -> Signs:
    """Return what is known of a task."""
    status, readings, load, counters = task.status, task.readings, task.load, task.counters
    lags = [partition.lag for partition in load.partitions if partition.lag is not None]
    return Signs(
        connector=task.connector,
        task=task.task,
        kind=task.kind,
        state=str(task.state),
        error=status.error,
        restarts=status.restarts,
        restarts_left=status.restarts_left,
        next_restart_in=status.next_restart_in,
        step=readings.step,
        step_for=readings.step_for,
        asked_again=readings.asked_again,
        in_flight=counters.in_flight,
        bytes_in_flight=load.bytes_in_flight,
        unsettled_age=task.unsettled_age,
        read_rate=readings.read_rate,
        delivered_rate=readings.delivered_rate,
        batch_time=readings.batch_time_avg,
        batch_size=readings.batch_size_avg,
        commit_failure=readings.commit_failure,
        since_progress=readings.since_progress,
        since_error=readings.since_error,
        lost=counters.skipped + counters.dead_lettered,
        partitions=len(load.partitions),
        lag=sum(lags) if lags else None,
        rebalances=readings.rebalances,
    )


def _said(found: Explanation) -> dict[str, str]:
    return {"verdict": found.verdict, "cause": found.cause, "remedy": found.remedy}


def _shown(signs: Signs) -> dict[str, Any]:
    """Return the numbers behind an explanation."""
    return {
        "state": signs.state.upper(),
        "step": signs.step,
        "step_seconds": round(signs.step_for, 1),
        "in_flight": signs.in_flight,
        "bytes_in_flight": signs.bytes_in_flight,
        "oldest_unsettled_seconds": round(signs.unsettled_age, 1),
        "read_per_second": round(signs.read_rate, 1),
        "delivered_per_second": round(signs.delivered_rate, 1),
        "lag": signs.lag,
        "skipped_or_dead_lettered": signs.lost,
        "restarts": signs.restarts,
        "rebalances": signs.rebalances,
        "last_error": signs.error,
    }
