"""A walk on the embedded broker in a directory, and one on a real Apache Kafka."""

import os
import random
import uuid
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import anyio
import pytest

from connectsdk.testing.broker import KafkaBroker
from connectsdk.transport import NewTopic
from connectsdk.transports.embedded import EmbeddedTransport
from connectsdk.transports.kafka import KafkaTransport
from tests.walk._child import PARTITIONS, Orders
from tests.walk.walk import Nursery, Walk


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest.fixture
def chance() -> random.Random:
    """Another walk every time; `WALK_SEED` repeats the choices of one, though not the instants."""
    seed = int(os.environ.get("WALK_SEED", random.randrange(2**32)))
    print(f"WALK_SEED={seed}")  # noqa: T201 - pytest shows it with -s, and with a failure
    return random.Random(seed)


@pytest.fixture
def embedded_walk(nursery: Nursery, tmp_path: Path) -> Iterator[Walk]:
    opens = partial(EmbeddedTransport, tmp_path / "broker", default_partitions=PARTITIONS)
    with Walk(tmp_path, nursery, opens, _orders(tmp_path, None)) as walk:
        yield walk


@pytest.fixture
def kafka_walk(nursery: Nursery, tmp_path: Path, kafka_broker: KafkaBroker) -> Iterator[Walk]:
    opens = partial(KafkaTransport, kafka_broker.bootstrap_servers)
    orders = _orders(tmp_path, kafka_broker.bootstrap_servers)

    async def create() -> None:
        async with opens() as transport:
            await transport.admin.create_topics([NewTopic(name=orders.topic, partitions=PARTITIONS)])

    anyio.run(create)
    with Walk(tmp_path, nursery, opens, orders) as walk:
        yield walk


def _orders(directory: Path, bootstrap: str | None) -> Orders:
    return Orders(
        directory=str(directory),
        name="worker",
        topic=f"walk-{uuid.uuid4().hex[:8]}",
        sources=[str(directory / "a.in"), str(directory / "b.in")],
        bootstrap=bootstrap,
    )
