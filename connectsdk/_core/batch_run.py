"""How far has a batch come through the pipeline?

A `BatchRun` is what `source_pipeline` and `sink_pipeline` work on. It can be left at a record that may succeed
later (`stopped`) and taken up again there: nothing before it is done twice.
"""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import attrs

from connectsdk._core.tolerance import Tolerance
from connectsdk._core.verdict import Failure, Verdict
from connectsdk.errors import RetriableError

__all__ = ("BatchRun", "advance", "plugin_name")

In = TypeVar("In")
Out = TypeVar("Out")


@attrs.define
class BatchRun(Generic[In, Out]):
    """One batch on its way.

    Attributes:
        records: What came in.
        out: What goes on, in order.
        verdicts: One byte per record of `records`: a `Verdict`.
        next: The first record that has no verdict yet.
        failures: The records that failed and were tolerated, and the one that was not.
        stopped: The record at `next` may succeed later; None when the run is not waiting for that.
    """

    records: Sequence[In]
    out: list[Out] = attrs.field(factory=list)
    verdicts: bytearray = attrs.field(factory=bytearray)
    next: int = 0
    failures: list[Failure] = attrs.field(factory=list)
    stopped: Failure | None = None

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

    def settle(self, failure: Failure, tolerance: Tolerance) -> None:
        """Give the failed record its verdict."""
        self.verdicts[failure.index] = tolerance.verdict
        self.failures.append(failure)
        self.stopped = None
        self.next = failure.index + 1

    def give_up(self, tolerance: Tolerance) -> None:
        """Stop waiting for the record at which the run stopped: it is an error like any other."""
        if self.stopped is not None:
            self.settle(self.stopped, tolerance)

    def count(self, verdict: Verdict) -> int:
        """Return how many of the records decided so far got this verdict."""
        return self.verdicts.count(verdict, 0, self.next)


def advance(
    run: BatchRun[In, Out], process: Callable[[BatchRun[In, Out]], Failure | None], tolerance: Tolerance
) -> None:
    """Drive `process` from failure to failure, until the run is finished or stopped.

    `process` takes the run from its next record to its end, or returns the failure it met.
    """
    run.stopped = None
    while not run.finished:
        failure = process(run)
        if failure is None:
            run.next = len(run.records)
        elif isinstance(failure.error, RetriableError):
            run.stopped = failure
            run.next = failure.index
            return
        else:
            run.settle(failure, tolerance)


def plugin_name(plugin: Any) -> str:
    """Return the name under which a plugin appears in messages."""
    owner = getattr(plugin, "__self__", plugin)
    named = owner if hasattr(owner, "__qualname__") else type(owner)
    return f"{named.__module__}.{named.__qualname__}"
