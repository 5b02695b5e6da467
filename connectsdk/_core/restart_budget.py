"""Is a failed task started again, and when?"""

import attrs

__all__ = ("RestartBudget", "RestartPolicy")


@attrs.frozen
class RestartPolicy:
    """How failed tasks are restarted.

    Attributes:
        limit: Restarts allowed within a window; 0 never restarts, negative has no limit.
        window: Seconds that a restart counts against the limit.
        initial_delay: Seconds before the first restart.
        max_delay: Longest wait before a restart, in seconds; the wait doubles with each restart in the window.
    """

    limit: int = 10
    window: float = 600.0
    initial_delay: float = 1.0
    max_delay: float = 60.0


@attrs.define(eq=False)
class RestartBudget:
    """The restarts of one task within the window.

    Attributes:
        policy: How it is restarted.
        total: All restarts so far.
    """

    policy: RestartPolicy
    total: int = 0
    _recent: list[float] = attrs.field(factory=list)

    def used(self, now: float) -> int:
        """Return how many restarts count against the limit now."""
        oldest = now - self.policy.window
        self._recent = [at for at in self._recent if at > oldest]
        return len(self._recent)

    def failed(self, now: float, chance: float) -> float | None:
        """Take note of a failure; return the seconds until the restart, or None when the budget is spent.

        Args:
            now: Seconds on any one clock that never goes back.
            chance: A number in [0, 1), so that many tasks do not restart in step.
        """
        used = self.used(now)
        if 0 <= self.policy.limit <= used:
            return None
        self._recent.append(now)
        self.total += 1
        delay = self.policy.initial_delay * 2.0 ** min(used, 62)  # beyond it any cap is long reached
        return min(delay * (0.75 + chance / 2), self.policy.max_delay)
