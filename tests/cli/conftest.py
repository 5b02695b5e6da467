"""A worker of plain values, for the tests of the command line."""

from collections.abc import Mapping
from types import SimpleNamespace, TracebackType
from typing import Any, Self

import anyio
import anyio.lowlevel
import attrs
import pytest


@attrs.define
class Counters:
    delivered: int = 0
    skipped: int = 0
    failed: int = 0


@attrs.define
class Task:
    state: str = "running"
    error: str | None = None
    restarts: int = 0
    counters: Counters = attrs.field(factory=Counters)


@attrs.define
class Connector:
    name: str
    kind: str = "source"
    state: str = "running"
    error: str | None = None
    tasks: tuple[Task, ...] = attrs.field(factory=lambda: (Task(),))


@attrs.define
class FakeWorker:
    """Starts what it is told; `refuse` maps names to errors; `script` runs as the waiting goes on."""

    refuse: Mapping[str, Exception] = attrs.field(factory=dict)
    fail_to_open: Exception | None = None
    finish: bool = True
    fail: str | None = None
    fail_in_stop: str | None = None
    connectors: dict[str, Connector] = attrs.field(factory=dict, init=False)
    calls: list[str] = attrs.field(factory=list, init=False)
    running: anyio.Event = attrs.field(factory=anyio.Event, init=False)

    async def __aenter__(self) -> Self:
        if self.fail_to_open:
            raise self.fail_to_open
        self.calls.append("open")
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.calls.append("close")

    async def start_connector(self, name: str, config: Mapping[str, Any]) -> None:
        if name in self.refuse:
            raise self.refuse[name]
        self.connectors[name] = Connector(name)
        self.calls.append(f"start {name}")

    async def stop_connector(self, name: str) -> None:
        await anyio.lowlevel.checkpoint()
        connector = self.connectors[name]
        connector.tasks[0].counters.delivered += 1
        connector.state = "failed" if name == self.fail_in_stop else "stopped"
        self.calls.append(f"stop {name}")

    async def wait_until_idle(self, seconds: float) -> None:
        self.calls.append(f"idle {seconds:g}")
        await self._wait()

    async def wait_until_finished(self) -> None:
        self.calls.append("finished")
        await self._wait()

    async def _wait(self) -> None:
        self.running.set()
        if self.fail:
            self.connectors[self.fail].state = "failed"
            self.connectors[self.fail].error = "out of tea"
        if not self.finish:
            await anyio.sleep_forever()

    def status(self) -> Mapping[str, Connector]:
        return self.connectors


@pytest.fixture
def fakes() -> SimpleNamespace:
    """Return the fakes: tests of a folder cannot import each other."""
    return SimpleNamespace(Connector=Connector, Counters=Counters, Task=Task, Worker=FakeWorker)
