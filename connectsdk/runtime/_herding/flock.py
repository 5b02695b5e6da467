"""Which connectors does a herder look after?"""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import attrs
from anyio.abc import TaskGroup

from connectsdk._core.config_records import Desired
from connectsdk._core.target_state import TargetState
from connectsdk.runtime._calls.stages import Stage, stage, unfollowed
from connectsdk.runtime._herding.managed import Managed
from connectsdk.runtime._herding.turns import Turns
from connectsdk.runtime._operated import NotFoundError
from connectsdk.runtime._worker.worker import Worker

__all__ = ("Flock",)

SHOWN = 5
"""How many of the connectors that are still starting are named."""

STOP_WITHIN = 60.0
"""Seconds that a connector which is deleted has to stop; each step has a shorter limit of its own."""


@attrs.define(eq=False)
class Flock:
    """All connectors of one worker, by name; each has a follower of its own.

    Attributes:
        worker: What runs them.
        worker_id: Where that is reached.
    """

    worker: Worker
    worker_id: str
    _managed: dict[str, Managed] = attrs.field(factory=dict)
    _followers: dict[str, anyio.CancelScope] = attrs.field(factory=dict)
    _locks: dict[str, anyio.Lock] = attrs.field(factory=dict)
    _turns: Turns = attrs.field(factory=Turns)
    _group: TaskGroup | None = None
    _awaited: list[str] = attrs.field(factory=list)
    _began_at: float = attrs.field(factory=time.time)

    def __contains__(self, name: str) -> bool:
        return name in self._managed

    @property
    def followed(self) -> bool:
        """Whether every connector that was there at the beginning runs as it was meant to, or failed to."""
        return self._group is not None and not self._still_awaited()

    def _still_awaited(self) -> list[str]:
        """Return those of the beginning that were not followed yet; who was once is not awaited again."""
        managed = self._managed
        self._awaited = [name for name in self._awaited if name in managed and not managed[name].settled]
        return self._awaited

    def starting(self) -> Stage:
        """Return what is done until everything that was there at the beginning is followed."""
        waited_for = self._still_awaited()
        shown = ", ".join(waited_for[:SHOWN]) + (", …" if len(waited_for) > SHOWN else "")
        return Stage(f"starting {len(waited_for)} connector(s) ({shown})", self._began_at)

    def reached_at(self, worker_id: str) -> None:
        """Say where the worker is reached."""
        self.worker_id = worker_id
        for managed in self._managed.values():
            managed.worker_id = worker_id

    def names(self) -> list[str]:
        """Return all names, in the order in which they were added."""
        return list(self._managed)

    def get(self, name: str, missing: str = "Connector {name} not found") -> Managed:
        """Return one connector.

        Raises:
            NotFoundError: If there is none of this name; `missing` is the message.
        """
        found = self._managed.get(name)
        if found is None:
            raise NotFoundError(missing.format(name=name))
        return found

    def add(self, name: str, desired: Desired) -> None:
        """Add a connector before any is followed."""
        self._managed[name] = Managed(name, desired, self.worker, self.worker_id)

    def put(self, name: str, desired: Desired) -> Managed:
        """Let a connector follow another desired state, or add it."""
        self._still_awaited()  # before something changes
        if name in self._managed:
            self._managed[name].aim(desired)
        else:
            self.add(name, desired)
            self._begin(name)
        return self._managed[name]

    async def remove(self, name: str) -> None:
        """Stop a connector and forget it."""
        managed = self._managed.pop(name)
        managed.aim(Desired(managed.desired.config, TargetState.STOPPED))
        with anyio.CancelScope(shield=True):
            with anyio.move_on_after(STOP_WITHIN):
                await managed.wait_until_settled()
            follower = self._followers.pop(name, None)
            if follower is not None:
                follower.cancel()

    @asynccontextmanager
    async def changing(self, name: str) -> AsyncIterator[None]:
        """Hold a connector's name: operators' changes of one connector come one after the other."""
        lock = self._locks.setdefault(name, anyio.Lock())
        try:
            with stage(f"waiting for an earlier change of connector {name}"):
                await lock.acquire()
            try:
                yield
            finally:
                lock.release()
        finally:
            if not lock.locked() and not lock.statistics().tasks_waiting:
                self._locks.pop(name, None)

    async def follow_all(self, begun: anyio.Event) -> None:
        """Follow the desired state of all connectors until cancelled.

        Args:
            begun: Set when the first look at each is due.
        """
        self._awaited = list(self._managed)
        async with anyio.create_task_group() as self._group:
            for name in self._managed:
                self._begin(name)
            begun.set()
            await anyio.sleep_forever()

    def _begin(self, name: str) -> None:
        if self._group is not None:
            scope = self._followers[name] = anyio.CancelScope()
            with unfollowed():
                self._group.start_soon(self._follow, self._managed[name], scope)

    async def _follow(self, managed: Managed, scope: anyio.CancelScope) -> None:
        with scope:
            await managed.follow(self._turns)
