"""How does Prometheus see a worker?

Nothing is pushed: the facts are read when somebody scrapes. `connectsdk.http` serves `metrics_text` at `/metrics`. A
program that has a registry of prometheus_client calls `register` (`pip install 'connectsdk[metrics]'`); a registry
collects on any thread, and the facts are read on the worker's loop.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from types import ModuleType
from typing import TYPE_CHECKING, Any

import attrs

from connectsdk.errors import ConfigError
from connectsdk.runtime._observing.java_metrics import GROUPS as JAVA, LEFT_OUT
from connectsdk.runtime._observing.metric import Group, Metric
from connectsdk.runtime._observing.metric_text import label_of, written
from connectsdk.runtime._observing.other_threads import Asked
from connectsdk.runtime._observing.own_metrics import GROUPS as OWN
from connectsdk.runtime._worker.snapshot import WorkerFacts
from connectsdk.runtime._worker.worker import Worker

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from prometheus_client.metrics_core import Metric as Family

__all__ = ("CONTENT_TYPE", "GROUPS", "LEFT_OUT", "WorkerCollector", "families", "metrics_text", "register")

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

GROUPS: tuple[Group, ...] = (*JAVA, *OWN)
"""All metrics, by what they are about."""

PATIENCE = 2.0
"""Seconds that another thread waits for the worker's loop, before it takes the facts of last time."""


def families(facts: WorkerFacts) -> "Iterator[Family]":
    """Yield Prometheus' metric families of a worker's facts.

    Raises:
        ConfigError: If prometheus-client is not installed.
    """
    _library()
    for group in GROUPS:
        subjects = list(group.subjects(facts))
        for metric in group.metrics:
            yield _family(metric, subjects)


def metrics_text(facts: WorkerFacts) -> str:
    """Return a worker's facts in Prometheus' text format; that needs no library."""
    return written(GROUPS, facts)


@attrs.define(eq=False)
class WorkerCollector:
    """Collects a worker's metrics whenever its registry is scraped, on whatever thread.

    While the worker's loop does not turn, the facts are those of the last scrape.
    """

    _asked: Asked[WorkerFacts]
    _last: WorkerFacts | None = None

    def describe(self) -> "Iterable[Family]":
        """Return nothing: names are not compared with those of other collectors."""
        return ()

    def collect(self) -> "Iterator[Family]":
        """Yield the metric families as they are now."""
        facts = self._facts()
        return iter(()) if facts is None else families(facts)

    def _facts(self) -> WorkerFacts | None:
        with suppress(TimeoutError):  # the loop is held up, or closed
            self._last = self._asked.ask(PATIENCE)
        return self._last


def register(worker: Worker, registry: "CollectorRegistry | None" = None) -> WorkerCollector:
    """Let a registry of prometheus-client collect a worker's metrics; `registry.unregister` ends it.

    Call it in the worker's event loop.

    Args:
        worker: The worker.
        registry: The registry; prometheus-client's own by default.

    Raises:
        ConfigError: If prometheus-client is not installed.
    """
    library = _library()
    collector = WorkerCollector(Asked(worker.facts))
    target: Any = library.REGISTRY if registry is None else registry
    target.register(collector)
    return collector


def _family(metric: Metric, subjects: Iterable[tuple[Any, Any]]) -> "Family":
    from prometheus_client.metrics_core import Metric as Family
    from prometheus_client.samples import Sample

    name, read = metric.name, metric.read
    kind = "gauge" if metric.kind == "text" else metric.kind
    family = Family(name.removesuffix("_total") if kind == "counter" else name, metric.doc, kind)
    values = ((labels, read(subject)) for labels, subject in subjects)
    if metric.kind == "text":
        label = label_of(metric)
        family.samples = [Sample(name, {**labels, label: str(value)}, 1.0) for labels, value in values]
    else:
        family.samples = [Sample(name, labels, float(value)) for labels, value in values if value is not None]
    return family


def _library() -> ModuleType:
    try:
        import prometheus_client
    except ImportError as error:
        message = "metrics need prometheus-client: pip install 'connectsdk[metrics]'"
        raise ConfigError(message) from error
    return prometheus_client
