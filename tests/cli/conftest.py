"""A worker of plain values, for the tests of the command line."""

from collections.abc import Mapping
from types import SimpleNamespace, TracebackType
from typing import Any, Literal, Self

import anyio
import attrs
import pytest

from connectsdk._core.counters import Counters
from connectsdk._core.lifecycle import State
from connectsdk.config.worker import WorkerConfig
from connectsdk.errors import ConnectError
from connectsdk.runtime import ConnectorStatus, TaskStatus


def task(
    state: str = "running", *, error: str | None = None, restarts: int = 0, counters: Counters | None = None
) -> TaskStatus:
    return TaskStatus(
        connector="a",
        task=0,
        state=State[state.upper()],
        error=error,
        restarts=restarts,
        restarts_left=None,
        next_restart_in=None,
        abandoned=0,
        counters=counters or Counters(),
    )


def connector(
    name: str,
    kind: Literal["source", "sink"] = "source",
    *,
    state: str = "running",
    error: str | None = None,
    tasks: tuple[TaskStatus, ...] | None = None,
) -> ConnectorStatus:
    tasks = (task(),) if tasks is None else tasks
    return ConnectorStatus(
        name=name,
        kind=kind,
        state=State[state.upper()],
        error=error,
        own_error=None,
        paused=False,
        tasks=tasks,
    )


@attrs.define
class FakeWorker:
    """Starts what it is told; `refuse` maps names to errors; `script` runs as the waiting goes on."""

    refuse: Mapping[str, Exception] = attrs.field(factory=dict)
    fail_to_open: Exception | None = None
    hang_in_opening: bool = False
    finish: bool = True
    fail: str | None = None
    fail_in_stop: str | None = None
    connectors: dict[str, ConnectorStatus] = attrs.field(factory=dict, init=False)
    calls: list[str] = attrs.field(factory=list, init=False)
    running: anyio.Event = attrs.field(factory=anyio.Event, init=False)
    config: WorkerConfig = attrs.field(factory=WorkerConfig, init=False)

    async def prepare(self) -> None:
        pass

    async def __aenter__(self) -> Self:
        if self.fail_to_open:
            raise self.fail_to_open
        if self.hang_in_opening:
            self.running.set()
            await anyio.sleep_forever()
        self.calls.append("open")
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for name, status in self.connectors.items():
            counters = Counters(delivered=status.tasks[0].counters.delivered + 1)
            state = "failed" if name == self.fail_in_stop else "stopped"
            self.connectors[name] = connector(name, state=state, tasks=(task(state, counters=counters),))
        self.calls.append("close")

    async def start_connector(self, name: str, config: Mapping[str, Any]) -> None:
        if name in self.refuse:
            raise self.refuse[name]
        self.connectors[name] = connector(name)
        self.calls.append(f"start {name}")

    async def wait_until_idle(self, seconds: float) -> None:
        self.calls.append(f"idle {seconds:g}")
        await self._wait()

    async def wait_until_finished(self) -> None:
        self.calls.append("finished")
        await self._wait()

    async def _wait(self) -> None:
        self.running.set()
        if self.fail:
            self.connectors[self.fail] = connector(self.fail, state="failed", error="out of tea")
            if self.finish:
                raise ConnectError("it failed")
        if not self.finish:
            await anyio.sleep_forever()

    def status(self) -> Mapping[str, ConnectorStatus]:
        return self.connectors


@pytest.fixture
def fakes() -> SimpleNamespace:
    """Return the fakes: tests of a folder cannot import each other."""
    return SimpleNamespace(connector=connector, task=task, Counters=Counters, Worker=FakeWorker)
