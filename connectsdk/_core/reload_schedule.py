"""When are a connector's values asked for again?

Values that came from config providers may be valid for a limited time; then their connector is restarted with new ones. A
provider is code of somebody else: whatever it says of that time, there is never more than one restart in `SHORTEST` seconds.
"""

import attrs

__all__ = ("LONGEST", "LONGEST_RETRY", "SHORTEST", "ReloadSchedule")

SHORTEST = 60.0
"""Least seconds between two restarts of a connector because of its values."""
LONGEST = 365.0 * 86_400
"""Seconds beyond which a time to live means for ever."""
LONGEST_RETRY = 3_600.0
"""Most seconds between two attempts while a provider does not answer."""


@attrs.define(eq=False)
class ReloadSchedule:
    """The next restart of one connector; there is one at most.

    Attributes:
        due_at: When it is due, on the clock of whoever asks; None when there is none.
    """

    due_at: float | None = None
    _failures: int = 0

    def read(self, now: float, ttl: float | None) -> float | None:
        """Take note that values were read just now; return the seconds until they are asked for again, or None.

        Args:
            now: Seconds on any one clock that never goes back.
            ttl: Seconds for which the one that expires first is valid, as its provider says; None if none expires.
        """
        self._failures = 0
        if ttl is None or ttl > LONGEST:
            self.due_at = None
            return None
        delay = max(SHORTEST, ttl)  # in this order: also for NaN
        self.due_at = now + delay
        return delay

    def failed(self, now: float) -> float:
        """Take note that they could not be read again; return the seconds until the next attempt."""
        delay: float = min(SHORTEST * 2.0 ** min(self._failures, 16), LONGEST_RETRY)
        self._failures += 1
        self.due_at = now + delay
        return delay

    def cancel(self) -> None:
        """Let nothing be asked for again."""
        self.due_at, self._failures = None, 0

    def wait(self, now: float) -> float | None:
        """Return the seconds until they are asked for again; None if never."""
        return None if self.due_at is None else max(0.0, self.due_at - now)

    def is_due(self, now: float) -> bool:
        """Return whether it is time."""
        return self.due_at is not None and self.due_at <= now
