"""How does a task speak to OpenTelemetry?

Whatever the program around it has installed there, a sampler, a span processor, an exporter, is not the task's
business: what it raises is logged, and the task goes on without that span.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import attrs
from opentelemetry import propagate, trace
from opentelemetry.context import Context, attach, detach
from opentelemetry.trace import INVALID_SPAN, Span, SpanContext, SpanKind, Status, StatusCode, Tracer

from connectsdk._core.trace_headers import Carried
from connectsdk._version import __version__
from connectsdk.runtime._calls.plugin_calls import describe

__all__ = ("NOWHERE", "Spans")

log = logging.getLogger("connectsdk.task")

NOWHERE = Context()
"""The context of a span that begins a trace: whoever started the connector is no part of it."""

LONGEST_MESSAGE = 1_000
"""Characters of an error that a span tells."""


@attrs.frozen(eq=False)
class Spans:
    """The spans of one life of a task.

    Attributes:
        tracer: Makes them.
        own: The attributes that all of them have.
        names: The headers in which records carry contexts.
        hide: Returns a text without secrets.
    """

    tracer: Tracer
    own: Mapping[str, Any]
    names: frozenset[str]
    hide: Callable[[str], str]

    @classmethod
    def of_task(cls, connector: str, task: int, hide: Callable[[str], str]) -> "Spans":
        """Return a task's spans, made by the program's tracer provider."""
        own = {"connectsdk.connector": connector, "connectsdk.task": task}
        names = frozenset(propagate.get_global_textmap().fields) - {"baggage"}
        return cls(trace.get_tracer("connectsdk", __version__), own, names, hide)

    def begin(
        self,
        name: str,
        kind: SpanKind,
        parent: Context = NOWHERE,
        attributes: Mapping[str, Any] | None = None,
        start: int | None = None,
    ) -> Span:
        """Begin a span; it does not become the current one.

        Args:
            name: What it is of.
            kind: What that is to other services.
            parent: The context with the span that it is a part of.
            attributes: Its own ones.
            start: When it began, in nanoseconds since the epoch; now if None.
        """
        all_of_them = {**self.own, **(attributes or {})}
        try:
            return self.tracer.start_span(name, parent, kind, all_of_them, start_time=start)
        except Exception:
            log.exception("a span could not begin")
            return INVALID_SPAN

    def end(self, span: Span, at: int | None = None) -> None:
        """End a span, now or at a time."""
        try:
            span.end(at)
        except Exception:
            log.exception("a span could not be ended")

    def note(self, span: Span, attributes: Mapping[str, Any]) -> None:
        """Add attributes."""
        try:
            span.set_attributes(attributes)
        except Exception:
            log.exception("a span took no attributes")

    def link(self, span: Span, others: Iterable[tuple[SpanContext, Mapping[str, Any]]]) -> None:
        """Link a span to others, each link with its attributes."""
        try:
            for other, attributes in others:
                if other.is_valid:
                    span.add_link(other, attributes)
        except Exception:
            log.exception("a span could not be linked")

    def failed(self, span: Span, error: BaseException, about: Mapping[str, Any] | None = None) -> None:
        """Take note that a span ends with an error."""
        if not span.is_recording():
            return
        self.erred(span, error, about)
        try:
            span.set_status(Status(StatusCode.ERROR, self._told(error)))
            span.set_attribute("error.type", _name(error))
        except Exception:
            log.exception("a span took no status")

    def erred(self, span: Span, error: BaseException, about: Mapping[str, Any] | None = None) -> None:
        """Take note of an error that a span goes on after. There is no traceback: it might tell a secret."""
        told = {"exception.type": _name(error), "exception.message": self._told(error)}
        try:
            span.add_event("exception", {**told, **(about or {})})
        except Exception:
            log.exception("a span took no event")

    @contextmanager
    def current(self, span: Span) -> Iterator[None]:
        """Make a span the current one in this block; what plugin code traces there becomes a part of it."""
        token = attach(trace.set_span_in_context(span, NOWHERE))
        try:
            yield
        finally:
            detach(token)

    @contextmanager
    def during(self, span: Span) -> Iterator[None]:
        """Make a span the current one, and end it with the block; what the block raises is the span's error."""
        try:
            with self.current(span):
                yield
        except Exception as error:
            self.failed(span, error)
            raise
        except BaseException:
            self.cancelled(span)
            raise
        finally:
            self.end(span)

    def cancelled(self, span: Span) -> None:
        """Take note that nobody waited for the end of what a span is of."""
        try:
            span.set_status(Status(StatusCode.ERROR, "cancelled"))
        except Exception:
            log.exception("a span took no status")

    def headers(self, span: Span) -> Mapping[str, str]:
        """Return the headers with which a record belongs to a span."""
        fields: dict[str, str] = {}
        try:
            propagate.inject(fields, trace.set_span_in_context(span, NOWHERE))
        except Exception:
            log.exception("a trace could not be written into headers")
        return fields

    def found(self, carried: Carried) -> SpanContext:
        """Return the span that a record says it belongs to; an invalid one if it says nothing that makes sense."""
        try:
            context = propagate.extract(carried.fields, NOWHERE)
        except Exception:
            log.exception("a trace could not be read from headers")
            context = NOWHERE
        return trace.get_current_span(context).get_span_context()

    def _told(self, error: BaseException) -> str:
        return self.hide(describe(error))[:LONGEST_MESSAGE]


def _name(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"
