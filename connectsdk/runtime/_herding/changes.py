"""How is what connectors are meant to do changed?

Changes of one connector come one after the other, and each is stored before anything follows it.
"""

from collections.abc import Mapping
from typing import Any

import anyio
import attrs

from connectsdk._core.config_records import Desired
from connectsdk._core.offset_requests import Wanted
from connectsdk._core.target_state import TargetState
from connectsdk.runtime._calls.stages import stage
from connectsdk.runtime._checking.operated_plugins import OperatedPlugins
from connectsdk.runtime._herding.config_requests import checked
from connectsdk.runtime._herding.desired_state import DesiredState
from connectsdk.runtime._herding.flock import Flock
from connectsdk.runtime._herding.managed import Managed
from connectsdk.runtime._herding.offset_changes import OffsetChanges
from connectsdk.runtime._operated import AlreadyExistsError, ConnectorInfo
from connectsdk.runtime._worker.blueprint import Blueprint
from connectsdk.runtime._worker.worker import Worker

__all__ = ("Changes",)

STOP_WITHIN = 30.0
"""Seconds that a connector which is stopping has, before a change of its offsets is refused."""


@attrs.frozen(eq=False)
class Changes:
    """The operations of a `Herder` that change something; they are documented there."""

    worker: Worker
    desired: DesiredState
    flock: Flock
    plugins: OperatedPlugins

    async def create(self, name: str, config: Mapping[str, Any], target: TargetState) -> ConnectorInfo:
        """Add a connector."""
        async with self.flock.changing(name):
            found = await checked(self.plugins, self.worker, name, config, target)
            # Said last, as in Kafka Connect: first comes what is wrong with the configuration.
            if name in self.flock:
                raise AlreadyExistsError(f"Connector {name} already exists")
            return await self._put(name, found)

    async def put_config(self, name: str, config: Mapping[str, Any]) -> tuple[bool, ConnectorInfo]:
        """Replace a connector's properties, or create it; return whether it was created."""
        async with self.flock.changing(name):
            if name not in self.flock:
                return True, await self._put(
                    name, await checked(self.plugins, self.worker, name, config, TargetState.STARTED)
                )
            return False, await self._reconfigure(name, config)

    async def patch_config(self, name: str, patch: Mapping[str, Any]) -> ConnectorInfo:
        """Change some of a connector's properties; None removes one."""
        async with self.flock.changing(name):
            before = self.flock.get(name).desired.config
            merged = {key: value for key, value in {**before, **patch}.items() if value is not None}
            return await self._reconfigure(name, merged)

    async def delete(self, name: str) -> None:
        """Stop a connector and forget it."""
        async with self.flock.changing(name):
            self.flock.get(name)
            with stage(f"removing the config for connector {name}"):
                await self.desired.remove(name)
            with stage(f"stopping connector {name}"):
                await self.flock.remove(name)

    async def aim(self, name: str, target: TargetState) -> None:
        """Let a connector do something else."""
        async with self.flock.changing(name):
            managed = self.flock.get(name)
            if managed.desired.target is not target:
                await self._store(name, Desired(managed.desired.config, target))

    async def alter_offsets(self, name: str, wanted: Wanted) -> str:
        """Change where a stopped connector goes on."""
        async with self.flock.changing(name):
            config = (await self._stopped(name)).desired.config
            with stage(f"modifying offsets for connector {name}"):
                return await OffsetChanges(self.worker).alter(name, config, wanted)

    async def reset_offsets(self, name: str) -> str:
        """Forget where a stopped connector was."""
        async with self.flock.changing(name):
            config = (await self._stopped(name)).desired.config
            with stage(f"modifying offsets for connector {name}"):
                return await OffsetChanges(self.worker).reset(name, config)

    async def _reconfigure(self, name: str, config: Mapping[str, Any]) -> ConnectorInfo:
        before = self.flock.get(name).desired
        desired, read = await checked(self.plugins, self.worker, name, config, before.target)
        info = await self._put(name, (desired, read))
        if desired == before:
            self.flock.get(name).refresh()
        return info

    async def _put(self, name: str, wanted: tuple[Desired, Blueprint]) -> ConnectorInfo:
        desired, read = wanted
        managed = await self._store(name, desired)
        managed.kind, managed.read = read.kind, read
        return managed.info()

    async def _store(self, name: str, desired: Desired) -> Managed:
        with stage(f"writing a config for connector {name}"):
            await self.desired.put(name, desired)
        return self.flock.put(name, desired)

    async def _stopped(self, name: str) -> Managed:
        """Return a connector that is stopped; one that is stopping may take its time to end."""
        managed = self.flock.get(name)
        if managed.desired.target is TargetState.STOPPED:
            with stage(f"stopping connector {name}"), anyio.move_on_after(STOP_WITHIN):
                await managed.wait_until_settled()
        managed.check_stopped()
        return managed
