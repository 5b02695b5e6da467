"""Herders for tests, and connectors that they know by simple names."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from connectsdk.runtime import Worker
from connectsdk.runtime._parts.plugins import Plugins
from connectsdk.runtime.herder import DesiredState, Herder
from connectsdk.transport import Transport
from connectsdk.transports.embedded import EmbeddedTransport
from tests.runtime.conftest import QUICK
from tests.runtime.scripted import Journal, sink, source, until

SOURCE = {"connector.class": "Numbers", "topic": "t"}
SINK = {"connector.class": "Keeper", "topics": "t"}


def named(name: str, found: type) -> type:
    """Return a class under a name that a configuration may use."""
    found.__name__ = found.__qualname__ = name
    return found


def plugins(journal: Journal, *more: type, **options: Any) -> Plugins:
    """Return `Numbers`, a source, and `Keeper`, a sink, that write into this journal."""
    shipped = (named("Numbers", source(journal, end=False, **options)), named("Keeper", sink(journal)))
    return Plugins(classes=(*shipped, *more))


@asynccontextmanager
async def herding(
    known: Plugins,
    transport: Transport | None = None,
    desired: DesiredState | None = None,
    **config: str,
) -> AsyncIterator[Herder]:
    """Run a herder on a worker of its own."""
    properties = QUICK | {key.replace("_", "."): value for key, value in config.items()}
    async with (
        Worker(transport or EmbeddedTransport(), properties, plugins=known) as worker,
        Herder(worker, desired) as herder,
    ):
        yield herder


async def settled(herder: Herder, name: str, state: str = "RUNNING", task: str | None = None) -> None:
    """Wait until a connector is in a state, and all its tasks in the same, or in another."""

    def there() -> bool:
        status = herder.status(name)
        wanted = task or state
        begun = state != "RUNNING" or bool(status.tasks)
        return begun and status.state == state and all(each.state == wanted for each in status.tasks)

    await until(there)
