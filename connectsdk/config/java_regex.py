r"""How does a regular expression written for Java match here, in bounded time?

Patterns in configurations are Java's (`topics.regex`, `RegexRouter`, `TopicNameMatches`, ...): they are read by Java's rules and
written anew, class by class, for one of two engines. What has no exact counterpart is refused when it is configured.

- Python's `re` matches a pattern whose worst case, computed beforehand, is a bounded number of steps.
- RE2, which takes linear time, matches the others if it can say them; it comes with `pip install 'connectsdk[regex]'`.
- What is left (`(a+)+\1`) is refused: no text can hang a worker.
"""

import re
from collections.abc import Callable
from typing import Any

import attrs

from connectsdk.config._regex_cost import worst_steps
from connectsdk.config._regex_parser import parse_regex
from connectsdk.config._regex_replacement import parse_replacement
from connectsdk.config._regex_text import BadRegexError
from connectsdk.config._regex_tree import Anchor, Expression, Node, Place, Sequence, nullable
from connectsdk.config._regex_writer import for_python, for_re2
from connectsdk.errors import ConfigError, DataError

__all__ = (
    "LONGEST_TOPIC",
    "JavaRegex",
    "Replacement",
    "compile_java",
    "compile_java_search",
    "linear_engine",
)

LONGEST_TOPIC = 249
"""The longest name that a topic can have."""

_LONGEST_PATTERN = 65_536
_MOST_STEPS = 50_000_000
_EXTRA = "pip install 'connectsdk[regex]'"


@attrs.frozen
class JavaRegex:
    """A Java regular expression, ready to match.

    Attributes:
        pattern: As it was written.
        longest: The longest text that it is matched with by backtracking; None when RE2 does it.
        python: The same for Python's `re`; None when only RE2 takes it.
    """

    pattern: str
    longest: int | None
    python: "re.Pattern[str] | None"
    _expression: Expression = attrs.field(repr=False)
    _engine: Any = attrs.field(repr=False)
    _beyond: Any = attrs.field(default=None, repr=False)

    def matches(self, text: str) -> bool:
        """Return whether the whole text matches, as Java's `Matcher.matches` has it.

        Raises:
            DataError: If the text is longer than the pattern may be matched with.
        """
        try:
            return self._engine_for(text).fullmatch(text) is not None
        except UnicodeEncodeError:
            raise _no_text() from None

    def replacement(self, text: str) -> "Replacement":
        """Return what takes the place of a match.

        Args:
            text: With `$1`, `${name}` and a backslash before what is meant literally.

        Raises:
            ConfigError: If Java refuses it, or it names a group that the pattern does not have.
        """
        try:
            parts = parse_replacement(text, self._expression.groups, self._expression.names)
        except BadRegexError as error:
            message = f"The replacement {text!r} does not fit the pattern {self.pattern!r}: {error}"
            raise ConfigError(message) from None
        return Replacement(self, parts)

    def _engine_for(self, text: str) -> Any:
        if self.longest is None or len(text) <= self.longest:
            return self._engine
        if self._beyond is None:
            raise DataError(
                f"A text of {len(text)} characters is longer than the {self.longest} that the pattern "
                f"{self.pattern!r} can be matched with in bounded time; {_EXTRA} may lift that"
            )
        return self._beyond


@attrs.frozen
class Replacement:
    """What takes the place of a match of a pattern."""

    _regex: JavaRegex
    _parts: tuple[str | int, ...]

    def of_first(self, text: str) -> str | None:
        """Return the text with its first match replaced; None when the whole text does not match.

        Raises:
            DataError: If the text is longer than the pattern may be matched with.
        """
        regex = self._regex
        if not regex.matches(text):
            return None
        # What matches as a whole matches at the start; but the first match there may be shorter.
        found = regex._engine.match(text)  # noqa: SLF001 - two parts of one thing
        return text[: found.start()] + self._expanded(found) + text[found.end() :]

    def of_all(self, text: str) -> str:
        """Return the text with every match replaced.

        Raises:
            DataError: If the text is longer than the pattern may be matched with.
        """
        engine = self._regex._engine_for(text)  # noqa: SLF001 - as above
        try:
            if engine.search(text) is None:
                return text
            made: str = engine.sub(self._expanded, text)
        except UnicodeEncodeError:
            raise _no_text() from None
        return made

    def _expanded(self, found: Any) -> str:
        return "".join(part if isinstance(part, str) else found.group(part) or "" for part in self._parts)


def compile_java(pattern: str, longest: int = LONGEST_TOPIC) -> JavaRegex:
    """Return a Java regular expression for matching whole texts.

    Args:
        pattern: As Java takes it.
        longest: The longest text that it will be matched with.

    Raises:
        ConfigError: If Java refuses it, it has no exact counterpart, or it can take too long.
    """
    return _compiled(pattern, longest, 1, _with_plain_end)


def compile_java_search(pattern: str, longest: int) -> JavaRegex:
    """Return a Java regular expression for finding its matches in texts.

    Args:
        pattern: As Java takes it.
        longest: The longest text that it will be searched in by backtracking; RE2, if installed, takes longer ones.

    Raises:
        ConfigError: If Java refuses it, it has no exact counterpart, or it can take too long.
    """
    found = _compiled(pattern, longest, longest, _as_it_is)
    if found.longest is None:
        return found
    try:
        beyond = linear_engine(for_re2(found._expression.root))  # noqa: SLF001 - this module's own
    except ConfigError:
        return found
    return attrs.evolve(found, beyond=beyond)


def _compiled(pattern: str, longest: int, starts: int, for_linear: Callable[[Node], Node]) -> JavaRegex:
    try:
        if len(pattern) > _LONGEST_PATTERN:
            raise BadRegexError(f"It is longer than {_LONGEST_PATTERN} characters")  # noqa: TRY301 - told like the others
        expression = parse_regex(pattern)
        if starts > 1 and nullable(expression.root):
            raise BadRegexError("It matches the empty text, which is everywhere")  # noqa: TRY301 - as above
        if worst_steps(expression.root, longest) * starts <= _MOST_STEPS:
            python = re.compile(for_python(expression.root), re.ASCII)
            return JavaRegex(pattern, longest, python, expression, python)
        for_python(expression.root)  # what has no counterpart at all is told first
    except (BadRegexError, re.error, OverflowError, RecursionError) as error:
        raise ConfigError(f"Invalid regex: {error}") from None
    return JavaRegex(pattern, None, None, expression, linear_engine(for_re2(for_linear(expression.root))))


def linear_engine(written: str | None) -> Any:
    """Return the pattern compiled by RE2.

    Args:
        written: In RE2's syntax; None when it cannot be said there.

    Raises:
        ConfigError: If it cannot be, or RE2 is not installed.
    """
    if written is None:
        raise ConfigError(
            "Invalid regex: it could take exponential time, and RE2, which would not, does not have "
            "look-around, back-references, possessive or atomic groups, and repetitions of what can be empty: "
            "write it without repetitions inside of repetitions"
        )
    try:
        import re2
    except ImportError:
        raise ConfigError(
            f"Invalid regex: it could take exponential time. {_EXTRA} installs RE2, which takes linear "
            "time, or write it without repetitions inside of repetitions"
        ) from None
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(written, options)
    except re2.error as error:
        raise ConfigError(f"Invalid regex: RE2 does not take it: {error}") from None


def _no_text() -> DataError:
    return DataError("A text with half of a surrogate pair cannot be matched by RE2")


def _with_plain_end(root: Node) -> Node:
    """Return the tree with the end in the place of a `$` at its end, which RE2 does not have.

    Where the whole text has to match, they say the same.
    """
    if isinstance(root, Sequence) and root.items:
        last = root.items[-1]
        if isinstance(last, Anchor) and last.place in {Place.LAST_LINE_END, Place.LAST_NEWLINE}:
            return Sequence((*root.items[:-1], Anchor(Place.END)))
    return root


def _as_it_is(root: Node) -> Node:
    return root
