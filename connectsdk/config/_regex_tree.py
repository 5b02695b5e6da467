"""What does a regular expression consist of?"""

from enum import Enum
from typing import Union

import attrs

from connectsdk.config._regex_characters import Characters, union

__all__ = (
    "Alternatives",
    "Anchor",
    "Atomic",
    "BackReference",
    "Expression",
    "Group",
    "Look",
    "Node",
    "One",
    "Place",
    "Repeat",
    "Sequence",
    "firsts",
    "nullable",
    "width",
)

Node = Union[
    "One", "Sequence", "Alternatives", "Repeat", "Group", "Atomic", "Look", "Anchor", "BackReference"
]


class Place(Enum):
    """Where an anchor matches."""

    START = "start"
    END = "end"
    LAST_LINE_END = "end, or before a last line end"
    LAST_NEWLINE = "end, or before a last newline"
    LINE_START = "start of a line"
    LINE_END = "end of a line"
    WORD_EDGE = "word edge"
    NO_WORD_EDGE = "no word edge"


@attrs.frozen
class One:
    """One character of a set."""

    characters: Characters


@attrs.frozen
class Sequence:
    """One after the other."""

    items: tuple[Node, ...]


@attrs.frozen
class Alternatives:
    """The first that leads to a match."""

    options: tuple[Node, ...]


@attrs.frozen
class Repeat:
    """The same, `low` to `high` times (None: without end); `mode` is nothing, `?` for lazy, `+` for possessive."""

    item: Node
    low: int
    high: int | None
    mode: str


@attrs.frozen
class Group:
    """A capturing group."""

    number: int
    item: Node


@attrs.frozen
class Atomic:
    """What is not tried in another way once it has matched."""

    item: Node


@attrs.frozen
class Look:
    """What has to, or must not, match before or behind this place: `=`, `!`, `<=` or `<!`."""

    kind: str
    item: Node


@attrs.frozen
class Anchor:
    """A place."""

    place: Place


@attrs.frozen
class BackReference:
    """What a group matched."""

    number: int


@attrs.frozen
class Expression:
    """A whole regular expression: its tree, how many groups it has, and the numbers of those with a name."""

    root: Node
    groups: int
    names: dict[str, int]


def nullable(node: Node) -> bool:  # noqa: PLR0911 - one per kind of node
    """Return whether a node can match nothing."""
    match node:
        case One():
            return False
        case Sequence(items):
            return all(map(nullable, items))
        case Alternatives(options):
            return any(map(nullable, options))
        case Repeat(item, low):
            return low == 0 or nullable(item)
        case Group(_, item) | Atomic(item):
            return nullable(item)
        case _:
            return True


def firsts(node: Node, follow: Characters | None) -> Characters | None:  # noqa: PLR0911 - one per kind of node
    """Return the characters that a match of this node, and of what follows it, can begin with.

    Args:
        node: The node.
        follow: Those that what follows can begin with.

    Returns:
        None when nothing can be said.
    """
    match node:
        case One(characters):
            return characters
        case Sequence(items):
            for item in reversed(items):
                follow = firsts(item, follow)
            return follow
        case Alternatives(options):
            return _any([firsts(option, follow) for option in options])
        case Repeat(item, low):
            inside = _any([firsts(item, follow), follow]) if nullable(item) else firsts(item, follow)
            return _any([inside, follow]) if low == 0 else inside
        case Group(_, item) | Atomic(item):
            return firsts(item, follow)
        case Anchor():
            return follow
        case _:
            return None


def _any(sets: list[Characters | None]) -> Characters | None:
    known = [characters for characters in sets if characters is not None]
    return union(*known) if len(known) == len(sets) else None


def width(node: Node) -> int | None:  # noqa: PLR0911 - one per kind of node
    """Return how many characters every match of a node has; None when that varies."""
    match node:
        case One():
            return 1
        case Sequence(items):
            widths = [width(item) for item in items]
            known = [found for found in widths if found is not None]
            return sum(known) if len(known) == len(widths) else None
        case Alternatives(options):
            different = {width(option) for option in options}
            return different.pop() if len(different) == 1 else None
        case Repeat(item, low, high):
            once = width(item)
            return low * once if once is not None and low == high else None
        case Group(_, item) | Atomic(item):
            return width(item)
        case BackReference():
            return None
        case _:
            return 0
