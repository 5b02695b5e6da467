"""The facts of a worker on a real cluster: what its clients have heard."""

import uuid

import pytest

from connectsdk import KafkaTransport
from connectsdk.runtime import Worker
from connectsdk.testing.broker import KafkaBroker
from tests.runtime.conftest import QUICK
from tests.runtime.scripted import Journal, sink, source, until

pytestmark = pytest.mark.kafka


async def test_lag_is_known_without_asking(kafka_broker: KafkaBroker, journal: Journal) -> None:
    topic = f"lag-{uuid.uuid4().hex[:8]}"
    config = QUICK | {"offset.storage.topic": f"{topic}-offsets"}
    async with Worker(KafkaTransport(kafka_broker.bootstrap_servers), config) as worker:
        plan = {"connector.class": source(journal, topic=topic, end=False), "tasks.max": "1"}
        await worker.start_connector(f"{topic}-in", plan)
        await until(lambda: worker.facts().tasks and worker.facts().tasks[0].counters.delivered == 100, 30)
        assert worker.facts().tasks[0].load.bytes_in_flight == 0

        async def wait(task: object, records: object) -> None:
            await until(lambda: "go on" in journal.events, 30)

        journal.hooks["sink.put"] = wait
        await worker.start_connector(f"{topic}-out", {"connector.class": sink(journal), "topics": topic})
        await until(
            lambda: [each.lag for each in worker.facts().tasks[-1].load.partitions if each.lag is not None],
            30,
        )
        assert sum(each.lag or 0 for each in worker.facts().tasks[-1].load.partitions) == 100
        journal.events.append("go on")
        await until(lambda: len(journal.values) == 100, 30)
        await until(lambda: sum(each.lag or 0 for each in worker.facts().tasks[-1].load.partitions) == 0, 30)
