"""What came out, and how is it kept?"""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from benchmarks._curve import Measurement
from benchmarks._operated import Latency, Operating, Step

__all__ = ("BesideRow", "JobResult", "Ratio", "Results", "ScalingRow", "read", "write")

Runs = list[Measurement]


@attrs.frozen
class Ratio:
    """One runner's rate over another's, or its cost.

    Attributes:
        value: Of the geometric means of their runs; of costs, the median.
        low: Slowest run of the one over the fastest of the other; of costs, what a tenth of the turns is below.
        high: The other way round.
    """

    value: float
    low: float
    high: float


@attrs.define
class JobResult:
    """The runs of one job, by runner."""

    title: str
    records: int
    runs: dict[str, Runs] = attrs.field(factory=dict)

    def rate(self, runner: str) -> float:
        """Return the geometric mean of a runner's rates; 0 without runs."""
        return _mean([run.rate for run in self.runs.get(runner, ())])

    def noise(self, runner: str) -> float:
        """Return how much faster the fastest run was than the slowest one: 0.1 is ten percent."""
        rates = [run.rate for run in self.runs.get(runner, ())]
        return max(rates) / min(rates) - 1 if rates else 0.0

    def ratio(self, runner: str, other: str) -> Ratio | None:
        """Return how fast a runner is beside another; None unless both ran."""
        ours, theirs = self.runs.get(runner), self.runs.get(other)
        if not ours or not theirs:
            return None
        mine, others = [run.rate for run in ours], [run.rate for run in theirs]
        return Ratio(_mean(mine) / _mean(others), min(mine) / max(others), max(mine) / min(others))


@attrs.frozen
class ScalingRow:
    """What a record costs when something else is larger.

    Attributes:
        job: Title of the job.
        what: `records`, `partitions` or `tasks`.
        number: How many.
        rate: Records per second.
        cpu: Processor microseconds per record.
    """

    job: str
    what: str
    number: int
    rate: float
    cpu: float


@attrs.frozen
class BesideRow:
    """What a record costs a converter beside the library that knows the format, in nanoseconds of processor time.

    Attributes:
        title: The shape of the record, and the way.
        plain: The library alone.
        one: The converter, record by record.
        batch: The converter with a whole batch.
        one_ratio: Of `one` over `plain`, from what was measured side by side.
        batch_ratio: The same of `batch`.
    """

    title: str
    plain: float
    one: float
    batch: float
    one_ratio: Ratio
    batch_ratio: Ratio

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "BesideRow":
        """Return the row that `attrs.asdict` made this of."""
        ratios = {name: Ratio(**data[name]) for name in ("one_ratio", "batch_ratio")}
        return cls(**{**data, **ratios})


@attrs.define
class Results:
    """Everything that was measured in one go.

    Attributes:
        machine: What it was measured on.
        jobs: By name.
        start: Seconds from the command to the first record, by runner.
        memory: Peak resident MB of connectsdk by number of lines in the file.
        scaling: What a record costs.
        embedded: Runs of the whole way, source to sink, by store.
        plugins: Nanoseconds per record of each transform and converter alone: one by one, and in a batch (None: it
            takes no batches).
        avro: The Avro converter beside fastavro.
        operating: What managing many connectors costs; None when that was not measured.
        rest: How long REST requests took while a source and a sink ran at full speed, by `task.isolation`.
        problems: Runs that failed.
    """

    machine: dict[str, str] = attrs.field(factory=dict)
    jobs: dict[str, JobResult] = attrs.field(factory=dict)
    start: dict[str, list[float]] = attrs.field(factory=dict)
    memory: dict[int, float] = attrs.field(factory=dict)
    scaling: list[ScalingRow] = attrs.field(factory=list)
    embedded: dict[str, Runs] = attrs.field(factory=dict)
    plugins: dict[str, list[float | None]] = attrs.field(factory=dict)
    avro: list[BesideRow] = attrs.field(factory=list)
    operating: Operating | None = None
    rest: dict[str, list[Latency]] = attrs.field(factory=dict)
    problems: list[str] = attrs.field(factory=list)


def write(results: Results, path: Path) -> None:
    """Write results as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(attrs.asdict(results), indent=1) + "\n")


def read(path: Path) -> Results:
    """Read results that `write` wrote."""
    data = json.loads(path.read_text())
    jobs = {
        name: JobResult(job["title"], job["records"], {who: _runs(runs) for who, runs in job["runs"].items()})
        for name, job in data["jobs"].items()
    }
    return Results(
        machine=data["machine"],
        jobs=jobs,
        start=data["start"],
        memory={int(lines): rss for lines, rss in data["memory"].items()},
        scaling=[ScalingRow(**row) for row in data["scaling"]],
        embedded={store: _runs(runs) for store, runs in data["embedded"].items()},
        plugins=data.get("plugins", {}),
        operating=_operating(data.get("operating")),
        rest={
            isolation: [Latency(**run) for run in runs] for isolation, runs in data.get("rest", {}).items()
        },
        avro=[BesideRow.of(row) for row in data.get("avro", ())],
        problems=data["problems"],
    )


def _runs(runs: Sequence[Mapping[str, Any]]) -> Runs:
    return [Measurement(**run) for run in runs]


def _operating(data: Mapping[str, Any] | None) -> Operating | None:
    return None if data is None else Operating(**{**data, "steps": [Step(**step) for step in data["steps"]]})


def _mean(values: Sequence[float]) -> float:
    return math.exp(sum(math.log(value) for value in values) / len(values)) if values else 0.0
