"""What is a metric, and what is it about?"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

import attrs

from connectsdk.runtime._parts.parts import Part
from connectsdk.runtime._tasks.load import PartitionFacts
from connectsdk.runtime._worker.snapshot import ConnectorFacts, TaskFacts, WorkerFacts

__all__ = (
    "TASK_LABELS",
    "Group",
    "Kind",
    "Metric",
    "Read",
    "of_aliased",
    "of_connectors",
    "of_fates",
    "of_partitions",
    "of_sinks",
    "of_sources",
    "of_stages",
    "of_task_parts",
    "of_tasks",
    "of_worker",
)

Kind = Literal["counter", "gauge", "text"]
Labels = Mapping[str, str]
Read = Callable[[Any], float | str | None]

TASK_LABELS = ("connector", "task")
FATES = ("read", "delivered", "filtered", "skipped", "dead_lettered", "failed", "returned")


@attrs.frozen
class Metric:
    """One metric.

    Attributes:
        name: Its name; that of a counter ends with `_total`.
        kind: What it is.
        doc: What it says.
        read: Its value, of what its group is about; None leaves it out.
        java: The attribute of Kafka Connect that it is; empty for our own.
    """

    name: str
    kind: Kind
    doc: str
    read: Read = attrs.field(repr=False)
    java: str = ""


@attrs.frozen
class Group:
    """Metrics that are about the same things.

    Attributes:
        bean: The bean of Kafka Connect; empty for our own.
        labels: The labels of each.
        subjects: Everything there is of these things, with its labels.
        metrics: The metrics.
    """

    bean: str
    labels: Sequence[str]
    subjects: Callable[[WorkerFacts], Iterable[tuple[Labels, Any]]] = attrs.field(repr=False)
    metrics: Sequence[Metric]


def of_worker(facts: WorkerFacts) -> Iterator[tuple[Labels, WorkerFacts]]:
    """Yield the worker."""
    yield {}, facts


def of_connectors(facts: WorkerFacts) -> Iterator[tuple[Labels, ConnectorFacts]]:
    """Yield every connector."""
    for connector in facts.connectors.values():
        yield {"connector": connector.name}, connector


def of_tasks(facts: WorkerFacts) -> Iterator[tuple[Labels, TaskFacts]]:
    """Yield every task."""
    for task in facts.tasks:
        yield _of_task(task), task


def of_sources(facts: WorkerFacts) -> Iterator[tuple[Labels, TaskFacts]]:
    """Yield every source's task."""
    return ((labels, task) for labels, task in of_tasks(facts) if task.kind == "source")


def of_sinks(facts: WorkerFacts) -> Iterator[tuple[Labels, TaskFacts]]:
    """Yield every sink's task."""
    return ((labels, task) for labels, task in of_tasks(facts) if task.kind == "sink")


def of_task_parts(facts: WorkerFacts) -> Iterator[tuple[Labels, ConnectorFacts]]:
    """Yield, for every task, the connector with its plugins."""
    for connector in facts.connectors.values():
        for task in connector.tasks:
            yield _of_task(task), connector


def of_aliased(role: str) -> Callable[[WorkerFacts], Iterator[tuple[Labels, Part]]]:
    """Return what yields every transform, or predicate, of every task."""

    def found(facts: WorkerFacts) -> Iterator[tuple[Labels, Part]]:
        for connector in facts.connectors.values():
            parts = [part for part in connector.parts if part.role == role]
            for task in connector.tasks if parts else ():
                for part in parts:
                    yield {**_of_task(task), role: part.alias}, part

    return found


def of_partitions(facts: WorkerFacts) -> Iterator[tuple[Labels, PartitionFacts]]:
    """Yield every partition that a sink's task owns."""
    for task in facts.tasks:
        for partition in task.load.partitions:
            labels = {**_of_task(task), "topic": partition.topic, "partition": str(partition.partition)}
            yield labels, partition


def of_fates(facts: WorkerFacts) -> Iterator[tuple[Labels, int]]:
    """Yield how many records of every task were read, and what became of them."""
    for task in facts.tasks:
        labels, counters = _of_task(task), task.counters
        for fate in FATES:
            yield {**labels, "fate": fate}, getattr(counters, fate)


def of_stages(facts: WorkerFacts) -> Iterator[tuple[Labels, int]]:
    """Yield what went wrong at which stage of every task."""
    for task in facts.tasks:
        for stage, counted in task.counters.stages.items():
            for fate in ("skipped", "dead_lettered", "failed", "retried"):
                yield {**_of_task(task), "stage": stage.value.lower(), "fate": fate}, getattr(counted, fate)


def _of_task(task: TaskFacts) -> dict[str, str]:
    return {"connector": task.connector, "task": str(task.task)}
