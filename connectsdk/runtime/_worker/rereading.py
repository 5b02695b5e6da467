"""With which values does a connector, or a task, start again?

Values that references stand for may have changed since the configuration was read; whoever is started again takes the present
ones. When many ask at once, as the tasks of one connector do, one reading serves them all.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import cached_property
from typing import Any

import anyio
import attrs

from connectsdk.errors import ConnectError
from connectsdk.runtime._worker.blueprint import Blueprint

__all__ = ("Rereading", "TaskValues")


@attrs.define(eq=False)
class Rereading:
    """One connector's configuration, which can be read again.

    Attributes:
        latest: What the last reading said.
        read: Reads it.
    """

    latest: Blueprint
    read: Callable[[], Awaitable[Blueprint]]
    _asked: int = 0
    _answered: int = 0
    _refused: ConnectError | None = None

    @cached_property
    def _reading(self) -> anyio.Lock:
        return anyio.Lock()

    async def now(self) -> Blueprint:
        """Return what the configuration says with the values of now; it is not read if it refers to none.

        Raises:
            ConnectError: If it cannot be read.
        """
        if not self.latest.refers:
            return self.latest
        self._asked = asked = self._asked + 1
        async with self._reading:
            if self._answered < asked:
                await self._read_for(self._asked)
            if self._refused is not None:
                message = f"its configuration cannot be read again: {self._refused}"
                raise ConnectError(message) from self._refused
            return self.latest

    async def _read_for(self, asked: int) -> None:
        try:
            self.latest, self._refused = await self.read(), None
        except ConnectError as error:
            self._refused = error
        self._answered = asked


@attrs.define(eq=False)
class TaskValues:
    """The properties of one task over all its lives.

    Attributes:
        number: The task's number.
        properties: What the connector told, with the values of the last reading.
        blueprint: The connector's configuration, of the same reading.
    """

    number: int
    properties: Mapping[str, Any] = attrs.field(converter=dict, repr=False)
    blueprint: Blueprint = attrs.field(repr=False)
    _lived: bool = False

    async def next_life(self, rereading: Rereading) -> None:
        """Get ready for a life; each but the first one takes the values of now.

        Raises:
            ConnectError: If they cannot be read.
        """
        if self._lived:
            fresh = await rereading.now()
            self.properties, self.blueprint = self._with_values_of(fresh), fresh
        self._lived = True

    def fits(self, told: Mapping[str, Any], blueprint: Blueprint) -> bool:
        """Return whether a connector tells the same as before, values that came in place of references aside."""
        return blueprint.as_referred(told) == self.blueprint.as_referred(self.properties)

    def written(self) -> dict[str, Any]:
        """Return the properties with references in place of what they stand for."""
        return self.blueprint.task_as_written(self.properties)

    def _with_values_of(self, fresh: Blueprint) -> Mapping[str, Any]:
        own = self.blueprint.properties
        return {
            key: fresh.properties[key] if key in own and own[key] == value else value
            for key, value in self.properties.items()
        }
