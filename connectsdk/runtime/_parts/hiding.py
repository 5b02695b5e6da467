"""How do secrets stay out of logs?

A filter of a logger sees only what is logged with that logger, so each one gets it: those that are there, and those that appear
later, with their first record. Loggers of this project and of its clients are meant, and whatever logs on behalf of a connector.
"""

import logging
import threading
import traceback
from typing import Any

import attrs

from connectsdk.runtime._calls.log_context import owner_now
from connectsdk.runtime._parts.secrets import Secrets

__all__ = ("Hiding", "hide_in_logs", "show_in_logs")

LOGGERS = ("connectsdk", "aiokafka", "httpx", "httpcore")
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


@attrs.define(eq=False)
class Hiding(logging.Filter):
    """Hides secrets in log records."""

    secrets: Secrets
    _filtered: set[logging.Logger] = attrs.field(factory=set)
    _before: Any = None
    _active: bool = False
    _lock: threading.Lock = attrs.field(factory=threading.Lock)

    def filter(self, record: logging.LogRecord) -> bool:
        """Hide secrets in a record's message, traceback and extras; let it pass."""
        hide = self.secrets.hide
        try:
            text = record.getMessage()
        except Exception:  # noqa: BLE001 - the handler reports what is wrong with the call
            record.msg, record.args = hide(str(record.msg)), self._hidden_arguments(record.args)
            text = ""
        hidden = hide(text)
        if hidden != text:
            record.msg, record.args = hidden, None
        if record.exc_info and record.exc_info[0] is not None:
            shown = record.exc_text or "".join(traceback.format_exception(*record.exc_info)).rstrip()
            without = hide(shown)
            if without != shown:
                record.exc_info, record.exc_text = None, without
        if record.stack_info:
            record.stack_info = hide(record.stack_info)
        for name, value in list(vars(record).items()):
            if name not in STANDARD and not isinstance(value, int | float | None):
                vars(record)[name] = self._hidden(value)
        return True

    def _hidden(self, value: object) -> object:
        """Return a value, or what is shown of it without the secrets if there are some in it."""
        try:
            shown = value if isinstance(value, str) else repr(value)
        except Exception:  # noqa: BLE001 - whoever writes the record finds that out too
            return value
        without = self.secrets.hide(shown)
        return value if without == shown else without

    def _hidden_arguments(self, arguments: Any) -> Any:
        if not isinstance(arguments, tuple):
            return self._hidden(arguments)
        return tuple(self._hidden(each) for each in arguments)

    def watch(self) -> None:
        """Hide secrets from now on."""
        for name in (*LOGGERS, *(name for name in list(logging.root.manager.loggerDict) if _is_ours(name))):
            self._take(logging.getLogger(name))
        self._before, self._active = logging.getLogRecordFactory(), True
        logging.setLogRecordFactory(self._made)

    def release(self) -> None:
        """Hide them no longer."""
        self._active = False
        if logging.getLogRecordFactory() == self._made:  # somebody else's, made after this, calls it
            logging.setLogRecordFactory(self._before)
        with self._lock:
            for logger in self._filtered:
                logger.removeFilter(self)
            self._filtered.clear()

    def _take(self, logger: logging.Logger) -> None:
        with self._lock:
            if logger not in self._filtered:
                self._filtered.add(logger)
                logger.addFilter(self)

    def _made(self, name: Any, *arguments: Any, **named: Any) -> logging.LogRecord:
        """Make a record; its logger's filters are asked after this."""
        if self._active and isinstance(name, str) and (_is_ours(name) or owner_now() is not None):
            logger = logging.root if name == "root" else logging.root.manager.loggerDict.get(name)
            if isinstance(logger, logging.Logger):
                self._take(logger)
        record: logging.LogRecord = self._before(name, *arguments, **named)
        return record


def hide_in_logs(secrets: Secrets) -> Hiding:
    """Hide secrets in what is logged; give the answer to `show_in_logs` at the end."""
    hiding = Hiding(secrets)
    hiding.watch()
    return hiding


def show_in_logs(hiding: Hiding) -> None:
    """Undo `hide_in_logs`."""
    hiding.release()


def _is_ours(name: str) -> bool:
    return name.partition(".")[0] in LOGGERS
