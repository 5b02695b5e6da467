"""Which topics does a run use, and what is in them before it?"""

import asyncio
import time
from collections import deque
from collections.abc import Iterator
from typing import Any, Self

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from benchmarks._data import values
from benchmarks._gauges import TopicGauge
from benchmarks._jobs import Job

__all__ = ("Topics",)


class Topics:
    """Make, fill, observe and delete topics; use it as an async context manager."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
        self._observer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
        self._names: set[str] = set()

    async def __aenter__(self) -> Self:
        await self._admin.start()
        await self._observer.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._observer.stop()
        await self._admin.close()

    async def make(self, name: str, partitions: int = 1) -> TopicGauge:
        """Make a topic whose space is given back at once when it is deleted; return its gauge."""
        settings = {"file.delete.delay.ms": "500"}
        await self._admin.create_topics([NewTopic(name, partitions, 1, topic_configs=settings)])
        self._names.add(name)
        return TopicGauge(self._observer, name, partitions)

    async def delete(self, name: str) -> None:
        """Delete a topic."""
        self._names.discard(name)
        await self._admin.delete_topics([name])

    async def fill(self, name: str, job: Job, partitions: int = 1) -> None:
        """Write what a sink job reads, an equal share of it to each partition."""
        producer = AIOKafkaProducer(bootstrap_servers=self._bootstrap, max_batch_size=262_144)
        await producer.start()
        try:
            rows = values(job)
            share, rest = divmod(job.records, partitions)
            for partition in range(partitions):
                await _send(producer, name, partition, rows, share + (partition < rest))
        finally:
            await producer.stop()


async def _send(producer: Any, topic: str, partition: int, rows: Iterator[bytes], count: int) -> None:
    under_way: deque[asyncio.Future[Any]] = deque()
    batch = producer.create_batch()
    now = int(time.time() * 1000)
    for _ in range(count):
        value = next(rows)
        if batch.append(key=None, value=value, timestamp=now) is None:
            under_way.append(await producer.send_batch(batch, topic, partition=partition))
            if len(under_way) > 8:
                await under_way.popleft()
            batch = producer.create_batch()
            batch.append(key=None, value=value, timestamp=now)
    under_way.append(await producer.send_batch(batch, topic, partition=partition))
    await asyncio.gather(*under_way)
