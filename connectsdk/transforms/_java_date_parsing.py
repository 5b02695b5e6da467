"""Which moment does a text mean that is written in a `SimpleDateFormat` pattern of Java?"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from connectsdk.transforms._java_calendar import moment_of

__all__ = ("AM_PM", "ERAS", "MONTHS", "WEEKDAYS", "Piece", "parser")

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
ERAS = ("BC", "AD")
AM_PM = ("AM", "PM")

_NUMERIC = frozenset("yYdkHmsSDFwWhKu")
_FIELDS = {"L": "M", "k": "H", "K": "h", "u": "E", "X": "Z", "z": "Z"}
_INT_LIMIT, _LONG_LIMIT = 1 << 31, 1 << 63
_LONG = 3
_HOUR_MS, _MINUTE_MS = 3_600_000, 60_000
_NUMBER = re.compile(r"(-?)(?:(\d+)(?:E(-?)(\d+))?|(\u221e))|(NaN)")
_OFFSET = {
    "Z": re.compile(r"([+-])([0-9][0-9])([0-9][0-9])"),
    "GMT": re.compile(r"([+-])([0-9][0-9]?):([0-9][0-9])"),
    1: re.compile(r"([+-])([0-9][0-9])()"),
    2: re.compile(r"([+-])([0-9][0-9])([0-9][0-9])"),
    3: re.compile(r"([+-])([0-9][0-9]):([0-9][0-9])"),
}
_LAST_HOUR, _LAST_MINUTE = 23, 59
_UTC_NAMES = ("coordinated universal time", "utc")


class Piece(NamedTuple):
    """A letter and how often it is repeated; or, without a letter, text that is taken literally."""

    letter: str
    width: int
    text: str


class _MismatchError(Exception):
    """The text does not match the pattern."""


def parser(pieces: tuple[Piece, ...], now: datetime) -> Callable[[str], int | None]:
    """Return what parses texts: it returns None for one that does not match."""
    return _Parser(pieces, now).parse


class _Parser:
    """Parses by one pattern."""

    def __init__(self, pieces: tuple[Piece, ...], now: datetime) -> None:
        self._steps = tuple(
            (piece, _is_number(after)) for piece, after in zip(pieces, (*pieces[1:], None), strict=False)
        )
        start = now.replace(year=now.year - 80, day=min(now.day, 28))
        self._century_year = start.year
        self._century_ms = int(start.timestamp() * 1000)

    def parse(self, text: str) -> int | None:
        """Return the milliseconds that a text says; None when it does not match."""
        fields: dict[str, int] = {}
        at = 0
        ambiguous = False
        try:
            for piece, exact in self._steps:
                if not piece.letter:
                    if text[at : at + 1] != piece.text:
                        return None
                    at += 1
                    continue
                end, value, short = self._field(text, at, piece, exact)
                name = _FIELDS.get(piece.letter, piece.letter)
                if short and value is not None:
                    value, ambiguous = self._in_century(value)
                if value is not None:
                    fields.pop(name, None)  # what is set last counts
                    fields[name] = value
                at = end
        except _MismatchError:
            return None
        return None if at == 0 else self._moment(fields, ambiguous=ambiguous)

    def _moment(self, fields: dict[str, int], *, ambiguous: bool) -> int:
        found = moment_of(fields)
        if ambiguous and found < self._century_ms:
            for name in fields.keys() & {"y", "Y"}:
                fields[name] += 100
            return moment_of(fields)
        return found

    def _in_century(self, value: int) -> tuple[int, bool]:
        first = self._century_year % 100
        return value + self._century_year // 100 * 100 + (100 if value < first else 0), value == first

    def _field(
        self,
        text: str,
        at: int,
        piece: Piece,
        exact: bool,  # noqa: FBT001 - a fact about the piece
    ) -> tuple[int, int | None, bool]:
        """Return where a field ends, its value (None: nothing is set), and whether it is a year of two digits."""
        start = at
        while text[start : start + 1] in {" ", "\t"}:
            start += 1
        if start == len(text):
            raise _MismatchError
        letter, count = piece.letter, piece.width
        if letter in _NUMERIC or (letter in {"M", "L"} and count < _LONG):
            if exact and at + count > len(text):
                raise _MismatchError
            end, value = _number(text, start, at + count if exact else len(text))
            if letter in {"y", "Y"}:
                digits = end - start == 2 and text[start:end].isdecimal()  # noqa: PLR2004 - two digits
                return end, value, count <= 2 and digits  # noqa: PLR2004 - as above
            return end, _adjusted(letter, value), False
        if letter in {"z", "Z", "X"}:
            return (*_zone(text, at, start, piece), False)
        return (*_name(text, at, letter), False)


def _is_number(piece: Piece | None) -> bool:
    return piece is not None and (
        piece.letter in _NUMERIC or (piece.letter in {"M", "L"} and piece.width < _LONG)
    )


def _adjusted(letter: str, value: int) -> int:
    match letter:
        case "M" | "L":
            return value - 1
        case "k":
            return 0 if value == 24 else value  # noqa: PLR2004 - midnight
        case "h":
            return 0 if value == 12 else value  # noqa: PLR2004 - noon or midnight
        case "u":
            return value if not 1 <= value <= 7 else value % 7 + 1  # noqa: PLR2004 - days of the week
        case _:
            return value


def _number(text: str, start: int, end: int) -> tuple[int, int]:
    """Return where a number ends and its value, as a Java int."""
    found = _NUMBER.match(text, start, end)
    if found is None:
        raise _MismatchError
    sign, digits, exponent_sign, exponent, endless, nothing = found.groups()
    if nothing:
        return found.end(), 0
    if endless:
        return found.end(), -_INT_LIMIT if sign else _INT_LIMIT - 1
    value = int(digits)
    if exponent:
        power = min(int(exponent), 400)
        value = value // 10**power if exponent_sign else value * 10**power
    if sign:
        value = -value
    if -_LONG_LIMIT <= value < _LONG_LIMIT:
        return found.end(), (value + _INT_LIMIT) % (2 * _INT_LIMIT) - _INT_LIMIT
    return found.end(), -_INT_LIMIT if sign else _INT_LIMIT - 1


def _name(text: str, at: int, letter: str) -> tuple[int, int]:
    """Return where a name ends and its value."""
    rest = text[at : at + 9].lower()
    choices: tuple[tuple[str, int], ...]
    match letter:
        case "E":
            choices = tuple((name, number) for number, name in enumerate(WEEKDAYS, 1))
        case "G":
            choices = tuple((name, number) for number, name in enumerate(ERAS))
        case "a":
            choices = tuple((name, number) for number, name in enumerate(AM_PM))
        case _:
            choices = tuple((name, number) for number, name in enumerate(MONTHS))
    for name, value in choices:
        if rest.startswith(name.lower()):
            return at + len(name), value
    for name, value in choices:
        if rest.startswith(name[:3].lower()):
            return at + len(name[:3]), value
    raise _MismatchError


def _zone(text: str, at: int, start: int, piece: Piece) -> tuple[int, int | None]:  # noqa: PLR0911 - one per form
    """Return where a time zone ends, and its offset in milliseconds; None when it leaves UTC as it is."""
    if piece.letter == "X":
        if text[start] == "Z":
            return start + 1, 0
        return _offset(text, start, _OFFSET[piece.width])
    if text[start] in {"+", "-"}:
        return _offset(text, start, _OFFSET["Z"])
    if text[at : at + 3].lower() == "gmt":
        if text[at + 3 : at + 4] in {"+", "-"} and text[at + 3 : at + 4]:
            return _offset(text, at + 3, _OFFSET["GMT"])
        return at + 3, 0
    rest = text[start : start + 26].lower()
    for name in _UTC_NAMES:
        if rest.startswith(name):
            return start + len(name), None
    raise _MismatchError


def _offset(text: str, at: int, form: "re.Pattern[str]") -> tuple[int, int]:
    found = form.match(text, at)
    if found is None:
        raise _MismatchError
    sign, hours, minutes = found.groups()
    if int(hours) > _LAST_HOUR or int(minutes or 0) > _LAST_MINUTE:
        raise _MismatchError
    offset = int(hours) * _HOUR_MS + int(minutes or 0) * _MINUTE_MS
    return found.end(), -offset if sign == "-" else offset
