"""What did plugin code ask its connector for?"""

import anyio
import attrs

__all__ = ("Signals",)


@attrs.define(eq=False)
class Signals:
    """Requests of a connector and its tasks, kept until their connector's runner takes them.

    Attributes:
        reconfigure: Somebody asked for `task_configs` to be called again.
        error: What the connector raised from outside of any call.
    """

    reconfigure: bool = False
    error: Exception | None = None
    _event: anyio.Event = attrs.field(factory=anyio.Event)

    def request_reconfiguration(self) -> None:
        """Ask for `task_configs` to be called again."""
        self.reconfigure = True
        self._event.set()

    def raise_error(self, error: Exception) -> None:
        """Fail the connector."""
        self.error = error
        self._event.set()

    async def wait(self) -> None:
        """Wait until there is a request."""
        await self._event.wait()
        self._event = anyio.Event()
