"""How does Java write and read text in a character set?"""

import codecs
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from collections.abc import Mapping
from types import MappingProxyType

__all__ = ("BYTE_ORDER_UNSAID", "codec_name", "decoded", "encoded")

_BYTE_ORDERS: Mapping[str, Mapping[bytes, str]] = MappingProxyType(
    {
        "utf-16": {BOM_UTF16_BE: "utf-16-be", BOM_UTF16_LE: "utf-16-le"},
        "utf-32": {BOM_UTF32_BE: "utf-32-be", BOM_UTF32_LE: "utf-32-le"},
    }
)
BYTE_ORDER_UNSAID = frozenset(_BYTE_ORDERS)
"""Codecs that look for a mark in the text, and write big-endian."""

_UNKNOWN_TO_JAVA = frozenset(
    {"utf-7", "punycode", "idna", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"}
)
_OTHER_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "unicode": "utf-16",
        "unicodebig": "utf-16",
        "iso-10646-ucs-2": "utf-16-be",
        "unicode-1-1-utf-8": "utf-8",
        "latin-9": "iso8859-15",
        "ascii7": "ascii",
        "default": "ascii",
    }
)
_PART_OR_PAGE = re.compile(r"(?:8859_|ibm-)([0-9]+)")
_SURROGATE = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]?")
_UNREADABLE = "\ufffd"


def codec_name(name: str) -> str:
    """Return the name of Python's codec for one of Java's character sets.

    Raises:
        LookupError: If there is none.
    """
    try:
        found = codecs.lookup(_python_name(name.lower().removeprefix("x-")))
        "".encode(found.name)
    except ValueError:
        raise LookupError(name) from None
    if found.name in _UNKNOWN_TO_JAVA:
        raise LookupError(name)
    return found.name


def _python_name(name: str) -> str:
    part = _PART_OR_PAGE.fullmatch(name)
    if part is not None:
        return f"iso8859-{part[1]}" if name.startswith("8859") else f"ibm{part[1]}"
    return _OTHER_NAMES.get(name, name)


def encoded(text: str, codec: str) -> bytes:
    """Return text in bytes; `?` for what the character set lacks, and for half a surrogate pair."""
    if codec in _BYTE_ORDERS:
        mark = BOM_UTF16_BE if text and codec == "utf-16" else b""
        return mark + encoded(text, f"{codec}-be")
    try:
        return text.encode(codec)
    except UnicodeEncodeError:
        return text.encode(codec, "replace")


def decoded(data: bytes, codec: str) -> str:
    """Return the text in bytes; U+FFFD for what cannot be read."""
    for mark, ordered in _BYTE_ORDERS.get(codec, {}).items():
        if data.startswith(mark):
            return data[len(mark) :].decode(ordered, "replace")
    if codec in _BYTE_ORDERS:
        return data.decode(f"{codec}-be", "replace")
    text = data.decode(codec, "replace")
    if codec == "utf-8" and _UNREADABLE in text:
        # To Java half a surrogate pair is one mistake, to Python it is one for each byte.
        return _SURROGATE.sub(_UNREADABLE.encode(), data).decode(codec, "replace")
    return text
