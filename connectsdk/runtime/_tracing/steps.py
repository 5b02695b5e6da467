"""Which steps of a task's batches can be traced?

A loop hands its steps to a `Trace` once, when it begins, and takes what it gets back. When tracing is off that is the
step itself, so that nothing is asked and nothing is paid later.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

import attrs

from connectsdk.record import ProducerRecord, SourceRecord
from connectsdk.transport import ConsumerEvent, Delivery

__all__ = ("UNTRACED", "Call", "Commit", "NextEvent", "Poll", "Send", "Through", "Trace", "Untraced")

Poll = Callable[[], Awaitable[Sequence[SourceRecord] | None]]
NextEvent = Callable[[float], Awaitable[ConsumerEvent | None]]
Through = Callable[..., Awaitable[None]]
Send = Callable[[Sequence[ProducerRecord]], Awaitable[Delivery]]
Call = Callable[..., Awaitable[None]]
Commit = Callable[..., Awaitable[Any]]


class Trace(Protocol):
    """What traces one life of a task. Every method returns a step that does what the given one does."""

    def polling(self, poll: Poll, answered: Callable[[], int]) -> Poll:
        """Trace `poll()`, which returns a source's records after the task has `answered` so often."""
        ...

    def receiving(self, next_event: NextEvent) -> NextEvent:
        """Trace `next_event(timeout)`, which may return a sink's records."""
        ...

    def transforming(self, through: Through) -> Through:
        """Trace `through(owner, room, pipeline, run, waits, settings)`, which takes a batch through its pipeline."""
        ...

    def sending(self, send: Send) -> Send:
        """Trace `send(records)`, which returns a delivery; the records carry the trace with them."""
        ...

    def putting(self, call: Call) -> Call:
        """Trace `call(name, put, records)`."""
        ...

    def committing(self, commit: Commit) -> Commit:
        """Trace `commit(offsets)`."""
        ...

    def close(self) -> None:
        """End what has not ended. Idempotent."""
        ...


@attrs.frozen
class Untraced:
    """No traces: every step is as it was."""

    def polling(self, poll: Poll, answered: Callable[[], int]) -> Poll:
        """Return the step."""
        return poll

    def receiving(self, next_event: NextEvent) -> NextEvent:
        """Return the step."""
        return next_event

    def transforming(self, through: Through) -> Through:
        """Return the step."""
        return through

    def sending(self, send: Send) -> Send:
        """Return the step."""
        return send

    def putting(self, call: Call) -> Call:
        """Return the step."""
        return call

    def committing(self, commit: Commit) -> Commit:
        """Return the step."""
        return commit

    def close(self) -> None:
        """Do nothing: there is nothing to end."""


UNTRACED = Untraced()
