"""How is a source asked for records while it has none?

Again and again, with growing pauses, and where its code runs: a task that has nothing to do costs the worker's loop nothing.
"""

from collections.abc import Awaitable, Callable, Sequence

import anyio
import attrs

from connectsdk._core.beat import until_beat
from connectsdk.record import SourceRecord
from connectsdk.runtime._tasks.gate import Gate
from connectsdk.runtime._tasks.meter import Meter

__all__ = ("Polls",)

FIRST_PAUSE = 0.001
"""Seconds after the first empty answer."""
LONGEST = 10.0
"""Seconds after which the loop hears of it that there is still nothing, the first time."""
MOST = 4
"""How many times as long that becomes while nothing comes."""


@attrs.define(eq=False)
class Polls:
    """The calls of one task's `poll`.

    Attributes:
        poll: The author's method, or what stands for it.
        pause: Seconds between two calls, after some empty answers; ten times as long after many.
        gate: Closed while the connector is paused.
        meter: Takes note of what the task is at.
        began: When the last call began.
        step: What the task is at when it is called next, for the meter.
        answered: How many of the last calls returned, with records or without.
    """

    poll: Callable[[], Awaitable[Sequence[SourceRecord] | None]]
    pause: float
    gate: Gate
    meter: Meter
    began: float = 0.0
    step: str = "poll"
    answered: int = 0
    _wait: float = FIRST_PAUSE
    _silences: int = 0

    async def until_records(self) -> Sequence[SourceRecord] | None:
        """Return the next records; None if there are none for long, or the connector is paused before there are any.

        Raises:
            BaseException: What `poll` raises.
        """
        poll, meter = self.poll, self.meter
        self.answered = 0
        self._silences = min(self._silences + 1, MOST)
        until = anyio.current_time() + LONGEST * self._silences
        while not self.gate.closed:
            self.began = meter.at(self.step)
            records = await poll()
            self.answered += 1
            self.step = "poll"
            if records:
                self._wait, self._silences = FIRST_PAUSE, 0
                return records
            now = meter.at("idle")
            if now > until:
                break
            await anyio.sleep(until_beat(now, self._longer()))
        return None

    def _longer(self) -> float:
        """Return the next pause."""
        wait, usual = self._wait, self.pause
        self._wait = min(wait * 2, usual) if wait < usual else min(wait * 1.25, usual * 10)
        return wait
