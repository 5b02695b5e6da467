"""How is connectsdk run when it is measured?

`python -m benchmarks.worker FILE`: one worker in a fresh process, with what the JSON file says.
"""

import json
import sys
from pathlib import Path
from typing import Any

import anyio

from benchmarks.connectors import GenSource, NullSink
from connectsdk.runtime import Worker, collect_less_often
from connectsdk.transports.kafka import KafkaTransport

OURS = {"bench.GenSource": GenSource, "bench.NullSink": NullSink}


def with_classes(properties: dict[str, Any]) -> dict[str, Any]:
    """Return a connector configuration with our classes where the Java ones are named."""
    kind = properties["connector.class"]
    return {**properties, "connector.class": OURS.get(kind, kind)}


async def main(bootstrap: str, connector: dict[str, Any]) -> None:
    collect_less_often()
    async with Worker(KafkaTransport(bootstrap)) as worker:
        await worker.start_connector(connector["name"], with_classes(connector))
        await anyio.sleep_forever()  # until the observer has seen the last record


if __name__ == "__main__":
    settings = json.loads(Path(sys.argv[1]).read_text())
    anyio.run(lambda: main(settings["bootstrap"], settings["connector"]))
