"""How fast is the embedded broker, from source to sink?

`python -m benchmarks.embedded memory|sqlite RECORDS NOTES DIRECTORY`: a generator writes to a topic and a null
sink reads it, at the same time and in one process.
"""

import sys
from typing import Any

import anyio

from benchmarks.connectors import GenSource, NullSink
from connectsdk.runtime import Worker, collect_less_often
from connectsdk.transports.embedded import EmbeddedTransport

STRING = "org.apache.kafka.connect.storage.StringConverter"


def connectors(records: str, notes: str) -> dict[str, dict[str, Any]]:
    """Return the source and the sink."""
    shared = {"records": records, "key.converter": STRING, "value.converter": STRING}
    return {
        "sink": {"connector.class": NullSink, "topics": "numbers", "notes": notes, **shared},
        "source": {"connector.class": GenSource, "topic": "numbers", "shape": "string", **shared},
    }


async def main(store: str, records: str, notes: str, directory: str) -> None:
    collect_less_often()
    transport = EmbeddedTransport(None if store == "memory" else directory)
    async with Worker(transport) as worker:
        for name, properties in connectors(records, notes).items():
            await worker.start_connector(name, properties)
        await anyio.sleep_forever()  # until the observer has seen the last record


if __name__ == "__main__":
    anyio.run(main, *sys.argv[1:])
