"""How many steps may a backtracking search take, at worst?

Each node has a number of ways to match from one place and a number of steps to try them all; ways multiply from item to item.
A repetition that cannot give back a character to what follows has one way. What repeats something with several ways, without
end, takes exponential time: its cost is infinite.
"""

from math import inf

from connectsdk.config import _regex_characters as sets
from connectsdk.config._regex_characters import Characters
from connectsdk.config._regex_tree import (
    Alternatives,
    Atomic,
    BackReference,
    Group,
    Look,
    Node,
    One,
    Repeat,
    Sequence,
    firsts,
    nullable,
    width,
)

__all__ = ("worst_steps",)

_Cost = tuple[float, float]
_MOST_ROUNDS = 1000


def worst_steps(root: Node, length: int) -> float:
    """Return how many steps a match from one place of a text of some length may take; infinite when it is exponential."""
    return _cost(root, sets.NOTHING, length)[1]


def _cost(node: Node, follow: Characters | None, length: int) -> _Cost:  # noqa: PLR0911 - one per kind of node
    """Return the ways and the steps of a node.

    Args:
        node: The node.
        follow: The characters that what follows can begin with; None when nothing can be said.
        length: The length of the text.
    """
    match node:
        case Sequence(items):
            return _in_sequence(items, follow, length)
        case Alternatives(options):
            return _in_alternatives(options, follow, length)
        case Repeat():
            return _in_repeat(node, follow, length)
        case Group(_, item):
            return _cost(item, follow, length)
        case Atomic(item) | Look(_, item):
            return 1, _cost(item, None, length)[1]
        case BackReference():
            return 1, length
        case _:
            return 1, 1


def _in_sequence(items: tuple[Node, ...], follow: Characters | None, length: int) -> _Cost:
    follows = []
    for item in reversed(items):
        follows.append(follow)
        follow = firsts(item, follow)
    ways, steps = 1.0, 1.0
    for item, after in zip(items, reversed(follows), strict=True):
        more_ways, more_steps = _cost(item, after, length)
        steps += ways * more_steps
        ways *= more_ways
    return ways, steps


def _in_alternatives(options: tuple[Node, ...], follow: Characters | None, length: int) -> _Cost:
    costs = [_cost(option, follow, length) for option in options]
    steps = sum(cost[1] for cost in costs)
    if any(map(nullable, options)):
        return sum(cost[0] for cost in costs), steps
    taken: Characters = sets.NOTHING
    exclusive = True
    for option in options:
        begin = firsts(option, sets.NOTHING)
        exclusive = exclusive and begin is not None and sets.disjoint(begin, taken)
        taken = sets.union(taken, begin or sets.NOTHING)
    return (max if exclusive else sum)(cost[0] for cost in costs), steps


def _in_repeat(node: Repeat, follow: Characters | None, length: int) -> _Cost:
    most = length if node.high is None else node.high
    begin = firsts(node.item, sets.NOTHING)
    inner = None if begin is None or follow is None else sets.union(begin, follow)
    ways, steps = _cost(node.item, inner if most > 1 else follow, length)
    if node.mode == "+":
        if ways > 1 and most > 1:
            return 1, _powers(node.low, most, ways) * steps
        return 1, most * steps
    if ways > 1:
        total = _powers(node.low, most, ways)
        return total, total * steps
    one = isinstance(node.item, One) or (width(node.item) is not None and not nullable(node.item))
    if one and begin is not None and follow is not None and sets.disjoint(begin, follow):
        return 1, 2 * most * steps + 1
    return most - node.low + 1, most * steps + 1


def _powers(low: int, most: int, ways: float) -> float:
    """Return in how many ways something with several ways can come `low` to `most` times."""
    if most > _MOST_ROUNDS:
        return inf
    total = 0.0
    for rounds in range(low, most + 1):
        try:
            total += ways**rounds
        except OverflowError:
            return inf
    return total
