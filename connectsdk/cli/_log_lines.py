"""How does a worker on the command line log?"""

import logging
from typing import Literal

from connectsdk.runtime.logs import TextFormatter, configure_logging

__all__ = ("log_to_standard_error",)


def log_to_standard_error(
    level: str, form: Literal["plain", "json"], times: str = "%Y-%m-%d %H:%M:%S"
) -> None:
    """Write log lines to standard error: for people, with such times, or one JSON object each."""
    handler = logging.StreamHandler()
    handler.setFormatter(TextFormatter(times))
    configure_logging(level, form, handler=handler)
