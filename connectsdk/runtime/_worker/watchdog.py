"""Who blocks the event loop?

Plugin code that computes or waits without `await` stops everything in its event loop: other connectors, group
membership, the program around it. Nothing on the loop can tell of it meanwhile, so a thread watches.
"""

import logging
import sys
import threading
import time
from types import FrameType

import anyio
import attrs

from connectsdk._core.beat import BEAT
from connectsdk._core.window import Window

__all__ = ("Pulse", "Watchdog")

log = logging.getLogger("connectsdk.watchdog")

BEAT_EVERY = BEAT / 2
SELDOM = 2 * BEAT_EVERY
"""Seconds between two looks at a loop that turns."""
LIMIT = 1.0
"""Seconds without a beat of the loop before it is told."""
LOOKS = 3
"""How often the loop has been looked at by then, at least."""


@attrs.frozen(kw_only=True)
class Pulse:
    """How late the event loop turns to what is due, in seconds; those of the last 30 to 60 seconds.

    Attributes:
        delay_max: The longest delay.
        delay_avg: The delay on average.
        since_beat: Seconds since it turned last.
    """

    delay_max: float = 0.0
    delay_avg: float = 0.0
    since_beat: float = 0.0


class Watchdog:
    """Watch the event loop of the thread that makes it."""

    def __init__(self) -> None:
        self._loop_thread = threading.get_ident()
        self._stop = threading.Event()
        self._beat_at = time.monotonic()
        self._delays = Window()

    def pulse(self) -> Pulse:
        """Return how late the loop is."""
        now = time.monotonic()
        return Pulse(
            delay_max=self._delays.highest(now),
            delay_avg=self._delays.average(now),
            since_beat=now - self._beat_at,
        )

    async def run(self) -> None:
        """Watch until cancelled."""
        thread = threading.Thread(target=self._watch, name="connectsdk watchdog", daemon=True)
        thread.start()
        try:
            while True:
                self._beat_at = time.monotonic()
                due = (self._beat_at // BEAT_EVERY + 1) * BEAT_EVERY
                await anyio.sleep(due - self._beat_at)
                now = time.monotonic()
                self._delays.record(max(0.0, now - due), now)
        finally:
            self._stop.set()
            thread.join()

    def _watch(self) -> None:
        told_of, looked_at = 0.0, 0.0
        owners: list[str | None] = []
        pause = SELDOM
        while not self._stop.wait(pause):
            beat_at = self._beat_at
            blocked = time.monotonic() - beat_at
            pause = SELDOM if blocked < BEAT_EVERY else BEAT_EVERY
            if beat_at != looked_at:
                looked_at, owners = beat_at, []
            if blocked < BEAT_EVERY or told_of == beat_at:
                continue
            frame = sys._current_frames().get(self._loop_thread)  # noqa: SLF001 - the documented way to look
            owners.append(_owner(frame))
            if blocked > LIMIT and len(owners) >= LOOKS:
                told_of = beat_at
                _tell(blocked, owners, frame)


def _tell(blocked: float, owners: list[str | None], frame: FrameType | None) -> None:
    """Blame whoever was there at every look; where they took turns, nobody."""
    seen = set(owners)
    if len(seen) > 1:
        log.error(
            "the event loop has been busy for %.1f s with a round of %d connectors, tasks and other parts of the program, "
            "of those seen; set task.isolation=thread for some of them, or run more workers",
            blocked,
            len(seen),
        )
        return
    owner, where = owners[0], _where(frame)
    log.error(
        "the event loop has been blocked for %.1f s by %s; use await, or a thread (anyio.to_thread.run_sync), for "
        "whatever takes long",
        blocked,
        where if owner is None else f"{owner}, in {where}",
    )


def _owner(frame: FrameType | None) -> str | None:
    """Return whose code is running: a connector or task; None if it is nobody's."""
    while frame is not None:
        owner = getattr(frame.f_locals.get("self"), "owner", None)
        if isinstance(owner, str):
            return owner
        frame = frame.f_back
    return None


def _where(frame: FrameType | None) -> str:
    if frame is None:
        return "something that is gone by now"
    return f"{frame.f_code.co_qualname} ({frame.f_code.co_filename}:{frame.f_lineno})"
