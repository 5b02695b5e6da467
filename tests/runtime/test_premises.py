"""Is everything that a worker opened closed again, in the right order?"""

from typing import Any

import pytest

from connectsdk.errors import TransportError
from connectsdk.runtime import Worker
from connectsdk.runtime._worker.premises import Premises
from connectsdk.transports.embedded import EmbeddedTransport
from tests.runtime.conftest import QUICK
from tests.runtime.scripted import Journal, source


class Noting(EmbeddedTransport):
    """The embedded broker, which notes what is closed."""

    def __init__(self, *, refuses: bool = False) -> None:
        super().__init__()
        self.closed: list[str] = []
        self.refuses = refuses

    async def offset_store(self, *arguments: Any, **how: Any) -> Any:
        store = await super().offset_store(*arguments, **how)
        closed, refuses = self.closed, self.refuses

        class Noted:
            def __getattr__(self, name: str) -> Any:
                return getattr(store, name)

            async def close(self) -> None:
                closed.append("store")
                await store.close()
                if refuses:
                    raise TransportError("it cannot be closed")

        return Noted()

    async def close(self) -> None:
        self.closed.append("transport")
        await super().close()


async def test_stores_are_closed_before_the_transport(journal: Journal) -> None:
    transport = Noting()
    async with Worker(transport, QUICK) as worker:
        await worker.start_connector("in", {"connector.class": source(journal, total=5)})
        await worker.wait_until_finished()
        assert transport.closed == []
    assert transport.closed == ["store", "transport"]


async def test_a_store_that_cannot_be_closed_keeps_nothing_else_open(journal: Journal) -> None:
    transport = Noting(refuses=True)

    async def run() -> None:
        async with Worker(transport, QUICK) as worker:
            await worker.start_connector("in", {"connector.class": source(journal, total=5)})
            await worker.wait_until_finished()

    with pytest.raises(TransportError, match="it cannot be closed"):
        await run()
    assert transport.closed == ["store", "transport"]


async def test_no_connector_can_be_started_while_all_of_them_are_stopped() -> None:
    transport, groups = Noting(), list[object]()
    premises = Premises(transport)

    async def stop_all() -> None:
        groups.append(premises.open_group)

    assert premises.open_group is None
    await premises.open(Worker(transport).properties)
    assert premises.open_group is not None
    await premises.close(stop_all)
    await premises.close(stop_all)
    assert groups == [None]
    assert transport.closed == ["transport"]
