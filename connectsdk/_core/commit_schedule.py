"""When is the next commit due?"""

import attrs

__all__ = ("CommitSchedule",)


@attrs.define(eq=False)
class CommitSchedule:
    """Commits come an interval after the previous one ended, or as soon as somebody asks.

    Times are seconds on any one clock that never goes back.

    Attributes:
        interval: Seconds between two commits.
        next_at: When the next one is due.
    """

    interval: float
    next_at: float

    @classmethod
    def starting(cls, interval: float, now: float) -> "CommitSchedule":
        """Return a schedule whose first commit is an interval away."""
        return cls(interval, now + interval)

    def due(self, now: float) -> bool:
        """Return whether to commit now."""
        return now >= self.next_at

    def wait(self, now: float) -> float:
        """Return the seconds until the next commit, at least 0."""
        return max(0.0, self.next_at - now)

    def request(self, now: float) -> None:
        """Make the next commit due at once."""
        self.next_at = min(self.next_at, now)

    def ended(self, now: float) -> None:
        """Take note that a commit ended, well or not; a failed one is tried again at the next interval."""
        self.next_at = now + self.interval
