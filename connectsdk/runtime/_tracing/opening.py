"""Can a task be traced, and by what?"""

import logging
from collections.abc import Callable

from connectsdk.errors import ConfigError
from connectsdk.runtime._tracing.steps import UNTRACED, Trace

__all__ = ("check_tracing", "open_trace")

log = logging.getLogger("connectsdk.task")

KEY = "tracing.enabled"


def open_trace(connector: str, task: int, hide: Callable[[str], str], *, enabled: bool) -> Trace:
    """Return what traces one life of a task.

    Args:
        connector: Its connector.
        task: Its number.
        hide: Returns a text without secrets.
        enabled: Whether it is traced.
    """
    if not enabled:
        return UNTRACED
    from connectsdk.runtime._tracing.spans import Spans
    from connectsdk.runtime._tracing.task_trace import TaskTrace

    try:
        return TaskTrace(Spans.of_task(connector, task, hide))
    except Exception:
        log.exception("connector %s task %d: it is not traced", connector, task)
        return UNTRACED


def check_tracing(*, enabled: bool) -> None:
    """Try out whether tracing can work, if it is asked for.

    Raises:
        ConfigError: If OpenTelemetry is not installed, or its configuration is broken.
    """
    if not enabled:
        return
    try:
        import opentelemetry.propagate
        import opentelemetry.trace  # noqa: F401 - both read the environment when they are imported
    except ImportError as error:
        message = f"{KEY}=true needs OpenTelemetry: pip install 'connectsdk[otel]'"
        raise ConfigError(message, key=KEY) from error
    except Exception as error:
        message = f"{KEY}=true: OpenTelemetry cannot be set up from its OTEL_* variables: {error}"
        raise ConfigError(message, key=KEY) from error
