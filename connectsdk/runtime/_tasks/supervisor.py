"""When does a task run, fail, run again, or end?

A supervisor runs one connector task, incarnation after incarnation. Whether and when a failed one is started
again is decided by `connectsdk._core.restart_budget`; what an incarnation does is in `source_life` and
`sink_life`. Each runs in a `Detached` task of its own, so that one which never stops can be left behind.
"""

import logging
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol

import anyio
import attrs

from connectsdk._core.counters import Counters
from connectsdk._core.gauges import Startups
from connectsdk._core.lifecycle import Event, Lifecycle, State
from connectsdk._core.restart_budget import RestartBudget
from connectsdk.errors import ConfigError, ConnectError, TransportError
from connectsdk.runtime._calls.detached import AFTER_CANCEL, Detached
from connectsdk.runtime._calls.flag import Flag
from connectsdk.runtime._calls.interruptible import Interruptible, Stopped
from connectsdk.runtime._calls.plugin_calls import PluginError, describe, permanent
from connectsdk.runtime._settings import TaskSettings
from connectsdk.runtime._tasks.gate import Gate
from connectsdk.runtime._tasks.load import Load
from connectsdk.runtime._tasks.status import TaskStatus

__all__ = ("Incarnation", "Supervisor")

log = logging.getLogger("connectsdk.task")


class Incarnation(Protocol):
    """One life of a task, from opening its clients to closing them."""

    @property
    def running(self) -> bool:
        """Whether `start` has returned."""
        ...

    @property
    def over(self) -> anyio.Event:
        """Set when its loop has ended, well or not, and only closing is left."""
        ...

    @property
    def failure(self) -> BaseException | None:
        """What it failed of; None when it ended well."""
        ...

    @property
    def finished(self) -> bool:
        """Whether the source has no more records."""
        ...

    @property
    def settled(self) -> bool:
        """Whether everything read so far is delivered and committed."""
        ...

    @property
    def left_behind(self) -> str | None:
        """The place in plugin code that did not end and was left behind; None when there is none."""
        ...

    @property
    def load(self) -> Load:
        """What it has under way."""
        ...

    async def run(self) -> None:
        """Run until it ends, is stopped or fails."""
        ...

    def stop(self) -> None:
        """Read no more; deliver and commit what is in flight, then end."""
        ...

    def request_commit(self) -> None:
        """Commit now instead of at the next interval."""
        ...

    async def abandon(self) -> None:
        """Close its clients from outside: it may never do so itself, and must not write any more."""
        ...


@attrs.define(eq=False)
class Supervisor:
    """One task over all its incarnations.

    Attributes:
        connector: The connector's name.
        task: The task's number.
        incarnate: Makes the next incarnation; a `ConnectError` counts as one that failed.
        settings: How long things take.
        counters: What became of its records, over all incarnations.
        gate: Closed while its connector is paused.
        incarnation: The one that lives now.
        abandoned: How many of its incarnations did not end and were left behind.
        startups: How often it was started; its connector's other tasks count here, too.
    """

    connector: str
    task: int
    incarnate: Callable[[Counters], Awaitable[Incarnation]]
    settings: TaskSettings
    counters: Counters = attrs.field(factory=Counters)
    gate: Gate = attrs.field(factory=Gate)
    incarnation: Incarnation | None = None
    abandoned: int = 0
    startups: Startups = attrs.field(factory=Startups)
    _life: Lifecycle = attrs.field(init=False)
    _budget: RestartBudget = attrs.field(init=False)
    _error: BaseException | None = None
    _started: bool = False
    _restart_at: float | None = None
    _stop: Flag = attrs.field(factory=Flag)
    _waits: Interruptible = attrs.field(factory=Interruptible)

    def __attrs_post_init__(self) -> None:
        self._life = Lifecycle(self.owner)
        self._budget = RestartBudget(self.settings.restart)

    @property
    def owner(self) -> str:
        """Connector and task, for messages."""
        return f"connector {self.connector} task {self.task}"

    @property
    def state(self) -> State:
        """Where the task is in its life."""
        incarnation = self.incarnation
        if incarnation is not None and incarnation.running and not self._started:
            self._started = True
            self.startups.successes += 1
        waiting = {State.UNASSIGNED, State.RESTARTING}
        if self._life.state in waiting and incarnation is not None and incarnation.running:
            self._life.move(Event.STARTED)
            self._error = None
        self._follow_gate()
        return self._life.state

    def _follow_gate(self) -> None:
        state = self._life.state
        if not self.gate.closed:
            if state is State.PAUSED:
                self._life.move(Event.RESUME)
        elif state in {State.UNASSIGNED, State.RUNNING, State.RESTARTING} and self._restart_at is None:
            self._life.move(Event.PAUSE)

    @property
    def idle(self) -> bool:
        """Whether it has ended, or has nothing in flight and nothing to commit."""
        return self.state.ended or (
            self.state in {State.RUNNING, State.PAUSED}
            and self.incarnation is not None
            and self.incarnation.settled
        )

    def status(self, now: float) -> TaskStatus:
        """Return how the task fares."""
        limit = self.settings.restart.limit
        return TaskStatus(
            connector=self.connector,
            task=self.task,
            state=self.state,
            error=None if self._error is None else describe(self._error),
            restarts=self._budget.total,
            restarts_left=None if limit < 0 else limit - self._budget.used(now),
            next_restart_in=None if self._restart_at is None else max(0.0, self._restart_at - now),
            abandoned=self.abandoned,
            counters=self.counters.copy(),
        )

    @property
    def load(self) -> Load:
        """What its incarnation has under way."""
        return Load() if self.incarnation is None else self.incarnation.load

    def stop(self) -> None:
        """End the task cleanly, inside the graceful limit."""
        self._stop.set()
        self._waits.stop()

    def request_commit(self) -> None:
        """Commit now instead of at the next interval."""
        if self.incarnation is not None:
            self.incarnation.request_commit()

    async def run(self) -> None:
        """Run the task until it finishes, fails for good, or is stopped."""
        while not self._stop.is_set():
            error, finished = await self._one_life()
            if error is None:
                break
            if not await self._wait_for_restart(error):
                break
        else:
            finished = False
        if self.state not in {State.FAILED, State.FINISHED}:
            self._life.move(Event.FINISH if finished and self.state is State.RUNNING else Event.STOP)

    async def _one_life(self) -> tuple[BaseException | None, bool]:
        """Run one incarnation; return what it failed of, and whether its source has no more records."""
        self.startups.attempts += 1
        try:
            incarnation = self.incarnation = await self._waits.run(lambda: self.incarnate(self.counters))
        except Stopped:
            return None, False
        except ConnectError as error:
            self.startups.failures += 1
            return error, False
        self.counters.gauges.begun(anyio.current_time())
        self._started = False
        detached = Detached(incarnation.run(), self.owner)
        try:
            with suppress(Stopped):
                await self._waits.run(incarnation.over.wait)
        finally:
            await self._end(incarnation, detached)
        if incarnation.left_behind is not None and detached.finished:
            self.abandoned += 1  # it ended, but a thread of its plugin code did not
        _ = self.state  # an incarnation that came and went between two looks was running all the same
        if not self._started and incarnation.failure is not None:
            self.startups.failures += 1
        self.incarnation = None  # so that nobody takes the failed one for running, before the restart
        return incarnation.failure, incarnation.finished

    async def _end(self, incarnation: Incarnation, detached: Detached) -> None:
        """Stop it cleanly; after the graceful limit cancel it; after that leave it behind."""
        with anyio.CancelScope(shield=True):
            incarnation.stop()
            if await detached.wait_for(self.settings.graceful):
                return
            log.warning("%s: did not stop within %.1f s, cancelling it", self.owner, self.settings.graceful)
            detached.cancel()
            if await detached.wait_for(AFTER_CANCEL):
                await incarnation.abandon()  # it may have been cut short on the way to closing them itself
                return
            self.abandoned += 1
            log.error("%s: ignores its cancellation %s; it is left behind", self.owner, detached.where())
            detached.abandon()
            await incarnation.abandon()

    async def _wait_for_restart(self, error: BaseException) -> bool:
        """Take note of a failure; return whether to go on, after the wait."""
        self._error = error
        now = anyio.current_time()
        delay = None if permanent(error) else self._budget.failed(now, random.random())  # noqa: S311 - spreads load
        if delay is None or self._stop.is_set():
            self._life.move(Event.FAIL)
            log.error("%s: FAILED: %s", self.owner, describe(error), exc_info=_unless_ours(error))
            return False
        self._life.move(Event.RETRY)
        self._restart_at = now + delay
        log.warning(
            "%s: failed, restarting in %.1f s: %s",
            self.owner,
            delay,
            describe(error),
            exc_info=_unless_ours(error),
        )
        with suppress(Stopped):
            await self._waits.sleep(delay)
        self._restart_at = None
        return not self._stop.is_set()


def _unless_ours(error: BaseException) -> BaseException | None:
    """Return what to print a traceback of: a plugin's own error, not one whose message says it all."""
    if isinstance(error, ConfigError | TransportError):
        return None
    if not isinstance(error, ConnectError) or isinstance(error, PluginError):
        return error
    cause = error.__cause__
    return None if cause is None or isinstance(cause, ConnectError | OSError) else error
