"""Does the benchmark harness measure what it says? Without Java."""

import asyncio
import json
import sys
import time
from pathlib import Path

import attrs
import pytest

from benchmarks.__main__ import main
from benchmarks._bars import BARS, check
from benchmarks._commands import Assignment, Tools, command, connector_properties, start_command
from benchmarks._curve import Measurement, Sample, measure
from benchmarks._data import row, text, values
from benchmarks._gauges import FileGauge, NotesGauge
from benchmarks._jobs import JOBS, Job, select
from benchmarks._operated import Latency, Operating, Step
from benchmarks._processes import WorkerError, WorkerProcess
from benchmarks._report import as_markdown, replace_between_markers, summary_markdown
from benchmarks._results import BesideRow, JobResult, Ratio, Results, ScalingRow, read, write
from benchmarks._runs import observe, watch
from benchmarks.avro import SHAPES, measured
from benchmarks.plugins import CONFIGS
from benchmarks.stages import StopWatch
from connectsdk.transforms import ALIASES as TRANSFORMS

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def run_of(rate, *, rss=50.0, cpu=2.0):
    return Measurement(rate=rate, cpu=cpu, first=0.4, rss=rss)


def job_of(**rates):
    return JobResult(
        "a job", 1000, {runner: [run_of(rate) for rate in each] for runner, each in rates.items()}
    )


def avro_of(one, batch):
    return BesideRow("flat", 1000.0, one * 1000, batch * 1000, Ratio(one, 0.9, 1.9), Ratio(batch, 0.8, 1.8))


def operating_of(*, start=0.7, seconds=10.0, after=54.0, share=0.01, rss=70.0):
    names = ("create", "list", "restart", "delete") * 2
    steps = [Step(name, seconds, 1.0, after) for name in names]
    return Operating(1000, [1.2, start], 50.0, steps, 200, share, rss)


@pytest.fixture
def fast():
    """Results that pass every bar."""
    jobs = {bar.job: job_of(java=[100, 110], hand=[1000, 1010], connectsdk=[900, 910]) for bar in BARS}
    return Results(
        machine={"CPython": "3.11"},
        jobs=jobs,
        start={"java": [4.0], "connectsdk": [0.5, 0.6]},
        memory={100: 40.0, 500: 41.0},
        scaling=[ScalingRow("a job", "tasks", 1, 100.0, 2.0), ScalingRow("a job", "tasks", 50, 90.0, 2.2)],
        embedded={"memory": [run_of(200_000)], "sqlite": [run_of(70_000)]},
        operating=operating_of(),
        rest={"thread": [Latency(100, 1.0, 2.0, 25.0, 30.0), Latency(100, 1.0, 2.0, 9.0, 30.0)]},
        avro=[avro_of(1.29, 1.3)],
    )


class GaugeOf:
    """Show these counts, one per reading; the last one stays."""

    def __init__(self, *counts):
        self.counts = list(counts)

    async def read(self):
        count = self.counts.pop(0) if len(self.counts) > 1 else self.counts[0]
        return time.monotonic(), count


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


# -- the curve ---------------------------------------------------------------------------------------------


def test_rate_leaves_out_start_and_end():
    samples = [Sample(0.0, 0, 1.0), Sample(9.0, 250, 5.0)]  # slow at first
    samples += [Sample(9.0 + step / 10, 250 + step * 100, 5.0 + step / 100) for step in range(1, 8)]
    samples += [Sample(20.0, 1000, 9.0)]  # and slow at the end
    found = measure(samples, 1000, begun=-1.0, rss=42.0)
    assert found.rate == pytest.approx(1000)
    assert found.cpu == pytest.approx(100)
    assert found.first == 10.0
    assert found.rss == 42.0


def test_rate_between_samples_lies_on_a_line():
    found = measure([Sample(0.0, 0, 0.0), Sample(2.0, 1000, 1.0)], 1000, begun=0.0, rss=0.0)
    assert found.rate == pytest.approx(500)
    assert found.cpu == pytest.approx(1000)


def test_run_that_arrives_at_once_has_a_finite_rate():
    assert measure([Sample(1.0, 1000, 0.1)], 1000, begun=0.0, rss=0.0).first == 1.0


@pytest.mark.parametrize("samples", [[], [Sample(0.0, 999, 0.0)]])
def test_incomplete_run_has_no_rate(samples):
    with pytest.raises(ValueError, match="did not reach its end"):
        measure(samples, 1000, begun=0.0, rss=0.0)


# -- processes and observation -----------------------------------------------------------------------------


async def test_worker_is_gone_after_the_run(tmp_path):
    found = await observe(SLEEP, GaugeOf(0, 10, 60, 100), 100, log=tmp_path / "log", interval=0.01, limit=60)
    assert found.rate > 0
    assert found.rss > 0


async def test_worker_that_ends_early_is_an_error_with_its_output(tmp_path):
    ends = [sys.executable, "-c", "print('no broker there'); raise SystemExit(3)"]
    with pytest.raises(WorkerError, match=r"code 3:\nno broker there"):
        await observe(ends, GaugeOf(0), 100, log=tmp_path / "log", interval=0.01, limit=60)


async def test_worker_that_stands_still_is_an_error_and_is_killed(tmp_path):
    with WorkerProcess(SLEEP, tmp_path / "log", {}) as worker:
        with pytest.raises(WorkerError, match="only 7 of 100 records"):
            await watch(worker, GaugeOf(0, 7), 100, interval=0.01, limit=0.2)
        worker.check()
    with pytest.raises(WorkerError, match="code -9"):
        worker.check()


async def test_worker_is_killed_when_its_observer_is(tmp_path):
    script = (
        "import os, sys; from pathlib import Path; from benchmarks._processes import WorkerProcess\n"
        f"worker = WorkerProcess({SLEEP!r}, Path({str(tmp_path / 'log')!r}), {{}})\n"
        "print(worker._child.pid, flush=True); os.kill(os.getpid(), 9)\n"
    )
    observer = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parent.parent
    )
    output, _ = await asyncio.wait_for(observer.communicate(), 60)
    deadline = time.monotonic() + 30
    while alive(int(output)):
        assert time.monotonic() < deadline, "the worker outlived its observer"
        await asyncio.sleep(0.01)


async def test_notes_of_all_tasks_are_added_and_torn_ones_left_out(tmp_path):
    gauge = NotesGauge(tmp_path)
    assert (await gauge.read())[1] == 0
    (tmp_path / "one").write_bytes(b"10 1000000000\n30 2000000000\n")
    (tmp_path / "two").write_bytes(b"5 3000000000\n77 40")
    assert await gauge.read() == (3.0, 35)


async def test_file_is_counted_by_its_size(tmp_path):
    gauge = FileGauge(tmp_path / "output", 101)
    assert (await gauge.read())[1] == 0
    (tmp_path / "output").write_bytes(b"x" * 303)
    assert (await gauge.read())[1] == 3


# -- the stop watch ----------------------------------------------------------------------------------------


def work(seconds):
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


async def test_a_stage_has_its_own_time_without_that_of_stages_inside_and_of_waiting():
    watch = StopWatch()
    inner = watch.around("inner", lambda: work(0.02))

    async def run():
        work(0.01)
        await asyncio.sleep(0.05)
        inner()
        work(0.01)
        return "answer"

    assert await watch.around("outer", run)() == "answer"
    assert watch.spent["inner"] == pytest.approx(0.02, abs=0.008)
    assert watch.spent["outer"] == pytest.approx(0.02, abs=0.008)


async def test_a_stage_that_fails_or_is_cancelled_stops_its_clock():
    watch = StopWatch()

    async def fail():
        await asyncio.sleep(0)
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        await watch.around("failing", fail)()

    seen = []

    async def sleep():
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError as error:
            seen.append(error)
            raise

    async def wait():
        await watch.around("waiting", sleep)()

    waiting = asyncio.ensure_future(wait())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert len(seen) == 1
    work(0.01)
    assert sum(watch.spent.values()) < 0.008


# -- jobs and commands -------------------------------------------------------------------------------------


def test_selected_jobs_have_the_records_asked_for():
    assert [job.records for job in select(["null-1k", "file-sink"], 500, 1.0)] == [500, 500]
    assert [job.records for job in select([], None, 0.1)] == [job.records // 10 for job in JOBS]
    with pytest.raises(ValueError, match="no job nonsense"):
        select(["nonsense"], None, 1.0)


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_java_and_connectsdk_get_the_same_configuration(job: Job, tmp_path):
    assignment = Assignment(job=job, name="run", topic="topic", folder=tmp_path, input=tmp_path / "lines")
    tools = Tools(bootstrap="localhost:1")
    assert "org.apache.kafka.connect.cli.ConnectStandalone" in command("java", assignment, tools)
    lines = (tmp_path / "connector.properties").read_text().splitlines()
    ours = json.loads(Path(command("connectsdk", assignment, tools)[-1]).read_text())
    isolation = ours["connector"].pop(
        "task.isolation", "loop"
    )  # the Java worker has a thread per task anyway
    assert isolation == ("thread" if job.threads else "loop")
    assert dict(line.split("=", 1) for line in lines) == ours["connector"] == connector_properties(assignment)
    assert start_command("connectsdk", assignment, tools)[1:4] == ["-m", "connectsdk", "run"]


def test_data_has_the_promised_size():
    job = attrs.evolve(JOBS[0], records=3, size=1000)
    assert [len(value) for value in values(job)] == [1000, 1000, 1000]
    assert len(text(100)) == 100
    assert json.loads(next(values(attrs.evolve(job, struct=True)))) == row(0)


# -- results, bars, report ---------------------------------------------------------------------------------


def test_ratio_has_the_spread_of_equal_runs():
    job = job_of(java=[100, 121], connectsdk=[400, 400])
    ratio = job.ratio("connectsdk", "java")
    assert ratio is not None
    assert (ratio.value, ratio.low, ratio.high) == pytest.approx((400 / 110, 400 / 121, 4.0))
    assert job.noise("java") == pytest.approx(0.21)
    assert job.ratio("connectsdk", "hand") is None


def test_results_survive_being_written(tmp_path, fast):
    write(fast, tmp_path / "deep" / "latest.json")
    assert read(tmp_path / "deep" / "latest.json") == fast


def test_nothing_is_below_the_bars(fast):
    assert check(fast) == []
    assert check(Results()) == []


SLOW = [
    ("3.5", lambda fast: fast.jobs.update({"file-strings": job_of(java=[300], connectsdk=[900])})),
    ("0.75", lambda fast: fast.jobs.update({"null-100": job_of(hand=[1000], connectsdk=[740])})),
    ("start", lambda fast: fast.start.update(connectsdk=[1.3, 1.2])),
    ("memory", lambda fast: fast.memory.update({500: 90.0})),
    ("embedded (sqlite)", lambda fast: fast.embedded.update(sqlite=[run_of(59_000)])),
    ("scaling", lambda fast: fast.scaling.append(ScalingRow("a job", "tasks", 100, 50.0, 4.0))),
    ("flat, one by one: 1.31 x", lambda fast: fast.avro.append(avro_of(1.31, 0.5))),
    ("flat, in a batch: 1.40 x", lambda fast: fast.avro.append(avro_of(0.5, 1.4))),
    ("a run failed", lambda fast: fast.problems.append("a run failed")),
]


@pytest.mark.parametrize(("named", "slow_down"), SLOW, ids=[named for named, _ in SLOW])
def test_what_is_below_its_bar_is_named(named, slow_down, fast, tmp_path):
    slow_down(fast)
    below = check(fast)
    assert len(below) == 1
    assert named.strip() in below[0]
    write(fast, tmp_path / "latest.json")
    assert main(["--read", str(tmp_path / "latest.json"), "--check"]) == 1
    assert main(["--read", str(tmp_path / "latest.json")]) == 0


def test_tables_hold_what_was_measured(fast):
    table = as_markdown(fast)
    assert "| a job | 105 ±5 % | 1,005 ±1 % | 905 ±1 % | 8.63 (8.18-9.10) | 0.90 (0.89-0.91) |" in table
    assert "40 MB" in table
    assert "70,000" in table
    assert "| flat | 1,000 | 1,290 | 1.29 (0.90-1.90) | 1,300 | 1.30 (0.80-1.80) |" in table
    assert "start to the first record" in summary_markdown(fast)


def test_only_what_is_between_the_markers_is_replaced(tmp_path):
    page = tmp_path / "README.md"
    page.write_text("before\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nafter\n")
    for _ in range(2):  # a second time changes nothing more
        replace_between_markers(page, "new \\1 table\n")
        assert page.read_text() == (
            "before\n<!-- bench:begin -->\n\nnew \\1 table\n\n<!-- bench:end -->\nafter\n"
        )
    page.write_text("no markers")
    with pytest.raises(ValueError, match="bench:begin"):
        replace_between_markers(page, "table")


def test_wrong_arguments_are_told_without_a_traceback(capsys):
    assert main(["--jobs", "nonsense"]) == 2
    assert "no job nonsense" in capsys.readouterr().err


def test_every_plugin_is_measured_alone():
    assert {name.partition("$")[0] for name, _ in CONFIGS} == {
        path.rpartition(":")[2].removesuffix("Key").removesuffix("Value")
        for alias, path in TRANSFORMS.items()
        if alias.startswith("org.apache.kafka.connect.transforms.") and ".predicates." not in alias
    } - {"ValueTo"} | {"ValueToKey"}


def test_the_cost_of_plugins_is_shown():
    results = Results(plugins={"Cast, struct": [900.4, 480.0], "Filter, struct": [26.0, None]})
    table = as_markdown(results)
    assert "| Cast, struct | 900 | 480 |" in table
    assert "| Filter, struct | 26 | - |" in table


async def test_the_avro_converter_is_measured_beside_fastavro_in_both_directions():
    rows = await measured(rounds=1)
    assert [row.title for row in rows] == [
        f"{shape}, {way}" for shape in SHAPES for way in ("to bytes", "from bytes")
    ]
    assert all(row.plain > 0 and row.one > 0 and row.batch > 0 for row in rows)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"start": 1.1}, "start to the first answer: 1.1 s, the bar is 1 s"),
        ({"seconds": 16.0}, "one round of 1,000 connectors: 64 s, the bar is 60 s"),
        ({"after": 56.0}, "memory after it, over before: 1.12, the bar is 1.1"),
        ({"share": 0.03}, "200 idle connectors, of a core: 0.03, the bar is 0.02"),
        ({"rss": 101.0}, "200 idle connectors: 101 MB, the bar is 100 MB"),
    ],
)
def test_operating_has_bars(fast, changed, said):
    fast.operating = operating_of(**changed)
    assert check(fast) == [f"operating: {said}"]


def test_the_rest_api_has_a_bar(fast):
    fast.rest["loop"] = [Latency(100, 1.0, 2.0, 21.0, 30.0)]
    assert check(fast) == ["rest (loop): p99 21.0 ms, the bar is 20 ms"]


def test_what_operating_costs_is_kept_and_shown(fast, tmp_path):
    write(fast, tmp_path / "results.json")
    found = read(tmp_path / "results.json")
    assert (found.operating, found.rest) == (fast.operating, fast.rest)
    table = as_markdown(found)
    assert "200 idle connectors: 1.0% of a core, 70 MB" in table
    assert "| thread | 100 | 1.0 | 2.0 | 9.0 | 30.0 |" in table
