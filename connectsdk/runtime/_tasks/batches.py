"""How does a batch wait for a record that may succeed later?"""

import logging
import random
from typing import Any, Protocol

import anyio

from connectsdk._core.batch_run import BatchRun
from connectsdk._core.retry import Retry
from connectsdk._core.tolerance import Tolerance
from connectsdk._core.verdict import Failure
from connectsdk.errors import LookupNeeded, RetriableError
from connectsdk.runtime._calls.interruptible import Interruptible, Stopped
from connectsdk.runtime._calls.look_ups import LookUps, give_up
from connectsdk.runtime._calls.plugin_calls import describe
from connectsdk.runtime._calls.room import Room
from connectsdk.runtime._settings import TaskSettings

__all__ = ("through_pipeline",)

log = logging.getLogger("connectsdk.task")


class _Pipeline(Protocol):
    @property
    def tolerance(self) -> Tolerance: ...

    def advance(self, run: Any) -> None: ...


async def through_pipeline(
    owner: str,
    room: Room,
    pipeline: _Pipeline,
    run: BatchRun[Any, Any],
    waits: Interruptible,
    settings: TaskSettings,
) -> None:
    """Take a run through its pipeline, asking again as the retry policy says.

    When the loop is stopped meanwhile, the run ends where it waited: the rest was never looked at. The pipeline
    is plugin code: it runs in the task's room, a batch at a time. What a converter lacks is looked up there, too.
    """
    retry, index = Retry(settings.retry), -1
    look_ups = LookUps(owner, room, waits)
    name = f"{owner}: its transforms and converters"
    await room.compute(name, pipeline.advance, run)
    while run.stopped is not None:
        stopped = run.stopped
        if stopped.index != index:
            retry, index = Retry(settings.retry), stopped.index
        try:
            error = await _missing(look_ups, stopped)
            if error is not None:
                delay = _delay(retry, error)
                if delay is None:
                    give_up(run, error, pipeline.tolerance)
                else:
                    run.ask_again()
                    log.debug("%s: %s asks to be called again: %s", owner, stopped.plugin, describe(error))
                    await waits.sleep(delay)
        except Stopped:
            return
        await room.compute(name, pipeline.advance, run)


async def _missing(look_ups: LookUps, stopped: Failure) -> Exception | None:
    """Look up what a record lacks, if that is why it stopped; return why it cannot go on, or None."""
    if isinstance(stopped.error, LookupNeeded):
        return await look_ups.make(stopped.index, stopped.plugin, stopped.error)
    return stopped.error


def _delay(retry: Retry, error: Exception) -> float | None:
    if not isinstance(error, RetriableError):
        return None
    return retry.failed(anyio.current_time(), random.random(), error.after)  # noqa: S311 - spreads load
