"""When are a worker's own properties read?

At once, unless they name config providers: those are asked when the worker is opened, since a constructor cannot await.
"""

from collections.abc import Mapping
from typing import Any

import attrs

from connectsdk.errors import IllegalStateError
from connectsdk.runtime._calls.consultations import Consultations
from connectsdk.runtime._parts.plugins import Plugins
from connectsdk.runtime._parts.references import PROVIDERS
from connectsdk.runtime._parts.worker_properties import WorkerProperties, read_plain_worker, read_worker

__all__ = ("OwnProperties",)


@attrs.define(eq=False)
class OwnProperties:
    """A worker's own properties. Making it raises `ConfigError` if they are read, and cannot work."""

    _written: Mapping[str, Any] = attrs.field(converter=dict, repr=False)
    _plugins: Plugins
    _consultations: Consultations
    _read: WorkerProperties | None = None
    _restricted: bool = False

    def __attrs_post_init__(self) -> None:
        if not self._written.get(PROVIDERS):
            self._read = read_plain_worker(self._written, self._plugins)

    async def prepare(self) -> None:
        """Read them, unless that was done.

        Raises:
            ConfigError: If they cannot work, or a config provider does not answer.
        """
        if self._read is None:
            read = await read_worker(self._written, self._plugins, self._consultations)
            self._read = read.for_requests() if self._restricted else read

    def restrict(self) -> None:
        """Trust connectors' configurations less: see `WorkerProperties.for_requests`."""
        self._restricted = True
        if self._read is not None:
            self._read = self._read.for_requests()

    @property
    def read(self) -> WorkerProperties:
        """What they say.

        Raises:
            IllegalStateError: If they are not read.
        """
        if self._read is None:
            raise IllegalStateError(
                "the worker's properties name config providers, which are asked when it is opened: "
                "use `async with Worker(...) as worker:`"
            )
        return self._read

    @property
    def plugins(self) -> Plugins:
        """What finds classes by name."""
        return self._plugins if self._read is None else self._read.plugins
