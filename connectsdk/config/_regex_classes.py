"""Which characters does a class in brackets mean in Java?

Beside ranges, Java has unions (`[a-d[m-p]]`), intersections (`[a-z&&[^aeiou]]`) and an unescaped `[`.
"""

from connectsdk.config import _regex_characters as sets
from connectsdk.config._regex_characters import Characters
from connectsdk.config._regex_escapes import read_code, read_property
from connectsdk.config._regex_text import BadRegexError, Text

__all__ = ("read_class",)

_SHORT = {
    "d": sets.DIGITS,
    "s": sets.SPACES,
    "w": sets.WORDS,
    "h": sets.HORIZONTAL,
    "v": sets.VERTICAL,
}
_NO_CHARACTERS = frozenset("ABGRXZbzkNQE123456789")


def read_class(text: Text) -> Characters:
    """Return the characters of the class that begins here, behind its `[`; the place is then behind its `]`.

    Raises:
        BadRegexError: If it is not valid.
    """
    negated = text.took("^")
    found = _members(text)
    text.skip()
    return sets.inverse(found) if negated else found


def _members(text: Text) -> Characters:
    """Return the characters up to the closing bracket, which stays."""
    previous: Characters | None = None  # what is united already
    plain: Characters | None = None  # single characters join it only at an intersection and at the end
    narrowed = False
    while True:
        character = text.peek()
        if not character:
            raise BadRegexError("Unclosed character class")
        if character == "[":
            text.skip()
            previous = _joined(previous, read_class(text))
        elif character == "&" and text.peek(1) == "&":
            text.at += 2
            right = _right_side(text)
            left = _joined(previous, plain)
            plain = None
            previous = _intersected(left, right)
            narrowed = True
        elif character == "]" and not (previous is None and plain is None):
            return _joined(previous, plain) or sets.NOTHING
        else:
            characters, single = _range(text)
            if narrowed:
                raise BadRegexError("In a class, write what is behind an intersection in front of it")
            if single:
                plain = _joined(plain, characters)
            else:
                previous = _joined(previous, characters)


def _joined(first: Characters | None, second: Characters | None) -> Characters | None:
    if first is None or second is None:
        return second if first is None else first
    return sets.union(first, second)


def _right_side(text: Text) -> Characters | None:
    right: Characters | None = None
    while text.peek() not in {"]", "&"}:
        if not text.peek():
            raise BadRegexError("Unclosed character class")
        right = _joined(right, read_class(text) if text.took("[") else _members(text))
    return right


def _intersected(left: Characters | None, right: Characters | None) -> Characters | None:
    if left is None and right is None:
        raise BadRegexError("Bad class syntax")
    if left is None or right is None:
        return right if left is None else left
    return sets.intersection(left, right)


def _range(text: Text) -> tuple[Characters, bool]:
    """Return the next characters, and whether they are a single one."""
    if text.took("\\"):
        letter = text.peek()
        if letter in {"p", "P"}:
            return read_property(text), False
        if letter and letter.lower() in _SHORT:
            text.skip()
            found = _SHORT[letter.lower()]
            return (found if letter.islower() else sets.inverse(found)), False
        low = _code(text)
    else:
        low = ord(text.take())
    if text.peek() != "-" or text.peek(1) in {"[", "]", ""}:
        return _cased(text, sets.single(low)), True
    text.skip()
    high = _code(text) if text.took("\\") else ord(text.take())
    if high < low:
        raise BadRegexError(f"Illegal character range near index {text.at}")
    return _cased(text, ((low, high),)), False


def _code(text: Text) -> int:
    if text.peek() in _NO_CHARACTERS or text.peek().lower() in _SHORT or text.peek() in {"p", "P"}:
        raise BadRegexError(f"Illegal/unsupported escape sequence near index {text.at}")
    return read_code(text)


def _cased(text: Text, characters: Characters) -> Characters:
    return sets.either_case(characters) if "i" in text.flags else characters
