r"""How is a regular expression written for Python's `re`, and how for RE2?

Every class is written out, so that neither engine's own idea of `\w`, of case or of a line's end matters.
"""

from collections.abc import Callable

from connectsdk.config import _regex_characters as sets
from connectsdk.config._regex_characters import Characters
from connectsdk.config._regex_text import BadRegexError
from connectsdk.config._regex_tree import (
    Alternatives,
    Anchor,
    Atomic,
    BackReference,
    Group,
    Look,
    Node,
    One,
    Place,
    Repeat,
    Sequence,
    nullable,
    width,
)

__all__ = ("for_python", "for_re2")

_LATIN = 0xFF
_LAST_LINE_END = r"(?:\Z|(?<!\r)(?=\n\Z)|(?=(?:\r\n|[\r\x85\u2028\u2029])\Z))"
_PYTHON_PLACES = {
    Place.START: r"\A",
    Place.END: r"\Z",
    Place.LAST_LINE_END: _LAST_LINE_END,
    Place.LAST_NEWLINE: r"(?=\n?\Z)",
    Place.WORD_EDGE: r"\b",
    Place.NO_WORD_EDGE: r"(?!\b)",  # \B is not in an empty text for every Python
}
_RE2_PLACES = {
    Place.START: r"\A",
    Place.END: r"\z",
    Place.WORD_EDGE: r"\b",
    Place.NO_WORD_EDGE: r"\B",
}
_SURROGATES: Characters = ((0xD800, 0xDFFF),)


def for_python(node: Node) -> str:  # noqa: PLR0911 - one per kind of node
    """Return a node in the syntax of `re`, to be compiled with `re.ASCII`.

    Raises:
        BadRegexError: If it has no exact counterpart.
    """
    match node:
        case One(characters):
            return _python_class(characters)
        case Look(kind, item):
            if kind.startswith("<") and width(item) is None:
                raise BadRegexError("A look-behind whose length varies has no counterpart here")
            return f"(?{kind}{for_python(item)})"
        case Atomic(item):
            return f"(?>{for_python(item)})"
        case BackReference(number):
            return rf"(?:\{number})"
        case Anchor(place):
            if place not in _PYTHON_PLACES:
                raise BadRegexError("^ and $ under (?m) have no exact counterpart here")
            return _PYTHON_PLACES[place]
        case _:
            return _composed(node, for_python)


def for_re2(node: Node) -> str | None:
    """Return a node in the syntax of RE2; None when RE2 cannot say it, or would say something else."""
    try:
        return _for_re2(node)
    except BadRegexError:
        return None


def _for_re2(node: Node) -> str:
    match node:
        case One(characters):
            return _re2_class(characters)
        case Look() | Atomic() | BackReference():
            raise BadRegexError("not in RE2")
        case Anchor(place):
            if place not in _RE2_PLACES:
                raise BadRegexError("not in RE2")
            return _RE2_PLACES[place]
        case Repeat(item, _, high, mode) if mode == "+" or (high is None and nullable(item)):
            raise BadRegexError("not in RE2, or not with the same groups")
        case _:
            return _composed(node, _for_re2)


def _composed(node: Node, write: Callable[[Node], str]) -> str:
    match node:
        case Sequence(items):
            return "".join(
                f"(?:{write(item)})" if isinstance(item, Alternatives) else write(item) for item in items
            )
        case Alternatives(options):
            return "|".join(map(write, options))
        case Group(_, item):
            return f"({write(item)})"
        case Repeat(item):
            return _repeated(node, write(item))
        case _:
            raise TypeError(node)


def _repeated(node: Repeat, item: str) -> str:
    if not item:
        return ""
    inside = item if isinstance(node.item, One) else f"(?:{item})"
    high = "" if node.high is None else str(node.high)
    return f"{inside}{{{node.low},{high}}}{node.mode}"


def _python_class(characters: Characters) -> str:
    if len(characters) == 1 and characters[0][0] == characters[0][1]:
        return _escaped(characters[0][0])
    if not characters:
        return "(?!)"
    if characters == sets.EVERYTHING:
        return r"[\s\S]"
    if characters[0][0] == 0:
        return f"[^{_written(sets.inverse(characters))}]"
    return f"[{_written(characters)}]"


def _written(characters: Characters) -> str:
    return "".join(
        _escaped(low) if low == high else f"{_escaped(low)}-{_escaped(high)}" for low, high in characters
    )


def _escaped(code: int) -> str:
    character = chr(code)
    if character.isascii() and (character.isalnum() or character in "_ ,:;=@%/<>\"'!"):
        return character
    return f"\\x{code:02x}" if code <= _LATIN else f"\\U{code:08x}"


def _re2_class(characters: Characters) -> str:
    wanted = sets.intersection(characters, sets.inverse(_SURROGATES))
    if not wanted:
        raise BadRegexError("not in RE2")
    ranges = (f"\\x{{{low:x}}}-\\x{{{high:x}}}" for low, high in wanted)
    return f"[{''.join(ranges)}]"
