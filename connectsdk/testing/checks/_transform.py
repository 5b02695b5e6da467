"""Does a transform keep its contract?"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import attrs
import hypothesis
from hypothesis.strategies import SearchStrategy

from connectsdk.record import ConnectRecord
from connectsdk.testing.checks._columns import check_columns
from connectsdk.testing.checks._configured import maker
from connectsdk.testing.checks._copies import copied
from connectsdk.testing.checks._failure import CheckFailed, shown
from connectsdk.testing.checks._history import check_history, check_input, check_unchanged
from connectsdk.testing.checks._outcomes import Outcome, close_twice, outcome_of
from connectsdk.testing.checks._proof import prove
from connectsdk.testing.checks._results import OWNABLE, check_result
from connectsdk.testing.strategies import batches
from connectsdk.transforms.function import FunctionTransform

__all__ = ("check_transform",)


def check_transform(
    factory: Callable[..., Any],
    records: SearchStrategy[Any] | None = None,
    *,
    owns: Iterable[str] = ("value",),
    stateful: bool = False,
    settings: hypothesis.settings | None = None,
    seed: int | None = None,
) -> None:
    """Check that a transform keeps its contract.

    | rule | what it says |
    | --- | --- |
    | `input` | it does not change the record it is given, nor anything in it |
    | `kind` | it returns None or a record of the same kind |
    | `keeps` | it keeps what it does not own, and always where the record came from |
    | `fits` | key, value and headers fit their schemas |
    | `errors` | it raises nothing but `DataError`, also for tombstones, nulls and data without a schema |
    | `deterministic` | two new ones do the same to a record |
    | `independent` | what it does to a record does not depend on other records |
    | `outputs` | a record it returned does not change later |
    | `columns` | `apply_columns`, if it has it, does what `apply` does |
    | `close` | `close` may be called twice |
    | `works` | it does not refuse every record |

    Args:
        factory: Makes a configured transform, as `configured` does, or a plain function of a record; a class that needs no
            configuration, or such a function itself, is accepted too.
        records: What it is given; all there is by default. Give what the transform is for, if it takes nothing else.
        owns: What it may change: `value` and `key` (each with its schema), `value_schema`, `key_schema`, `topic`,
            `partition`, `timestamp`, `headers`.
        stateful: Whether what it does to a record may depend on those before; `independent` and `columns` are left out then.
        settings: How much is tried (`max_examples`, `derandomize`, `deadline`); the current Hypothesis profile's by default.
        seed: Makes the records the same in each run.

    Raises:
        CheckFailed: If a rule is broken; it shows the smallest batch that does.
        ConfigError: If the factory raises it.
        ValueError: If `owns` names what there is not.
    """
    __tracebackhide__ = True
    check = _TransformCheck(maker(factory, FunctionTransform), _owned(owns), stateful)
    check.make().close()
    failure = prove(check.check, batches(records), settings, seed) or check.refused_all()
    if failure is not None:
        raise failure from None


def _owned(owns: Iterable[str]) -> frozenset[str]:
    named = frozenset((owns,) if isinstance(owns, str) else owns)
    unknown = sorted(named - OWNABLE)
    if unknown:
        message = f"owns names {', '.join(unknown)}; there are {', '.join(sorted(OWNABLE))}"
        raise ValueError(message)
    return named | {f"{part}_schema" for part in named & {"key", "value"}}


@attrs.define(eq=False)
class _TransformCheck:
    make: Callable[[], Any]
    owned: frozenset[str]
    stateful: bool
    worked: bool = False
    refusal: tuple[Any, str] | None = None

    def check(self, batch: Sequence[ConnectRecord]) -> None:
        """Try every rule on one batch."""
        given = list(batch)
        before = copied(given)
        transform = self.make()
        outcomes = [self._apply(transform, record, kept) for record, kept in zip(given, before, strict=True)]
        opened = [transform, *check_history(self._again, self.make, before, outcomes, stateful=self.stateful)]
        if not self.stateful:
            opened.append(check_columns(self.make(), before, outcomes))
        close_twice(opened, before)
        check_input(given, before, "apply or close")
        for record, outcome in zip(before, outcomes, strict=True):
            if outcome.kept is not None:
                check_result(record, outcome.kept, self.owned)
        check_unchanged(before, outcomes)

    def refused_all(self) -> CheckFailed | None:
        """Return the failure of a transform that took no record that holds anything."""
        if self.worked or self.refusal is None:
            return None
        record, text = self.refusal
        meaning = "every record was refused, so nothing was checked; give records= that it takes"
        return CheckFailed("works", meaning, record, (("such as", shown(record)), ("raised", text)))

    def _apply(self, transform: Any, record: ConnectRecord, kept: ConnectRecord) -> Outcome:
        outcome = outcome_of("apply", transform.apply, kept, record)
        check_input([record], [kept], "apply")
        if outcome.refused is not None:
            self.refusal = self.refusal or (kept, outcome.refused)
            return outcome
        self.worked = self.worked or kept.value is not None or kept.key is not None
        return outcome

    def _again(self, transform: Any, record: ConnectRecord) -> Outcome:
        return outcome_of("apply", transform.apply, record, record)
