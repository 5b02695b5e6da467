"""How do results read?"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks._curve import Measurement
from benchmarks._results import BesideRow, JobResult, Ratio, Results

__all__ = ("as_markdown", "avro_table", "replace_between_markers", "summary_markdown")

DASH = "-"
RUNNERS = ("java", "hand", "connectsdk")
MARKERS = re.compile(r"(<!-- bench:begin -->\n).*?(<!-- bench:end -->)", re.DOTALL)


def as_markdown(results: Results) -> str:
    """Return everything as Markdown tables."""
    parts = (
        _machine(results),
        _jobs(results),
        _start_and_memory(results),
        _scaling(results),
        _embedded(results),
        avro_table(results.avro),
        _plugins(results),
        _operating(results),
        _rest(results),
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def summary_markdown(results: Results) -> str:
    """Return the one table that compares."""
    rows = [*_job_rows(results), *_summary_rows(results)]
    return "\n\n".join([_machine(results), _table(HEAD, rows), NOTE]) + "\n"


HEAD = ("job", "Java worker", "loop by hand", "connectsdk", "beside Java", "beside the loop")
NOTE = (
    "Records per second, one task, one partition, all run alternately in one go, each twice. In brackets: from "
    "the slowest run over the fastest one of the other, to the fastest over the slowest."
)


def replace_between_markers(path: Path, table: str) -> None:
    """Put a table between the markers of a Markdown file.

    Raises:
        ValueError: If the file has no markers.
    """
    text = path.read_text()
    if not MARKERS.search(text):
        raise ValueError(f"{path} has no <!-- bench:begin --> and <!-- bench:end -->")
    path.write_text(MARKERS.sub(lambda found: f"{found[1]}\n{table.strip()}\n\n{found[2]}", text))


def _machine(results: Results) -> str:
    return ", ".join(f"{name} {value}" for name, value in results.machine.items()) + "."


def _jobs(results: Results) -> str:
    noise = [
        (job.title, *(_runs(job.runs.get(runner, ())) for runner in RUNNERS)) for job in results.jobs.values()
    ]
    head = ("job", "Java worker", "loop by hand", "connectsdk")
    return (
        f"{_table(HEAD, _job_rows(results))}\n\n{NOTE}\n\n"
        f"Each run: records/s, processor us per record, peak MB.\n\n{_table(head, noise)}"
    )


def _job_rows(results: Results) -> Iterable[Sequence[str]]:
    for job in results.jobs.values():
        yield (
            job.title,
            *(_rate(job, runner) for runner in RUNNERS),
            *(_ratio(job.ratio("connectsdk", other)) for other in ("java", "hand")),
        )


def _summary_rows(results: Results) -> Iterable[Sequence[str]]:
    start = {who: f"{min(seconds):.2f} s" for who, seconds in results.start.items() if seconds}
    if start:
        yield (
            "start to the first record",
            start.get("java", DASH),
            DASH,
            start.get("connectsdk", DASH),
            "",
            "",
        )
    peaks = {
        who: max((run.rss for job in results.jobs.values() for run in job.runs.get(who, ())), default=0.0)
        for who in RUNNERS
    }
    peaks["connectsdk"] = max([peaks["connectsdk"], *results.memory.values()])
    if any(peaks.values()):
        yield ("peak resident memory", *(_or_dash(rss, " MB") for rss in peaks.values()), "", "")


def _start_and_memory(results: Results) -> str:
    lines = [
        f"- Start to the first record, {who}: " + ", ".join(f"{second:.2f} s" for second in seconds)
        for who, seconds in results.start.items()
    ]
    lines += [
        f"- Peak resident memory of connectsdk with a file of {count:,} lines: {rss:.0f} MB"
        for count, rss in results.memory.items()
    ]
    return "\n".join(lines)


def _scaling(results: Results) -> str:
    rows = [
        (row.job, row.what, f"{row.number:,}", f"{row.rate:,.0f}", f"{row.cpu:.2f}")
        for row in results.scaling
    ]
    return _table(("connectsdk", "more", "number", "records/s", "us per record"), rows) if rows else ""


def _embedded(results: Results) -> str:
    rows = [(store, _runs(runs)) for store, runs in results.embedded.items()]
    head = ("embedded broker, source to sink, 100 B", "records/s, processor us per record, peak MB")
    return _table(head, rows) if rows else ""


def _plugins(results: Results) -> str:
    rows = [
        (name, *(DASH if cost is None else f"{cost:,.0f}" for cost in costs))
        for name, costs in results.plugins.items()
    ]
    return _table(("ns per record, alone", "one by one", "in a batch"), rows) if rows else ""


def avro_table(rows: Sequence[BesideRow]) -> str:
    """Return the table of the Avro converter beside fastavro; nothing without rows."""
    head = ("Avro, ns per record", "fastavro", "one by one", "beside it", "in a batch", "beside it")
    cells = [
        (
            row.title,
            f"{row.plain:,.0f}",
            f"{row.one:,.0f}",
            _ratio(row.one_ratio),
            f"{row.batch:,.0f}",
            _ratio(row.batch_ratio),
        )
        for row in rows
    ]
    return _table(head, cells) if rows else ""


def _operating(results: Results) -> str:
    found = results.operating
    if found is None:
        return ""
    rows = [(step.name, f"{step.seconds:.1f}", f"{step.cpu:.1f}", f"{step.rss:.0f}") for step in found.steps]
    head = ("through REST, half of them sinks", "seconds", "processor seconds of the worker", "MB afterwards")
    starts = ", ".join(f"{seconds:.2f} s" for seconds in found.start)
    return (
        f"- Start of `connectsdk worker` to the first answer over REST: {starts}\n"
        f"- {found.idle:,} idle connectors: {found.idle_share:.1%} of a core, {found.idle_rss:.0f} MB\n"
        f"- Memory before any connector, warm: {found.before:.0f} MB; after all were deleted: "
        f"{found.steps[-1].rss:.0f} MB\n\n{_table(head, rows)}"
    )


def _rest(results: Results) -> str:
    rows = [
        (isolation, f"{run.requests:,}", *(f"{ms:.1f}" for ms in (run.p50, run.p90, run.p99, run.worst)))
        for isolation, runs in results.rest.items()
        for run in runs
    ]
    head = ("REST beside a source and a sink at full speed, ms", "requests", "p50", "p90", "p99", "worst")
    return _table(head, rows) if rows else ""


def _rate(job: JobResult, runner: str) -> str:
    rate = job.rate(runner)
    return f"{rate:,.0f} ±{job.noise(runner) * 50:.0f} %" if rate else DASH


def _ratio(ratio: Ratio | None) -> str:
    return f"{ratio.value:.2f} ({ratio.low:.2f}-{ratio.high:.2f})" if ratio else DASH


def _runs(runs: Sequence[Measurement]) -> str:
    return "; ".join(f"{run.rate:,.0f} / {run.cpu:.2f} / {run.rss:.0f}" for run in runs) or DASH


def _or_dash(number: float, unit: str) -> str:
    return f"{number:.0f}{unit}" if number else DASH


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    aligned = ["---", *("---:" for _ in head[1:])]
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, aligned, *rows))
