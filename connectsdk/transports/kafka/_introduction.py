"""What does its group call a member that has not been told yet?

A member is given its id in the answer to its first request to join. If it is closed before it has read that answer,
it could not say who leaves, and the group would wait for it at every rebalance until its session is over.
"""

import asyncio
from typing import Any

import attrs
from aiokafka.protocol.group import JoinGroupRequest

__all__ = ("Introduction",)


@attrs.define(eq=False)
class Introduction:
    """A coordinator's first request to join, and its answer, whatever becomes of the one who waits for it."""

    _coordinator: Any
    _asking: "asyncio.Task[Any] | None" = attrs.field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        ask = self._coordinator._send_req  # noqa: SLF001 - nothing public tells of requests

        async def outlive(request: Any) -> Any:
            return await ask(request)

        async def asking(request: Any) -> Any:
            if not isinstance(request, JoinGroupRequest) or self._coordinator.member_id:
                return await ask(request)
            self._asking = asyncio.get_running_loop().create_task(outlive(request))
            self._asking.add_done_callback(_retrieve)
            return await asyncio.shield(self._asking)

        self._coordinator._send_req = asking  # noqa: SLF001 - as above

    async def member_id(self) -> str:
        """Return the member's id, waiting for the answer if need be; nothing if it has none.

        Raises:
            KafkaError: If the answer does not come.
        """
        if self._coordinator.member_id or self._asking is None:
            return str(self._coordinator.member_id)
        answer = await asyncio.shield(self._asking)
        return str(answer.member_id)

    def end(self) -> None:
        """Wait for no answer any more."""
        if self._asking is not None:
            self._asking.cancel()


def _retrieve(asking: "asyncio.Task[Any]") -> None:
    """Take note of what was raised, so that nobody is warned of it."""
    if not asking.cancelled():
        asking.exception()
