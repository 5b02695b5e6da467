"""How is a Java regular expression read?

The rules are those of Java 17's `java.util.regex.Pattern`, without its flags. What has no exact counterpart is refused.
"""

from typing import NoReturn

from connectsdk.config import _regex_characters as sets
from connectsdk.config._regex_characters import Characters
from connectsdk.config._regex_classes import read_class
from connectsdk.config._regex_escapes import read_code, read_property
from connectsdk.config._regex_text import BadRegexError, Text
from connectsdk.config._regex_tree import (
    Alternatives,
    Anchor,
    Atomic,
    BackReference,
    Expression,
    Group,
    Look,
    Node,
    One,
    Place,
    Repeat,
    Sequence,
)

__all__ = ("parse_regex",)

_MOST_REPEATS = 2**31 - 1
_DEEPEST = 100
_ANCHORS = {
    "A": Place.START,
    "z": Place.END,
    "b": Place.WORD_EDGE,
    "B": Place.NO_WORD_EDGE,
}
_CLASSES = {
    "d": sets.DIGITS,
    "s": sets.SPACES,
    "w": sets.WORDS,
    "h": sets.HORIZONTAL,
    "v": sets.VERTICAL,
}
_CRLF = Sequence((One(sets.single(13)), One(sets.single(10))))


def parse_regex(pattern: str) -> Expression:
    """Return what a Java regular expression says.

    Raises:
        BadRegexError: If Java refuses it, or it has no exact counterpart here.
    """
    return _Parser(Text(pattern)).parse()


class _Parser:
    def __init__(self, text: Text) -> None:
        self._text = text
        self._groups = 0
        self._closed: set[int] = set()
        self._names: dict[str, int] = {}
        self._depth = 0

    def parse(self) -> Expression:
        root = self._alternatives()
        if self._text.peek() == ")":
            self._fail("Unmatched closing ')'")
        return Expression(root, self._groups, self._names)

    def _fail(self, reason: str) -> NoReturn:
        raise BadRegexError(f"{reason} near index {self._text.at}")

    def _alternatives(self) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            self._fail(f"Groups nest deeper than {_DEEPEST}")
        options = [self._sequence()]
        while self._text.took("|"):
            options.append(self._sequence())
        self._depth -= 1
        return options[0] if len(options) == 1 else Alternatives(tuple(options))

    def _sequence(self) -> Node:
        items: list[Node] = []
        while (character := self._text.peek()) not in {"", "|", ")"}:
            node = self._item(character)
            if node is not None:
                items.append(self._quantified(node))
        return items[0] if len(items) == 1 else Sequence(tuple(items))

    def _item(self, character: str) -> Node | None:
        """Return the next node; None for one that only sets flags."""
        text = self._text
        match character:
            case "(":
                text.skip()
                return self._group()
            case "[":
                text.skip()
                return One(read_class(text))
            case "\\":
                text.skip()
                return self._escape()
            case "*" | "+" | "?":
                self._fail(f"Dangling meta character '{character}'")
            case "{":
                return Sequence(())  # Java repeats the nothing before it
        text.skip()
        return self._plain(character)

    def _plain(self, character: str) -> Node:
        flags = self._text.flags
        if character == "^":
            return Anchor(Place.LINE_START if "m" in flags else Place.START)
        if character == "$":
            newline = Place.LAST_NEWLINE if "d" in flags else Place.LAST_LINE_END
            return Anchor(Place.LINE_END if "m" in flags else newline)
        if character == ".":
            if "s" in flags:
                return One(sets.EVERYTHING)
            return One(sets.inverse(sets.single(10) if "d" in flags else sets.LINE_ENDS))
        return One(self._cased(sets.single(ord(character))))

    def _cased(self, characters: Characters) -> Characters:
        return sets.either_case(characters) if "i" in self._text.flags else characters

    # -- escapes ---------------------------------------------------------------------------------------------

    def _escape(self) -> Node:
        text = self._text
        letter = text.peek()
        if letter in "123456789" and letter:
            return self._reference()
        if letter == "k":
            return self._named_reference()
        if letter in {"p", "P"}:
            return One(read_property(text))
        if letter.lower() in _CLASSES:
            text.skip()
            found = _CLASSES[letter.lower()]
            return One(found if letter.islower() else sets.inverse(found))
        return self._place(letter) or One(self._cased(sets.single(read_code(text))))

    def _place(self, letter: str) -> Node | None:
        text = self._text
        if letter in _ANCHORS:
            text.skip()
            if letter == "b" and text.peek() == "{":
                self._fail("\\b{g} has no exact counterpart here")
            return Anchor(_ANCHORS[letter])
        if letter == "Z":
            text.skip()
            return Anchor(Place.LAST_NEWLINE if "d" in text.flags else Place.LAST_LINE_END)
        if letter == "R":
            text.skip()
            return Alternatives((_CRLF, One(sets.VERTICAL)))
        if letter in {"G", "X", "N"}:
            self._fail(f"\\{letter} has no exact counterpart here")
        return None

    def _reference(self) -> Node:
        number = int(self._text.take())
        while self._text.peek() in "0123456789" and self._text.peek():
            longer = number * 10 + int(self._text.peek())
            if longer > self._groups:
                break
            number = longer
            self._text.skip()
        return self._referring(number)

    def _named_reference(self) -> Node:
        self._text.skip()
        if not self._text.took("<"):
            self._fail("\\k is not followed by '<' for named capturing group")
        name = self._name()
        if name not in self._names:
            self._fail(f"named capturing group <{name}> does not exist")
        return self._referring(self._names[name])

    def _referring(self, number: int) -> Node:
        if "i" in self._text.flags:
            self._fail("A back-reference under (?i) has no exact counterpart here")
        if number not in self._closed:
            self._fail(f"The back-reference to group {number} stands before the end of that group")
        return BackReference(number)

    # -- groups ----------------------------------------------------------------------------------------------

    def _group(self) -> Node | None:
        text = self._text
        flags = text.flags
        if not text.took("?"):
            node: Node | None = self._capture(None)
        elif text.took(":"):
            node = self._alternatives()
        elif text.took(">"):
            node = Atomic(self._alternatives())
        elif text.peek() in {"=", "!"}:
            node = Look(text.take(), self._alternatives())
        elif text.took("<"):
            node = self._behind_or_named()
        else:
            self._set_flags()
            if text.took(")"):
                return None
            if not text.took(":"):
                self._fail("Unknown inline modifier")
            node = self._alternatives()
        if not text.took(")"):
            self._fail("Unclosed group")
        text.flags = flags
        return node

    def _capture(self, name: str | None) -> Node:
        self._groups += 1
        number = self._groups
        if name is not None:
            self._names[name] = number
        item = self._alternatives()
        self._closed.add(number)
        return Group(number, item)

    def _behind_or_named(self) -> Node:
        if self._text.peek() in {"=", "!"}:
            return Look(f"<{self._text.take()}", self._alternatives())
        name = self._name()
        if name in self._names:
            self._fail(f"Named capturing group <{name}> is already defined")
        return self._capture(name)

    def _name(self) -> str:
        name = self._text.take_while(lambda character: character.isascii() and character.isalnum())
        if not name or not name[0].isalpha():
            self._fail("A group's name begins with a letter")
        if not self._text.took(">"):
            self._fail("named capturing group is missing trailing '>'")
        return name

    def _set_flags(self) -> None:
        text = self._text
        on = True
        while (flag := text.peek()) and flag not in {")", ":"}:
            text.skip()
            if flag == "-" and on:
                on = False
            elif flag in {"i", "m", "s", "d"}:
                text.flags = text.flags | {flag} if on else text.flags - {flag}
            elif flag in {"u", "U", "x"}:
                self._fail(f"The flag {flag} has no exact counterpart here")
            else:
                self._fail("Unknown inline modifier")

    # -- quantifiers -----------------------------------------------------------------------------------------

    def _quantified(self, node: Node) -> Node:
        text = self._text
        sign = text.peek()
        if sign not in {"?", "*", "+", "{"}:
            return node
        text.skip()
        if sign == "{":
            return self._repeat(node, *self._counts())
        return self._repeat(node, 1 if sign == "+" else 0, 1 if sign == "?" else None)

    def _counts(self) -> tuple[int, int | None]:
        """Return the bounds that are written in braces."""
        text = self._text
        if text.peek() not in "0123456789" or not text.peek():
            self._fail("Illegal repetition")
        low = self._count()
        high: int | None = low
        if text.took(","):
            if text.peek() == "}":
                high = None
            elif text.peek() and text.peek() in "0123456789":
                high = self._count()
            else:
                self._fail("Illegal repetition")
        if not text.took("}"):
            self._fail("Unclosed counted closure")
        if high is not None and high < low:
            self._fail("Illegal repetition range")
        return low, high

    def _count(self) -> int:
        digits = self._text.take_while(lambda character: character in "0123456789")
        if len(digits) > 10 or int(digits) > _MOST_REPEATS:  # noqa: PLR2004 - digits of the largest
            self._fail("Illegal repetition range")
        return int(digits)

    def _repeat(self, node: Node, low: int, high: int | None) -> Node:
        mode = self._text.take() if self._text.peek() in {"?", "+"} else ""
        if isinstance(node, Anchor | Look):
            self._fail("A quantifier behind an anchor or a look-around has no exact counterpart here")
        return Repeat(node, low, high, mode)
