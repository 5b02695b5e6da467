"""How is a rule tried on many cases, and the smallest that breaks it found?"""

from collections.abc import Callable
from typing import Any, TypeVar

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity
from hypothesis.errors import Flaky
from hypothesis.strategies import SearchStrategy

from connectsdk.testing.checks._failure import CheckFailed

__all__ = ("prove",)

T = TypeVar("T")

_PHASES = (Phase.explicit, Phase.generate, Phase.target, Phase.shrink)


def prove(
    check: Callable[[T], None],
    cases: SearchStrategy[T],
    settings: hypothesis.settings | None,
    seed: int | None,
) -> CheckFailed | None:
    """Return how the check fails for the smallest case, or None.

    Args:
        check: Raises `CheckFailed`.
        cases: What it is tried on.
        settings: How often and how long; the current profile's by default, without a deadline.
        seed: Makes the cases the same in each run.
    """
    seen: list[CheckFailed] = []

    def once(case: Any) -> None:
        try:
            check(case)
        except CheckFailed as failure:
            seen.append(failure)
            raise

    test = _quiet(settings)(hypothesis.given(cases)(once))
    if seed is not None:
        test = hypothesis.seed(seed)(test)
    try:
        test()
    except CheckFailed as failure:
        return failure.with_traceback(None)  # the way through Hypothesis says nothing
    except Flaky:  # it fails now and then, which is a failure too
        if not seen:
            raise
        return min(seen, key=lambda failure: len(str(failure))).with_traceback(None)
    return None


def _quiet(settings: hypothesis.settings | None) -> hypothesis.settings:
    """Return settings under which Hypothesis itself reports nothing, and keeps nothing."""
    profile = hypothesis.settings()
    chosen = profile if settings is None else settings
    # One case is dozens of calls: a deadline that nobody chose for it, but the profile has for tests, does not count.
    deadline = None if chosen.deadline == profile.deadline else chosen.deadline
    return hypothesis.settings(
        chosen,
        deadline=deadline,
        database=None,
        print_blob=False,
        report_multiple_bugs=False,
        verbosity=Verbosity.quiet,
        phases=[phase for phase in _PHASES if phase in chosen.phases],
        # A check may be called in a test of Hypothesis, and on a machine that does other things.
        suppress_health_check={*chosen.suppress_health_check, HealthCheck.nested_given, HealthCheck.too_slow},
    )
