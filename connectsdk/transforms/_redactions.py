"""How is what must not be seen found in a text, and replaced?"""

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from connectsdk.config import invalid
from connectsdk.config.java_regex import compile_java_search
from connectsdk.errors import ConfigError

__all__ = ("KNOWN", "redaction")

LONGEST = 65_536
"""The longest text that a pattern is searched in by backtracking; RE2, if installed, takes longer ones."""

# Each takes a bounded number of steps from every place of a text: no repetition is without end.
_PATTERNS: Mapping[str, "re.Pattern[str]"] = MappingProxyType(
    {
        "credit_card": re.compile(r"(?<![0-9])[0-9](?:[ -]?[0-9]){12,18}(?![0-9])"),
        "email": re.compile(
            r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}+@(?:[A-Za-z0-9-]{1,63}+\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9])"
        ),
        "iban": re.compile(
            r"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])"
        ),
        "ipv4": re.compile(
            r"(?<![0-9.])(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(?![0-9]|\.[0-9])"
        ),
        "us_ssn": re.compile(r"(?<![0-9-])(?!000|666|9)[0-9]{3}-(?!00)[0-9]{2}-(?!0000)[0-9]{4}(?![0-9-])"),
    }
)
KNOWN = tuple(_PATTERNS)
"""The names of what can be looked for."""

_Redact = Callable[[str], str]


def redaction(patterns: Sequence[str], regex: str, replacement: str) -> _Redact:
    """Return what redacts a text: it returns the same object when there is nothing to redact.

    Args:
        patterns: Names of what to look for.
        regex: A Java regular expression for more; empty for none.
        replacement: What takes the place of what is found.

    Raises:
        ConfigError: If a name is unknown, or the regular expression or the replacement cannot be used.
    """
    steps = [_known(name, replacement) for name in patterns]
    if regex:
        try:
            found = compile_java_search(regex, LONGEST)
        except ConfigError as error:
            raise invalid("regex", regex, str(error)) from error
        try:
            steps.append(found.replacement(replacement).of_all)
        except ConfigError as error:
            raise invalid("replacement", replacement, str(error)) from error
    if len(steps) == 1:
        return steps[0]

    def redact(text: str) -> str:
        for step in steps:
            text = step(text)
        return text

    return redact


def _known(name: str, replacement: str) -> _Redact:
    pattern = _PATTERNS.get(name)
    if pattern is None:
        raise invalid("patterns", name, f"it must be one of {', '.join(KNOWN)}")
    if name == "credit_card":
        return lambda text: pattern.sub(lambda found: _card(found[0], replacement), text)
    if name == "email":
        return lambda text: pattern.sub(lambda _: replacement, text) if "@" in text else text
    return lambda text: pattern.sub(lambda _: replacement, text)


def _card(text: str, replacement: str) -> str:
    """Return the replacement for a number whose check digit is right, and otherwise the number."""
    total = 0
    for place, digit in enumerate(int(character) for character in reversed(text) if character not in " -"):
        doubled = digit * 2 if place % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled  # noqa: PLR2004 - the sum of its digits
    return text if total % 10 else replacement
