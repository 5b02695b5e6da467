"""How do secrets stay inside of the worker?

Whatever was put in place of a reference, and whatever is a password by its key, is remembered here, and hidden in every text
that leaves the worker: states, answers, log lines, the tracebacks in them.
"""

import base64
import json
import logging
import re
import traceback
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

import attrs

from connectsdk.config import HIDDEN
from connectsdk.errors import ConfigError

__all__ = ("Hiding", "Secrets", "hide_in_logs", "is_secret_key", "show_in_logs")

SHORTEST = 4
"""Characters of the shortest value that is hidden: a shorter one is in too many words."""
HARMLESS = frozenset({"true", "false", "null", "none"})
SECRET_KEY = re.compile(
    r"passw|passphrase|secret|token|credential|jaas|private|user\.info|(api|access)[._-]?key|ssl\.key(store)?\.key$",
    re.IGNORECASE,
)
LOGGERS = ("connectsdk", "aiokafka", "httpx", "httpcore")


def is_secret_key(key: str) -> bool:
    """Return whether a key's value is a secret by the looks of the key."""
    return SECRET_KEY.search(key) is not None


@attrs.define(eq=False, repr=False)
class Secrets:
    """Secrets that were seen."""

    _forms: set[str] = attrs.field(factory=set)
    _resolved: set[str] = attrs.field(factory=set)

    def note_resolved(self, values: Iterable[str]) -> None:
        """Remember what came in place of references."""
        values = frozenset(values)
        self._resolved.update(value for value in values if len(value) >= SHORTEST)
        self.note(values)

    def hide_resolved(self, text: str) -> str:
        """Return a text without what came in place of references."""
        for value in self._resolved:
            text = text.replace(value, HIDDEN)
        return text

    def note(self, values: Iterable[str]) -> None:
        """Remember secrets."""
        for value in values:
            for secret in {value, value.strip()}:
                if len(secret) >= SHORTEST and secret.lower() not in HARMLESS:
                    self._forms.update(_forms(secret))

    def note_properties(self, properties: Mapping[str, Any]) -> None:
        """Remember what is a secret by the looks of its key."""
        self.note(
            value
            for key, value in properties.items()
            if isinstance(value, str) and is_secret_key(key) and "${" not in value
        )

    def hide(self, text: str) -> str:
        """Return a text without the secrets."""
        found = [form for form in self._forms if form in text]
        for form in sorted(found, key=len, reverse=True):
            text = text.replace(form, HIDDEN)
        return text

    def hidden_in(self, error: ConfigError) -> ConfigError:
        """Return the same error without the secrets in its text."""
        problems = tuple(self.hide(problem) for problem in error.problems)
        return ConfigError(self.hide(str(error)), key=error.key, problems=problems)

    def __repr__(self) -> str:
        return f"<Secrets: {len(self._forms)}>"


def _forms(secret: str) -> Iterator[str]:
    """Return the ways in which a secret may be written inside of other text."""
    yield secret
    yield repr(secret)[1:-1]
    yield json.dumps(secret)[1:-1]
    yield quote(secret, safe="")
    yield quote_plus(secret)
    yield base64.b64encode(secret.encode("utf-8", "surrogateescape")).decode()


@attrs.define(eq=False)
class Hiding(logging.Filter):
    """Hides secrets in log records."""

    secrets: Secrets

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            text = record.getMessage()
        except Exception:  # noqa: BLE001 - the handler reports what is wrong with the call
            return True
        hidden = self.secrets.hide(text)
        if hidden != text:
            record.msg, record.args = hidden, None
        if record.exc_info and record.exc_info[0] is not None:
            shown = record.exc_text or "".join(traceback.format_exception(*record.exc_info)).rstrip()
            without = self.secrets.hide(shown)
            if without != shown:
                record.exc_info, record.exc_text = None, without
        return True


def hide_in_logs(secrets: Secrets) -> Hiding:
    """Hide secrets in what this project and its clients log; `release` the answer at the end.

    A filter of a logger sees only what is logged with that logger, so each one there is gets it.
    """
    hiding = Hiding(secrets)
    for logger in _loggers():
        logger.addFilter(hiding)
    return hiding


def show_in_logs(hiding: Hiding) -> None:
    """Undo `hide_in_logs`."""
    for logger in _loggers():
        logger.removeFilter(hiding)


def _loggers() -> list[logging.Logger]:
    known = logging.root.manager.loggerDict
    names = [name for name in list(known) if name.partition(".")[0] in LOGGERS]
    return [logging.getLogger(name) for name in {*LOGGERS, *names}]
