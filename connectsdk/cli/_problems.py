"""How is a configuration error told?

It names the file and line, key, value and remedy; a value that may be a secret is never shown.
"""

import re
from collections.abc import Mapping, Set as AbstractSet
from pathlib import Path

import attrs

from connectsdk.errors import ConfigError

__all__ = ("Written", "hidden", "line_of", "tell")

SECRET_KEY = re.compile(
    r"passw|passphrase|secret|token|credential|jaas|private|auth|(api|access)[._-]?key|[._-]key$",
    re.IGNORECASE,
)
SECRET_VALUE = re.compile(
    r"//[^/@\s]*:[^/\s]*@|(passw(or)?d|passphrase|secret|token|api[_-]?key)[\"']?\s{0,8}[=:]", re.IGNORECASE
)
REFERENCE = re.compile(r"\$\{[^${}]+\}")
"""Says where a value is, and not what it is."""
HIDDEN = "[hidden]"


@attrs.frozen
class Written:
    """Properties, and where they were written.

    Attributes:
        subject: What they configure, for instance `connector 'orders'`.
        path: The file; None when there is none.
        config: The properties.
        overridden: Keys that were set on the command line.
    """

    subject: str
    path: Path | None
    config: Mapping[str, str]
    overridden: AbstractSet[str] = frozenset()


def hidden(key: str, value: str) -> str:
    """Return a value for showing: quoted, or a stand-in when it may be or hold a secret."""
    if REFERENCE.fullmatch(value):
        return repr(value)
    return HIDDEN if SECRET_KEY.search(key) or SECRET_VALUE.search(value) else repr(value)


def tell(error: ConfigError, written: Written) -> tuple[str, ...]:
    """Return the lines that tell an operator what to correct, and where."""
    key, path = error.key, written.path
    lines = [f"{written.subject} cannot be started", *(f"  {problem}" for problem in error.problems)]
    if key is None:
        return (*lines, f"  Correct {path}.") if path else tuple(lines)
    if key not in written.config:
        return (*lines, f"  Add '{key}' to {path}.") if path else tuple(lines)
    shown = hidden(key, written.config[key])
    return (*lines, f"  {key} = {shown} is written {_place(written, key)}: correct it there.")


def _place(written: Written, key: str) -> str:
    """Return where a key is written: in which file, and in which line when that is plain to see."""
    if written.path is None or key in written.overridden:
        return "on the command line"
    line = line_of(written.path, key)
    return f"in {written.path}" if line is None else f"in {written.path} line {line}"


def line_of(path: Path, key: str) -> int | None:
    """Return the line in which a key is written, when that is plain to see."""
    pattern = re.compile(rf'^\s*[{{,]?\s*"?{re.escape(key)}"?\s*[=:\s]')
    try:
        lines = path.read_text("utf-8", "replace").splitlines()
    except OSError:
        return None
    return next((number for number, line in reversed([*enumerate(lines, 1)]) if pattern.match(line)), None)
