"""How fast is a loop that does nothing but send a file's lines to a topic?

`python -m benchmarks.hand.source_loop BOOTSTRAP TOPIC FILE`. It keeps no offsets, and starts from the
beginning each time: it is the upper limit of what aiokafka can do, not a replacement.
"""

import asyncio
import sys
import time
from collections import deque
from pathlib import Path

from aiokafka import AIOKafkaProducer

BATCH_BYTES = 262_144
BATCHES_UNDER_WAY = 8


async def main(bootstrap: str, topic: str, path: str) -> None:
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, max_batch_size=BATCH_BYTES
    )
    await producer.start()
    under_way: deque[asyncio.Future[object]] = deque()
    batch = producer.create_batch()
    append = batch.append
    with Path(path).open("rb") as file:  # noqa: ASYNC230 - a local file is the fastest source
        while lines := file.readlines(200_000):
            now = int(time.time() * 1000)
            for line in lines:
                value = line[:-1].decode().encode()  # a line is a text: what a StringConverter does
                if append(key=None, value=value, timestamp=now) is None:
                    under_way.append(await producer.send_batch(batch, topic, partition=0))
                    if len(under_way) > BATCHES_UNDER_WAY:
                        await under_way.popleft()
                    batch = producer.create_batch()
                    append = batch.append
                    append(key=None, value=value, timestamp=now)
    under_way.append(await producer.send_batch(batch, topic, partition=0))
    await asyncio.gather(*under_way)
    await asyncio.sleep(3600)  # until the observer has seen the last record


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
