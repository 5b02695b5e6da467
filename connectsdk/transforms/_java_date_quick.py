"""Which moment does a text mean that is written exactly as a common pattern has it?

Most texts have all their digits and are dates of the calendar: one regular expression reads them. All others, and all other patterns,
are left to the parser that knows every rule.
"""

import re
from collections.abc import Callable
from datetime import datetime

from connectsdk.transforms._java_calendar import DAY_MS, EPOCH_DAY
from connectsdk.transforms._java_date_parsing import Piece, parser

__all__ = ("parser_of",)

_WIDTHS = {"y": 4, "M": 2, "d": 2, "H": 2, "m": 2, "s": 2, "S": 3}
_FIRST_YEAR = 1583
_DEFAULTS = {"y": 1970, "M": 1, "d": 1, "H": 0, "m": 0, "s": 0, "S": 0}


def parser_of(pieces: tuple[Piece, ...], now: datetime) -> Callable[[str], int | None]:
    """Return what parses texts: it returns None for one that does not match.

    Args:
        pieces: The pattern.
        now: Years of two digits are taken as from 80 years before this on.
    """
    parse = parser(pieces, now)
    form = _form(pieces)
    if form is None:
        return parse
    match = form.match
    names = form.groupindex
    places = [names.get(letter, 0) for letter in _DEFAULTS]
    defaults = list(_DEFAULTS.values())

    def quickly(text: str) -> int | None:
        found = match(text)
        if found is None:
            return parse(text)
        year, month, day, hour, minute, second, milli = (
            int(found[place]) if place else default for place, default in zip(places, defaults, strict=True)
        )
        if year < _FIRST_YEAR:
            return parse(text)
        try:
            date = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - only its parts are looked at
        except ValueError:
            return parse(text)
        time = ((hour * 60 + minute) * 60 + second) * 1000 + milli
        return (date.toordinal() - EPOCH_DAY) * DAY_MS + time

    return quickly


def _form(pieces: tuple[Piece, ...]) -> "re.Pattern[str] | None":
    """Return the regular expression of a pattern; None when it is not a common one."""
    written = []
    seen = set()
    for place, piece in enumerate(pieces):
        letter = piece.letter
        after = pieces[place + 1 : place + 2]
        if not letter:
            written.append(re.escape(piece.text))
        elif letter == "X":
            written.append("Z")
        elif _WIDTHS.get(letter) == piece.width and letter not in seen:
            written.append(f"(?P<{letter}>[0-9]{{{piece.width}}})")
            if not after or not after[0].letter or after[0].letter == "X":
                written.append(r"(?![\dE])")  # otherwise the number goes on
        else:
            return None
        seen.add(letter)
    return re.compile("".join(written)) if seen - {"", "X"} else None
