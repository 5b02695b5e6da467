"""Whether a worker can do its work."""

import re
from collections.abc import AsyncIterator, Sequence
from typing import Any

import anyio
import pytest

from connectsdk.errors import TransportError
from connectsdk.runtime import Worker
from connectsdk.runtime.herder import Herder
from connectsdk.transports.embedded import EmbeddedTransport
from tests.runtime.herding import SOURCE, herding, plugins, settled
from tests.runtime.scripted import Journal, until

UNHEALTHY = "Worker was unable to handle this request and may be unable to handle other requests."


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
    ("mood", "message"),
    [
        ("hangs", r"The worker is currently waiting for .*, which began at \d{4}-\S+Z\.$"),
        ("fails", "cannot be used: TransportError: no broker$"),
    ],
)
async def test_one_whose_transport_does_not_is_not(
    herder: Herder, transport: Moody, mood: str, message: str
) -> None:
    transport.admin.mood = mood
    found = await herder.check_health(0.05)
    assert found.status == "unhealthy"
    assert found.message.startswith(UNHEALTHY)
    assert re.search(message, found.message)
    transport.admin.mood = "answers"
    assert (await herder.check_health()).status == "healthy"


async def test_one_whose_herder_has_ended_is_not() -> None:
    async with Worker(EmbeddedTransport()) as worker:
        async with Herder(worker) as herder:
            pass
        assert (await herder.check_health()).message == f"{UNHEALTHY} The herder is not running."


async def test_one_that_is_still_starting_says_what_it_starts(journal: Journal) -> None:
    async def for_ever(_: object) -> None:
        await anyio.sleep_forever()

    journal.hooks["source_connector.start"] = for_ever
    known, transport = plugins(journal), EmbeddedTransport()
    async with herding(known, transport) as herder:
        await herder.create("stuck", SOURCE)
    async with herding(known, transport) as herder:
        found = await herder.check_health()
        assert found.status == "starting"
        assert re.fullmatch(
            r"Worker is still starting up\. The worker is currently starting 1 connector\(s\) \(stuck\), "
            r"which began at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z\.",
            found.message,
        )
        await herder.delete("stuck")
        await until(lambda: herder.health().status == "healthy")
        assert herder.health().message == "Worker has completed startup and is ready to handle requests."


async def test_one_that_has_started_has_also_when_nobody_asked_before_a_later_connector_hangs(
    journal: Journal,
) -> None:
    async def for_ever(_: object) -> None:
        await anyio.sleep_forever()

    async with herding(plugins(journal)) as herder:
        await herder.create("fine", SOURCE)
        await settled(herder, "fine")
        journal.hooks["source_connector.start"] = for_ever
        begun = journal.events.count("source_connector.start")
        await herder.create("stuck", SOURCE)
        await until(lambda: journal.events.count("source_connector.start") > begun)
        assert herder.health().status == "healthy"
