"""How far has a batch come through the pipeline?

A `BatchRun` is what `source_pipeline` and `sink_pipeline` work on. It can be left at a record that may succeed
later (`stopped`) and taken up again there: nothing before it is done twice. An exception that is not an
`Exception` leaves it half done: it is then only good for throwing away.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Generic, TypeVar

import attrs

from connectsdk._core.counters import Counters
from connectsdk._core.tolerance import Tolerance
from connectsdk._core.verdict import Failure, Stage, Verdict
from connectsdk.errors import RetriableError

__all__ = ("BatchRun", "plugin_name")

In = TypeVar("In")
Out = TypeVar("Out")


@attrs.define(eq=False)
class BatchRun(Generic[In, Out]):
    """One batch on its way.

    Attributes:
        records: What came in.
        out: What goes on, in order.
        verdicts: One byte per record of `records`: a `Verdict`. Only those before `next` mean anything.
        next: The first record that has no verdict yet.
        failures: The records that failed and were tolerated, and the one that was not.
        attempts: How often which stage was asked again.
        stopped: The record at `next` may succeed later; None when the run is not waiting for that.
    """

    records: Sequence[In]
    out: list[Out] = attrs.field(factory=list, init=False)
    verdicts: bytearray = attrs.field(init=False)
    next: int = attrs.field(default=0, init=False)
    failures: list[Failure] = attrs.field(factory=list, init=False)
    attempts: dict[Stage, int] = attrs.field(factory=dict, init=False)
    stopped: Failure | None = attrs.field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        self.verdicts = bytearray(len(self.records))

    @property
    def fatal(self) -> Failure | None:
        """The failure that tolerance does not cover, if any; nothing after it was looked at."""
        if self.failures and self.verdicts[self.failures[-1].index] == Verdict.FAILED:
            return self.failures[-1]
        return None

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do: every record has its verdict, or one was fatal."""
        return self.next == len(self.records) or self.fatal is not None

    def pass_all(self, out: "list[Out] | None") -> bool:
        """Let all records pass, as these; return whether there were any."""
        if out is None:
            return False
        self.stopped = None
        self.out = out
        self.next = len(self.records)
        return True

    def resume(self) -> Iterator[tuple[int, In]]:
        """Take the run up where it was left; return what is still to be looked at, with its place."""
        self.stopped = None
        end = self.next if self.finished else len(self.records)
        return enumerate(islice(self.records, self.next, end), self.next)

    def complete(self) -> None:
        """Take note that `resume` came to its end: every record has its verdict, unless one was fatal."""
        if self.fatal is None:
            self.next = len(self.records)

    def failed(self, failure: Failure, tolerance: Tolerance) -> bool:
        """Stop at a record that may succeed later, settle any other; return whether to go on to the next."""
        if isinstance(failure.error, RetriableError):
            self.stopped = failure
            self.next = failure.index
            return False
        self._settle(failure, tolerance)
        return tolerance is not Tolerance.NONE

    def give_up(self, tolerance: Tolerance) -> None:
        """Stop waiting for the record at which the run stopped: it is an error like any other."""
        if self.stopped is not None:
            self._settle(self.stopped, tolerance)

    def blame(self, error: Exception) -> None:
        """Take this for the reason why the run stopped where it did."""
        if self.stopped is not None:
            self.stopped = attrs.evolve(self.stopped, error=error)

    def count(self, verdict: Verdict) -> int:
        """Return how many of the records decided so far got this verdict."""
        return self.verdicts.count(verdict, 0, self.next)

    def ask_again(self) -> None:
        """Take note that the record at which the run stopped is tried again."""
        if self.stopped is not None:
            stage = self.stopped.stage
            self.attempts[stage] = self.attempts.get(stage, 0) + 1

    def tell(self, counters: Counters) -> None:
        """Count what was settled; the records that pass are counted when they are delivered."""
        for stage, attempts in self.attempts.items():
            counters.retry(stage, attempts)
        if any(self.verdicts):
            counters.judge(Verdict.FILTERED, self.count(Verdict.FILTERED))
            for failure in self.failures:
                counters.blame(failure.stage, Verdict(self.verdicts[failure.index]))

    def _settle(self, failure: Failure, tolerance: Tolerance) -> None:
        self.verdicts[failure.index] = tolerance.verdict
        self.failures.append(failure)
        self.stopped = None
        self.next = failure.index + 1


def plugin_name(plugin: Any) -> str:
    """Return the name under which a plugin appears in messages: of its class, or of a plain function."""
    owner = getattr(plugin, "__self__", plugin)
    named = owner if hasattr(owner, "__qualname__") else type(owner)
    return f"{named.__module__}.{named.__qualname__}"
