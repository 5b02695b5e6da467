"""What does Java make of a number, or of the text of one?

Narrowing conversions lose what Java's lose; the parsers raise ValueError where Java throws NumberFormatException.
"""

import math
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from struct import pack, unpack

from connectsdk.schema.java_text import float32

__all__ = (
    "float32_of",
    "parse_float32",
    "parse_float64",
    "parse_int",
    "saturating",
    "whole",
    "wrapping",
)

_BLANKS = "".join(map(chr, range(0x21)))  # what Java trims
_INT = re.compile(r"[+-]?\d+")
_REAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_HEX = re.compile(r"[+-]?0[xX](?:[0-9a-fA-F]+\.?|[0-9a-fA-F]*\.[0-9a-fA-F]+)[pP][+-]?\d+", re.ASCII)
_UNUSUAL = re.compile(r"([+-]?)(NaN|Infinity)")
_SUFFIXES = "fFdD"
_LAST_CHAR = "\uffff"  # a Java char: what is beyond it is two, and none of them a digit
_LONGEST = 4_000  # digits; below the interpreter's own limit
_VANISHING = 64  # 10**64 is a multiple of 2**64: its lowest 64 bits are 0


def wrapping(bits: int) -> Callable[[int], int]:
    """Return the function that keeps an integer's lowest bits."""
    half, mask = 1 << (bits - 1), (1 << bits) - 1

    def wrapped(number: int) -> int:
        return ((number + half) & mask) - half

    return wrapped


def saturating(bits: int) -> Callable[[float], int]:
    """Return the function that cuts a real number to an integer, at most the largest; NaN becomes 0."""
    bound = 1 << (bits - 1)

    def saturated(number: float) -> int:
        if -bound < number < bound:
            return int(number)
        if number >= bound:
            return bound - 1
        return -bound if number <= -bound else 0

    return saturated


def whole(number: Decimal) -> int:
    """Return a decimal's part before the point, right in its lowest 64 bits."""
    exponent = number.as_tuple().exponent
    if number.adjusted() < 0 or not isinstance(exponent, int) or exponent >= _VANISHING:
        return 0
    return int(number)


def float32_of(number: int | Decimal) -> float:
    """Return the 32-bit float next to an exact number, rounded once."""
    try:
        wide = float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf
    if wide - wide == 0 and wide != number and not unpack("<q", pack("<d", wide))[0] & 1:
        # With its last bit odd, the 64-bit float still says on which side of it the number is.
        wide = math.nextafter(wide, math.inf if number > wide else -math.inf)
    return float32(wide)


def parse_int(text: str, bits: int) -> int:
    """Return the integer of so many bits that a text says.

    Raises:
        ValueError: If it says none, or one that needs more bits.
    """
    if _INT.fullmatch(text) is None or max(text) > _LAST_CHAR or len(text) > _LONGEST:
        raise ValueError
    number = int(text)
    if number.bit_length() >= bits and number != -1 << (bits - 1):
        raise ValueError
    return number


def parse_float64(text: str) -> float:
    """Return the 64-bit float that a text says.

    Raises:
        ValueError: If it says none.
    """
    number = _real(text)
    return number if isinstance(number, float) else float(number)


def parse_float32(text: str) -> float:
    """Return the 32-bit float that a text says.

    Raises:
        ValueError: If it says none.
    """
    number = _real(text)
    return float32(number) if isinstance(number, float) else float32_of(number)


def _real(text: str) -> float | Decimal:
    """Return the number that a text says: exact where it is written in decimals."""
    word = text.strip(_BLANKS)
    unusual = _UNUSUAL.fullmatch(word)
    if unusual is not None:
        return float(word) if unusual[2] == "Infinity" else math.nan
    if word[-1:] in _SUFFIXES:
        word = word[:-1]
    if _REAL.fullmatch(word) is not None:
        return _exact(word)
    if _HEX.fullmatch(word) is None:
        raise ValueError
    try:
        return float.fromhex(word)
    except OverflowError:
        return -math.inf if word.startswith("-") else math.inf


def _exact(word: str) -> float | Decimal:
    try:
        number = Decimal(word)
    except InvalidOperation:  # an exponent of more digits than a Decimal's can have
        return float(word)
    return number or float(word)  # a zero keeps its sign
