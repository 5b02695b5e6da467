"""How is a log line written to standard error?"""

import json
import logging
from datetime import UTC, datetime
from typing import Literal

__all__ = ("log_to_standard_error",)


def log_to_standard_error(level: str, form: Literal["plain", "json"]) -> None:
    """Write log lines to standard error: for people, or one JSON object each."""
    handler = logging.StreamHandler()
    handler.setFormatter(_JsonLines() if form == "json" else _PLAIN)
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("connectsdk").setLevel(level.upper())


_PLAIN = logging.Formatter("{asctime}.{msecs:03.0f} {levelname} {message}", "%Y-%m-%d %H:%M:%S", style="{")


class _JsonLines(logging.Formatter):
    """Writes a record as one JSON object in one line."""

    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {
            "time": time,
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
