"""Which figures does the progress show?"""

from types import SimpleNamespace

import pytest

from connectsdk.cli._rows import Progress


def test_a_row_sums_over_the_tasks(fakes: SimpleNamespace) -> None:
    tasks = (
        fakes.task(counters=fakes.Counters(delivered=5, skipped=1), restarts=1),
        fakes.task(
            counters=fakes.Counters(delivered=7, failed=1, dead_lettered=1), state="paused", restarts=2
        ),
    )
    (row,) = Progress().rows({"a": fakes.connector("a", "sink", tasks=tasks)}, 0.0)
    assert (row.name, row.kind, row.state) == ("a", "sink", "running")
    assert (row.running, row.tasks, row.records, row.errors, row.restarts) == (1, 2, 12, 3, 3)
    assert (row.rate, row.error) == (0.0, None)


@pytest.mark.parametrize(
    ("connector", "tasks", "shown"),
    [
        ("running", ("running", "running"), "running"),
        ("running", ("running", "restarting"), "restarting"),
        ("running", ("restarting", "failed"), "failed"),
        ("running", (), "running"),
        ("paused", ("failed",), "paused"),
        ("failed", (), "failed"),
    ],
)
def test_the_state_is_the_one_an_operator_has_to_know(
    fakes: SimpleNamespace, connector: str, tasks: tuple[str, ...], shown: str
) -> None:
    status = fakes.connector("a", state=connector, tasks=tuple(fakes.task(state) for state in tasks))
    assert Progress().rows({"a": status}, 0.0)[0].state == shown


@pytest.mark.parametrize(
    ("connector", "task", "shown"), [("no way in", "no", "no way in"), (None, "out of tea", "out of tea")]
)
def test_the_error_is_the_connectors_or_its_failed_tasks(
    fakes: SimpleNamespace, connector: str | None, task: str, shown: str
) -> None:
    tasks = (fakes.task(error="settled since"), fakes.task(state="failed", error=task))
    status = fakes.connector("a", error=connector, tasks=tasks)
    assert Progress().rows({"a": status}, 0.0)[0].error == shown


def test_the_rate_is_that_of_the_last_seconds(fakes: SimpleNamespace) -> None:
    progress = Progress(window=2.0)
    rates = []
    for second, records in enumerate([0, 100, 200, 200, 200, 260]):
        task = fakes.task(counters=fakes.Counters(delivered=records))
        rates.append(progress.rows({"a": fakes.connector("a", tasks=(task,))}, float(second))[0].rate)
    assert rates == [0.0, 100.0, 100.0, 50.0, 0.0, 30.0]


def test_a_rate_at_the_same_moment_is_nought(fakes: SimpleNamespace) -> None:
    progress = Progress()
    status = {"a": fakes.connector("a")}
    assert [progress.rows(status, 1.0)[0].rate for _ in range(3)] == [0.0, 0.0, 0.0]
