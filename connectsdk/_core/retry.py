"""How long to wait before asking again, and when to give up?

The delays are Kafka Connect's until the cap is reached: 300 ms, doubling with each attempt. From then on each is
drawn between half the cap and the cap (Kafka Connect draws between 0 and the cap), so that many tasks do not ask
in step. Chance and time come in as arguments.
"""

import attrs

__all__ = ("Retry", "RetryPolicy")


@attrs.frozen
class RetryPolicy:
    """How one operation is retried.

    Attributes:
        timeout: Seconds from the first failure after which to give up; 0 gives up at once, negative never.
        max_delay: Longest wait between two attempts, in seconds, unless the failure asks for a longer one.
        initial_delay: The first wait, in seconds.
    """

    timeout: float
    max_delay: float = 60.0
    initial_delay: float = 0.3

    def delay(self, attempt: int, chance: float) -> float:
        """Return the seconds to wait after failed attempt number `attempt` (from 1).

        Args:
            attempt: Which attempt failed.
            chance: A number in [0, 1), used once the cap is reached.
        """
        exponent = min(attempt - 1, 62)  # beyond it any cap is long reached
        delay = self.initial_delay * 2.0**exponent
        if delay < self.max_delay:
            return delay
        return self.max_delay * (0.5 + chance / 2)


@attrs.define(eq=False)
class Retry:
    """The failed attempts of one operation so far.

    Attributes:
        policy: How it is retried.
        attempts: How many attempts failed.
        since: When the first one failed.
    """

    policy: RetryPolicy
    attempts: int = 0
    since: float = 0.0

    def failed(self, now: float, chance: float, after: float | None = None) -> float | None:
        """Take note of a failed attempt; return the seconds to wait before the next, or None to give up.

        No wait goes beyond the timeout: the last attempt comes when it is reached.

        Args:
            now: Seconds on any one clock that never goes back.
            chance: A number in [0, 1).
            after: What the failure itself asks for, in seconds.
        """
        if self.attempts == 0:
            self.since = now
        self.attempts += 1
        delay = self.policy.delay(self.attempts, chance) if after is None else max(0.0, after)
        if self.policy.timeout < 0:
            return delay
        left = self.since + self.policy.timeout - now
        return min(delay, left) if left > 0 else None

    def succeeded(self) -> None:
        """Take note that an attempt succeeded: the next failure is a first one."""
        self.attempts = 0
