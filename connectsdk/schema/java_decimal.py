"""Which decimal does a text say, as Java's BigDecimal reads it?"""

import re
from decimal import Decimal

__all__ = ("java_decimal",)

_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE]([+-]?)(\d+))?")
_MAX_EXPONENT_DIGITS = 10
_LAST_CHAR = "\uffff"  # a Java char: what is beyond it is two, and none of them a digit
_BOUND = 1 << 31


def java_decimal(text: str) -> Decimal:
    """Return the decimal that a text says; its exponent and its scale fit into 32 bits, as in Java.

    Raises:
        ValueError: If it says none.
    """
    match = _DECIMAL.fullmatch(text)
    if match is None or max(text) > _LAST_CHAR:
        raise ValueError
    number = text
    if match[2] is not None:
        # Java passes over zeros in front while there are more than ten digits.
        digits = "".join(map(str, map(int, match[2]))).lstrip("0") or "0"
        if len(digits) > _MAX_EXPONENT_DIGITS or not -_BOUND <= int(match[1] + digits) < _BOUND:
            raise ValueError
        number = text[: match.start(2)] + digits
    found = Decimal(number)
    if not -_BOUND < int(found.as_tuple().exponent) <= _BOUND:
        raise ValueError
    return found
