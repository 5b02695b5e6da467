"""Which tasks of a connector run?"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs
from anyio.abc import TaskGroup

from connectsdk.runtime._calls.flag import Flag
from connectsdk.runtime._calls.log_context import on_behalf_of
from connectsdk.runtime._tasks.supervisor import Supervisor
from connectsdk.runtime._worker.blueprint import Blueprint
from connectsdk.runtime._worker.lives import Lives
from connectsdk.runtime._worker.rereading import TaskValues

__all__ = ("RunningTasks",)


@attrs.frozen(eq=False)
class _Running:
    """One task."""

    values: TaskValues
    supervisor: Supervisor
    ended: Flag = attrs.field(factory=Flag)

    async def run(self) -> None:
        try:
            with on_behalf_of(self.supervisor.connector, self.supervisor.task):
                await self.supervisor.run()
        finally:
            self.ended.set()


@attrs.define(eq=False)
class RunningTasks:
    """The tasks of one connector.

    Attributes:
        lives: Makes what runs them.
        abandoned_before: How often plugin code of tasks that are gone was left behind.
    """

    lives: Lives
    abandoned_before: int = 0
    _tasks: dict[int, _Running] = attrs.field(factory=dict)

    @property
    def supervisors(self) -> list[Supervisor]:
        """What runs them."""
        return [task.supervisor for task in self._tasks.values()]

    def written(self) -> Sequence[Mapping[str, Any]]:
        """Return their properties, with references as they were written."""
        return [task.values.written() for task in self._tasks.values()]

    def begin_missing(
        self, configs: Sequence[Mapping[str, Any]], blueprint: Blueprint, group: TaskGroup
    ) -> None:
        """Begin those of the tasks with these properties that do not run."""
        for number, properties in enumerate(configs):
            if number not in self._tasks:
                self.begin(TaskValues(number, properties, blueprint), group)

    async def end_changed(self, configs: Sequence[Mapping[str, Any]], blueprint: Blueprint) -> None:
        """End those whose properties are not these any more."""
        changed = [
            number
            for number, task in self._tasks.items()
            if number >= len(configs) or not task.values.fits(configs[number], blueprint)
        ]
        await self._end(changed)
        for number in changed:
            self.abandoned_before += self._tasks.pop(number).supervisor.abandoned

    async def end(self) -> None:
        """End all of them cleanly; what became of them can still be asked."""
        await self._end(list(self._tasks))

    def stop(self) -> None:
        """Let all of them end cleanly."""
        for supervisor in self.supervisors:
            supervisor.stop()

    async def end_one(self, number: int) -> TaskValues:
        """End one of them cleanly; return its values.

        Raises:
            KeyError: If there is no such task.
        """
        values = self._tasks[number].values
        await self._end([number])
        return values

    def begin(self, values: TaskValues, group: TaskGroup) -> None:
        """Begin one, or begin it anew with a fresh budget of restarts when it was ended."""
        if (former := self._tasks.get(values.number)) is not None:
            self.abandoned_before += former.supervisor.abandoned
        task = _Running(values, self.lives.supervised(values))
        self._tasks = dict(sorted({**self._tasks, values.number: task}.items()))
        group.start_soon(task.run)

    async def _end(self, numbers: Iterable[int]) -> None:
        ending = [self._tasks[number] for number in numbers]
        for task in ending:
            task.supervisor.stop()
        for task in ending:
            await task.ended.wait()
