"""At which level do loggers log, by Java's names of levels?"""

import logging
import time

import attrs

__all__ = ("Level", "Loggers")

LEVELS = {"OFF": 1_000, "FATAL": 50, "ERROR": 40, "WARN": 30, "INFO": 20, "DEBUG": 10, "TRACE": 5, "ALL": 1}
CAPPED = "aiokafka"
"""The Kafka client's loggers, which below INFO write passwords and records."""


@attrs.frozen
class Level:
    """A level, and when it was set here in milliseconds; None if it was not."""

    name: str
    last_modified: int | None


@attrs.frozen(eq=False)
class Loggers:
    """The loggers of this process."""

    _modified: dict[str, int] = attrs.field(factory=dict, init=False)

    def levels(self) -> dict[str, Level]:
        """Return the loggers whose level is set, by name."""
        found = {name: logging.getLogger(name) for name in sorted(logging.Logger.manager.loggerDict)}
        levels = {name: self._level(name, logger) for name, logger in found.items() if logger.level}
        return {"root": self._level("root", logging.getLogger()), **levels}

    def level(self, name: str) -> Level | None:
        """Return a logger's level, also an inherited one; None if nobody has logged by this name."""
        if name != "root" and not isinstance(logging.Logger.manager.loggerDict.get(name), logging.Logger):
            return None
        return self._level(name, _logger(name))

    def set_level(self, name: str, level: str) -> list[str]:
        """Set the level of a logger and of those below it; return their names.

        Raises:
            KeyError: If there is no such level.
            ValueError: If the logger must not log so much.
        """
        number = LEVELS[level.upper()]
        if number < logging.INFO and _is_below(name, CAPPED):
            raise ValueError(
                f"the loggers of {CAPPED} write passwords and records below INFO: choose INFO or higher"
            )
        known = [each for each in logging.Logger.manager.loggerDict if _is_below(each, name)]
        now = int(time.time() * 1_000)
        for each in {name, *known}:
            own = max(number, logging.INFO) if _is_below(each, CAPPED) else number
            _logger(each).setLevel(own)
            self._modified[each] = now
        if name == "root" and number < logging.INFO:
            logging.getLogger(CAPPED).setLevel(logging.INFO)
        return sorted({name, *known})

    def _level(self, name: str, logger: logging.Logger) -> Level:
        number = logger.getEffectiveLevel()
        return Level(
            min(LEVELS, key=lambda each: abs(LEVELS[each] - number)),
            self._modified.get(name),
        )


def _logger(name: str) -> logging.Logger:
    return logging.getLogger(None if name == "root" else name)


def _is_below(name: str, parent: str) -> bool:
    return parent in {"root", name} or name.startswith(f"{parent}.")
