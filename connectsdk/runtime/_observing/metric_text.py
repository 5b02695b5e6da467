"""How are metrics written for Prometheus?

In its text format, version 0.0.4. Written here because a worker with hundreds of connectors has tens of thousands of
samples whose labels repeat: prometheus_client writes each label again for each sample.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connectsdk.runtime._observing.metric import Group, Metric
from connectsdk.runtime._worker.snapshot import WorkerFacts

__all__ = ("label_of", "written")

ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\""})


def written(groups: Sequence[Group], facts: WorkerFacts) -> str:
    """Return the metrics of these groups."""
    return "".join(_lines(groups, facts))


def label_of(metric: Metric) -> str:
    """Return the label that holds the text of a metric which is one."""
    return metric.java.replace("-", "_") or metric.name.rpartition("_")[2]


def _lines(groups: Sequence[Group], facts: WorkerFacts) -> Iterator[str]:
    for group in groups:
        subjects = [(_labels(labels), subject) for labels, subject in group.subjects(facts)]
        for metric in group.metrics:
            kind = "counter" if metric.kind == "counter" else "gauge"
            yield f"# HELP {metric.name} {metric.doc}\n# TYPE {metric.name} {kind}\n"
            yield from _samples(metric, subjects)


def _samples(metric: Metric, subjects: Sequence[tuple[str, Any]]) -> Iterator[str]:
    name, read = metric.name, metric.read
    if metric.kind == "text":
        label = label_of(metric)
        for labels, subject in subjects:
            comma = "," if labels else ""
            yield f'{name}{{{labels}{comma}{label}="{str(read(subject)).translate(ESCAPES)}"}} 1\n'
        return
    for labels, subject in subjects:
        value = read(subject)
        if value is not None:
            yield f"{name}{{{labels}}} {value}\n" if labels else f"{name} {value}\n"


def _labels(labels: Mapping[str, str]) -> str:
    return ",".join(f'{name}="{value.translate(ESCAPES)}"' for name, value in labels.items())
