"""Where do the traces of a worker go that is a process of its own?

Where the variables of OpenTelemetry say, `OTEL_TRACES_EXPORTER` and the others: to a collector, unless they say
something else. A provider that is set up already, by `opentelemetry-instrument` for instance, is left as it is.
"""

import os
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import entry_points
from typing import Any

import anyio
import anyio.to_thread

from connectsdk.config.worker import WorkerConfig
from connectsdk.errors import ConfigError

__all__ = ("exported_traces",)

KEY = "tracing.enabled"
EXPORTERS = "opentelemetry_traces_exporter"
LAST_EXPORT = 5.0
"""Seconds that the last spans have to leave in."""


@asynccontextmanager
async def exported_traces(config: WorkerConfig) -> AsyncIterator[None]:
    """Export what is traced in this block, if the worker is to trace.

    Raises:
        ConfigError: If a package is missing for it, or a variable of OpenTelemetry is wrong.
    """
    shutdown = _provided() if config.tracing_enabled else None
    try:
        yield
    finally:
        if shutdown is not None:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(_within, LAST_EXPORT, shutdown)


def _provided() -> Callable[[], None] | None:
    """Set up OpenTelemetry; return what ends it, or None if that is not ours to do."""
    from opentelemetry import trace

    if not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        return None
    try:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        message = f"{KEY}=true needs somewhere to send traces: pip install opentelemetry-sdk opentelemetry-exporter-otlp-proto-http"
        raise ConfigError(message, key=KEY) from error
    try:
        resource = Resource.create()
        if str(resource.attributes.get("service.name", "")).startswith("unknown_service"):
            resource = resource.merge(Resource({"service.name": "connectsdk"}))
        provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        for exporter in _exporters():
            provider.add_span_processor(BatchSpanProcessor(exporter()))
    except ConfigError:
        raise
    except Exception as error:
        message = f"{KEY}=true: traces cannot be exported as the OTEL_* variables say: {error}"
        raise ConfigError(message, key=KEY) from error
    trace.set_tracer_provider(provider)
    return provider.shutdown


def _exporters() -> list[Any]:
    """Return the classes of the exporters that `OTEL_TRACES_EXPORTER` names.

    Raises:
        ConfigError: If one is not installed.
    """
    names = os.environ.get("OTEL_TRACES_EXPORTER", "").strip() or "otlp"
    return [_exporter(name.strip()) for name in names.split(",") if name.strip() not in {"", "none"}]


def _exporter(name: str) -> Any:
    if name == "otlp":
        protocol = (
            os.environ.get("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL")
            or os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL")
            or "http/protobuf"
        )
        name = "otlp_proto_grpc" if protocol == "grpc" else "otlp_proto_http"
    for found in entry_points(group=EXPORTERS, name=name):
        return found.load()
    package = f"opentelemetry-exporter-{name.replace('_', '-')}"
    message = f"{KEY}=true: the exporter of OTEL_TRACES_EXPORTER is not installed: pip install {package}"
    raise ConfigError(message, key=KEY)


def _within(seconds: float, function: Callable[[], None]) -> None:
    """Call a function; leave it behind when it does not end in time."""
    thread = threading.Thread(target=function, daemon=True, name="last export of traces")
    thread.start()
    thread.join(seconds)
