"""Which spans does a task's work make?

One per batch and step. A source's batch begins with `poll`, a sink's with `receive`; `transform`, `send` and `put` are
parts of it. `commit` begins a trace of its own, linked to the batches it settles.
"""

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from time import time_ns
from typing import Any

import attrs
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanContext, SpanKind, set_span_in_context

from connectsdk._core.batch_run import BatchRun
from connectsdk._core.trace_headers import carried, carrying
from connectsdk.record import ConsumerRecord, ProducerRecord, SinkRecord, SourceRecord
from connectsdk.runtime._tracing.attributes import (
    COUNT,
    MOST,
    of_batch,
    of_failure,
    of_operation,
    of_place,
    of_run,
    of_topic,
)
from connectsdk.runtime._tracing.spans import NOWHERE, Spans
from connectsdk.runtime._tracing.steps import Call, Commit, NextEvent, Poll, Send, Through
from connectsdk.source import EndOfStream
from connectsdk.transport import ConsumerEvent, Delivery, DeliveryReport, Fetched

__all__ = ("TaskTrace",)

MOST_FAILURES = 8
"""Records of a batch whose errors its span tells."""
LONGEST_POLL = 60 * 1_000_000_000
"""Nanoseconds after which the span of a source that has nothing ends, and another begins."""


@attrs.define(eq=False)
class _Wait:
    """The polls of a source until one brings records.

    Attributes:
        span: Their span.
        began: When the first one began.
        ended: When the last one ended.
        polls: How many there were.
    """

    span: Span
    began: int
    ended: int | None = None
    polls: int = 0


@attrs.frozen(eq=False)
class _TracedDelivery:
    """A delivery with the span that ends with it."""

    delivery: Delivery
    span: Span
    trace: "TaskTrace"

    @property
    def done(self) -> bool:
        """Whether `wait` would return or raise at once."""
        return self.delivery.done

    async def wait(self) -> DeliveryReport:
        """Wait until the whole batch is acknowledged or refused; cancelling it ends nothing.

        Raises:
            TransportError: If any record may not have been written.
        """
        try:
            report = await self.delivery.wait()
        except Exception as error:
            self.trace.not_sent(self.span, error)
            raise
        self.trace.sent(self.span, report)
        return report


@attrs.define(eq=False)
class TaskTrace:
    """Traces one life of a task.

    Attributes:
        spans: How.
    """

    spans: Spans
    _batch: Context = NOWHERE
    _told: bool = False
    _wait: _Wait | None = None
    _unsent: set[Span] = attrs.field(factory=set)
    _settled: deque[SpanContext] = attrs.field(factory=lambda: deque(maxlen=MOST))

    def close(self) -> None:
        """End what has not ended. Idempotent."""
        self._end_wait()
        while self._unsent:
            span = self._unsent.pop()
            self.spans.cancelled(span)
            self.spans.end(span)

    # -- a batch begins --------------------------------------------------------------------------------------

    def polling(self, poll: Poll, answered: Callable[[], int]) -> Poll:
        """Trace `poll()`: one span until records come, however often it is asked, and `answered` says how often."""

        async def traced() -> Sequence[SourceRecord] | None:
            wait = self._begin_wait()
            try:
                with self.spans.current(wait.span):
                    records = await poll()
            except BaseException as error:
                if isinstance(error, Exception) and not isinstance(error, EndOfStream):
                    self.spans.failed(wait.span, error)
                wait.polls += answered()
                self._end_wait()
                raise
            wait.polls += answered()
            wait.ended = time_ns()
            if records:
                self.spans.note(wait.span, {COUNT: len(records)})
                self._enter(wait.span)
                self._end_wait()
            return records

        return traced

    def receiving(self, next_event: NextEvent) -> NextEvent:
        """Trace `next_event(timeout)`: a span when records came."""

        async def traced(timeout: float) -> ConsumerEvent | None:  # noqa: ASYNC109 - the consumer's own
            began = time_ns()
            event = await next_event(timeout)
            if isinstance(event, Fetched) and event.records:
                self._received(event.records, began)
            return event

        return traced

    # -- parts of a batch ------------------------------------------------------------------------------------

    def transforming(self, through: Through) -> Through:
        """Trace `through(owner, room, pipeline, run, waits, settings)`."""

        async def traced(owner: str, room: Any, pipeline: Any, run: BatchRun[Any, Any], *others: Any) -> None:
            span = self._part("transform", SpanKind.INTERNAL, run.records)
            with self.spans.during(span):
                try:
                    await through(owner, room, pipeline, run, *others)
                finally:
                    if span.is_recording():
                        self._transformed(span, run)

        return traced

    def sending(self, send: Send) -> Send:
        """Trace `send(records)`: a span until they are acknowledged; the records belong to it."""

        async def traced(records: Sequence[ProducerRecord]) -> Delivery:
            if not records:
                return await send(records)
            span = self._part("send", SpanKind.PRODUCER, records)
            self._unsent.add(span)
            try:
                delivery = await send(self._marked(span, records))
            except Exception as error:
                self.not_sent(span, error)
                raise
            return _TracedDelivery(delivery, span, self)

        return traced

    def putting(self, call: Call) -> Call:
        """Trace `call(name, put, records)`: no span when there are no records."""

        async def traced(what: str, put: Callable[..., Awaitable[None]], records: list[SinkRecord]) -> None:
            if not records:
                return await call(what, put, records)
            with self.spans.during(self._part("put", SpanKind.INTERNAL, records)):
                return await call(what, put, records)

        return traced

    def committing(self, commit: Commit) -> Commit:
        """Trace `commit(offsets, ...)`: a trace of its own, linked to what it settles."""

        async def traced(*arguments: Any) -> Any:
            about = {**of_operation("commit"), "connectsdk.partitions": len(arguments[0])}
            span = self.spans.begin("commit", SpanKind.CLIENT, attributes=about)
            self.spans.link(span, [(context, {}) for context in self._settled])
            self._settled.clear()
            with self.spans.during(span):
                return await commit(*arguments)

        return traced

    def sent(self, span: Span, report: DeliveryReport) -> None:
        """End the span of what was sent, if it has not ended."""
        if span in self._unsent:
            if report.rejected and span.is_recording():
                self.spans.note(span, {"connectsdk.records.refused": len(report.rejected)})
                for refused in report.rejected[:MOST_FAILURES]:
                    self.spans.erred(span, refused.error)
            self._end_sent(span)

    def not_sent(self, span: Span, error: Exception) -> None:
        """End the span of what could not be sent, if it has not ended."""
        if span in self._unsent:
            self.spans.failed(span, error)
            self._end_sent(span)

    # -- how -------------------------------------------------------------------------------------------------

    def _begin_wait(self) -> _Wait:
        now = time_ns()
        if self._wait is not None and now - self._wait.began > LONGEST_POLL:
            self._end_wait()
        if self._wait is None:
            self._wait = _Wait(self.spans.begin("poll", SpanKind.INTERNAL, start=now), now)
        return self._wait

    def _end_wait(self) -> None:
        wait, self._wait = self._wait, None
        if wait is not None:
            self.spans.note(wait.span, {"connectsdk.polls": wait.polls})
            self.spans.end(wait.span, wait.ended)

    def _received(self, records: Sequence[ConsumerRecord], began: int) -> None:
        name, about = of_topic("receive", records)
        span = self.spans.begin(name, SpanKind.CONSUMER, attributes=about, start=began)
        if span.is_recording():
            found = carried([record.headers for record in records], self.spans.names, MOST)
            self.spans.link(span, [(self.spans.found(each), of_place(records[each.index])) for each in found])
            self.spans.note(span, of_batch(records))
        self._enter(span)
        self.spans.end(span)
        self._settle(span)

    def _enter(self, span: Span) -> None:
        """Let everything from now on be part of the batch that this span began."""
        self._batch = set_span_in_context(span, NOWHERE)
        self._told = span.is_recording()

    def _part(self, operation: str, kind: SpanKind, records: Sequence[Any]) -> Span:
        """Begin a part of the batch; nothing is found out for one that is not told."""
        if not self._told:
            return self.spans.begin(operation, kind, self._batch)
        name, about = of_topic(operation, records)
        return self.spans.begin(name, kind, self._batch, about)

    def _transformed(self, span: Span, run: BatchRun[Any, Any]) -> None:
        self.spans.note(span, of_run(run))
        fatal = run.fatal
        for failure in run.failures[:MOST_FAILURES]:
            if failure is not fatal:
                self.spans.erred(span, failure.error, of_failure(failure, run.records[failure.index]))
        if fatal is not None:
            self.spans.failed(span, fatal.error, of_failure(fatal, run.records[fatal.index]))

    def _marked(self, span: Span, records: Sequence[ProducerRecord]) -> Sequence[ProducerRecord]:
        """Return the records with the span in their headers; it links to the contexts that are there already."""
        if not span.get_span_context().trace_flags.sampled:
            return records
        found = carried([record.headers for record in records], self.spans.names, MOST)
        self.spans.link(span, [(self.spans.found(each), {}) for each in found])
        return carrying(records, self.spans.headers(span))

    def _end_sent(self, span: Span) -> None:
        self._unsent.discard(span)
        self.spans.end(span)
        self._settle(span)

    def _settle(self, span: Span) -> None:
        """Take note that a later commit is about what this span was of."""
        context = span.get_span_context()
        if context.trace_flags.sampled:
            self._settled.append(context)
