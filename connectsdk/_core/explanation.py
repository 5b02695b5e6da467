"""Why is a task slow or stuck, and what is there to do?

The first cause that holds is the answer: what stops a task comes before what slows it down. All numbers are those that
the runtime knows already; nothing is measured for it.
"""

from collections.abc import Callable, Sequence
from typing import Literal

import attrs

__all__ = ("Explanation", "Signs", "explain_connector", "explain_task")

Verdict = Literal["fine", "waiting", "slow", "stuck", "failed"]

SLOW = 5.0
"""Seconds after which a step that is still under way is told of."""
CATCHING_UP = 1_000
"""Records behind, from which a sink counts as behind."""
BUSY = 0.5
"""The share of the time in one step from which that step is what limits the task."""


@attrs.frozen
class Explanation:
    """One answer.

    Attributes:
        verdict: How bad it is.
        cause: The cause, in one sentence.
        remedy: What to do; empty when there is nothing to do.
    """

    verdict: Verdict
    cause: str
    remedy: str = ""


@attrs.frozen(kw_only=True)
class Signs:
    """What is known of one task.

    Attributes:
        connector: Its connector's name.
        task: Its number.
        kind: Whether it is a source's or a sink's.
        state: In lower case.
        error: What it failed of last.
        restarts: How often it was started again.
        restarts_left: How often it still may be; None without a limit.
        next_restart_in: Seconds until it is started again.
        step: What it is at.
        step_for: For how long, in seconds.
        asked_again: Why it was asked for the same again.
        in_flight: Records that are read and not settled.
        bytes_in_flight: Bytes that wait for an acknowledgement.
        unsettled_age: Age of the oldest of them, in seconds.
        read_rate: Records read per second.
        delivered_rate: Records delivered per second.
        batch_time: Seconds that a poll or put takes on average.
        batch_size: Records that it gives or takes on average.
        commit_failure: Share of commits that failed, 0 to 1.
        since_progress: Seconds since something was delivered.
        since_error: Seconds since a record failed.
        lost: Records that were skipped or dead-lettered.
        partitions: How many partitions a sink owns.
        lag: Records that a sink is behind; None when unknown.
        rebalances: How often partitions were given to it or taken from it.
    """

    connector: str
    task: int
    kind: Literal["source", "sink"]
    state: str
    error: str | None = None
    restarts: int = 0
    restarts_left: int | None = None
    next_restart_in: float | None = None
    step: str = ""
    step_for: float = 0.0
    asked_again: str | None = None
    in_flight: int = 0
    bytes_in_flight: int = 0
    unsettled_age: float = 0.0
    read_rate: float = 0.0
    delivered_rate: float = 0.0
    batch_time: float = 0.0
    batch_size: float = 0.0
    commit_failure: float = 0.0
    since_progress: float | None = None
    since_error: float | None = None
    lost: int = 0
    partitions: int = 0
    lag: int | None = None
    rebalances: int = 0


def explain_task(signs: Signs) -> Explanation:
    """Return the first cause that holds."""
    for rule in _RULES:
        found = rule(signs)
        if found is not None:
            return found
    return _at_work(signs)


def explain_connector(name: str, state: str, error: str | None, tasks: Sequence[Explanation]) -> Explanation:
    """Return what to say of a connector: its own trouble, or that of the task that is worst off.

    Args:
        name: The connector's.
        state: Its own, in lower case.
        error: What it itself failed of.
        tasks: What there is to say of its tasks.
    """
    if error is not None:
        return Explanation(
            "failed",
            f"The connector itself failed: {_sentence(error)}",
            f"Correct it with connectsdk apply; if it was not its configuration: connectsdk restart {name} --tasks",
        )
    if state == "stopped":
        return Explanation(
            "waiting", "It is stopped: it has no tasks.", f"connectsdk resume {name} lets it run."
        )
    if state == "paused":
        return Explanation("waiting", "It is paused.", f"connectsdk resume {name} lets it go on.")
    if not tasks:
        return Explanation(
            "waiting",
            "It has no tasks: it is starting, or found nothing to do.",
            "When it stays so, look at its configuration and the worker's log.",
        )
    return min(tasks, key=lambda each: _ORDER.index(each.verdict))


_ORDER: Sequence[Verdict] = ("failed", "stuck", "slow", "waiting", "fine")


def _failed(signs: Signs) -> Explanation | None:
    if signs.state != "failed":
        return None
    return Explanation(
        "failed",
        f"The task failed: {_sentence(signs.error or 'nobody said of what')}",
        f"Correct it, then: connectsdk restart {signs.connector} --task {signs.task}",
    )


def _restarting(signs: Signs) -> Explanation | None:
    if signs.state != "restarting":
        return None
    wait = "now" if signs.next_restart_in is None else f"in {_seconds(signs.next_restart_in)}"
    left = "" if signs.restarts_left is None else f" ({signs.restarts_left} restarts are left)"
    return Explanation(
        "stuck",
        f"The task failed and is started again {wait}{left}: {_sentence(signs.error or 'nobody said of what')}",
        "If it is not going to pass by itself, correct it: the next start takes the change.",
    )


def _resting(signs: Signs) -> Explanation | None:
    if signs.state == "paused":
        return Explanation(
            "waiting", "The connector is paused.", f"connectsdk resume {signs.connector} lets it go on."
        )
    if signs.state == "finished":
        return Explanation("fine", "The source said that there are no more records.")
    return Explanation("waiting", "The task was stopped.") if signs.state == "stopped" else None


def _starting(signs: Signs) -> Explanation | None:
    if signs.state != "unassigned":
        return None
    if signs.step_for < SLOW:
        return Explanation("waiting", "The task is starting.")
    return Explanation(
        "stuck",
        f"The task has been starting for {_seconds(signs.step_for)}: its `start` has not returned.",
        "Look at the system that it connects to; the worker gives the start up after a minute and tries again.",
    )


def _asked_again(signs: Signs) -> Explanation | None:
    if signs.step not in {"poll_again", "put_again"}:
        return None
    what = "poll" if signs.step == "poll_again" else "put"
    return Explanation(
        "stuck",
        f"For {_seconds(signs.step_for)} `{what}` has asked to be called again: "
        f"{_sentence(signs.asked_again or 'it does not say why')}",
        "The system that the task works with is not available: nothing is lost, it goes on when that answers.",
    )


def _blocked(signs: Signs) -> Explanation | None:
    if signs.step_for < SLOW or signs.step not in _BLOCKED:
        return None
    cause, remedy = _BLOCKED[signs.step]
    names = {"connector": signs.connector, "task": signs.task}
    return Explanation("stuck", cause.format(_seconds(signs.step_for)), remedy.format(**names))


_BLOCKED = {
    "transform": (
        "A transform or converter has been at one batch for {}.",
        (
            "It computes, waits for a schema registry, or asks to be called again: `connectsdk preview` with the connector's "
            "file names the stage, and the line of code at which it hangs."
        ),
    ),
    "dead_letters": (
        "Dead letters have waited for {} to be written; nothing is committed without them.",
        "Look at the dead letter topic and at the Kafka cluster: the worker's log says what is wrong.",
    ),
    "send": (
        "The producer has taken no more records for {}: what was sent before is not acknowledged.",
        "Look at the Kafka cluster: it is slow, not reachable, or a topic has too few replicas in sync.",
    ),
    "put": (
        "The sink task's `put` has not returned for {}.",
        (
            "Look at the system that it writes to: it is slow, or does not answer. connectsdk restart {connector} --task {task} "
            "gives the call up; its records come again."
        ),
    ),
    "commit": (
        "Storing offsets has taken {} so far.",
        "Look at the system that the task flushes to, and at the Kafka cluster: one of them is slow or does not answer.",
    ),
    "open": ("The sink task's `open` has not returned for {}.", "Look at the system that it writes to."),
    "close": ("The sink task's `close` has not returned for {}.", "Look at the system that it writes to."),
}


def _unacknowledged(signs: Signs) -> Explanation | None:
    if signs.kind != "source" or not signs.in_flight or signs.unsettled_age < SLOW:
        return None
    size = f", {signs.bytes_in_flight:,} bytes" if signs.bytes_in_flight else ""
    return Explanation(
        "stuck",
        f"{signs.in_flight:,} records{size} are sent and not acknowledged, the oldest for {_seconds(signs.unsettled_age)}.",
        "Look at the Kafka cluster: it is slow, not reachable, or a topic has too few replicas in sync.",
    )


def _uncommitted(signs: Signs) -> Explanation | None:
    if signs.commit_failure <= 0:
        return None
    return Explanation(
        "slow",
        f"{signs.commit_failure:.0%} of the latest commits of offsets failed.",
        "Records are delivered all the same; after a restart they come again. The task's `flush` or the Kafka cluster "
        "does not answer in time: the worker's log says which.",
    )


def _without_partitions(signs: Signs) -> Explanation | None:
    if signs.kind != "sink" or signs.partitions:
        return None
    return Explanation(
        "waiting",
        f"The task owns no partitions ({signs.rebalances} rebalances so far).",
        "Either its group is being balanced, its topics do not exist, or there are more tasks than partitions.",
    )


def _behind(signs: Signs) -> Explanation | None:
    if signs.lag is None or signs.lag < CATCHING_UP:
        return None
    rate = signs.delivered_rate
    time = f", about {_seconds(signs.lag / rate)} of work" if rate else ""
    put = signs.batch_time * rate / signs.batch_size if signs.batch_size else 0.0
    where = (
        f"`put` takes {min(put, 1.0):.0%} of the time" if put >= BUSY else "most of the time is not in `put`"
    )
    remedy = (
        "The system that it writes to sets the pace: more tasks (`tasks.max`, up to the number of partitions), or a "
        "faster system."
        if put >= BUSY
        else "Transforms, converters and fetching set the pace: more tasks, fewer transforms."
    )
    return Explanation(
        "slow", f"The sink is {signs.lag:,} records behind{time}, at {rate:,.0f} a second; {where}.", remedy
    )


def _losing(signs: Signs) -> Explanation | None:
    if not signs.lost or signs.since_error is None or signs.since_error > 60:  # noqa: PLR2004 - a minute
        return None
    return Explanation(
        "slow",
        f"Records fail and are skipped or dead-lettered: {signs.lost:,} so far, the last one "
        f"{_seconds(signs.since_error)} ago.",
        "connectsdk dlq list TOPIC shows dead letters; errors.log.enable=true logs each failure.",
    )


def _at_work(signs: Signs) -> Explanation:
    if signs.step == "poll" and signs.step_for > SLOW:
        return Explanation(
            "waiting",
            f"The source's `poll` has waited for {_seconds(signs.step_for)}: it has found nothing to read.",
            "If there should be something, look at the source and at the task's offsets.",
        )
    quiet = signs.since_progress is not None and signs.since_progress > SLOW
    if signs.in_flight or (signs.delivered_rate > 0 and not quiet):
        rate = f"{signs.delivered_rate:,.0f} records" if signs.delivered_rate >= 1 else "less than one record"
        return Explanation("fine", f"It works: {rate} a second.")
    if signs.since_progress is None:
        return Explanation("waiting", "It runs, and there has been nothing to do yet.")
    return Explanation(
        "waiting",
        f"It runs, and there is nothing to do: the last records were delivered {_seconds(signs.since_progress)} ago.",
    )


_RULES: Sequence[Callable[[Signs], Explanation | None]] = (
    _failed,
    _restarting,
    _resting,
    _starting,
    _asked_again,
    _blocked,
    _unacknowledged,
    _uncommitted,
    _without_partitions,
    _losing,
    _behind,
)


def _seconds(seconds: float) -> str:
    """Return a time for people."""
    if seconds < 120:  # noqa: PLR2004 - two minutes are told in seconds
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7_200 else f"{seconds / 3_600:.1f} h"  # noqa: PLR2004 - two hours


def _sentence(text: str) -> str:
    """Return the first line of an error as the end of a sentence."""
    line = text.strip().splitlines()[0] if text.strip() else text
    return line if line.endswith((".", "!", "?")) else f"{line}."
