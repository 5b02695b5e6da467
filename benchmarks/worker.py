"""How is connectsdk run when it is measured?

`python -m benchmarks.worker FILE`: one worker in a fresh process, with what the JSON file says.
"""

import json
import sys
from pathlib import Path
from typing import Any

import anyio

from benchmarks.connectors import GenSource, NullSink
from connectsdk.runtime import Worker
from connectsdk.transports.kafka import KafkaTransport

OURS = {"bench.GenSource": GenSource, "bench.NullSink": NullSink}


async def main(bootstrap: str, connector: dict[str, Any]) -> None:
    kind = connector["connector.class"]
    properties = {**connector, "connector.class": OURS.get(kind, kind)}
    async with Worker(KafkaTransport(bootstrap)) as worker:
        await worker.start_connector(properties["name"], properties)
        await anyio.sleep_forever()  # until the observer has seen the last record


if __name__ == "__main__":
    settings = json.loads(Path(sys.argv[1]).read_text())
    anyio.run(lambda: main(settings["bootstrap"], settings["connector"]))
