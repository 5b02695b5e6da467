"""How fast is a loop that does nothing but read a topic?

`python -m benchmarks.hand.sink_loop BOOTSTRAP TOPIC NOTES RECORDS [FILE]`. It notes at every hundredth part of
RECORDS how many it saw and when; with FILE it writes the values there, a line each. It is no member of a group and
commits nothing: it is the upper limit of what aiokafka can do, not a replacement.
"""

import asyncio
import contextlib
import sys
import time
from pathlib import Path
from typing import BinaryIO

from aiokafka import AIOKafkaConsumer, TopicPartition


async def main(bootstrap: str, topic: str, notes: str, records: str, file: str = "/dev/null") -> None:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, enable_auto_commit=False, fetch_max_bytes=52_428_800
    )
    await consumer.start()
    partition = TopicPartition(topic, 0)
    consumer.assign([partition])
    await consumer.seek_to_beginning(partition)
    with contextlib.ExitStack() as files:
        progress = files.enter_context(Path(notes).open("wb", buffering=0))  # noqa: ASYNC230 - a local file
        output = files.enter_context(Path(file).open("ab"))  # noqa: ASYNC230 - the same
        await drain(consumer, int(records), progress, output)


async def drain(consumer: AIOKafkaConsumer, records: int, progress: BinaryIO, output: BinaryIO) -> None:
    seen = due = 0
    to_file = output.name != "/dev/null"
    while True:
        fetched = await consumer.getmany(timeout_ms=500, max_records=5000)
        for messages in fetched.values():
            texts = [message.value.decode() for message in messages]
            seen += len(texts)
            if to_file:
                output.write("\n".join([*texts, ""]).encode())
        if fetched and (seen >= due or seen >= records):
            due = seen + records // 100
            progress.write(b"%d %d\n" % (seen, time.monotonic_ns()))
        if not fetched:
            output.flush()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
