"""How do connectors run from start to stop, and how did it end?

`connectsdk.cli._run` reads what is to run; `connectsdk.cli._display` shows it.
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

import anyio
import attrs

from connectsdk.cli._display import Display
from connectsdk.cli._exit_code import ExitCode
from connectsdk.cli._interrupts import interruptible
from connectsdk.cli._problems import Written, tell
from connectsdk.cli._rows import Progress, Row
from connectsdk.cli._traces import exported_traces
from connectsdk.errors import ConfigError, ConnectError
from connectsdk.runtime import Worker

__all__ = ("ExitCode", "Session")

SECONDS_BETWEEN_LOOKS = 0.25


@attrs.define
class Session:
    """One run of some connectors.

    Attributes:
        worker: Makes the worker.
        settings: The worker's properties, and where they were written.
        connectors: What to run: names, properties, and where they were written.
        display: Shows the progress.
        complain: Tells an operator what is wrong.
        until_idle: Stop when no record has moved for so many seconds.
        interrupted: Whether a signal ended it.
    """

    worker: Callable[[], Awaitable[Worker]]
    settings: Written
    connectors: Sequence[tuple[str, Written]]
    display: Display
    complain: Callable[[str], None]
    until_idle: float | None = None
    interrupted: bool = attrs.field(default=False, init=False)
    _progress: Progress = attrs.field(factory=Progress, init=False)
    _rows: dict[str, Row] = attrs.field(factory=dict, init=False)
    _failures: dict[str, str] = attrs.field(factory=dict, init=False)
    _starting: Written | None = attrs.field(default=None, init=False)

    async def run(self) -> ExitCode:
        """Start the connectors, wait for the end or a signal, and stop them."""
        try:
            async with interruptible() as interrupted:
                return await self._run(interrupted)
        finally:
            self.display.finish(list(self._rows.values()))
            for name, error in self._failures.items():
                self.complain(f"{name} failed: {error}")

    async def _run(self, interrupted: anyio.CancelScope) -> ExitCode:
        try:
            worker = await self.worker()
            with interrupted:
                await worker.prepare()
                async with exported_traces(worker.config), worker:
                    await self._work(worker)
            self.interrupted = interrupted.cancel_called
            self._look(worker)  # what was delivered, or failed, while it stopped
        except ConfigError as error:
            self.complain("\n".join(tell(error, self._starting or self.settings)))
            return ExitCode.CONFIGURATION
        except ConnectError as error:
            self.complain(str(error))
            return ExitCode.FAILED
        return ExitCode.FAILED if self._failures else ExitCode.CLEAN

    async def _work(self, worker: Worker) -> None:
        try:
            for name, written in self.connectors:
                self._starting = written
                await worker.start_connector(name, written.config)
            await self._watch(worker)
        finally:
            self._look(worker)

    async def _watch(self, worker: Worker) -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(self._follow, worker)
            with suppress(ConnectError):  # a connector failed: its status tells which, and why
                if self.until_idle is None:
                    await worker.wait_until_finished()
                else:
                    await worker.wait_until_idle(self.until_idle)
            group.cancel_scope.cancel()

    async def _follow(self, worker: Worker) -> None:
        while True:
            self._look(worker)
            self.display.show(list(self._rows.values()), anyio.current_time())
            await anyio.sleep(SECONDS_BETWEEN_LOOKS)

    def _look(self, worker: Worker) -> None:
        for row in self._progress.rows(worker.status(), anyio.current_time()):
            before = self._rows.get(row.name, row)
            ended = before.state in {"failed", "finished"}  # that it was stopped later says less
            self._rows[row.name] = attrs.evolve(row, state=before.state) if ended else row
            if row.state == "failed":
                self._failures[row.name] = row.error or "no reason was given"
