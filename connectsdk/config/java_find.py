r"""Is there a match of a Java regular expression anywhere in a text, and how many steps may it take to know?

For patterns that come with data, such as a JSON Schema's `pattern`: how long the texts are is not known beforehand. Each text
goes to the engine that answers it in few steps: Python's `re` as long as its worst case is small, RE2 (`connectsdk[regex]`) beyond.
"""

import re
from typing import Any

import attrs

from connectsdk.config._regex_cost import worst_steps
from connectsdk.config._regex_parser import parse_regex
from connectsdk.config._regex_text import BadRegexError
from connectsdk.config._regex_tree import Alternatives, Anchor, Group, Node, Place, Repeat, Sequence
from connectsdk.config._regex_writer import for_python, for_re2
from connectsdk.config.java_regex import linear_engine
from connectsdk.errors import ConfigError, DataError

__all__ = ("JavaFind", "compile_java_find")

_LONGEST_PATTERN = 65_536
_SHORT = 256
_MOST_STEPS = 50_000_000
_CHEAP_STEPS = 100_000
_ENDS = frozenset((Place.END, Place.LAST_LINE_END, Place.LAST_NEWLINE))
_LINE_ENDS = ("\r\n", "\n", "\r", "\x85", "\u2028", "\u2029")


@attrs.frozen(eq=False)
class JavaFind:
    """A Java regular expression, ready to be looked for.

    Attributes:
        pattern: As it was written.
    """

    pattern: str
    _root: Node = attrs.field(repr=False)
    _python: "re.Pattern[str]" = attrs.field(repr=False)
    _linear: Any = attrs.field(repr=False)
    _ends: tuple[str, ...] = attrs.field(repr=False)
    _worst: dict[int, float] = attrs.field(factory=dict, init=False, repr=False)

    def steps(self, length: int) -> float:
        """Return how many steps it may take, at worst, to look for it in a text of this length."""
        worst = self._backtracking(length)
        return worst if self._linear is None or worst <= _CHEAP_STEPS else 1 + length

    def found_in(self, text: str) -> bool:
        """Return whether it matches anywhere, as Java's `Matcher.find` has it.

        Raises:
            DataError: If the text is too long for it.
        """
        worst = self._backtracking(len(text))
        if self._linear is None or worst <= _CHEAP_STEPS:
            if worst > _MOST_STEPS:
                raise DataError(
                    f"A text of {len(text)} characters is too long for the pattern {self.pattern!r} to be looked for in bounded "
                    "time; pip install 'connectsdk[regex]' may lift that"
                )
            return self._python.search(text) is not None
        try:
            return any(self._linear.search(shown) is not None for shown in self._shown(text))
        except UnicodeEncodeError:
            raise DataError("A text with half of a surrogate pair cannot be matched by RE2") from None

    def _backtracking(self, length: int) -> float:
        bits = length.bit_length()
        worst = self._worst.get(bits)
        if worst is None:
            longest = (1 << bits) - 1
            steps = worst_steps(self._root, longest)
            worst = steps + longest if _only_at_start(self._root) else steps * (longest + 1)
            self._worst[bits] = worst
        return worst

    def _shown(self, text: str) -> tuple[str, ...]:
        """Return the text, and without the line's end that a `$` may stand before: RE2 has no such `$`."""
        for end in self._ends:
            if text.endswith(end):
                return text, text[: -len(end)]
        return (text,)


def compile_java_find(pattern: str) -> JavaFind:
    """Return a Java regular expression for looking whether it is in texts.

    Raises:
        ConfigError: If Java refuses it, it has no exact counterpart, or it can take too long in short texts already.
    """
    try:
        if len(pattern) > _LONGEST_PATTERN:
            raise BadRegexError(f"It is longer than {_LONGEST_PATTERN} characters")  # noqa: TRY301 - told like the others
        root = parse_regex(pattern).root
        python = re.compile(for_python(root), re.ASCII)
    except (BadRegexError, re.error, OverflowError, RecursionError) as error:
        raise ConfigError(f"Invalid regex: {error}") from None
    plain, ends = _with_plain_ends(root)
    written = for_re2(plain)
    found = JavaFind(pattern, root, python, None, ends)
    try:
        return attrs.evolve(found, linear=linear_engine(written))
    except ConfigError:
        if found.steps(_SHORT) > _MOST_STEPS:
            raise
        return found


def _only_at_start(node: Node) -> bool:
    """Return whether a match can only begin where the text does."""
    match node:
        case Anchor(place):
            return place is Place.START
        case Sequence(items):
            return bool(items) and _only_at_start(items[0])
        case Alternatives(options):
            return all(map(_only_at_start, options))
        case Group(_, item):
            return _only_at_start(item)
        case _:
            return False


def _with_plain_ends(root: Node) -> tuple[Node, tuple[str, ...]]:
    """Return the tree with the text's end in place of each `$` at its own end, and the line's ends those stood before.

    A tree that asks for the end elsewhere, or in more than one way, stays as it is: RE2 refuses it then.
    """
    options = root.options if isinstance(root, Alternatives) else (root,)
    plain = tuple(_with_plain_end(option) for option in options)
    kinds = {kind for _, kind in plain if kind is not None}
    if len(kinds) != 1 or any(map(_asks_for_end, (node for node, _ in plain))):
        return root, ()
    (kind,) = kinds
    end = Anchor(Place.END)
    ended = tuple(node if found is None else Sequence((node, end)) for node, found in plain)
    ends = {Place.LAST_LINE_END: _LINE_ENDS, Place.LAST_NEWLINE: ("\n",)}.get(kind, ())
    return (Alternatives(ended) if isinstance(root, Alternatives) else ended[0]), ends


def _with_plain_end(node: Node) -> tuple[Node, Place | None]:
    if isinstance(node, Anchor) and node.place in _ENDS:
        return Sequence(()), node.place
    if isinstance(node, Sequence) and node.items:
        last = node.items[-1]
        if isinstance(last, Anchor) and last.place in _ENDS:
            return Sequence(node.items[:-1]), last.place
    return node, None


def _asks_for_end(node: Node) -> bool:
    match node:
        case Anchor(place):
            return place in _ENDS
        case Sequence(items):
            return any(map(_asks_for_end, items))
        case Alternatives(options):
            return any(map(_asks_for_end, options))
        case Group(_, item) | Repeat(item):
            return _asks_for_end(item)
        case _:
            return False
