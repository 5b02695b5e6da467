"""What tests of tracing install in OpenTelemetry's place for a provider, and what they read from it."""

from collections.abc import Callable

import attrs
import pytest
from opentelemetry import context, trace
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, Sampler

ON = {"tracing.enabled": "true"}


@attrs.define(eq=False)
class Spans(SpanProcessor):
    """Counts what begins and keeps what ends."""

    begun: list[str] = attrs.field(factory=list)
    exporter: InMemorySpanExporter = attrs.field(factory=InMemorySpanExporter)

    def on_start(self, span: Span, parent_context: context.Context | None = None) -> None:
        self.begun.append(span.name)

    @property
    def ended(self) -> tuple[ReadableSpan, ...]:
        return self.exporter.get_finished_spans()

    @property
    def open(self) -> int:
        return len(self.begun) - len(self.ended)

    def named(self, name: str) -> list[ReadableSpan]:
        """Return the spans of this name, or the one operation that it begins with."""
        return [span for span in self.ended if span.name == name or span.name.startswith(f"{name} ")]

    def install(self, monkeypatch: pytest.MonkeyPatch, sampler: Sampler = ALWAYS_ON) -> TracerProvider:
        """Make it what the whole process traces with."""
        provider = TracerProvider(sampler=sampler, shutdown_on_exit=False)
        provider.add_span_processor(self)
        provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        monkeypatch.setattr(trace, "_TRACER_PROVIDER", provider)
        return provider


def header(span: ReadableSpan) -> bytes:
    """Return the `traceparent` of a span."""
    return (
        f"00-{span.context.trace_id:032x}-{span.context.span_id:016x}-{span.context.trace_flags:02x}".encode()
    )


def inside(seen: list[int]) -> Callable[..., object]:
    """Return a hook that notes the span that is current where plugin code runs."""

    async def hook(*_: object) -> None:
        seen.append(trace.get_current_span().get_span_context().span_id)

    return hook
