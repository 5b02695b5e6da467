"""How fast does a task work, and how long do its steps take?

Beside the `Counters` of the same task. A task's loop tells once per batch; nothing is kept per record. The answers are
put together when somebody asks for `readings`. All times are of the loop's clock, in seconds.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import attrs

from connectsdk._core.window import Window

__all__ = ("Gauges", "Readings", "Startups", "WorkerStartups")


@attrs.define
class Startups:
    """How often something was started, and how that went.

    Attributes:
        attempts: How often it was tried.
        successes: How often it succeeded.
        failures: How often it failed.
    """

    attempts: int = 0
    successes: int = 0
    failures: int = 0

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Count what happens in this block."""
        self.attempts += 1
        try:
            yield
        except BaseException:
            self.failures += 1
            raise
        self.successes += 1


@attrs.frozen
class WorkerStartups:
    """How often one worker's connectors and tasks were started."""

    connectors: Startups = attrs.field(factory=Startups)
    tasks: Startups = attrs.field(factory=Startups)


@attrs.frozen(kw_only=True)
class Readings:
    """What the gauges say now; rates, averages and maxima are those of the last 30 to 60 seconds.

    Attributes:
        read_rate: Records per second that were read.
        delivered_rate: Records per second that were delivered.
        in_flight_max: Most records in flight.
        in_flight_avg: Records in flight on average.
        batch_time_max: Longest `poll` or `put`, in seconds.
        batch_time_avg: The same, on average.
        batch_size_max: Most records in a batch.
        batch_size_avg: The same, on average.
        commit_time_max: Longest commit of offsets, in seconds.
        commit_time_avg: The same, on average.
        commit_rate: Commits of offsets per second.
        commit_success: Share of commits that succeeded, 0 to 1.
        commit_failure: Share of commits that failed, 0 to 1.
        running_ratio: Share of the task's time in which it ran.
        pause_ratio: Share of the task's time in which it was paused.
        since_progress: Seconds since a batch was delivered; None before the first one.
        since_error: Seconds since a record failed; None when none did.
        step: What it is at: start, poll, poll_again, transform, send, fetch, put, put_again,
            dead_letters, commit, open or close.
        step_for: For how long, in seconds.
        asked_again: Why it was asked for the same again, when it is at that.
        rebalances: How often partitions were given to it or taken from it.
    """

    read_rate: float
    delivered_rate: float
    in_flight_max: float
    in_flight_avg: float
    batch_time_max: float
    batch_time_avg: float
    batch_size_max: float
    batch_size_avg: float
    commit_time_max: float
    commit_time_avg: float
    commit_rate: float
    commit_success: float
    commit_failure: float
    running_ratio: float
    pause_ratio: float
    since_progress: float | None
    since_error: float | None
    step: str
    step_for: float
    asked_again: str | None
    rebalances: int


@attrs.define(eq=False)
class Gauges:
    """One task's, over all its restarts.

    Attributes:
        letters_sent: Dead letters that were handed to their producer.
        letters_failed: Dead letters that their producer could not write.
        rebalances: How often partitions were given to it or taken from it.
    """

    letters_sent: int = 0
    letters_failed: int = 0
    rebalances: int = 0
    _step: str = "start"
    _step_since: float | None = None
    _asked_again: str | None = None
    _read: Window = attrs.field(factory=Window)
    _delivered: Window = attrs.field(factory=Window)
    _in_flight: Window = attrs.field(factory=Window)
    _batch_time: Window = attrs.field(factory=Window)
    _commit_time: Window = attrs.field(factory=Window)
    _commit_success: Window = attrs.field(factory=Window)
    _errors: int = 0
    _erred_at: float | None = None
    _progressed_at: float | None = None
    _created_at: float | None = None
    _phase: str = ""
    _phase_since: float = 0.0
    _spent: dict[str, float] = attrs.field(factory=dict)

    def took(self, records: int, in_flight: int, now: float) -> None:
        """Take note of a batch that was read."""
        self._read.record(records, now)
        self._in_flight.record(in_flight, now)

    def spent(self, seconds: float, now: float) -> None:
        """Take note of how long a `poll` or `put` took."""
        self._batch_time.record(seconds, now)

    def delivered(self, records: int, now: float) -> None:
        """Take note of a batch that was delivered."""
        self._delivered.record(records, now)
        self._progressed_at = now

    def committed(self, seconds: float, now: float, *, success: bool) -> None:
        """Take note of a commit of offsets."""
        self._commit_success.record(success, now)
        if success:
            self._commit_time.record(seconds, now)

    def look(self, errors: int, now: float) -> None:
        """Take note of how many errors there were until now."""
        if errors != self._errors:
            self._errors, self._erred_at = errors, now

    def begun(self, now: float) -> None:
        """Take note that the task begins anew: what it was at before is over."""
        self._step, self._step_since, self._asked_again = "start", now, None

    def at(self, step: str, now: float, asked_again: str | None = None) -> None:
        """Take note of what the task is at from now on; of the same step since when it began."""
        if step != self._step:
            self._step, self._step_since, self._asked_again = step, now, None
        self._asked_again = asked_again or self._asked_again

    @contextmanager
    def during(self, step: str, now: float) -> Iterator[None]:
        """Be at a step in this block, and afterwards at the one before it again, since when that began."""
        before = self._step, self._step_since, self._asked_again
        self.at(step, now)
        try:
            yield
        finally:
            self._step, self._step_since, self._asked_again = before

    def enter(self, phase: str, now: float) -> None:
        """Be `running`, `paused` or something else from now on."""
        if self._created_at is None:
            self._created_at = now
        else:
            self._spent[self._phase] = self._spent.get(self._phase, 0.0) + now - self._phase_since
        self._phase, self._phase_since = phase, now

    def readings(self, now: float) -> Readings:
        """Return what they say now."""
        commits = self._commit_success
        succeeded = commits.average(now)
        return Readings(
            read_rate=self._read.rate(now),
            delivered_rate=self._delivered.rate(now),
            in_flight_max=self._in_flight.highest(now),
            in_flight_avg=self._in_flight.average(now),
            batch_time_max=self._batch_time.highest(now),
            batch_time_avg=self._batch_time.average(now),
            batch_size_max=self._read.highest(now),
            batch_size_avg=self._read.average(now),
            commit_time_max=self._commit_time.highest(now),
            commit_time_avg=self._commit_time.average(now),
            commit_rate=commits.rate(now),
            commit_success=succeeded,
            commit_failure=0.0 if commits.empty(now) else 1.0 - succeeded,
            running_ratio=self._ratio("running", now),
            pause_ratio=self._ratio("paused", now),
            since_progress=None if self._progressed_at is None else now - self._progressed_at,
            since_error=None if self._erred_at is None else now - self._erred_at,
            step=self._step,
            step_for=0.0 if self._step_since is None else now - self._step_since,
            asked_again=self._asked_again,
            rebalances=self.rebalances,
        )

    def _ratio(self, phase: str, now: float) -> float:
        if self._created_at is None or now <= self._created_at:
            return 0.0
        spent = self._spent.get(phase, 0.0)
        if self._phase == phase:
            spent += now - self._phase_since
        return spent / (now - self._created_at)
