"""What of the Kafka client's own log may be seen?

Never a login: at DEBUG the client writes whole requests, SASL/PLAIN passwords among them. And not the same line
ten times a second: while brokers are away it logs every attempt.
"""

import logging
import time
from types import TracebackType
from typing import Self

import attrs

__all__ = ("ClientLogs",)

CONNECTION = "aiokafka.conn"
CLUSTER = "aiokafka.cluster"
NOISY = (
    CONNECTION,
    "aiokafka",  # of its client
    CLUSTER,
    "aiokafka.consumer.consumer",
    "aiokafka.consumer.fetcher",
    "aiokafka.consumer.group_coordinator",
    "aiokafka.producer.sender",
)
TOLD_BY_ERRORS = frozenset(
    {
        "Topic %s is not available during auto-create initialization",
        "Topic %s not found in cluster metadata",
        "Topic %s is not authorized for this client",
        "'%s' is not a valid topic name",
    }
)
INTERVAL = 5.0
REMEMBERED = 1_000


class _HideRequests(logging.Filter):
    """Drop what is below INFO: whole requests, with the passwords and the records in them."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.INFO


class _HideTopics(logging.Filter):
    """Drop what our own errors say of a topic, and what is said of each that is just being created."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.msg not in TOLD_BY_ERRORS


@attrs.define(eq=False)
class _LimitRate(logging.Filter):
    """Let the same message of one logger through once per interval; say how many were held back."""

    interval: float
    _seen: dict[tuple[str, str], tuple[float, int]] = attrs.field(factory=dict, init=False)

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.WARNING:
            return True
        key = (record.name, str(record.msg))
        now = time.monotonic()
        last, held = self._seen.get(key, (-self.interval, 0))
        if now - last < self.interval:
            self._seen[key] = (last, held + 1)
            return False
        if len(self._seen) >= REMEMBERED:
            self._seen.clear()
        self._seen[key] = (now, 0)
        if held:
            record.msg = f"{record.msg} (and {held} more like it)"
        return True


@attrs.define(eq=False)
class ClientLogs:
    """Filters on the client's loggers, there as long as this is entered."""

    interval: float = INTERVAL
    _installed: list[tuple[logging.Logger, logging.Filter]] = attrs.field(factory=list, init=False)

    def __enter__(self) -> Self:
        if not self._installed:
            limit = _LimitRate(self.interval)
            self._installed = [(logging.getLogger(name), limit) for name in NOISY]
            self._installed.append((logging.getLogger(CONNECTION), _HideRequests()))
            self._installed.insert(0, (logging.getLogger(CLUSTER), _HideTopics()))
            for logger, each in self._installed:
                logger.addFilter(each)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        for logger, each in self._installed:
            logger.removeFilter(each)
        self._installed = []
