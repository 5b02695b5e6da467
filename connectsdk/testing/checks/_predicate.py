"""Does a predicate keep its contract?"""

from collections.abc import Callable, Sequence
from typing import Any

import attrs
import hypothesis
from hypothesis.strategies import SearchStrategy

from connectsdk.record import ConnectRecord
from connectsdk.testing.checks._configured import maker
from connectsdk.testing.checks._copies import copied
from connectsdk.testing.checks._failure import CheckFailed, shown
from connectsdk.testing.checks._history import check_history, check_input
from connectsdk.testing.checks._outcomes import Outcome, close_twice, outcome_of
from connectsdk.testing.checks._proof import prove
from connectsdk.testing.strategies import batches

__all__ = ("check_predicate",)


def check_predicate(
    factory: Callable[..., Any],
    records: SearchStrategy[Any] | None = None,
    *,
    settings: hypothesis.settings | None = None,
    seed: int | None = None,
) -> None:
    """Check that a predicate keeps its contract.

    The rules `input`, `errors`, `deterministic`, `independent` and `close` are those of `check_transform`; the rule `answer`
    says that it returns True or False.

    Args:
        factory: Makes a configured predicate, as `configured` does; a class that needs no configuration, or a plain
            function of a record, is accepted too.
        records: What it is given; all there is by default.
        settings: How much is tried; the current Hypothesis profile's by default.
        seed: Makes the records the same in each run.

    Raises:
        CheckFailed: If a rule is broken; it shows the smallest batch that does.
        ConfigError: If the factory raises it.
    """
    __tracebackhide__ = True
    make = maker(factory, _FunctionPredicate)
    make().close()

    def check(batch: Sequence[ConnectRecord]) -> None:
        _check(make, list(batch))

    failure = prove(check, batches(records), settings, seed)
    if failure is not None:
        raise failure from None


@attrs.frozen
class _FunctionPredicate:
    test: Callable[[Any], Any]

    def close(self) -> None:
        """Do nothing."""


def _check(make: Callable[[], Any], given: list[ConnectRecord]) -> None:
    before = copied(given)
    predicate = make()
    outcomes = [_test(predicate, record) for record in given]
    check_input(given, before, "test")
    opened = check_history(_test, make, before, outcomes, stateful=False)
    close_twice([predicate, *opened], before)


def _test(predicate: Any, record: ConnectRecord) -> Outcome:
    outcome = outcome_of("test", predicate.test, record, record)
    if outcome.refused is None and outcome.result is not True and outcome.result is not False:
        facts = (("record", shown(record)), ("returned", repr(outcome.result)))
        raise CheckFailed("answer", "test returns True or False", record, facts)
    return outcome
