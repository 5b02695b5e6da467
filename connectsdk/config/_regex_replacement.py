r"""What replaces a match: `$1`, `${name}` and `\$`, as in Java?"""

from collections.abc import Mapping

from connectsdk.config._regex_text import BadRegexError

__all__ = ("parse_replacement",)

Part = str | int


def parse_replacement(replacement: str, groups: int, names: Mapping[str, int]) -> tuple[Part, ...]:
    """Return the pieces of a replacement: text, and the numbers of groups.

    Args:
        replacement: As it is written.
        groups: How many groups the pattern has.
        names: The numbers of those with a name.

    Raises:
        BadRegexError: If Java refuses it.
    """
    parts: list[Part] = []
    at = 0
    while at < len(replacement):
        character = replacement[at]
        at += 1
        if character == "\\":
            if at == len(replacement):
                raise BadRegexError("character to be escaped is missing")
            parts.append(replacement[at])
            at += 1
        elif character == "$":
            group, at = _group(replacement, at, groups, names)
            parts.append(group)
        else:
            parts.append(character)
    return tuple(_joined(parts))


def _joined(parts: list[Part]) -> list[Part]:
    joined: list[Part] = []
    for part in parts:
        last = joined[-1] if joined else None
        if isinstance(part, str) and isinstance(last, str):
            joined[-1] = last + part
        else:
            joined.append(part)
    return joined


def _group(text: str, at: int, groups: int, names: Mapping[str, int]) -> tuple[int, int]:
    """Return the number of the group that is referred to, and the place behind the reference."""
    if at == len(text):
        raise BadRegexError("Illegal group reference: group index is missing")
    if text[at] == "{":
        return _named(text, at + 1, names)
    if text[at] not in "0123456789":
        raise BadRegexError("Illegal group reference")
    number = int(text[at])
    at += 1
    if number > groups:
        raise BadRegexError(f"No group {number}")
    while at < len(text) and text[at] in "0123456789" and number * 10 + int(text[at]) <= groups:
        number = number * 10 + int(text[at])
        at += 1
    return number, at


def _named(text: str, at: int, names: Mapping[str, int]) -> tuple[int, int]:
    end = at
    while end < len(text) and text[end].isascii() and text[end].isalnum():
        end += 1
    name = text[at:end]
    if not name:
        raise BadRegexError("named capturing group has 0 length name")
    if end == len(text) or text[end] != "}":
        raise BadRegexError("named capturing group is missing trailing '}'")
    if name[0].isdigit():
        raise BadRegexError(f"capturing group name {{{name}}} starts with digit character")
    if name not in names:
        raise BadRegexError(f"No group with name {{{name}}}")
    return names[name], end + 1
