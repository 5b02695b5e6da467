"""How do connectors run from start to stop, and how did it end?"""

import os
import signal
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import anyio
import attrs
import pytest

from connectsdk.cli._problems import Written
from connectsdk.cli._rows import Row
from connectsdk.cli._session import ExitCode, Session
from connectsdk.errors import AuthenticationError, ConfigError, TransportError


@attrs.define
class Recorded:
    shown: list[Sequence[Row]] = attrs.field(factory=list)
    last: Sequence[Row] | None = None
    seen: anyio.Event = attrs.field(factory=anyio.Event)

    def show(self, rows: Sequence[Row], now: float) -> None:
        self.seen.set()
        self.shown.append(rows)

    def finish(self, rows: Sequence[Row]) -> None:
        self.last = rows


@attrs.define
class Run:
    worker: Any
    display: Recorded = attrs.field(factory=Recorded)
    said: list[str] = attrs.field(factory=list)
    names: tuple[str, ...] = ("a", "b")

    def session(self, until_idle: float | None = None) -> Session:
        connectors = [
            (name, Written(f"Connector '{name}'", Path(f"{name}.json"), {"x": "y"})) for name in self.names
        ]
        settings = Written("The worker", Path("worker.properties"), {"z": "no"})

        async def make() -> Any:
            return self.worker

        return Session(make, settings, connectors, self.display, self.said.append, until_idle)


async def test_all_connectors_are_started_and_stopped(fakes: SimpleNamespace) -> None:
    run = Run(fakes.Worker())
    assert await run.session().run() is ExitCode.CLEAN
    assert run.worker.calls == ["open", "start a", "start b", "finished", "close"]
    assert run.said == []


async def test_what_arrived_in_stopping_is_shown(fakes: SimpleNamespace) -> None:
    run = Run(fakes.Worker())
    await run.session().run()
    assert run.display.last is not None
    assert [(row.name, row.state, row.records) for row in run.display.last] == [
        ("a", "stopped", 1),
        ("b", "stopped", 1),
    ]


async def test_until_idle(fakes: SimpleNamespace) -> None:
    run = Run(fakes.Worker())
    assert await run.session(2.5).run() is ExitCode.CLEAN
    assert "idle 2.5" in run.worker.calls


@pytest.mark.parametrize("when", ["fail", "fail_in_stop"])
async def test_a_failed_connector_ends_with_one(fakes: SimpleNamespace, when: str) -> None:
    run = Run(fakes.Worker(**{when: "b"}))
    assert await run.session(1).run() is ExitCode.FAILED
    reason = "out of tea" if when == "fail" else "no reason was given"
    assert run.said == [f"b failed: {reason}"]
    assert run.worker.calls[-1] == "close"


async def test_a_refused_configuration_ends_with_two_and_stops_the_others(fakes: SimpleNamespace) -> None:
    run = Run(fakes.Worker(refuse={"b": ConfigError("x: must be z", key="x")}))
    assert await run.session().run() is ExitCode.CONFIGURATION
    (told,) = run.said
    assert told.splitlines() == [
        "Connector 'b' cannot be started",
        "  x: must be z",
        "  x = 'y' is written in b.json: correct it there.",
    ]
    assert run.worker.calls == ["open", "start a", "close"]


async def test_a_refused_worker_names_its_file(fakes: SimpleNamespace) -> None:
    run = Run(fakes.Worker(fail_to_open=ConfigError("z: no", key="z")))
    assert await run.session().run() is ExitCode.CONFIGURATION
    assert "z = 'no' is written in worker.properties" in run.said[0]


@pytest.mark.parametrize("error", [TransportError("no broker at x:1"), AuthenticationError("refused me")])
async def test_a_broker_that_cannot_be_used_ends_with_one(fakes: SimpleNamespace, error: Exception) -> None:
    run = Run(fakes.Worker(fail_to_open=error))
    assert await run.session().run() is ExitCode.FAILED
    assert run.said == [str(error)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_stops_cleanly(fakes: SimpleNamespace, number: signal.Signals) -> None:
    run = Run(fakes.Worker(finish=False))
    code = await _with(run.session(), run, lambda: os.kill(os.getpid(), number))
    assert code is ExitCode.CLEAN
    assert run.worker.calls[-1] == "close"


async def test_a_signal_ends_the_wait_for_a_broker(fakes: SimpleNamespace) -> None:
    run = Run(fakes.Worker(hang_in_opening=True))
    assert await _with(run.session(), run, lambda: os.kill(os.getpid(), signal.SIGINT)) is ExitCode.CLEAN
    assert run.worker.calls == []


async def test_a_signal_after_a_failure_ends_with_one(fakes: SimpleNamespace) -> None:
    run = Run(fakes.Worker(finish=False, fail="a"))
    assert await _with(run.session(), run, lambda: os.kill(os.getpid(), signal.SIGINT)) is ExitCode.FAILED


async def test_progress_is_shown_while_it_runs(fakes: SimpleNamespace) -> None:
    run = Run(fakes.Worker(finish=False))

    async def until_shown() -> None:
        await run.display.seen.wait()
        os.kill(os.getpid(), signal.SIGINT)

    await _with(run.session(), run, until_shown)
    assert [row.name for row in run.display.shown[0]] == ["a", "b"]


async def _with(session: Session, run: Run, then: Callable[[], Awaitable[None] | None]) -> ExitCode:
    """Run a session, and do this as soon as it waits."""
    codes = []

    async def whole() -> None:
        codes.append(await session.run())

    with anyio.fail_after(30):
        async with anyio.create_task_group() as group:
            group.start_soon(whole)
            await run.worker.running.wait()
            if (waiting := then()) is not None:
                await waiting
    return codes[0]
