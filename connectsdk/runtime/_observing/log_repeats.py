"""What is written of a line that comes again and again?

The first few of each kind, and then how often it came. A kind is a place in the code, as its logger, level and unformatted
message name it, on behalf of one task.
"""

import copy
import logging
import time
from collections.abc import Callable

import attrs

from connectsdk.runtime._calls.log_context import Owner, owner_now

__all__ = ("Sparing",)

Key = tuple[str, int, str, Owner | None]

MOST_KINDS = 1_000


@attrs.define(eq=False)
class _Kind:
    since: float
    written: int = 0
    left_out: int = 0
    last: logging.LogRecord | None = None


class Sparing(logging.Handler):
    """Hands records to another handler: of each kind at most `burst` in `seconds`, and then one with the number.

    The number is written with the next record of any kind, or at `flush`.
    """

    def __init__(
        self,
        target: logging.Handler,
        *,
        burst: int = 5,
        seconds: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take where records go.

        Args:
            target: What writes them.
            burst: How many of a kind are written in full.
            seconds: In which time.
            clock: Seconds that only go forward.
        """
        super().__init__()
        self._target, self._burst, self._seconds, self._clock = target, burst, seconds, clock
        self._kinds: dict[Key, _Kind] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record, or count it."""
        now = self._clock()
        self._tell(now - self._seconds)
        key = (record.name, record.levelno, str(record.msg), owner_now())
        kind = self._kinds.get(key)
        if kind is None:
            if len(self._kinds) >= MOST_KINDS:
                self._forget(next(iter(self._kinds)))
            kind = self._kinds[key] = _Kind(now)
        if kind.written < self._burst:
            kind.written += 1
            self._target.handle(record)
        else:
            kind.left_out += 1
            kind.last = record

    def flush(self) -> None:
        """Write how often what was left out came, and flush the target."""
        self.acquire()
        try:
            self._tell(float("inf"))
        finally:
            self.release()
        self._target.flush()

    def close(self) -> None:
        """Flush, and close the target."""
        self.flush()
        self._target.close()
        super().close()

    def _tell(self, before: float) -> None:
        """Write about kinds that began before a time, and begin them anew."""
        for key in [key for key, kind in self._kinds.items() if kind.since <= before]:
            self._forget(key)

    def _forget(self, key: Key) -> None:
        kind = self._kinds.pop(key)
        if kind.last is None:
            return
        summary = copy.copy(kind.last)
        seconds = max(1, round(self._clock() - kind.since))
        summary.msg = f"{kind.last.getMessage()} (repeated {kind.left_out} times in {seconds} s)"
        summary.args, summary.exc_info, summary.exc_text = None, None, None
        self._target.handle(summary)
