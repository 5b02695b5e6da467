"""Which metrics does Kafka Connect have?

They have the names that exporters of its JMX beans give them: `kafka_connect_<bean>_<attribute>`, the bean without
`-metrics` (and `connect-worker` as `worker`), dashes as underscores, with the labels `connector` and `task`. An attribute
that is text is a sample of value 1 with the text in a label named like the attribute. Rates, maxima and averages cover
the last 30 to 60 seconds, as in Kafka Connect.
"""

from collections.abc import Iterable, Mapping

from connectsdk._core.lifecycle import State
from connectsdk.runtime._observing.metric import (
    TASK_LABELS,
    Group,
    Kind,
    Metric,
    Read,
    of_aliased,
    of_connectors,
    of_sinks,
    of_sources,
    of_task_parts,
    of_tasks,
    of_worker,
)
from connectsdk.runtime._worker.snapshot import WorkerFacts

__all__ = ("GROUPS", "LEFT_OUT")


def _java(bean: str, rows: Iterable[tuple[str, str, Read]]) -> list[Metric]:
    """Return metrics with names and kinds made of the attributes' names."""
    prefix = "kafka_connect_" + bean.removeprefix("connect-").removesuffix("-metrics").replace("-", "_")
    return [
        Metric(f"{prefix}_{attribute.replace('-', '_')}", _kind(attribute), doc, read, attribute)
        for attribute, doc, read in rows
    ]


def _kind(attribute: str) -> Kind:
    if attribute.endswith("-total"):
        return "counter"
    return "text" if attribute == "status" or attribute.endswith(("-class", "-version", "-type")) else "gauge"


def _seen(state: State) -> str:
    """Return a task's state as operators' tools know it: one that has no more records has nothing else to do."""
    return {State.FINISHED: State.RUNNING, State.STOPPED: State.UNASSIGNED}.get(state, state).value


def _share(of: str, kind: str) -> Read:
    def share(worker: WorkerFacts) -> float:
        counted = getattr(worker, of)
        return float(getattr(counted, kind) / counted.attempts) if counted.attempts else 0.0

    return share


def _class_of(role: str) -> Read:
    return lambda connector: connector.part(role).class_name


def _version_of(role: str) -> Read:
    return lambda connector: connector.part(role).version


def _ms(reading: str) -> Read:
    return lambda task: getattr(task.readings, reading) * 1_000


def _startups(what: str) -> list[tuple[str, str, Read]]:
    of = f"{what}_startups"
    return [
        (f"{what}-startup-attempts-total", f"Starts of {what}s.", lambda w: getattr(w, of).attempts),
        (f"{what}-startup-success-total", "Those that succeeded.", lambda w: getattr(w, of).successes),
        (f"{what}-startup-success-percentage", "Share that succeeded, 0 to 1.", _share(of, "successes")),
        (f"{what}-startup-failure-total", "Those that failed.", lambda w: getattr(w, of).failures),
        (f"{what}-startup-failure-percentage", "Share that failed, 0 to 1.", _share(of, "failures")),
    ]


Rows = list[tuple[str, str, Read]]

WORKER: Rows = [
    ("connector-count", "Connectors in this worker.", lambda w: len(w.connectors)),
    ("task-count", "Tasks in this worker.", lambda w: len(w.tasks)),
    *_startups("connector"),
    *_startups("task"),
]

PER_CONNECTOR: Rows = [
    ("connector-total-task-count", "Its tasks.", lambda c: len(c.tasks)),
    ("connector-running-task-count", "Those that run.", lambda c: c.count(State.RUNNING, State.FINISHED)),
    ("connector-paused-task-count", "Those that are paused.", lambda c: c.count(State.PAUSED)),
    ("connector-failed-task-count", "Those that failed for good.", lambda c: c.count(State.FAILED)),
    ("connector-unassigned-task-count", "Those that have not started.", lambda c: c.count(State.UNASSIGNED)),
    ("connector-destroyed-task-count", "Those that have ended.", lambda c: c.count(State.STOPPED)),
    (
        "connector-restarting-task-count",
        "Those that wait for a restart.",
        lambda c: c.count(State.RESTARTING),
    ),
]

CONNECTOR: Rows = [
    ("status", "Where it is in its life.", lambda c: c.state.value),
    ("connector-type", "source or sink.", lambda c: c.kind),
    ("connector-class", "Its class.", _class_of("connector")),
    ("connector-version", "Its version.", _version_of("connector")),
]

PARTS: Rows = [
    ("connector-class", "Its connector's class.", _class_of("connector")),
    ("connector-type", "source or sink.", lambda c: c.kind),
    ("connector-version", "Its connector's version.", _version_of("connector")),
    ("task-class", "Its class.", _class_of("task")),
    ("task-version", "Its version.", _version_of("task")),
    ("key-converter-class", "Its keys' converter.", _class_of("key.converter")),
    ("key-converter-version", "That one's version.", _version_of("key.converter")),
    ("value-converter-class", "Its values' converter.", _class_of("value.converter")),
    ("value-converter-version", "That one's version.", _version_of("value.converter")),
    ("header-converter-class", "Its headers' converter.", _class_of("header.converter")),
    ("header-converter-version", "That one's version.", _version_of("header.converter")),
]

TASK: Rows = [
    ("status", "Where it is in its life.", lambda t: _seen(t.state)),
    ("running-ratio", "Share of its time in which it ran.", lambda t: t.readings.running_ratio),
    ("pause-ratio", "Share of its time in which it was paused.", lambda t: t.readings.pause_ratio),
    ("offset-commit-max-time-ms", "Longest commit of offsets, in milliseconds.", _ms("commit_time_max")),
    ("offset-commit-avg-time-ms", "A commit on average, in milliseconds.", _ms("commit_time_avg")),
    (
        "offset-commit-success-percentage",
        "Share of commits that succeeded, 0 to 1.",
        lambda t: t.readings.commit_success,
    ),
    (
        "offset-commit-failure-percentage",
        "Share of commits that failed, 0 to 1.",
        lambda t: t.readings.commit_failure,
    ),
    ("batch-size-max", "Most records in a batch.", lambda t: t.readings.batch_size_max),
    ("batch-size-avg", "Records in a batch on average.", lambda t: t.readings.batch_size_avg),
]

SOURCE: Rows = [
    ("source-record-poll-rate", "Records per second from `poll`.", lambda t: t.readings.read_rate),
    ("source-record-poll-total", "Records from `poll`.", lambda t: t.counters.read),
    ("source-record-write-rate", "Records per second written.", lambda t: t.readings.delivered_rate),
    ("source-record-write-total", "Records written and acknowledged.", lambda t: t.counters.delivered),
    ("poll-batch-max-time-ms", "Longest `poll` with records, in milliseconds.", _ms("batch_time_max")),
    ("poll-batch-avg-time-ms", "Such a `poll` on average, in milliseconds.", _ms("batch_time_avg")),
    ("source-record-active-count", "Records read and not settled.", lambda t: t.counters.in_flight),
    ("source-record-active-count-max", "The most of them.", lambda t: t.readings.in_flight_max),
    ("source-record-active-count-avg", "Of them on average.", lambda t: t.readings.in_flight_avg),
]

SINK: Rows = [
    ("sink-record-read-rate", "Records per second read.", lambda t: t.readings.read_rate),
    ("sink-record-read-total", "Records read.", lambda t: t.counters.read),
    ("sink-record-send-rate", "Records per second put into the task.", lambda t: t.readings.delivered_rate),
    ("sink-record-send-total", "Records put into the task.", lambda t: t.counters.delivered),
    ("sink-record-active-count", "Records read and not settled.", lambda t: t.counters.in_flight),
    ("sink-record-active-count-max", "The most of them.", lambda t: t.readings.in_flight_max),
    ("sink-record-active-count-avg", "Of them on average.", lambda t: t.readings.in_flight_avg),
    ("partition-count", "Partitions that it owns.", lambda t: len(t.load.partitions)),
    ("offset-commit-seq-no", "Number of the last commit of offsets.", lambda t: t.counters.commits),
    ("offset-commit-completion-rate", "Commits per second.", lambda t: t.readings.commit_rate),
    ("offset-commit-completion-total", "Commits that succeeded.", lambda t: t.counters.commits),
    ("offset-commit-skip-rate", "Always 0: no commit overtakes another here.", lambda _: 0),
    ("offset-commit-skip-total", "Always 0: no commit overtakes another here.", lambda _: 0),
    ("put-batch-max-time-ms", "Longest `put` of records, in milliseconds.", _ms("batch_time_max")),
    ("put-batch-avg-time-ms", "A `put` of records on average, in milliseconds.", _ms("batch_time_avg")),
]

ERRORS: Rows = [
    ("total-record-failures", "Attempts that went wrong, also repeated ones.", lambda t: t.counters.errors),
    ("total-record-errors", "Records that failed their task.", lambda t: t.counters.failed),
    (
        "total-records-skipped",
        "Records that errors.tolerance left out, dead-lettered or not.",
        lambda t: t.counters.skipped + t.counters.dead_lettered,
    ),
    ("total-retries", "Attempts that were repeated.", lambda t: t.counters.retried),
    ("total-errors-logged", "Failures logged one by one (errors.log.enable).", lambda t: t.errors_logged),
    ("deadletterqueue-produce-requests", "Dead letters handed to their producer.", lambda t: t.letters_sent),
    ("deadletterqueue-produce-failures", "Dead letters it could not write.", lambda t: t.letters_failed),
    (
        "last-error-timestamp",
        "When something went wrong last, in milliseconds since 1970; 0 if nothing did.",
        lambda t: t.last_error_ms,
    ),
]


def _aliased(role: str) -> Group:
    bean = f"connector-{role}-metrics"
    rows: Rows = [
        (f"{role}-class", "Its class.", lambda part: part.class_name),
        (f"{role}-version", "Its version.", lambda part: part.version),
    ]
    return Group(bean, (*TASK_LABELS, role), of_aliased(role), _java(bean, rows))


GROUPS: tuple[Group, ...] = (
    Group("connect-worker-metrics", (), of_worker, _java("connect-worker-metrics", WORKER)),
    Group(
        "connect-worker-metrics",
        ("connector",),
        of_connectors,
        _java("connect-worker-metrics", PER_CONNECTOR),
    ),
    Group("connector-metrics", ("connector",), of_connectors, _java("connector-metrics", CONNECTOR)),
    Group("connector-task-metrics", TASK_LABELS, of_tasks, _java("connector-task-metrics", TASK)),
    Group("connector-task-metrics", TASK_LABELS, of_task_parts, _java("connector-task-metrics", PARTS)),
    _aliased("transform"),
    _aliased("predicate"),
    Group("source-task-metrics", TASK_LABELS, of_sources, _java("source-task-metrics", SOURCE)),
    Group("sink-task-metrics", TASK_LABELS, of_sinks, _java("sink-task-metrics", SINK)),
    Group("task-error-metrics", TASK_LABELS, of_tasks, _java("task-error-metrics", ERRORS)),
)

LEFT_OUT: Mapping[str, str] = {
    "connect-worker-rebalance-metrics": "there is one worker: nothing is rebalanced among several",
    "connect-coordinator-metrics": "the same",
    "connect-metrics": "the worker has no network client of its own, and the Kafka client library counts nothing",
    "connect-node-metrics": "the same",
    "source-task-metrics: transaction-size-min": "sources deliver at least once, without transactions",
    "source-task-metrics: transaction-size-max": "the same",
    "source-task-metrics: transaction-size-avg": "the same",
    "sink-task-metrics: sink-record-lag-max": "Kafka Connect never records it; see connectsdk_sink_lag_records",
    "plugins": "plugins have no way to define metrics",
    "app-info": "see connectsdk_worker_version and connectsdk_worker_start_time_seconds",
}
"""Beans and attributes of Kafka Connect that are not there, and why."""
