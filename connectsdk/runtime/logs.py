"""How does a program write what connectsdk logs?

Everything goes through `logging`, one record a fact, to loggers below `connectsdk`; nothing is configured unless
`configure_logging` is called, which the command line does. A program with a logging of its own adds `ContextFilter` to
its handlers to know which connector and task a record belongs to.

The JSON is made by `json`: python-json-logger would do the same and be one more dependency, and structlog would want its
own calls in place of those of `logging`, which plugins use.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, Literal

from connectsdk.runtime._calls.log_context import owner_now
from connectsdk.runtime._observing.log_repeats import Sparing

__all__ = ("ContextFilter", "JsonFormatter", "Sparing", "TextFormatter", "configure_logging")

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {
    "asctime",
    "message",
    "taskName",
    "connector",
    "task",
}
_CLIENT = "aiokafka"
"""The Kafka client's loggers, which below INFO write passwords and records."""


class ContextFilter(logging.Filter):
    """Give records the attributes `connector` and `task`: those on whose behalf the code runs, or None."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass."""
        owner = owner_now()
        if not hasattr(record, "connector"):
            record.connector = None if owner is None else owner.connector
            record.task = None if owner is None else owner.task
        return True


class TextFormatter(logging.Formatter):
    """One line a record, `2026-01-31 12:30:00 WARNING [orders|task-0] message`; a traceback follows on lines of its own."""

    def __init__(self, times: str = "%Y-%m-%d %H:%M:%S") -> None:
        super().__init__("{asctime} {levelname} {message}", times, style="{")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """Return the line; line ends in the message are escaped, so that no message looks like two."""
        message = record.message.replace("\r", "\\r").replace("\n", "\\n")
        connector, task = getattr(record, "connector", None), getattr(record, "task", None)
        if connector is not None and not message.startswith(f"connector {connector}"):
            message = f"[{connector}{'' if task is None else f'|task-{task}'}] {message}"
        return f"{record.asctime} {record.levelname} {message}"


class JsonFormatter(logging.Formatter):
    """One JSON object a line: timestamp, level, logger, message, connector, task, exception, and a record's extras."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        at = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, Any] = {
            "timestamp": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "connector": getattr(record, "connector", None),
            "task": getattr(record, "task", None),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line["exception"] = "".join(traceback.format_exception(record.exc_info[1]))
        elif record.exc_text:
            line["exception"] = record.exc_text
        extras = {key: value for key, value in vars(record).items() if key not in _STANDARD}
        present = {key: value for key, value in {**extras, **line}.items() if value is not None}
        return json.dumps(present, default=repr, skipkeys=True)


def configure_logging(
    level: str = "info", form: Literal["plain", "json"] = "plain", *, handler: logging.Handler | None = None
) -> None:
    """Write what is logged, by the root logger: for programs that are a worker and nothing else.

    Lines that repeat are written sparingly. The Kafka client's loggers never write below INFO: there would be
    passwords in it.

    Args:
        level: The least that connectsdk's loggers write; others write warnings.
        form: Lines for people, or JSON for machines.
        handler: What writes them; by default standard error. It keeps a formatter that it has, unless it is JSON.
    """
    target = handler or logging.StreamHandler(sys.stderr)
    if form == "json" or target.formatter is None:
        target.setFormatter(JsonFormatter() if form == "json" else TextFormatter())
    sparing = Sparing(target)
    sparing.addFilter(ContextFilter())
    root = logging.getLogger()
    for earlier in [each for each in root.handlers if isinstance(each, Sparing)]:
        root.removeHandler(earlier)
    root.addHandler(sparing)
    root.setLevel(logging.WARNING)
    logging.getLogger("connectsdk").setLevel(level.upper())
    client = logging.getLogger(_CLIENT)
    client.setLevel(max(client.getEffectiveLevel(), logging.INFO))
