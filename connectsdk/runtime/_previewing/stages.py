"""How do records go through their stages, one at a time, without anything being changed elsewhere?"""

from collections.abc import Callable, Sequence
from typing import Any

import anyio
import attrs

from connectsdk._core.preview import Previewed, Way, advance
from connectsdk.errors import ConnectError, LookupNeeded
from connectsdk.registry import SchemaRegistryConfig, UnknownSchemaError
from connectsdk.runtime._calls.plugin_life import release
from connectsdk.runtime._calls.room import Room, open_room
from connectsdk.runtime._parts.pipelines import Plumbing
from connectsdk.runtime._previewing.plan import Plan, within
from connectsdk.runtime._worker.blueprint import Blueprint

__all__ = ("through_stages",)

REGISTERING = {"auto.register.schemas": "false", "use.latest.version": "false", "use.schema.id": "-1"}
"""With these a converter asks for the id of a schema that is registered already."""


async def through_stages(
    blueprint: Blueprint,
    plan: Plan,
    records: Sequence[Any],
    way_of: Callable[[Any, Any, Sequence[str]], Way],
) -> list[Previewed]:
    """Return what each record comes to.

    Args:
        blueprint: The connector.
        plan: What to look at.
        records: What was read.
        way_of: A source's or a sink's way, of a record, a pipeline and the transforms' names.

    Raises:
        ConnectError: If plugin code does not answer in time.
    """
    owner = f"connector {blueprint.name}"
    plumbing, asks = (blueprint.plumbing, False) if plan.registers else _without_registering(blueprint)
    opens = plumbing.open_source if blueprint.kind == "source" else plumbing.open_sink
    room = open_room(owner, blueprint.settings)
    try:
        what = f"{owner}: making its transforms and converters"
        opened: Any = await within(plan.deadline, what, room, room.compute(what, opens))
        stages = _Stages(owner, room, plan.deadline, asks)
        try:
            ways = (way_of(record, opened.pipeline, plumbing.aliases) for record in records)
            return [await stages.through(number, way) for number, way in enumerate(ways, 1)]
        finally:
            if room.left_behind is None:
                await release(owner, room, opened.aclose, blueprint.settings.graceful)
    finally:
        with anyio.CancelScope(shield=True):
            await room.close()


@attrs.define
class _Stages:
    """Takes records through their stages.

    Attributes:
        owner: The connector, for messages.
        room: Where plugin code runs.
        deadline: Seconds for each step of plugin code.
        asks: Whether converters ask for schemas that the running connector would register.
    """

    owner: str
    room: Room
    deadline: float
    asks: bool

    async def through(self, number: int, way: Way) -> Previewed:
        """Take one record through, awaiting what converters look up."""
        what = f"{self.owner}: the transforms and converters of record {number}"
        error: Exception | None = None
        while True:
            step = self.room.compute(what, advance, way, error)
            found = await within(self.deadline, what, self.room, step)
            if isinstance(found, Previewed):
                return _not_registered(found) if self.asks else found
            error = await self._look_up(found)

    async def _look_up(self, needed: LookupNeeded) -> Exception | None:
        what = f"{self.owner}: a converter's look-up"
        try:
            await within(self.deadline, what, self.room, self.room.call(what, needed.look_up))
        except ConnectError as error:
            return error
        return None


def _not_registered(found: Previewed) -> Previewed:
    """Return what is known of a record whose schema is not in the registry: no failure, it would be registered."""
    if found.outcome != "failed" or not isinstance(found.steps[-1].cause, UnknownSchemaError):
        return found
    last = attrs.evolve(
        found.steps[-1],
        error="the schema is not in the registry yet; the running connector would register it",
    )
    return attrs.evolve(found, steps=(*found.steps[:-1], last), outcome="unknown")


def _without_registering(blueprint: Blueprint) -> tuple[Plumbing, bool]:
    """Return the plumbing with converters that register no schema, and whether any of them would have."""
    plumbing = blueprint.plumbing
    changed = False
    for key in ("key.converter", "value.converter") if blueprint.kind == "source" else ():
        if _registers(plumbing, key):
            changed = True
            over = {f"{key}.{name}": value for name, value in REGISTERING.items()}
            if plumbing.properties.get(key):
                plumbing = attrs.evolve(plumbing, properties={**plumbing.properties, **over})
            else:
                plumbing = attrs.evolve(plumbing, worker={**plumbing.worker, **over})
    return plumbing, changed


def _registers(plumbing: Plumbing, key: str) -> bool:
    config = getattr(plumbing.converter_class(key), "config_class", None)
    if not isinstance(config, type) or not issubclass(config, SchemaRegistryConfig):
        return False
    source = plumbing.properties if plumbing.properties.get(key) else plumbing.worker
    written = str(source.get(f"{key}.auto.register.schemas", "true"))
    return written.strip().lower() == "true"
