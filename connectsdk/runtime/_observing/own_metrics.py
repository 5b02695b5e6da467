"""Which metrics does Kafka Connect lack?

Ours are below `connectsdk_`, in the units that Prometheus prefers.
"""

from connectsdk.runtime._observing.metric import (
    TASK_LABELS,
    Group,
    Kind,
    Metric,
    Read,
    of_fates,
    of_partitions,
    of_stages,
    of_tasks,
    of_worker,
)

__all__ = ("GROUPS",)


def _own(name: str, kind: Kind, doc: str, read: Read) -> Metric:
    return Metric(f"connectsdk_{name}", kind, doc, read)


WORKER = [
    _own("worker_version", "text", "The runtime's version.", lambda w: w.version),
    _own("worker_start_time_seconds", "gauge", "When it was opened, since 1970.", lambda w: w.started_at),
    _own("abandoned_total", "counter", "Plugin code left behind: it did not end.", lambda w: w.abandoned),
    _own(
        "event_loop_delay_max_seconds",
        "gauge",
        "Longest delay of what was due in the event loop.",
        lambda w: w.pulse.delay_max,
    ),
    _own("event_loop_delay_avg_seconds", "gauge", "That delay on average.", lambda w: w.pulse.delay_avg),
    _own("event_loop_turned_seconds", "gauge", "Time since it turned.", lambda w: w.pulse.since_beat),
]

TASK = [
    _own(
        "task_state", "text", "Where it is in its life, also finished and stopped.", lambda t: t.state.value
    ),
    _own("records_in_flight", "gauge", "Records read and not settled.", lambda t: t.counters.in_flight),
    _own("bytes_in_flight", "gauge", "Bytes not acknowledged yet.", lambda t: t.load.bytes_in_flight),
    _own(
        "unsettled_age_seconds",
        "gauge",
        "Age of the oldest batch that is not settled; 0 when all are.",
        lambda t: t.unsettled_age,
    ),
    _own(
        "since_progress_seconds",
        "gauge",
        "Time since a batch was delivered; absent before the first.",
        lambda t: t.readings.since_progress,
    ),
    _own("restarts_total", "counter", "Restarts after failures.", lambda t: t.status.restarts),
    _own(
        "restarts_left",
        "gauge",
        "Restarts left in the current window; absent without a limit.",
        lambda t: t.status.restarts_left,
    ),
    _own(
        "task_abandoned_total",
        "counter",
        "Lives left behind: they did not end.",
        lambda t: t.status.abandoned,
    ),
    _own("dead_letters_total", "counter", "Records dead-lettered.", lambda t: t.counters.dead_lettered),
    _own("commits_total", "counter", "Commits of offsets that succeeded.", lambda t: t.counters.commits),
    _own("commit_failures_total", "counter", "Those that did not.", lambda t: t.counters.commit_failures),
]

FATE = _own("records_total", "counter", "Records by what became of them.", lambda count: count)
STAGE = _own(
    "wrong_total", "counter", "What went wrong, by stage; only stages where it did.", lambda count: count
)

PARTITION = [
    _own(
        "sink_lag_records",
        "gauge",
        "Offsets between what the task has taken and the partition's end, as last heard.",
        lambda p: p.lag,
    ),
    _own(
        "sink_uncommitted_records",
        "gauge",
        "Offsets taken and not committed.",
        lambda p: max(0, p.delivered - p.committed),
    ),
    _own("sink_committed_offset", "gauge", "The group's offset.", lambda p: p.committed),
]

GROUPS: tuple[Group, ...] = (
    Group("", (), of_worker, WORKER),
    Group("", TASK_LABELS, of_tasks, TASK),
    Group("", (*TASK_LABELS, "fate"), of_fates, [FATE]),
    Group("", (*TASK_LABELS, "stage", "fate"), of_stages, [STAGE]),
    Group("", (*TASK_LABELS, "topic", "partition"), of_partitions, PARTITION),
)
