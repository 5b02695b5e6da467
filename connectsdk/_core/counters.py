"""How many records went where?

The law: `read = delivered + filtered + skipped + dead_lettered + failed + returned + in_flight`, at any
moment between two steps of a task's loop.
"""

import attrs

from connectsdk._core.verdict import Verdict

__all__ = ("Counters",)


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

    @property
    def settled(self) -> int:
        """How many records are not in flight any more."""
        return (
            self.delivered + self.filtered + self.skipped + self.dead_lettered + self.failed + self.returned
        )

    @property
    def conserved(self) -> bool:
        """Whether the law holds."""
        return self.read == self.settled + self.in_flight

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

    def deliver(self, records: int) -> None:
        """Count records as delivered."""
        self.delivered += records
        self.in_flight -= records

    def give_back(self, records: int | None = None) -> None:
        """Count records as returned: all in flight, or some of them."""
        returned = self.in_flight if records is None else records
        self.returned += returned
        self.in_flight -= returned
