"""What are the facts of a worker, its connectors and their tasks now?

Plain values that are put together when somebody asks: a scrape, a page, a person. Nothing here waits, and no plugin
code is called, so a plugin that hangs does not hold it up. No property of a configuration is in it, and no record.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import attrs

from connectsdk._core.counters import Counters
from connectsdk._core.gauges import Readings, Startups
from connectsdk._core.lifecycle import State
from connectsdk._version import __version__
from connectsdk.runtime._parts.parts import Part
from connectsdk.runtime._tasks.load import Load
from connectsdk.runtime._tasks.status import ConnectorStatus, TaskStatus
from connectsdk.runtime._tasks.supervisor import Supervisor
from connectsdk.runtime._worker.runner import Runner
from connectsdk.runtime._worker.watchdog import Pulse

__all__ = ("ConnectorFacts", "TaskFacts", "WorkerFacts", "connector_facts")


@attrs.frozen(kw_only=True)
class TaskFacts:
    """One task.

    Attributes:
        connector: Its connector's name.
        task: Its number, from 0.
        kind: Whether it is a source's or a sink's.
        status: Its state, what it failed of, its restarts, and what became of its records.
        readings: How fast it works, and how long its steps take.
        load: What it has under way; a sink's partitions, too.
        unsettled_age: Age of the oldest records that are not settled, in seconds; 0 when all are.
        last_error_ms: When a record failed last, in milliseconds since 1970; 0 when none did.
        errors_logged: How many failures of records were logged one by one.
        letters_sent: Dead letters that were handed to their producer.
        letters_failed: Dead letters that their producer could not write.
    """

    connector: str
    task: int
    kind: Literal["source", "sink"]
    status: TaskStatus
    readings: Readings
    load: Load
    unsettled_age: float
    last_error_ms: int
    errors_logged: int
    letters_sent: int
    letters_failed: int

    @property
    def state(self) -> State:
        """Where it is in its life."""
        return self.status.state

    @property
    def counters(self) -> Counters:
        """What became of its records."""
        return self.status.counters


@attrs.frozen(kw_only=True)
class ConnectorFacts:
    """One connector.

    Attributes:
        name: Its name.
        kind: Whether it is a source or a sink.
        state: Where it is in its life, apart from its tasks.
        error: What it itself failed of; None unless it did.
        parts: The plugins that it consists of: itself, its task class, converters, transforms, predicates.
        tasks: Its tasks.
        abandoned: How often plugin code of it or of its tasks did not end and was left behind.
    """

    name: str
    kind: Literal["source", "sink"]
    state: State
    error: str | None
    parts: Sequence[Part]
    tasks: Sequence[TaskFacts]
    abandoned: int = 0

    def part(self, role: str) -> Part:
        """Return the one plugin that has a role.

        Raises:
            KeyError: If none has it.
        """
        for part in self.parts:
            if part.role == role:
                return part
        raise KeyError(role)

    def count(self, *states: State) -> int:
        """Return how many of its tasks are in one of these states."""
        return sum(task.state in states for task in self.tasks)


@attrs.frozen(kw_only=True)
class WorkerFacts:
    """One worker.

    Attributes:
        version: Of the runtime.
        taken_at: When the facts were taken, in seconds since 1970.
        started_at: When the worker was opened, in seconds since 1970.
        connector_startups: How often connectors were started.
        task_startups: How often tasks were started.
        abandoned: How often plugin code did not end and was left behind.
        pulse: How late the event loop is.
        connectors: Its connectors, by name.
    """

    version: str = __version__
    taken_at: float
    started_at: float
    connector_startups: Startups
    task_startups: Startups
    abandoned: int
    pulse: Pulse
    connectors: Mapping[str, ConnectorFacts]

    @property
    def tasks(self) -> list[TaskFacts]:
        """The tasks of all connectors."""
        return [task for connector in self.connectors.values() for task in connector.tasks]


def connector_facts(runner: Runner, hide: Callable[[str], str]) -> ConnectorFacts:
    """Return the facts of one connector.

    Args:
        runner: What runs it.
        hide: Returns a text without secrets.
    """
    plan, status, now = runner.blueprint, runner.status().told(hide), time.monotonic()
    supervisors = {task.task: task for task in runner.supervisors}
    return ConnectorFacts(
        name=status.name,
        kind=status.kind,
        state=_own_state(status),
        error=status.own_error,
        parts=plan.parts,
        abandoned=status.abandoned,
        tasks=[_task_facts(status.kind, supervisors[task.task], task, now, hide) for task in status.tasks],
    )


def _own_state(status: ConnectorStatus) -> State:
    if status.own_error is not None:
        return State.FAILED
    return State.PAUSED if status.paused else State.RUNNING


def _task_facts(
    kind: Literal["source", "sink"],
    task: Supervisor,
    status: TaskStatus,
    now: float,
    hide: Callable[[str], str],
) -> TaskFacts:
    counters, load, gauges = status.counters, task.load, task.counters.gauges
    gauges.look(counters.errors, now)
    readings, since = gauges.readings(now), load.unsettled_since
    logged = counters.skipped + counters.dead_lettered + counters.failed if task.settings.log_failures else 0
    erred = 0 if readings.since_error is None else int((time.time() - readings.since_error) * 1_000)
    return TaskFacts(
        connector=task.connector,
        task=task.task,
        kind=kind,
        status=status,
        readings=attrs.evolve(readings, asked_again=readings.asked_again and hide(readings.asked_again)),
        load=load,
        unsettled_age=0.0 if since is None else now - since,
        last_error_ms=erred,
        errors_logged=logged,
        letters_sent=gauges.letters_sent,
        letters_failed=gauges.letters_failed,
    )
