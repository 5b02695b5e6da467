"""Is it fast enough?

The bars are ratios between runs of one go on one machine, wherever that is possible.
"""

from collections.abc import Iterator

import attrs

from benchmarks._results import Results, ScalingRow

__all__ = ("check",)


@attrs.frozen
class _Bar:
    job: str
    other: str
    least: float


BARS = (
    _Bar("file-strings", "java", 3.5),
    _Bar("file-strings", "hand", 0.45),
    _Bar("file-json", "java", 2.0),
    _Bar("generator-100", "java", 2.0),
    _Bar("generator-struct-transforms", "java", 1.6),
    _Bar("generator-struct-schemas", "java", 2.0),
    _Bar("null-100", "hand", 0.75),
    _Bar("null-json", "java", 0.8),
    _Bar("null-json-transforms", "java", 0.9),
    _Bar("file-sink", "java", 0.85),
)
FIRST_RECORD_SECONDS = 1.0
PEAK_RSS_MB = 80.0
EMBEDDED_RATES = {"memory": 150_000, "sqlite": 60_000}
AVRO_COST = 1.3
"""The Avro converter may cost this much of what fastavro alone does, in each direction and for each shape."""
REST_P99_MS = 20.0
OPERATE_SECONDS, OPERATE_GROWTH = 60.0, 1.10
IDLE_SHARE, IDLE_RSS_MB = 0.02, 100.0
ANSWER_SECONDS = 1.0
GROWTH = 1.5
"""A record may cost this much of what it costs at the smallest number; runs differ by a few tenths."""


def check(results: Results) -> list[str]:
    """Return what is below its bar; what was not measured is not judged."""
    return [
        *results.problems,
        *_slow_jobs(results),
        *_slow_start(results),
        *_large_memory(results),
        *_slow_embedded(results),
        *_costly_avro(results),
        *_growing_cost(results),
        *_slow_rest(results),
        *_costly_operating(results),
    ]


def _slow_jobs(results: Results) -> Iterator[str]:
    for bar in BARS:
        job = results.jobs.get(bar.job)
        ratio = job.ratio("connectsdk", bar.other) if job else None
        if ratio is not None and ratio.value < bar.least:
            yield f"{bar.job}: {ratio.value:.2f} x {bar.other}, the bar is {bar.least}"


def _slow_start(results: Results) -> Iterator[str]:
    best = min(results.start.get("connectsdk", ()), default=0.0)  # the first start makes the offsets topic
    if best >= FIRST_RECORD_SECONDS:
        yield f"start: first record after {best:.2f} s, the bar is {FIRST_RECORD_SECONDS:.0f} s"


def _large_memory(results: Results) -> Iterator[str]:
    for lines, rss in results.memory.items():
        if rss >= PEAK_RSS_MB:
            yield f"memory: {rss:.0f} MB with a file of {lines:,} lines, the bar is {PEAK_RSS_MB:.0f} MB"


def _slow_embedded(results: Results) -> Iterator[str]:
    for store, least in EMBEDDED_RATES.items():
        runs = results.embedded.get(store)
        if runs and max(run.rate for run in runs) < least:
            best = max(run.rate for run in runs)
            yield f"embedded ({store}): {best:,.0f} records/s, the bar is {least:,}"


def _costly_avro(results: Results) -> Iterator[str]:
    for row in results.avro:
        for how, ratio in (("one by one", row.one_ratio), ("in a batch", row.batch_ratio)):
            if ratio.value > AVRO_COST:
                yield f"avro: {row.title}, {how}: {ratio.value:.2f} x fastavro's cost, the bar is {AVRO_COST}"


def _growing_cost(results: Results) -> Iterator[str]:
    smallest: dict[tuple[str, str], ScalingRow] = {}
    for row in results.scaling:
        first = smallest.setdefault((row.job, row.what), row)
        if row.cpu > first.cpu * GROWTH:
            yield (
                f"scaling: {row.job}: {row.cpu:.1f} us a record with {row.number:,} {row.what}, "
                f"{first.cpu:.1f} us with {first.number:,}"
            )


def _slow_rest(results: Results) -> Iterator[str]:
    for isolation, runs in results.rest.items():
        best = min((run.p99 for run in runs), default=0.0)
        if best >= REST_P99_MS:
            yield f"rest ({isolation}): p99 {best:.1f} ms, the bar is {REST_P99_MS:.0f} ms"


def _costly_operating(results: Results) -> Iterator[str]:
    found = results.operating
    if found is None:
        return
    for what, value, bar, unit in (
        ("start to the first answer", min(found.start), ANSWER_SECONDS, " s"),
        (f"one round of {found.connectors:,} connectors", found.seconds, OPERATE_SECONDS, " s"),
        ("memory after it, over before", found.growth, OPERATE_GROWTH, ""),
        (f"{found.idle} idle connectors, of a core", found.idle_share, IDLE_SHARE, ""),
        (f"{found.idle} idle connectors", found.idle_rss, IDLE_RSS_MB, " MB"),
    ):
        if value >= bar:
            yield f"operating: {what}: {value:.3g}{unit}, the bar is {bar:g}{unit}"
