"""Who is told when a connector is restarted because its values expire?

`ReloadSchedule` decides when; this has the clock and the log.
"""

import logging
from datetime import UTC, datetime, timedelta

import anyio
import attrs

from connectsdk._core.reload_schedule import ReloadSchedule

__all__ = ("Reloading",)

log = logging.getLogger("connectsdk.herder")


@attrs.define(eq=False)
class Reloading:
    """The next restart of one connector with new values from config providers.

    Attributes:
        name: The connector.
    """

    name: str
    _schedule: ReloadSchedule = attrs.field(factory=ReloadSchedule)

    @property
    def due(self) -> bool:
        """Whether it is time."""
        return self._schedule.is_due(anyio.current_time())

    @property
    def wait(self) -> float | None:
        """The seconds until it is due; None if nothing is."""
        return self._schedule.wait(anyio.current_time())

    def read(self, ttl: float | None) -> None:
        """Take note that its values were read just now, and how long the provider says that they are valid."""
        delay = self._schedule.read(anyio.current_time(), ttl)
        if delay is not None:
            log.info(
                "connector %s: it is restarted with new values from config providers %s",
                self.name,
                _at(delay),
            )

    def failed(self, why: str) -> None:
        """Take note that they could not be read again."""
        delay = self._schedule.failed(anyio.current_time())
        log.warning(
            "connector %s: it runs on with the values that it has, new ones are asked for again %s: %s",
            self.name,
            _at(delay),
            why,
        )

    def cancel(self) -> None:
        """Forget it."""
        self._schedule.cancel()


def _at(delay: float) -> str:
    at = datetime.now(UTC) + timedelta(seconds=delay)
    return f"in {delay:.0f} s, at {at.isoformat(timespec='seconds')}"
