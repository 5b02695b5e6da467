"""Whether a worker can do its work."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import anyio
import pytest

from connectsdk.errors import TransportError
from connectsdk.runtime import Worker
from connectsdk.runtime.herder import Herder
from connectsdk.transports.embedded import EmbeddedTransport
from tests.runtime.scripted import until


class Admin:
    """Answers, hangs or fails."""

    def __init__(self, admin: Any) -> None:
        self.admin, self.mood = admin, "answers"

    def __getattr__(self, name: str) -> Any:
        return getattr(self.admin, name)

    async def describe_topics(self, names: Sequence[str] | None = None) -> Any:
        if self.mood == "hangs":
            await anyio.sleep_forever()
        if self.mood == "fails":
            raise TransportError("no broker")
        return await self.admin.describe_topics(names)


class Moody(EmbeddedTransport):
    """A broker whose answers can be scripted."""

    moody: Admin | None = None

    @property
    def admin(self) -> Any:
        if self.moody is None:
            self.moody = Admin(super().admin)
        return self.moody


@pytest.fixture
def transport() -> Moody:
    return Moody()


@pytest.fixture
async def herder(transport: Moody) -> AsyncIterator[Herder]:
    async with Worker(transport) as worker, Herder(worker) as herder:
        await until(lambda: herder.health().status == "healthy")
        yield herder


async def test_a_worker_whose_transport_answers_is_healthy(herder: Herder) -> None:
    assert (await herder.check_health()).status == "healthy"


@pytest.mark.parametrize(
    ("mood", "message"), [("hangs", "did not answer within 0.05 s"), ("fails", "TransportError: no broker")]
)
async def test_one_whose_transport_does_not_is_not(
    herder: Herder, transport: Moody, mood: str, message: str
) -> None:
    transport.admin.mood = mood
    found = await herder.check_health(0.05)
    assert found.status == "unhealthy"
    assert message in found.message
    transport.admin.mood = "answers"
    assert (await herder.check_health()).status == "healthy"


async def test_one_whose_herder_has_ended_is_not() -> None:
    async with Worker(EmbeddedTransport()) as worker:
        async with Herder(worker) as herder:
            pass
        assert (await herder.check_health()).status == "unhealthy"
