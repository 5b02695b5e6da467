"""Which words is the text of a .proto file made of?"""

import re
from collections.abc import Sequence

import attrs

from connectsdk.errors import SchemaError

__all__ = ("END", "Token", "Tokens", "text_of", "tokens_of", "unescaped", "whole")

END = ""

_TOKEN = re.compile(
    r"""
    (?P<space>\s+|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)
    | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<number>0[xX][0-9A-Fa-f]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[fF]?)
    | (?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    | (?P<sign>[{}()\[\]<>;:,=.+\-/])
    """,
    re.VERBOSE,
)
_ESCAPE = re.compile(
    r"\\(?:([xX][0-9A-Fa-f]{1,2})|([0-7]{1,3})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL
)
_SIMPLE = dict(zip("abfnrtv\\'\"?", b"\a\b\f\n\r\t\v\\'\"?", strict=True))


@attrs.frozen
class Token:
    """One word.

    Attributes:
        kind: `name`, `number`, `string`, `sign` or `end`.
        text: As it is written.
        line: Where, from 1.
    """

    kind: str
    text: str
    line: int


@attrs.define
class Tokens:
    """The words of a text, one after the other."""

    _all: Sequence[Token]
    _place: int = 0

    @property
    def next(self) -> Token:
        """The next word; it is not taken."""
        return self._all[self._place]

    def take(self) -> Token:
        """Return the next word."""
        token = self._all[self._place]
        self._place += token.kind != "end"
        return token

    def taken(self, text: str) -> bool:
        """Take the next word if it is this one, and say so; a quoted one is not."""
        found = self.next.text == text and self.next.kind != "string"
        if found:
            self.take()
        return found

    def expect(self, text: str) -> None:
        """Take this word.

        Raises:
            SchemaError: If another one comes.
        """
        if not self.taken(text):
            raise self.wrong(f"{text!r}")

    def name(self) -> str:
        """Take a simple name.

        Raises:
            SchemaError: If something else comes.
        """
        if self.next.kind != "name":
            raise self.wrong("a name")
        return self.take().text

    def full_name(self) -> str:
        """Take a name that may have dots, and may begin with one.

        Raises:
            SchemaError: If something else comes.
        """
        parts = ["." if self.taken(".") else "", self.name()]
        while self.taken("."):
            parts += (".", self.name())
        return "".join(parts)

    def integer(self) -> int:
        """Take a whole number.

        Raises:
            SchemaError: If something else comes.
        """
        negative = self.taken("-")
        token = self.next
        try:
            number = whole(token.text) if token.kind == "number" else None
        except ValueError:
            number = None
        if number is None:
            raise self.wrong("a whole number")
        self.take()
        return -number if negative else number

    def string(self) -> bytes:
        """Take a string, or several that follow each other and are one.

        Raises:
            SchemaError: If something else comes.
        """
        if self.next.kind != "string":
            raise self.wrong("a string")
        parts = []
        while self.next.kind == "string":
            parts.append(unescaped(self.take()))
        return b"".join(parts)

    def wrong(self, expected: str) -> SchemaError:
        """Return the error of a text that goes on with something else."""
        where = "the text ends" if self.next.kind == "end" else f"line {self.next.line} has something else"
        return SchemaError(f"A Protobuf schema cannot be read: {expected} is missing, {where}")


def tokens_of(text: str) -> Tokens:
    """Return the words of a text, without white space and comments.

    Raises:
        SchemaError: If something in it is no word.
    """
    found, place, line = [], 0, 1
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise SchemaError(
                f"A Protobuf schema cannot be read: line {line} has a character that has no meaning there"
            )
        kind = match.lastgroup or ""
        if kind != "space":
            found.append(Token(kind, match.group(), line))
        line += match.group().count("\n")
        place = match.end()
    found.append(Token("end", END, line))
    return Tokens(found)


def whole(text: str) -> int:
    """Return the number that a word means.

    Raises:
        ValueError: If it is no whole number.
    """
    if len(text) > 20:  # noqa: PLR2004 - no number of 64 bits has more digits
        raise ValueError("too large")
    if text[:2] in ("0x", "0X"):
        return int(text, 16)
    return int(text, 8 if len(text) > 1 and text[0] == "0" else 10)


def text_of(raw: bytes) -> str:
    """Return a string's text.

    Raises:
        SchemaError: If it is not UTF-8.
    """
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise SchemaError("A Protobuf schema cannot be read: a string in it is not UTF-8") from None


def unescaped(token: Token) -> bytes:
    """Return what a string means.

    Raises:
        SchemaError: If it has an escape that there is not.
    """
    parts: list[bytes] = []
    inner, place = token.text[1:-1], 0
    for match in _ESCAPE.finditer(inner):
        parts += (inner[place : match.start()].encode("utf-8", "replace"), _escape(match, token.line))
        place = match.end()
    return b"".join(parts) + inner[place:].encode("utf-8", "replace")


def _escape(match: re.Match[str], line: int) -> bytes:
    base_16, base_8, short, long, simple = match.groups()
    if base_16 is not None:
        return bytes((int(base_16[1:], 16),))
    if base_8 is not None:
        return bytes((int(base_8, 8) & 0xFF,))
    point = short or long
    if point is not None and int(point, 16) <= 0x10FFFF:  # noqa: PLR2004 - the last character
        return chr(int(point, 16)).encode("utf-8", "replace")
    if simple in _SIMPLE:
        return bytes((_SIMPLE[simple],))
    raise SchemaError(f"A Protobuf schema cannot be read: line {line} has an unknown escape in a string")
