"""How do secrets stay inside of the worker?

Whatever was put in place of a reference, and whatever is a password by its key, is remembered here, and hidden in every text
that leaves the worker: states, answers, log lines, the tracebacks in them.
"""

import base64
import json
import re
import traceback
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, quote_plus, unquote

import attrs

from connectsdk.config import HIDDEN
from connectsdk.errors import ConfigError, ConnectError

__all__ = ("Secrets", "is_secret_key")

SHORTEST = 4
"""Characters of the shortest value that is hidden: a shorter one is in too many words."""
ANY = "surrogatepass"
"""A secret may be no text: half a character is hidden like any other."""
HARMLESS = frozenset({"true", "false", "null", "none"})
SECRET_KEY = re.compile(
    r"passw|passphrase|secret|token|credential|jaas|private|user\.info|(api|access)[._-]?key|ssl\.key(store)?\.key$",
    re.IGNORECASE,
)
PARAMETER = r"(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key)[\"']?\s{0,8}[=:]\s{0,8}"
INLINE = re.compile(rf"{PARAMETER}[\"']?([^\s\"'&;,}}]+)", re.IGNORECASE)
"""What is a secret inside of a longer value: a parameter of that name."""
QUOTED = re.compile(rf"{PARAMETER}(?:\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)')", re.IGNORECASE | re.DOTALL)
USER_INFO = re.compile(r"://([^/\s]*)@")
"""The user and password of a URL."""


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
        for value in tuple(self._resolved):  # other threads add to it
            text = text.replace(value, HIDDEN)
        return text

    def note(self, values: Iterable[str]) -> None:
        """Remember secrets."""
        for value in values:
            for secret in {value, value.strip()}:
                if len(secret) >= SHORTEST and secret.lower() not in HARMLESS:
                    self._forms.update(_forms(secret))

    def note_properties(self, properties: Mapping[str, Any]) -> None:
        """Remember what is a secret by the looks of its key, or of what stands before it in the value."""
        for key, value in properties.items():
            if isinstance(value, str) and "${" not in value:
                self.note([value] if is_secret_key(key) else ())
                self.note(_inside(value))
                self.note(_passwords([value]) if key.endswith("user.info") else ())

    def hide(self, text: str) -> str:
        """Return a text without the secrets."""
        found = [form for form in tuple(self._forms) if form in text]  # other threads add to it
        for form in sorted(found, key=len, reverse=True):
            text = text.replace(form, HIDDEN)
        return text

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Take the secrets out of whatever leaves this block as an exception, with its causes.

        Raises:
            Exception: What was raised in the block; only if its text cannot be changed, a `ConnectError` in its place.
        """
        try:
            yield
        except Exception as error:
            text = self._shown(error)
            if self.hide(text) == text:
                raise
            self._cleanse(error)
            if self.hide(shown := self._shown(error)) == shown:
                raise
            instead = ConnectError(self.hide(_one_line(error)))
        else:
            return
        instead.__context__ = None
        raise instead

    def _shown(self, error: BaseException) -> str:
        """Return everything that may be read of an exception and of those that it came from."""
        texts, seen, left = [], set(), [error]
        while left:
            one = left.pop()
            seen.add(id(one))
            texts.append(_one_line(one))
            chained = (one.__cause__, one.__context__, *getattr(one, "exceptions", ()))
            left += [each for each in chained if each is not None and id(each) not in seen]
        return "\n".join(texts)

    def _cleanse(self, error: Exception) -> None:
        """Take the secrets out of an exception, and forget what it came from."""
        error.args = tuple(self.hide(each) if isinstance(each, str) else each for each in error.args)
        if isinstance(error, ConfigError):
            error.problems = tuple(self.hide(problem) for problem in error.problems)
        error.__cause__ = error.__context__ = None
        if hasattr(error, "__notes__"):
            error.__notes__ = [self.hide(str(note)) for note in error.__notes__]

    def __repr__(self) -> str:
        return f"<Secrets: {len(self._forms)}>"


def _inside(value: str) -> Iterator[str]:
    """Yield the secrets inside of a longer value, as they are written there and as they are meant."""
    yield from INLINE.findall(value)
    for found in QUOTED.finditer(value):
        quoted = found[1] or found[2] or ""
        yield quoted
        yield re.sub(r"\\(.)", r"\1", quoted)
    yield from _passwords(USER_INFO.findall(value))


def _passwords(users: Iterable[str]) -> Iterator[str]:
    """Yield the passwords of users written as `user:password`, and what is sent of both."""
    for user in users:
        for meant in {user, unquote(user)}:
            yield meant.partition(":")[2]
            yield base64.b64encode(meant.encode("utf-8", ANY)).decode()


def _forms(secret: str) -> Iterator[str]:
    """Return the ways in which a secret may be written inside of other text."""
    yield secret
    for once in {repr(secret)[1:-1], json.dumps(secret)[1:-1]}:
        yield once
        yield repr(once)[1:-1]
        yield json.dumps(once)[1:-1]
    yield quote(secret, safe="", errors=ANY)
    yield quote(secret, errors=ANY)
    yield quote_plus(secret, errors=ANY)
    yield base64.b64encode(secret.encode("utf-8", ANY)).decode()


def _one_line(error: BaseException) -> str:
    """Return an exception's text with its notes, whatever its own methods do."""
    try:
        return "".join(traceback.format_exception_only(error))
    except BaseException:  # noqa: BLE001 - a plugin's exception may be of its own making
        return type(error).__name__
