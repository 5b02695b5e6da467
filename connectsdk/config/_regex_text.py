r"""Where is the reader of a regular expression, and which flags are on there?

`\Q...\E` is resolved beforehand: what is quoted is escaped, as Java does it.
"""

from collections.abc import Callable

__all__ = ("BadRegexError", "Text")


class BadRegexError(ValueError):
    """A regular expression is not valid, or has no exact counterpart here."""


class Text:
    """A pattern and a place in it.

    Attributes:
        at: The place.
        flags: The letters of those that are on.
    """

    __slots__ = ("_text", "at", "flags")

    def __init__(self, text: str) -> None:
        self._text = _without_quotes(text)
        self.at = 0
        self.flags: frozenset[str] = frozenset()

    def peek(self, ahead: int = 0) -> str:
        """Return a character without moving; nothing at the end."""
        return self._text[self.at + ahead : self.at + ahead + 1]

    def take(self) -> str:
        """Return the next character and move behind it."""
        character = self.peek()
        self.at += 1
        return character

    def skip(self) -> None:
        """Move behind the next character."""
        self.at += 1

    def took(self, character: str) -> bool:
        """Move behind the next character if it is this one, and return whether it was."""
        if self.peek() != character:
            return False
        self.at += 1
        return True

    def take_while(self, holds: Callable[[str], bool]) -> str:
        """Return the next characters, as long as something holds, and move behind them."""
        start = self.at
        while self.peek() and holds(self.peek()):
            self.at += 1
        return self._text[start : self.at]


def _without_quotes(text: str) -> str:
    r"""Return the text with what is between `\Q` and `\E` escaped."""
    made: list[str] = []
    at, quoted, begun = 0, False, False
    while at < len(text):
        character = text[at]
        pair = text[at : at + 2]
        at += 1
        if quoted and pair == "\\E":
            at, quoted = at + 1, False
        elif not quoted and pair == "\\Q":
            at, quoted, begun = at + 1, True, True
            continue
        elif quoted:
            made.append(_quoted(character, first=begun))
        elif character == "\\":
            made.append(pair)
            at += 1
        else:
            made.append(character)
        begun = False
    return "".join(made)


def _quoted(character: str, *, first: bool) -> str:
    if not character.isascii() or character.isalpha():
        return character
    if character.isdigit():
        return f"\\x3{character}" if first else character
    return "\\" + character
