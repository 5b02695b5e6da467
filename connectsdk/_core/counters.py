"""How many records went where?

The law: `read = delivered + filtered + skipped + dead_lettered + failed + returned + in_flight`, at any
moment between two steps of a task's loop.
"""

import attrs

from connectsdk._core.gauges import Gauges
from connectsdk._core.verdict import Stage, Verdict

__all__ = ("Counters", "StageCounters")


@attrs.define
class StageCounters:
    """What went wrong at one stage of a task's records.

    Attributes:
        skipped: Records dropped by declared tolerance.
        dead_lettered: Records written to the dead-letter topic.
        failed: Records that were not tolerated.
        retried: Attempts that were repeated.
    """

    skipped: int = 0
    dead_lettered: int = 0
    failed: int = 0
    retried: int = 0


@attrs.define
class Counters:
    """One task's records, over all its restarts.

    Attributes:
        read: Taken from the source task, or from the topic.
        delivered: Acknowledged by the topic, or put into the sink.
        filtered: Dropped by a transform on purpose.
        skipped: Dropped by declared tolerance.
        dead_lettered: Written to the dead-letter topic.
        failed: Not tolerated; each failed its task.
        returned: Given back unsettled, by a restart, a rebalance or a stop; they are read again.
        in_flight: Read and not settled yet.
        retried: Attempts that were repeated; not part of the law.
        commits: Offset commits that succeeded; not part of the law.
        commit_failures: Offset commits that did not; not part of the law.
        topics: Where records were sent to, or came from; not part of the law.
        stages: What went wrong where; stages where nothing did are left out.
        gauges: How fast it went; a copy of the counters shares them.
    """

    read: int = 0
    delivered: int = 0
    filtered: int = 0
    skipped: int = 0
    dead_lettered: int = 0
    failed: int = 0
    returned: int = 0
    in_flight: int = 0
    retried: int = 0
    commits: int = 0
    commit_failures: int = 0
    topics: set[str] = attrs.field(factory=set)
    stages: dict[Stage, StageCounters] = attrs.field(factory=dict)
    gauges: Gauges = attrs.field(factory=Gauges, eq=False, repr=False)

    @property
    def settled(self) -> int:
        """How many records are not in flight any more."""
        return (
            self.delivered + self.filtered + self.skipped + self.dead_lettered + self.failed + self.returned
        )

    @property
    def errors(self) -> int:
        """How many attempts went wrong, whatever became of their records."""
        return self.skipped + self.dead_lettered + self.failed + self.retried

    @property
    def conserved(self) -> bool:
        """Whether the law holds."""
        return self.read == self.settled + self.in_flight

    @property
    def explained(self) -> bool:
        """Whether the stages add up to what was skipped, dead-lettered and failed."""
        stages = self.stages.values()
        return (
            self.skipped == sum(stage.skipped for stage in stages)
            and self.dead_lettered == sum(stage.dead_lettered for stage in stages)
            and self.failed == sum(stage.failed for stage in stages)
        )

    def copy(self) -> "Counters":
        """Return the counters as they are now."""
        stages = {stage: attrs.evolve(counted) for stage, counted in self.stages.items()}
        return attrs.evolve(self, stages=stages, topics=set(self.topics))

    def take(self, records: int) -> None:
        """Count records as read."""
        self.read += records
        self.in_flight += records

    def judge(self, verdict: Verdict, records: int) -> None:
        """Count records that the pipeline settled."""
        match verdict:
            case Verdict.PASS:
                return
            case Verdict.FILTERED:
                self.filtered += records
            case Verdict.SKIPPED:
                self.skipped += records
            case Verdict.DEAD_LETTERED:
                self.dead_lettered += records
            case _:
                self.failed += records
        self.in_flight -= records

    def blame(self, stage: Stage, verdict: Verdict, records: int = 1) -> None:
        """Count records that went wrong at a stage, and what became of them."""
        self.judge(verdict, records)
        counted = self._stage(stage)
        match verdict:
            case Verdict.SKIPPED:
                counted.skipped += records
            case Verdict.DEAD_LETTERED:
                counted.dead_lettered += records
            case _:
                counted.failed += records

    def retry(self, stage: Stage, attempts: int = 1) -> None:
        """Count attempts that are repeated."""
        if attempts:
            self.retried += attempts
            self._stage(stage).retried += attempts

    def deliver(self, records: int) -> None:
        """Count records as delivered."""
        self.delivered += records
        self.in_flight -= records

    def give_back(self, records: int | None = None) -> None:
        """Count records as returned: all in flight, or some of them."""
        returned = self.in_flight if records is None else records
        self.returned += returned
        self.in_flight -= returned

    def recall(self, records: int) -> None:
        """Take back that records were delivered: they turned out to have gone wrong, and are in flight again."""
        self.delivered -= records
        self.in_flight += records

    def _stage(self, stage: Stage) -> StageCounters:
        return self.stages.setdefault(stage, StageCounters())
