"""A worker on the embedded transport, quick to restart."""

from collections.abc import AsyncIterator

import pytest

from connectsdk.runtime import Worker
from connectsdk.transports.embedded import EmbeddedTransport
from tests.runtime.scripted import Journal

QUICK = {
    "offset.flush.interval.ms": "50",
    "task.shutdown.graceful.timeout.ms": "500",
    "errors.restart.delay.initial.ms": "1",
    "errors.restart.delay.max.ms": "10",
    "errors.restart.max": "5",
    "header.converter": "StringConverter",
}


in_the_loop = pytest.mark.parametrize("worker", ["loop"], indirect=True)
"""For tests whose plugin code shares objects of the event loop with the test."""


@pytest.fixture
def journal() -> Journal:
    return Journal()


@pytest.fixture(params=["loop", "thread"])
async def worker(request: pytest.FixtureRequest) -> AsyncIterator[Worker]:
    async with Worker(EmbeddedTransport(), QUICK | {"task.isolation": request.param}) as worker:
        yield worker
