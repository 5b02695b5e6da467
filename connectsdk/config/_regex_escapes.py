r"""Which character, or which set of characters, does an escape like `\n` or `\p{L}` mean in Java?"""

from connectsdk.config import _regex_characters as sets
from connectsdk.config._regex_characters import Characters
from connectsdk.config._regex_text import BadRegexError, Text

__all__ = ("read_code", "read_property")

_CONTROLS = {"a": 7, "e": 27, "f": 12, "n": 10, "r": 13, "t": 9}
_OCTAL = "01234567"
_HEXADECIMAL = "0123456789abcdefABCDEF"
_HIGH_SURROGATES, _LOW_SURROGATES = range(0xD800, 0xDC00), range(0xDC00, 0xE000)


def read_code(text: Text) -> int:  # noqa: PLR0911 - one per kind of escape
    """Return the code point of the character whose escape begins here, behind the backslash.

    Raises:
        BadRegexError: If it is none.
    """
    letter = text.take()
    match letter:
        case "0":
            return _octal(text)
        case "x":
            return _hexadecimal(text)
        case "u":
            return _unicode(text)
        case "c":
            if not text.peek():
                raise BadRegexError("Illegal control escape sequence")
            return ord(text.take()) ^ 64
        case _ if letter in _CONTROLS:
            return _CONTROLS[letter]
        case _ if not letter or (letter.isascii() and letter.isalnum()):
            raise BadRegexError(f"Illegal/unsupported escape sequence near index {text.at}")
        case _:
            return ord(letter)


def read_property(text: Text) -> Characters:
    r"""Return the set that `\p...` or `\P...` means, from its letter on.

    Raises:
        BadRegexError: If it is not known exactly.
    """
    letter = text.take()
    if text.took("{"):
        name = text.take_while(lambda character: character != "}")
        if not text.took("}"):
            raise BadRegexError("Unclosed character family")
    else:
        name = text.take()
    found = sets.named(name, ignoring_case="i" in text.flags)
    if found is None:
        raise BadRegexError(f"The character property {{{name}}} is unknown, or has no exact counterpart here")
    return found if letter == "p" else sets.inverse(found)


def _octal(text: Text) -> int:
    digits = text.take_while(lambda _: text.peek() in _OCTAL)
    most = 3 if digits[:1] <= "3" else 2
    if not digits:
        raise BadRegexError("Illegal octal escape sequence")
    text.at -= max(0, len(digits) - most)
    return int(digits[:most], 8)


def _hexadecimal(text: Text) -> int:
    if text.took("{"):
        digits = text.take_while(lambda character: character in _HEXADECIMAL)
        if not digits or not text.took("}") or len(digits) > 8 or int(digits, 16) > 0x10FFFF:  # noqa: PLR2004 - the last one
            raise BadRegexError("Unclosed or illegal hexadecimal escape sequence")
        return _no_surrogate(int(digits, 16))
    return _digits(text, 2)


def _unicode(text: Text) -> int:
    code = _digits(text, 4)
    if code in _HIGH_SURROGATES and text.peek() == "\\" and text.peek(1) == "u":
        text.at += 2
        low = _digits(text, 4)
        if low in _LOW_SURROGATES:
            return 0x10000 + (code - 0xD800) * 0x400 + low - 0xDC00
    return _no_surrogate(code)


def _digits(text: Text, count: int) -> int:
    digits = "".join(text.take() for _ in range(count))
    if len(digits) < count or not all(digit in _HEXADECIMAL for digit in digits):
        raise BadRegexError("Illegal hexadecimal or Unicode escape sequence")
    return int(digits, 16)


def _no_surrogate(code: int) -> int:
    if code in _HIGH_SURROGATES or code in _LOW_SURROGATES:
        raise BadRegexError("Half of a surrogate pair has no counterpart here")
    return code
