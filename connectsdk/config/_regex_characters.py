"""Which characters belong to a class of a Java regular expression?

A set is a tuple of ranges of code points, in order, with gaps between them. What Java defines by Unicode is taken from
Python's Unicode tables, whose version may differ from a JVM's by a few newly assigned characters.
"""

import sys
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

__all__ = (
    "DIGITS",
    "EVERYTHING",
    "HORIZONTAL",
    "LINE_ENDS",
    "NOTHING",
    "SPACES",
    "VERTICAL",
    "WORDS",
    "Characters",
    "disjoint",
    "either_case",
    "intersection",
    "inverse",
    "named",
    "single",
    "union",
)

Characters = tuple[tuple[int, int], ...]

_LAST = sys.maxunicode
NOTHING: Characters = ()
EVERYTHING: Characters = ((0, _LAST),)


def single(code: int) -> Characters:
    """Return the set of one character."""
    return ((code, code),)


def union(*sets: Characters) -> Characters:
    """Return what is in any of these sets."""
    joined: list[tuple[int, int]] = []
    for low, high in sorted(pair for ranges in sets for pair in ranges):
        if joined and low <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return tuple(joined)


def inverse(ranges: Characters) -> Characters:
    """Return what is not in this set."""
    gaps, start = [], 0
    for low, high in ranges:
        if low > start:
            gaps.append((start, low - 1))
        start = high + 1
    if start <= _LAST:
        gaps.append((start, _LAST))
    return tuple(gaps)


def intersection(first: Characters, second: Characters) -> Characters:
    """Return what is in both sets."""
    return inverse(union(inverse(first), inverse(second)))


def disjoint(first: Characters, second: Characters) -> bool:
    """Return whether no character is in both sets."""
    return not intersection(first, second)


def either_case(ranges: Characters) -> Characters:
    """Return the set with the other case of every ASCII letter in it, as Java's `(?i)` alone does."""
    upper = intersection(ranges, ((65, 90),))
    lower = intersection(ranges, ((97, 122),))
    return union(
        ranges,
        tuple((low + 32, high + 32) for low, high in upper),
        tuple((low - 32, high - 32) for low, high in lower),
    )


def _of(text: str) -> Characters:
    return union(*(single(ord(character)) for character in text))


DIGITS: Characters = ((48, 57),)
WORDS = union(DIGITS, ((65, 90), (97, 122)), _of("_"))
SPACES = _of(" \t\n\x0b\f\r")
HORIZONTAL = union(_of(" \t\xa0\u1680\u180e\u202f\u205f\u3000"), ((0x2000, 0x200A),))
VERTICAL = _of("\n\x0b\f\r\x85\u2028\u2029")
LINE_ENDS = _of("\n\r\x85\u2028\u2029")

_UPPER: Characters = ((65, 90),)
_LOWER: Characters = ((97, 122),)
_ALPHA = union(_UPPER, _LOWER)
_ALNUM = union(_ALPHA, DIGITS)
_PUNCT = union(((33, 47), (58, 64), (91, 96), (123, 126)))

_POSIX: Mapping[str, Characters] = MappingProxyType(
    {
        "Lower": _LOWER,
        "Upper": _UPPER,
        "ASCII": ((0, 127),),
        "Alpha": _ALPHA,
        "Digit": DIGITS,
        "Alnum": _ALNUM,
        "Punct": _PUNCT,
        "Graph": union(_ALNUM, _PUNCT),
        "Print": union(_ALNUM, _PUNCT, _of(" ")),
        "Blank": _of(" \t"),
        "Cntrl": ((0, 31), (127, 127)),
        "XDigit": union(DIGITS, ((65, 70), (97, 102))),
        "Space": SPACES,
        "L1": ((0, 255),),
        "all": EVERYTHING,
    }
)
_CATEGORIES = frozenset(
    "Cn Lu Ll Lt Lm Lo Mn Me Mc Nd Nl No Zs Zl Zp Cc Cf Co Cs Pd Ps Pe Pc Po Sm Sc Sk So Pi Pf".split()  # noqa: SIM905
)
_FAMILIES: Mapping[str, str] = MappingProxyType({"LC": "Lu Ll Lt", "LD": "Lu Ll Lt Lm Lo Nd"})
# Under (?i) Java widens these to every case; that is not taken over.
_CASED = frozenset(("Lower", "Upper", "Lu", "Ll", "Lt"))


def named(name: str, *, ignoring_case: bool) -> Characters | None:
    r"""Return the set that `\p{name}` means; None when it is not one that is known exactly."""
    plain = name.removeprefix("gc=").removeprefix("general_category=")
    plain = plain.removeprefix("Is") if plain[2:] in _CATEGORIES or len(plain) == 3 else plain  # noqa: PLR2004 - IsL
    if ignoring_case and plain in _CASED:
        return None
    if plain in _POSIX:
        return _POSIX[plain]
    if plain in _CATEGORIES or plain in {"L", "M", "N", "Z", "C", "P", "S"}:
        return _category(plain)
    if plain in _FAMILIES:
        return union(*map(_category, _FAMILIES[plain].split()))
    return None


@cache
def _category(name: str) -> Characters:
    category = unicodedata.category
    return _ranges(code for code in range(_LAST + 1) if category(chr(code)).startswith(name))


def _ranges(codes: Iterable[int]) -> Characters:
    joined: list[tuple[int, int]] = []
    for code in codes:
        if joined and code == joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], code)
        else:
            joined.append((code, code))
    return tuple(joined)
