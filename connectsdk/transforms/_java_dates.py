"""How does a `SimpleDateFormat` pattern of Java format and parse a moment, in UTC and in English?

Parsing is lenient, as is Java's default: the 32nd of January is the first of February, text behind the pattern is ignored, and `MM`
takes any number of digits unless another number follows at once. Names of time zones other than UTC and GMT are not parsed.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType

import attrs

from connectsdk.errors import ConfigError
from connectsdk.transforms._java_calendar import DAY_MS, Moment, fields_of
from connectsdk.transforms._java_date_parsing import AM_PM, ERAS, MONTHS, WEEKDAYS, Piece
from connectsdk.transforms._java_date_quick import parser_of

__all__ = ("JavaDateFormat", "java_date_format")

_LETTERS = frozenset("GyMdkHmsSEDFwWahKzZYuXL")
_MOST_X = 3
_HALF_DAY = 43_200_000
_SHORT, _LONG = 3, 4
# How a time of day, in milliseconds, is shown as a number.
_TIMES: Mapping[str, Callable[[int], int]] = MappingProxyType(
    {
        "k": lambda time: time // 3_600_000 or 24,
        "H": lambda time: time // 3_600_000,
        "m": lambda time: time // 60_000 % 60,
        "s": lambda time: time // 1_000 % 60,
        "S": lambda time: time % 1_000,
        "h": lambda time: time // 3_600_000 % 12 or 12,
        "K": lambda time: time // 3_600_000 % 12,
    }
)
_DAYS: Mapping[str, Callable[[Moment], int]] = MappingProxyType(
    {
        "d": lambda at: at.day,
        "D": lambda at: at.day_of_year,
        "F": lambda at: at.weekday_in_month,
        "w": lambda at: at.week_of_year,
        "W": lambda at: at.week_of_month,
        "u": lambda at: (at.day_of_week + 5) % 7 + 1,
    }
)


@attrs.define(eq=False)
class JavaDateFormat:
    """A pattern, ready to format and parse.

    Attributes:
        pattern: As it was written.
        parse: Returns the milliseconds that a text says; None when it does not match the pattern.
    """

    pattern: str
    parse: Callable[[str], int | None]
    _pieces: tuple[Piece, ...]
    _times: tuple[tuple[int, Callable[[int], int], str], ...]
    _halves: tuple[int, ...]
    _day: int | None = None
    _texts: list[str] = attrs.field(factory=list)

    def format(self, milliseconds: int) -> str:
        """Return the text of a moment."""
        day, time = divmod(milliseconds, DAY_MS)
        if day != self._day:
            at = fields_of(milliseconds)
            self._texts = [piece.text or _formatted(piece, at) for piece in self._pieces]
            self._day = day
        texts = self._texts
        for place, number, form in self._times:
            texts[place] = form % number(time)
        for place in self._halves:
            texts[place] = AM_PM[time // _HALF_DAY]
        return "".join(texts)


def java_date_format(pattern: str, now: datetime) -> JavaDateFormat:
    """Return the format that a pattern means.

    Args:
        pattern: As `SimpleDateFormat` takes it.
        now: Years of two digits are taken as from 80 years before this on.

    Raises:
        ConfigError: If Java refuses the pattern.
    """
    pieces = _pieces_of(pattern)
    times = tuple(
        (place, _TIMES[piece.letter], f"%0{piece.width}d")
        for place, piece in enumerate(pieces)
        if piece.letter in _TIMES
    )
    halves = tuple(place for place, piece in enumerate(pieces) if piece.letter == "a")
    return JavaDateFormat(pattern, parser_of(pieces, now.astimezone(UTC)), pieces, times, halves)


def _pieces_of(pattern: str) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    quoted = False
    at = 0
    while at < len(pattern):
        character = pattern[at]
        if character == "'" and pattern[at + 1 : at + 2] != "'":
            quoted = not quoted
            pieces.append(Piece("", 0, ""))  # what is before and behind a quote is not one field
        elif quoted or not (character.isascii() and character.isalpha()):
            at += character == "'"  # two of them are one
            pieces.append(Piece("", 0, character))
        else:
            _add_letter(pieces, character)
        at += 1
    if quoted:
        raise ConfigError("Unterminated quote")
    for piece in pieces:
        if piece.letter == "X" and piece.width > _MOST_X:
            raise ConfigError(f"invalid ISO 8601 format: length={piece.width}")
    return tuple(piece for piece in pieces if piece.letter or piece.text)


def _add_letter(pieces: list[Piece], letter: str) -> None:
    if letter not in _LETTERS:
        raise ConfigError(f"Illegal pattern character '{letter}'")
    if pieces and pieces[-1].letter == letter:
        pieces[-1] = Piece(letter, pieces[-1].width + 1, "")
    else:
        pieces.append(Piece(letter, 1, ""))


def _formatted(piece: Piece, at: Moment) -> str:  # noqa: PLR0911 - one per kind of letter
    letter, width = piece.letter, piece.width
    if letter in _TIMES or letter == "a":
        return ""  # put in per moment
    if letter in _DAYS:
        return f"{_DAYS[letter](at):0{width}d}"
    if letter in {"y", "Y"}:
        return _year(at.year if letter == "y" else at.week_year, width)
    if letter in {"M", "L"} and width < _SHORT:
        return f"{at.month:0{width}d}"
    if letter in {"M", "L", "E"}:
        name = WEEKDAYS[at.day_of_week - 1] if letter == "E" else MONTHS[at.month - 1]
        return name if width >= _LONG else name[:3]
    return _word(letter, width, at)


def _year(year: int, width: int) -> str:
    if width == 2:  # noqa: PLR2004 - two digits
        return f"{abs(year) % 100:02d}" if year >= 0 else f"-{abs(year) % 100:02d}"
    return f"{year:0{width}d}" if year >= 0 else f"-{-year:0{width}d}"


def _word(letter: str, width: int, at: Moment) -> str:
    match letter:
        case "G":
            return ERAS[at.era]
        case "z":
            return "Coordinated Universal Time" if width >= _LONG else "UTC"
        case "Z":
            return "+0000"
        case _:
            return "Z"
