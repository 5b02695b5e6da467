"""Does what came before change what becomes of a record?"""

from collections.abc import Callable, Iterable
from typing import Any

from connectsdk.testing.checks._copies import copied
from connectsdk.testing.checks._differences import Difference, difference
from connectsdk.testing.checks._failure import CheckFailed, shown
from connectsdk.testing.checks._outcomes import Outcome, unlike

__all__ = ("check_history", "check_input", "check_unchanged", "differs")

Call = Callable[[Any, Any], Outcome]


def check_history(
    call: Call,
    make: Callable[[], Any],
    given: list[Any],
    outcomes: list[Outcome],
    *,
    stateful: bool,
) -> list[Any]:
    """Check that a batch has the same outcomes in other circumstances; return the plugs that were made.

    Args:
        call: Applies a plug to a record.
        make: Makes a plug.
        given: The batch.
        outcomes: What became of it, one by one, in a plug that was new before.
        stateful: Whether the records before may matter.

    Raises:
        CheckFailed: If something else becomes of a record.
    """
    if stateful:
        again = make()
        for record, outcome in zip(given, outcomes, strict=True):
            _check("deterministic", given, outcome, call(again, record), "another one, the same records")
        return [again]
    alone = [make() for _ in given]
    first = [call(plug, record) for plug, record in zip(alone, given, strict=True)]
    another = [make() for _ in given]
    for record, plug, outcome in zip(given, another, first, strict=True):
        _check("deterministic", [record], outcome, call(plug, record), "another new one")
    for outcome, alone_outcome in zip(outcomes, first, strict=True):
        _check("independent", given, alone_outcome, outcome, "after those before it")
    used = make()
    for _ in range(2):
        for record, outcome in zip(given, first, strict=True):
            _check("independent", given, outcome, call(used, record), "in the same one again")
    _check_short_lived(call, used, given, first)
    return [*alone, *another, used]


def _check_short_lived(call: Call, used: Any, given: list[Any], outcomes: list[Outcome]) -> None:
    """Check with schemas that do not live on: the next one may have the same id."""
    for at in (*range(len(given)), *reversed(range(len(given)))):
        _check("independent", given, outcomes[at], call(used, copied(given[at])), "with schemas made anew")


_MEANINGS = {
    "deterministic": "two of them, made in the same way, do the same to the same record",
    "independent": "what becomes of a record does not depend on other records (a cache needs the whole schema as its key)",
}


def _check(rule: str, case: list[Any], one: Outcome, other: Outcome, circumstance: str) -> None:
    found = unlike(one, other)
    if found is not None:
        raise differs(rule, _MEANINGS[rule], case, found, ("a new one", circumstance))


def differs(
    rule: str, meaning: str, case: list[Any], found: Difference, words: tuple[str, str]
) -> CheckFailed:
    """Return the failure that two outcomes differ."""
    place = f"{found.place} = " if found.place else ""
    return CheckFailed(
        rule,
        meaning,
        case,
        (("given", shown(case)), (words[0], place + found.before), (words[1], place + found.after)),
    )


def check_input(given: list[Any], before: list[Any], by: str) -> None:
    """Check that what was given is as it was.

    Raises:
        CheckFailed: If it is not.
    """
    for one, kept in zip(given, before, strict=True):
        changed = difference(kept, one, "")
        if changed is not None:
            meaning = (
                f"{by} never edits what it is given, nor anything in it; return a copy, as {{**value, ...}}"
            )
            raise differs("input", meaning, [kept], changed, ("before", "after"))


def check_unchanged(given: list[Any], outcomes: Iterable[Outcome]) -> None:
    """Check that what was returned is as it was then.

    Raises:
        CheckFailed: If it is not.
    """
    for outcome in outcomes:
        changed = difference(outcome.kept, outcome.result, "")
        if changed is not None:
            meaning = (
                "what was returned does not change when the next one comes: share nothing that is edited"
            )
            raise differs("outputs", meaning, given, changed, ("returned", "later"))
